"""The Swedish words of the domain's codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.comments.models import CommentState, ModerationGround
from sakrad.core.i18n import name_all

name_all(
    {
        CommentState.waiting: _("Väntar på granskning"),
        CommentState.published: _("Publicerad"),
        CommentState.hidden: _("Dold"),
    }
)
name_all(
    {
        ModerationGround.personal_data: _("Uppgifter om en person"),
        ModerationGround.hate_or_threat: _("Hot eller hets"),
        ModerationGround.unlawful: _("Annat som är olagligt"),
        ModerationGround.personal_attack: _("Påhopp på en person eller organisation"),
        ModerationGround.off_topic: _("Gäller inte frågan"),
        ModerationGround.commercial: _("Reklam"),
    }
)
