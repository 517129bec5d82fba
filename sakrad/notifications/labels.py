"""The words of what can be followed, and how often."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.core.i18n import name_all
from sakrad.notifications.models import FollowKind, Rhythm

name_all(
    {
        Rhythm.at_once: _("Genast, mellan klockan 7 och 20"),
        Rhythm.daily: _("En gång om dagen, klockan 7"),
        Rhythm.weekly: _("En gång i veckan, på måndagar klockan 7"),
    }
)
name_all(
    {
        FollowKind.consultation: _("Sakråd"),
        FollowKind.organisation: _("Organisation"),
        FollowKind.group: _("Grupp"),
        FollowKind.subject: _("Ämne"),
        FollowKind.municipality: _("Kommun eller region"),
        FollowKind.search: _("Sökning"),
    }
)
