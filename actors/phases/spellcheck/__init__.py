"""The spellcheck phase."""

from actors.phases.spellcheck.service import SpellcheckService

__all__ = ["SpellcheckService"]
