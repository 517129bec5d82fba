"""The Swedish words of the domain's codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.consultations.lifecycle import InvitationStatus, Phase
from sakrad.consultations.models import AnswersPublic, DeclineReason, ParticipationLevel, PolicyStage, QuestionKind
from sakrad.core.i18n import name_all

# One call an enum: members of different enums with the same value are the same key in a dict.
name_all(
    {
        Phase.draft: _("Utkast"),
        Phase.announced: _("Annonserat"),
        Phase.open: _("Öppet"),
        Phase.compiling: _("Sammanställs"),
        Phase.summarised: _("Sammanställt"),
        Phase.answered: _("Besvarat"),
        Phase.following_up: _("Följs upp"),
        Phase.ended: _("Avslutat"),
        Phase.cancelled: _("Avbrutet"),
    }
)
name_all(
    {
        PolicyStage.agenda: _("Dagordning"),
        PolicyStage.drafting: _("Utformning"),
        PolicyStage.decision: _("Beslut"),
        PolicyStage.implementation: _("Genomförande"),
        PolicyStage.monitoring: _("Uppföljning"),
        PolicyStage.reformulation: _("Omprövning"),
    }
)
name_all(
    {
        ParticipationLevel.information: _("Information"),
        ParticipationLevel.consultation: _("Samråd"),
        ParticipationLevel.dialogue: _("Dialog"),
        ParticipationLevel.partnership: _("Partnerskap"),
    }
)
name_all(
    {
        AnswersPublic.review: _("Vart och ett, när det har granskats"),
        AnswersPublic.closing: _("Alla på en gång, när svarstiden har gått ut"),
    }
)
name_all(
    {
        QuestionKind.experience: _("Erfarenhet"),
        QuestionKind.need: _("Behov"),
        QuestionKind.proposal: _("Förslag"),
        QuestionKind.consequence: _("Konsekvens"),
        QuestionKind.commitment: _("Åtagande"),
        QuestionKind.choice: _("Val"),
        QuestionKind.open: _("Öppen fråga"),
    }
)
name_all(
    {
        DeclineReason.no_time: _("Vi hinner inte"),
        DeclineReason.not_our_matter: _("Frågan är inte vår"),
        DeclineReason.short_notice: _("Inbjudan kom för sent"),
        DeclineReason.represented_by_other: _("Någon annan för vår talan"),
    }
)
name_all(
    {
        InvitationStatus.picked: _("Inte skickad än"),
        InvitationStatus.sent: _("Skickad"),
        InvitationStatus.bounced: _("Studsade"),
        InvitationStatus.declined: _("Avböjt"),
        InvitationStatus.intends: _("Tänker svara"),
        InvitationStatus.answered: _("Svarat"),
    }
)
