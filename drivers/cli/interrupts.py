"""Makes SIGTERM and SIGHUP work like Ctrl-C: finished work is saved, and the command to continue is printed."""

import signal
import threading
from types import FrameType
from typing import Final

_ENDING: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


def end_as_by_ctrl_c() -> None:
    """Install the signal handlers. Call this again after Ray has started, because Ray replaces them with its own."""
    if threading.current_thread() is threading.main_thread():
        for each in _ENDING:
            if signal.getsignal(each) is not signal.SIG_IGN:  # nohup
                signal.signal(each, _interrupt)


def is_of_a_signal(error: SystemExit) -> bool:
    """Whether Ray ended the program because of such a signal while it was starting."""
    return error.code in _ENDING


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
