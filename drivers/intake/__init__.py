"""Intake: turns the files that students handed in into essays, and reports everything doubtful about them."""

from drivers.intake.class_list import ClassList, class_list_in, read_class_list
from drivers.intake.intake_report import (
    Answer,
    Ask,
    Copy,
    Doubt,
    DoubtKind,
    IntakeReport,
    LeftOut,
    Question,
    Why,
    keep_all,
    nobody_to_ask,
)
from drivers.intake.model import Intake, Limits
from drivers.intake.sample import sample_assignment, sample_paths
from drivers.intake.students import MatchedBy, StudentMatch, match_students
from drivers.intake.take_in import read_essays, take_in

__all__ = [
    "Answer",
    "Ask",
    "ClassList",
    "Copy",
    "Doubt",
    "DoubtKind",
    "Intake",
    "IntakeReport",
    "LeftOut",
    "Limits",
    "MatchedBy",
    "Question",
    "StudentMatch",
    "Why",
    "class_list_in",
    "keep_all",
    "match_students",
    "nobody_to_ask",
    "read_class_list",
    "read_essays",
    "sample_assignment",
    "sample_paths",
    "take_in",
]
