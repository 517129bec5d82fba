"""Words that have been hidden in a sakråd, and where the same words still stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.text import Span
from sakrad.positions.models import Answer
from sakrad.records.masking import MaskableText
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.records.queries import masks_over
from sakrad.summaries.models import Point
from sakrad.summaries.queries_masking import list_texts


@dataclass(frozen=True, slots=True)
class HiddenWords:
    """Words under a mask. `alone`: they were hidden as whole words, and are found as such only: hiding "Ek" leaves "Ekhamra"."""

    words: str
    alone: bool

    @property
    def pattern(self) -> str:
        """Also with a genitive's s."""
        return rf"(?<!\w){re.escape(self.words)}(?=s?(?!\w))" if self.alone else re.escape(self.words)


@dataclass(frozen=True, slots=True)
class Repeated:
    """Words that are hidden somewhere and stand open in `text`, as spans written the way a form sends them."""

    text: MaskableText
    words: str
    ground: MaskGround
    spans: list[str]


def list_hidden_words(consultation: Consultation) -> dict[HiddenWords, MaskGround]:
    """What is masked now in the published summary and in the answers that it draws on, and why; the longest first."""
    texts = list_texts(consultation)
    summary = {(text.kind, number): text.text for text in texts for number in text.ids}
    found: dict[HiddenWords, MaskGround] = {}
    ids = {kind: [number for of, number in summary if of is kind] for kind in {text.kind for text in texts}}
    if ids:
        wanted = sa.or_(*(sa.and_(Mask.kind == kind, Mask.text_id.in_(numbers)) for kind, numbers in ids.items()))
        for mask in db.session.scalars(sa.select(Mask).where(Mask.removed_at.is_(None), wanted).order_by(Mask.id)):
            _add(found, summary[mask.kind, mask.text_id], mask.start, mask.end, mask.ground)
    drawn_on = sa.select(Point.answer_id).where(Point.consultation_id == consultation.id)
    standing = sa.select(Answer.text, Mask.start, Mask.end, Mask.ground).join(
        Mask, sa.and_(Mask.kind == TextKind.answer, Mask.text_id == Answer.id)
    )
    for text, start, end, ground in db.session.execute(
        standing.where(Mask.removed_at.is_(None), Answer.id.in_(drawn_on)).order_by(Mask.id)
    ):
        _add(found, text, start, end, ground)
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[0].words), pair[0].words)))


def _add(found: dict[HiddenWords, MaskGround], text: str, start: int, end: int, ground: MaskGround) -> None:
    words = text[start:end].strip()
    if words:
        before, after = text[:start][-1:], text[end:][:1]
        alone = not (before.isalnum() and words[0].isalnum()) and not (after.isalnum() and words[-1].isalnum())
        found.setdefault(HiddenWords(words, alone), ground)


def places_of(text: str, hidden: Iterable[HiddenWords]) -> list[Span]:
    """Where any of the words stand in a text."""
    pattern = "|".join(one.pattern for one in hidden)
    return [Span(*match.span()) for match in re.finditer(pattern, text)] if pattern else []


def list_repeated(consultation: Consultation, texts: Sequence[MaskableText]) -> list[Repeated]:
    """Where among `texts` words stand open that are hidden elsewhere in the sakråd."""
    hidden = list_hidden_words(consultation)
    over = (
        masks_over({text.kind: [number for one in texts if one.kind is text.kind for number in one.ids] for text in texts})
        if hidden
        else {}
    )
    repeated = []
    for text in texts if hidden else ():
        covered = [span for number in text.ids for span in over.get((text.kind, number), ())]
        for one, ground in hidden.items():
            open_places = [
                place
                for place in places_of(text.text, [one])
                if not any(span.start <= place.start and place.end <= span.end for span in covered)
            ]
            if open_places:
                covered += open_places  # of longer words: a part of them is not told again
                repeated.append(Repeated(text, one.words, ground, [f"{place.start}-{place.end}" for place in open_places]))
    return repeated
