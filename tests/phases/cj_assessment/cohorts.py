"""Essays and cohorts for the tests, and a driver that plays the engine's part."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from actors.phases.cj_assessment import CJAssessmentService
from actors.phases.service import CohortItem, CohortProducts, EssayTask, PhaseSettings, Product, Round
from contracts.results.cj_assessment import CJAssessmentResultDataV1
from contracts.texts import text_storage_id_of

PROMPT = "Should pupils be allowed to use their phones at school? Give reasons for your opinion, with examples."

ESSAYS = {
    "careful": """Phones have become the centre of our daily lives, which is precisely why schools should think hard \
before they allow them. In my opinion, pupils ought to leave their phones in a locker during lessons.

The most obvious reason is attention. Researchers who observed classrooms found that even a silent phone on the desk \
distracts its owner. When my own class tried a week without phones, several of us noticed that discussions became \
livelier, because nobody was glancing at a screen under the table.

Admittedly, phones can be useful: they hold dictionaries, cameras and calculators. However, most schools already \
provide laptops for such purposes, so the advantage is small. Consequently, I believe that the benefits of a calm \
classroom outweigh the convenience of having a phone at hand.""",
    "plain": """I think phones should not be allowed at school. Phones take the attention away from the lesson. When a \
phone rings, everybody looks at it and the teacher must stop. My friend uses his phone all the time and his grades are \
not good.

Some people say that phones are good for learning. You can look up words and find information. But we have computers \
at school, so we do not need phones.

In conclusion, phones are a problem at school, and pupils should leave them at home.""",
    "weak": """in my opinon phones is good and bad. it is good becaus you can call your mom if somthing happend and it \
is bad becaus you play games and dont lisen to the teacher and then you dont no what to do in the test and you get a \
bad grade and then you are sad. the phone is very very good for me i have it all the time and i like it. so i think we \
can have phone but not all the time becaus it is bad.""",
    "poor": """phone good. i like phone. all people have phone and it good thing. my frend he have new phone is very \
expensiv. techer dont like phone but we like. school is borring whit out phone. thats what i think about phone.""",
}

Decide = Callable[[CohortItem], Any]


def cohort_of(texts: Mapping[str, str], *, language: str = "en", **options: Any) -> list[EssayTask]:
    """A cohort in the engine's order, by essay id."""
    settings = PhaseSettings(language=language, essay_instructions=PROMPT, options=options)
    return [EssayTask(name, text_storage_id_of(text), text, settings) for name, text in sorted(texts.items())]


def play(
    cohort: Sequence[EssayTask],
    decide: Decide | None = None,
    done: dict[str, Any] | None = None,
    service: CJAssessmentService | None = None,
) -> CohortProducts:
    """Plan and perform to the end; ``decide`` answers for people, and ``done`` is filled like a store."""
    service, done = service or CJAssessmentService(), {} if done is None else done
    while isinstance(planned := service.plan(cohort, done), Round):
        assert planned.items or planned.awaited
        for item in planned.items:
            done[item.key] = service.perform(item, cohort)
        for item in planned.awaited:
            assert decide is not None
            done[item.key] = decide(item)
    return planned


def results_of(outcome: CohortProducts) -> dict[str, CJAssessmentResultDataV1]:
    """The results of the essays that have one."""
    found = {}
    for essay_id, answer in outcome.products.items():
        if isinstance(answer, Product):
            assert isinstance(answer.result, CJAssessmentResultDataV1)
            found[essay_id] = answer.result
    return found


def ranks_of(texts: Mapping[str, str], **options: Any) -> dict[str, int]:
    """Every essay's rank by the offline judge."""
    return {name: result.rank for name, result in results_of(play(cohort_of(texts, **options))).items()}


def higher_number_wins(item: CohortItem) -> dict[str, str]:
    """A person for whom the later essay id always wins."""
    winner = "left" if item.payload["left"] > item.payload["right"] else "right"
    return {"winner": winner, "judge": "anna"}


def numbered(count: int, **options: Any) -> list[EssayTask]:
    """A cohort of small texts for people to judge."""
    return cohort_of({f"essay-{n:03}": f"Text number {n}." for n in range(count)}, **{"judge": "people", **options})
