"""Hiding words in a text, alike wherever it lies: what can be masked, the form, and what is masked already.

Each package lists its own texts as `MaskableText`, draws them with templates/records/staff/_masking.html and hides words through
commands of its own, which know when that may happen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from sakrad.core.db import abandon
from sakrad.core.errors import Missing
from sakrad.core.fields import at_most
from sakrad.core.i18n import choices
from sakrad.core.text import Span, normalised, sentences, whole_number
from sakrad.records.commands import GroundMissing, ReasonMissing, WordsMissing
from sakrad.records.models import Mask, MaskGround, Review, ReviewDecision, TextKind
from sakrad.records.queries import list_masks, published

WORDS = 2_000  # code points
NOT_THERE = _("Orden finns inte i texten. Markera dem, eller skriv dem exakt som de står.")


@dataclass(frozen=True, slots=True)
class MaskableText:
    """A text in which words can be hidden. One that several rows share word for word is one text to its readers."""

    key: str  # how the address and the page name it
    kind: TextKind
    ids: tuple[int, ...]
    where: str
    text: str

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """Each sentence as a choice, for marking without a script."""
        return [(f"{span.start}-{span.end}", self.text[span.start : span.end]) for span in sentences(self.text)]


@dataclass(frozen=True, slots=True)
class Hidden:
    """Words that are masked now; `mask` names the mask."""

    mask: int
    words: str
    ground: MaskGround
    since: datetime


def list_hidden(text: MaskableText) -> list[Hidden]:
    """What is masked in the text, in order; the same place in texts that share their words is told once."""
    places: dict[Span, Hidden] = {}
    for one in list_masks(text.kind, text.ids):
        span = Span(one.start, one.end)
        places.setdefault(span, Hidden(one.id, text.text[one.start : one.end], one.ground, one.created_at))
    return [places[span] for span in sorted(places, key=lambda span: (span.start, span.end))]


def shown(text: MaskableText) -> str:
    """The text as readers see it."""
    return published(text.text, [Span(one.start, one.end) for one in list_masks(text.kind, text.ids)])


def get_masks(text: MaskableText, number: str) -> list[Mask]:
    """The mask that a form names and those that lie over the same words in the texts that share them.

    Raises:
        Missing: it does not lie over this text.
    """
    standing = list_masks(text.kind, text.ids)
    chosen = next((one for one in standing if one.id == whole_number(number)), None)
    if chosen is None:
        raise Missing("mask")
    return [one for one in standing if (one.start, one.end) == (chosen.start, chosen.end)]


class MaskForm(FlaskForm):
    """Words to hide in the published copy: marked, chosen by sentence, or written exactly as they stand."""

    start = HiddenField()
    end = HiddenField()
    sentences = SelectMultipleField(choices=[], validate_choice=False)
    words = StringField(
        _("Orden som ska döljas"),
        description=_("Skriv dem exakt som de står. De döljs på varje ställe i texten."),
        validators=[Length(max=WORDS, message=_("Skriv högst %(n)s tecken.", n=WORDS))],
    )
    ground = SelectField(
        _("Rättslig grund"),
        choices=lambda: choices(MaskGround),
        validators=[InputRequired(_("Välj en grund."))],
    )

    def __init__(self, *args: Any, key: str = "", **kwargs: Any) -> None:
        """`key` keeps the ids apart where several texts stand on one page."""
        super().__init__(*args, **kwargs)
        for one in self if key else ():
            one.id = f"{key}-{one.name}"
            one.label.field_id = one.id

    def validate_words(self, _field: Any) -> None:
        """Something is chosen, in one of the three ways."""
        if not self.asked():
            raise ValidationError(NOT_THERE)

    def asked(self) -> list[dict[str, Any]]:
        """What to hide, as arguments (`words`, `span`, `ground`) of a command each. Whether it stands in the text the command knows."""
        marked = f"{self.start.data}-{self.end.data}" if self.end.data else ""
        pairs = [marked] if marked else self.sentences.data or []
        ground = MaskGround(self.ground.data) if self.ground.data in set(MaskGround) else None
        if pairs:
            spans = [span_of(pair) for pair in pairs]
            return [{"words": "", "span": span, "ground": ground} for span in spans] if all(spans) else []
        return [{"words": self.words.data, "span": None, "ground": ground}] if self.words.data else []

    def hides(self, mask: Callable[..., object]) -> bool:
        """Whether all that the form asks for is hidden; else nothing is, and it says why.

        Args:
            mask: a package's own command with everything but `words`, `span` and `ground`.
        """
        if not self.validate():
            return False
        try:
            for asked in self.asked():
                mask(**asked)
        except WordsMissing:
            abandon()
            self.words.errors = [NOT_THERE]
            return False
        return True


class ReviewForm(FlaskForm):
    """Whether words from outside are published: as they are, with some of them hidden, or not."""

    decision = RadioField(
        _("Beslut"),
        choices=lambda: choices(ReviewDecision),
        validators=[InputRequired(_("Välj ett beslut."))],
        invalid_choice_message=_("Välj ett beslut."),
    )
    words = StringField(
        _("Orden som ska döljas"),
        description=_("Vid maskning. Skriv dem exakt som de står. De döljs på varje ställe."),
        validators=[at_most(WORDS)],
    )
    ground = SelectField(_("Rättslig grund"), coerce=str, default="", choices=lambda: [("", _("Ingen")), *choices(MaskGround)])
    reason = TextAreaField(_("Skäl"), description=_("Behövs när orden inte publiceras."), filters=[normalised], validators=[at_most(WORDS)])

    def values(self) -> dict[str, Any]:
        """As `commands.review_words` takes them."""
        ground = MaskGround(self.ground.data) if self.ground.data else None
        decision = ReviewDecision(self.decision.data)
        return {"decision": decision, "ground": ground, "reason": self.reason.data or "", "words": self.words.data or ""}

    def refuse(self, missing: ReasonMissing | GroundMissing | WordsMissing) -> None:
        """Say beside its field what `commands.review_words` missed."""
        if isinstance(missing, ReasonMissing):
            self.reason.errors = [_("Skriv varför orden inte publiceras.")]
        elif isinstance(missing, GroundMissing):
            self.ground.errors = [_("Välj en grund.")]
        else:
            self.words.errors = [_("Orden finns inte i texten. Skriv dem exakt som de står.")]


def decided(review: Review | None) -> dict[str, str]:
    """What `ReviewForm` shows of the decision that was made."""
    return {"decision": review.decision.value, "ground": review.ground or "", "reason": review.reason} if review else {}


def span_of(pair: str) -> Span | None:
    """ "4-11" as the span that it names, or None."""
    start, _dash, end = pair.partition("-")
    first, last = whole_number(start or "0"), whole_number(end)
    return None if first is None or last is None or first >= last else Span(first, last)
