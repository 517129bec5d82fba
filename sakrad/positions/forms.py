"""Forms of the own space, of the review for publication, and of the receipt.

A page of the own space is one form with a part per question (`q3`) and one for the facts (`fakta`). A part is saved
when its version came with the request, so that the same code takes a whole page and a single field's autosave.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from sakrad.consultations.models import DeclineReason, Question, QuestionKind
from sakrad.core import clock
from sakrad.core.fields import Checkboxes, Day, WholeNumber
from sakrad.core.i18n import choices
from sakrad.core.text import normalised, whole_number
from sakrad.positions.models import ANSWER_LIMIT, REASON_LIMIT, AnchoringLevel, PublicationWish, Stance
from sakrad.records.models import MaskGround

FACTS = "fakta"
UNKNOWN = _("Välj ett av alternativen.")


class TextLimit:
    """At most so many code points, and says how many are too many."""

    def __init__(self, limit: int = ANSWER_LIMIT) -> None:
        self.limit = limit
        self.field_flags = {"maxlength": limit}

    def __call__(self, _form: Any, field: Any) -> None:
        over = len(field.data or "") - self.limit
        if over > 0:
            raise ValidationError(_("Texten är %(over)s tecken för lång. Korta den, eller dela upp den på flera frågor.", over=over))


class Ranked(SelectMultipleField):
    """Choices in rank order: one select per rank, empty ones left out."""

    ranked = True

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value for value in valuelist if value])

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.data and len(set(self.data)) < len(self.data):
            raise ValidationError(_("Välj varje alternativ bara en gång."))


class Chosen(RadioField):
    """One member of an enum, or None when nothing is chosen."""

    def __init__(self, label: Any, kind: type[enum.StrEnum], *, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(
            label,
            validators=[Optional()] if not validators else list(validators),
            choices=functools.partial(choices, kind),
            coerce=lambda value: kind(value) if value else None,
            invalid_value_message=UNKNOWN,
            invalid_choice_message=UNKNOWN,
            **kwargs,
        )


class Count(WholeNumber):
    """A number of people."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        within = NumberRange(0, 1_000_000, message=_("Ange ett antal mellan 0 och en miljon."))
        super().__init__(label, validators=[Optional(), within], **kwargs)


class _Seen:
    """Holds the version that the writer had in front of them."""

    version: HiddenField

    @property
    def seen_version(self) -> int:
        """As a number; -1 for one that is no number and was never given out."""
        version = whole_number(str(self.version.data))
        return -1 if version is None else version


class _Part(_Seen, Form):
    version = HiddenField(default="0")
    mark = HiddenField(default="")  # written by static/draft.js alone

    @property
    def came(self) -> bool:
        """Whether the part is in the request."""
        return bool(self.version.raw_data)


def _answer_part(question: Question) -> type[_Part]:
    stands = question.kind is QuestionKind.proposal
    fields: dict[str, Any] = {}
    if stands:
        fields["stance"] = Chosen(_("Ert ställningstagande"), Stance)
    if question.options and question.kind is QuestionKind.need:
        fields["options"] = Ranked(_("Rangordna, viktigast först"), choices=[SelectChoice(option, option) for option in question.options])
    elif question.options and question.kind is QuestionKind.choice:
        fields["options"] = Checkboxes(_("Välj ett eller flera"), choices=[SelectChoice(option, option) for option in question.options])
    fields["text"] = TextAreaField(
        _("Motivering") if stands else _("Kommentar") if "options" in fields else _("Ert svar"),
        description=question.length_hint or _("Skriv inget som gör att någon kan kännas igen."),
        filters=[normalised],
        validators=[TextLimit()],
    )
    fields["own_interest"] = BooleanField(_("Vi har eller kan få avtal eller bidrag i det frågan gäller"))
    if not question.required:
        fields["left_out"] = BooleanField(_("Vi svarar inte på den här frågan"))
        fields["left_out_reason"] = StringField(
            _("Varför inte?"),
            description=_("Kommunen får läsa det, men det publiceras inte."),
            filters=[normalised],
            validators=[Length(max=REASON_LIMIT, message=_("Skälet får vara högst %(limit)s tecken.", limit=REASON_LIMIT))],
        )
    return type("AnswerPart", (_Part,), fields)


class FactsPart(_Part):
    """Who answers, how it is anchored and what they wish. Roles, never names (PRACTICE.md 8)."""

    signed_role = StringField(
        _("Er roll"),
        description=_("Till exempel ordförande eller verksamhetsledare. Skriv inget namn."),
        filters=[normalised],
        validators=[Length(max=120, message=_("Rollen får vara högst 120 tecken."))],
    )
    anchoring = Chosen(_("Hur är svaret förankrat?"), AnchoringLevel)
    confirm_by_on = Day(
        _("När bekräftar ni svaret?"),
        description=_("Om det inte är förankrat än. Svaret visas som preliminärt tills ni har bekräftat det."),
        validators=[Optional()],
    )
    decided_on = Day(_("Datum för beslutet"), validators=[Optional()])
    decision_ref = StringField(
        _("Paragraf"),
        description=_("Till exempel § 7."),
        filters=[normalised],
        validators=[Length(max=60, message=_("Paragrafen får vara högst 60 tecken."))],
    )
    asked = Count(_("Hur många tillfrågades?"))
    answered = Count(_("Hur många svarade?"))
    dissent = TextAreaField(
        _("Avvikande meningar"),
        description=_("Om ni inte var eniga: vad tyckte de andra? Skriv inga namn."),
        filters=[normalised],
        validators=[TextLimit()],
    )
    groups = Checkboxes(_("Vilka talar ni för?"), description=_("Hämtat från er profil. Ändra om svaret gäller andra."), coerce=str)
    wish = Chosen(
        _("Får kommunen publicera svaret?"),
        PublicationWish,
        description=_("Oavsett vad ni väljer blir svaret en allmän handling när ni skickar in det."),
    )
    reuse = BooleanField(_("Svaret får återanvändas som öppna data, om det publiceras"))

    def validate_decided_on(self, field: Any) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError(_("Den dagen har inte varit än. Skriv dagen då beslutet fattades, eller vänta med datumet."))

    def validate_confirm_by_on(self, field: Any) -> None:
        if field.data and self.anchoring.data is AnchoringLevel.not_yet and field.data <= clock.today():
            raise ValidationError(_("Den dagen har redan kommit. Skriv en dag längre fram, eller lämna den tom."))

    def validate_answered(self, field: Any) -> None:
        if field.data is not None and self.asked.data is not None and field.data > self.asked.data:
            raise ValidationError(_("Fler kan inte ha svarat än som tillfrågades."))


def part_name(question: Question) -> str:
    """What the question's part is called in the form."""
    return f"q{question.number}"


def page_form(
    questions: Sequence[Question], groups: Sequence[tuple[str, str]] | None, data: dict[str, Any], base: type[FlaskForm] = FlaskForm
) -> Any:
    """The form of a page with these questions and, when `groups` (slug and name) are given, the facts; `base` has its other fields."""
    fields: dict[str, Field] = {
        part_name(question): FormField(_answer_part(question), label=_("Fråga %(number)s", number=question.number))
        for question in questions
    }
    if groups is not None:
        fields[FACTS] = FormField(FactsPart, label=_("Om svaret"))
    form = type("PageForm", (base,), fields)(data=data)
    if groups is not None:
        form[FACTS].groups.choices = [SelectChoice(slug, name) for slug, name in groups]
    return form


class RestoreForm(_Seen, FlaskForm):
    """An earlier text back again, over the version that the writer has seen."""

    version = HiddenField()


class ReuseForm(_Seen, FlaskForm):
    """Earlier words into this answer: whose receipt and which question, as the pressed button says."""

    version = HiddenField()
    earlier = StringField()


class SendForm(FlaskForm):
    """Send what was read through: the key stops the double click, `seen` binds it to what was shown."""

    submission_key = HiddenField()
    seen = HiddenField()


class DeclineForm(FlaskForm):
    """Vi avböjer: one of four reasons, shown as counts only."""

    reason = Chosen(_("Varför?"), DeclineReason)


class ReceiptNumberForm(Form):
    """Which receipt to check; sent with GET, so that its address can be kept."""

    nummer = StringField(
        _("Kvittonummer"),
        description=_("Står på kvittot, till exempel SN-2027-0001-9901."),
        validators=[
            InputRequired(_("Skriv kvittonumret från kvittot.")),
            Regexp(
                r"\w[\w-]{0,39}\Z", message=_("Ett kvittonummer har bara bokstäver, siffror och bindestreck. Kontrollera det på kvittot.")
            ),
        ],
        filters=[normalised],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class ReceiptForm(FlaskForm):
    """Check a receipt."""

    nonce = StringField(
        _("Kontrollkod"),
        description=_("Står på kvittot, 20 tecken."),
        validators=[InputRequired(_("Skriv kontrollkoden från kvittot."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class ReviewForm(FlaskForm):
    """Publish or not, with the reason."""

    version = HiddenField()
    decision = RadioField(_("Beslut"), validators=[InputRequired(_("Välj om svaret ska publiceras."))])
    ground = SelectField(
        _("Rättslig grund"),
        description=_("Behövs när svaret inte publiceras. Maskade ord har var sin grund."),
        choices=lambda: [("", _("Ingen vald")), *choices(MaskGround)],
        validators=[Optional()],
    )
    reason = TextAreaField(
        _("Skäl"),
        description=_("Behövs när svaret inte publiceras. Skälet är internt; skriv inte det som ska skyddas."),
        filters=[normalised],
        validators=[TextLimit(2_000)],
    )
