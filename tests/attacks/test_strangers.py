"""Whoever works elsewhere: no route of a municipality, and none of an organisation, opens for anybody but its own people.

The tables are read from the map, so that a new route cannot be forgotten; every part of each address is real.
"""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import JoinInvitation, Membership, Role
from sakrad.comments.models import CommentState
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation, Material
from sakrad.core import clock, exports, files, ids
from sakrad.core.db import db
from sakrad.core.exports import Export, ExportFile
from sakrad.directory.models import Municipality, Organisation, RegisterImport
from sakrad.enquiries.models import Enquiry
from sakrad.meetings.models import Notes, NotesCorrection
from sakrad.positions.models import ImportedPosition, PositionAttachment, PositionVersion, Transcription
from sakrad.records.models import DisclosureRequest
from sakrad.responses.models import Phrase
from sakrad.summaries.models import ConfirmationReply, ReplyKind
from tests import factories as make
from tests.factories import (
    asking,
    comments,
    correcting,
    following,
    judging,
    ledger,
    meetings,
    preparing,
    responses,
    together,
    verdicts,
    versions,
)

POSTED = {"name": "Kapad", "title": "Kapad", "text": "Kapad", "decision": "publish", "gor": "ny", "body": "Kapad", "email": "x@y.example"}
# Whose row the last part of the address names, where two routes call it the same.
REFERENCES = {
    "/ataganden/": "pledge",
    "/roller/": "role",
    "/inbjudningar/": "joining",
    "/enheter/": "unit",
    "/organisation/": "unit",
    "/funktioner/": "function",
    "/material/": "material",
    "/vag-in/": "enquiry",
    "/nytt/mallar/": "template",
    "/forhandsvisning/": "preview",
    "/medlemmar/inbjudningar/": "member_joining",
    "/medlemmar/": "member",
    "/star-bakom/": "party",
    "/bilaga/": "attachment",
    "/samordnare/": "role",
    "/post/": "role",
    "/importera/": "register_import",
    "/forfragningar/": "asking",
    "/rad/": "hearing",
    "/anteckningar/rattelser/": "notes_correction",
    "/kommentarer/": "comment",
    "/utlamnanden/": "disclosure",
    "/ta-med/": "export",
    "/arshjul/": "dialogue",
    "/bedomning/": "verdict",
    "/flytta/": "imported",
    "/fraser/": "phrase",
}


class Place:
    """A municipality where everything is there: what each address needs, and its own people."""

    def __init__(self) -> None:
        matter, commitment = responses.published(Phase.following_up)
        of, by = matter.consultation, matter.organisation
        invitation = make.invitation(of, by)
        until = clock.now().replace(year=clock.now().year + 1)
        joining = JoinInvitation(
            reference=ids.reference(),
            email="ny@prova.example",
            role=Role.officer,
            authority_id=of.authority_id,
            created_at=clock.now(),
            expires_at=until,
        )
        member_joining = JoinInvitation(
            reference=ids.reference(),
            email="ny@prova.example",
            role=Role.writer,
            organisation_id=by.id,
            created_at=clock.now(),
            expires_at=until,
        )
        stored = make.save(files.put(b"%PDF-", "a.pdf", files.FileKind.pdf).row(clock.now()))
        material = Material(reference=ids.reference(), consultation_id=of.id, file_id=stored.id, title="Karta", description="Vad som finns")
        enquiry = Enquiry(
            reference=ids.reference(),
            municipality_id=of.municipality_id,
            organisation="Föreningen",
            email="a@b.example",
            title="Fråga",
            text="Text",
            submission_key=ids.reference(32),
            received_at=clock.now(),
        )
        make.save(joining, member_joining, material, enquiry)
        self.staff = make.user((Role.officer, of.authority), (Role.registrar, of.authority), (Role.coordinator, of.municipality))
        self.member = make.user((Role.administrator, by))
        role = db.session.scalars(sa.select(Membership).where(Membership.authority_id == of.authority_id)).first()
        member = db.session.scalars(sa.select(Membership).where(Membership.organisation_id == by.id)).first()
        version = db.session.scalars(sa.select(PositionVersion)).first()
        other = make.position(of)
        party = together.party(other, by, confirmed=False)
        assert role and member and version and of.function
        attachment = PositionAttachment(version_id=version.id, file_id=stored.id, copy_id=stored.id, digest="0" * 64)
        entry = Transcription(version_id=version.id, scan_id=stored.id, entered_at=clock.now(), entered_by_id=self.staff.id)
        make.save(attachment, entry)
        heir = make.organisation(verified_in=of.municipality)
        template = preparing.template(of.municipality)
        met = meetings.meeting(of)
        meetings.registration(met, by)
        round_ends = {"shared_at": clock.now(), "corrections_until": until}
        notes = make.save(Notes(meeting_id=met.id, body="Vad som sades.", shared_body="Vad som sades.", **round_ends))
        asked = NotesCorrection(reference=ids.reference(), notes_id=notes.id, organisation_id=by.id, text="Fel.", received_at=clock.now())
        phrase = Phrase(authority_id=of.authority_id, title="Vanligt", text="Vi prövar det.", kept_at=clock.now())
        make.save(asked, phrase)
        replied = next(one for one in make.fact_check(of).confirmations if one.organisation_id == by.id)
        said = {"kind": ReplyKind.objection, "text": "Nej.", "digest": "0" * 64, "received_at": clock.now(), "submission_key": "k"}
        make.save(ConfirmationReply(confirmation_id=replied.id, **said))
        self.values: dict[str, Any] = {
            "kommun": of.municipality.slug,
            "slug": of.slug,
            "org": by.slug,
            "namnd": of.authority.slug,
            "kind": "samlad",
            "part": 1,
            "number": 1,
            "step": 1,
            "steg": "sak",
            "token": token_of(invitation),
            "key": other.reference,
            "receipt": version.receipt_number,
            "revision": 1,
            "other": heir.slug,
            "heir": heir.slug,
            "code": template.reference,
            "what": "received_pdf",
            "about": "sakradet",
            "language": "lattlast",
        }
        self.references = {
            "role": role.reference,
            "joining": joining.reference,
            "phrase": phrase.reference,
            "unit": of.function.unit.reference,
            "function": of.function.reference,
            "material": material.reference,
            "enquiry": enquiry.reference,
            "member_joining": member_joining.reference,
            "member": member.reference,
            "party": party.reference,
            "attachment": attachment.reference,
            "notes_correction": asked.reference,
            "hearing": correcting.hearing(of).reference,
            "template": template.reference,
            "preview": preparing.preview(of).reference,
        }
        pledge = ledger.pledge(commitment, by)
        ledger.told(pledge)
        self.references["pledge"] = pledge.reference
        self.references["asking"] = asking.request(of).reference
        self.references["comment"] = comments.comment(of, by, state=CommentState.published).reference
        disclosure = make.save(DisclosureRequest(consultation_id=of.id, about="/", asked_at=clock.now()))
        self.references["disclosure"] = disclosure.reference
        self.references["register_import"] = make_import(of.municipality).reference
        stamp = exports.stamp_of("received_pdf", of.id, clock.now())
        taken = Export(kind="received_pdf", subject_id=of.id, stamp=stamp, asked_at=clock.now())
        taken.files.append(ExportFile(number=1, title="Svar 1", file_id=stored.id))
        self.references["export"] = make.save(taken).reference
        self.references["verdict"] = verdicts.verdict(commitment, by, text="Nej.").reference
        self.references["dialogue"] = following.dialogue(of.authority).reference
        following.continuation(of)
        versions.version(of)
        judging.seat(of, by)
        self.references["imported"] = imported(by).reference
        self.ids = (of.id, by.id)

    def addresses(self, app: Flask, beginning: str) -> list[tuple[str, str]]:
        """Method and address of every route under `beginning`."""
        adapter = app.url_map.bind("127.0.0.1:5000")
        found = []
        for rule in app.url_map.iter_rules():
            if rule.rule.startswith(beginning):
                values = {name: self.values.get(name) for name in rule.arguments}
                if "reference" in values:
                    values["reference"] = self.references[next(whose for part, whose in REFERENCES.items() if part in rule.rule)]
                if "diarielista/<number>" in rule.rule:
                    values["number"] = self.values["receipt"]
                path = adapter.build(rule.endpoint, values, force_external=False)
                found += [(method, path) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
        return found


def imported(by: Organisation) -> ImportedPosition:
    """An answer that the organisation has brought along from elsewhere."""
    values = {"source": "https://annan.example", "municipality": "Annan kommun", "authority": "Nämnden", "title": "Frågan"}
    content = {"received": {"organisation": by.name, "content": {"answers": []}}, "questions": [], "outcomes": []}
    at = clock.now()
    made: ImportedPosition = make.save(
        ImportedPosition(
            organisation_id=by.id, **values, receipt_number="A-1", received_at=at, digest_holds=True, content=content, imported_at=at
        )
    )
    return made


def make_import(municipality: Municipality) -> RegisterImport:
    """A föreningsregister that somebody is taking in."""
    values = {"header": ["Namn"], "rows": [["Ny"]], "columns": {"name": 0}}
    made: RegisterImport = make.save(RegisterImport(municipality_id=municipality.id, file_name="a.csv", created_at=clock.now(), **values))
    return made


@pytest.fixture
def place(app: Flask) -> Place:
    return Place()


def counts() -> dict[str, int]:
    """How many rows each table has, but for signed-in devices."""
    db.session.rollback()
    tables = [table for table in db.metadata.sorted_tables if table.name not in ("device", "rate_limit")]
    return {table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables}


def stranger(kind: str, place: Place) -> Any:
    of, by = db.session.get_one(Consultation, place.ids[0]), db.session.get_one(Organisation, place.ids[1])
    match kind:
        case "officer of another authority":
            return make.user((Role.officer, make.authority(of.municipality)), (Role.registrar, make.authority(of.municipality)))
        case "staff of another municipality":
            other = make.authority()
            return make.user((Role.officer, other), (Role.registrar, other), (Role.coordinator, other.municipality))
        case "staff of this municipality":
            return make.user((Role.officer, of.authority), (Role.registrar, of.authority), (Role.coordinator, of.municipality))
        case "operator":
            return make.user(Role.operator)
        case "the organisation itself":
            return make.user((Role.administrator, by))
        case "another organisation":
            return make.user((Role.administrator, make.organisation(verified_in=of.municipality)))
    return make.user()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who may is decided before any SQL
def test_every_page_opens_for_its_own_people(app: Flask, place: Place, browse: Any) -> None:
    """Otherwise the refusals below would prove nothing."""
    staff, member = browse(place.staff), browse(place.member)
    for client, beginning in ((staff, "/handlaggning"), (member, "/forening/<org>")):
        opened = [path for method, path in place.addresses(app, beginning) if method == "GET"]
        # Nothing has been written to this closed consultation, and nothing inherited: there some pages have nothing to show.
        empty = ("/forening/{org}/svar/", "/utkast-fran/", "/1/1/")
        shut = [
            path
            for path in opened
            if client.head(path).status_code == 404 and not any(part.format(**place.values) in path for part in empty)
        ]
        assert shut == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who may is decided before any SQL
@pytest.mark.parametrize("kind", ["staff of another municipality", "operator", "the organisation itself", "another organisation", "nobody"])
def test_no_route_of_a_municipality_opens_for_others(app: Flask, place: Place, browse: Any, kind: str) -> None:
    client = browse(stranger(kind, place))
    before = counts()
    for method, path in place.addresses(app, "/handlaggning"):
        answer = client.open(path, method=method, data=dict(POSTED) if method == "POST" else None)
        assert answer.status_code == 404, f"{method} {path} answers {answer.status_code} to {kind}"
    assert counts() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who may is decided before any SQL
def test_no_consultation_opens_for_another_authority_of_the_same_municipality(app: Flask, place: Place, browse: Any) -> None:
    client = browse(stranger("officer of another authority", place))
    before = counts()
    for method, path in place.addresses(app, "/handlaggning/<kommun>/sakrad/<slug>"):
        answer = client.open(path, method=method, data=dict(POSTED) if method == "POST" else None)
        assert answer.status_code == 404, f"{method} {path}"
    for method, path in place.addresses(app, "/handlaggning/<kommun>/diarielista/<number>"):
        assert client.open(path, method=method).status_code == 404, f"{method} {path}"
    assert counts() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who may is decided before any SQL
@pytest.mark.parametrize(
    "kind", ["staff of this municipality", "staff of another municipality", "operator", "another organisation", "nobody"]
)
def test_no_route_of_an_organisation_opens_for_others(app: Flask, place: Place, browse: Any, kind: str) -> None:
    client = browse(stranger(kind, place))
    before = counts()
    for method, path in place.addresses(app, "/forening/<org>"):
        answer = client.open(path, method=method, data=dict(POSTED) if method == "POST" else None)
        assert answer.status_code == 404, f"{method} {path} answers {answer.status_code} to {kind}"
    assert counts() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who may is decided before any SQL
@pytest.mark.parametrize("kind", ["staff of this municipality", "the organisation itself", "another organisation", "nobody"])
def test_no_route_of_the_operator_opens_for_others(app: Flask, place: Place, browse: Any, kind: str) -> None:
    client = browse(stranger(kind, place))
    for method, path in place.addresses(app, "/drift"):
        answer = client.open(path, method=method, data=dict(POSTED) if method == "POST" else None)
        assert answer.status_code == 404, f"{method} {path} answers {answer.status_code} to {kind}"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who may is decided before any SQL
@pytest.mark.parametrize("kind", ["staff of this municipality", "operator", "nobody"])
def test_an_invitations_address_opens_nothing_without_its_secret(app: Flask, place: Place, browse: Any, kind: str) -> None:
    client = browse(stranger(kind, place))
    reference, _dot, secret = place.values["token"].partition(".")
    for token in (
        reference,
        f"{reference}.",
        f"{reference}.{secret[:-1]}",
        f"{reference}.{'0' * 40}",
        f"{reference}.{secret}0",
        f".{secret}",
    ):
        place.values["token"] = token
        for method, path in place.addresses(app, "/inbjudan"):
            assert client.open(path, method=method).status_code == 404, f"{method} {path}"


def test_one_opened_invitation_opens_no_other(app: Flask, place: Place, browse: Any) -> None:
    of = db.session.get_one(Consultation, place.ids[0])
    mine = token_of(make.invitation(of, make.organisation(verified_in=of.municipality)))
    client = browse()
    client.post(f"/inbjudan/{mine}/oppna")
    for method, path in place.addresses(app, "/inbjudan/<token>/svar"):
        answer = client.open(path, method=method)
        assert answer.status_code == 303 and answer.headers["Location"].endswith(place.values["token"]), f"{method} {path}"
    mixed = place.values["token"].partition(".")[0] + "." + mine.partition(".")[2]
    assert client.get(f"/inbjudan/{mixed}").status_code == 404
