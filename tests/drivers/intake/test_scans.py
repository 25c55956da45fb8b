"""Photos of handwriting and scanned PDFs: essays if only people judge, otherwise a message to the teacher."""

from io import BytesIO
from pathlib import Path

import pytest

from contracts.failures import ErrorCode
from contracts.scans import is_scan, pages_of
from contracts.texts import text_storage_id_of
from drivers.intake import take_in
from tests.drivers.intake.files import SENTENCE, pdf

Image = pytest.importorskip("PIL.Image")


def photo(shade: int = 200, size: tuple[int, int] = (300, 200), kind: str = "JPEG", turned: bool = False) -> bytes:
    """A picture of one shade, with its place in its metadata and its upper left corner black."""
    image = Image.new("RGB", size, (shade, shade, shade))
    image.paste((0, 0, 0), (0, 0, size[0] // 4, size[1] // 4))
    data = Image.Exif()
    data[0x010F] = "a telephone that says where it was"
    if turned:
        data[0x0112] = 6
    out = BytesIO()
    image.save(out, kind, exif=data)
    return out.getvalue()


def folder(at: Path, **files: bytes) -> Path:
    """A folder with these files; ``__`` stands for a dot."""
    for name, content in files.items():
        (at / name.replace("__", ".")).write_bytes(content)
    return at


def shown(text: str | None) -> list[object]:
    """The pages as opened pictures."""
    return [Image.open(BytesIO(page)) for page in pages_of(text or "")]


def test_photos_and_scanned_files_are_essays_where_they_are_asked_for(tmp_path: Path) -> None:
    """JPEG, PNG and PDF, beside a text, are each stored under their hash."""
    given = folder(
        tmp_path,
        anna__jpg=photo(100),
        bo__png=photo(120, kind="PNG"),
        cy__pdf=pdf([], picture=True),
        dag__txt=(SENTENCE * 9).encode(),
    )
    essays = {essay.essay_id: essay for essay in take_in([given], pictures=True).essays}
    assert [essay.failure for essay in essays.values()] == [None] * 4
    assert [is_scan(essay.text or "") for essay in essays.values()] == [True, True, True, False]
    for essay in essays.values():
        assert essay.text_id == text_storage_id_of(essay.text or "")
    assert [len(pages_of(essay.text or "")) for essay in essays.values()] == [1, 1, 1, 0]


def test_everywhere_else_the_text_is_asked_for(tmp_path: Path) -> None:
    """No other phase reads pictures."""
    given = folder(tmp_path, anna__jpg=photo(), bo__pdf=pdf([], picture=True))
    found = take_in([given]).essays
    assert [essay.failure and essay.failure.error_code for essay in found] == [ErrorCode.SCAN_WITHOUT_TEXT] * 2


def test_a_page_is_upright_small_and_says_nothing_of_where_it_was_taken(tmp_path: Path) -> None:
    """A telephone records in its photos where it was, and which way up it was held."""
    given = folder(tmp_path, anna__jpg=photo(size=(4000, 3000), turned=True))
    (page,) = shown(take_in([given], pictures=True).essays[0].text)
    width, height = page.size  # type: ignore[attr-defined]
    assert width < height <= 2300
    assert not page.getexif()  # type: ignore[attr-defined]
    assert page.getpixel((width - 9, 9))[0] < 60 < page.getpixel((9, 9))[0]  # type: ignore[attr-defined]


def test_what_is_transparent_is_white_paper(tmp_path: Path) -> None:
    """Otherwise black ink would be on black."""
    out = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    (page,) = shown(take_in([folder(tmp_path, a__png=out.getvalue())], pictures=True).essays[0].text)
    assert page.getpixel((25, 25)) == (255, 255, 255)  # type: ignore[attr-defined]


def test_pages_of_one_essay_are_put_together_in_their_order(tmp_path: Path) -> None:
    """If they have a student's name and a number; a camera's numbers are separate essays."""
    of_two = ("anna-1", "anna-10", "anna-2", "bo sida 1", "bo sida 2")
    names = (*of_two, "IMG_0001", "IMG_0002", "Scan 1", "Scan 2", "photo3")
    for number, name in enumerate(names):
        (tmp_path / f"{name}.jpg").write_bytes(photo(60 + 15 * number))
    found = {essay.file: essay for essay in take_in([tmp_path], pictures=True).essays}
    assert {file: len(pages_of(essay.text or "")) for file, essay in found.items()} == {
        "anna-1.jpg": 3,
        "bo sida 1.jpg": 2,
        **{f"{name}.jpg": 1 for name in names[5:]},
    }
    shades = [page.getpixel((250, 150))[0] for page in shown(found["anna-1.jpg"].text)]  # type: ignore[attr-defined]
    assert shades == pytest.approx([60, 90, 75], abs=4)
    assert any("pages of one essay: anna-1.jpg, anna-2.jpg, anna-10.jpg" in note for note in found["anna-1.jpg"].notes)


def test_the_same_photo_twice_is_noticed(tmp_path: Path) -> None:
    """It is noted like a duplicate text."""
    report = take_in([folder(tmp_path, anna__jpg=photo(), bo__jpg=photo(), cy__jpg=photo(90))], pictures=True)
    assert [essay.duplicate_of for essay in report.essays] == [None, "anna", None]
    assert report.copies == ()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.jpg", b"\xff\xd8\xff\xe0 broken", ErrorCode.CORRUPT_FILE),
        ("a.jpg", photo()[:700], ErrorCode.CORRUPT_FILE),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(100), ErrorCode.UNKNOWN_FILE_TYPE),
        ("a.html", b"<html><img src='a.jpg'></html>", ErrorCode.UNKNOWN_FILE_TYPE),
    ],
)
def test_a_picture_that_cannot_be_shown_is_refused_with_a_reason(
    tmp_path: Path, name: str, content: bytes, code: ErrorCode
) -> None:
    """Because it is damaged, or browsers do not show its format."""
    (tmp_path / name).write_bytes(content)
    (essay,) = take_in([tmp_path], pictures=True).essays
    assert essay.failure is not None
    assert essay.failure.error_code is code
