"""The workbench's pages on 1,000 answers: milliseconds, kilobytes and statements of each, by a signed-in official."""

from __future__ import annotations

import logging
import random
import resource
import statistics
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from sakrad import create_app
from sakrad.accounts import sessions
from sakrad.accounts.models import Membership, Role, User
from sakrad.config import Settings
from sakrad.consultations.models import Consultation, Question
from sakrad.core import clock, jobs
from sakrad.core.db import db, transaction
from sakrad.directory.models import TargetGroup
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.summaries import commands
from sakrad.summaries.models import Assignment, Citation, Finding, Point, Reading, Suggestion, Summary, Theme, point_group
from tests.bench import data
from tests.statements import counted

POSITIONS = 200  # of five answers each
SLUG = "sakrad-3"  # the one of data.fill that is being compiled
LONG = 5_000  # characters of one answer in ten
TIMES = 9
AT = f"/handlaggning/stockholm/sakrad/{SLUG}"
PAGES = {
    "question": "/sammanstall",
    "question, left": "/sammanstall?kvar=1",
    "organisation": "/sammanstall?vy=organisation",
    "theme": "/sammanstall?vy=tema&tema={theme}",
    "group": "/sammanstall?vy=grupp&grupp={group}",
    "mine": "/sammanstall?vy=organisation&mina=1",
    "unread": "/sammanstall?vy=organisation&olasta=1",
    "last page": "/sammanstall?vy=organisation&sida=40",
    "side by side": "/sammanstall/bredvid?fraga=1",
    "themes": "/sammanstall/teman",
    "one theme": "/sammanstall/teman/synpunkter?tema={theme}",
    "write": "/sammanstallning",
    "proposals": "/sammanstall/maskinforslag",
}


def run(url: str, folder: Path) -> None:
    """Fill the database, and print what each page costs."""
    app = create_app(Settings(database_url=url, storage_url=f"file://{folder}/files", secret_key="bench-secret-" * 4, rate_limits=False))
    logging.disable(logging.INFO)
    with app.app_context():
        db.create_all()
        data.fill(4, POSITIONS)
        values, token = _compiled()
        print(f"\n{url.partition(':')[0]}: {values.pop('answers')} answers, {values.pop('points')} points")
        _propose()
        print("\n| page of the workbench | ms, median | kB | statements |\n|---|---|---|---|")
        for name, path in PAGES.items():
            _measure(app, name, AT + path.format(**values), token)
        db.session.remove()
        db.engine.dispose()


def _propose() -> None:
    """Compute what the machine proposes, and print how long it takes and how large the process has grown."""
    consultation = db.session.scalars(sa.select(Consultation).where(Consultation.slug == SLUG)).one()
    with transaction():
        run = commands.ask_suggestions(consultation, actor=None, at=clock.now())
    begun = time.perf_counter()
    jobs.run_due(clock.now())
    took = time.perf_counter() - begun
    db.session.refresh(run)
    if run.finished_at is None:
        raise SystemExit("The proposals were not computed.")
    counts = db.session.execute(sa.select(Suggestion.kind, sa.func.count()).group_by(Suggestion.kind)).all()
    told = ", ".join(f"{count} {kind.value}" for kind, count in counts)
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"proposals on {run.facts['answers']} answers ({run.facts['passages']} sentences): {took:.1f} s, {size:.0f} MB; {told}")


def _measure(app: Flask, name: str, path: str, token: str) -> None:
    client = app.test_client()
    with client.session_transaction(base_url="http://127.0.0.1:5000") as session:
        session[sessions.KEY], session["_fresh"] = token, True
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        with counted() as statements:
            answer = client.get(path, base_url="http://127.0.0.1:5000")
        took.append((time.perf_counter() - begun) * 1000)
        db.session.remove()
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}.")
    print(f"| {name} | {statistics.median(took):.0f} | {len(answer.data) / 1000:.0f} | {len(statements)} |", flush=True)


def _compiled() -> tuple[dict[str, Any], str]:
    """The consultation half compiled: points under themes, ten findings that cite, what is given to whom and what is read."""
    rng, at = random.Random(7), clock.now()
    with transaction():
        consultation = db.session.scalars(sa.select(Consultation).where(Consultation.slug == SLUG)).one()
        of = {"consultation_id": consultation.id}
        officer = User(email="bench@person.example", name="Anna Berg", password_hash="x", confirmed_at=at, created_at=at)
        db.session.add(officer)
        db.session.flush()
        db.session.add(Membership(user_id=officer.id, role=Role.officer, authority_id=consultation.authority_id, created_at=at))
        answers = _answers(consultation, rng)
        tops = [_insert(Theme, {**of, "name": f"Tema {n}", "order": n}) for n in range(6)]
        parts = [_insert(Theme, {**of, "name": f"Del {n}", "order": 6 + n, "parent_id": rng.choice(tops)}) for n in range(12)]
        summary = _insert(Summary, {**of, "in_short": "Kort."})
        findings = [_insert(Finding, {"summary_id": summary, "number": n, "heading": f"Samlad synpunkt {n}"}) for n in range(1, 11)]
        rows = []
        for answer, length in answers:
            for piece in range(rng.choice((0, 1, 1, 2, 3))):
                start = piece * length // 3
                words = {"start": start, "end": start + min(150, length // 3)}
                under = {"theme_id": rng.choice([None, *tops, *parts]), "number": len(rows) + 1}
                rows.append({**of, **words, **under, "answer_id": answer, "created_at": at})
        points = list(db.session.scalars(sa.insert(Point).returning(Point.id), rows))
        cited = [{"finding_id": rng.choice(findings), "point_id": point, "order": 1} for point in points if rng.random() < 0.6]
        db.session.execute(sa.insert(Citation), cited)
        groups = db.session.scalars(sa.select(TargetGroup).order_by(TargetGroup.id)).all()
        db.session.execute(sa.insert(point_group), [{"point_id": point, "target_group_id": rng.choice(groups).id} for point in points])
        given = [answer for answer, _length in answers if rng.random() < 0.3]
        db.session.execute(sa.insert(Assignment), [{**of, "answer_id": one, "user_id": officer.id, "assigned_at": at} for one in given])
        read = [answer for answer, _length in answers if rng.random() < 0.5]
        db.session.execute(sa.insert(Reading), [{"answer_id": one, "user_id": officer.id, "read_at": at} for one in read])
        token = sessions.open_device(officer, at=at, second_factor=True)
    return {"theme": tops[0], "group": groups[0].slug, "answers": len(answers), "points": len(points)}, token


def _answers(consultation: Consultation, rng: random.Random) -> list[tuple[int, int]]:
    """Id and length of every answer; one in ten is made long."""
    statement = (
        sa.select(Answer)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .join(Question, Question.id == Answer.question_id)
        .where(Position.consultation_id == consultation.id)
        .order_by(Answer.id)
    )
    answers = db.session.scalars(statement).all()
    for answer in answers:
        if rng.random() < 0.1:
            answer.text = (answer.text * (LONG // len(answer.text) + 1))[:LONG]
    db.session.flush()
    return [(answer.id, len(answer.text)) for answer in answers]


def _insert(table: Any, row: dict[str, Any]) -> int:
    return int(db.session.execute(sa.insert(table).values(row)).inserted_primary_key[0])
