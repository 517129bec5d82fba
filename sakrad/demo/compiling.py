"""What officials do together while they compile, and around it: shared work, themes, proposals, requests, the tjänsteskrivelse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Question
from sakrad.core.db import db
from sakrad.demo.loader import Cast
from sakrad.demo.scenes import Here, play
from sakrad.pages import commands as pages
from sakrad.pages.queries_disclosing import About, Asked
from sakrad.positions.models import Answer, Position
from sakrad.records.models import DisclosureOutcome
from sakrad.responses.commands.paper import save_paper
from sakrad.responses.paper import first_wording
from sakrad.responses.queries_paper import paper_facts
from sakrad.summaries import commands as summaries
from sakrad.summaries import queries
from sakrad.summaries.models import Point, Theme
from sakrad.summaries.queries_sharing import list_colleagues


def tell(cast: Cast, told: dict[str, Any]) -> None:
    """Everything in the file, in its order."""
    play(cast, told["scenes"], STEPS)


def _theme(here: Here, name: str) -> Theme:
    return next(theme for theme in queries.list_themes(here.consultation) if theme.name == name)


def _answers(here: Here) -> list[Answer]:
    """What the step's organisation has answered."""
    statement = (
        sa.select(Answer)
        .join(Position, Position.current_id == Answer.version_id)
        .join(Question, Question.id == Answer.question_id)
        .where(Position.consultation_id == here.consultation.id, Position.organisation_id == here.organisation.id)
    )
    return list(db.session.scalars(statement.order_by(Question.number)))


def _add_theme(here: Here) -> None:
    parent = _theme(here, here.step["under"]) if "under" in here.step else None
    words = here.step.get("description", "")
    summaries.add_theme(here.consultation, name=here.step["name"], description=words, parent=parent, actor=here.officer, at=here.at)


def _merge_themes(here: Here) -> None:
    theme, into = _theme(here, here.step["name"]), _theme(here, here.step["into"])
    summaries.merge_themes(theme, into=into, consultation=here.consultation, actor=here.officer, at=here.at)


def _split_theme(here: Here) -> None:
    theme = _theme(here, here.step["name"])
    points = db.session.scalars(sa.select(Point).where(Point.theme_id == theme.id).order_by(Point.number)).all()[: here.step["points"]]
    summaries.split_theme(theme, points=points, name=here.step["new"], consultation=here.consultation, actor=here.officer, at=here.at)


def _assign(here: Here) -> None:
    """To a colleague, or to the one who gives."""
    others = [user for user in list_colleagues(here.consultation) if user.id != here.officer.id]
    to = others[0] if here.step.get("colleague") else here.officer
    themes = [_theme(here, name) for name in here.step.get("themes", ())]
    answers = _answers(here) if "organisation" in here.step else []
    summaries.assign(here.consultation, answers=answers, themes=themes, to=to, actor=here.officer, at=here.at)


def _read(here: Here) -> None:
    summaries.mark_read(_answers(here), actor=here.officer, at=here.at)


def _note(here: Here) -> None:
    (point,) = queries.list_points(here.consultation, [here.step["point"]])
    summaries.sort_point(point, theme=point.theme, groups=point.groups, note=here.step["text"], actor=here.officer, at=here.at)


def _suggest(here: Here) -> None:
    """Asked for; the worker computes."""
    summaries.ask_suggestions(here.consultation, actor=here.officer, at=here.at)


def _paper(here: Here) -> None:
    words = first_wording(paper_facts(here.consultation))
    changed = {name: str(words[name]) for name in ("proposal", "in_short", "matter", "consequences", "civil_society", "basis")}
    save_paper(here.consultation, **(changed | here.step["words"]), seen_version=0, actor=here.officer, at=here.at)


def _disclose(here: Here) -> None:
    """Somebody asks to read what is masked; perhaps it has been answered."""
    slug = here.consultation.municipality.slug
    about = About(here.consultation, "sammanställningen", "summaries.show", here.consultation.address)
    address = f"/kommun/{slug}/sakrad/{here.consultation.slug}/sammanstallning"
    asked = pages.ask_disclosure(about, address=address, message=here.step.get("message", ""), email=here.step.get("email", ""), at=here.at)
    if "outcome" in here.step:
        outcome = DisclosureOutcome(here.step["outcome"])
        pages.handle_disclosure(Asked(asked, here.consultation), outcome=outcome, actor=here.officer, at=here.at)


STEPS: dict[str, Callable[[Here], None]] = {
    "add_theme": _add_theme,
    "merge_themes": _merge_themes,
    "split_theme": _split_theme,
    "assign": _assign,
    "read": _read,
    "note": _note,
    "suggest": _suggest,
    "paper": _paper,
    "disclose": _disclose,
}
