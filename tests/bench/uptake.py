"""The pages about uptake at 300 municipalities and a million points on PostgreSQL: statements, milliseconds and kilobytes of each."""

from __future__ import annotations

import logging
import statistics
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from sakrad import create_app
from sakrad.config import Settings
from sakrad.consultations.models import Consultation, Question, QuestionKind, consultation_group
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.directory.models import (
    Authority,
    Municipality,
    MunicipalityKind,
    Organisation,
    OrganisationKind,
    TargetGroup,
    Unit,
    Verification,
    VerificationBasis,
)
from sakrad.positions.models import AnchoringLevel, Answer, Position, PositionVersion, PublicationWish, version_group
from sakrad.records.models import Review, ReviewDecision
from sakrad.responses import queries_counting
from sakrad.responses.commands import counting
from sakrad.responses.models import DecisionForm, FeedbackRelease, Outcome, Response, UptakeCell
from sakrad.summaries.models import Citation, Finding, Point, Summary
from tests.statements import counted

MUNICIPALITIES, CONSULTATIONS, POSITIONS, POINTS = 300, 10, 84, 4  # of each, in each: a million points
GROUPS, FINDINGS, UNITS = 24, 10, 3
TIMES = 7
PAGES = {
    "consultation": "/kommun/kommun-1/sakrad/sakrad-1/genomslag",
    "its words": "/kommun/kommun-1/sakrad/sakrad-1/genomslag/synpunkter?grupp=grupp-2&utfall=partly",
    "municipality": "/kommun/kommun-1/genomslag",
    "by unit": "/kommun/kommun-1/genomslag?visa=enhet&grupp=grupp-2",
    "by consultation": "/kommun/kommun-1/genomslag?visa=sakrad&ar={year}",
    "its words, all": "/kommun/kommun-1/genomslag/synpunkter",
    "statistics": "/statistik",
    "its words, too": "/statistik/synpunkter?utfall=partly",
    "by year": "/statistik?visa=ar&grupp=grupp-2&slag=association",
    "csv": "/statistik.csv",
    "group": "/grupper/grupp-2",
    "said for it": "/grupper/grupp-2/sagt?sida=9",
    "yearly report": "/kommun/kommun-1/arsrapport/{year}",
}


def run(url: str, folder: Path, *, consultations: int = CONSULTATIONS, positions: int = POSITIONS) -> None:
    """Fill an empty PostgreSQL database, count, and print what each page costs."""
    app = create_app(Settings(database_url=url, storage_url=f"file://{folder}/files", secret_key="bench-secret-" * 4, rate_limits=False))
    logging.disable(logging.INFO)
    with app.app_context():
        db.create_all()
        began = time.perf_counter()
        fill(consultations, positions)
        made = db.session.scalar(sa.select(sa.func.count()).select_from(Point))
        print(f"\n{MUNICIPALITIES} municipalities, {made} points, made in {time.perf_counter() - began:.0f} s")
        _count()
        _measure(app)


def fill(consultations: int, positions: int) -> None:
    """Rows made by the database itself, by number: the n-th of each belongs where its number says."""
    now = clock.now()
    total = MUNICIPALITIES * consultations
    with transaction():
        db.session.execute(sa.text("SET LOCAL session_replication_role = replica"))  # the rows are right: nobody need look each up

        def many(table: Any, upto: int, **columns: Any) -> None:
            n = sa.func.generate_series(1, upto, type_=sa.Integer).column_valued("n")
            values = {name: value(n) if callable(value) else sa.literal(value) for name, value in columns.items()}
            keyed = {"id": n, **values} if "id" in table.c and "id" not in values else values
            typed = [sa.cast(value, table.c[name].type) for name, value in keyed.items()]
            db.session.execute(sa.insert(table).from_select(list(keyed), sa.select(*typed)))

        def text(before: str) -> Any:
            return lambda n: sa.literal(before) + sa.cast(n, sa.String)

        def one_of(kinds: Any) -> Any:
            return lambda n: sa.case(*((n % len(kinds) == at, kind.value) for at, kind in enumerate(kinds)), else_=kinds[0].value)

        def within(size: int) -> Any:
            return lambda n: (n - 1) // size + 1

        home = lambda n: (n - 1) % MUNICIPALITIES + 1  # noqa: E731 - of a consultation
        many(
            Municipality.__table__,
            MUNICIPALITIES,
            scb_code=lambda n: sa.func.lpad(sa.cast(n, sa.String), 4, "0"),
            kind=MunicipalityKind.municipality.value,
            name=text("Kommun "),
            slug=text("kommun-"),
            county_code="01",
            county="Län",
            active=True,
        )
        many(
            Authority.__table__,
            MUNICIPALITIES,
            municipality_id=lambda n: n,
            slug="namnd",
            name="Socialnämnden",
            short="SN",
            mailbox="namnd@x.example",
        )
        many(Unit.__table__, MUNICIPALITIES * UNITS, reference=text("enhet-"), authority_id=within(UNITS), name=text("Enhet "))
        many(TargetGroup.__table__, GROUPS, slug=text("grupp-"), name=text("Grupp "), name_en=text("Group "))
        many(
            Organisation.__table__,
            MUNICIPALITIES * positions,
            slug=text("forening-"),
            name=text("Förening "),
            kind=one_of((OrganisationKind.association,) * 5 + tuple(OrganisationKind)[1:4]),
            email="info@x.example",
            protected=lambda n: n % 100 == 0,
            created_at=now,
        )
        many(
            Verification.__table__,
            MUNICIPALITIES * positions,
            organisation_id=lambda n: n,
            municipality_id=within(positions),
            basis=VerificationBasis.known.value,
            verified_at=now,
        )
        day = timedelta(days=1)
        ago = lambda days: lambda n: sa.literal(now) - days * day - (n % 900) * sa.literal(day)  # noqa: E731
        many(
            Consultation.__table__,
            total,
            municipality_id=home,
            authority_id=home,
            unit_id=lambda n: (home(n) - 1) * UNITS + n % UNITS + 1,
            slug=text("sakrad-"),
            title=text("Sakråd "),
            created_at=ago(200),
            announced_at=ago(200),
            opens_at=ago(200),
            closes_at=ago(150),
            summary_published_at=ago(100),
            feedback_published_at=ago(50),
            feedback_due_on=now.date(),
        )
        many(consultation_group, total, consultation_id=lambda n: n, target_group_id=lambda n: n % GROUPS + 1)
        many(
            Question.__table__,
            total * POINTS,
            consultation_id=within(POINTS),
            number=lambda n: (n - 1) % POINTS + 1,
            kind=QuestionKind.experience.value,
            text="Vad ser ni?",
        )
        spoken = total * positions
        at_home = lambda n: (home((n - 1) // positions + 1) - 1) * positions + (n - 1) % positions + 1  # noqa: E731
        many(Position.__table__, spoken, consultation_id=within(positions), organisation_id=at_home, reference=text("svar-"))
        many(
            PositionVersion.__table__,
            spoken,
            position_id=lambda n: n,
            number=1,
            receipt_number=text("SN-"),
            received_at=now,
            digest="0" * 64,
            submission_key=text("k-"),
            organisation_name="Föreningen",
            anchoring=AnchoringLevel.board.value,
            wish=lambda n: sa.case((n % 20 == 0, PublicationWish.unnamed.value), else_=PublicationWish.named.value),
        )
        db.session.execute(sa.update(Position).values(current_id=Position.id, published_id=Position.id))
        many(Review.__table__, spoken, subject_id=lambda n: n, decision=ReviewDecision.publish.value, decided_at=now)
        concerned = lambda n: ((n - 1) // positions * 5 + n % 4) % GROUPS + 1  # noqa: E731 - four groups in each consultation
        many(version_group, spoken, version_id=lambda n: n, target_group_id=concerned)
        words = "Vägen in är lång och ingen svarar."
        raised = spoken * POINTS
        asked = lambda n: (n - 1) // (positions * POINTS) * POINTS + (n - 1) % POINTS + 1  # noqa: E731
        many(Answer.__table__, raised, version_id=within(POINTS), question_id=asked, text=words)
        many(
            Point.__table__,
            raised,
            consultation_id=within(positions * POINTS),
            number=lambda n: (n - 1) % (positions * POINTS) + 1,
            answer_id=lambda n: n,
            start=0,
            end=len(words),
            created_at=now,
        )
        many(Summary.__table__, total, consultation_id=lambda n: n, in_short="Kort.", published_at=now)
        many(
            Finding.__table__,
            total * FINDINGS,
            summary_id=within(FINDINGS),
            number=lambda n: (n - 1) % FINDINGS + 1,
            heading="Vägen in är lång",
        )
        cited = lambda n: (n - 1) // (positions * POINTS) * FINDINGS + n % FINDINGS + 1  # noqa: E731
        many(Citation.__table__, raised, finding_id=cited, point_id=lambda n: n, order=1)
        many(
            FeedbackRelease.__table__,
            total,
            consultation_id=lambda n: n,
            sent_at=now,
            decided_at=now,
            decision_form=DecisionForm.board.value,
            decision_on=now.date(),
            published_at=now,
        )
        many(
            Response.__table__,
            total * FINDINGS,
            release_id=within(FINDINGS),
            finding_id=lambda n: n,
            outcome=one_of(tuple(Outcome)),
            reason="Så blir det.",
            study_until_on=now.date(),
            whose="Regionen",
            basis="Planen",
            basis_on=now.date(),
        )
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


def _count() -> None:
    """Every consultation, as `flask recount` does; and one as when its answers are published."""
    found = list(queries_counting.list_summarised())
    began = time.perf_counter()
    for consultation_id in found:
        with transaction():
            counting.recount(consultation_id, at=clock.now())
    spent = time.perf_counter() - began
    cells = db.session.scalar(sa.select(sa.func.count()).select_from(UptakeCell))
    print(f"counted: {cells} cells in {spent:.0f} s, {1000 * spent / len(found):.0f} ms a consultation")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE uptake_cell"))


def _measure(app: Flask) -> None:
    client = app.test_client()
    client.get("/metod")  # asks once whether there is sample data
    print(f"{'page':<16}{'statements':>11}{'ms':>8}{'kB':>8}")
    for name, address in PAGES.items():
        path = address.format(year=clock.today().year)
        spent, said, size = [], 0, 0
        for _ in range(TIMES):
            began = time.perf_counter()
            with counted() as statements:
                response = client.get(path)
            spent.append(1000 * (time.perf_counter() - began))
            said, size = len(statements), len(response.data)
            assert response.status_code == 200, (path, response.status_code)
        print(f"{name:<16}{said:>11}{statistics.median(spent):>8.0f}{size / 1000:>8.1f}")
