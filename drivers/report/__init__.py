"""The report: from the engine's results to what teachers, students and spreadsheets read."""

from drivers.report.writing import write_report

__all__ = ["write_report"]
