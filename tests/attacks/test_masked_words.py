"""Masked words never leave: in no page, search result, export, document, feed or event, in no language, whatever stands around them."""

from __future__ import annotations

import html
import re
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sakrad.accounts.models import Role
from sakrad.comments.models import Comment, CommentState
from sakrad.consultations.models import CommentsRule, ContentVersion, Continuation
from sakrad.core import clock
from sakrad.core import search as search_index
from sakrad.core.db import Appended, db, transaction
from sakrad.core.events import Event
from sakrad.core.files import FileKind, StoredFile
from sakrad.core.search_index import SearchEntry, SearchWord
from sakrad.core.text import normalised
from sakrad.directory.models import ProfileVersion
from sakrad.meetings.models import Meeting, Notes
from sakrad.pages import search_writer
from sakrad.positions import member_counts
from sakrad.positions.models import Answer
from sakrad.records import commands as records
from sakrad.records.models import MaskGround, Review, ReviewDecision, ReviewKind, TextKind
from sakrad.responses.models import Commitment, LinkedDecision, Outcome, Pledge, Progress, Response, Verdict, VerdictValue
from sakrad.summaries.exporting import PUBLISHED, SUMMARY
from sakrad.summaries.models import ConfirmationReply, Edition, NothingToTakeUp, Point, ReplyKind
from tests import conftest
from tests import factories as make
from tests.factories import comments, documents, ledger, reading, save, summaries

PRIVATE = ("/handlaggning/", "/forening/", "/drift", "/konto", "/static/")  # for those who are signed in, and no words
# Files and letters: no texts that masks lie over.
ELSEWHERE = {"consultations.material", "responses.proof", "positions.attachment", "enquiries.receipt"}
INDEXED = {
    *(TextKind.answer, TextKind.finding, TextKind.finding_heading, TextKind.finding_section, TextKind.in_short, TextKind.response),
    *(TextKind.whose, TextKind.basis, TextKind.commitment, TextKind.how_seen, TextKind.progress),
    *(TextKind.description, TextKind.added_value),
    *(TextKind.content_version, TextKind.content_version_lead, TextKind.content_version_title, TextKind.content_version_questions),
}
LEADS = re.compile(r'href="(/(?:en/)?(?:kommun/[^"]+/(?:begar-ut|svar|sammanstallning[^"?]*|kommentarer)|sakrad)\?[^"#]+)')
# What officials take along to put before others.
EXPORTS = [f"/sammanstall/data/{name}.csv" for name in ("synpunkter", "samlade-synpunkter", "hanvisningar")]
EXPORTS += ["/sammanstall/data.json", "/sammanstallning/forhandsgranska", "/tjansteskrivelse.docx"]
DOCUMENTS = [*SUMMARY.values(), PUBLISHED["docx"]]  # the volumes as PDF say the same paper

# What may go wrong with offsets, escaping, Markdown, formulas and the folding of lines.
ODD = ["å", "e\u0301", "🙂", "👩‍👩‍👧", "🇸🇪", "\u00a0", " ", "<b>", "&amp;", "**", "_", "=1+", '"', ";", "\\n", "’", "\u00ad", "[9]"]


def halves(kind: TextKind) -> tuple[str, str]:
    """Letters that stand nowhere else; each half alone would tell."""
    number = list(TextKind).index(kind)
    return f"Qx{number:02}v", f"v{number:02}xQ"


def secret(kind: TextKind) -> str:
    return "".join(halves(kind))


def put(row: Any, name: str, words: str) -> None:
    """Change the row, also one that stands for ever."""
    if isinstance(row, Appended):
        table = type(row).__table__
        db.session.execute(sa.update(table).where(table.c.id == row.id).values({name: words}))
    else:
        setattr(row, name, words)


class World:
    """A published sakråd in which every kind of text holds its secret twice."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        story = reading.story(comments_rule=CommentsRule.open)
        beside = reading.joined(story)
        of = reading.fresh(story).consultation
        comment = comments.comment(of, state=CommentState.published)
        at, by = clock.now(), story.organisation
        meeting = db.session.scalars(sa.select(Meeting).where(Meeting.consultation_id == of.id)).one()
        shared = {"shared_at": at, "corrections_until": at, "final_at": at}
        save(Notes(meeting_id=meeting.id, body="", shared_body="", **shared))
        summaries.edition(reading.fresh(story).finding.summary)
        summaries.nothing(summaries.answer_of(beside.agreeing))
        asked = make.fact_check(of, by).confirmations[0]
        objection = {"kind": ReplyKind.objection, "finding_id": story.finding.id, "digest": "0" * 64, "received_at": at}
        said = save(ConfirmationReply(confirmation_id=asked.id, submission_key="x", text="Nej.", **objection))
        save(Review(kind=ReviewKind.objection, subject_id=said.id, decision=ReviewDecision.publish, decided_at=at))
        self._promise(reading.fresh(story))
        self.texts: list[tuple[TextKind, int, str]] = []
        with transaction():
            self._write(reading.fresh(story))
        story = reading.fresh(story)
        answer = summaries.answer_of(story.position)
        cut = answer.text.index(secret(TextKind.answer)) + len(halves(TextKind.answer)[0])
        half = summaries.point(answer, start=cut, end=len(answer.text))  # begins in the midst of what will be masked
        with transaction():
            story.finding.body += f"\n\n[citat 1]\n\nHalva.[{half.number}]"
        summaries.finding(story.finding.summary, f"[citat {half.number}]", heading="Resten", minority=True)
        self.of, self.story = story.consultation, story
        receipt = story.position.current.receipt_number if story.position.current else ""
        self.values = {
            "kommun": self.of.municipality.slug,
            "slug": self.of.slug,
            "org": story.organisation.slug,
            "grupp": story.group.slug,
            "lan": reading.county_slug(self.of.municipality.county),
            "code": "kort-sakrad",
            "receipt": receipt,
            "year": clock.today().year,
        }
        self.references = {"comments.report": comment.reference}

    def _promise(self, story: reading.Story) -> None:
        """Everything of the ledger, once: an organisation's part, proof, a decision, and a verdict by name."""
        commitment, at = story.commitment, clock.now()
        ledger.pledge(commitment, story.organisation)
        file = save(StoredFile(key="proof", name="bevis.pdf", kind=FileKind.pdf, size=9, stored_at=at))
        with transaction():
            db.session.execute(sa.update(Progress.__table__).values(file_id=file.id))  # past the rows, which stand
        decided = {"body": "Kommunfullmäktige", "ref": "§ 7", "decided_on": clock.day_of(at), "at": at}
        save(LinkedDecision(consultation_id=commitment.consultation_id, commitment_id=commitment.id, **decided))
        said = {"organisation_name": story.organisation.name, "value": VerdictValue.partly, "by_name": True, "at": at}
        verdict = save(Verdict(commitment_id=commitment.id, organisation_id=story.organisation.id, **said))
        save(Review(kind=ReviewKind.verdict, subject_id=verdict.id, decision=ReviewDecision.publish, decided_at=at))

    def _text(self, kind: TextKind, text_id: int) -> str:
        """Words with the secret in them, written down as the text of that kind and id."""
        around = ["".join(self.chance.choices(ODD, k=self.chance.randrange(4))) for _ in range(3)]
        text = normalised(f"Ord {around[0]}{secret(kind)}{around[1]} och {secret(kind)}{around[2]} sist.")
        self.texts.append((kind, text_id, text))
        return text

    def _write(self, story: reading.Story) -> None:
        k, text = TextKind, self._text
        for answer in db.session.scalars(sa.select(Answer)):
            answer.text = text(k.answer, answer.id)
            for point in db.session.scalars(sa.select(Point).where(Point.answer_id == answer.id)):
                point.start, point.end = 0, len(answer.text)
        version = story.position.current
        assert version is not None
        version.dissent, version.signed_role = text(k.dissent, version.id), text(k.role, version.id)
        counts = {"question": text(k.member_question, version.id), "options": [["Ja", 9, 9], ["Nej", 8, 8]], "asked": 20, "answered": 17}
        version.member_counts = [counts]
        self.texts[-1] = (k.member_question, version.id, member_counts.text_of([counts]))
        for one in version.concurrences:
            one.reservation = text(k.reservation, one.id)
        for party in story.position.parties:
            for own in party.reservations:
                own.text = text(k.party_reservation, own.id)
        profile = ProfileVersion(organisation_id=story.organisation.id, at=clock.now())
        db.session.add(profile)
        db.session.flush()
        said = {"description": text(k.description, profile.id), "added_value": text(k.added_value, profile.id)}
        for name, words in said.items():
            put(profile, name, words)
            setattr(story.organisation, name, words)
        finding, summary = story.finding, story.finding.summary
        finding.section, finding.heading = text(k.finding_section, finding.id), text(k.finding_heading, finding.id)
        finding.body = f"{text(k.finding, finding.id)}[1] {finding.body}"
        summary.in_short = text(k.in_short, summary.id)
        for edition in db.session.scalars(sa.select(Edition)):
            edition.in_short, edition.reason = text(k.edition_in_short, edition.id), text(k.edition_reason, edition.id)
            for old in edition.findings:
                old.section, old.heading = text(k.edition_section, old.id), text(k.edition_heading, old.id)
                old.body = f"{text(k.edition_finding, old.id)}[1] {old.body}"
        story.aside.set_aside_reason = text(k.set_aside, story.aside.id)
        self._write_ledger()
        for model, kind, name in (
            (NothingToTakeUp, k.nothing, "reason"),
            (ConfirmationReply, k.objection, "text"),
            (Response, k.response, "reason"),
            (Progress, k.progress, "text"),
            (Notes, k.notes, "body"),
            (Comment, k.comment, "text"),
            (Continuation, k.continuation, "text"),
        ):
            for row in db.session.scalars(sa.select(model)):
                put(row, name, text(kind, row.answer_id if isinstance(row, NothingToTakeUp) else row.id))
        for notes in db.session.scalars(sa.select(Notes)):
            notes.shared_body = notes.body
        for version in db.session.scalars(sa.select(ContentVersion)):
            version.text, version.lead = text(k.content_version, version.id), text(k.content_version_lead, version.id)
            version.title, asked = text(k.content_version_title, version.id), text(k.content_version_questions, version.id)
            version.questions = [[1, asked], [2, asked]]
            self.texts[-1] = (k.content_version_questions, version.id, f"{asked}\n{asked}")

    def _write_ledger(self) -> None:
        """What was answered, what was promised, by whom, and what has been decided and judged since."""
        k, text = TextKind, self._text
        for response, (outcome, kind, name) in zip(
            db.session.scalars(sa.select(Response).order_by(Response.id)),
            ((Outcome.not_ours, k.whose, "whose"), (Outcome.input, k.basis, "basis")),
            strict=True,
        ):
            response.outcome, response.basis_on = outcome, clock.today()
            setattr(response, name, text(kind, response.id))
        for model, fields in (
            (Commitment, {k.commitment: "what", k.how_seen: "how_seen"}),
            (Pledge, {k.pledge: "part"}),
            (LinkedDecision, {k.linked_decision: "what"}),
            (Progress, {k.file_says: "file_says"}),
            (Verdict, {k.verdict: "text"}),
        ):
            for row in db.session.scalars(sa.select(model)):
                for kind, name in fields.items():
                    put(row, name, text(kind, row.id))

    def mask(self) -> None:
        """Every secret, by the command that officials use."""
        of = reading.fresh(self.story).consultation
        whose = {"municipality_id": of.municipality_id, "authority_id": of.authority_id, "consultation_id": of.id}
        with transaction():
            for kind, text_id, text in self.texts:
                ground = MaskGround.personal_data
                records.mask_words(kind, [text_id], text, words=secret(kind), ground=ground, actor=None, at=clock.now(), **whose)

    def addresses(self, app: Flask) -> dict[str, set[str]]:
        """Every public address of the map, by endpoint."""
        adapter = app.url_map.bind("127.0.0.1:5000")
        found: dict[str, set[str]] = {}
        for rule in app.url_map.iter_rules():
            personal = rule.rule.startswith(PRIVATE) or "token" in rule.arguments
            if "GET" not in (rule.methods or ()) or personal or rule.endpoint in ELSEWHERE:
                continue
            values = {name: self.values[name] for name in rule.arguments & self.values.keys()}
            many: list[dict[str, Any]] = [{}]
            if "number" in rule.arguments:
                many = [{"number": number} for number in ((1, 2, 3) if "int:number" in rule.rule else (self.values["receipt"],))]
            if "form" in rule.arguments:
                many = [{"form": form} for form in SUMMARY]
            if "language" in rule.arguments:
                many = [{"language": language} for language in ("lattlast", "ar")]
            if "reference" in rule.arguments:
                many = [{"reference": self.references[rule.endpoint]}]
            for more in many:
                found.setdefault(rule.endpoint, set()).add(adapter.build(rule.endpoint, values | more, force_external=False))
        return found


def secrets_in(words: str) -> set[TextKind]:
    """The kinds whose secrets, or halves of them, stand there; no spaces, folding or hyphens hide them."""
    whole = re.sub(r"[\s\u00ad-]", "", words)
    return {kind for kind in TextKind if any(half in whole for half in halves(kind))}


def told(response: Any) -> set[TextKind]:
    """The same of all that an answer says, its headers too."""
    content = response.get_data()
    file = content.startswith((b"%PDF", b"PK"))
    return secrets_in(f"{response.headers} {documents.words_in(content) if file else html.unescape(content.decode('utf-8', 'replace'))}")


def leaks(client: Any, paths: dict[str, set[str]], language: str = "") -> dict[TextKind, set[str]]:
    """On which of the pages secrets stand, and behind which links with a question that lead on from them."""
    found: dict[TextKind, set[str]] = {}
    asked: set[str] = set()
    for endpoint, addresses in paths.items():
        for address in sorted(addresses):
            response = client.get(language + address, policed=False)
            assert response.status_code != 500, address
            for kind in told(response):
                found.setdefault(kind, set()).add(endpoint)
            if response.mimetype == "text/html":
                asked |= {html.unescape(one) for one in LEADS.findall(response.get_data(as_text=True))}
    for address in sorted(asked):
        for kind in told(client.get(address, policed=False)):
            found.setdefault(kind, set()).add(address)
    return found


def indexed() -> set[TextKind]:
    """The kinds whose secrets, or halves of them, stand in the search index: in its texts, its words or its vocabulary."""
    tables = (SearchEntry.__table__.c, search_index.FTS.c, [SearchWord.stem])  # a word reversed may read as another's
    whole = " ".join(str(row) for columns in tables for row in db.session.execute(sa.select(*columns))).casefold()
    return {kind for kind in TextKind if any(half.casefold() in whole for half in halves(kind))}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # masks as a column of the row are tested on both with the ledger
@given(seed=st.integers(0, 2**32).filter(bool))  # never only the simplest: one example each time, another every time
@settings(
    max_examples=1,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_masked_words_stand_at_no_public_address_and_in_no_export(app: Flask, browse: Any, seed: int) -> None:
    conftest.empty()
    world, reader = World(Random(seed)), browse()
    paths = world.addresses(app)
    before = [documents.made(reading.fresh(world.story).consultation, kind) for kind in DOCUMENTS]
    seen = leaks(reader, paths)
    assert seen.keys() == set(TextKind), "each of them can be read before it is masked"
    search_writer.rebuild(at=clock.now())  # the texts were put past the commands
    assert indexed() >= INDEXED
    world.mask()
    assert not indexed()
    assert not leaks(reader, paths)
    assert not leaks(reader, {endpoint: paths[endpoint] for endpoint in paths.keys() & set().union(*seen.values())}, "/en")
    assert all(documents.stale(export) for export in before)
    for kind in DOCUMENTS:
        assert not secrets_in(documents.words_of(documents.made(reading.fresh(world.story).consultation, kind))), kind
    assert not leaks(reader, {"summaries.paper": paths["summaries.paper"]})
    assert {reader.get(path).status_code for path in paths["summaries.paper"]} == {200}, "the new ones are given"
    for kind in TextKind:
        for search in ("/sakrad", "/organisationer"):
            listed = reader.get(search, query_string={"q": secret(kind)}, policed=False).text
            assert world.values["slug"] not in listed and world.values["org"] not in listed, kind
    officer = browse(make.user((Role.officer, reading.fresh(world.story).consultation.authority)))
    desk = f"/handlaggning/{world.values['kommun']}/sakrad/{world.values['slug']}"
    for export in EXPORTS:
        assert not told(officer.get(desk + export)), export
    assert not secrets_in(" ".join(str(data) for data in db.session.scalars(sa.select(Event.data))))
