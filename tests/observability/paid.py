"""A phase service with costs, for tests."""

from collections.abc import Sequence

from actors.phases.service import EssayTask, Product
from contracts import EssayStatus, PhaseName
from contracts.results.ai_feedback import AIFeedbackResultDataV1, ModelUsage


class FeedbackForMoney:
    """A service that reports what it has cost."""

    name = "paid"
    version = "1"
    uses: Sequence[PhaseName] = ()

    def process(self, task: EssayTask) -> Product:
        usage = ModelUsage(model="small", calls=2, input_tokens=900, output_tokens=100, cost=0.25)
        result = AIFeedbackResultDataV1(
            status=EssayStatus.AI_FEEDBACK_SUCCESS,
            original_text_storage_id=task.text_id,
            text_storage_id=task.text_id,
            producer=self.name,
            producer_version=self.version,
            usage=usage,
        )
        return Product(result)
