"""What the page shows to a judge."""

from dataclasses import dataclass

from actors.phases.cj_assessment.decisions import Winner


@dataclass(frozen=True, slots=True)
class Progress:
    """Decisions by all people and by the one who asks; ``most`` is how many there will be at most."""

    decided: int
    own: int
    most: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair as a person sees it: two texts without names, under a ticket that says nothing about them.

    ``is_again`` marks one that is decided and was asked for once more; ``said`` is the winner then, None where the
    person could not judge it.
    """

    ticket: str
    left: str
    right: str
    is_again: bool = False
    said: Winner | None = None
