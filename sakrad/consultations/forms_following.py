"""The shape of the forms for what comes next, and for the dialogues that come back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import HiddenInput

from sakrad.consultations.lifecycle_following import TEXT
from sakrad.consultations.models import Consultation, ContinuationKind, RecurringDialogue
from sakrad.core.fields import Checkboxes, WholeNumber, at_most
from sakrad.core.i18n import choices, month_name
from sakrad.core.text import normalised, one_line
from sakrad.directory.models import Authority, TargetGroup


class ContinuationForm(FlaskForm):
    """What comes next."""

    kind = RadioField(
        _("Vad leder sakrådet till?"), choices=lambda: choices(ContinuationKind), validators=[InputRequired(_("Välj vad det leder till."))]
    )
    text = TextAreaField(
        _("Vad händer, och när?"),
        description=_("Visas offentligt och kan inte ändras efteråt. Skriv inga namn."),
        filters=[normalised],
        validators=[DataRequired(_("Skriv vad som händer sen.")), at_most(TEXT)],
    )
    next = SelectField(
        _("Nytt sakråd"),
        description=_("Bara för ett nytt sakråd. Ett utkast visas först när det har annonserats."),
        validators=[Optional()],
    )
    dialogue = SelectField(
        _("Återkommande dialog"), description=_("Bara för en återkommande dialog. Den står i årshjulet."), validators=[Optional()]
    )

    def offer(self, consultations: Iterable[Consultation], dialogues: Iterable[RecurringDialogue]) -> None:
        """Give what there is to link to."""
        titles = [(one.slug, one.title if one.announced_at else _("%(title)s (utkast)", title=one.title)) for one in consultations]
        self.next.choices = [("", _("Inget än")), *titles]
        self.dialogue.choices = [("", _("Ingen")), *((one.reference, one.title) for one in dialogues)]


class DialogueForm(FlaskForm):
    """A dialogue that comes back in the same months every year."""

    version = WholeNumber(widget=HiddenInput(), validators=[Optional()])
    title = StringField(_("Vad kallas dialogen?"), filters=[one_line], validators=[DataRequired(_("Skriv vad den kallas.")), at_most(160)])
    authority = SelectField(_("Nämnd"), validators=[InputRequired(_("Välj en nämnd."))])
    months = Checkboxes(
        _("Månader"),
        coerce=int,
        choices=lambda: [(number, month_name(number)) for number in range(1, 13)],
        validators=[InputRequired(_("Välj minst en månad."))],
    )
    about = TextAreaField(
        _("Vad den handlar om"),
        description=_("Visas offentligt. Vilka som möts, om vad, och hur man är med."),
        filters=[normalised],
        validators=[Optional(), at_most(500)],
    )
    groups: SelectMultipleField = Checkboxes(_("Grupper som berörs"), validators=[Optional()])

    def offer(self, authorities: Iterable[Authority], groups: Iterable[TargetGroup]) -> None:
        """Give the authorities and groups to choose from."""
        self.authority.choices = [("", _("Välj")), *((one.slug, one.name) for one in authorities)]
        self.groups.choices = [(one.slug, one.name) for one in groups]


def dialogue_values(dialogue: RecurringDialogue) -> dict[str, Any]:
    """What the form shows for a dialogue."""
    return {
        **{name: getattr(dialogue, name) for name in ("version", "title", "about", "months")},
        "authority": dialogue.authority.slug,
        "groups": [group.slug for group in dialogue.groups],
    }
