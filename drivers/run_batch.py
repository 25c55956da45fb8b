"""``python -m drivers.run_batch``: runs a batch of essays through a pipeline of phases, from files to results."""

from collections.abc import Iterable, Sequence

from rich.markup import escape

from actors.phases.registry import services_of
from drivers.cli.asking import ask_on
from drivers.cli.class_words import class_words, knowing
from drivers.cli.command_line import program
from drivers.cli.console import INTERRUPTED, NOTHING_BEGUN, Console
from drivers.cli.exit_codes import ExitCode
from drivers.cli.following import advised, follow, opened
from drivers.cli.hidden_names import check_model, hiding
from drivers.cli.locating import make_folder
from drivers.cli.run_request import RunRequest, check_language
from drivers.client.preflight import check_submission
from drivers.client.submission import BatchSpec, Submission, prepare
from drivers.intake import intake_notes, student_names


def main(request: RunRequest, console: Console) -> ExitCode:
    """Run a batch of essays through a pipeline of phases.

    Exit codes: 0 done, 1 some essays failed (with --strict), 2 wrong arguments, 3 the batch failed critically or was
    cancelled, 4 the store or Ray is not available, 130 interrupted.

    Examples: essays run --sample; essays run essays/ --pipeline ranking --class-list 8b.csv --out results/8b;
    essays run --settings results/8b/settings.toml
    """
    console.interrupted = NOTHING_BEGUN
    place = request.place
    check_language(request.language)
    check_model(request.chosen.options)
    report = request.read(ask_on(console, all_files=request.all_files))
    words = class_words(request.class_name, place.batch_id, place.url)
    submission = prepare(_spec(request, report.names, words), report.essays, services_of(request.services))
    with advised(place):
        check_submission(place.url, submission)
    make_folder(place.folder)
    _announce(submission, [*report.warnings(), *_of_class(request.class_name, words)], console)
    with opened(
        place.url,
        console,
        essays=len(report.essays),
        runtime=request.runtime,
        services=request.services,
        workers=request.workers,
        essay_processes=request.essay_processes,
        warm=request.chosen.phases,
        namespace=request.namespace,
        job_name=place.batch_id,
    ) as engine:
        batch = engine.submit(submission)
        console.interrupted = INTERRUPTED
        student_names.keep(place.folder, place.batch_id, report.students)
        intake_notes.keep(place.folder, place.batch_id, report)
        request.save()
        return follow(batch, place, console, strict=request.strict)


def _of_class(class_name: str, words: Sequence[str]) -> list[str]:
    counted = f"{len(words)} words count" if len(words) != 1 else "1 word counts"
    return (
        [f"According to the word list of class {class_name.strip()}, {counted} as correct: {', '.join(words)}."]
        if words
        else []
    )


def _spec(request: RunRequest, names: Iterable[str], words: Sequence[str]) -> BatchSpec:
    """The batch to run, with the names to hide from a language model and the class's word list in its options."""
    hidden = [name for name in (*names, request.teacher) if name]
    options = knowing(words, request.chosen.phases, request.chosen.options)
    return BatchSpec(
        batch_id=request.place.batch_id,
        phases=request.chosen.phases,
        language=request.language,
        essay_instructions=request.instructions(),
        course_code=request.course,
        class_designation=request.class_name,
        teacher_name=request.teacher,
        options=hiding(hidden, options),
        urgent=request.urgent,
    )


def _announce(submission: Submission, words: Iterable[str], console: Console) -> None:
    essays = submission.essays
    unreadable = sum(essay.failure is not None for essay in essays)
    doubt = f" ([red]{unreadable} cannot be read[/red])" if unreadable else ""
    pipeline = " -> ".join(submission.message.request.pipeline)
    many = f"{len(essays)} essays" if len(essays) != 1 else "1 essay"
    console.print(f"Batch [bold]{escape(submission.batch_id)}[/bold]: {many}{doubt}, {pipeline}")
    for line in [*submission.hints, *words]:
        console.print(f"[yellow]{escape(line)}[/yellow]")


if __name__ == "__main__":
    program("run", main)
