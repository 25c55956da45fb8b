"""The report as web pages: one for the teacher, one for each student.

There is no script in them and nothing from outside, and a policy in each page forbids both; all texts are escaped.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from importlib.util import find_spec
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from contracts.failures import ErrorDetail
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource
from drivers.report import terms
from drivers.report.arrival import arrival_notes
from drivers.report.digest import (
    common_errors,
    common_topics,
    failures_by_reason,
    people_judging,
    ranking_worth,
    same_doubt,
)
from drivers.report.languages import Words, words_of
from drivers.report.marked import passages
from drivers.report.outliers import outliers
from drivers.report.paper import on_paper
from drivers.report.pictures import ClassPlots
from drivers.report.prose import blocks
from drivers.report.safe import printable
from drivers.report.sentences import Told, reason_told, told
from drivers.report.standing import KEY_METRICS, spreads, standings
from drivers.report.topics import topic_title, work_titles
from drivers.report.view import ClassView, EssayView

TEXT_SHOWN: Final = 60_000  # characters of an essay that a page shows; files have all of it
ROWS_SHOWN: Final = 400  # of a table in an essay's part
_SECOND: Final = 1000  # milliseconds
_NAMED: Final = {
    "phase": terms.PHASES,
    "outcome": terms.OUTCOMES,
    "reason": terms.REASONS,
    "trait": terms.TRAITS,
    "mistake": terms.MISTAKES,
}


@cache
def _environment(language: str) -> Environment:
    words = words_of(language)
    made = Environment(
        loader=PackageLoader("drivers.report"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(words.translations, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(said=words.said, figure=words.figure, fixed=words.fixed, moment=_moment, spaced=_spaced)
    made.filters.update(told=partial(_told, words), why_failed=partial(_why_failed, words), on_paper=on_paper)
    made.filters.update(evidence=partial(_evidence, words), duration=partial(_duration, words))
    made.filters["to_work_on"] = partial(work_titles, language=words.language)
    made.filters.update({name: partial(_term, words, name) for name in _NAMED})
    made.globals.update(
        language=words.language, passages=passages, blocks=blocks, text_shown=TEXT_SHOWN, rows_shown=ROWS_SHOWN
    )
    return made


def _spaced(name: str) -> str:
    """The name of a field as a word or two."""
    return name.replace("_", " ").capitalize()


def _term(words: Words, kind: str, value: str) -> str:
    return words.said(terms.term(_NAMED[kind], value))


def _evidence(words: Words, essay: EssayView) -> list[tuple[str, list[EvidenceItem]]]:
    """What the feedback rests on, by topic; the page shows misspelt words already where it has the spellcheck's."""
    by_topic: dict[str, list[EvidenceItem]] = {}
    for item in essay.feedback.analysis.evidence[:ROWS_SHOWN] if essay.feedback else ():
        if item.source is not EvidenceSource.SPELLCHECK or not essay.corrections:
            by_topic.setdefault(topic_title(item.topic, words.language), []).append(item)
    return list(by_topic.items())


def _makers(view: ClassView) -> list[str]:
    """What made the results, each once."""
    results = (result for essay in view.essays for result in essay.results.values())
    return list(dict.fromkeys(f"{result.producer} {result.producer_version}" for result in results))


def _duration(words: Words, milliseconds: float) -> str:
    if milliseconds < _SECOND:
        return f"{words.fixed(milliseconds)} ms"
    return f"{words.figure(milliseconds / _SECOND)} s"


def _told(words: Words, sentence: str) -> Told:
    return told(sentence, words)


def _why_failed(words: Words, failure: ErrorDetail) -> str:
    return reason_told(failure.error_code.value, failure.message, words)


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""


def class_page(view: ClassView, plots: ClassPlots, left_out: Sequence[tuple[str, str]], language: str = "") -> str:
    """The teacher's page: the class, and then every essay. ``left_out`` says what is missing, and what to install.

    It speaks ``language``; that of the batch where none is given.
    """
    of_class = spreads(view)
    words = words_of(language or view.language)
    page = _environment(words.language).get_template("report.html")
    return printable(
        page.render(
            view=view,
            plots=plots,
            left_out=left_out,
            errors=common_errors(view),
            topics=common_topics(view, words.language),
            failures=failures_by_reason(view, words),
            arrival=arrival_notes(view, words),
            outliers=outliers(view, words),
            same_doubt=same_doubt(view),
            worth=ranking_worth(view, words),
            judges=people_judging(view),
            made_by=_makers(view),
            meanings=[metric for metric in KEY_METRICS if metric.name in of_class],
            anchors={essay.essay_id: f"essay-{number}" for number, essay in enumerate(view.essays, start=1)},
            names={essay.essay_id: essay.name for essay in view.essays},
            standings={essay.essay_id: standings(essay, of_class) for essay in view.essays},
        )
    )


def handout_language(essay: EssayView, view: ClassView) -> str:
    """The language in which a student is spoken to: that of the essay, where it is known."""
    return words_of(essay.language or view.language).language


def handouts_page(essays: Sequence[EssayView], view: ClassView) -> str:
    """Pages for students, one after the other, with no word about others: no rank, no comparison."""
    articles = [
        Markup(_environment(handout_language(essay, view)).get_template("handout.html").render(essay=essay))  # noqa: S704  (from a template, which escapes)
        for essay in essays
    ]
    language = handout_language(essays[0], view) if len(essays) == 1 else view.language
    name = essays[0].name if len(essays) == 1 else view.batch_id
    return printable(_environment(language).get_template("handouts.html").render(articles=articles, name=name))


def review_page(batch_id: str, language: str, longest_feedback: int) -> str:
    """The page on which a teacher decides on corrections and feedback; its server fills it."""
    template = _environment(words_of(language).language).get_template("review.html")
    return printable(template.render(batch_id=batch_id, longest=longest_feedback))


def plots_of(view: ClassView, language: str = "") -> ClassPlots:
    """The plots of the class; none where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        return ClassPlots()
    from drivers.report.plots import class_plots  # noqa: PLC0415 - half a second, and an extra

    return class_plots(view, words_of(language or view.language))
