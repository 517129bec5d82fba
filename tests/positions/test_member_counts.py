"""No number that is left out can be worked out, also by somebody who knows the rule and the total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest

from sakrad.core.text import Span
from sakrad.positions.member_counts import bounds_of, shown, stored, text_of

NOTHING = (0, None)
FEW = (0, 2)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        pytest.param([20, 15, 6], [(20, 20), (15, 15), (6, 6)], id="none is few"),
        pytest.param([2, 2, 0], [NOTHING] * 3, id="fewer than five have answered"),
        pytest.param([30, 9, 2], [(30, None), (9, 9), FEW], id="one is few: the first one is told at least"),
        pytest.param([39, 1, 1], [(37, None), FEW, FEW], id="nearly all"),
        pytest.param([41, 0, 0], [(37, None), FEW, FEW], id="all of one mind read as nearly all"),
        pytest.param([1, 20, 20], [FEW, (19, None), (20, 20)], id="the first that is not few"),
        pytest.param([3, 9, 0], [NOTHING] * 3, id="exactly three and none: the none could be worked out"),
        pytest.param([2, 2, 2], [NOTHING] * 3, id="all few"),
        pytest.param([4, 9, 0], [(3, None), (9, 9), FEW], id="never less than three"),
        pytest.param([5, 0], [(3, None), FEW], id="yes and no"),
    ],
)
def test_what_is_told(counts: list[int], told: list[tuple[int, int | None]]) -> None:
    assert bounds_of(counts) == told


def ways(total: int, options: int) -> Iterator[tuple[int, ...]]:
    if options == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in ways(total - first, options - 1):
            yield (first, *rest)


@pytest.mark.parametrize(("options", "most"), [(2, 40), (3, 30), (4, 18), (5, 14), (6, 13)])
def test_every_number_left_out_could_be_several(options: int, most: int) -> None:
    """Over every way in which so many can have answered: the same page, and another number behind each gap."""
    for total in range(1, most):
        behind = defaultdict(list)
        for counts in ways(total, options):
            told = bounds_of(counts)
            assert all(least <= count and (high is None or count <= high) for count, (least, high) in zip(counts, told, strict=True))
            behind[tuple(told)].append(counts)
        for told_, possible in behind.items():
            for index, (least, high) in enumerate(told_):
                if least != high:
                    assert len({counts[index] for counts in possible}) > 1, (total, told_, possible)


def test_eight_options_that_share_sixteen_answers() -> None:
    """Where all that is few would have to be two each."""
    assert bounds_of([2] * 8) == bounds_of([3, 13, 0, 0, 0, 0, 0, 0]) == [NOTHING] * 8


def test_what_is_kept_holds_no_number_that_may_not_be_told() -> None:
    kept = stored([("Ja?", ("Ja", "Nej"), (40, 1))], asked=60)
    assert kept == [{"question": "Ja?", "options": [["Ja", 39, None], ["Nej", 0, 2]], "asked": 60, "answered": 41}]


def test_it_is_read_back_as_it_is_shown() -> None:
    told = shown(stored([("Ja?", ("Ja", "Nej", "Vet inte"), (30, 9, 1)), ("Hur?", ("Så", "Inte"), (20, 20))], asked=60))
    assert told is not None and (told.answered, told.asked, told.whole) == (40, 60, False)
    assert [(option.text, option.least, option.most) for option in told.questions[0].options] == [
        ("Ja", 29, None),
        ("Nej", 9, 9),
        ("Vet inte", 0, 2),
    ]
    assert told.questions[1].whole
    assert shown([]) is None


def test_a_mask_hides_words_of_questions_and_options_and_nothing_else() -> None:
    kept = stored([("Ska Anna vara kvar?", ("Ja, Anna", "Nej"), (20, 20))], asked=60)
    text = text_of(kept)
    spans = [Span(text.index("Anna"), text.index("Anna") + 4), Span(text.rindex("Anna"), text.rindex("Anna") + 4)]
    told = shown(kept, spans)
    assert told is not None
    assert told.questions[0].text == "Ska ████ vara kvar?"
    assert [option.text for option in told.questions[0].options] == ["Ja, ████", "Nej"]
    whole = shown(kept, [Span(0, len(text))])
    assert whole is not None and [len(question.options) for question in whole.questions] == [2], "the lines stay apart"
