"""Finds a class's word list, and adds it to the settings of the class's next batch."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from actors.stores.opening import url_of_file
from actors.stores.store import StoreError
from contracts.phases import PhaseName
from drivers.cli.locating import default_stores
from drivers.client.engine import Engine
from drivers.client.errors import RequestError
from drivers.client.pipelines import Options
from drivers.review.word_list import each_once

_SPELLCHECK: Final = PhaseName.SPELLCHECK.value


def class_words(class_name: str, batch_id: str, store: str) -> list[str]:
    """A class's word list, from the store of its next batch and from those in the default results folder.

    A batch that exists already keeps the words it began with, so that it stays the same batch whatever was rejected
    meanwhile. A store that cannot be read is skipped: a missing word list is no reason to stop.
    """
    if not class_name.strip():
        return []
    words: list[str] = []
    for url in dict.fromkeys([*map(url_of_file, default_stores()), store]):
        with suppress(StoreError, RequestError), Engine.reader(url) as reader:
            known = reader.store.batch(batch_id, with_order=False) if url == store else None
            if known is not None and known.fingerprint:
                return list(known.options.get(PhaseName.SPELLCHECK, {}).get("word_list", ()))
            words += reader.class_words(class_name)
    return each_once(words)


def knowing(words: Sequence[str], phases: Sequence[str], options: Options) -> Options:
    """The options with these words added to the spellcheck's word list, if the pipeline has a spellcheck."""
    if not words or _SPELLCHECK not in phases:
        return options
    own = options.get(_SPELLCHECK, {})
    listed = list(dict.fromkeys([*own.get("word_list", ()), *words]))
    return {**options, _SPELLCHECK: {**own, "word_list": listed}}
