"""Intake: from what pupils handed in to texts, with one entry for every essay."""

from drivers.intake.model import Intake, Limits
from drivers.intake.reader import read_essays
from drivers.intake.sample import sample_assignment, sample_paths
from drivers.intake.students import MatchedBy, StudentMatch, match_students, read_class_list

__all__ = [
    "Intake",
    "Limits",
    "MatchedBy",
    "StudentMatch",
    "match_students",
    "read_class_list",
    "read_essays",
    "sample_assignment",
    "sample_paths",
]
