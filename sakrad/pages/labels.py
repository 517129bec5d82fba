"""The words of what can be found."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.core import i18n
from sakrad.pages.search_kinds import ResultKind

i18n.name_all(
    {
        ResultKind.consultation: _("Sakråd"),
        ResultKind.question: _("Fråga"),
        ResultKind.finding: _("Samlad synpunkt"),
        ResultKind.response: _("Nämndens svar"),
        ResultKind.commitment: _("Åtagande"),
        ResultKind.organisation: _("Organisation"),
        ResultKind.answer: _("Svar"),
    }
)
