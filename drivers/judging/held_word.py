"""A word that is said after a while, so that there is time to think again."""

import threading
from collections.abc import Callable


class HeldWord:
    """Says one word after ``seconds``; while somebody holds it back, not until they release it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._word: Callable[[], None] | None = None
        self._clock: threading.Timer | None = None

    def say(self, word: Callable[[], None]) -> None:
        """Say this, in a while."""
        with self._lock:
            self._word = word
            self._start()

    def hold(self) -> None:
        """Not yet."""
        with self._lock:
            if self._clock is not None:
                self._clock.cancel()

    def release(self) -> None:
        """Say what was held back, in a while."""
        with self._lock:
            if self._word is not None:
                self._start()

    def _start(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
        self._clock = threading.Timer(self._seconds, self._speak)
        self._clock.daemon = True
        self._clock.start()

    def _speak(self) -> None:
        with self._lock:
            word, self._word = self._word, None
        if word is not None:
            word()
