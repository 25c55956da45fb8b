"""Mail that contains something not installed at its destination: its batch is told, and it is not lost silently."""

import pickle
from concurrent.futures import Future
from typing import Any, cast

import pytest

from actors.core.addresses import QUEUE, batch_address, essay_address, worker_address
from actors.runtime.placement import ProcessSpec
from actors.stores.memory import MemoryStore
from contracts.messages import EssayStarted, MailUnreadable, Message, WakeUp, WorkSucceeded
from contracts.phases import PhaseName
from contracts.work import Assign, EssayWork, WorkerReady, WorkRequested

REQUEST = WorkRequested(EssayWork("b", "x", PhaseName.NLP, 0, 0, 0, "t"), essay_address("b", "x"))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (batch_address("b"), EssayStarted("x", 0, 0)),
        (essay_address("b", "x"), WorkSucceeded(0, 0, "t", "key")),
        (QUEUE, REQUEST),
        (worker_address(0), Assign(1, (REQUEST,))),
    ],
)
def test_the_batch_that_mail_is_about_is_told_that_it_cannot_be_read(address: str, message: Message) -> None:
    """Whichever process the mail was for; the batch then fails with the reason."""
    from actors.runtime.ray.transport import RayTransport, UnreadableMailError

    sent: list[tuple[str, Any]] = []

    class Process:
        """Can read nothing but the message that something was unreadable."""

        def __init__(self, name: str) -> None:
            self.deliver = self
            self._name = name

        def options(self, **_: Any) -> "Process":
            return self

        def remote(self, mail: bytes) -> Any:
            (_, told) = pickle.loads(mail)[0]  # noqa: S301  (our own)
            sent.append((self._name, told))
            future: Future[None] = Future()
            if isinstance(told, MailUnreadable):
                future.set_result(None)
            else:
                future.set_exception(UnreadableMailError("No module named 'my_package'"))
            return type("Call", (), {"future": lambda _: future})()

    monkey = pytest.MonkeyPatch()
    monkey.setattr("ray.is_initialized", lambda: True)
    transport = RayTransport(cast("Any", None), MemoryStore(), lambda _, process: Process(process.name))
    monkey.setattr(transport, "_send_aside", transport.send)
    transport.send(ProcessSpec("somewhere", "Host", (address,)), [(address, message)])
    monkey.undo()
    assert sent == [("somewhere", message), ("batch b", MailUnreadable(0, 0, transport.unreadable))]
    assert transport.unreadable == "somewhere cannot read what it is told (No module named 'my_package')"


def test_what_is_about_no_batch_is_told_to_nobody() -> None:
    """A worker repeats that it is ready, and a driver sees for itself what becomes of its commands."""
    from actors.runtime.ray.transport import phases_in

    assert phases_in(QUEUE, WorkerReady("worker/0", "a")) == set()
    assert phases_in(batch_address("b"), WakeUp()) == set()


def test_a_process_says_what_it_is_that_it_cannot_read() -> None:
    """The user then knows what to install."""
    from actors.runtime.ray.transport import UnreadableMailError, read

    with pytest.raises(UnreadableMailError, match=r"ModuleNotFoundError: No module named 'nowhere_at_all'"):
        read(b"cnowhere_at_all\nThing\n.")
