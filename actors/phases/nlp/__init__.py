"""Language metrics of an essay: counts, readability, diversity, sophistication, structure, cohesion, conventions.

>>> measure("The cat sat on the mat. It was happy.", "en")["words_count"]
9.0
"""

from actors.phases.nlp.measuring import METRICS, measure, measured
from actors.phases.nlp.metric import Metric, Unmeasured
from actors.phases.nlp.service import NLPService

__all__ = ["METRICS", "Metric", "NLPService", "Unmeasured", "measure", "measured"]
