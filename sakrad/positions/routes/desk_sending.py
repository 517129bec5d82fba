"""The desk's pages where one reads through, sends, and keeps the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, files, htmx
from sakrad.core.errors import Blocked, Blocker, Stale
from sakrad.positions import commands, forms, lifecycle, policy, queries_own, receipts
from sakrad.positions.queries_own import Desk
from sakrad.positions.routes.desk import actor_at, address, at_desk, bp, page

__all__ = ["bp"]  # whose routes these are


@at_desk("/skicka")
def review(desk: Desk) -> ResponseReturnValue:
    """Everything as it will be sent, and all that stands in the way."""
    return _reviewed(desk)


def _reviewed(desk: Desk, *, found: Sequence[Blocker] | None = None, changed: bool = False, status: int = 200) -> ResponseReturnValue:
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    sent = queries_own.find_position(desk)
    if found is None:
        found = lifecycle.blockers_to_submit(queries_own.submission_facts(desk.draft, sent), clock.now())
    form = forms.SendForm(formdata=None, submission_key=desk.draft.submission_key, seen=receipts.fingerprint(desk.draft))
    answers = {answer.question_id: answer for answer in desk.draft.answers if receipts.has_content(answer)}
    return page(
        desk,
        "review",
        status,
        form=form,
        blockers=[(blocker, _where_to_mend(desk, blocker)) for blocker in found],
        answers=[(question, answers.get(question.id)) for question in desk.consultation.questions],
        facts=receipts.facts_of(desk.draft),
        sent=sent,
        changed=changed,
        may_send=desk.by_link or policy.may_submit(current_user._get_current_object(), desk),
    )


def _where_to_mend(desk: Desk, blocker: Blocker) -> str | None:
    """The field that the blocker is about."""
    if number := blocker.args.get("number"):
        return address(desk, "write") + f"#q{number}"
    if blocker.code in ("position_anchoring_missing", "position_wish_missing", "position_dissent_too_long"):
        return address(desk, "write") + f"#{forms.FACTS}"
    return address(desk, "write") if blocker.code in ("position_nothing_written", "position_already_sent") else None


@at_desk("/skicka", methods=("POST",), policy=policy.may_submit, prepare=clock.now)
def send(desk: Desk, prepared: datetime) -> ResponseReturnValue:
    """Send what was read through. `prepared` is when the request arrived, before it waited for the lock."""
    form = forms.SendForm()
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    try:
        commands.submit(
            desk.draft,
            submission_key=form.submission_key.data or "",
            actor=actor_at(desk),
            at=clock.now(),
            received_at=prepared,
            seen=form.seen.data or "",
        )
    except Blocked as blocked:
        return _reviewed(desk, found=blocked.blockers, status=409)
    except Stale:
        return _reviewed(desk, changed=True, status=422)
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
        answers=[(question, answers.get(question.id)) for question in desk.consultation.questions],
        facts=receipts.facts_of(version),
    )


@at_desk("/kvitto/<int:number>.pdf")
def receipt_file(desk: Desk) -> ResponseReturnValue:
    """The sent version as a PDF."""
    version = queries_own.get_sent_version(desk)
    return files.attachment(receipts.receipt_pdf(version), receipts.file_name(version), "application/pdf")
