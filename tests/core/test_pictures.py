"""The pictures that stand for shared addresses: small, quick, and readable however long the title is."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sakrad.core import pictures
from sakrad.core.pictures import HEIGHT, ROOM, WIDTH, Picture, png

LONG = "Funktionsrättsorganisationernas tillgänglighetsinventeringar " * 9
STEPS = ("done", "done", "now", "next", "next")
CASES = [
    Picture("Sakråd", "Buss"),
    Picture("Sakråd", "Stöd och skydd vid våld i nära relationer", "Ekhamra", "Följs upp", "Socialnämnden", STEPS),
    Picture("Sakråd", LONG, LONG, LONG, LONG, STEPS),
    Picture("Sakråd", "x" * 300, "x" * 300, "x" * 300, "x" * 300, STEPS),
]


@pytest.mark.parametrize("case", CASES, ids=["short", "usual", "long", "one word"])
def test_a_picture_is_small_and_quickly_drawn(case: Picture) -> None:
    took = []
    for _ in range(3):
        png.cache_clear()
        begun = time.process_time()
        made = png(case)
        took.append(time.process_time() - begun)
    assert len(made) <= 60_000
    assert Image.open(io.BytesIO(made)).size == (WIDTH, HEIGHT)
    assert min(took) < 0.06


@given(st.lists(st.text("abcåäöxyzmW–", min_size=1, max_size=30), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_lines_hold_the_title_in_order_and_keep_within_the_edges(words: list[str]) -> None:
    font, lines = pictures._set(" ".join(words))
    assert all(font.getlength(line) <= ROOM for line in lines)
    assert len(lines) * font.size * pictures.LEADING <= pictures.TITLE_ROOM
    shown = " ".join(lines)
    assert shown.split() == words or "…" in shown


def test_nothing_is_drawn_outside_the_edges() -> None:
    image = Image.open(io.BytesIO(png(CASES[3]))).convert("RGB")
    paper = image.getpixel((5, 300))
    assert {image.getpixel((x, y)) for x in range(WIDTH - 60, WIDTH) for y in range(20, HEIGHT, 3)} == {paper}
