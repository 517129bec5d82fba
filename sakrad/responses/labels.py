"""The Swedish words of the domain's codes, and an outcome with the fact that completes it."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from sakrad.core import i18n
from sakrad.core.i18n import name_all
from sakrad.responses.evaluation import Principle, Whose
from sakrad.responses.lifecycle import CommitmentState, ReleaseState
from sakrad.responses.lifecycle_answers import ReviewState, review_state
from sakrad.responses.lifecycle_pledging import PledgeState
from sakrad.responses.models import CommitmentParty, DecisionForm, EvaluationRound, Outcome, ProgressStatus, VerdictValue

name_all(
    {
        Outcome.will_do: _("Gör vi"),
        Outcome.partly: _("Gör vi delvis"),
        Outcome.already_done: _("Görs redan"),
        Outcome.study: _("Utreds till …"),
        Outcome.wont_do: _("Gör vi inte"),
        Outcome.not_ours: _("Inte kommunens ansvar, utan …"),
        Outcome.input: _("Underlag – används i …"),
    }
)
name_all({VerdictValue.done: _("Gjort"), VerdictValue.partly: _("Delvis gjort"), VerdictValue.not_done: _("Inte gjort")})
name_all(
    {
        DecisionForm.board: _("Nämndens beslut"),
        DecisionForm.delegation: _("Delegationsbeslut"),
        DecisionForm.administration: _("Förvaltningens besked"),
    }
)
name_all(
    {
        ProgressStatus.under_way: _("Pågår"),
        ProgressStatus.changed: _("Ändrat"),
        ProgressStatus.done: _("Klart"),
    }
)
name_all(
    {
        CommitmentState.planned: _("Planerat"),
        CommitmentState.under_way: _("Pågår"),
        CommitmentState.changed: _("Ändrat"),
        CommitmentState.done: _("Klart"),
        CommitmentState.overdue: _("Försenat"),
    }
)
name_all(
    {
        CommitmentParty.municipality: _("Kommunen"),
        CommitmentParty.organisation: _("Organisationer"),
        CommitmentParty.joint: _("Kommunen och organisationer tillsammans"),
    }
)
name_all(
    {
        PledgeState.proposed: _("Föreslagen, inte frågad än"),
        PledgeState.asked: _("Väntar på organisationen"),
        PledgeState.countered: _("Vill ha en annan lydelse"),
        PledgeState.declined: _("Avböjd"),
        PledgeState.planned: _("Planerat"),
        PledgeState.changed: _("Ändrat"),
        PledgeState.done: _("Klart"),
        PledgeState.withdrawn: _("Tillbakadragen"),
    }
)
name_all(
    {
        ReleaseState.proposed: _("Föreslås"),
        ReleaseState.sent: _("Hos nämnden"),
        ReleaseState.decided: _("Beslutat"),
        ReleaseState.published: _("Publicerat"),
    }
)

name_all(
    {
        EvaluationRound.feedback: _("När nämnden hade svarat"),
        EvaluationRound.year: _("Ett år senare"),
    }
)
name_all(
    {
        Whose.organisation: _("Organisationer"),
        Whose.official: _("Tjänstepersoner"),
        Whose.both: _("Båda sidorna tillsammans"),
    }
)
name_all(
    {
        Principle.independence: _("Självständighet och oberoende"),
        Principle.dialogue: _("Dialog"),
        Principle.quality: _("Kvalitet"),
        Principle.long_term: _("Långsiktighet"),
        Principle.openness: _("Öppenhet och insyn"),
        Principle.diversity: _("Mångfald"),
    }
)


name_all(
    {
        ReviewState.unread: _("Inte läst av en kollega"),
        ReviewState.asked: _("Väntar på en kollega"),
        ReviewState.good: _("Läst av en kollega"),
        ReviewState.change_asked: _("En kollega ber om en ändring"),
        ReviewState.outdated: _("Ändrat sedan en kollega läste"),
    }
)


def outcome_detail(response: Any) -> str:
    """The fact that completes the outcome's words: the date of a study, whose it is, the document and its date."""
    if response.outcome is Outcome.study:
        return i18n.day(response.study_until_on)
    if response.outcome is Outcome.not_ours:
        return str(response.whose)
    return f"{response.basis}, {i18n.day(response.basis_on)}" if response.outcome is Outcome.input else ""


def outcome_words(response: Any) -> str:
    """The outcome in full: "Utreds till 30 juni 2028"."""
    detail = outcome_detail(response)
    words = {
        Outcome.study: gettext("Utreds till %(date)s", date=detail),
        Outcome.not_ours: gettext("Inte kommunens ansvar, utan %(whose)s", whose=detail),
        Outcome.input: gettext("Underlag – används i %(document)s", document=detail),
    }
    return words.get(response.outcome) or i18n.label(response.outcome)


def init_app(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(review_state=review_state, outcome_detail=outcome_detail, outcome_words=outcome_words)
