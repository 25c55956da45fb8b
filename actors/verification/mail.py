"""Messages under way, as a set: each distinct one is a bit in a mask."""

from collections.abc import Iterable
from typing import NamedTuple

from actors.core.addresses import kind_of
from actors.core.effects import Effect, Remind, Tell
from actors.verification.values import Renaming, Values, bits_of, renamed
from contracts.messages import Message, NudgeDue, PhaseDeadlineDue
from contracts.work import (
    AnnounceDue,
    Assign,
    ForgetBatch,
    LeaseDue,
    LeaseFinished,
    WorkerDue,
    WorkerReady,
    WorkReturned,
)

_PASSING = (NudgeDue, LeaseDue, PhaseDeadlineDue)
_ABOUT_LEASES = (Assign, LeaseDue, LeaseFinished, WorkReturned, WorkerReady)
_SLOW = (*_PASSING, WorkerDue)


class Letter(NamedTuple):
    """A message under way, or a reminder that an actor has set for itself."""

    address: str
    message: Message
    is_reminder: bool = False


class Mailroom:
    """Knows every letter by its bit in a mask.

    Args:
        has_deadlines: whether a phase's deadline, a day away, may ever come.
    """

    def __init__(self, *, has_deadlines: bool) -> None:
        self.letters = Values()
        self.slow = 0  # reminders that come only when nothing else does
        self.passing = 0  # those of them that are about one lease, or one place in the pipeline
        self.reminders = 0
        self.about_leases = 0
        self._has_deadlines = has_deadlines
        self._addressed: dict[str, int] = {}
        self._places: dict[int, tuple[int, ...]] = {}
        self._renamed: dict[tuple[int, tuple[str, ...]], int] = {}
        self._bits_renamed: dict[tuple[int, tuple[str, ...]], int] = {}

    def posted(self, effects: Iterable[Effect], address: str = "") -> int:
        """The messages and reminders among the effects of the actor at ``address``, as mail."""
        mail = 0
        for effect in effects:
            match effect:
                case Remind(message=PhaseDeadlineDue()) if not self._has_deadlines:
                    pass
                case Remind(message=AnnounceDue()):
                    pass  # in the model, workers announce themselves whenever nothing else happens
                case Remind(message=NudgeDue() as due):
                    mail |= self._bit(Letter(address, due._replace(tick=0), is_reminder=True))  # there is no clock
                case Remind(message=message):
                    mail |= self._bit(Letter(address, message, is_reminder=True))
                case Tell(message=ForgetBatch()) if kind_of(effect.address) == "worker":
                    pass  # it only empties a cache
                case Tell():
                    mail |= self._bit(Letter(effect.address, effect.message))
        return mail

    def _bit(self, letter: Letter) -> int:
        known = len(self.letters)
        number = self.letters.number(letter)
        if number == known:
            self._file(number, letter)
        return 1 << number

    def _file(self, number: int, letter: Letter) -> None:
        self._addressed[letter.address] = self._addressed.get(letter.address, 0) | 1 << number
        if isinstance(letter.message, _ABOUT_LEASES):
            self.about_leases |= 1 << number
        if letter.is_reminder:
            self.reminders |= 1 << number
            if isinstance(letter.message, _SLOW):
                self.slow |= 1 << number
            if isinstance(letter.message, _PASSING):
                self.passing |= 1 << number

    def addressed(self, address: str) -> int:
        """All known letters to this address, as a mask."""
        return self._addressed.get(address, 0)

    def of(self, mail: int, address: str, *, reminders: bool) -> int:
        """The part of the mail for one address: its own reminders, or the messages from others."""
        mine = mail & self._addressed.get(address, 0)
        return mine & self.reminders if reminders else mine & ~self.reminders

    def of_letters(self, letters: Iterable[Letter]) -> int:
        """These letters, as mail."""
        mail = 0
        for letter in letters:
            mail |= self._bit(letter)
        return mail

    def place(self, message: Message) -> int:
        """The number of a message without an address, so that a trace can name it."""
        return self._bit(Letter("", message)).bit_length() - 1

    def places(self, mail: int) -> tuple[int, ...]:
        """The numbers of the letters in a mask."""
        places = self._places.get(mail)
        if places is None:
            places = self._places[mail] = tuple(bits_of(mail))
        return places

    def renamed(self, mail: int, names: Renaming) -> int:
        """The same mail with essays renamed."""
        key = (mail, tuple(names.values()))
        other = self._renamed.get(key)
        if other is None:
            other = self._renamed[key] = sum(self._bit_renamed(number, names) for number in self.places(mail))
        return other

    def _bit_renamed(self, number: int, names: Renaming) -> int:
        key = (number, tuple(names.values()))
        bit = self._bits_renamed.get(key)
        if bit is None:
            bit = self._bits_renamed[key] = self._bit(renamed(self.letters[number], names))
        return bit
