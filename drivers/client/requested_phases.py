"""Looks up phases by the names that people write."""

from collections.abc import Sequence
from difflib import get_close_matches

from contracts import phase_registry
from contracts.phase_registry import PhaseNotInstalled
from contracts.phases import InvalidPhase, PhaseName
from drivers.client.errors import RequestError


def known_phases(names: Sequence[str]) -> tuple[PhaseName, ...]:
    """The phases with these names.

    Raises:
        RequestError: a name is unknown; the message suggests a similar one and lists the known phases.
    """
    unknown = [name for name in names if phase_called(name) is None]
    if unknown:
        known = sorted(phase_registry.known_phases())
        likely = [match for name in unknown for match in get_close_matches(name, known, n=1, cutoff=0.5)]
        hint = f" Did you mean {', '.join(likely)}?" if likely else ""
        raise RequestError(
            f"There is no phase {', '.join(map(repr, unknown))}.{hint} Known phases: {', '.join(known)}."
        )
    return tuple(PhaseName(name) for name in names)


def phase_called(name: str) -> PhaseName | None:
    """The built-in or added phase with this name; None if there is none.

    Raises:
        RequestError: the phase is known, but is not installed here or cannot be loaded.
    """
    try:
        phase = PhaseName(name)
        phase_registry.result_model_of(phase)
    except (InvalidPhase, PhaseNotInstalled) as error:
        raise RequestError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    except ValueError:
        return None
    return phase


def split_phases(pipeline: str) -> list[str]:
    """Split ``"spellcheck, nlp"`` into a list of phase names.

    Raises:
        RequestError: no phase is named, or one is unknown.
    """
    names = [name.strip() for name in pipeline.split(",") if name.strip()]
    if not names:
        raise RequestError("Name at least one phase, as in spellcheck,cj_assessment.")
    known_phases(names)
    return names
