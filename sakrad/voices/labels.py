"""The Swedish words of the method report's codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.core.i18n import name_all
from sakrad.voices.method import Kept

name_all({Kept.yes: _("Ja"), Kept.no: _("Nej"), Kept.under_way: _("Pågår"), Kept.later: _("Inte än"), Kept.none: _("Inte aktuellt")})
