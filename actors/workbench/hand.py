"""What a worker has in hand, told to the thread that looks on while the work is done."""

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class Hand:
    """One lease: how many of its pieces are done, and whether those behind the next one are given back."""

    lease: int
    pieces: int
    done: int = 0
    is_given_back: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def goes_on(self) -> bool:
        """One more piece is done; True: the next one is to be done, and cannot be given back any more."""
        with self._lock:
            self.done += 1
            return self.done < self.pieces and not self.is_given_back

    def give_back(self) -> bool:
        """The piece under way is the last to be done; False: this has been said, or nothing is under way."""
        with self._lock:
            if self.is_given_back or self.done >= self.pieces:
                return False
            self.is_given_back = True
            return True
