"""Forms for what came in by other ways than the web: entering it, and reading it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    EmailField,
    FileField,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, Regexp

from sakrad.consultations.models import Question
from sakrad.core import clock
from sakrad.core.fields import at_most
from sakrad.core.i18n import choices
from sakrad.core.text import normalised, one_line
from sakrad.positions.commands import STATED
from sakrad.positions.forms import FACTS, UNKNOWN, Chosen, TextLimit, page_form, part_name
from sakrad.positions.models import Channel, PositionVersion, PublicationWish

__all__ = ["FACTS", "CodeForm", "ConfirmForm", "correction_form", "part_name", "said", "stored", "transcription_form"]


class Moment(DateTimeLocalField):
    """A day and a time of day in Stockholm, refused in Swedish."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        written = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H.%M"]
        super().__init__(label, format=written, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        refused = ValueError(_("Skriv dag och klockslag så här: 2027-03-03 14:05."))
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise refused from None
        if self.data and not 2000 <= self.data.year < 2200:
            raise refused

    @property
    def instant(self) -> datetime:
        """The same as an instant, UTC."""
        stated: datetime = self.data
        return stated.replace(tzinfo=clock.STOCKHOLM).astimezone(UTC)


class _TranscriptionForm(FlaskForm):
    """What came in, from whom, when and how."""

    submission_key = HiddenField()
    again = HiddenField()  # the receipt number of the version that is entered anew
    channel = RadioField(
        _("Hur kom det in?"),
        choices=lambda: [pair for pair in choices(Channel) if pair[0] != Channel.web],
        validators=[InputRequired(UNKNOWN)],
        default=Channel.email.value,
        invalid_choice_message=UNKNOWN,
    )
    sender = StringField(
        _("Organisation"),
        description=_("Börja skriva namnet och välj i listan."),
        filters=[one_line],
        validators=[DataRequired(_("Skriv vilken organisation det kommer från.")), at_most(240)],
    )
    new = BooleanField(_("Organisationen finns inte i listan. Lägg till den."))
    email = EmailField(
        _("Den nya organisationens e-postadress"),
        description=_("Hit går kvittot. Lämna tomt om organisationen inte har någon."),
        filters=[normalised],
        validators=[Optional(), Email(_("Det ser inte ut som en e-postadress.")), at_most(254)],
    )
    received = Moment(
        _("När kom det in?"),
        description=_("Dag och klockslag då det nådde kommunen, inte när ni skriver in det."),
        validators=[InputRequired(_("Skriv när det kom in."))],
    )
    scan = FileField(
        _("Inskannat original"),
        description=_("PDF, PNG eller JPEG, högst 20 MB. Syns bara för handläggare och registratorer och publiceras aldrig."),
    )

    def validate_sender(self, field: Any) -> None:
        if self.new.data and len(field.data) > 160:
            raise ValidationError(_("Namnet får vara högst 160 tecken."))

    def validate_email(self, field: Any) -> None:
        if field.data and not self.new.data:
            raise ValidationError(_("Adressen används bara för en ny organisation. Bocka för att lägga till den, eller ta bort adressen."))


class _WholeForm(_TranscriptionForm):
    """The same, with the text in one piece."""

    text = TextAreaField(
        _("Texten"),
        description=_("Hela texten, som den är skriven. Ni behöver inte dela upp den på frågor."),
        filters=[normalised],
        validators=[DataRequired(_("Skriv eller klistra in texten.")), TextLimit()],
    )


def transcription_form(questions: Sequence[Question], groups: Sequence[tuple[str, str]], data: dict[str, Any]) -> Any:
    """The form with a part per question, or with one text where no questions are given; and the facts, all optional."""
    return page_form(questions, groups, data, base=_TranscriptionForm if questions else _WholeForm)


def correction_form(questions: Sequence[Question], groups: Sequence[tuple[str, str]], data: dict[str, Any]) -> Any:
    """What was written down, for its sender to correct."""
    return page_form(questions, groups, data)


def said(part: Any) -> dict[str, Any]:
    """What the part of one question says, as the commands take it."""
    return {
        "text": part.text.data,
        "stance": part.stance.data if "stance" in part else None,
        "options": part.options.data or [] if "options" in part else [],
        "own_interest": part.own_interest.data,
    }


def stored(version: PositionVersion) -> dict[str, Any]:
    """A version in the shape of the forms."""
    answers = {
        part_name(answer.question): {name: getattr(answer, name) for name in ("text", "stance", "options", "own_interest")}
        for answer in version.answers
    }
    return {**answers, FACTS: {**{name: getattr(version, name) for name in STATED}, "groups": [group.slug for group in version.groups]}}


class ConfirmForm(FlaskForm):
    """Det stämmer; and what nobody has asked yet."""

    wish = Chosen(
        _("Får kommunen publicera svaret?"),
        PublicationWish,
        description=_("Det sa ni inget om. Så länge vi inte vet publiceras det inte. Oavsett är det en allmän handling."),
    )


class CodeForm(FlaskForm):
    """The code on the printed page."""

    number = StringField(
        _("Kvittonummer"),
        description=_("Står på sidan, till exempel SN-2027-0001-9901."),
        filters=[normalised],
        validators=[
            InputRequired(_("Skriv kvittonumret från sidan.")),
            Regexp(r"\w[\w-]{0,39}\Z", message=_("Ett kvittonummer har bara bokstäver, siffror och bindestreck.")),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    letters = StringField(
        _("Bokstavskod"),
        description=_("Står på sidan, tre gånger fyra tecken."),
        filters=[normalised],
        validators=[InputRequired(_("Skriv bokstavskoden från sidan.")), Length(max=40, message=_("Koden är tre gånger fyra tecken."))],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"},
    )
