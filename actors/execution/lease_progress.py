"""How far a lease is, told to the thread that looks on while the work is done."""

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class LeaseProgress:
    """How many pieces of a lease are done, and behind which one (by number, from 0) the rest is given back.

    A lease that has to be begun again, because the store was away, is given back as before.
    """

    lease: int
    pieces: int
    last: int | None = None
    done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def goes_on(self) -> bool:
        """One more piece is done; True: the next one is to be done, and cannot be given back any more."""
        with self._lock:
            self.done += 1
            return self.done < self.pieces and (self.last is None or self.done <= self.last)

    def give_back(self) -> bool:
        """The piece under way is the last to be done; False: this has been said, or nothing is under way."""
        with self._lock:
            if self.last is not None or self.done >= self.pieces:
                return False
            self.last = self.done
            return True
