"""Comparative judgement: a cohort's essays are compared in pairs, and placed by the Bradley-Terry model."""

from actors.phases.cj_assessment.service import CJAssessmentService

__all__ = ["CJAssessmentService"]
