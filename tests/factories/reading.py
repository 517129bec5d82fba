"""A whole story for the reading pages, and the addresses of all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, ContentAbout, ContentLanguage, Material
from sakrad.core import clock, ids
from sakrad.core.db import db, transaction
from sakrad.core.events import EventName, record
from sakrad.core.files import FileKind, StoredFile
from sakrad.directory.models import Organisation, Subject, TargetGroup
from sakrad.directory.queries_public import county_slug
from sakrad.positions.models import Concurrence, Position, PositionParty, Stance
from sakrad.responses.commands import counting
from sakrad.responses.models import Commitment, EvaluationSide, Outcome
from sakrad.summaries.models import Finding, Point
from tests import factories as make
from tests.factories import correcting, following, judging, meetings, responses, save, summaries, together, versions, views


@dataclass(frozen=True, slots=True)
class Story:
    """An answered consultation: `position` is cited in finding 1, set aside in its last answer, and answered on its own."""

    consultation: Consultation
    organisation: Organisation
    group: TargetGroup
    subject: Subject
    position: Position
    finding: Finding
    aside: Point
    commitment: Commitment

    @property
    def address(self) -> str:
        return f"/kommun/{self.consultation.municipality.slug}/sakrad/{self.consultation.slug}"


@make.whole
def voice(of: Consultation, group: TargetGroup, *, texts: dict[int, str] | None = None, **organisation: Any) -> Position:
    """A published answer from an organisation that says that it speaks for the group, with a stance on question 2."""
    by = make.organisation(verified_in=of.municipality, **organisation)
    position = make.position(of, by, texts=texts)
    with transaction():
        by.groups.append(group)
        assert position.current is not None
        position.current.groups.append(group)
        for answer in position.current.answers:
            if answer.stance is not None:
                answer.stance = Stance.opposes
    return position


def story(phase: Phase = Phase.following_up, **values: Any) -> Story:
    consultation = make.consultation(phase, **values)
    group, subject = make.group(), make.subject()
    texts = {
        1: "Vi ser HEMLIGAORDET varje vecka. Det är långt.",
        2: "Nej, HEMLIGAORDET igen.",
        3: "Tack för att ni frågar om HEMLIGAORDET.",
    }
    position = voice(consultation, group, texts=texts, slug="hemliga-foreningen", name="Hemliga föreningen")
    with transaction():
        consultation.groups.append(group)
        consultation.subjects.append(subject)
        record(EventName.consultation_announced, at=clock.now(), consultation_id=consultation.id)
    make.invitation(consultation, make.organisation(verified_in=consultation.municipality))
    stored = save(StoredFile(key=ids.reference(), name="underlag.pdf", kind=FileKind.pdf, size=1000, stored_at=clock.now()))
    save(
        Material(
            reference=ids.reference(),
            consultation_id=consultation.id,
            file_id=stored.id,
            title="Kartläggning",
            description="Vad som finns.",
        )
    )
    correcting.correction(consultation, text="Hur ser ni på vägen in?")
    correcting.hearing(consultation)
    met = meetings.meeting(consultation, agenda="- Vägen in")
    with transaction():
        met.groups.append(group)
    views.row(met, make.organisation(verified_in=consultation.municipality), "Mötet ville ha en dörr till.")
    summary = summaries.summary(consultation, published_at=consultation.summary_published_at)
    first, second, third = (summaries.point(summaries.answer_of(position, number)) for number in (1, 2, 3))
    finding = summaries.finding(summary, f"Vägen in är lång.[{first.number}] En säger nej.[{second.number}]")
    summaries.edition(summary)
    with transaction():
        third.set_aside_at, third.set_aside_reason = clock.now(), "Det är en hälsning."
    answers = responses.release(consultation, **responses.decided(published_at=consultation.feedback_published_at))
    main = responses.response(answers, finding=finding)
    responses.response(answers, point=second, outcome=Outcome.wont_do, reason="Det räcker inte till.")
    assert consultation.function is not None
    commitment = responses.commitment(main, consultation.function, due_on=clock.today() - timedelta(days=12))
    progress = responses.progress(commitment)
    with transaction():
        record(EventName.progress_added, at=clock.now(), consultation_id=consultation.id, subject_id=progress.id)
    versions.version(consultation)
    versions.version(consultation, ContentLanguage.arabic, about=ContentAbout.summary, title="الطريق")
    following.continuation(consultation, kind="dialogue", dialogue_id=following.dialogue(consultation.authority).id)
    judging.seat(consultation, position.organisation, ago=judging.OVER)
    for side in EvaluationSide:
        judging.replies(consultation, side, 2, 4, 4, 5, 5)
    with transaction():
        counting.recount(consultation.id, at=clock.now())
    return Story(consultation, position.organisation, group, subject, position, finding, third, commitment)


@dataclass(frozen=True, slots=True)
class Joined:
    """Who stands beside the story's answer: one that concurs with it and with which it concurs, and one that stands behind."""

    agreeing: Position
    received: Concurrence
    given: Concurrence
    party: PositionParty


def joined(story: Story, words: str = "Utom det om HEMLIGAORDET.") -> Joined:
    """Others beside the story's answer, all with reservations."""
    consultation = story.consultation
    agreeing = voice(consultation, story.group, texts={1: "Vägen är lång."})
    received = together.concurrence(agreeing, story.position, reservation="Det andra är vi inte med på.")
    given = together.concurrence(story.position, agreeing, consultation.questions[0], reservation=words)
    return Joined(agreeing, received, given, together.party(story.position, reservations={1: words}))


PAGES: dict[str, Callable[[Story], str]] = {
    "pages.start": lambda story: "/",
    "pages.consultations": lambda story: (
        f"/sakrad?q=våld&grupp={story.group.slug}&amne={story.subject.slug}&kommun={story.consultation.municipality.slug}"
    ),
    "pages.search": lambda story: f"/sok?q=vägen&kommun={story.consultation.municipality.slug}&skede=following_up",
    "pages.municipalities": lambda story: "/kommun",
    "pages.municipality": lambda story: f"/kommun/{story.consultation.municipality.slug}",
    "pages.county": lambda story: f"/lan/{county_slug(story.consultation.municipality.county)}",
    "pages.calendar": lambda story: f"/kommun/{story.consultation.municipality.slug}/kalender",
    "pages.consultation": lambda story: story.address,
    "pages.invited": lambda story: f"{story.address}/inbjudna",
    "pages.question": lambda story: f"{story.address}/fraga/2",
    "consultations.templates": lambda story: "/mallar",
    "consultations.template": lambda story: "/mallar/kort-sakrad",
    "consultations.version": lambda story: f"{story.address}/pa/lattlast",
    "consultations.summary_version": lambda story: f"{story.address}/sammanstallning/pa/ar",
    "meetings.index": lambda story: f"{story.address}/moten",
    "meetings.show": lambda story: f"{story.address}/moten/1",
    "positions.views": lambda story: f"{story.address}/moten/1/synpunkter",
    "pages.method": lambda story: "/metod",
    "pages.accessibility": lambda story: "/tillganglighet",
    "pages.privacy": lambda story: "/personuppgifter",
    "consultations.correction": lambda story: f"{story.address}/rattelser/1",
    "positions.index": lambda story: f"{story.address}/svar",
    "positions.show": lambda story: f"{story.address}/svar/{story.organisation.slug}",
    "summaries.show": lambda story: f"{story.address}/sammanstallning",
    "summaries.agreement": lambda story: f"{story.address}/sammanstallning/vem-tycker-vad",
    "summaries.columns": lambda story: f"{story.address}/sammanstallning/kolumner",
    "summaries.edition": lambda story: f"{story.address}/sammanstallning/utgava/1",
    "responses.show": lambda story: f"{story.address}/aterkoppling",
    "responses.evaluation": lambda story: f"{story.address}/utvardering",
    "pages.wheel": lambda story: f"/kommun/{story.consultation.municipality.slug}/arshjul",
    "responses.commitment": lambda story: f"{story.address}/atagande/1",
    "responses.commitments": lambda story: "/ataganden",
    "voices.organisations": lambda story: "/organisationer",
    "voices.organisation": lambda story: f"/organisationer/{story.organisation.slug}",
    "voices.method_report": lambda story: f"{story.address}/metodrapport",
    "voices.year_reports": lambda story: f"/kommun/{story.consultation.municipality.slug}/arsrapport",
    "voices.year_report": lambda story: f"/kommun/{story.consultation.municipality.slug}/arsrapport/{clock.today().year}",
    "voices.card": lambda story: f"/organisationer/{story.organisation.slug}/kort",
    "voices.group_said": lambda story: f"/grupper/{story.group.slug}/sagt",
    "voices.uptake_consultation": lambda story: f"{story.address}/genomslag",
    "voices.uptake_municipality": lambda story: f"/kommun/{story.consultation.municipality.slug}/genomslag",
    "voices.uptake_points": lambda story: f"{story.address}/genomslag/synpunkter?grupp={story.group.slug}",
    "voices.uptake_points_municipality": lambda story: f"/kommun/{story.consultation.municipality.slug}/genomslag/synpunkter",
    "voices.statistics": lambda story: "/statistik",
    "voices.statistics_points": lambda story: f"/statistik/synpunkter?grupp={story.group.slug}",
    "voices.group": lambda story: f"/grupper/{story.group.slug}",
}


def fresh(story: Story) -> Story:
    """The same rows in the present session: a request ends the one before it."""
    rows = {field.name: getattr(story, field.name) for field in dataclasses.fields(story)}
    return Story(**{name: db.session.get(type(row), sa.inspect(row).identity) for name, row in rows.items()})


def addresses(story: Story) -> dict[str, str]:
    """The address of every reading page."""
    story = fresh(story)
    return {endpoint: address(story) for endpoint, address in PAGES.items()}
