"""What may hold a name, a number or a sensitive fact: precision on a labelled sample, printed."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sakrad.summaries.analysis.sensitive import Fact, finds

SAMPLE = Path(__file__).parent / "sample.txt"
MARK = re.compile(r"\{(\w+):([^}]+)\}")
WHOLE = re.compile(r"^((?:health|belief|intimate|offence)(?:, \w+)*): ")


def labelled() -> list[tuple[str, set[tuple[str, str]]]]:
    """Each sentence of the sample, and what is to be found in it."""
    told = []
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        whole = WHOLE.match(line)
        words = line[whole.end() :] if whole else line
        plain = MARK.sub(lambda mark: mark[2], words)
        wanted = {(mark[1], mark[2]) for mark in MARK.finditer(words)}
        told.append((plain, wanted | {(fact, plain) for fact in whole[1].split(", ")} if whole else wanted))
    return told


def test_detector_is_right_nine_times_of_ten_and_misses_one_of_ten_at_most(capsys: pytest.CaptureFixture[str]) -> None:
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    faults = []
    for words, wanted in labelled():
        found = {(find.fact.value, words[find.span.start : find.span.end]) for find in finds(words)}
        right.update(fact for fact, _ in found & wanted)
        wrong.update(fact for fact, _ in found - wanted)
        missed.update(fact for fact, _ in wanted - found)
        if found != wanted:
            faults.append(f"{words} found {sorted(found - wanted)} missed {sorted(wanted - found)}")
    with capsys.disabled():
        print(f"\nsensitive facts in {len(labelled())} labelled sentences: fact, precision, recall")
        for fact in Fact:
            all_found, all_there = right[fact] + wrong[fact], right[fact] + missed[fact]
            print(f"  {fact:16} {right[fact]}/{all_found}  {right[fact]}/{all_there}")
    precision, recall = right.total() / (right.total() + wrong.total()), right.total() / (right.total() + missed.total())
    assert precision >= 0.9, faults
    assert recall >= 0.9, faults


@given(st.text(max_size=400))
def test_finds_are_exact_words_whatever_the_text(words: str) -> None:
    for find in finds(words):
        assert 0 <= find.span.start < find.span.end <= len(words)
        assert 0 < find.score <= 1
        assert all(find.words)
