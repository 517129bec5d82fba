"""The shape of a comment, of a report, and of the decision about one."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional, Regexp, ValidationError

from sakrad.comments.lifecycle import LIMIT
from sakrad.comments.models import CommentState, ModerationGround
from sakrad.core.fields import at_most
from sakrad.core.i18n import choices
from sakrad.core.text import normalised


class CommentForm(FlaskForm):
    """What an organisation wants to say."""

    text = TextAreaField(
        _("Kommentar"),
        description=_("Håll er till sakfrågan. Skriv inget som gör att en person kan kännas igen."),
        filters=[normalised],
        validators=[DataRequired(_("Skriv något.")), at_most(LIMIT)],
    )
    submission_key = HiddenField(validators=[Regexp(r"^[a-z0-9]{20,40}$", message=_("Sidan var för gammal. Skicka en gång till."))])


class ReportForm(FlaskForm):
    """Why somebody thinks that a comment should not stand there. `website` is seen by machines only."""

    ground = RadioField(_("Vad är fel?"), choices=lambda: choices(ModerationGround), validators=[InputRequired(_("Välj vad som är fel."))])
    text = TextAreaField(_("Vill du förklara?"), filters=[normalised], validators=[at_most(500)])
    website = StringField(_("Lämna det här fältet tomt"))

    def validate_website(self, field: Any) -> None:
        if field.data:
            raise ValidationError(_("Töm fältet och skicka igen."))


class DecisionForm(FlaskForm):
    """Published, or hidden because."""

    state = RadioField(
        _("Beslut"),
        choices=[SelectChoice(CommentState.published.value, _("Publicera")), SelectChoice(CommentState.hidden.value, _("Dölj"))],
        validators=[InputRequired(_("Välj om kommentaren ska publiceras eller döljas."))],
    )
    ground = SelectField(
        _("Grund för att dölja"),
        choices=lambda: [SelectChoice("", _("Välj")), *(SelectChoice(*one) for one in choices(ModerationGround))],
        validators=[Optional()],
    )
    note = TextAreaField(
        _("Till organisationen"),
        description=_("Publiceras inte."),
        filters=[normalised],
        validators=[at_most(1000)],
    )
