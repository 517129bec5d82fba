"""The faktakontroll of the sample: who confirms, asks for a correction, objects or is silent; told in a story's [check]."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.demo.keyed import numbered
from sakrad.demo.loader import Cast
from sakrad.records.models import MaskGround, ReviewDecision
from sakrad.summaries import commands as summaries
from sakrad.summaries import queries_checking as checking
from sakrad.summaries.commands.checking import answer_correction, open_check, reply, review_objection
from sakrad.summaries.models import Point, ReplyKind, Summary


def check(cast: Cast, told: dict[str, Any], consultation: Consultation, summary: Summary, points: dict[str, Point], officer: Any) -> None:
    """A round that is over before the summary is published; in a story that is still compiling one that is open.

    Whoever is not told of confirms; in an open round only those told of have replied yet.
    """
    told_check = told.get("check", {})
    running = told["phase"] == "compiling"
    if running and not told_check:
        return
    opened = told_check.get("opened", min(told["days"]["summary_due"], -1) - 17)
    until = clock.end_of(cast.day(told_check.get("until", opened + 15)))
    open_check(consultation, until=until, actor=officer, at=cast.moment(opened))
    replies = {one["organisation"]: one for one in told_check.get("replies", ())}
    standing = checking.get_standing(consultation, summary)
    for number, slug in enumerate(asked.organisation.slug for asked in standing.organisations):
        said = replies.get(slug, {"kind": "silent" if running or slug in told_check.get("silent", ()) else "confirmed"})
        if said["kind"] != "silent":
            at = cast.moment(opened + 1 + number % (2 if running else 9), hour=19)
            _reply(consultation, summary, slug, said, officer, at)
    for mend in told_check.get("mended", ()):
        finding = next(finding for finding in summary.findings if finding.number == mend["finding"])
        before, after = numbered(mend["from"], points), numbered(mend["to"], points)
        assert before in finding.body, before
        body = finding.body.replace(before, after)
        at, seen = until - timedelta(days=1), finding.version
        summaries.save_finding(finding, heading=finding.heading, body=body, seen_version=seen, actor=officer, at=at)
    db.session.expire_all()


def _reply(consultation: Consultation, summary: Summary, slug: str, said: dict[str, Any], officer: Any, at: Any) -> None:
    seat = checking.get_seat(slug, consultation.municipality.slug, consultation.slug)
    kind = ReplyKind(said["kind"])
    finding = next((finding.id for finding in summary.findings if finding.number == said.get("finding")), None)
    key = f"demo-{consultation.slug}-{slug}"[:40]
    done = reply(
        seat,
        kind=kind,
        text=said.get("text", ""),
        finding_id=finding,
        seen=seat.rendering.digest,
        submission_key=key,
        actor=None,
        at=at,
    )
    asked = checking.get_asked(checking.get_standing(consultation, summary), slug)
    later = at + timedelta(hours=20)
    if kind is ReplyKind.correction and "accepted" in said:
        values = {"accepted": said["accepted"], "answer": said.get("answer", "")}
        answer_correction(consultation, asked, seen=done.id, **values, actor=officer, at=later)
    if kind is ReplyKind.objection and "decision" in said:
        decision, ground = ReviewDecision(said["decision"]), MaskGround(said["ground"]) if "ground" in said else None
        values = {"decision": decision, "ground": ground, "reason": said.get("reason", ""), "words": said.get("words", "")}
        review_objection(consultation, asked, seen=done.id, **values, actor=officer, at=later)
