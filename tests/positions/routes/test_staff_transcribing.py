"""The staff pages for what came in by other ways than the web."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader

from sakrad.accounts.models import Role, User
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.core.files import StoredFile
from sakrad.directory.models import Organisation
from sakrad.positions import commands, links
from sakrad.positions.models import AnchoringLevel, Channel, Position, PositionVersion, PublicationWish, Stance
from tests import factories as make
from tests.attacks.test_files import REFUSED
from tests.factories import positions as desk
from tests.factories.transcribing import WORDS, entered
from tests.policing import PolicingClient

LETTER = "Till nämnden\n\nVi har läst frågorna & vill säga <b>detta</b>: det är för lång väntan.\n– Jouren"
PDF = b"%PDF-1.4\nbrevet\n%%EOF"


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return make.organisation(name="Ekhamra kvinnojour", verified_in=consultation.municipality)


@pytest.fixture
def officer(consultation: Consultation, browse: Any) -> PolicingClient:
    return browse(make.user((Role.officer, desk.fresh(consultation).authority)))


def url(of: Consultation, page: str = "/nytt") -> str:
    of = desk.fresh(of)
    return f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/svar{page}"


def of_version(version: PositionVersion, page: str) -> str:
    version = desk.fresh(version)
    return f"/handlaggning/{version.position.consultation.municipality.slug}/diarielista/{version.receipt_number}{page}"


def stated(days: int = 2) -> str:
    return (clock.now() - timedelta(days=days)).astimezone(clock.STOCKHOLM).strftime("%Y-%m-%dT%H:%M")


def three_fields(**more: Any) -> dict[str, Any]:
    """The quick path: an e-mail, entered whole."""
    return {"channel": "email", "sender": "Ekhamra kvinnojour", "received": stated(), "text": LETTER} | more


def versions() -> list[PositionVersion]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(PositionVersion).order_by(PositionVersion.id)))


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def count(kind: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


class TestEntering:
    def test_the_form_begins_as_an_email_in_one_piece(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        page = officer.get(url(consultation)).text
        assert 'value="email" checked' in page and '<option value="Ekhamra kvinnojour">' in page
        assert url(consultation) in officer.get(url(consultation, "")).text

    def test_three_fields_are_enough(self, officer: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
        answer = officer.post(url(consultation), data=three_fields())
        (version,) = versions()
        assert answer.status_code == 303 and answer.location.endswith(f"/svar/{organisation.slug}")
        assert (version.channel, version.answers[0].text, version.wish) == (Channel.email, LETTER, None)
        assert version.received_at.astimezone(clock.STOCKHOLM).strftime("%Y-%m-%dT%H:%M") == three_fields()["received"]
        assert names() == [EventName.position_received]
        page = officer.get(answer.location).text
        for words in ("Brevet i sin helhet", "med e-post", "har inte sagt om svaret får publiceras", "&lt;b&gt;detta&lt;/b&gt;"):
            assert words in page

    def test_question_by_question_with_what_was_said_about_the_rest(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        group = make.group(name="Våldsutsatta")
        data = three_fields(channel="phone") | {
            "q1-text": "Lång väntan.",
            "q2-stance": "opposes",
            "q2-text": "",
            "fakta-wish": "named",
            "fakta-anchoring": "board",
            "fakta-signed_role": "Ordförande",
            "fakta-groups": group.slug,
        }
        answer = officer.post(url(consultation, "/nytt/fragor"), data=data)
        (version,) = versions()
        assert answer.status_code == 303
        assert [(one.question.number, one.text, one.stance) for one in version.answers] == [
            (1, "Lång väntan.", None),
            (2, "", Stance.opposes),
        ]
        assert (version.wish, version.anchoring, version.signed_role) == (PublicationWish.named, AnchoringLevel.board, "Ordförande")
        assert [one.slug for one in version.groups] == [group.slug] and not version.transcription.whole
        page = officer.get(answer.location).text
        assert "Avsändaren har inte bekräftat än." in page and "Mejla återläsning" in page

    def test_a_new_organisation_without_an_address(self, officer: PolicingClient, consultation: Consultation) -> None:
        answer = officer.post(url(consultation), data=three_fields(sender="Byalaget", new="y", channel="paper"))
        assert answer.status_code == 303
        made = db.session.scalars(sa.select(Organisation)).one()
        assert (made.name, made.email, made.municipality_id) == ("Byalaget", "", desk.fresh(consultation).municipality_id)
        assert names() == [EventName.organisation_registered, EventName.position_received]
        assert "skriv ut sidan" in officer.get(answer.location).text

    def test_a_registrar_comes_back_to_the_list(self, consultation: Consultation, organisation: Organisation, browse: Any) -> None:
        registrar = browse(make.user((Role.registrar, desk.fresh(consultation).authority)))
        answer = registrar.post(url(consultation), data=three_fields(channel="meeting"))
        assert answer.status_code == 303 and answer.location == url(consultation, "")
        page = registrar.get(answer.location).text
        assert "Avsändaren har inte bekräftat än." in page and "aterlasning.pdf" in page

    def test_the_coordinator_only_where_the_consultation_says_so(
        self, consultation: Consultation, organisation: Organisation, browse: Any
    ) -> None:
        coordinator = browse(make.user((Role.coordinator, desk.fresh(consultation).municipality)))
        assert coordinator.get(url(consultation)).status_code == 200
        with transaction():
            desk.fresh(consultation).coordinator_takes_part = False
        assert coordinator.get(url(consultation)).status_code == 404
        assert coordinator.post(url(consultation), data=three_fields()).status_code == 404

    @pytest.mark.parametrize("who", ["officer elsewhere", "registrar elsewhere", "coordinator elsewhere", "operator", "member"])
    @pytest.mark.parametrize("page", ["/nytt", "/nytt/fragor"])
    def test_others_are_refused(self, consultation: Consultation, organisation: Organisation, browse: Any, who: str, page: str) -> None:
        of = desk.fresh(consultation)
        made: User = {
            "officer elsewhere": lambda: make.user((Role.officer, make.authority(of.municipality))),
            "registrar elsewhere": lambda: make.user((Role.registrar, make.authority(of.municipality))),
            "coordinator elsewhere": lambda: make.user((Role.coordinator, make.municipality())),
            "operator": lambda: make.user(Role.operator),
            "member": lambda: make.user((Role.administrator, organisation)),
        }[who]()
        stranger = browse(made)
        assert stranger.get(url(consultation, page)).status_code == 404
        assert stranger.post(url(consultation, page), data=three_fields()).status_code == 404
        assert versions() == []

    def test_the_public_is_led_to_sign_in(self, client: PolicingClient, consultation: Consultation) -> None:
        assert client.get(url(consultation)).status_code == 303
        answer = client.post(url(consultation), data=three_fields(scan=(io.BytesIO(PDF), "brev.pdf")))
        assert answer.status_code == 303 and "/logga-in" in answer.location and versions() == []

    def test_a_member_of_the_sender_is_barred(self, consultation: Consultation, organisation: Organisation, browse: Any) -> None:
        both = browse(make.user((Role.officer, desk.fresh(consultation).authority), (Role.writer, organisation)))
        assert "<option" not in both.get(url(consultation)).text.partition("datalist")[2].partition("</datalist")[0]
        answer = both.post(url(consultation), data=three_fields())
        assert answer.status_code == 422 and "Jäv" in answer.text and versions() == []

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            pytest.param({"sender": ""}, "Skriv vilken organisation", id="no sender"),
            pytest.param({"sender": "Okänd"}, "Ingen organisation i registret heter så", id="unknown sender"),
            pytest.param({"new": "y"}, "Det finns redan en organisation som heter så", id="a new one that is there"),
            pytest.param({"sender": "Ny", "new": "y", "email": "nej"}, "inte ut som en e-postadress", id="no address"),
            pytest.param({"email": "a@b.example"}, "används bara för en ny organisation", id="an address for a known one"),
            pytest.param({"received": ""}, "Skriv när det kom in.", id="no time"),
            pytest.param({"received": "i går"}, "2027-03-03 14:05", id="no such time"),
            pytest.param({"received": "0001-01-01T00:00"}, "2027-03-03 14:05", id="a time before all clocks"),
            pytest.param({"received": "2199-12-31T23:59"}, "har inte varit än", id="a time to come"),
            pytest.param({"received": "2001-01-01T00:00"}, "Sakrådet öppnade", id="before the opening"),
            pytest.param({"text": ""}, "Skriv eller klistra in texten.", id="nothing written"),
            pytest.param({"text": "x" * 20_001}, "1 tecken för lång", id="too long"),
            pytest.param({"channel": "web"}, "Välj ett av alternativen", id="the web"),
            pytest.param({"channel": "duva"}, "Välj ett av alternativen", id="an unknown channel"),
            pytest.param({"fakta-asked": "3", "fakta-answered": "4"}, "Fler kan inte ha svarat", id="more answered than asked"),
        ],
    )
    def test_what_is_wrong_is_said_and_every_word_stays(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation, values: dict[str, str], words: str
    ) -> None:
        answer = officer.post(url(consultation), data=three_fields(**{"fakta-dissent": "Två tyckte annat."} | values))
        assert answer.status_code == 422 and words in answer.text
        assert versions() == [] and names() == [] and count(Organisation) == 1
        assert "Två tyckte annat." in answer.text
        if "text" not in values:
            assert "vill säga &lt;b&gt;detta&lt;/b&gt;" in answer.text

    def test_two_of_the_same_name_are_asked_about(self, officer: PolicingClient, consultation: Consultation) -> None:
        for slug in ("svf-a", "svf-b"):
            make.organisation(name="Svenska föreningen", slug=slug)
        answer = officer.post(url(consultation), data=three_fields(sender="Svenska föreningen"))
        assert answer.status_code == 422 and "Svenska föreningen (svf-a) eller Svenska föreningen (svf-b)" in answer.text
        assert officer.post(url(consultation), data=three_fields(sender="Svenska föreningen (svf-b)")).status_code == 303

    @pytest.mark.parametrize(
        ("phase", "words"),
        [
            (Phase.cancelled, "Kommunen har avbrutit sakrådet."),
            (Phase.summarised, "Sammanställningen är publicerad."),
            (Phase.draft, "inte annonserat"),
        ],
    )
    def test_in_the_wrong_phase_the_reason_stands_there(self, browse: Any, phase: Phase, words: str) -> None:
        consultation = make.consultation(phase)
        make.organisation(name="Ekhamra kvinnojour")
        officer = browse(make.user((Role.officer, desk.fresh(consultation).authority)))
        page = officer.get(url(consultation)).text
        assert words in page and "<textarea" not in page
        assert officer.post(url(consultation), data=three_fields()).status_code == 422 and versions() == []

    def test_after_closing_by_its_stated_time(self, organisation: Organisation, browse: Any) -> None:
        closed = make.consultation(Phase.compiling)
        officer = browse(make.user((Role.officer, desk.fresh(closed).authority)))
        answer = officer.post(url(closed), data=three_fields(received=stated(2)))
        assert answer.status_code == 422 and "Svarstiden gick ut" in answer.text
        assert officer.post(url(closed), data=three_fields(received=stated(9))).status_code == 303

    def test_a_double_click_enters_once(self, officer: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
        page = officer.get(url(consultation)).text
        key = page.partition('name="submission_key"')[2].partition('value="')[2].partition('"')[0]
        assert len(key) == 32
        data = three_fields(submission_key=key)
        for _click in range(2):
            assert officer.post(url(consultation), data=data).status_code == 303
        changed = officer.post(url(consultation), data=data | {"text": "Andra ord."})
        assert changed.status_code == 422 and "Andra ord." in changed.text and key not in changed.text
        assert len(versions()) == 1

    def test_what_the_organisation_writes_changes_nothing_here(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        """Nothing that comes from a draft may show, not even by a name in the list."""
        stranger = make.organisation(name="Skriver i smyg")

        def seen() -> str:
            page = officer.get(url(consultation)).text
            return (
                page.replace(page.partition('name="submission_key"')[2].partition(">")[0], "")
                .partition("<main")[2]
                .partition("csrf_token")[0]
            )

        before = seen()
        desk.fill(desk.open_draft(consultation, stranger))
        assert seen() == before

    def test_the_organisation_sees_it_on_its_receipt(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation, browse: Any
    ) -> None:
        officer.post(url(consultation), data=three_fields(channel="phone"))
        member = browse(desk.member(organisation))
        page = member.get(desk.desk_url(consultation, organisation, "/kvitto")).text
        for words in ("per telefon", "Avsändaren har inte bekräftat än.", "Det som sades, i sin helhet", "lång väntan"):
            assert words in page


class TestEnteringAnew:
    def test_the_form_has_what_stands_there_and_keeps_the_original(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        officer.post(url(consultation), data=three_fields(channel="paper", scan=(io.BytesIO(PDF), "brev.pdf")))
        (first,) = versions()
        page = officer.get(url(consultation) + f"?fran={first.receipt_number}").text
        for words in ("lång väntan", 'value="paper" checked', 'value="Ekhamra kvinnojour"', "blir en ny version"):
            assert words in page
        again = three_fields(channel="paper", again=first.receipt_number, **{"fakta-wish": "named"})
        assert officer.post(url(consultation), data=again).status_code == 303
        first, second = versions()
        assert (second.number, second.wish, second.transcription.scan_id) == (2, PublicationWish.named, first.transcription.scan_id)

    def test_only_what_was_entered_here(self, officer: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
        web = desk.sent(consultation, organisation)
        elsewhere = entered(make.consultation(of=desk.fresh(consultation).authority), organisation)
        for number in (web.receipt_number, elsewhere.receipt_number, "SN-1-1-1"):
            assert officer.get(url(consultation) + f"?fran={number}").status_code == 404


class TestTheOriginal:
    def test_is_for_those_who_handle_it_and_never_public(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation, browse: Any, client: PolicingClient
    ) -> None:
        answer = officer.post(url(consultation), data=three_fields(scan=(io.BytesIO(PDF), "../brev till nämnden.exe")))
        assert answer.status_code == 303
        (version,) = versions()
        address = of_version(version, "/original")
        got = officer.get(address)
        assert (
            got.data == PDF
            and got.headers["Content-Disposition"].startswith("attachment")
            and ".exe" not in got.headers["Content-Disposition"]
        )
        assert address in officer.get(answer.location).text
        of = desk.fresh(consultation)
        registrar = make.user((Role.registrar, of.authority))
        strangers = [
            make.user((Role.officer, make.authority(of.municipality))),
            make.user((Role.officer, of.authority), (Role.writer, organisation)),
            make.user(Role.operator),
        ]
        assert browse(registrar).get(address).data == PDF
        assert client.get(address).status_code == 303
        assert [browse(stranger).get(address).status_code for stranger in strangers] == [404, 404, 404]

    @pytest.mark.parametrize("content", [*REFUSED.values(), b"", b"PK\x03\x04"], ids=[*REFUSED, "empty", "a broken archive"])
    def test_what_is_no_picture_or_pdf_is_refused(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation, content: bytes
    ) -> None:
        answer = officer.post(url(consultation), data=three_fields(scan=(io.BytesIO(content), "brev.pdf")))
        assert answer.status_code == 422 and "lång väntan" in answer.text and versions() == [] and count(StoredFile) == 0

    def test_a_word_file_is_no_scan(self, officer: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
        from tests.attacks.test_files import archive

        docx = archive(**{"[Content_Types].xml": b"", "word/document.xml": b""})
        assert officer.post(url(consultation), data=three_fields(scan=(io.BytesIO(docx), "brev.docx"))).status_code == 422

    def test_without_one_there_is_none(self, officer: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
        assert officer.get(of_version(entered(consultation, organisation), "/original")).status_code == 404
        assert officer.get(of_version(desk.sent(consultation, organisation), "/original")).status_code == 404


class TestReadingBack:
    def test_the_printed_page_has_the_words_the_address_and_the_code(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        version = entered(consultation, organisation)
        got = officer.get(of_version(version, "/aterlasning.pdf"))
        text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(got.data)).pages).split())
        version = desk.fresh(version)
        for words in (WORDS, "/aterlasning", version.receipt_number, links.read_back_code(version.transcription.reference)):
            assert words in text
        assert officer.get(of_version(desk.sent(consultation, make.organisation()), "/aterlasning.pdf")).status_code == 404

    def test_hostile_words_make_a_page_all_the_same(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        version = entered(consultation, organisation, whole='#eval("1") $x$ \\ "] ' + "ö" * 3_000 + " \u202e𝔘🎈")
        assert officer.get(of_version(version, "/aterlasning.pdf")).data.startswith(b"%PDF")

    def test_a_link_is_mailed_again_on_request(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        version = entered(consultation, organisation, channel=Channel.email)
        assert officer.post(of_version(version, "/aterlasning")).status_code == 303
        assert names()[-1] == EventName.transcription_sent

    def test_not_when_it_is_confirmed_replaced_or_without_address(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        version = entered(consultation, organisation)
        with transaction():
            commands.confirm_transcription(desk.fresh(version).transcription, at=clock.now())
        answer = officer.post(of_version(version, "/aterlasning"))
        assert answer.status_code == 409 and "redan bekräftat" in answer.text
        assert EventName.transcription_sent not in names()

    @pytest.mark.parametrize("who", ["officer elsewhere", "jäv", "public"])
    def test_others_neither_print_nor_send(self, consultation: Consultation, organisation: Organisation, browse: Any, who: str) -> None:
        version, of = entered(consultation, organisation), desk.fresh(consultation)
        made = {
            "officer elsewhere": lambda: make.user((Role.officer, make.authority(of.municipality))),
            "jäv": lambda: make.user((Role.officer, of.authority), (Role.writer, organisation)),
            "public": lambda: None,
        }[who]()
        stranger = browse(made) if made else browse()
        expected = 404 if made else 303
        assert stranger.get(of_version(version, "/aterlasning.pdf")).status_code == expected
        assert stranger.post(of_version(version, "/aterlasning")).status_code == expected
        assert EventName.transcription_sent not in names()

    def test_the_wish_is_known_before_it_is_published(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        version = entered(consultation, organisation, stated=commands.Stated())
        position = db.session.get_one(Position, version.position_id)
        answer = officer.post(url(consultation, f"/{organisation.slug}"), data={"version": "1", "decision": "publish"})
        assert answer.status_code == 409 and "har inte sagt om svaret får publiceras" in answer.text
        assert "Fråga om publicering" in officer.get(url(consultation, "")).text
        assert desk.fresh(position).published_id is None
