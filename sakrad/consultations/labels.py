"""The Swedish words of the domain's codes."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from sakrad.consultations import steps
from sakrad.consultations.corrections import Part
from sakrad.consultations.lifecycle import InvitationStatus, Phase
from sakrad.consultations.lifecycle_previews import PreviewState
from sakrad.consultations.models import (
    AnswersPublic,
    CommentsRule,
    ContentAbout,
    ContentLanguage,
    ContinuationKind,
    DeclineReason,
    ParticipationLevel,
    PolicyStage,
    QuestionKind,
)
from sakrad.consultations.planning import Milestone
from sakrad.consultations.steps import StepState
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
name_all(
    {
        Part.text: _("Frågans ord"),
        Part.help: _("Hjälptext"),
        Part.length_hint: _("Hur långt svar?"),
        Part.options: _("Alternativ"),
        Part.lead: _("Saken i en mening"),
        Part.purpose: _("Varför vi frågar"),
        Part.background: _("Bakgrund"),
        Part.background_easy: _("Bakgrund på lättläst svenska"),
        Part.can_influence: _("Det här går att påverka"),
        Part.already_decided: _("Det här är redan bestämt"),
        Part.use_of_views: _("Så tas synpunkterna om hand"),
        Part.closes_at: _("Sista dag att svara"),
        Part.summary_due_on: _("Sammanställningen klar"),
        Part.decision_on: _("Nämndens möte"),
        Part.feedback_due_on: _("Nämndens svar publiceras senast"),
        Part.follow_up_on: _("Uppföljning"),
        Part.withdrawn_at: _("Utgått"),
        Part.material: _("Nytt underlag"),
    }
)
name_all(
    {
        CommentsRule.none: _("Nej"),
        CommentsRule.open: _("Ja, medan sakrådet är öppet"),
        CommentsRule.after_closing: _("Ja, i tio dagar efter svarstiden"),
    }
)
name_all(
    {
        StepState.todo: _("Återstår"),
        StepState.filled: _("Ifyllt"),
        StepState.ready: _("Klart"),
    }
)
name_all(
    {
        Milestone.opening: _("Öppnar"),
        Milestone.closing: _("Sista dag att svara"),
        Milestone.fact_check: _("Faktakontroll börjar"),
        Milestone.summary: _("Sammanställningen klar"),
        Milestone.papers: _("Handlingsstopp"),
        Milestone.decision: _("Nämndens möte"),
        Milestone.feedback: _("Nämndens svar publiceras"),
        Milestone.follow_up: _("Uppföljning"),
    }
)


def init_app(app: Flask) -> None:
    """Give the templates the filter that says where a gate's or a hint's field is mended."""
    app.jinja_env.filters["step_of"] = steps.place_of


name_all(
    {
        PreviewState.waiting: _("Inte svarat än"),
        PreviewState.approved: _("Godkänt"),
        PreviewState.outdated: _("Godkänt i en tidigare lydelse"),
        PreviewState.change_wanted: _("Vill se en ändring"),
        PreviewState.changed_since: _("Ville se en ändring – texten är ändrad sedan dess"),
        PreviewState.expired: _("Länken har gått ut"),
        PreviewState.revoked: _("Återtagen"),
    }
)

name_all(
    {
        ContinuationKind.consultation: _("Ett nytt sakråd"),
        ContinuationKind.agreement: _("Mot en överenskommelse"),
        ContinuationKind.partnership: _("Ett partnerskap (IOP) undersöks"),
        ContinuationKind.dialogue: _("En återkommande dialog"),
    }
)

name_all(
    {
        ContentLanguage.easy: _("Lättläst svenska"),
        ContentLanguage.english: _("Engelska"),
        ContentLanguage.finnish: _("Finska"),
        ContentLanguage.meankieli: _("Meänkieli"),
        ContentLanguage.northern_sami: _("Nordsamiska"),
        ContentLanguage.lule_sami: _("Lulesamiska"),
        ContentLanguage.southern_sami: _("Sydsamiska"),
        ContentLanguage.romani: _("Romani chib"),
        ContentLanguage.yiddish: _("Jiddisch"),
        ContentLanguage.arabic: _("Arabiska"),
        ContentLanguage.somali: _("Somaliska"),
        ContentLanguage.persian: _("Persiska"),
        ContentLanguage.tigrinya: _("Tigrinska"),
        ContentLanguage.ukrainian: _("Ukrainska"),
        ContentLanguage.polish: _("Polska"),
        ContentLanguage.turkish: _("Turkiska"),
        ContentLanguage.spanish: _("Spanska"),
        ContentLanguage.sign_language: _("Svenskt teckenspråk"),
    }
)

name_all(
    {
        ContentAbout.consultation: _("Sakrådet"),
        ContentAbout.summary: _("Sammanställningen"),
    }
)
