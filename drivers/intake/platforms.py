"""How learning platforms name what pupils hand in: Moodle, Canvas and Blackboard put the pupil into the file's path."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final


class Platform(StrEnum):
    """Whose names are known."""

    MOODLE = "Moodle"
    CANVAS = "Canvas"
    BLACKBOARD = "Blackboard"
    TEAMS = "Teams"


@dataclass(frozen=True, slots=True)
class Submission:
    """Who handed a file in: ``person`` is the platform's number or user name, ``name`` a full name where it has one.

    ``label`` is what else tells the pupil. A later ``attempt`` sorts after an earlier one. ``online_text`` is what was
    typed on the platform itself.
    """

    platform: Platform
    person: str
    name: str = ""
    label: str = ""
    attempt: str = ""
    online_text: bool = False


_MOODLE: Final = re.compile(r"(?P<name>[^_/]+)_(?P<id>\d+)_assignsubmission_(?P<plugin>file|onlinetext)(?:_.*)?")
_ANONYMOUS: Final = re.compile(r".*\d")  # “Participant 1234”, in whatever language
_CANVAS: Final = re.compile(
    r"(?P<name>[^\W_]+)_(?:LATE_)?(?P<id>\d+)_(?:\d+_.+|(?P<text>text|link)\.html)", re.IGNORECASE
)
_CANVAS_UPLOAD: Final = re.compile(r"[^\W_]+_(?:LATE_)?\d+_\d+(?=_.)", re.IGNORECASE)
_CANVAS_ANONYMOUS: Final = re.compile(r"anon_(?:LATE_)?(?P<id>[A-Za-z0-9]+)_(?:\d+_.+|(?P<text>text|link)\.html)")
_BLACKBOARD: Final = re.compile(r".*_(?P<user>[^_/]+)_attempt_(?P<when>\d{4}(?:-\d{2}){5})(?:_.+|\.txt)")
_TEAMS: Final = re.compile(r"version (?P<number>\d{1,4})", re.IGNORECASE)


def submission_of(file: str) -> Submission | None:
    """What the path of a file tells, where a platform made it."""
    parts = PurePosixPath(file).parts
    return next(filter(None, map(_of_part, parts)), None) or _of_teams(parts)


def _of_part(part: str) -> Submission | None:
    if found := _MOODLE.fullmatch(part):
        anonymous = _ANONYMOUS.fullmatch(found["name"]) is not None
        name = "" if anonymous else " ".join(found["name"].split())
        return Submission(Platform.MOODLE, found["id"], name, name, online_text=found["plugin"] == "onlinetext")
    if found := _CANVAS_ANONYMOUS.fullmatch(part):
        return Submission(Platform.CANVAS, found["id"], online_text=found["text"] is not None)
    if found := _CANVAS.fullmatch(part):
        return Submission(Platform.CANVAS, found["id"], label=found["name"], online_text=found["text"] is not None)
    if found := _BLACKBOARD.fullmatch(part):
        return Submission(Platform.BLACKBOARD, found["user"], label=found["user"], attempt=found["when"])
    return None


def _of_teams(parts: tuple[str, ...]) -> Submission | None:
    """Teams keeps each version of a pupil's work in a folder of its own."""
    for place, part in enumerate(parts[1:-1], start=1):
        if found := _TEAMS.fullmatch(part):
            folder = "/".join(parts[:place])
            return Submission(Platform.TEAMS, folder, attempt=found["number"].zfill(4))
    return None


def feedback_name(file: str, ending: str) -> tuple[Platform, str] | None:
    """How a feedback file on this essay is named in the archive that its platform takes up.

    Moodle finds the student by the number in the folder's name, Canvas by the two in the file's.
    """
    for part in PurePosixPath(file).parts:
        if found := _MOODLE.fullmatch(part):
            return Platform.MOODLE, f"{found['name']}_{found['id']}_assignsubmission_file_/feedback{ending}"
        if found := _CANVAS_UPLOAD.match(part):
            return Platform.CANVAS, f"{found[0]}_feedback{ending}"
    return None


def is_platforms_own(file: str) -> bool:
    """Whether this is no pupil's text but the platform's note on what was handed in."""
    found = _BLACKBOARD.fullmatch(PurePosixPath(file).name)
    return found is not None and re.search(r"_attempt_[\d-]+\.txt$", file) is not None
