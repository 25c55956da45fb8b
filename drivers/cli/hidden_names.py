"""Tells phases which names to hide from a language model, and checks that a model is configured."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from actors.phases.llm.settings import settings_from
from actors.phases.service import PhaseWorkError
from contracts.phases import PhaseName
from drivers.client.errors import RequestError
from drivers.client.pipelines import Options, judge_kinds


def check_model(options: Options) -> None:
    """Refuse a pipeline that needs a language model if none is configured. Not checked for an existing cluster.

    Raises:
        RequestError: no model is configured, or its settings are wrong.
    """
    asks_model = options.get(PhaseName.AI_FEEDBACK, {}).get("backend") == "llm" or "llm" in judge_kinds(options)
    if os.environ.get("RAY_ADDRESS") or not asks_model:
        return
    try:
        settings_from(os.environ)
    except PhaseWorkError as error:
        raise RequestError(error.message) from None


def hiding(names: Sequence[str], options: Options) -> Options:
    """The options with these names added to those hidden from language models, for phases that use one."""
    if not names:
        return options
    hidden = dict(options)
    feedback = options.get(PhaseName.AI_FEEDBACK, {})
    if feedback.get("backend") == "llm":
        hidden[PhaseName.AI_FEEDBACK.value] = _with_names(feedback, names)
    judging = options.get(PhaseName.CJ_ASSESSMENT, {})
    if "judge" in judging:
        asked, many = judging["judge"], isinstance(judging["judge"], list)
        judges = [_judge_hiding(names, judge) for judge in (asked if many else [asked])]
        hidden[PhaseName.CJ_ASSESSMENT.value] = {**judging, "judge": judges if many else judges[0]}
    return hidden


def _judge_hiding(names: Sequence[str], judge: Any) -> Any:
    specification = {"kind": judge} if isinstance(judge, str) else judge
    return _with_names(specification, names) if specification.get("kind") == "llm" else judge


def _with_names(settings: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {**settings, "names": list(dict.fromkeys([*settings.get("names", ()), *names]))}
