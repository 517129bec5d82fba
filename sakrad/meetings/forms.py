"""The shape of the forms around meetings. Choices are set by the routes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from sakrad.consultations.planning import is_calm
from sakrad.core import clock
from sakrad.core.fields import Checkboxes, Day, WholeNumber, at_most, web_address
from sakrad.core.i18n import choices
from sakrad.core.text import normalised, one_line
from sakrad.directory.models import Organisation, TargetGroup
from sakrad.meetings.lifecycle import MOST_EACH, Plan
from sakrad.meetings.models import Meeting, MeetingForm

CLEAN = (normalised,)
LONG, SHORT = 10_000, 1_000  # code points
MOST_SEATS = 5_000
MIDNIGHT = time(0, 0)
THURSDAY = 3


def _number(label: Any, most: int, hint: Any = "", *, least: int = 1, required: bool = False) -> WholeNumber:
    rule = NumberRange(min=least, max=most, message=_("Ange ett tal mellan %(min)d och %(max)d."))
    first = InputRequired(_("Ange ett tal.")) if required else Optional()
    return WholeNumber(label, description=hint, validators=[first, rule])


class PlanForm(FlaskForm):
    """What is settled about a meeting."""

    version = WholeNumber(widget=HiddenInput(), validators=[Optional()])
    title = StringField(
        _("Rubrik"),
        description=_("Till exempel Möte med föreningarna i norra kommundelen."),
        filters=CLEAN,
        validators=[DataRequired(_("Skriv en rubrik.")), at_most(160)],
    )
    groups = Checkboxes(_("Vilka grupper är mötet för?"), description=_("Lämna tomt om det är för alla."), validators=[Optional()])
    on = Day(_("Dag"), validators=[InputRequired(_("Ange en dag."))])
    begins = TimeField(_("Börjar"), validators=[InputRequired(_("Ange ett klockslag, till exempel 17:30."))])
    ends = TimeField(
        _("Slutar"),
        description=_("00:00 är midnatt samma kväll."),
        validators=[InputRequired(_("Ange ett klockslag, till exempel 19:30."))],
    )
    form = RadioField(_("Hur deltar man?"), choices=lambda: choices(MeetingForm), validate_choice=True)
    place = StringField(_("Plats"), description=_("Lokal och adress."), filters=CLEAN, validators=[at_most(300)])
    place_for_registered = BooleanField(_("Visa platsen bara för dem som är anmälda"))
    link = StringField(
        _("Länk till det digitala mötet"),
        description=_("Visas aldrig offentligt, bara för dem som är anmälda."),
        filters=CLEAN,
        validators=[at_most(500), web_address],
    )
    register_on = Day(
        _("Sista dag att anmäla sig"),
        description=_("Hela dagen räknas. Lämna tomt om det går att anmäla sig ända tills mötet börjar."),
        validators=[Optional()],
    )
    seats = _number(
        _("Platser sammanlagt"),
        MOST_SEATS,
        _("Lämna tomt om alla får plats. De som inte får plats ställs på väntelista. Den som deltar digitalt tar ingen stol."),
    )
    seats_each = _number(_("Platser per organisation"), MOST_EACH, required=True)
    agenda = TextAreaField(
        _("Program"), description=_("Vad som tas upp och när. Skrivs i Markdown."), filters=CLEAN, validators=[at_most(LONG)]
    )
    access = TextAreaField(
        _("Tillgänglighet"),
        description=_("Vad som finns: hörslinga, ramp, hiss, tolk, barnpassning, ledsagning."),
        filters=CLEAN,
        validators=[at_most(SHORT)],
    )

    def validate_begins(self, field: Any) -> None:
        _refuse_skipped(self.on.data, field.data)

    def validate_ends(self, field: Any) -> None:
        if field.data != MIDNIGHT:
            _refuse_skipped(self.on.data, field.data)
            if field.data and self.begins.data and field.data <= self.begins.data:
                raise ValidationError(_("Mötet måste sluta efter att det har börjat."))

    def validate_register_on(self, field: Any) -> None:
        if field.data and self.on.data and field.data > self.on.data:
            raise ValidationError(_("Anmälan kan inte vara öppen efter mötet."))

    def offer(self, groups: Sequence[TargetGroup]) -> None:
        """Give the field its choices."""
        self.groups.choices = [(group.slug, group.name) for group in groups]

    def plan(self) -> Plan:
        """The values as the commands take them, when the form is valid."""
        starts_at, ends_at = self._hours()
        return Plan(
            form=MeetingForm(self.form.data),
            starts_at=starts_at,
            ends_at=ends_at,
            register_until=min(clock.end_of(self.register_on.data), starts_at) if self.register_on.data else starts_at,
            seats=self.seats.data,
            seats_each=self.seats_each.data,
            place=self.place.data or "",
            link=self.link.data or "",
        )

    def hours(self) -> Plan | None:
        """Only when it is, for the hints, also of a form that is not filled in yet; None where that is no time."""
        if not (self.on.data and self.begins.data and self.ends.data):
            return None
        try:
            starts_at, ends_at = self._hours()
        except ValueError:
            return None
        return Plan(MeetingForm.on_site, starts_at, ends_at, register_until=starts_at, seats=None, seats_each=1)

    def _hours(self) -> tuple[datetime, datetime]:
        starts_at = clock.at_hour(self.on.data, self.begins.data)
        return starts_at, clock.end_of(self.on.data) if self.ends.data == MIDNIGHT else clock.at_hour(self.on.data, self.ends.data)

    def words(self) -> dict[str, Any]:
        """The other values, without what has to be looked up."""
        return {name: self[name].data or "" for name in ("title", "agenda", "access")} | {
            "place_for_registered": self.place_for_registered.data
        }


def _refuse_skipped(day: Any, hour: Any) -> None:
    if day and hour:
        try:
            clock.at_hour(day, hour)
        except ValueError:
            raise ValidationError(_("Klockslaget finns inte den natten: klockan ställs fram.")) from None


def proposed(at: datetime, opens_at: datetime | None) -> dict[str, Any]:
    """What the form for a new meeting begins with: the first evening two weeks after the invitations, or else after today.

    An evening from Monday to Thursday, before a workday, outside July and Christmas. The invitations go when the time to answer begins.
    """
    day = clock.day_of(max(at, opens_at or at)) + timedelta(days=15)  # whole weeks, whatever the hour is now
    while day.weekday() > THURSDAY or not (is_calm(day) and is_calm(day + timedelta(days=1))):
        day += timedelta(days=1)
    return {
        "on": day,
        "begins": time(17, 30),
        "ends": time(19, 30),
        "form": MeetingForm.on_site.value,
        "seats_each": 2,
        "register_on": day - timedelta(days=4),
    }


def shown(meeting: Meeting) -> dict[str, Any]:
    """What the form shows for a meeting."""
    starts, ends = (instant.astimezone(clock.STOCKHOLM) for instant in (meeting.starts_at, meeting.ends_at))
    open_to_the_end = meeting.register_until == meeting.starts_at
    names = ("version", "title", "place", "place_for_registered", "link", "seats", "seats_each", "agenda", "access")
    return {name: getattr(meeting, name) for name in names} | {
        "groups": [group.slug for group in meeting.groups],
        "on": starts.date(),
        "begins": starts.time(),
        "ends": ends.time(),
        "form": meeting.form.value,
        "register_on": None if open_to_the_end else clock.last_day(meeting.register_until),
    }


class CancelForm(FlaskForm):
    """Why it is called off."""

    reason = TextAreaField(
        _("Skäl"),
        description=_("Visas på mötets sida. Skriv också om det blir ett annat möte."),
        filters=CLEAN,
        validators=[DataRequired(_("Skriv varför mötet ställs in.")), at_most(SHORT)],
    )


class RegisterForm(FlaskForm):
    """How many come, and how."""

    people = _number(_("Hur många kommer?"), MOST_EACH, required=True)
    digital = BooleanField(_("Vi deltar digitalt"), description=_("Den som deltar digitalt tar ingen plats i lokalen."))


class NeedForm(FlaskForm):
    """What somebody needs: a form of its own, tied to nobody."""

    need = TextAreaField(
        _("Vad behövs för att delta?"),
        description=_("Till exempel plats för rullstol, teckenspråkstolk eller texttolkning. Skriv inga namn och ingen diagnos."),
        filters=CLEAN,
        validators=[DataRequired(_("Skriv vad som behövs.")), at_most(300)],
    )


class AttendanceForm(FlaskForm):
    """How many came from one more organisation; `attendance_form` adds a field for each that is known."""

    more_name = StringField(
        _("En organisation till"),
        description=_("Välj i listan eller skriv namnet som det står i registret."),
        filters=(one_line,),
        validators=[at_most(240)],
    )
    more_people = _number(_("Antal"), MOST_EACH)

    def validate_more_people(self, field: Any) -> None:
        if self.more_name.data and not field.data and not field.errors:
            raise ValidationError(_("Ange hur många som kom."))


def field_of(organisation: Organisation) -> str:
    """The name of the organisation's field."""
    return f"kom-{organisation.slug}"


def attendance_form(organisations: Sequence[Organisation], noted: dict[Organisation, int]) -> Any:
    """A form with a number for each organisation, in order. `noted`: what stands there."""
    fields = {field_of(each): _number(each.name, MOST_EACH, least=0) for each in organisations}
    return type("AttendanceOf", (AttendanceForm,), fields)(data={field_of(each): people for each, people in noted.items()})
