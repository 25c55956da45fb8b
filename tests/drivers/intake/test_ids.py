"""Essay ids."""

import re

from hypothesis import given
from hypothesis import strategies as st

from drivers.intake.ids import essay_ids, natural_key, slug


def test_an_id_is_the_files_name_in_plain_letters() -> None:
    """Ids become parts of file names and addresses, on every system."""
    assert essay_ids(["9B/Åsa Öberg.docx", "Łukasz ß.txt", "con.txt", "老师.txt"]) == [
        "asa-oberg", "lukasz-ss", "essay-con", "essay",
    ]  # fmt: skip


def test_the_folder_tells_apart_what_the_name_does_not() -> None:
    """Learning platforms pack a folder for each student, with an essay of the same name in each."""
    assert essay_ids(["anna/essay.docx", "bo/essay.docx"]) == ["anna-essay", "bo-essay"]


def test_numbers_tell_apart_the_rest_and_meet_no_other_id() -> None:
    """An id made by numbering must not be another file's own."""
    assert essay_ids(["a.txt", "a.md", "a-a.txt", "a-2.txt"]) == ["a", "a-3", "a-a", "a-2"]


@given(st.lists(st.text(max_size=80), max_size=30))
def test_ids_are_unique_and_safe_as_file_names(names: list[str]) -> None:
    """That holds whatever the files are called."""
    ids = essay_ids(names)
    assert len(set(ids)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,70})", essay_id) for essay_id in ids)


@given(
    st.lists(st.text(max_size=20), unique=True).flatmap(lambda names: st.tuples(st.just(names), st.permutations(names)))
)
def test_the_natural_order_does_not_depend_on_how_files_were_found(names: tuple[list[str], list[str]]) -> None:
    """Nor do digits of any script, or very many of them, break the sorting."""
    one, other = names
    assert sorted(one, key=natural_key) == sorted(other, key=natural_key)


def test_a_very_long_name_is_cut() -> None:
    """File systems allow 255 bytes at most."""
    assert len(slug("a" * 1000)) <= 60
