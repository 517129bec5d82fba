"""The Swedish words of the domain's codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.core.i18n import name_all
from sakrad.records.models import DisclosureOutcome, MaskGround, ReviewDecision, ReviewKind, TextKind

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
        TextKind.verdict: _("Bedömning av ett åtagande"),
        TextKind.notes: _("Mötesanteckningar"),
        TextKind.comment: _("Kommentar"),
        TextKind.finding_section: _("Rubrik på ett avsnitt"),
        TextKind.nothing: _("Skäl att inte ta upp något ur ett svar"),
        TextKind.edition_finding: _("Samlad synpunkt i en tidigare utgåva"),
        TextKind.edition_heading: _("Rubrik i en tidigare utgåva"),
        TextKind.edition_section: _("Rubrik på ett avsnitt i en tidigare utgåva"),
        TextKind.edition_in_short: _("I korthet i en tidigare utgåva"),
        TextKind.edition_reason: _("Skäl till en rättelse"),
        TextKind.objection: _("Invändning vid faktakontroll"),
        TextKind.description: _("Om organisationen"),
        TextKind.added_value: _("Vårt mervärde"),
        TextKind.file_says: _("Vad en fil visar"),
        TextKind.whose: _("Vems ansvar det är"),
        TextKind.basis: _("Dokumentet som underlaget används i"),
        TextKind.commitment: _("Åtagande"),
        TextKind.how_seen: _("Hur det syns att ett åtagande är gjort"),
        TextKind.pledge: _("En organisations del av ett åtagande"),
        TextKind.linked_decision: _("Vad ett länkat beslut säger"),
        MaskGround.personal_data: _("Personuppgift (dataskyddsförordningen, artikel 6)"),
        MaskGround.sensitive: _("Känslig uppgift (dataskyddsförordningen, artikel 9)"),
        MaskGround.secrecy: _("Kan omfattas av sekretess (offentlighets- och sekretesslagen)"),
        MaskGround.third_party: _("Uppgift om någon utanför organisationen (dataskyddsförordningen, artikel 6)"),
        MaskGround.unlawful: _("Olagligt innehåll (brottsbalken)"),
        ReviewDecision.publish: _("Publiceras"),
        ReviewDecision.masked: _("Publiceras maskat"),
        ReviewDecision.withheld: _("Publiceras inte"),
        ReviewKind.position: _("Svar"),
        ReviewKind.attachment: _("Bilaga"),
        ReviewKind.objection: _("Invändning vid faktakontroll"),
        ReviewKind.verdict: _("Bedömning"),
        ReviewKind.imported: _("Medfört svar"),
        ReviewKind.progress: _("Uppföljning från en organisation"),
        DisclosureOutcome.disclosed: _("Lämnades ut"),
        DisclosureOutcome.partly: _("Lämnades ut delvis"),
        DisclosureOutcome.refused: _("Lämnades inte ut: beslut som går att överklaga"),
        DisclosureOutcome.not_held: _("Handlingen finns inte hos nämnden"),
        DisclosureOutcome.recalled: _("Begäran togs tillbaka"),
    }
)
