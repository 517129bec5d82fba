"""The words of the roles on screen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.accounts.models import Role
from sakrad.core import i18n

i18n.name_all(
    {
        Role.officer: _("Handläggare"),
        Role.registrar: _("Registrator"),
        Role.coordinator: _("Samordnare"),
        Role.administrator: _("Administratör"),
        Role.writer: _("Skribent"),
        Role.approver: _("Godkännare"),
        Role.operator: _("Driftansvarig"),
    }
)
