"""What the program has said in English of a file or an essay, as a reader of the report is told it.

The program's parts speak English, and of themselves; a report speaks its reader's language, and of the essay. What is
not known here is left as it is, for want of something better.
"""

import re
from functools import cache
from typing import Final, NamedTuple

from drivers.report.languages import Words
from drivers.report.terms import REASONS, term
from drivers.report.terms import for_translation as _


class Told(NamedTuple):
    """A sentence, and its language where it is not the reader's."""

    text: str
    language: str = ""


# Sentences that a reader can be told as they are; what stands in braces differs from file to file.
_AS_THEY_ARE: Final = (
    # on a file that could not be read
    _("This file is empty: there is no text in it."),
    _("This is a photo or a scan: ask for the text, as a file from a program."),
    _("There is a photo or a scan in this document, and no text: ask for the text itself."),
    _("There is a photo or a scan on this page, and no text: ask for the text itself."),
    _("This PDF is a photo or a scan: a picture without text. Ask for the text that it was printed from."),
    _("This PDF is damaged and cannot be read: ask for it again."),
    _("This PDF is protected with a password: ask for it without one."),
    _("This document is damaged and cannot be read: ask for it again."),
    _("This file holds no text (it may be a picture or a program): ask for the essay again."),
    _("This file is damaged and cannot be opened: ask for it again."),
    _("This file is only a link to a text elsewhere: ask for the text itself."),
    _("This file is protected with a password: ask for it without one."),
    _("This is an old Office file (.doc): save it as .docx or .pdf."),
    _("This is not a working {ending} file: ask for it again."),
    _("This type of file is not read. What is read: {types}. Save it as one of these."),
    # on how a file was read
    _("read from a PDF: line ends were joined to paragraphs"),
    _("left out as running head, foot or page number: {text}"),
    _("left out as running head: {text}"),
    _("hidden text was left out: {text}"),
    _("footnotes are left out of the running text: {text}"),
    _("endnotes are left out of the running text: {text}"),
    _("comments are left out of the running text: {text}"),
    _("a program recognised this text in a picture: compare it with the picture"),
    _("page {pages} is a picture: what is written there was not read"),
    _("there are {count} pictures in it: what is written there was not read"),
    _("there are {count} pictures on it: what is written there was not read"),
    _("{count} texts typed into the form or onto the page were read, and stand last"),
    _("a note on page {page} was left out: {text}"),
    _("{count} control characters were taken out"),
    _("found in two ways, read once"),
    # on an essay
    _("The text is too short for bands: fewer than 50 words."),
    _("Bands without a model of your own are for English only: no other scale was checked."),
    _("Not told apart from the language as a whole: see there."),
    _("Not assessed: ideas, content and organisation. No measure here tells more of them than length does."),
)
# Sentences of the program on itself, and what a reader is told instead.
_INSTEAD: Final = {
    "The model was not fitted for this trait.": _("Not assessed."),
    "Read without a parser: more slips of grammar are seen where the extra [parse] is installed.": _(
        "Slips of grammar were looked for in the simple way; an addition to this program finds more of them."
    ),
    "Characters {start} to {end} speak to the assessor or to a model; they were not followed.": _(
        "A part of the text (characters {start} to {end}) speaks to whoever assesses it; that was not followed."
    ),
    (
        "Slips of grammar were looked for in the first {end} of {length} characters: the text is very long, or full of "
        "unknown words or marks."
    ): _("Slips of grammar were looked for in the first {end} of {length} characters only."),
}
_SLOT: Final = re.compile(r"\\\{(\w+)\\\}")


def told(sentence: str, words: Words) -> Told:
    """The sentence in the reader's language and words."""
    for pattern, known in _patterns():
        if match := pattern.fullmatch(sentence):
            return Told(words.said(known).format(**match.groupdict()))
    return Told(sentence, "" if words.language == "en" else "en")


def reason_told(error_code: str, message: str, words: Words) -> str:
    """Why an essay failed: as was said of its file where that is known, or else what such failures are called.

    The program's own words on a phase that failed are for those who run it: ``results.json`` and ``essays status`` have
    them.
    """
    if any(pattern.fullmatch(message) for pattern, _known in _patterns()):
        return told(message, words).text
    return words.said(term(REASONS, error_code)) + "."


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    known = {**{each: each for each in _AS_THEY_ARE}, **_INSTEAD}
    return tuple((_pattern(sentence), instead) for sentence, instead in known.items())


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(_SLOT.sub(r"(?P<\1>.+)", re.escape(sentence)), re.DOTALL)
