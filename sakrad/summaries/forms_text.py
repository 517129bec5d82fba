"""The forms of the summary as text: writing it, and correcting it when it is published."""

from __future__ import annotations

import zlib

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from sakrad.core.fields import Checkboxes, WholeNumber, at_most
from sakrad.core.text import normalised, one_line

HEADING, BODY, IN_SHORT, REASON, SECTION = 200, 20_000, 3_000, 2_000, 120  # code points
CLEAN = (normalised,)
LINE = (one_line,)
WRITING = _("Hänvisa med [12]. [citat 12] i ett eget stycke visar orden som citat. Fetstil skrivs **så här**, listor med streck.")


def digest(*words: str | bool) -> str:
    """Tells one wording from another."""
    return f"{zlib.crc32(repr(words).encode()):08x}"


class SummaryForm(FlaskForm):
    """What stands around the findings, and the reason for what is set aside beside them."""

    seen_version = WholeNumber(widget=HiddenInput(), validators=[Optional()])
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
    earlier_reason = SelectField(_("Tidigare skäl"), coerce=str, default="", validate_choice=False)
    reason = TextAreaField(
        _("Skäl"),
        description=_("Skälet visas offentligt: det är svaret till organisationerna."),
        filters=CLEAN,
        validators=[at_most(REASON)],
    )


class FindingForm(FlaskForm):
    """One finding in the text. Several stand in the same form, told apart by their prefix; SummaryForm holds the token."""

    class Meta:
        csrf = False

    seen_version = WholeNumber(widget=HiddenInput(), validators=[Optional()])
    loaded = HiddenField()  # the digest of the words as they were shown: whoever has not touched them saves nothing
    heading = StringField(_("Rubrik"), filters=LINE, validators=[at_most(HEADING)])
    body = TextAreaField(_("Text"), description=WRITING, filters=CLEAN, validators=[at_most(BODY)])
    section = StringField(
        _("Avsnitt som börjar här"),
        description=_("Rubriken över den här och de följande, fram till nästa avsnitt."),
        filters=LINE,
        validators=[at_most(SECTION)],
    )
    minority = BooleanField(_("Återger en minoritet"))

    def digest(self) -> str:
        """Of the words as they are typed."""
        return digest(self.heading.data or "", self.body.data or "", self.section.data or "", bool(self.minority.data))

    @property
    def untouched(self) -> bool:
        """Whether the words are those that were shown."""
        return bool(self.loaded.data == self.digest())


class CorrectedFindingForm(FlaskForm):
    """One finding in a correction; CorrectionForm holds the token."""

    class Meta:
        csrf = False

    heading = StringField(_("Rubrik"), filters=LINE, validators=[at_most(HEADING)])
    body = TextAreaField(_("Text"), description=WRITING, filters=CLEAN, validators=[at_most(BODY)])


class CorrectionForm(FlaskForm):
    """A correction of what is published: its reason, and what stands around the findings."""

    seen_edition = WholeNumber(widget=HiddenInput(), validators=[Optional()])
    seen = HiddenField()  # the digest of the differences that have been looked at
    in_short = TextAreaField(_("Kort om sakrådet"), filters=CLEAN, validators=[at_most(IN_SHORT)])
    reason = TextAreaField(
        _("Varför texten rättas"),
        description=_("Skälet är offentligt och står vid den nya utgåvan."),
        filters=CLEAN,
        validators=[at_most(REASON)],
    )
    set_aside_reason = TextAreaField(
        _("Varför synpunkter som inte längre citeras inte är med"),
        description=_("Behövs bara när rättelsen tar bort en hänvisning. Skälet är offentligt och svaret till organisationen."),
        filters=CLEAN,
        validators=[at_most(REASON)],
    )
