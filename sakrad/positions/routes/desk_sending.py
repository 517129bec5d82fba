"""The desk's pages where one reads through, sends, and keeps the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.queries import phase_of
from sakrad.core import clock, files, htmx
from sakrad.core.errors import Blocked, Blocker, Stale
from sakrad.positions import commands, forms, forms_approving, lifecycle, policy, queries_approving, queries_history, queries_own, receipts
from sakrad.positions.queries_own import Desk
from sakrad.positions.routes.desk import actor_at, address, at_desk, bp, page

__all__ = ["bp"]  # whose routes these are


@at_desk("/skicka")
def review(desk: Desk) -> ResponseReturnValue:
    """Everything as it will be sent, and all that stands in the way."""
    return reviewed(desk)


def reviewed(
    desk: Desk,
    *,
    found: Sequence[Blocker] | None = None,
    changed: bool = False,
    return_form: forms_approving.ReturnForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The page where the whole answer is read: there it is approved, returned and sent."""
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    sent = queries_own.find_position(desk)
    facts, at, seen = queries_own.submission_facts(desk.draft, sent), clock.now(), receipts.fingerprint(desk.draft)
    if found is None:
        found = lifecycle.blockers_to_submit(facts, at)
    answers = {answer.question_id: answer for answer in desk.draft.answers if receipts.has_content(answer)}
    reader = actor_at(desk)
    may_approve = reader is not None and policy.may_submit(reader, desk)
    return page(
        desk,
        "review",
        status,
        form=forms.SendForm(formdata=None, submission_key=desk.draft.submission_key, seen=seen),
        blockers=[(blocker, where_to_mend(desk, blocker)) for blocker in found],
        answers=[(question, answers.get(question.id)) for question in desk.consultation.questions],
        facts=receipts.facts_of(desk.draft),
        sent=sent,
        changed=changed,
        may_send=desk.by_link or may_approve,
        state=queries_approving.approval_state(desk.draft, reader) if reader else None,
        approve_form=forms_approving.ApproveForm(formdata=None, seen=seen)
        if may_approve and not lifecycle.blockers_to_approve(facts, at)
        else None,
        return_form=_to_return(return_form, seen) if may_approve else None,
    )


def _to_return(form: forms_approving.ReturnForm | None, seen: str) -> forms_approving.ReturnForm:
    """What was typed stays; what is returned is what now stands on the page."""
    form = form or forms_approving.ReturnForm(formdata=None)
    form.seen.data = seen
    return form


def where_to_mend(desk: Desk, blocker: Blocker) -> str | None:
    """The field or page that the blocker is about."""
    if number := blocker.args.get("number"):
        return address(desk, "write") + f"#q{number}"
    match blocker.code:
        case "position_anchoring_missing" | "position_wish_missing" | "position_dissent_too_long" | "position_confirm_by_passed":
            return address(desk, "write") + f"#{forms.FACTS}"
        case "position_nothing_written" | "position_already_sent":
            return address(desk, "write")
        case "concurrence_gone":
            return address(desk, "agree")
        case "position_not_approved":
            return where_to_approve(desk)
        case "survey_running":
            return address(desk, "survey")
        case "approvers_too_few":
            return url_for("accounts_organisation.members", org=desk.organisation.slug)
    return None


def where_to_approve(desk: Desk) -> str:
    """Whoever came by the link signs in on the way: the link approves nothing."""
    member = Desk(desk.organisation, desk.consultation, desk.draft, invitation=None)
    return url_for("accounts.sign_in", next=address(member, "review")) if desk.by_link else address(desk, "approval")


@at_desk("/skicka", methods=("POST",), policy=policy.may_submit, prepare=clock.now)
def send(desk: Desk, prepared: datetime) -> ResponseReturnValue:
    """Send what was read through. `prepared` is when the request arrived, before it waited for the lock."""
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    try:
        commands.submit(
            desk.draft,
            submission_key=request.form.get("submission_key", ""),
            actor=actor_at(desk),
            at=clock.now(),
            received_at=prepared,
            seen=request.form.get("seen", ""),
        )
    except Blocked as blocked:
        return reviewed(desk, found=blocked.blockers, status=409)
    except Stale:
        return reviewed(desk, changed=True, status=422)
    flash(_("Svaret är inskickat."))
    return htmx.go(address(desk, "receipt"))


@at_desk("/kvitto", "/kvitto/<int:number>")
def receipt(desk: Desk) -> ResponseReturnValue:
    """The receipt of a sent version, by default the latest, and what was sent."""
    version = queries_own.get_sent_version(desk)
    answers = {answer.question_id: answer for answer in version.answers}
    return page(
        desk,
        "receipt",
        version=version,
        versions=list(reversed(version.position.versions)),
        nonce=receipts.nonce_of(version),
        digest=receipts.in_groups(version.digest),
        phase=phase_of(desk.consultation, clock.now()),
        answers=[(question, answers.get(question.id)) for question in desk.consultation.questions],
        facts=receipts.facts_of(version),
        version_changes=queries_history.changes_of(version),
    )


@at_desk("/kvitto/<int:number>.pdf")
def receipt_file(desk: Desk) -> ResponseReturnValue:
    """The sent version as a PDF, with what proves that it was received."""
    version = queries_own.get_sent_version(desk)
    return files.attachment(receipts.own_pdf(version), receipts.file_name(version), "application/pdf")
