"""A desk for tests: an organisation that writes to a consultation, by the commands or over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.accounts.models import Role, User
from sakrad.consultations.models import Consultation, Question, QuestionKind
from sakrad.core import clock
from sakrad.core.db import db, transaction, writing
from sakrad.directory.models import Organisation
from sakrad.positions import commands, receipts
from sakrad.positions.models import AnchoringLevel, Draft, PositionVersion, PublicationWish, Stance
from tests import factories as make


def fresh(thing: Any) -> Any:
    """The row as it stands now: a request in between leaves what a test holds detached."""
    identity = sa.inspect(thing).identity
    if not writing():
        db.session.rollback()
    return db.session.get(type(thing), identity, populate_existing=True)


def member(of: Organisation, role: Role = Role.administrator) -> User:
    return make.user((role, fresh(of)))


def fill(draft: Draft, text: str = "Vägen in är för lång.", *, wish: PublicationWish = PublicationWish.named) -> Draft:
    """Answer every question and say who stands behind, so that nothing stands in the way of sending."""
    at, draft = clock.now(), fresh(draft)
    seen = {answer.question_id: answer.version for answer in draft.answers}
    with transaction():
        for question in draft.consultation.questions:
            commands.save_answer(
                draft,
                question,
                text=f"{text} ({question.number})",
                stance=Stance.supports_with_reservations if question.kind is QuestionKind.proposal else None,
                seen_version=seen.get(question.id, 0),
                actor=None,
                at=at,
            )
        commands.save_facts(
            draft, signed_role="Ordförande", anchoring=AnchoringLevel.board, wish=wish, seen_version=draft.version, actor=None, at=at
        )
    return draft


def open_draft(of: Consultation, by: Organisation) -> Draft:
    of, by = fresh(of), fresh(by)
    with transaction():
        return commands.open_draft(by, of, actor=None, at=clock.now())


def submit(draft: Draft, *, received_at: datetime | None = None, **more: Any) -> PositionVersion:
    at, draft = received_at or clock.now(), fresh(draft)
    with transaction():
        key = more.pop("submission_key", draft.submission_key)
        return db.session.get_one(PositionVersion, commands.submit(draft, submission_key=key, actor=None, at=at, received_at=at, **more))


def sent(of: Consultation, by: Organisation, text: str = "Vägen in är för lång.", **more: Any) -> PositionVersion:
    """A position that came in the real way."""
    return submit(fill(open_draft(of, by), text, **more))


def desk_url(of: Consultation, by: Organisation, page: str = "") -> str:
    of, by = fresh(of), fresh(by)
    return f"/forening/{by.slug}/svar/{of.municipality.slug}/{of.slug}{page}"


def posted(question: Question, text: str, *, version: int = 0, **more: Any) -> dict[str, Any]:
    """What the form sends for one question."""
    part = f"q{question.number}"
    return {f"{part}-version": str(version), f"{part}-text": text, **{f"{part}-{name}": value for name, value in more.items()}}


def seen(draft: Draft) -> dict[str, str]:
    """What the review page's form sends."""
    draft = fresh(draft)
    return {"submission_key": draft.submission_key, "seen": receipts.fingerprint(draft)}
