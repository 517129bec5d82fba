"""What comes of it afterwards: who drafts answers, what comes next, dialogues that come back, a unit that was reorganised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from sakrad.accounts.models import User
from sakrad.consultations.commands import following
from sakrad.consultations.models import Consultation, ContinuationKind, RecurringDialogue
from sakrad.core.db import db
from sakrad.demo.loader import Cast
from sakrad.demo.scenes import Here, play
from sakrad.directory import commands as directory
from sakrad.directory.models import Authority, Unit
from sakrad.operations.commands_reorganising import reorganise_unit
from sakrad.responses import commands as responses
from sakrad.responses import queries
from sakrad.responses.models import Outcome, Response
from sakrad.responses.targets import Target
from sakrad.summaries.queries_sharing import list_colleagues


def tell(cast: Cast, told: dict[str, Any]) -> None:
    """The dialogues, the scenes, and what was reorganised."""
    for dialogue in told["dialogues"]:
        _dialogue(cast, dialogue)
    play(cast, told["scenes"], STEPS)
    for one in told["reorganised"]:
        _reorganise(cast, one)


def _dialogue(cast: Cast, told: dict[str, Any]) -> None:
    officer = cast.officers[told["municipality"]]
    made = following.add_dialogue(
        cast.municipalities[told["municipality"]],
        authority=cast.authorities[told["municipality"], told["authority"]],
        title=told["title"],
        about=told["about"],
        months=told["months"],
        groups=[cast.groups[slug] for slug in told["groups"]],
        actor=officer,
        at=cast.moment(told["day"]),
    )
    if "ended_day" in told:
        following.end_dialogue(made, actor=officer, at=cast.moment(told["ended_day"]))


def _reorganise(cast: Cast, told: dict[str, Any]) -> None:
    """The heir is new, under the same authority; everybody goes along."""
    place, at = cast.municipalities[told["municipality"]], cast.moment(told["day"])
    officer = cast.officers[told["municipality"]]
    unit = db.session.scalars(
        sa.select(Unit).join(Unit.authority).where(Authority.municipality_id == place.id, Unit.name == told["unit"])
    ).one()
    heir = directory.add_unit(unit.authority, name=told["heir"], actor=officer, at=at)
    reorganise_unit(unit, heir, heirs={}, actor=officer, at=at)


def _target(here: Here) -> Target:
    municipality = here.consultation.municipality
    return queries.get_target(municipality.slug, here.consultation.slug, "samlad", here.step["finding"])


def _response(here: Here) -> Response:
    response = _target(here).response
    assert response is not None
    return response


def _colleague(here: Here) -> User:
    return next(user for user in list_colleagues(here.consultation) if user.id != here.officer.id)


def _phrase(here: Here) -> None:
    outcome = Outcome(here.step["outcome"]) if "outcome" in here.step else None
    values = {name: here.step[name] for name in ("title", "text")}
    responses.keep_phrase(here.consultation.authority, **values, outcome=outcome, actor=here.officer, at=here.at)


def _propose(here: Here) -> None:
    release = responses.open_release(here.consultation, at=here.at)
    values = {"outcome": Outcome(here.step["outcome"]), "reason": here.step["reason"]}
    responses.propose(release, finding=_target(here).finding, **values, actor=here.officer, at=here.at)


def _ask_review(here: Here) -> None:
    responses.ask_review([_response(here)], _colleague(here), actor=here.officer, at=here.at)


def _review(here: Here) -> None:
    response = _response(here)
    values = {"good": here.step["good"], "note": here.step.get("note", "")}
    responses.review_response(response, seen_version=response.version, actor=_colleague(here), at=here.at, **values)


def _assign(here: Here) -> None:
    unit = db.session.scalars(
        sa.select(Unit)
        .join(Unit.authority)
        .where(Authority.municipality_id == here.consultation.municipality_id, Unit.name == here.step["unit"])
    ).one()
    due_on, note = here.cast.day(here.step["due_day"]), here.step.get("note", "")
    responses.assign_answers([_target(here)], unit, due_on=due_on, note=note, actor=here.officer, at=here.at)


def _continue(here: Here) -> None:
    kind = ContinuationKind(here.step["kind"])
    after = dialogue = None
    if "next" in here.step:
        after = db.session.scalars(sa.select(Consultation).where(Consultation.slug == here.step["next"])).one()
    if "dialogue" in here.step:
        dialogue = db.session.scalars(sa.select(RecurringDialogue).where(RecurringDialogue.title == here.step["dialogue"])).one()
    following.decide_continuation(
        here.consultation, kind=kind, text=here.step["text"], next=after, dialogue=dialogue, actor=here.officer, at=here.at
    )


STEPS: dict[str, Callable[[Here], None]] = {
    "phrase": _phrase,
    "propose": _propose,
    "ask_review": _ask_review,
    "review": _review,
    "assign": _assign,
    "continue": _continue,
}
