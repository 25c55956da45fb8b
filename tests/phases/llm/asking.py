"""A phase service for tests that only asks a language model."""

from actors.phases.ai_feedback.by_model import Draft
from actors.phases.ai_feedback.service import AIFeedbackService
from actors.phases.ai_feedback.settings import options_of
from actors.phases.llm.client import Question
from actors.phases.service import EssayTask, Product
from contracts import PhaseName
from tests.services import result


class OnlyAsks(AIFeedbackService):
    """Feedback that does not analyse the text, so that no worker has to load parsers and grammar rules first."""

    def process(self, task: EssayTask) -> Product:
        options = options_of(task.settings)
        question = Question("Say what is good, and what to work on.", task.text, Draft, lambda draft, _: draft)
        self._client_for(options).ask(question, options.account or task.batch_id, options.budget)
        return Product(result(PhaseName.AI_FEEDBACK, task, task.text_id))
