"""The Swedish words of the domain's codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.core.i18n import name_all
from sakrad.records.models import MaskGround, ReviewDecision, TextKind

name_all(
    {
        TextKind.answer: _("Svar på en fråga"),
        TextKind.dissent: _("Avvikande meningar"),
        TextKind.role: _("Avsändarens roll"),
        TextKind.member_question: _("Medlemsfrågan"),
        TextKind.reservation: _("Förbehåll vid ett instämmande"),
        TextKind.party_reservation: _("Förbehåll från en organisation som står bakom"),
        TextKind.finding: _("Samlad synpunkt"),
        TextKind.finding_heading: _("Rubrik på en samlad synpunkt"),
        TextKind.in_short: _("I korthet"),
        TextKind.set_aside: _("Skäl att inte ta upp"),
        TextKind.response: _("Nämndens svar"),
        TextKind.progress: _("Uppföljning"),
        TextKind.notes: _("Mötesanteckningar"),
        MaskGround.personal_data: _("Personuppgift"),
        MaskGround.sensitive: _("Känslig uppgift"),
        MaskGround.secrecy: _("Uppgift som kan omfattas av sekretess"),
        MaskGround.third_party: _("Uppgift om någon utanför organisationen"),
        MaskGround.unlawful: _("Olagligt innehåll"),
        ReviewDecision.publish: _("Publiceras"),
        ReviewDecision.masked: _("Publiceras maskat"),
        ReviewDecision.withheld: _("Publiceras inte"),
    }
)
