"""Detecting the encoding of a text."""

import pytest

from contracts.failures import ErrorCode
from drivers.intake.encodings import decode, names_decoded
from drivers.intake.model import UnreadableError

SWEDISH = "Jag tycker att det är roligt att åka till sjön på sommaren. Vi badar, fiskar och äter glass."
WESTERN = ("cp1252", "mac_roman", "cp850", "cp437", "iso8859-1", "utf-8", "utf-16-le", "utf-16-be", "utf-32-le")


@pytest.mark.parametrize("codec", WESTERN)
@pytest.mark.parametrize(
    "text",
    [
        SWEDISH,
        "Åsa och Örjan är här",
        "Hon sa “nej” – och gick på café med Zoë.",
        "I went to a café and it cost £5 – that’s a lot!",
        "Müller läuft über die Straße zum Bäcker, weil er Brötchen kaufen möchte.",
        "Été à la plage: ça va être génial, nous sommes allés à l'hôtel.",
        "El niño comió piña mañana y pensó en la canción de su corazón.",
    ],
)
def test_a_text_is_read_in_the_encoding_in_which_it_is_language(codec: str, text: str) -> None:
    """Nothing marks the encoding, and short texts have few letters that could tell."""
    try:
        data = text.encode(codec)
    except UnicodeEncodeError:
        pytest.skip("this encoding has not all of these letters")
    assert decode(data).text == text


@pytest.mark.parametrize(
    ("text", "codecs"),
    [
        ("Привет, меня зовут Анна и я живу в Стокгольме вместе с моей семьёй.", ("cp1251", "koi8-r", "utf-16-le")),
        ("私の名前は山田です。毎日学校へ行きます。友達と一緒に遊ぶのが好きです。", ("cp932", "euc_jp", "utf-16-le")),
        ("我叫小明，我每天去学校。我喜欢和朋友一起玩。", ("gb18030", "utf-16-be")),
        ("제 이름은 민수입니다. 저는 매일 학교에 갑니다. 친구와 함께 노는 것을 좋아합니다.", ("cp949", "utf-16-le")),
        ("Με λένε Άννα και μένω στη Στοκχόλμη με την οικογένειά μου.", ("cp1253", "utf-16-le")),
    ],
)
def test_other_scripts_are_read_as_well(text: str, codecs: tuple[str, ...]) -> None:
    """Students may write in their parents' language, on computers set up for it."""
    assert [decode(text.encode(codec)).text for codec in codecs] == [text] * len(codecs)


def test_what_was_read_otherwise_than_as_utf_8_is_said() -> None:
    """A letter may still be wrong, and somebody should check."""
    assert decode(SWEDISH.encode("mac_roman")).notes == ("read as Mac Roman",)
    assert decode(SWEDISH.encode("utf-16-be")).notes == ("read as UTF-16 without a mark",)
    assert decode(SWEDISH.encode()).notes == ()


def test_a_text_that_was_encoded_twice_is_set_right() -> None:
    """“Ã¤” is what some program has made of “ä”."""
    twice = decode(SWEDISH.encode().decode("cp1252").encode())
    assert (twice.text, twice.notes) == (SWEDISH, ("read as UTF-8, which was encoded twice",))


def test_a_nul_or_two_do_not_make_a_text_a_picture() -> None:
    """Some programs end a text with one."""
    assert decode(f"{SWEDISH}\0 {SWEDISH}\0".encode()).text.count(SWEDISH) == 2


@pytest.mark.parametrize("data", [b"\xff" * 500, bytes(range(1, 256)), b"MZ\x90\0\3\0\0\0\4" * 99, b"\0\1\2\3" * 99])
def test_what_is_no_text_in_any_encoding_is_refused(data: bytes) -> None:
    """Some encoding fits any bytes, but language is not found in all of them."""
    with pytest.raises(UnreadableError) as refusal:
        decode(data)
    assert refusal.value.code is ErrorCode.BINARY_CONTENT


@pytest.mark.parametrize(
    ("names", "codec"),
    [
        (["Åsa Öberg.docx", "Jörgen.txt"], "cp850"),
        (["Åsa Öberg.docx"], "cp437"),
        (["Åsa Öberg.docx"], "cp1252"),
        (["Åsa Öberg.docx"], "utf-8"),
        (["Åsa.docx"], "mac_roman"),
        (["山田太郎.txt", "作文.docx"], "cp932"),
        (["Anna Berg.txt"], "ascii"),
    ],
)
def test_names_in_an_old_archive_are_read_in_their_encoding(names: list[str], codec: str) -> None:
    """An archive does not say which encoding it uses; its names identify the students."""
    assert names_decoded([name.encode(codec) for name in names]) == names
