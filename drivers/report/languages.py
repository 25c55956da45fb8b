"""The words of a report in its reader's language.

English stands in code and templates; each other language is a catalogue, ``locale/<language>.po``, as translators'
programs edit them. What a catalogue lacks is said in English.
"""

from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

LANGUAGES: Final = ("en", "sv")
_MINUS: Final = "\N{MINUS SIGN}"
_MANY_DIGITS: Final = 100  # from here on, decimals only distract


class Words:
    """One language: what is said in it, and how it writes numbers."""

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.language = language
        self.translations = translations

    def said(self, text: str) -> str:
        """``text``, which is English, in this language."""
        return self.translations.gettext(text) if text else ""

    def counted(self, one: str, many: str, count: int) -> str:
        """One of two English texts by ``count``, in this language."""
        return self.translations.ngettext(one, many, count)

    def fixed(self, value: float, digits: int = 0) -> str:
        """``value`` with so many decimals."""
        nearest = round(value, digits) + 0.0  # Adding nothing makes of minus zero zero.
        return self._written(nearest, "#,##0" + ("." + "0" * digits if digits else ""))

    def figure(self, value: float) -> str:
        """Three digits that count, and no powers of ten."""
        return self.fixed(value) if abs(value) >= _MANY_DIGITS else self._written(float(f"{value:.3g}"), "0.######")

    def _written(self, value: float, pattern: str) -> str:
        return str(format_decimal(value, pattern, locale=self.language)).replace("-", _MINUS)


@cache
def words_of(language: str) -> Words:
    """The words of a language in ``LANGUAGES``; English for any other."""
    if language == "en" or language not in LANGUAGES:
        return Words("en", NullTranslations())
    with files(__package__).joinpath(f"locale/{language}.po").open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Words(language, Translations(compiled))


def primary(language: str) -> str:
    """A language without its region: ``en`` of ``en-GB``."""
    return language.replace("_", "-").partition("-")[0].lower()
