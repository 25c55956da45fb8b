"""Where essays come from: the bundled class, files, folders, archives, tables."""

import os
import zipfile
from pathlib import Path

import openpyxl
import pytest

from contracts.failures import ErrorCode
from drivers.client.errors import RequestError
from drivers.intake import Intake, Why, read_essays, sample_assignment, sample_paths, take_in
from tests.drivers.intake.files import SENTENCE, docx, paragraph, read_one, reason, zipped
from tests.measuring import measuring_data


def test_the_bundled_class_is_twelve_readable_essays_of_different_length() -> None:
    """New users try the sample first: each essay has 80 to 300 words."""
    essays = read_essays(sample_paths())
    words = [len((essay.text or "").split()) for essay in essays]
    assert len(essays) == 12
    assert min(words) >= 80
    assert max(words) <= 300
    assert max(words) > 2 * min(words)
    assert "town council" in sample_assignment()


def test_real_classes_are_read_whole() -> None:
    """A folder of 30 essays, and a table of more than a thousand."""
    folder, table = (read_essays([measuring_data(name)]) for name in ("class_of_30", "ellipse/essays.csv"))
    assert (len(folder), len(table)) == (30, 1086)
    assert all(essay.text for essay in [*folder, *table])


def test_an_archive_gives_an_entry_for_each_essay_in_it(tmp_path: Path) -> None:
    """System files in it are not essays, and an empty member does not hide the others."""
    data = zipped(
        {
            "class/anna.txt": SENTENCE,
            "class/bo.docx": docx(paragraph("Bo's text")),
            "class/empty.txt": "",
            "__MACOSX/class/._anna.txt": "x",
            "class/~$bo.docx": "x",
            "class/.DS_Store": "x",
            "class/more.zip": zipped({"cia.md": "Cia's text"}),
        }
    )
    entries = read_one_archive(tmp_path, data)
    assert {entry.file: entry.text for entry in entries} == {
        "class.zip/class/anna.txt": SENTENCE,
        "class.zip/class/bo.docx": "Bo's text",
        "class.zip/class/empty.txt": None,
        "class.zip/class/more.zip/cia.md": "Cia's text",
    }


def read_one_archive(folder: Path, data: bytes) -> list[Intake]:
    """The entries of one archive."""
    (folder / "class.zip").write_bytes(data)
    return read_essays([folder / "class.zip"])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_gives_an_entry_for_each_row(tmp_path: Path, separator: str) -> None:
    """The heading names the columns of texts and students; commas within essays do not separate columns."""
    rows = [["student", "text"], ["Anna", f'"{SENTENCE}\nYes, really; yes."'], ["Bo", '""']]
    (tmp_path / "a.csv").write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8")
    anna, bo = read_essays([tmp_path])
    assert (anna.essay_id, anna.file, anna.student) == ("a-row-2", "a.csv/row 2", "Anna")
    assert anna.text == f"{SENTENCE}\nYes, really; yes."
    assert (reason(bo), bo.student) == (ErrorCode.EMPTY_CONTENT, "Bo")


def test_a_workbook_gives_an_entry_for_each_row(tmp_path: Path) -> None:
    """Without such a heading, the column of long texts has the essays."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Namn", "Fråga 1"], ["Anna", SENTENCE * 3], [None, None], ["Bo", SENTENCE * 4]):
        sheet.append(row)
    book.save(tmp_path / "answers.xlsx")
    anna, bo = read_essays([tmp_path])
    assert (anna.student, anna.text, bo.file) == ("Anna", SENTENCE * 3, "answers.xlsx/row 4")


def test_every_sheet_with_essays_is_read(tmp_path: Path) -> None:
    """A school keeps a class on each sheet; a sheet without essays is noted if others have some."""
    book = openpyxl.Workbook()
    for title, rows in (
        ("8A", [["name", "text"], ["Anna", SENTENCE]]),
        ("8B", [["text"], ["Bo's"]]),
        ("Info", [["?"]]),
    ):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "school.xlsx")
    anna, bo = read_essays([tmp_path])
    assert (anna.essay_id, anna.file, bo.text) == ("school-8a-row-2", "school.xlsx/8A row 2", "Bo's")
    assert "“Info” was left out" in " ".join(anna.notes)


def test_a_workbook_is_read_beyond_where_it_says_that_it_ends(tmp_path: Path) -> None:
    """Some programs record the size of a sheet wrongly."""
    book = openpyxl.Workbook()
    for row in (["name", "text"], ["Anna", SENTENCE]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    entry = read_one(tmp_path, "a.xlsx", zipped(members | {sheet: members[sheet].replace(b'ref="A1:B2"', b'ref="A1"')}))
    assert entry.text == SENTENCE


def test_a_quoted_heading_and_excels_own_first_line_do_not_hide_the_separator(tmp_path: Path) -> None:
    """The separator is what stands between the headings, not within one."""
    for name, head in (("a.csv", '"Namn, efternamn";text'), ("b.csv", "sep=;\nnamn;text")):
        (tmp_path / name).write_text(f"{head}\nAnna;one, two, three, four\n", encoding="utf-8")
    assert [entry.text for entry in read_essays([tmp_path])] == ["one, two, three, four"] * 2


def test_a_table_of_texts_alone_needs_no_quotation_marks(tmp_path: Path) -> None:
    """A single column needs no separator; the commas are the student's."""
    assert read_one(tmp_path, "a.csv", b"text\nI came, I saw, I won.\n").text == "I came, I saw, I won."


def test_a_row_that_a_separator_has_torn_is_refused_and_not_cut(tmp_path: Path) -> None:
    """A text without quotation marks would end at its first comma; other rows are read."""
    (tmp_path / "a.csv").write_text("name,text\nAnna,I came, I saw\nBo,Fine\n", encoding="utf-8")
    anna, bo = read_essays([tmp_path])
    assert (reason(anna), anna.student, bo.text) == (ErrorCode.CORRUPT_FILE, "Anna", "Fine")


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_class(tmp_path: Path) -> None:
    """Rows above it are read; the message for the rest names the row to correct."""
    (tmp_path / "a.csv").write_text('name,text\nAnna,Fine\nBo,"never\nCia,lost\n', encoding="utf-8")
    table, anna = read_essays([tmp_path])
    assert (reason(table), anna.text) == (ErrorCode.CORRUPT_FILE, "Fine")
    assert table.failure is not None
    assert "Row 3" in table.failure.message


def test_a_bad_row_of_a_table_is_a_failed_essay_among_good_ones(tmp_path: Path) -> None:
    """NUL characters cost neither the class its table nor a student the text."""
    (tmp_path / "a.csv").write_bytes(b"name,text\nAnna,Fine\nBo,a\0b\nCia,\n")
    anna, bo, cia = read_essays([tmp_path])
    assert (anna.text, bo.text, reason(cia)) == ("Fine", "ab", ErrorCode.EMPTY_CONTENT)
    assert "1 control characters were taken out" in bo.notes


def test_a_table_without_a_heading_keeps_its_first_essay(tmp_path: Path) -> None:
    """A long text is not a heading."""
    (tmp_path / "a.tsv").write_text(f"Anna\t{'word ' * 40}\nBo\t{'word ' * 50}\n", encoding="utf-8")
    assert [entry.file for entry in read_essays([tmp_path])] == ["a.tsv/row 1", "a.tsv/row 2"]


def test_what_an_archive_names_outside_of_itself_is_an_essay_like_any_other(tmp_path: Path) -> None:
    """Nothing is unpacked to disk, so such names do no harm; Windows separators work, too."""
    names = ("../../a.txt", "/etc/b.txt", "class\\c.txt", "__MACOSX\\._c.txt", "line\nbreak.txt")
    entries = read_one_archive(tmp_path, zipped({name: name for name in names}))
    assert {entry.essay_id: entry.text for entry in entries} == {
        "a": "../../a.txt", "b": "/etc/b.txt", "c": "class\\c.txt", "line-break": "line\nbreak.txt",
    }  # fmt: skip


def test_a_name_is_shown_as_one_harmless_line(tmp_path: Path) -> None:
    """Line ends, terminal commands, reversed writing and old encodings in names once ended the run, or deceived."""
    for name in (b"line\nbreak.txt", b"red\x1b[31m.txt", "\u202etxt.exe".encode(), b"\xe5sa.txt"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(SENTENCE, encoding="utf-8")
    assert {entry.file for entry in read_essays([tmp_path])} == {
        "line break.txt",
        "red [31m.txt",
        " txt.exe",
        "åsa.txt",
    }


def test_links_are_followed_within_the_folder_only_and_circles_are_no_trap(tmp_path: Path) -> None:
    """A link once led out of a class's folder to 4,600 system files, which nobody had handed in."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/anna.txt").write_text(SENTENCE, encoding="utf-8")
    (tmp_path / "class/8b").mkdir(parents=True)
    (tmp_path / "class/8b/bo.txt").write_text("Bo's text", encoding="utf-8")
    (tmp_path / "class/again").symlink_to("8b")
    (tmp_path / "class/8b/up").symlink_to(tmp_path / "class")
    (tmp_path / "class/out").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "class/anna.txt").symlink_to(tmp_path / "elsewhere/anna.txt")
    (tmp_path / "class/loop").symlink_to("loop")
    report = take_in([tmp_path / "class"])
    bo, loop = report.essays
    assert (bo.file, reason(loop)) == ("8b/bo.txt", ErrorCode.FILE_UNREADABLE)
    assert [(left.file, left.why) for left in report.left_out] == [
        ("out", Why.LINK_LEADS_OUT),
        ("anna.txt", Why.LINK_LEADS_OUT),
    ]


def test_a_link_that_was_given_is_what_it_leads_to(tmp_path: Path) -> None:
    """Whoever names a link means its target."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class/anna.txt").write_text(SENTENCE, encoding="utf-8")
    (tmp_path / "link").symlink_to("class")
    assert [essay.text for essay in read_essays([tmp_path / "link"])] == [SENTENCE]


def test_a_hidden_file_is_left_out_and_said(tmp_path: Path) -> None:
    """Files that systems keep in each folder are left out without a word."""
    for name in (".hidden.txt", ".git/x.txt", ".DS_Store", "._anna.txt", "~$a.docx", "anna.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    report = take_in([tmp_path])
    assert [(left.file, left.why) for left in report.left_out] == [(".git", Why.HIDDEN), (".hidden.txt", Why.HIDDEN)]
    assert report.warnings() == ["Left out: .git, .hidden.txt: hidden."]


def test_the_same_text_handed_in_twice_is_found_and_said(tmp_path: Path) -> None:
    """Both remain; the teacher must find out who wrote it."""
    for name in ("anna.txt", "bo.md"):
        (tmp_path / name).write_text(SENTENCE, encoding="utf-8")
    anna, bo = read_essays([tmp_path])
    assert (anna.duplicate_of, bo.duplicate_of) == (None, "anna")
    assert "the same text as anna.txt" in bo.notes


def test_a_file_reached_in_two_ways_is_one_essay(tmp_path: Path) -> None:
    """A folder and a file in it may both be given; each essay still has one entry."""
    (tmp_path / "anna.txt").write_text(SENTENCE, encoding="utf-8")
    (entry,) = read_essays([tmp_path, tmp_path / "anna.txt"])
    assert entry.notes == ("found in two ways, read once",)


def test_folders_are_read_in_natural_order_without_what_is_hidden_or_ignored(tmp_path: Path) -> None:
    """Order and ids depend on the names alone; essay 2 comes before essay 10."""
    for name in ("essay10.txt", "essay2.txt", "sub/essay1.txt", ".hidden.txt", ".git/x.txt", "~$a.docx", "task.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    entries = read_essays([tmp_path], ignore=[tmp_path / "task.txt"])
    assert [entry.file for entry in entries] == ["essay2.txt", "essay10.txt", "sub/essay1.txt"]


def test_a_missing_path_and_an_empty_folder_are_the_users_mistakes(tmp_path: Path) -> None:
    """The message says what to do instead."""
    with pytest.raises(RequestError, match="check the spelling"):
        read_essays([tmp_path / "nowhere"])
    with pytest.raises(RequestError, match="put the essays into it"):
        read_essays([tmp_path])
