"""The report's plots: all text in them is legible."""

import base64
import re

import pytest

from drivers.report.languages import words_of
from drivers.report.pictures import Plot
from drivers.report.view import class_view
from tests.drivers.report.batches import batch, essay, judged, metrics

pytest.importorskip("matplotlib", reason="needs the extra [report]")

LETTER = 6  # points: an upper bound for its width at a height of ten points


def svg_of(plot: Plot) -> str:
    """The source of the picture."""
    return base64.b64decode(plot.uri.partition("base64,")[2]).decode()


def written(svg: str) -> list[tuple[str, float, float, str]]:
    """Each text with its place and its anchor."""
    pattern = r'(?s)<text style="[^"]*?(?:text-anchor: (\w+))?" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)</text>'
    return [(text, float(x), float(y), anchor) for anchor, x, y, text in re.findall(pattern, svg)]


def test_small_pictures_have_room_for_what_is_written_beside_and_below() -> None:
    """Three digits of essays, five of words, and the unit: the margins do not depend on the numbers."""
    from drivers.report.plots import class_plots

    essays = [essay(f"e{n}", nlp=metrics(words_count=40_000 * (n == 0), cefr_mean=1 + n % 5)) for n in range(300)]
    measures = class_plots(class_view(batch(*essays), {}), words_of("en")).measures
    assert [plot.title for plot in measures] == ["Length", "Level of words"]
    for plot, wanted in zip(measures, ({"40,000", "words", "essays", "300"}, {"1 for A1 to 6 for C2"}), strict=True):
        svg = svg_of(plot)
        width, height = (float(number) for number in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
        texts = written(svg)
        assert wanted <= {text.strip() for text, *_ in texts}
        for text, x, y, anchor in texts:
            before = {"end": 1.0, "middle": 0.5}.get(anchor, 0.0) * LETTER * len(text) * (text != "essays")
            after = 0 if text == "essays" else LETTER * len(text) - before
            assert x - before >= 0, text
            assert x + after <= width, text
            assert y <= height - 2, text


def test_rows_have_room_for_their_names() -> None:
    """A long name is cut; the rest of it lies within the picture."""
    from drivers.report.plots import class_plots

    view = class_view(batch(*(essay(f"{n} {'long name ' * 5}", cj_assessment=judged(n, -n)) for n in (1, 2))), {})
    for plot in class_plots(view, words_of("en")).order:
        names = [(x, anchor) for text, x, _, anchor in written(svg_of(plot)) if "long name" in text]
        assert len(names) == 2
        assert all(anchor == "end" and x > 100 for x, anchor in names)
