"""What ends a program from outside ends it as Ctrl-C does: what is done is saved, and how to go on is said."""

import signal
import threading
from types import FrameType
from typing import Final

_ENDING: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


def end_as_by_ctrl_c() -> None:
    """From now on. (Ray puts handlers of its own in the place of these when it starts: to be said again then.)."""
    if threading.current_thread() is threading.main_thread():
        for each in _ENDING:
            if signal.getsignal(each) is not signal.SIG_IGN:  # nohup
                signal.signal(each, _interrupt)


def is_of_a_signal(error: SystemExit) -> bool:
    """Whether Ray has ended the program, while it started, because it was told to end."""
    return error.code in _ENDING


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
