"""The values of the intake: what was found, and why something could not be read."""

from dataclasses import dataclass

from contracts.failures import ErrorCode, ErrorDetail
from contracts.texts import text_storage_id_of
from drivers.intake.platforms import Submission

OPERATION = "read_essay"


@dataclass(frozen=True, slots=True)
class Intake:
    """One essay that was found: its text, or the reason why it has none (exactly one of the two).

    ``file`` is its path relative to the folder that was given; a member of an archive or a row of a table follows
    after it (``class.zip/anna.docx``, ``answers.csv/row 3``). ``student`` is a name that stood beside the text
    in a table. ``notes`` tell a teacher what was done to read it. ``duplicate_of`` is the id of an earlier essay with
    the same text. ``text_id`` is the id under which the text is stored.
    """

    essay_id: str
    file: str
    text: str | None
    failure: ErrorDetail | None = None
    notes: tuple[str, ...] = ()
    student: str = ""
    duplicate_of: str | None = None
    text_id: str = ""

    def __post_init__(self) -> None:
        if self.text is not None and not self.text_id:  # hashed once: a changed copy takes it along
            object.__setattr__(self, "text_id", text_storage_id_of(self.text))


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too much to be one pupil's essay, or one class: beyond it a file is refused, not cut short."""

    file_bytes: int = 30_000_000
    table_bytes: int = 500_000_000
    archive_bytes: int = 500_000_000
    archive_members: int = 100_000
    archive_depth: int = 2
    part_bytes: int = 60_000_000
    text_characters: int = 2_000_000
    pdf_pages: int = 300
    table_cells: int = 5_000_000
    table_rows: int = 200_000
    elements: int = 250_000
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file, archive member or table row gave, before it has an id.

    ``modified`` is when the file was changed, 0 where that is not known. For ``heads`` and ``top_line`` see Document.
    """

    file: str
    text: str | None
    failure: ErrorDetail | None = None
    notes: tuple[str, ...] = ()
    student: str = ""
    submission: Submission | None = None
    modified: float = 0.0
    is_row: bool = False
    heads: tuple[str, ...] = ()
    top_line: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one document, with notes on how it was read.

    ``heads`` are running heads that were left out; ``top_line`` may be one: nothing within the document tells.
    ``title`` is a web page's.
    """

    text: str
    notes: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    top_line: str = ""
    title: str = ""


class UnreadableError(Exception):
    """A file that gives no text, with the reason that a teacher is told."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(code, message)  # so that it can be sent to another process
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message

    def as_detail(self) -> ErrorDetail:
        """The reason as data."""
        return ErrorDetail(error_code=self.code, message=self.message, operation=OPERATION)


def refused(file: str, reason: UnreadableError) -> FileReading:
    """The reading of a file that cannot be read."""
    return FileReading(file, None, reason.as_detail())
