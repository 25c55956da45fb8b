"""Essays for the tests, written for them."""

from actors.phases.service import EssayTask, PhaseSettings
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


def task(text: str, *, language: str = "auto", instructions: str = "", **options: object) -> EssayTask:
    """A task on a text."""
    settings = PhaseSettings(language=language, essay_instructions=instructions, options=options)
    return EssayTask("essay", text_storage_id_of(text), text, settings)
