"""The shape of the officials' forms. Choices are set by the routes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from sakrad.core.fields import Checkboxes, WholeNumber, at_most
from sakrad.core.i18n import choices
from sakrad.core.text import normalised
from sakrad.records.models import MaskGround

HEADING, BODY, IN_SHORT, REASON, THEME = 200, 20_000, 3_000, 2_000, 120  # code points
CLEAN = (normalised,)


def _number() -> WholeNumber:
    return WholeNumber(widget=HiddenInput(), validators=[Optional()])


class DeskForm(FlaskForm):
    """The workbench is one form, so that whichever button is pressed nothing that is typed is lost."""

    finding = HiddenField()  # the id of the one that is open, "ny" for one not saved yet
    seen_version = _number()
    heading = StringField(_("Rubrik"), filters=CLEAN, validators=[at_most(HEADING)])
    body = TextAreaField(_("Text"), filters=CLEAN, validators=[at_most(BODY)])
    theme = SelectField(_("Tema"), coerce=str, default="")
    new_theme = StringField(_("Nytt tema"), filters=CLEAN, validators=[at_most(THEME)])
    earlier_reason = SelectField(_("Tidigare skäl"), coerce=str, default="")
    reason = TextAreaField(
        _("Skäl"),
        description=_("Skälet till att lägga åt sidan visas offentligt: det är svaret till organisationerna."),
        filters=CLEAN,
        validators=[at_most(REASON)],
    )


class AnswerForm(FlaskForm):
    """Taking up exact words: marked with the mouse or the keys, or chosen as numbered sentences."""

    start = _number()
    end = _number()
    sentences = Checkboxes(_("Meningar"), coerce=int)
    theme = SelectField(_("Tema"), coerce=str, default="")
    new_theme = StringField(_("Nytt tema"), filters=CLEAN, validators=[at_most(THEME)])
    groups = Checkboxes(_("Vilka det handlar om"), coerce=int)
    finding = SelectField(_("Citera i"), coerce=str, default="")


class PointForm(FlaskForm):
    """Sorting one point."""

    theme = SelectField(_("Tema"), coerce=str, default="")
    groups = Checkboxes(_("Vilka det handlar om"), coerce=int)


class ThemeForm(FlaskForm):
    """Naming a theme."""

    theme = WholeNumber(widget=HiddenInput(), validators=[InputRequired(), NumberRange(0, 999_999_999)])
    name = StringField(_("Temats namn"), filters=CLEAN, validators=[DataRequired(_("Skriv temats namn.")), at_most(THEME)])


class SummaryForm(FlaskForm):
    """What stands around the findings."""

    seen_version = _number()
    in_short = TextAreaField(
        _("Kort om sakrådet"),
        description=_("Tre meningar: vad de flesta säger, var meningarna går isär, och vem som säger nej, med namn."),
        filters=CLEAN,
        validators=[at_most(IN_SHORT)],
    )
    not_heard = Checkboxes(
        _("Grupper som inte har hörts"),
        coerce=int,
        description=_("Berörda grupper som ingen organisation har talat för."),
    )


class FindingForm(FlaskForm):
    """One finding in the text. Several stand in the same form, told apart by their prefix; SummaryForm holds the token."""

    class Meta:
        csrf = False

    seen_version = _number()
    heading = StringField(_("Rubrik"), filters=CLEAN, validators=[at_most(HEADING)])
    body = TextAreaField(_("Text"), filters=CLEAN, validators=[at_most(BODY)])


class MaskForm(FlaskForm):
    """Words to hide in a published text: marked, or written exactly as they stand."""

    start = _number()
    end = _number()
    words = StringField(
        _("Orden som ska döljas"),
        description=_("Skriv dem exakt som de står. De döljs på varje ställe i texten."),
        validators=[at_most(REASON)],
    )
    ground = SelectField(_("Grund"), choices=lambda: choices(MaskGround), validators=[InputRequired(_("Välj en grund."))])
