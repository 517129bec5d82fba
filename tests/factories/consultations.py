"""What tests about consultations have in common: who, where, and what the officers' form holds."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from sakrad.accounts.models import Role, User
from sakrad.consultations.models import Consultation
from sakrad.core.db import db, transaction
from sakrad.directory.models import Authority
from tests import factories as make

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def officer_of(authority: Authority) -> User:
    return make.user((Role.officer, authority))


def address(consultation: Consultation) -> str:
    return f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}"


def staff_address(consultation: Consultation, path: str = "") -> str:
    return f"/handlaggning/{consultation.municipality.slug}/sakrad/{consultation.slug}" + (f"/{path}" if path else "")


def matter(**values: Any) -> dict[str, Any]:
    """The officers' form as a browser sends it, with nothing wrong in it; None takes a field away (an unticked box)."""
    filled = {
        "title": "Stöd och skydd",
        "decision_on": "2028-01-20",
        "lead": "Vad möter den som söker hjälp?",
        "purpose": "Nämnden ska besluta om en plan.",
        "can_influence": "- vägen in",
        "already_decided": "- budgeten",
        "selection_rationale": "De möter den som söker hjälp.",
        "function": "",
        "closes_on": "2027-11-14",
        "summary_due_on": "2027-12-19",
        "feedback_due_on": "2028-02-03",
        "background": "I fjol fick 143 personer stöd.",
        "policy_stage": "drafting",
        "participation_level": "consultation",
        "answers_public": "review",
        "open_invitation": "y",
        "coordinator_takes_part": "y",
    } | values
    return {name: value for name, value in filled.items() if value is not None}


def change(thing: Any, **values: Any) -> None:
    """Save other values of a thing that is there already."""
    with transaction():
        for name, value in values.items():
            setattr(thing, name, value)


def fresh(thing: Any) -> Any:
    """The thing as it stands in the database now: a request has let go of what the test held."""
    return db.session.get_one(type(thing), sa.inspect(thing).identity)
