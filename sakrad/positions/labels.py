"""The Swedish words of the domain's codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.core.i18n import name_all
from sakrad.positions.models import AnchoringLevel, Channel, PublicationWish, Stance

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
        Channel.web: _("Webben"),
        Channel.email: _("E-post"),
        Channel.paper: _("Brev"),
        Channel.phone: _("Telefon"),
        Channel.meeting: _("Möte"),
    }
)
