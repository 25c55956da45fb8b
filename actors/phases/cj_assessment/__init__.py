"""Comparative judgement: compares a cohort's essays in pairs and places them by the Bradley-Terry model."""

from actors.phases.cj_assessment.service import CJAssessmentService

__all__ = ["CJAssessmentService"]
