"""Passages that say nearly the same: letters of a campaign, texts passed on by an umbrella organisation, words taken over.

Runs of letters find the candidates, an edit distance judges them. Nothing is guessed about meaning: two ways of saying the
same thing in different words are not found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sakrad.core import words
from sakrad.core.text import Span
from sakrad.summaries.analysis.passages import Passage

CLOSE = 0.7  # cosine of letter runs from which two passages are compared word by word
ALIKE = 82  # of 100: how alike they must then be
ROWS = 200  # compared at a time, so that little memory is held
EXPLAINED_BY = 8  # words that are told


@dataclass(frozen=True, slots=True)
class Alike:
    """One of several passages that say nearly the same. `words` are those that all of them have."""

    cluster: int
    answer: int
    span: Span
    score: float  # of 1: how alike it is to the one that is most like all others
    words: tuple[str, ...]


def clusters(passages: Sequence[Passage], progress: Callable[[float], None] = lambda share: None) -> list[Alike]:
    """The passages that several senders have in common, gathered; sentences that follow each other in all of them are one passage."""
    if len({passage.sender for passage in passages}) < 2:
        return []
    groups: dict[int, list[int]] = {}
    for index, root in enumerate(_joined(len(passages), _pairs(passages, progress))):
        groups.setdefault(root, []).append(index)
    shared = [group for group in groups.values() if len({passages[index].sender for index in group}) > 1]
    return [one for number, runs in enumerate(_grown(passages, shared), start=1) for one in _told(number, runs)]


def _pairs(passages: Sequence[Passage], progress: Callable[[float], None]) -> Iterator[tuple[int, int]]:
    """Pairs of passages of different senders that are alike."""
    import numpy
    from rapidfuzz import fuzz
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [" ".join(passage.words.casefold().split()) for passage in passages]
    matrix = TfidfVectorizer(analyzer="char_wb", ngram_range=(5, 5), min_df=2, sublinear_tf=True, dtype=numpy.float32).fit_transform(
        ["", *texts, *texts]
    )[1 : len(texts) + 1]
    for first in range(0, len(texts), ROWS):
        close = (matrix[first : first + ROWS] @ matrix.T).tocoo()
        kept = (close.data >= CLOSE) & (close.col > close.row + first)
        for row, other in zip(close.row[kept], close.col[kept], strict=True):
            index, other_index = first + int(row), int(other)
            if passages[index].sender != passages[other_index].sender and fuzz.ratio(texts[index], texts[other_index]) >= ALIKE:
                yield index, other_index
        progress(min(1.0, (first + ROWS) / len(texts)))


def _joined(count: int, pairs: Iterator[tuple[int, int]]) -> list[int]:
    """Which group each belongs to, when pairs belong together."""
    root = list(range(count))

    def find(index: int) -> int:
        while root[index] != index:
            root[index] = root[root[index]]
            index = root[index]
        return index

    for one, other in pairs:
        root[find(other)] = find(one)
    return [find(index) for index in range(count)]


def _grown(passages: Sequence[Passage], groups: list[list[int]]) -> list[list[list[Passage]]]:
    """The groups, each a run of sentences per answer: a group whose sentences follow another's in all its answers is the same passage."""
    found: list[list[list[Passage]]] = []
    ends: dict[frozenset[tuple[int, int]], list[list[Passage]]] = {}  # where runs end: the answer and the sentence's place
    for group in sorted(groups, key=lambda group: (passages[group[0]].answer, passages[group[0]].place)):
        ones = {passages[index].answer: passages[index] for index in group}  # one of each answer
        runs = ends.pop(frozenset((one.answer, one.place - 1) for one in ones.values()), None)
        if runs is None:
            runs = [[] for _ in ones]
            found.append(runs)
        for run, one in zip(runs, sorted(ones.values(), key=lambda one: one.answer), strict=True):
            run.append(one)
        ends[frozenset((one.answer, one.place) for one in ones.values())] = runs
    return found


def _told(number: int, runs: list[list[Passage]]) -> Iterator[Alike]:
    from rapidfuzz import fuzz

    texts = [" ".join(passage.words for passage in run) for run in runs]
    middle = max(texts, key=lambda one: sum(fuzz.ratio(one, other) for other in texts[:50]))
    counts = Counter(token.stem for one in texts for token in set(words.tokens(one)))
    common = [token.written for token in words.tokens(middle) if counts[token.stem] >= len(texts)]
    told = tuple(dict.fromkeys(common))[:EXPLAINED_BY]
    for run, one in zip(runs, texts, strict=True):
        yield Alike(number, run[0].answer, Span(run[0].span.start, run[-1].span.end), round(fuzz.ratio(one, middle) / 100, 2), told)
