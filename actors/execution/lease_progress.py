"""How far a worker has come with a lease, shared with the background thread that watches the work."""

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class LeaseProgress:
    """How many pieces of a lease are done, and after which one (``last``, from 0) the rest was given back.

    A lease that is begun again, because the store was away, keeps its ``last``.
    """

    lease: int
    pieces: int
    last: int | None = None
    done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def goes_on(self) -> bool:
        """Count one more piece as done. True if the next one is to be done, which then cannot be given back."""
        with self._lock:
            self.done += 1
            return self.done < self.pieces and (self.last is None or self.done <= self.last)

    def give_back(self) -> bool:
        """Make the piece under way the last one. False if there is a last one already, or nothing is under way."""
        with self._lock:
            if self.last is not None or self.done >= self.pieces:
                return False
            self.last = self.done
            return True
