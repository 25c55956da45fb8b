"""A small class with checked spelling and with feedback."""

from collections.abc import Callable
from typing import Any

from actors.phases.service import EssayTask, PhaseWorkError, Product
from actors.stores.store import Store
from contracts.failures import ErrorCode
from contracts.results.spellcheck import CorrectionKind, SpellingCorrection, apply_corrections
from drivers.client.batch import Batch
from drivers.testing import ScriptedService, open_virtual_engine
from tests.drivers.report.batches import correction

BATCH = "8b"
CLASS = {
    "anna": "I have a frend at Hogwarts.",
    "bo": "Hogwarts is there school, my frend.",
    "cy": "fail",
}
FOUND = {
    "frend": ("friend", CorrectionKind.NON_WORD, True),
    "Hogwarts": ("Hogs warts", CorrectionKind.SPLIT_JOIN, True),
    "there": ("their", CorrectionKind.REAL_WORD, False),
}


class Spelling(ScriptedService):
    """Finds the words in ``FOUND``, wherever they are."""

    def process(self, task: EssayTask) -> Product:
        if task.text == "fail":
            raise PhaseWorkError(ErrorCode.SERVICE_ERROR, "This essay fails.")
        found = tuple(sorted((_correction(task.text, word) for word in FOUND if word in task.text), key=_start))
        return self._product(task, apply_corrections(task.text, found), {"corrections": found, "words_checked": 7})


def _start(found: SpellingCorrection) -> int:
    return found.start


def _correction(text: str, word: str) -> SpellingCorrection:
    replacement, kind, applied = FOUND[word]
    return correction(text, word, replacement, kind=kind, applied=applied)


def reviewed_class(store: Store | None = None, batch_id: str = BATCH, class_name: str = "8b") -> Batch:
    """The class, run to its end."""
    services: dict[str, Callable[[], Any]] = {
        "spellcheck": Spelling("spellcheck"),
        "ai_feedback": ScriptedService("ai_feedback", None, student_text="Write friend, not frend."),
    }
    engine = open_virtual_engine(services, store=store)
    batch = engine.submit(batch_id, CLASS, pipeline="spellcheck,ai_feedback", language="en", class_name=class_name)
    batch.result()
    return batch


def at(essay_id: str, word: str) -> int:
    """Where a word begins in an essay."""
    return CLASS[essay_id].index(word)
