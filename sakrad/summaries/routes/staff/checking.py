"""Faktakontroll for officials: open the round, see how each organisation stands, answer what they ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from sakrad.accounts.policy import is_partial
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.core.errors import Blocked, Blocker, Stale, show_beside
from sakrad.core.paging import asked_page, page_count
from sakrad.records.masking import decided
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_of, published
from sakrad.summaries import commands, lifecycle, policy, queries, queries_checking
from sakrad.summaries import lifecycle_checking as rules
from sakrad.summaries.forms_checking import ACCEPTED, REFUSED, AnswerForm, ObjectionForm, RoundForm
from sakrad.summaries.models import ReplyKind
from sakrad.summaries.queries_checking import Asked, AskedOf
from sakrad.summaries.renderings import restored
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import given, user

PAGE = 50  # organisations
Forms = dict[str, FlaskForm]  # by the organisation's slug
compiles = requires(policy.may_compile, load=get_consultation)
answers = requires(policy.may_answer_asked, load=queries_checking.get_asked_of)


@bp.get("/faktakontroll")
@compiles
def checking(consultation: Consultation) -> ResponseReturnValue:
    """How the faktakontroll stands."""
    return _page(consultation)


@bp.post("/faktakontroll/oppna")
@compiles
def open_check(consultation: Consultation) -> ResponseReturnValue:
    """Ask the cited organisations; knowingly, where the text is not finished."""
    form = RoundForm()
    if form.validate() and not form.knowing.data and _unfinished(consultation):
        form.knowing.errors = [_("Texten är inte klar. Gör klart den först, eller kryssa för att du vill fråga ändå.")]
        return _page(consultation, form=form), 422
    return _until(consultation, commands.open_check, _("Faktakontrollen är öppen. Organisationerna får ett mejl var."))


@bp.post("/faktakontroll/flytta")
@compiles
def move_check(consultation: Consultation) -> ResponseReturnValue:
    """Give them more time."""
    return _until(
        consultation, commands.move_check, _("Sista dagen är flyttad och står på organisationernas sida. De får inget nytt mejl.")
    )


def _until(consultation: Consultation, command: Callable[..., Any], said: str) -> ResponseReturnValue:
    form = RoundForm()
    if not form.validate():
        return _page(consultation, form=form), 422
    try:
        command(consultation, until=clock.end_of(form.until.data), actor=user(), at=clock.now())
    except Blocked as blocked:
        abandon()
        show_beside(form, blocked)
        return _page(consultation, form=form), 422 if all(one.field for one in blocked.blockers) else 409
    flash(said)
    return _back(consultation)


@bp.post("/faktakontroll/avsluta")
@compiles
def end_check(consultation: Consultation) -> ResponseReturnValue:
    """End the round, when everybody has replied."""
    commands.end_check(consultation, actor=user(), at=clock.now())
    flash(_("Faktakontrollen är avslutad."))
    return _back(consultation)


@bp.post("/faktakontroll/<org>/fraga")
@answers
def ask_again(of: AskedOf) -> ResponseReturnValue:
    """Ask one that was cited later, or one whose passages have changed since it replied."""
    commands.ask_organisation(of.consultation, of.slug, actor=user(), at=clock.now())
    flash(_("Organisationen får ett mejl med frågan."))
    return _back(of.consultation, f"organisation-{of.slug}")


@bp.post("/faktakontroll/<org>/svara")
@answers
def answer_check(of: AskedOf) -> ResponseReturnValue:
    """Answer the correction that an organisation asks for."""
    form = AnswerForm(prefix=of.prefix)
    if not form.validate():
        return _page(of.consultation, own={of.slug: form}), 422
    try:
        commands.answer_correction(
            of.consultation,
            of.asked,
            seen=form.seen.data or 0,
            accepted=form.accepted.data == ACCEPTED,
            answer=form.answer.data or "",
            actor=user(),
            at=clock.now(),
        )
    except commands.ReasonMissing:
        form.answer.errors = [_("Skriv varför texten inte rättas.")]
        return _page(of.consultation, own={of.slug: form}), 422
    except (Blocked, Stale) as refused:
        return _refused(of, form, refused)
    flash(
        _("Svaret är sparat, och organisationen får besked. Glöm inte att rätta texten.")
        if form.accepted.data == ACCEPTED
        else _("Svaret är sparat, och organisationen får besked.")
    )
    return _back(of.consultation, f"organisation-{of.slug}")


@bp.post("/faktakontroll/<org>/granska")
@answers
def review_objection(of: AskedOf) -> ResponseReturnValue:
    """Decide whether an objection stands beside the text."""
    form = ObjectionForm(prefix=of.prefix)
    if not form.validate():
        return _page(of.consultation, own={of.slug: form}), 422
    try:
        commands.review_objection(
            of.consultation,
            of.asked,
            seen=form.seen.data or 0,
            actor=user(),
            at=clock.now(),
            **form.values(),
        )
    except (commands.ReasonMissing, commands.GroundMissing, commands.WordsMissing) as missing:
        abandon()
        form.refuse(missing)
        return _page(of.consultation, own={of.slug: form}), 422
    except (Blocked, Stale) as refused:
        return _refused(of, form, refused)
    flash(_("Beslutet är sparat."))
    return _back(of.consultation, f"organisation-{of.slug}")


def _refused(of: AskedOf, form: Any, refused: Blocked | Stale) -> ResponseReturnValue:
    abandon()
    if isinstance(refused, Blocked):
        show_beside(form, refused)
    else:
        form.form_errors.append(_("Organisationen har svarat på nytt sedan du läste. Läs det nya svaret först."))
    return _page(of.consultation, own={of.slug: form}), 409


def _back(consultation: Consultation, anchor: str | None = None) -> ResponseReturnValue:
    return htmx.go(url_for(".checking", **consultation.address, _anchor=anchor))


def _own_form(asked: Asked) -> FlaskForm | None:
    """The form for what the organisation said last, as it stands; None where nothing is to be done about it."""
    said, prefix = asked.reply, f"{asked.organisation.slug}-"
    if said is not None and said.kind is ReplyKind.correction:
        accepted = None if said.accepted is None else ACCEPTED if said.accepted else REFUSED
        return AnswerForm(formdata=None, prefix=prefix, data={"seen": said.id, "accepted": accepted, "answer": said.answer})
    if said is not None and said.kind is ReplyKind.objection:
        return ObjectionForm(formdata=None, prefix=prefix, data={"seen": said.id, **decided(asked.review)})
    return None


def _unfinished(consultation: Consultation, check: rules.CheckFacts | None = None) -> list[Blocker]:
    return lifecycle.unfinished(queries.publish_facts(consultation, queries.find_summary(consultation), check))


def _page(consultation: Consultation, *, form: RoundForm | None = None, own: Forms | None = None) -> str:
    at = clock.now()
    standing = queries_checking.get_standing(consultation, queries.find_summary(consultation))
    facts, shared = standing.facts(consultation), given(consultation)
    frozen = shared["frozen"]
    under_way, not_opened = rules.is_open(facts, at) and not frozen, rules.blockers_to_open(facts, at)
    shown = form or RoundForm(
        formdata=None, data={"until": _proposed(standing.latest.closes_at if under_way and standing.latest else None, at)}
    )
    replies = {one.organisation.slug: one.reply for one in standing.organisations if one.reply is not None}
    # What waits for the official comes first, and what was just typed before all.
    rows = sorted(standing.organisations, key=lambda one: (one.organisation.slug not in (own or {}), not (one.to_answer or one.to_review)))
    pages = page_count(len(rows), PAGE)
    page = min(asked_page(), pages)
    masks = masks_of(TextKind.objection, [said.id for said in replies.values() if said.kind is ReplyKind.objection])
    return render_template(
        "summaries/staff/checking.html",
        **shared,
        standing=standing,
        rows=rows[(page - 1) * PAGE : page * PAGE],
        page=page,
        pages=pages,
        facts=facts,
        under_way=under_way,
        form=shown,
        forms={one.organisation.slug: _own_form(one) for one in standing.organisations} | (own or {}),
        barred={one.organisation.slug for one in standing.organisations if is_partial(user(), one.organisation)},
        shown_before={slug: restored(said.shown) for slug, said in replies.items()},
        masked={slug: published(said.text, masks[said.id]) for slug, said in replies.items() if said.id in masks},
        not_opened=not_opened,
        unfinished=[] if under_way or frozen or not_opened else _unfinished(consultation, facts),
        not_ended=rules.blockers_to_end(facts, at),
        hints=rules.hints_to_open(at, clock.end_of(shown.until.data)) if shown.until.data and not under_way else [],
        left=rules.blockers_of_checking(facts, at),
    )


def _proposed(closes_at: datetime | None, at: datetime) -> Any:
    """The day that is proposed: what holds now, or ten workdays from today."""
    return clock.last_day(closes_at) if closes_at else rules.proposed_last_day(clock.day_of(at))
