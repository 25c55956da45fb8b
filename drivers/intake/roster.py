"""Who wrote which essay, as far as it is known: from a class list, or from a table that the essays came in."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from drivers.intake import Intake, StudentMatch, match_students, read_class_list
from drivers.intake.student_names import keep, kept

__all__ = ["Roster", "keep", "kept", "roster_of"]


@dataclass(frozen=True, slots=True)
class Roster:
    """``students`` by essay id, where sure; ``unsure`` matches and those ``without`` an essay are for the teacher."""

    students: Mapping[str, str] = field(default_factory=dict)
    names: Sequence[str] = ()
    unsure: Sequence[StudentMatch] = ()
    without: Sequence[str] = ()

    def words(self) -> Iterator[str]:
        """What a teacher should look at."""
        for name, times in Counter(self.names).items():
            if times > 1:
                yield (
                    f"{name} stands {times} times in the class list: tell them apart there, and in the names of their "
                    f"files ({name} A, {name} B)."
                )
        for match in self.unsure:
            between = f" (it may be {' or '.join(match.candidates)})" if match.candidates else ""
            yield f"Whose essay {match.essay_id} is, is not sure{between}: name its file after its student."
        unmatched = {name for match in self.unsure for name in match.candidates}
        if missing := [name for name in dict.fromkeys(self.without) if name not in unmatched]:
            yield f"No essay was found of: {', '.join(missing)}."


def roster_of(essays: Sequence[Intake], class_list: Path | None) -> Roster:
    """Match the essays to a class list; without one, the names in the table that they came in.

    Raises:
        RequestError: the class list cannot be read, or holds no names.
    """
    if class_list is None:
        students = {essay.essay_id: essay.student for essay in essays if essay.student}
        return Roster(students, [*dict.fromkeys(students.values())])
    names = read_class_list(class_list)
    matches = match_students(essays, names)
    sure = {match.essay_id: match.student for match in matches if match.student}
    unsure = [match for match in matches if not match.student]
    return Roster(sure, names, unsure, [name for name in names if name not in set(sure.values())])
