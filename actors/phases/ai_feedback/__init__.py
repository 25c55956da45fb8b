"""AI feedback: a text for the student and an analysis for the teacher, by rules or by a language model."""

from actors.phases.ai_feedback.service import AIFeedbackService

__all__ = ["AIFeedbackService"]
