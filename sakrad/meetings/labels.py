"""The Swedish words of the package's codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.core.i18n import name_all
from sakrad.meetings.models import MeetingForm, RegistrationState

name_all(
    {
        MeetingForm.on_site: _("På plats"),
        MeetingForm.digital: _("Digitalt"),
        MeetingForm.hybrid: _("På plats och digitalt"),
    }
)
name_all(
    {
        RegistrationState.registered: _("Anmäld"),
        RegistrationState.waiting: _("På väntelista"),
        RegistrationState.cancelled: _("Avanmäld"),
    }
)
