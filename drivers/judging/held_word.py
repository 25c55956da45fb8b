"""A message that is sent with a delay, so that there is time to change one's mind."""

import threading
from collections.abc import Callable


class HeldWord:
    """Sends one message after ``seconds``, but not while somebody holds it back."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._word: Callable[[], None] | None = None
        self._clock: threading.Timer | None = None

    def say(self, word: Callable[[], None]) -> None:
        """Send this after the delay."""
        with self._lock:
            self._word = word
            self._start()

    def hold(self) -> None:
        """Hold the message back until ``release``."""
        with self._lock:
            if self._clock is not None:
                self._clock.cancel()

    def release(self) -> None:
        """Send the message that was held back, after the delay."""
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
