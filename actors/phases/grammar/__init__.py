"""Slips of grammar in English, by rules over a dependency parse. Pure functions from a parsed text to slips.

The rules cover what learners of English get wrong most often, in the order of frequency in corpora (Nicholls 2003
on the Cambridge Learner Corpus; Bryant et al. 2019 on W&I+LOCNESS): determiners, prepositions, tense, number of nouns,
forms of verbs, agreement. A rule reports only what can hardly be right; what no rule reports need not be good.
"""

from actors.phases.grammar.english import slips_of
from actors.phases.grammar.slip import Slip

__all__ = ["Slip", "slips_of"]
