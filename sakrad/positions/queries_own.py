"""Reads of the organisation's own space. Nothing here is ever called for staff: a draft and what derives from it is unreachable."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from sakrad.accounts.models import User
from sakrad.consultations.lifecycle import Dates, Phase
from sakrad.consultations.models import Consultation, Invitation, Question
from sakrad.consultations.queries import WITH_PARTS, dates_of, find_invitation, get_invitation, phase_of
from sakrad.core import clock
from sakrad.core.db import S, db, locked, writing
from sakrad.core.errors import Blocked, Blocker, Missing
from sakrad.core.statements import built_once
from sakrad.directory import queries_merging
from sakrad.directory.models import Municipality, Organisation
from sakrad.positions import queries_approving, queries_survey, queries_together, receipts
from sakrad.positions.lifecycle import Submission, Written
from sakrad.positions.models import (
    Answer,
    Channel,
    Draft,
    DraftAnswer,
    DraftAttachment,
    DraftConcurrence,
    DraftParty,
    Position,
    PositionVersion,
    Survey,
    draft_group,
)

HOME_LIMIT = 100  # rows of one kind on the organisation's first page


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an organisation writes to one consultation: reached by a member, or by whoever holds the invitation's link."""

    organisation: Organisation
    consultation: Consultation
    draft: Draft | None
    invitation: Invitation | None
    token: str | None = None  # None: reached by a member
    number: int | None = None  # of the question, or of the sent version, that the address names
    revision: int | None = None  # of what was saved, in the draft's history
    key: str = ""  # of another's published answer, that the address names

    @property
    def by_link(self) -> bool:
        return self.token is not None

    @property
    def sealed(self) -> bool:
        """Merged into another organisation, which has not been accepted by both sides: nobody reaches what is written here."""
        return self.organisation.merged_at is not None

    @property
    def question(self) -> Question:
        """The question that the address names.

        Raises:
            Missing: the consultation has none with that number.
        """
        for question in self.consultation.questions:
            if question.number == self.number:
                return question
        raise Missing("question")


def get_desk(org: str, kommun: str, slug: str, number: int | None = None, revision: int | None = None, key: str = "") -> Desk:
    """The desk that a member reaches by the organisation's address.

    Raises:
        Missing: no such organisation or announced consultation, or it is for the invited only and this one is not.
        Moved: both sides have accepted that the organisation is merged into another.
    """
    both = (
        sa.select(Organisation, Consultation)
        .join_from(Consultation, Consultation.municipality)
        .join(Organisation, Organisation.slug == org)
        .where(Municipality.slug == kommun, Municipality.active, Consultation.slug == slug, Consultation.announced_at.is_not(None))
        .options(*WITH_PARTS, selectinload(Consultation.questions))
    )
    found = db.session.execute(_held(both)).first()  # in one statement: autosave has few to spend
    if found is None:
        raise Missing("desk")
    organisation, consultation = found
    draft = find_draft(queries_merging.follow(organisation), consultation)
    desk = Desk(organisation, consultation, draft, invitation=None, number=number, revision=revision, key=key)
    if draft is None and not consultation.open_invitation and not desk.sealed and not _is_invited(organisation, consultation):
        raise Missing("not invited")
    return desk


def get_link_desk(token: str, number: int | None = None, revision: int | None = None, key: str = "") -> Desk:
    """The desk that an invitation's personal link opens.

    Raises:
        Missing: the token is false.
        Blocked: the organisation is merged into another, and both sides have not accepted that.
    """
    invitation = get_invitation(token)
    organisation = invitation.organisation
    if organisation.merged_at is not None:
        heir = queries_merging.find_heir_in_force(organisation)
        if heir is None or heir.merged_at is not None:
            raise Blocked([Blocker("draft_sealed")])
        organisation = db.session.scalars(_held(sa.select(Organisation).where(Organisation.id == heir.id))).one()
        invitation = find_invitation(invitation.consultation_id, heir.id) or invitation
    draft = find_draft(organisation, invitation.consultation)
    return Desk(organisation, invitation.consultation, draft, invitation, token=token, number=number, revision=revision, key=key)


def _held(statement: S) -> S:
    """When writing, hold the organisation's row, so that two colleagues do not begin two drafts.

    FOR NO KEY UPDATE: rows that refer to the organisation, such as an invitation, need not wait.
    """
    return statement.with_for_update(of=Organisation, key_share=True).execution_options(populate_existing=True) if writing() else statement


def find_draft(organisation: Organisation, consultation: Consultation) -> Draft | None:
    """The draft with its answers, in one statement; its row is held when writing. A sealed one is found by nobody."""
    return db.session.scalars(*_draft(organisation.id, consultation.id, writing=writing())).unique().one_or_none()


@built_once
def _draft(organisation_id: int, consultation_id: int, *, writing: bool) -> sa.Select[Draft]:
    of_theirs = (Draft.organisation_id == organisation_id, Draft.consultation_id == consultation_id)
    statement = sa.select(Draft).where(*of_theirs, Draft.sealed_at.is_(None)).options(joinedload(Draft.answers))
    return locked(statement, Draft, when=writing)


def _is_invited(organisation: Organisation, consultation: Consultation) -> bool:
    """Itself, or one that has been merged into it."""
    asked = queries_merging.merged_into(organisation.id)
    found = sa.exists().where(Invitation.consultation_id == consultation.id, Invitation.organisation_id.in_(asked))
    return bool(db.session.scalar(sa.select(found)))


def find_position(desk: Desk) -> Position | None:
    """What the organisation has sent, with every version, its answers and groups; or else what one merged into it had sent."""
    own = Position.organisation_id == desk.organisation.id
    return db.session.scalar(
        sa.select(Position)
        .where(
            Position.consultation_id == desk.consultation.id,
            Position.current_id.is_not(None),  # not only what was said at a meeting
            queries_merging.is_own(Position.organisation_id, desk.organisation),
        )
        .order_by(sa.case((own, 0), else_=1), Position.id)
        .limit(1)
        .options(
            selectinload(Position.versions).options(
                selectinload(PositionVersion.answers).joinedload(Answer.question), selectinload(PositionVersion.groups)
            )
        )
    )


def hold_what_it_is_judged_by(draft: Draft) -> None:
    """One statement before a draft is sent. Nobody cancels the consultation or moves its dates until that is through, and its
    dates are those of now; submissions do not wait for each other.

    And since most drafts have little beside their answers, what there is none of is not asked for in a statement each.
    """
    for name, value in db.session.execute(*_judged(draft.id)).one()._mapping.items():
        if name not in BESIDE:
            set_committed_value(draft.consultation, name, value)
        elif not value:
            set_committed_value(draft, name, None if name == "survey" else [])


BESIDE = {
    "groups": draft_group.c.draft_id,
    "parties": DraftParty.draft_id,
    "concurrences": DraftConcurrence.draft_id,
    "attachments": DraftAttachment.draft_id,
    "survey": Survey.draft_id,
}


@built_once
def _judged(draft_id: int) -> sa.Select[*tuple[Any, ...]]:
    dates = (getattr(Consultation, field.name) for field in dataclasses.fields(Dates))
    beside = (sa.exists().where(column == draft_id).label(name) for name, column in BESIDE.items())
    of = sa.select(*dates, *beside).join(Draft, Draft.consultation_id == Consultation.id).where(Draft.id == draft_id)
    return of.with_for_update(read=True, of=Consultation)


def find_position_of(draft: Draft) -> Position | None:
    """What has been sent from the draft, its row held when writing."""
    found: Position | None = db.session.scalar(*_position(draft.consultation_id, draft.organisation_id, writing=writing()))
    return found


@built_once
def _position(consultation_id: int, organisation_id: int, *, writing: bool) -> sa.Select[Position]:
    own = sa.select(Position).where(Position.consultation_id == consultation_id, Position.organisation_id == organisation_id)
    return locked(own, Position, when=writing)


def get_sent_version(desk: Desk) -> PositionVersion:
    """The version that the address names, or the current one.

    Raises:
        Missing: nothing has been sent, or no such version.
    """
    position = find_position(desk)
    for version in reversed(position.versions if position else []):
        if (not version.is_view) if desk.number is None else (version.number == desk.number):
            return version
    raise Missing("version")


def submission_facts(draft: Draft, position: Position | None) -> Submission:
    """What the lifecycle judges a submission by."""
    answers = {answer.question_id: answer for answer in draft.answers}
    sent = position.current if position and position.stands else None
    agreements = queries_together.list_agreements(draft, clock.now())
    agreed = queries_together.answered_by_agreeing(draft)
    return Submission(
        dates=dates_of(draft.consultation),
        answers=tuple(_written(question, answers.get(question.id), question.number in agreed) for question in draft.consultation.questions),
        anchoring=draft.anchoring,
        wish=draft.wish,
        dissent_length=len(draft.dissent),
        confirm_by_on=draft.confirm_by_on,
        already_sent=sent is not None and receipts.fingerprint(sent) == receipts.fingerprint(draft),
        agreements=len(agreements),
        agreements_gone=tuple(one.name or "" for one in agreements if not one.readable),
        survey_running=queries_survey.is_running(draft),
        approvals_needed=(needed := queries_approving.needed_by(draft.organisation)),
        approvals_given=queries_approving.count_approvals(draft) if needed else 0,
    )


def _written(question: Question, answer: DraftAnswer | None, agreed: bool) -> Written:
    if answer is not None and answer.left_out:
        answer = None  # what is written there is not sent
    return Written(
        number=question.number,
        kind=question.kind,
        required=question.required and question.withdrawn_at is None,
        length=len(answer.text) if answer else 0,
        stance=answer.stance if answer else None,
        options=len(answer.options) if answer else 0,
        agreed=agreed,
    )


def known_facts(organisation: Organisation) -> dict[str, Any]:
    """What is not asked again: the groups of the profile, and what the organisation said of itself when it last sent an answer."""
    last = db.session.scalar(
        sa.select(PositionVersion)
        .join(Position, Position.current_id == PositionVersion.id)
        .where(Position.organisation_id == organisation.id, Position.stands, PositionVersion.channel == Channel.web)
        .order_by(PositionVersion.received_at.desc(), PositionVersion.id.desc())
        .limit(1)
        .options(selectinload(PositionVersion.groups))
    )
    said = {name: getattr(last, name) for name in ("signed_role", "wish", "reuse")} if last else {}
    return {**said, "groups": list(organisation.groups or (last.groups if last else []))}


def names_of(answers: Sequence[DraftAnswer]) -> dict[int, str]:
    """Who of the colleagues wrote last, by user id: shown in own space only."""
    ids = {answer.updated_by_id for answer in answers if answer.updated_by_id}
    if not ids:
        return {}
    return {row.id: row.name for row in db.session.execute(sa.select(User.id, User.name).where(User.id.in_(ids)))}


@dataclass(frozen=True, slots=True)
class Task:
    """A line on the organisation's first page: one consultation and where the organisation stands in it."""

    kommun: str
    slug: str
    title: str
    lead: str
    authority: str
    municipality: str
    phase: Phase
    opens_at: datetime | None
    closes_at: datetime | None
    began: bool = False  # a draft exists
    edited_at: datetime | None = None
    receipt_number: str = ""
    version: int = 0
    received_at: datetime | None = None
    disowned: bool = False
    withdrawn: bool = False
    preliminary: bool = False  # sent, and waiting to be confirmed


@dataclass(frozen=True, slots=True)
class Home:
    """The organisation's first page, what is most urgent first."""

    to_answer: list[Task]  # invited and still answerable, without anything sent
    writing: list[Task]  # drafts where something is not sent yet
    sent: list[Task]
    may_answer: list[Task]  # open to all in the home municipality, or anywhere for one that has none; uninvited


def get_home(organisation: Organisation, at: datetime) -> Home:
    """Everything that the organisation has to do with, in four statements however much it is."""
    answerable = sa.and_(Consultation.closes_at > at, Consultation.cancelled_at.is_(None), Consultation.announced_at.is_not(None))
    edited = sa.select(Draft.consultation_id, Draft.updated_at).where(Draft.organisation_id == organisation.id)
    drafts = {row.consultation_id: row.updated_at for row in db.session.execute(edited)}
    sent = _sent(organisation, at, drafts)
    done = {task_id for task_id, _task in sent}
    invited = sa.select(Invitation.consultation_id).where(Invitation.organisation_id == organisation.id, Invitation.declined_at.is_(None))
    asked = _tasks(answerable, Consultation.id.in_(invited), Consultation.id.not_in(done | drafts.keys()), at=at, drafts={})
    begun = _tasks(Consultation.announced_at.is_not(None), Consultation.id.in_(drafts.keys() - done), at=at, drafts=drafts)
    taken = done | drafts.keys()
    around = _tasks(
        answerable,
        Consultation.open_invitation.is_(True),
        Consultation.municipality_id == organisation.municipality_id if organisation.municipality_id else sa.true(),
        Consultation.opens_at <= at,
        Consultation.id.not_in(taken),
        Consultation.id.not_in(sa.select(Invitation.consultation_id).where(Invitation.organisation_id == organisation.id)),
        at=at,
        drafts={},
    )
    return Home(to_answer=asked, writing=begun, sent=[task for _id, task in sent], may_answer=around)


def _tasks(*conditions: sa.ColumnElement[bool], at: datetime, drafts: dict[int, datetime]) -> list[Task]:
    found = db.session.scalars(
        sa.select(Consultation)
        .join(Consultation.municipality)
        .where(Municipality.active, *conditions)
        .options(joinedload(Consultation.municipality), joinedload(Consultation.authority))
        .order_by(Consultation.closes_at, Consultation.id)
        .limit(HOME_LIMIT)
    )
    return [_task(consultation, at, drafts) for consultation in found]


def _task(consultation: Consultation, at: datetime, drafts: dict[int, datetime], **more: Any) -> Task:
    return Task(
        kommun=consultation.municipality.slug,
        slug=consultation.slug,
        title=consultation.title,
        lead=consultation.lead,
        authority=consultation.authority.name,
        municipality=consultation.municipality.full_name,
        phase=phase_of(consultation, at),
        opens_at=consultation.opens_at,
        closes_at=consultation.closes_at,
        began=consultation.id in drafts,
        edited_at=drafts.get(consultation.id),
        **more,
    )


def _sent(organisation: Organisation, at: datetime, drafts: dict[int, datetime]) -> list[tuple[int, Task]]:
    found = db.session.execute(
        sa.select(Position, PositionVersion, Consultation)
        .join(PositionVersion, PositionVersion.id == Position.current_id)
        .join(Position.consultation)
        .where(queries_merging.is_own(Position.organisation_id, organisation))
        .options(joinedload(Consultation.municipality), joinedload(Consultation.authority), joinedload(PositionVersion.ratification))
        .order_by(PositionVersion.received_at.desc(), PositionVersion.id.desc())
        .limit(HOME_LIMIT)
    )
    return [
        (
            consultation.id,
            _task(
                consultation,
                at,
                drafts,
                receipt_number=version.receipt_number,
                version=version.number,
                received_at=version.received_at,
                disowned=position.disowned_at is not None,
                withdrawn=position.withdrawn_at is not None,
                preliminary=position.stands and version.is_preliminary,
            ),
        )
        for position, version, consultation in found
    ]
