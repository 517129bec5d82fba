"""Forms about others: agreeing with an answer, naming who stands behind, and the party's own word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Form, FormField, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Email

from sakrad.consultations.models import Question
from sakrad.core.fields import at_most
from sakrad.core.text import normalised, one_line, whole_number
from sakrad.positions.forms import TextLimit, part_name
from sakrad.positions.models.together import RESERVATION_LIMIT

WHOLE = "hela"


class AgreePart(Form):
    """Whether one agrees with the whole, or with one answer, and what one does not agree with."""

    agree = BooleanField(_("Vi instämmer"))
    reservation = TextAreaField(
        _("Förbehåll"),
        description=_("Om det är något ni inte håller med om, eller vill lägga till. Skriv inga namn på personer."),
        filters=[normalised],
        validators=[TextLimit(RESERVATION_LIMIT)],
    )
    seen = HiddenField()  # tells the wording that was before the writer's eyes; empty when there was none

    def validate_reservation(self, field: Any) -> None:
        if field.data and not self.agree.data:
            raise ValidationError(_("Kryssa i att ni instämmer, eller ta bort förbehållet."))


def agree_form(numbers: Sequence[int], data: Mapping[str, Any] | None = None) -> FlaskForm:
    """The form of one answer: a part for the whole, and one per question that it answers."""
    fields: dict[str, Any] = {"version": HiddenField(), WHOLE: FormField(AgreePart, label=_("Hela svaret"))}
    for number in numbers:
        fields[f"q{number}"] = FormField(AgreePart, label=_("Fråga %(number)s", number=number))
    return type("AgreeForm", (FlaskForm,), fields)(data=dict(data or {}))


class NamePartyForm(FlaskForm):
    """An organisation that is not in the register: its name, and where it is asked."""

    name = StringField(
        _("Organisationens namn"),
        validators=[DataRequired(_("Skriv organisationens namn.")), at_most(160)],
        filters=[one_line],
    )
    email = EmailField(
        _("Organisationens e-postadress"),
        description=_("Dit skickas frågan om de står bakom svaret, när ni har skickat in det. Adressen visas aldrig."),
        validators=[
            DataRequired(_("Skriv organisationens e-postadress.")),
            Email(_("Skriv en e-postadress, till exempel namn@forening.example.")),
            at_most(254),
        ],
        filters=[normalised],
    )


class ReservationPart(Form):
    """What a party does not agree with in one answer."""

    text = TextAreaField(
        _("Förbehåll"),
        description=_("Bara om det är något ni inte står bakom. Skriv inga namn på personer."),
        filters=[normalised],
        validators=[TextLimit(RESERVATION_LIMIT)],
    )


class _StandForm(FlaskForm):
    """ "Vi står bakom svaret": binds to the version, and to the reservations, that were read."""

    version = HiddenField()
    seen = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version that was before the reader's eyes; one that is no number was never given out."""
        version = whole_number(self.version.data or "")
        return -1 if version is None else version


def stand_form(questions: Sequence[Question], *, named: bool, data: Mapping[str, Any] | None = None) -> Any:
    """The party's form: a reservation per question, and with `named` what it calls itself."""
    fields: dict[str, Any] = {
        part_name(question): FormField(ReservationPart, label=_("Fråga %(number)s", number=question.number)) for question in questions
    }
    if named:
        fields["name"] = StringField(
            _("Er organisations namn"),
            description=_("Ni finns inte i registret än, och förs in när ni bekräftar. Namnet visas."),
            validators=[DataRequired(_("Skriv organisationens namn.")), at_most(160)],
            filters=[one_line],
        )
    return type("StandForm", (_StandForm,), fields)(data=dict(data or {}))


class PassForm(FlaskForm):
    """Let a party's reservations through for publication: bound to what was read."""

    party = HiddenField()
    seen = HiddenField()
