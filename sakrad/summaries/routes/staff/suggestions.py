"""What the machine proposes: asked for, looked at, accepted or refused by a person."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Missing
from sakrad.core.paging import asked_page, page_count
from sakrad.core.text import whole_number
from sakrad.summaries import commands, policy, queries, queries_suggesting
from sakrad.summaries.models import Suggestion, SuggestionKind
from sakrad.summaries.queries_suggesting import PAGE
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import given, user


def _consultation(suggestion: Suggestion) -> Consultation:
    return suggestion.run.consultation


@bp.get("/sammanstall/maskinforslag")
@requires(policy.may_compile, load=get_consultation)
def suggestions(consultation: Consultation) -> ResponseReturnValue:
    return _page(consultation)


@bp.post("/sammanstall/maskinforslag")
@requires(policy.may_compile, load=get_consultation)
def suggest(consultation: Consultation) -> ResponseReturnValue:
    """Have proposals computed by the worker."""
    commands.ask_suggestions(consultation, actor=user(), at=clock.now())
    return htmx.go(url_for("summaries_staff.suggestions", **consultation.address))


@bp.post("/sammanstall/maskinforslag/<int:number>/anta")
@requires(policy.may_decide, load=queries_suggesting.get_suggestion)
def accept_suggestion(suggestion: Suggestion) -> ResponseReturnValue:
    """Do what is proposed with the words, and with those that are like them; those of one's own organisation are left to a colleague."""
    consultation = _consultation(suggestion)
    chosen = whole_number(request.form.get("tema", ""))
    theme = queries.get_theme(consultation, chosen) if chosen else None
    done = commands.accept_suggestion(_cluster(suggestion), theme=theme, actor=user(), at=clock.now())
    if suggestion.kind is SuggestionKind.sensitive:
        said = gettext("Orden är maskade i allt som publiceras.")
    else:
        said = ngettext("Ett förslag är antaget.", "%(num)s förslag är antagna.", done)
    return _after(consultation, suggestion, said)


@bp.post("/sammanstall/maskinforslag/<int:number>/avfarda")
@requires(policy.may_decide, load=queries_suggesting.get_suggestion)
def refuse_suggestion(suggestion: Suggestion) -> ResponseReturnValue:
    """Say no to the proposal, and to those that are like it."""
    done = commands.refuse_suggestion(_cluster(suggestion), actor=user(), at=clock.now())
    said = ngettext("Ett förslag är avfärdat.", "%(num)s förslag är avfärdade.", done)
    return _after(_consultation(suggestion), suggestion, said)


def _cluster(suggestion: Suggestion) -> list[Suggestion]:
    return [one for one in queries_suggesting.list_cluster(suggestion) if policy.may_decide(user(), one)]


def _after(consultation: Consultation, suggestion: Suggestion, said: str) -> ResponseReturnValue:
    if htmx.asked():
        return _page(consultation, suggestion.kind, said)
    flash(said)
    return htmx.go(url_for("summaries_staff.suggestions", **consultation.address, slag=suggestion.kind.value, sida=asked_page()))


def _asked_kind(waiting: list[SuggestionKind]) -> SuggestionKind:
    asked = request.args.get("slag", "")
    if not asked:
        return waiting[0] if waiting else SuggestionKind.similar
    try:
        return SuggestionKind(asked)
    except ValueError:
        raise Missing("kind") from None


def _page(consultation: Consultation, kind: SuggestionKind | None = None, said: str = "") -> ResponseReturnValue:
    run = queries_suggesting.find_run(consultation)
    rates = queries_suggesting.count_rates(consultation)
    kind = kind or _asked_kind([rate.kind for rate in rates if rate.waiting])
    actor, shown, total = user(), asked_page(), 0
    proposals: list[queries_suggesting.Proposal] = []
    if run is not None and run.finished_at is not None:
        proposals, total = queries_suggesting.list_proposals(run, kind, shown, lambda answer: policy.may_decide_about(actor, kind, answer))
    pages = page_count(total, PAGE)
    if shown > pages:
        raise Missing("page")
    themes_of, groups_of = queries_suggesting.list_distinctive(run) if run else ([], [])
    return htmx.render(
        "summaries/staff/suggestions.html",
        "summaries/staff/_suggestions.html",
        **given(consultation),
        run=run,
        kind=kind,
        kinds=rates,
        proposals=proposals,
        shown=shown,
        pages=pages,
        page_url=lambda number: url_for("summaries_staff.suggestions", **consultation.address, slag=kind.value, sida=number),
        themes=queries.list_themes(consultation),
        distinctive_themes=themes_of,
        distinctive_groups=groups_of,
        new_answers=queries_suggesting.count_new_answers(run) if run and run.finished_at else 0,
        said=said,
    )
