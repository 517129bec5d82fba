"""The shape of the form for the tjänsteskrivelse."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import Optional

from sakrad.core.fields import at_most
from sakrad.core.text import normalised
from sakrad.responses.forms import LockedForm
from sakrad.responses.paper import FIELDS

LONGEST = 20_000  # code points


def _text(label: Any, hint: Any = "") -> TextAreaField:
    return TextAreaField(label, description=hint, filters=[normalised], validators=[Optional(), at_most(LONGEST)])


class PaperForm(LockedForm):
    """The parts of a tjänsteskrivelse that the official writes. Markdown: a line that begins with - is a point in a list."""

    proposal = _text(_("Förslag till beslut"), _("Det som nämnden ska besluta, i punkter."))
    in_short = _text(_("Sammanfattning"))
    matter = _text(_("Ärendet"))
    consequences = _text(_("Konsekvenser"), _("Till exempel ekonomi, personal, barn och jämställdhet."))
    civil_society = _text(_("Konsekvenser för civilsamhället"), _("Vad förslaget betyder för organisationerna och dem de talar för."))
    basis = _text(_("Beslutsunderlag"), _("En handling på varje rad."))

    def values(self) -> dict[str, str]:
        """As the command takes them."""
        return {name: self[name].data or "" for name in FIELDS}
