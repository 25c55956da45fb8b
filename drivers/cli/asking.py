"""Questions that only the teacher can answer, asked on the terminal if somebody is there."""

import sys

import typer
from rich.markup import escape

from drivers.cli.console import Console
from drivers.intake import Answer, Ask, Question, keep_all, nobody_to_ask


def confirmed(question: str) -> bool:
    """Ask for confirmation. False if nobody is there to answer."""
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:
        return False


def ask_on(console: Console, *, all_files: bool) -> Ask:
    """How to answer questions about files: ``all_files`` keeps them all, a user is asked, without one the run stops."""
    if all_files:
        return keep_all
    if console.as_json or not sys.stdin.isatty():
        return nobody_to_ask

    def ask(question: Question) -> Answer:
        console.print(f"[yellow]{escape(question.text)}[/yellow]")
        leave = typer.confirm("Leave these files out?", default=True, err=True)
        return Answer.LEAVE_OUT if leave else Answer.KEEP

    return ask
