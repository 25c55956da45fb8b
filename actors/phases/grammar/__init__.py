"""Slips of grammar in English, by rules over a dependency parse. Pure: a parsed text in, slips out.

The rules are for what learners of English get wrong most often, in the order in which corpora count it (Nicholls 2003
on the Cambridge Learner Corpus; Bryant et al. 2019 on W&I+LOCNESS): determiners, prepositions, tense, number of nouns,
forms of verbs, agreement. Each says only what can hardly be right: what it is silent about need not be good.
"""

from actors.phases.grammar.english import slips_of
from actors.phases.grammar.slip import Slip

__all__ = ["Slip", "slips_of"]
