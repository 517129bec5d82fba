"""What the sample's organisations do in their own space and together: scenes of steps, each told through its command."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.accounts import commands as accounts
from sakrad.accounts import queries as known
from sakrad.accounts.models import Role, User
from sakrad.consultations.models import Consultation, Question
from sakrad.core import clock, files, stripping
from sakrad.core.db import db
from sakrad.demo import people
from sakrad.demo.loader import Cast
from sakrad.directory import commands as directory
from sakrad.directory.models import ApprovalRule, MergerSide, Organisation
from sakrad.operations import commands_merging as merging
from sakrad.positions import commands as positions
from sakrad.positions import receipts
from sakrad.positions.commands import approving, remarks, surveying
from sakrad.positions.models import (
    AnchoringLevel,
    Channel,
    ChecklistItem,
    Draft,
    Position,
    PositionVersion,
    PublicationWish,
    Stance,
    SurveyTicket,
)
from sakrad.positions.queries_parties import reservations_digest, reservations_of
from sakrad.records.models import ReviewDecision


def tell(cast: Cast, told: dict[str, Any]) -> None:
    """Everything in the file, in its order."""
    for person in told["people"]:
        user = people.person(cast, person["email"], person["name"])
        for held in person["roles"]:
            accounts.grant(user, Role(held["role"]), cast.organisations[held["organisation"]], actor=None, at=cast.at - people.LONG_AGO)
    for rule in told["rules"]:
        organisation = cast.organisations[rule["organisation"]]
        chosen, needed = ApprovalRule(rule["rule"]), rule["needed"]
        directory.set_approval_rule(organisation, rule=chosen, approvals_needed=needed, actor=None, at=cast.at - people.LONG_AGO)
    for scene in told["scenes"]:
        consultation = db.session.scalars(sa.select(Consultation).where(Consultation.slug == scene["consultation"])).one()
        for step in scene["steps"]:
            at = cast.moment(step["day"], hour=step.get("hour", 17))
            STEPS[step["do"]](Here(cast, consultation, cast.organisations[scene["organisation"]], step, at))
    for merger in told["mergers"]:
        _merge(cast, merger)


@dataclass(frozen=True)
class Here:
    """A step, and where it is taken."""

    cast: Cast
    consultation: Consultation
    organisation: Organisation
    step: dict[str, Any]
    at: datetime

    @property
    def actor(self) -> Any:
        """Who takes it; None by the mailed link."""
        return user(self.step["who"]) if "who" in self.step else None

    @property
    def officer(self) -> User:
        return self.cast.officers[self.consultation.municipality.slug]

    @property
    def draft(self) -> Draft:
        draft = positions.open_draft(self.organisation, self.consultation, actor=self.actor, at=self.at)
        db.session.refresh(draft)
        return draft

    @property
    def question(self) -> Question | None:
        return next((question for question in self.consultation.questions if question.number == self.step.get("question")), None)

    @property
    def position(self) -> Position:
        return self.position_of(self.organisation)

    def position_of(self, organisation: Organisation) -> Position:
        sent = sa.select(Position).where(Position.consultation_id == self.consultation.id, Position.organisation_id == organisation.id)
        return db.session.scalars(sent).one()

    @property
    def version(self) -> PositionVersion:
        assert self.position.current is not None
        return self.position.current


def user(email: str) -> User:
    """The person with the address."""
    found = known.find_user(email)
    assert found is not None, email
    return found


def _write(here: Here) -> None:
    _save(here)


def _leave_out(here: Here) -> None:
    _save(here, left_out=True, left_out_reason=here.step["reason"])


def _save(here: Here, **more: Any) -> None:
    draft, question, step = here.draft, here.question, here.step
    assert question is not None
    saved = next((answer for answer in draft.answers if answer.question_id == question.id), None)
    positions.save_answer(
        draft,
        question,
        text=step.get("text", ""),
        stance=Stance(step["stance"]) if "stance" in step else None,
        options=step.get("options", []),
        seen_version=saved.version if saved else 0,
        actor=here.actor,
        at=here.at,
        **more,
    )


def _facts(here: Here) -> None:
    step, draft = here.step, here.draft
    positions.save_facts(
        draft,
        signed_role=step["signed_role"],
        anchoring=AnchoringLevel(step["anchoring"]),
        decided_on=here.cast.day(step["decided_day"]) if "decided_day" in step else None,
        decision_ref=step.get("decision_ref", ""),
        confirm_by_on=here.cast.day(step["confirm_day"]) if "confirm_day" in step else None,
        groups=[here.cast.groups[slug] for slug in step["groups"]],
        wish=PublicationWish(step["wish"]),
        seen_version=draft.version,
        actor=here.actor,
        at=here.at,
    )


def _remark(here: Here) -> None:
    mentioned = [user(email) for email in here.step.get("mention", ())]
    remarks.add_remark(here.draft, question=here.question, text=here.step["text"], mentioned=mentioned, actor=here.actor, at=here.at)


def _checklist(here: Here) -> None:
    draft = here.draft
    remarks.add_usual_items(draft)
    items = db.session.scalars(sa.select(ChecklistItem).where(ChecklistItem.draft_id == draft.id).order_by(ChecklistItem.id)).all()
    for item in items[: here.step["done"]]:
        remarks.tick_item(item, actor=here.actor, at=here.at)


def _ask(here: Here) -> None:
    approving.ask_for_approval(here.draft, [user(email) for email in here.step["of"]], actor=here.actor, at=here.at)


def _approve(here: Here) -> None:
    draft = here.draft
    approving.approve_draft(draft, seen=receipts.fingerprint(draft), actor=here.actor, at=here.at)


def _return(here: Here) -> None:
    draft = here.draft
    approving.return_draft(draft, reason=here.step["reason"], seen=receipts.fingerprint(draft), actor=here.actor, at=here.at)


def _concur(here: Here) -> None:
    target = here.position_of(here.cast.organisations[here.step["with"]])
    reservation = here.step.get("reservation", "")
    positions.concur(here.draft, target, question=here.question, reservation=reservation, actor=here.actor, at=here.at)


def _party(here: Here) -> None:
    for slug in here.step["names"]:
        positions.add_party(here.draft, organisation=here.cast.organisations[slug], actor=here.actor, at=here.at)


def _stand_behind(here: Here) -> None:
    organisation = here.cast.organisations[here.step["party"]]
    party = next(party for party in here.position.parties if party.organisation_id == organisation.id)
    reservations = {here.question: here.step["reservation"]} if here.question else {}
    positions.confirm_party(party, reservations=reservations, actor=None, at=here.at)


def _survey(here: Here) -> None:
    step = here.step
    questions = [surveying.Question(question["text"], tuple(question["options"])) for question in step["questions"]]
    survey = surveying.save_survey(here.draft, intro=step["intro"], questions=questions, at=here.at)
    surveying.open_survey(survey, tickets=step["tickets"], at=here.at)
    tickets = list(db.session.scalars(sa.select(SurveyTicket).where(SurveyTicket.survey_id == survey.id).order_by(SurveyTicket.number)))
    for ticket, choices in zip(tickets, step["answered"], strict=False):
        surveying.answer_survey(survey, ticket, choices=choices)


def _attach(here: Here) -> None:
    content = _pdf(here.step["heading"], here.step["text"], here.at)
    upload = files.put(content, here.step["name"], files.FileKind.pdf)
    copy = files.put(stripping.strip(content, files.FileKind.pdf), here.step["name"], files.FileKind.pdf)
    digest = hashlib.sha256(content).hexdigest()
    positions.add_attachment(here.draft, upload=upload, copy=copy, digest=digest, actor=here.actor, at=here.at)


def _pdf(heading: str, text: str, at: datetime) -> bytes:
    """A page as an association would print it."""
    from sakrad.core import documents

    return documents.pdf(documents.SOURCE / "demo" / "typst" / "page.typ", {"heading": heading, "text": text}, made_at=at)


def _send(here: Here) -> None:
    draft = here.draft
    positions.submit(draft, submission_key=draft.submission_key, actor=here.actor, at=here.at, received_at=here.at)


def _review(here: Here) -> None:
    version = here.version
    positions.tick_registered(version, actor=here.officer, at=here.at)
    positions.review_position(version, decision=ReviewDecision.publish, reason="", masks=[], actor=here.officer, at=here.at)
    for attachment in version.attachments[: here.step.get("attachments", 0)]:
        positions.publish_attachment(attachment, actor=here.officer, at=here.at)
    for party in version.position.parties:
        if party.confirmed_at and party.reservations:
            positions.pass_party(party, seen=reservations_digest(reservations_of(party)), actor=here.officer, at=here.at)


def _ratify(here: Here) -> None:
    positions.ratify_position(
        here.version,
        anchoring=AnchoringLevel(here.step["anchoring"]),
        decided_on=here.cast.day(here.step["decided_day"]),
        decision_ref=here.step["decision_ref"],
        actor=here.actor,
        at=here.at,
    )


def _withdraw(here: Here) -> None:
    positions.withdraw_position(here.position, actor=here.actor, at=here.at)


def _transcribe(here: Here) -> None:
    step = here.step
    questions = {question.number: question for question in here.consultation.questions}
    positions.transcribe(
        here.consultation,
        here.organisation,
        channel=Channel(step["channel"]),
        received_at=here.cast.moment(step["came_day"], hour=11),
        whole=step.get("whole", ""),
        answers=[
            positions.Said(questions[said["question"]], text=said["text"], options=said.get("options", ()))
            for said in step.get("answers", ())
        ],
        stated=positions.Stated(wish=PublicationWish(step["wish"]), groups=[here.cast.groups[slug] for slug in step["groups"]]),
        actor=here.officer,
        at=here.at,
    )


def _read_back(here: Here) -> None:
    assert here.version.transcription is not None
    positions.confirm_transcription(here.version.transcription, at=here.at)


STEPS: dict[str, Callable[[Here], None]] = {
    "write": _write,
    "leave_out": _leave_out,
    "facts": _facts,
    "remark": _remark,
    "checklist": _checklist,
    "ask": _ask,
    "approve": _approve,
    "return": _return,
    "concur": _concur,
    "party": _party,
    "stand_behind": _stand_behind,
    "survey": _survey,
    "attach": _attach,
    "send": _send,
    "review": _review,
    "ratify": _ratify,
    "withdraw": _withdraw,
    "transcribe": _transcribe,
    "read_back": _read_back,
}


def _merge(cast: Cast, told: dict[str, Any]) -> None:
    at = cast.moment(told["day"])
    named = told["organisation"]
    heir = cast.organisations[told["heir"]]
    duplicate = directory.register_organisation(
        name=named["name"],
        slug=named["slug"],
        email=named["email"],
        municipality=heir.municipality,
        groups=list(heir.groups),
        actor=None,
        at=at - timedelta(days=60),
    )
    duplicate.sample = True
    merger = merging.merge_organisations(duplicate, heir, actor=None, at=at)
    for side in told["accepted"]:
        merging.accept_merger(merger, MergerSide(side), at=min(at + timedelta(days=1), clock.now()))
