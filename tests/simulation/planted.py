"""Planted bugs: each replaces one function of the engine for a while. They show what the simulation can detect.

``finds_within`` is the number of seeds (from 0) within which the simulation must find the bug.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from actors.actor import Shell
from actors.core import aggregation, batch, batch_state, cohort, dispatch, essay, leasing, operator_commands, work_queue
from actors.core.retry import Policy
from actors.execution import cohort_executor, essay_executor
from actors.stores.memory import MemoryStore
from contracts.failures import ErrorDetail
from tests.simulation import bugs as b
from tests.simulation import bugs_of_work as w


@dataclass(frozen=True, slots=True)
class Mutation:
    """A named bug: ``attribute`` of ``owner`` is replaced by what ``instead`` makes of it."""

    label: str
    what: str
    owner: Any
    attribute: str
    instead: Callable[[Any], Any]
    finds_within: int = 100

    @contextmanager
    def planted(self) -> Iterator[None]:
        original = getattr(self.owner, self.attribute)
        setattr(self.owner, self.attribute, self.instead(original))
        try:
            yield
        finally:
            setattr(self.owner, self.attribute, original)


_ALL = (
    Mutation(
        "speaks-before-saving", "effects are performed before the commit", Shell, "_carry_out", b.speaks_before_saving
    ),
    Mutation(
        "commits-piecemeal", "a decision is saved in several commits", Shell, "_persist", b.commits_piecemeal, 200
    ),
    Mutation("accepts-a-stale-outcome", "an outcome counts in any phase", batch, "_is_here", b.always(True)),
    Mutation("no-position-guard", "an older command reopens its phase", essay, "step", b.takes_older_commands),
    Mutation(
        "does-not-answer-again", "an answered command is not answered again", essay, "step", b.does_not_answer_again
    ),
    Mutation("no-resume", "a restarted orchestrator asks nobody", batch, "resume", b.unchanged),
    Mutation("essays-do-not-resume", "a restarted essay says nothing", essay, "resume", b.unchanged),
    Mutation("no-fencing", "an old orchestrator may write", MemoryStore, "commit", w.commits_without_fencing, 300),
    Mutation(
        "key-without-settings",
        "results are shared by settings",
        essay_executor.EssayExecutor,
        "_result_key",
        w.without_settings,
        300,
    ),
    Mutation("barrier-off-by-one", "a phase closes with one essay under way", batch, "_settle", b.closes_one_early),
    Mutation(
        "retries-the-succeeded", "done essays work again", dispatch, "_to_work_on", lambda _: lambda all_, _p: all_
    ),
    Mutation(
        "cancel-loses-outcomes",
        "a cancelled batch ends at once",
        operator_commands,
        "_cancel",
        b.ends_at_once_when_cancelled,
    ),
    Mutation("raises", "a decision is an exception", operator_commands, "_drop", b.raises),
    Mutation("begins-though-paused", "a pause holds no phase", batch, "advance", b.begins_though_paused, 300),
    Mutation("failed-go-on", "failed essays go to the next phase", dispatch, "_eligible", b.lets_the_failed_go_on),
    Mutation(
        "forgets-the-new-text", "phases work on old texts", aggregation, "_standing_after", b.forgets_the_new_text
    ),
    Mutation(
        "draws-the-outcomes-id",
        "an outcome's id is not derived",
        aggregation,
        "phase_outcome",
        b.draws_the_outcomes_id,
    ),
    Mutation(
        "restores-only-successes",
        "restarts forget failures",
        batch_state,
        "_with_outcomes",
        b.restores_only_successes,
    ),
    Mutation("never-nudges-again", "silence is broken once", batch, "_nudge", b.never_nudges_again),
    Mutation("releases-once", "a lost release is not repeated", batch, "_owed", b.does_not_release, 2000),
    Mutation("ignores-where-work-belongs", "late work counts", essay, "_is_current", b.ignores_where_work_belongs, 300),
    Mutation("keeps-its-old-text", "an essay's text stays", essay, "_succeed", b.keeps_its_old_text),
    Mutation("failures-of-nobody", "a failure does not say whose it is", ErrorDetail, "correlated", b.of_nobody),
    Mutation(
        "goes-by-the-last-run", "an essay speaks for its last run", essay, "_take", b.speaks_for_its_last_run, 300
    ),
    Mutation("tries-once-more", "one attempt too many", Policy, "tries_again", b.tries_once_more),
    Mutation(
        "forgets-what-was-behind", "work of lost workers is dropped", work_queue, "_requeued", w.forgets_what_was_behind
    ),
    Mutation("never-passes-the-turn", "one batch is always served first", leasing, "_leased", w.never_passes_the_turn),
    Mutation(
        "works-while-held",
        "work of a paused batch is handed out",
        leasing,
        "next_batch",
        lambda _: w.first_in_turn,
        300,
    ),
    Mutation("suspects-together", "suspects are leased together", leasing, "_is_alone", b.always(False), 300),
    Mutation(
        "plans-too-early",
        "a round ends with its first piece",
        cohort,
        "_piece_settled",
        w.plans_after_the_first_piece,
        400,
    ),
    Mutation(
        "keeps-no-result",
        "a result is told and not kept",
        essay_executor,
        "records_of",
        w.tells_of_results_it_did_not_keep,
    ),
    Mutation(
        "looks-for-no-piece", "pieces are done again", cohort_executor.CohortExecutor, "_perform", w.performs_again
    ),
    Mutation("moves-before-saving", "a state is moved before the commit", Shell, "_carry_out", b.moves_before_saving),
    Mutation("fails-any-attempt", "a past attempt counts", essay, "step", b.counts_any_attempt),
    Mutation("gives-back-nothing", "it is forgotten", work_queue, "_given_back", w.forgets_what_is_given_back),
    Mutation("fails-any-attempt-at-a-piece", "a past one counts", cohort, "step", w.counts_any_attempt_at_a_piece, 100),
    Mutation("plans-what-is-given-up", "it is tried again", cohort, "_ask_plan", w.tells_no_plan_what_is_given_up, 100),
    Mutation(
        "keeps-nothing-given-up",
        "a piece that is given up is not kept",
        cohort_executor.CohortExecutor,
        "_plan",
        w.keeps_no_piece_that_is_given_up,
    ),
    Mutation("plans-while-paused", "a plan is handed out", leasing, "next_batch", w.plans_while_paused),
    Mutation("hurries-what-is-over", "a late word counts", work_queue, "hurried", w.hurries_what_is_over, 200),
    Mutation("loses-a-move", "a store loses every 50th move", MemoryStore, "_write", w.loses_every_fiftieth_move),
)

MUTATIONS: Final[Mapping[str, Mutation]] = MappingProxyType({mutation.label: mutation for mutation in _ALL})
