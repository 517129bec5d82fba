"""The Swedish words of the domain's codes."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _

from sakrad.core.i18n import name_all
from sakrad.positions.lifecycle import ApprovalStage
from sakrad.positions.models import AnchoringLevel, ApprovalOutcome, Channel, PublicationWish, Stance

name_all(
    {
        Stance.supports: _("Ja, tillstyrker"),
        Stance.supports_with_reservations: _("Ja, med förbehåll"),
        Stance.opposes: _("Nej, avstyrker"),
        Stance.no_position: _("Tar inte ställning"),
        AnchoringLevel.annual_meeting: _("Beslut av årsmötet"),
        AnchoringLevel.member_consultation: _("Medlemmarna har tillfrågats"),
        AnchoringLevel.board: _("Beslut av styrelsen"),
        AnchoringLevel.working_group: _("En arbetsgrupp står bakom"),
        AnchoringLevel.official: _("En anställd eller förtroendevald på delegation"),
        AnchoringLevel.not_yet: _("Inte förankrat än"),
        PublicationWish.named: _("Ja, med namn"),
        PublicationWish.unnamed: _("Ja, utan namn"),
        PublicationWish.municipality_only: _("Nej, bara till kommunen"),
        ApprovalStage.not_asked: _("Inte skickat för godkännande"),
        ApprovalStage.waiting: _("Väntar på godkännande"),
        ApprovalStage.returned: _("Skickat tillbaka"),
        ApprovalStage.voided: _("Ändrat efter godkännandet"),
        ApprovalStage.approved: _("Godkänt"),
        Channel.web: _("Webben"),
        Channel.email: _("E-post"),
        Channel.paper: _("Brev"),
        Channel.phone: _("Telefon"),
        Channel.meeting: _("Möte"),
    }
)
# By itself: members of two enums with the same value are one key of a dict.
name_all({ApprovalOutcome.approved: _("Godkände"), ApprovalOutcome.returned: _("Skickade tillbaka")})

# Whoever decides has confirmed an answer that was sent before anybody had decided it.
CONFIRMED: dict[AnchoringLevel, Any] = {
    AnchoringLevel.annual_meeting: _("Bekräftat av årsmötet"),
    AnchoringLevel.member_consultation: _("Bekräftat av medlemmarna"),
    AnchoringLevel.board: _("Bekräftat av styrelsen"),
    AnchoringLevel.working_group: _("Bekräftat av en arbetsgrupp"),
    AnchoringLevel.official: _("Bekräftat på delegation"),
}


def confirmed_by(anchoring: AnchoringLevel) -> str:
    """ "Bekräftat av styrelsen"."""
    return str(CONFIRMED[anchoring])


def init_app(app: Flask) -> None:
    """Give templates the filter."""
    app.jinja_env.filters["confirmed_by"] = confirmed_by
