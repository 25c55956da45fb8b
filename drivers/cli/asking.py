"""What only the teacher can tell is asked on the terminal, where somebody is there to answer."""

import sys

import typer
from rich.markup import escape

from drivers.cli.console import Console
from drivers.intake import Answer, Ask, Question, keep_all, nobody_to_ask


def confirmed(question: str) -> bool:
    """Whether somebody says yes; no, where there is nobody to answer."""
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:
        return False


def ask_on(console: Console, *, all_files: bool) -> Ask:
    """How questions about files are answered: by ``all_files``, by whoever sits there, or else by stopping."""
    if all_files:
        return keep_all
    if console.as_json or not sys.stdin.isatty():
        return nobody_to_ask

    def ask(question: Question) -> Answer:
        console.print(f"[yellow]{escape(question.text)}[/yellow]")
        leave = typer.confirm("Leave these files out?", default=True, err=True)
        return Answer.LEAVE_OUT if leave else Answer.KEEP

    return ask
