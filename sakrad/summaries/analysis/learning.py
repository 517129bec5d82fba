"""Proposals learnt from the officials' own coding: what they have put under each theme, and what they have left.

Nothing is proposed before enough has been marked, and every proposal says which words made it. Themes are never invented:
unsupervised grouping was measured on such texts and is no better than chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sakrad.core import words
from sakrad.summaries.analysis.passages import Passage

ENOUGH = 20  # points with a theme, before anything is learnt
ENOUGH_EACH = 4  # points under a theme, before it is proposed
SURE = 0.55  # probability from which a theme is proposed
LEFT = 0  # the class of words that officials have passed over
EXPLAINED_BY = 6
SPREAD = 3  # texts in which a distinctive word must stand at least
FEWEST_WORDS = 3  # fewer say nothing about what the texts are about


@dataclass(frozen=True, slots=True)
class Marked:
    """Words that an official has put under a theme, or has passed over (LEFT)."""

    text: str
    theme: int


@dataclass(frozen=True, slots=True)
class Guess:
    """That a passage reads like what stands under a theme, and which of its words say so."""

    index: int  # of the passage
    theme: int
    score: float
    words: tuple[str, ...]


def themes_learnt(marked: Collection[Marked]) -> list[int]:
    """The themes that enough points stand under; none before enough has been marked at all."""
    counts = Counter(one.theme for one in marked if one.theme != LEFT)
    if sum(counts.values()) < ENOUGH:
        return []
    return sorted(theme for theme, count in counts.items() if count >= ENOUGH_EACH)


def guesses(marked: Sequence[Marked], texts: Sequence[str], vocabulary: Collection[str]) -> list[Guess]:
    """For each text the theme that it most likely belongs under, where that is likely enough and some of its words say so."""
    learnt = themes_learnt(marked)
    known = [one for one in marked if one.theme in learnt or one.theme == LEFT]
    if not learnt or not texts or len({one.theme for one in known}) < 2:
        return []
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    def analysed(text: str) -> list[str]:
        return [token.stem for token in words.tokens(text, vocabulary)]

    vectorizer = TfidfVectorizer(analyzer=analysed, sublinear_tf=True)
    model = LogisticRegression(C=10, class_weight="balanced", max_iter=1000)
    model.fit(vectorizer.fit_transform([one.text for one in known]), [one.theme for one in known])
    matrix = vectorizer.transform(texts)
    names = vectorizer.get_feature_names_out()
    found = []
    for index, chances in enumerate(model.predict_proba(matrix)):
        best = int(chances.argmax())
        theme = int(model.classes_[best])
        if theme == LEFT or chances[best] < SURE:
            continue
        row = matrix[index]
        weights = model.coef_[best] if len(model.classes_) > 2 else model.coef_[0] * (1 if best else -1)  # two classes share one line
        said = {names[column]: weights[column] * value for column, value in zip(row.indices, row.data, strict=True)}
        told = _written(texts[index], {stem: weight for stem, weight in said.items() if weight > 0}, vocabulary)
        if told:
            found.append(Guess(index, theme, round(float(chances[best]), 2), told))
    return found


def _written(text: str, weights: dict[str, float], vocabulary: Collection[str]) -> tuple[str, ...]:
    """The words of the text whose stems weigh most, as they are written in it."""
    forms: dict[str, str] = {}
    for token in words.tokens(text, vocabulary):
        forms.setdefault(token.stem, token.written)
    ordered = sorted((stem for stem in weights if stem in forms), key=lambda stem: -weights[stem])
    return tuple(dict.fromkeys(forms[stem] for stem in ordered))[:EXPLAINED_BY]


def distinctive(texts: Sequence[tuple[Collection[int], str]], vocabulary: Collection[str], most: int = 10) -> dict[int, list[str]]:
    """The words that mark each key out from the rest: used by it clearly more often than by others (log odds with a prior).

    Args:
        texts: the keys (themes, groups) that a text belongs to, and the text.
    """
    import math

    counts: dict[int, Counter[str]] = {}
    everything: Counter[str] = Counter()
    spread: dict[tuple[int, str], int] = {}  # in how many of a key's texts the word stands
    forms: dict[str, Counter[str]] = {}
    for keys, text in texts:
        tokens = list(words.tokens(text, vocabulary))
        stems = Counter(token.stem for token in tokens)
        everything += stems
        for token in tokens:
            forms.setdefault(token.stem, Counter())[token.written] += 1
        for key in keys:
            counts.setdefault(key, Counter()).update(stems)
            for one in stems:
                spread[key, one] = spread.get((key, one), 0) + 1
    total = sum(everything.values())
    found: dict[int, list[str]] = {}
    for key, own in counts.items():
        size, rest = sum(own.values()), total - sum(own.values())
        scored = []
        for one, count in own.items():
            if spread[key, one] < SPREAD or rest == 0:
                continue
            prior = everything[one] * 100 / total  # a hundred words' worth of what everybody says
            other = everything[one] - count
            odds = math.log((count + prior) / (size + 100 - count - prior)) - math.log((other + prior) / (rest + 100 - other - prior))
            score = odds / math.sqrt(1 / (count + prior) + 1 / (other + prior))
            if score > 1.64:  # one in twenty by chance
                scored.append((score, one))
        told = dict.fromkeys(forms[one].most_common(1)[0][0] for _, one in sorted(scored, reverse=True))
        if len(told) >= FEWEST_WORDS:
            found[key] = list(told)[:most]
    return found


def passed_over(passages: Sequence[Passage], covered: dict[int, list[tuple[int, int]]]) -> list[Passage]:
    """The sentences of answers that have been split into parts, which no part touches: officials have read them and left them."""
    return [
        passage
        for passage in passages
        if passage.answer in covered
        and all(end <= passage.span.start or start >= passage.span.end for start, end in covered[passage.answer])
    ]
