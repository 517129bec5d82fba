"""One computation: from all answers and the officials' coding to proposals. Pure: the job reads before it and writes after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sakrad.core import words
from sakrad.summaries.analysis import learning, sensitive, similar
from sakrad.summaries.analysis.learning import LEFT, Marked
from sakrad.summaries.analysis.passages import Passage, passages
from sakrad.summaries.models import SuggestionKind
from sakrad.summaries.queries_suggesting import Material

MOST_POINTS = 500  # proposed at a time; the surest
SURE_FACT = 0.55  # of sensitive.Find.score
Progress = Callable[[int], None]  # called with hundredths of the whole


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal before it has a row: the names are the columns of Suggestion."""

    kind: SuggestionKind
    answer_id: int
    start: int
    end: int
    score: float
    words: list[str]
    cluster: int | None = None
    theme_id: int | None = None
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What is proposed, and what it was made from."""

    found: list[Found]
    facts: dict[str, Any] = field(default_factory=dict)


def compute(material: Material, progress: Progress) -> Result:
    """Every kind of proposal, but for what somebody has decided about before."""
    every = passages(material.answers)
    progress(5)
    alike = list(_similar(every, progress))
    progress(70)
    vocabulary = words.vocabulary_of([said.text for said in material.answers])
    learnt, sources = _learnt(material, every, vocabulary)
    progress(85)
    told = _distinctive(material, vocabulary)
    progress(90)
    facts = [*_sensitive(material)]
    found = [one for one in [*alike, *learnt, *facts] if _key(one) not in material.decided]
    counted = {"answers": len(material.answers), "passages": len(every), "distinctive": told} | sources
    return Result(found, counted)


def _key(one: Found) -> tuple[SuggestionKind, int, int, int, int | None]:
    return one.kind, one.answer_id, one.start, one.end, one.theme_id


def _similar(every: list[Passage], progress: Progress) -> Iterator[Found]:
    for one in similar.clusters(every, lambda share: progress(5 + round(60 * share))):
        yield Found(SuggestionKind.similar, one.answer, one.span.start, one.span.end, one.score, list(one.words), cluster=one.cluster)


def _learnt(material: Material, every: list[Passage], vocabulary: frozenset[str]) -> tuple[list[Found], dict[str, int]]:
    """What reads like words that were marked before: new points, and themes for points that have none."""
    texts = {said.answer: said.text for said in material.answers}
    parts: dict[int, list[tuple[int, int]]] = {}
    for point in material.points:
        if not point.whole or point.done:
            parts.setdefault(point.answer, []).append((point.span.start, point.span.end))
    left = learning.passed_over(every, parts)
    marked = [Marked(texts[point.answer][point.span.start : point.span.end], point.theme) for point in material.points if point.theme]
    marked += [Marked(passage.words, LEFT) for passage in left]
    untold = [point for point in material.points if point.theme is None and not point.done]
    fresh = [passage for passage in every if passage.answer not in parts and passage.answer not in material.closed]
    spans = [(point.answer, point.span) for point in untold] + [(passage.answer, passage.span) for passage in fresh]
    found = []
    for guess in learning.guesses(marked, [texts[answer][span.start : span.end] for answer, span in spans], vocabulary):
        answer, span = spans[guess.index]
        kind = SuggestionKind.theme if guess.index < len(untold) else SuggestionKind.point
        found.append(Found(kind, answer, span.start, span.end, guess.score, list(guess.words), theme_id=guess.theme))
    points = sorted((one for one in found if one.kind is SuggestionKind.point), key=lambda one: -one.score)[:MOST_POINTS]
    sources = {"learnt_from": len(marked) - len(left), "themes": len(learning.themes_learnt(marked)), "passed_over": len(left)}
    return [*points, *(one for one in found if one.kind is SuggestionKind.theme)], sources


def _distinctive(material: Material, vocabulary: frozenset[str]) -> dict[str, dict[str, list[str]]]:
    texts = {said.answer: said.text for said in material.answers}
    of_themes = [([point.theme], texts[point.answer][point.span.start : point.span.end]) for point in material.points if point.theme]
    of_groups = [(material.groups[said.answer], said.text) for said in material.answers]
    return {
        "themes": {str(key): told for key, told in learning.distinctive(of_themes, vocabulary).items()},
        "groups": {str(key): told for key, told in learning.distinctive(of_groups, vocabulary).items()},
    }


def _sensitive(material: Material) -> Iterator[Found]:
    for said in material.answers:
        masked = material.masked.get(said.answer, [])
        for find in sensitive.finds(said.text):
            if find.score >= SURE_FACT and not any(mask.start <= find.span.start and find.span.end <= mask.end for mask in masked):
                yield Found(
                    SuggestionKind.sensitive,
                    said.answer,
                    find.span.start,
                    find.span.end,
                    find.score,
                    list(find.words),
                    fact=find.fact.value,
                )
