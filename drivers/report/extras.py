"""What a report can do without, and the packages that add it."""

from importlib.util import find_spec
from typing import Final

from drivers.report.terms import for_translation as _

_OPTIONAL: Final = {"matplotlib": _("plots"), "docx": _("handouts as Word files"), "pyarrow": _("Parquet files")}
_COMMAND: Final = "pip install 'essay-pipelines[report]'"


def missing_extras() -> list[str]:
    """What a report has to do without here, and what to install to have it."""
    missing = [what for what, _command in missing_parts()]
    return [f"No {', '.join(missing)}: {_COMMAND} to have them."] if missing else []


def missing_parts() -> list[tuple[str, str]]:
    """Each thing that a report has to do without here, with the command that installs it."""
    return [(what, _COMMAND) for package, what in _OPTIONAL.items() if find_spec(package) is None]
