"""Essays written for the tests."""

from actors.phases.ai_feedback.evidence import Seen
from actors.phases.ai_feedback.lessons import lesson_book
from actors.phases.ai_feedback.offline import Feedback, offline_feedback, read
from actors.phases.ai_feedback.passage import Extent
from actors.phases.service import EssayTask, PhaseSettings
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource
from contracts.texts import text_storage_id_of

LEARNER = """I think that school uniforms is a good idea, because every body look the same. For example my friend he \
have only two shirts, and people laugh at him. if we wear uniforms nobody will laughed.

Some people say that uniforms are boring. They want to show who they are. However, you can show it with you words \
and not with clothes. i belive it is more better for the class.

In conclusion, uniforms help students who dont have alot of money. Then they can think about their lessons."""

SWEDISH = """Jag tycker att skolan är viktig för alla barn. Igår jag gick till skolan med min kompis och vi pratade om \
en problem som vi har. dem är jätte bra på att lyssna. Många elev vill inte ha mobiler på lektionerna.

Till exempel blev min kompis störd av en telefon när hon skulle skriva ett prov. Därför tycker jag att man ska lämna \
mobilen hemma, eftersom det blir lugnare då. Hon kan går hem och läsa. Det är mer bättre."""

ABLE = """Every Sunday, my grandfather winds the clock in the hall. It takes him a minute, perhaps less, and nobody \
else is allowed to do it. When I was seven, I thought that time itself would stop if he forgot. Today I know \
that it would not, but I still listen for the small sound of the key.

People say that old habits are a waste of time. I believe that they are the opposite. A habit is a promise \
that we keep without having to decide it again each morning. It gives a shape to the week, in the same way \
that walls give a shape to a room.

Of course, not every habit is worth keeping. My cousin checks his phone before he opens the curtains, and he \
is very tired for the rest of the day. What makes the difference is whether we would choose the habit again."""


def task(text: str, *, language: str = "auto", instructions: str = "", **options: object) -> EssayTask:
    """A task on this text."""
    settings = PhaseSettings(language=language, essay_instructions=instructions, options=options)
    return EssayTask("essay", text_storage_id_of(text), text, settings)


def told(text: str, *slips: tuple[str, str, str], doubts: tuple[str, ...] = (), language: str = "en") -> Feedback:
    """The offline feedback on a text in which these slips were seen, each with its topic and rule."""
    items = tuple(evidence(text, *one, language=language) for one in slips)
    places = tuple(Extent(text.index(words), text.index(words) + len(words)) for words in doubts)
    given = task(text, language=language)
    return offline_feedback(given, read(given, language, Seen(items, places)), items)


def evidence(text: str, quote: str, topic: str, rule: str, *, language: str = "en") -> EvidenceItem:
    """A slip at the first place of these words."""
    start = text.index(quote)
    trait = lesson_book(language).lessons[topic].trait
    place = {"start": start, "end": start + len(quote), "quote": quote}
    return EvidenceItem(**place, topic=topic, trait=trait, source=EvidenceSource.PATTERN, rule=rule)
