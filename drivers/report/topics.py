"""What the topics of feedback are called by whoever reads of them: an essay's own language is its student's."""

from typing import Final

from drivers.report.languages import words_of
from drivers.report.terms import for_translation as _
from drivers.report.view import EssayView

# Lessons that only English has are called so in other languages by the catalogues.
OF_ENGLISH: Final = (
    _("Verbs that agree with their subject"),
    _("The form of the verb after have and has"),
    _("Words with a form of their own"),
    _("There, their and they're"),
    _("Then or than"),
    _("Its or it's"),
    _("The apostrophe in short forms"),
    _("The apostrophe of the owner"),
    _("I with a capital letter"),
    _("A or an"),
    _("Words without a plural"),
    _("Could have, not could of"),
    _("Used to and supposed to"),
    _("One word or two"),
    _("Two words that look alike"),
    _("Want to, try to, need to"),
    _("A capital letter for languages, countries, days and months"),
    _("Most people, most of the people"),
    _("There is, there are"),
    _("This or these, that or those"),
    _("Is, are and the verb after them"),
    _("Since and for"),
    _("When it was: the past tense"),
    _("After when and if"),
    _("A question inside a sentence"),
    _("Because and because of"),
    _("One linking word for two clauses"),
    _("Who for people"),
    _("The form in -ing"),
    _("Bored or boring"),
    _("A comma after what opens the sentence"),
    _("Words that go together"),
    _("What do you like, what do you give?"),
    _("The order of a question"),
    _("A place to read once more"),
)
# And those that English has not.
OF_OTHERS: Final = {
    "de_dem": _("They or them in Swedish: de and dem"),
    "gender": _("A noun’s gender: en or ett"),
    "adjective_agreement": _("Adjectives that agree with their noun"),
    "split_compound": _("Swedish compounds: one word or two"),
    "och_att": _("Och or att before a verb"),
    "sin_or_hans": _("Sin or hans: whose it is"),
    "verb_form": _("The form of the verb after jag, du and vi"),
}


def topic_title(topic: str, language: str, otherwise: str = "") -> str:
    """What the lesson on a topic is called in a language; else its title, or its name."""
    from actors.phases.ai_feedback.lessons import LANGUAGES, lesson_book  # noqa: PLC0415 - the phase loads slowly

    books = {each: lesson_book(each).lessons for each in (language, "en") if each in LANGUAGES}
    if topic in books.get(language, {}):
        return books[language][topic].title
    english = books["en"][topic].title if topic in books["en"] else OF_OTHERS.get(topic, "")
    return words_of(language).said(english) or otherwise or topic.replace("_", " ")


def work_titles(essay: EssayView, language: str) -> list[str]:
    """What an essay's feedback says is to be worked on, in the reader's language."""
    points = essay.feedback.analysis.work_points if essay.feedback else ()
    if essay.language == language:
        return [point.title for point in points]
    return [topic_title(point.topic, language, point.title) for point in points]
