"""Sample data at scale, inserted in bulk: the sizes are arguments, the shape is that of real consultations."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.core import clock, ids
from sakrad.core.db import db, transaction
from sakrad.directory import commands as directory
from sakrad.directory.models import Authority, Function, Municipality, Organisation, TargetGroup, Unit, Verification, organisation_group

WORDS = tuple(
    re.findall(
        r"\S+",
        """vägen in är lång och den som ringer får berätta samma sak fem gånger vi möter kvinnor barn äldre och anhöriga varje
        vecka kommunen behöver ett gemensamt nummer samma hyra i alla delar fler öppna kvällar en samordnare på heltid stöd på
        fler språk styrelsen menar att förslaget är bra om det kompletterar avlösningen och inte ersätter den""",
    )
)
TEXT = 580  # characters an answer, as in the measurements of other platforms
QUESTIONS = ("experience", "need", "proposal", "consequence", "open")
STANCES = ("supports", "supports_with_reservations", "opposes", "no_position")


def fill(consultations: int = 200, positions: int = 40, *, first: int = 0) -> None:
    """`consultations` in every phase, each with `positions` positions of five answers (40,000 answers by default).

    Args:
        first: how many there are already, of the same shape.
    """
    rng = random.Random(7 + first)
    with transaction():
        directory.load_reference_data()
        base = _base(rng, max(400, positions), first)
        for number in range(first, first + consultations):
            _consultation(rng, base, number, positions)


GROWN = ("consultation", "consultation_group", "question", "invitation", "position", "position_version", "review", "answer", "point")
GROWN += ("summary", "finding", "citation")
UNIQUE = {"slug", "reference", "receipt_number", "submission_key"}


def multiply(times: int) -> None:
    """Every consultation that is there, `times` over, with all that hangs on it: copied by the database itself."""
    tables = [db.metadata.tables[name] for name in GROWN]
    numbers = sa.select(sa.literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(sa.select(numbers.c.n + 1).where(numbers.c.n < times - 1))
    with transaction():
        if db.engine.dialect.name == "sqlite":
            db.session.execute(sa.text("PRAGMA defer_foreign_keys = ON"))  # a position and its versions point at each other
        steps = {table.name: db.session.scalar(sa.select(sa.func.max(table.c.id))) for table in tables if "id" in table.c}
        for table in tables:
            columns = [column for column in table.c if column.computed is None]
            copied = sa.select(*(_copied(column, steps, numbers.c.n) for column in columns)).select_from(table.join(numbers, sa.true()))
            db.session.execute(sa.insert(table).from_select(columns, copied))


def _copied(column: Any, steps: dict[str, int], n: Any) -> Any:
    """The column's value in the n-th copy."""
    of = next((key.column.table.name for key in column.foreign_keys if key.column.table.name in steps), None)
    if column.primary_key and column.name == "id":
        of = column.table.name
    if column.table.name == "review" and column.name == "subject_id":
        of = "position_version"
    if of is not None:
        return column + n * steps[of]
    return column + "-" + sa.cast(n, sa.String) if column.name in UNIQUE else column


def _text(rng: random.Random) -> str:
    words: list[str] = []
    length = 0
    while length < TEXT:
        words.append(rng.choice(WORDS))
        length += len(words[-1]) + 1
        if rng.random() < 0.09:
            words[-1] += "."
    return " ".join(words).capitalize() + "."


def _insert(table: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert and return the ids, in order."""
    return list(db.session.scalars(sa.insert(table).returning(table.id, sort_by_parameter_order=True), rows))


def _base(rng: random.Random, many: int, first: int = 0) -> dict[str, Any]:
    at = datetime(2020, 1, 1, tzinfo=UTC)
    place = db.session.scalars(sa.select(Municipality).where(Municipality.scb_code == "0180")).one()
    if first:
        return {
            "place": place.id,
            "authority": db.session.scalar(sa.select(Authority.id).where(Authority.municipality_id == place.id)),
            "unit": db.session.scalar(sa.select(Unit.id)),
            "function": db.session.scalar(sa.select(Function.id)),
            "organisations": list(db.session.scalars(sa.select(Organisation.id).order_by(Organisation.id).limit(many))),
            "groups": list(db.session.scalars(sa.select(TargetGroup.id))),
        }
    place.active, place.mailbox = True, "kommun@bench.example"
    db.session.flush()
    authority = _insert(
        Authority, [{"municipality_id": place.id, "slug": "namnd", "name": "Socialnämnden", "short": "SN", "mailbox": "sn@bench.example"}]
    )[0]
    unit = _insert(Unit, [{"authority_id": authority, "name": "Socialförvaltningen"}])[0]
    function = _insert(Function, [{"unit_id": unit, "title": "Verksamhetschef", "email": "chef@bench.example"}])[0]
    organisations = _insert(
        Organisation,
        [
            {
                "slug": f"forening-{n}",
                "name": f"Förening {n}",
                "email": f"info@forening-{n}.example",
                "municipality_id": place.id,
                "created_at": at,
            }
            for n in range(many)
        ],
    )
    groups = list(db.session.scalars(sa.select(TargetGroup.id)))
    pairs = {(organisation, rng.choice(groups)) for organisation in organisations for _ in range(2)}
    db.session.execute(sa.insert(organisation_group), [{"organisation_id": o, "target_group_id": g} for o, g in sorted(pairs)])
    _insert(
        Verification,
        [{"organisation_id": o, "municipality_id": place.id, "basis": "known", "verified_at": at} for o in organisations],
    )
    return {
        "place": place.id,
        "authority": authority,
        "unit": unit,
        "function": function,
        "organisations": organisations,
        "groups": groups,
    }


def _consultation(rng: random.Random, base: dict[str, Any], number: int, positions: int) -> None:
    from sakrad.consultations.models import Consultation, Invitation, Question, consultation_group

    now = clock.now()
    closed = number % 4 != 0
    closes = now - timedelta(days=20 + number) if closed else now + timedelta(days=5 + number % 30)
    summarised = closed and number % 4 in (1, 2)
    consultation = _insert(
        Consultation,
        [
            {
                "municipality_id": base["place"],
                "authority_id": base["authority"],
                "unit_id": base["unit"],
                "function_id": base["function"],
                "slug": f"sakrad-{number}",
                "title": f"Sakråd {number} om ensamhet bland äldre",
                "lead": "Vilka insatser gör störst skillnad?",
                "purpose": _text(rng)[:300],
                "background": "\n\n".join(_text(rng) for _ in range(3)),
                "can_influence": "- insatser\n- platser",
                "already_decided": "- budgeten",
                "selection_rationale": "De som möter äldre.",
                "announced_at": closes - timedelta(days=45),
                "opens_at": closes - timedelta(days=45),
                "closes_at": closes,
                "summary_due_on": clock.day_of(closes + timedelta(days=35)),
                "feedback_due_on": clock.day_of(closes + timedelta(days=70)),
                "summary_published_at": closes + timedelta(days=10) if summarised else None,
                "created_at": closes - timedelta(days=60),
            }
        ],
    )[0]
    groups = rng.sample(base["groups"], 3)
    db.session.execute(sa.insert(consultation_group), [{"consultation_id": consultation, "target_group_id": g} for g in groups])
    questions = _insert(
        Question,
        [
            {"consultation_id": consultation, "number": n, "kind": kind, "text": f"Fråga {n}?", "options": ["Transport", "Språk"]}
            for n, kind in enumerate(QUESTIONS, start=1)
        ],
    )
    senders = rng.sample(base["organisations"], positions)
    _insert(
        Invitation,
        [
            {
                "consultation_id": consultation,
                "organisation_id": sender,
                "reference": ids.reference(),
                "created_at": closes - timedelta(days=45),
            }
            for sender in senders
        ],
    )
    answers = _positions(rng, number, consultation, questions, senders, closes)
    if summarised:
        _summary(rng, consultation, answers, closes)


def _positions(
    rng: random.Random, number: int, consultation: int, questions: list[int], senders: list[int], closes: datetime
) -> list[tuple[int, str]]:
    from sakrad.positions.models import Answer, Position, PositionVersion
    from sakrad.records.models import Review

    rows = _insert(
        Position, [{"consultation_id": consultation, "organisation_id": sender, "reference": ids.reference()} for sender in senders]
    )
    versions = _insert(
        PositionVersion,
        [
            {
                "position_id": position,
                "number": 1,
                "receipt_number": f"SN-2027-{number:04d}-{n:04d}",
                "received_at": closes - timedelta(days=10, minutes=n),
                "digest": "0" * 64,
                "submission_key": ids.token()[:40],
                "organisation_name": f"Förening {sender}",
                "signed_role": "Ordförande",
                "anchoring": "board",
                "wish": "named",
            }
            for n, (position, sender) in enumerate(zip(rows, senders, strict=True))
        ],
    )
    db.session.execute(
        sa.update(Position)
        .where(Position.consultation_id == consultation)
        .values(
            current_id=sa.select(PositionVersion.id).where(PositionVersion.position_id == Position.id).scalar_subquery(),
            published_id=sa.select(PositionVersion.id).where(PositionVersion.position_id == Position.id).scalar_subquery(),
        )
        .execution_options(synchronize_session=False)
    )
    _insert(Review, [{"subject_id": version, "decision": "publish", "decided_at": closes} for version in versions])
    texts = [
        {
            "version_id": version,
            "question_id": question,
            "text": _text(rng),
            "stance": rng.choice(STANCES) if kind == "proposal" else None,
            "options": rng.sample(["Transport", "Språk"], 2) if kind == "need" else [],
        }
        for version in versions
        for question, kind in zip(questions, QUESTIONS, strict=True)
    ]
    answers = _insert(Answer, texts)
    return [(answer, row["text"]) for answer, row in zip(answers, texts, strict=True)]


def _summary(rng: random.Random, consultation: int, answers: list[tuple[int, str]], closes: datetime) -> None:
    from sakrad.summaries.models import Citation, Finding, Point, Summary

    chosen = rng.sample(answers, min(40, len(answers)))
    points = _insert(
        Point,
        [
            {
                "consultation_id": consultation,
                "number": n,
                "answer_id": answer,
                "start": 0,
                "end": min(90, len(text)),
                "created_at": closes + timedelta(days=2),
            }
            for n, (answer, text) in enumerate(chosen, start=1)
        ],
    )
    summary = _insert(
        Summary,
        [{"consultation_id": consultation, "in_short": "De flesta vill ha en väg in.", "published_at": closes + timedelta(days=10)}],
    )[0]
    findings = _insert(
        Finding,
        [
            {
                "summary_id": summary,
                "number": n,
                "heading": f"Samlad synpunkt {n}",
                "body": "\n\n".join(f"Flera lyfter frågan.[{number}]" for number in range((n - 1) * 8 + 1, n * 8 + 1)),
            }
            for n in range(1, 6)
        ],
    )
    db.session.execute(
        sa.insert(Citation),
        [{"finding_id": findings[index // 8], "point_id": point, "order": index % 8} for index, point in enumerate(points)],
    )


def a_sender(slug: str) -> str:
    """The address part of some organisation that answered the consultation."""
    from sakrad.consultations.models import Consultation
    from sakrad.positions.models import Position

    return (
        db.session.scalars(
            sa.select(Organisation.slug)
            .join(Position, Position.organisation_id == Organisation.id)
            .join(Consultation, Consultation.id == Position.consultation_id)
            .where(Consultation.slug == slug)
            .order_by(Organisation.slug)
        ).first()
        or ""
    )
