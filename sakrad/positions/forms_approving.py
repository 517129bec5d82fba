"""Forms of what members do together with a draft: ask for approval, decide, discuss, tick off."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from sakrad.core.fields import Checkboxes, at_most
from sakrad.core.text import normalised
from sakrad.positions.forms import UNKNOWN, TextLimit
from sakrad.positions.models import ITEM_LIMIT, REMARK_LIMIT, RETURN_LIMIT


class AskForm(FlaskForm):
    """Skicka för godkännande: to whom."""

    approvers = Checkboxes(
        _("Vilka ska godkänna?"),
        coerce=int,
        validators=[InputRequired(_("Välj minst en godkännare."))],
        invalid_choice_message=_("Någon av dem kan inte godkänna längre. Välj igen."),
    )


class ApproveForm(FlaskForm):
    """Godkänn: `seen` binds it to what was shown."""

    seen = HiddenField(id="approve-seen")


class ReturnForm(FlaskForm):
    """Skicka tillbaka, with the reason."""

    seen = HiddenField(id="return-seen")
    reason = TextAreaField(
        _("Vad behöver ändras?"),
        filters=[normalised],
        validators=[DataRequired(_("Skriv vad som behöver ändras.")), TextLimit(RETURN_LIMIT)],
    )


class RemarkForm(FlaskForm):
    """A remark: on what, and who is told."""

    about = SelectField(_("Om"), coerce=int, default=0, invalid_choice_message=UNKNOWN, invalid_value_message=UNKNOWN)
    text = TextAreaField(
        _("Kommentar"),
        description=_("Bara medlemmarna ser den. Den följer inte med när ni skickar in."),
        filters=[normalised],
        validators=[DataRequired(_("Skriv något först.")), TextLimit(REMARK_LIMIT)],
    )
    mentioned = Checkboxes(
        _("Säg till"),
        description=_("De får ett mejl med en länk hit, utan kommentarens ord."),
        coerce=int,
        invalid_choice_message=_("Någon av dem är inte medlem längre. Välj igen."),
    )


class ItemForm(FlaskForm):
    """Something to do before the answer is sent."""

    item = StringField(
        _("Lägg till en punkt"), filters=[normalised], validators=[DataRequired(_("Skriv vad som ska göras.")), at_most(ITEM_LIMIT)]
    )
