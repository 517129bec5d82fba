"""Attachments: chosen at the desk, sent with the answer, published as stripped copies once staff let them through."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from sakrad.accounts.models import Role, User
from sakrad.consultations import links
from sakrad.consultations.models import Consultation
from sakrad.core import clock, files, jobs
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.core.files import StoredFile
from sakrad.directory.models import Organisation
from sakrad.notifications.content import Told
from sakrad.notifications.contents_received import LARGEST, received_for_registrar
from sakrad.positions import commands, receipts
from sakrad.positions.models import Approval, ApprovalOutcome, DraftAttachment, PositionAttachment, PositionVersion, PublicationWish
from sakrad.records.models import MaskGround, Review, ReviewDecision, ReviewKind
from tests import factories as make
from tests.factories import attachments as sample
from tests.factories import positions as desk
from tests.policing import PolicingClient

Browse = Callable[..., PolicingClient]


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality, slug="prova-kvinnojour", name="Prova kvinnojour")


@pytest.fixture
def writer(organisation: Organisation, browse: Browse) -> PolicingClient:
    return browse(desk.member(organisation, Role.writer))


@pytest.fixture
def officer(consultation: Consultation) -> User:
    return make.user((Role.officer, consultation.authority))


def upload(browser: PolicingClient, url: str, content: bytes, name: str = "Annas karta.jpg") -> Any:
    return browser.post(url, data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def chosen() -> list[DraftAttachment]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(DraftAttachment).order_by(DraftAttachment.id)))


def events(name: EventName) -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Event).where(Event.name == name.value)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is slow here is opening files, in a process of its own
class TestAtTheDesk:
    def test_a_file_is_kept_as_it_is_with_a_stripped_copy(
        self, consultation: Consultation, organisation: Organisation, writer: PolicingClient
    ) -> None:
        url = desk.desk_url(consultation, organisation, "/bilagor")
        assert "Bifoga inte protokoll eller medlemslistor" in writer.get(url).get_data(as_text=True)
        assert upload(writer, url, sample.picture()).status_code == 303
        [attachment] = chosen()
        assert files.read(attachment.file.key) == sample.picture()
        assert sample.SECRET.encode() not in files.read(attachment.copy.key)
        assert "Annas karta.jpeg" in writer.get(url).get_data(as_text=True)
        assert writer.get(f"{url}/1").data == sample.picture()
        with Image.open(io.BytesIO(writer.get(f"{url}/1/kopia").data)) as copy:
            assert not copy.getexif()

    def test_it_records_nothing_that_staff_could_count(
        self, consultation: Consultation, organisation: Organisation, writer: PolicingClient
    ) -> None:
        upload(writer, desk.desk_url(consultation, organisation, "/bilagor"), sample.picture())
        db.session.rollback()
        named = {event.name for event in db.session.scalars(sa.select(Event)) if event.consultation_id or event.municipality_id}
        assert named <= {EventName.consultation_announced.value}

    def test_the_same_file_twice_is_one_attachment(
        self, consultation: Consultation, organisation: Organisation, writer: PolicingClient
    ) -> None:
        url = desk.desk_url(consultation, organisation, "/bilagor")
        for _ in range(2):
            assert upload(writer, url, sample.picture()).status_code == 303
        assert len(chosen()) == 1
        before = len(list(files.list_keys()))
        jobs.run_due(clock.now())
        assert len(list(files.list_keys())) == before - 2, "what came the second time is erased"

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            pytest.param(b"", "Filen är tom.", id="an empty one"),
            pytest.param(b"MZ\x90\x00", "Filen är av ett slag som inte kan bifogas.", id="a program"),
            pytest.param(b"\xff\xd8\xff" + b"x" * (10 * 1024 * 1024), "Filen är större än 10", id="a large one"),
            pytest.param(sample.picture()[:300], "Filen går inte att läsa.", id="half a picture"),
            pytest.param(sample.pdf(password="x"), "Filen är låst med lösenord.", id="a locked one"),
        ],
    )
    def test_what_cannot_be_taken_is_refused_in_words(
        self, consultation: Consultation, organisation: Organisation, writer: PolicingClient, content: bytes, sentence: str
    ) -> None:
        before = set(files.list_keys())
        answer = upload(writer, desk.desk_url(consultation, organisation, "/bilagor"), content)
        assert answer.status_code == 422 and sentence in answer.get_data(as_text=True)
        assert chosen() == [] and set(files.list_keys()) == before

    def test_no_file_at_all(self, consultation: Consultation, organisation: Organisation, writer: PolicingClient) -> None:
        answer = writer.post(desk.desk_url(consultation, organisation, "/bilagor"))
        assert answer.status_code == 422 and "Välj en fil." in answer.get_data(as_text=True)

    def test_five_and_no_more(self, consultation: Consultation, organisation: Organisation, writer: PolicingClient) -> None:
        draft = desk.open_draft(consultation, organisation)
        for size in range(1, 6):
            sample.attached(draft, sample.picture(size=(size, 3)))
        url, before = desk.desk_url(consultation, organisation, "/bilagor"), set(files.list_keys())
        answer = upload(writer, url, sample.picture(size=(9, 9)))
        assert answer.status_code == 422 and "Ni kan bifoga högst 5 filer." in answer.get_data(as_text=True)
        assert len(chosen()) == 5 and set(files.list_keys()) == before

    def test_removing_it_erases_it(self, consultation: Consultation, organisation: Organisation, writer: PolicingClient) -> None:
        attachment = sample.attached(desk.open_draft(consultation, organisation))
        keys = {attachment.file.key, attachment.copy.key}
        url = desk.desk_url(consultation, organisation, "/bilagor")
        assert writer.post(f"{url}/ta-bort", data={"reference": attachment.reference}).status_code == 303
        assert chosen() == []
        jobs.run_due(clock.now())
        assert not keys & set(files.list_keys())
        assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0

    def test_what_was_sent_is_never_erased(self, consultation: Consultation, organisation: Organisation, writer: PolicingClient) -> None:
        version = desk.fresh(sample.sent_with(consultation, organisation))
        keys = {version.attachments[0].file.key, version.attachments[0].copy.key}
        url = desk.desk_url(consultation, organisation, "/bilagor/ta-bort")
        writer.post(url, data={"reference": chosen()[0].reference})
        jobs.run_due(clock.now())
        assert chosen() == [] and keys <= set(files.list_keys())
        assert receipts.is_intact(desk.fresh(version), receipts.nonce_of(desk.fresh(version)))

    def test_by_the_link(self, consultation: Consultation, organisation: Organisation, client: PolicingClient) -> None:
        url = f"/inbjudan/{links.token_of(make.invitation(consultation, organisation))}"
        before = set(files.list_keys())
        upload(client, f"{url}/svar/bilagor", sample.picture())
        assert chosen() == [] and set(files.list_keys()) == before, "not before the button has been pressed"
        client.post(f"{url}/oppna")
        assert upload(client, f"{url}/svar/bilagor", sample.picture()).status_code == 303
        assert [attachment.added_by_id for attachment in chosen()] == [None]

    def test_a_strangers_file_is_not_even_looked_at(
        self, consultation: Consultation, organisation: Organisation, browse: Browse, officer: User
    ) -> None:
        url, before = desk.desk_url(consultation, organisation, "/bilagor"), set(files.list_keys())
        other = desk.member(make.organisation(verified_in=desk.fresh(consultation).municipality))
        for user in (other, officer):
            assert upload(browse(user), url, sample.picture()).status_code == 404
        assert upload(browse(), url, sample.picture()).status_code in (303, 401)
        assert upload(browse(), "/inbjudan/gissat.0000/svar/bilagor", sample.picture()).status_code == 404
        assert chosen() == [] and set(files.list_keys()) == before

    def test_nobody_reaches_another_drafts_attachment(
        self, consultation: Consultation, organisation: Organisation, browse: Browse, officer: User
    ) -> None:
        attachment = sample.attached(desk.open_draft(consultation, organisation))
        other = make.organisation(verified_in=desk.fresh(consultation).municipality)
        desk.open_draft(consultation, other)
        theirs = browse(desk.member(other))
        theirs.post(desk.desk_url(consultation, other, "/bilagor/ta-bort"), data={"reference": attachment.reference})
        assert len(chosen()) == 1
        assert theirs.get(desk.desk_url(consultation, other, "/bilagor/1")).status_code == 404
        for user in (desk.member(other), officer):
            assert browse(user).get(desk.desk_url(consultation, organisation, "/bilagor/1")).status_code == 404
        where = f"{desk.fresh(consultation).municipality.slug}/sakrad/{desk.fresh(consultation).slug}"
        for path in (
            f"/handlaggning/{where}/svar/prova-kvinnojour/bilaga/{attachment.reference}",
            f"/kommun/{where}/svar/prova-kvinnojour/bilaga/{attachment.reference}",
        ):
            assert browse(officer).get(path).status_code == 404

    @pytest.mark.parametrize("change", ["add", "remove"])
    def test_a_change_voids_what_was_approved(self, consultation: Consultation, organisation: Organisation, change: str) -> None:
        draft = desk.fill(desk.open_draft(consultation, organisation))
        attachment = sample.attached(draft, sample.picture(size=(3, 3)))
        approver = desk.member(organisation, Role.approver)
        with transaction():
            draft, at = desk.fresh(draft), clock.now()
            draft.approval_asked_at = at
            given = {"outcome": ApprovalOutcome.approved, "decided_at": at, "digest": receipts.fingerprint(draft)}
            db.session.add(Approval(draft_id=draft.id, user_id=approver.id, asked_at=at, **given))
        before = receipts.fingerprint(desk.fresh(draft))
        if change == "add":
            sample.attached(draft, sample.picture(size=(4, 4)))
        else:
            with transaction():
                commands.remove_attachment(desk.fresh(attachment), at=clock.now())
        assert db.session.scalar(sa.select(Approval.voided_at)) is not None
        assert receipts.fingerprint(desk.fresh(draft)) != before


def review(version: PositionVersion, decision: ReviewDecision = ReviewDecision.publish) -> None:
    with transaction():
        commands.review_position(desk.fresh(version), decision=decision, reason="skäl", actor=None, at=clock.now())


def publish(version: PositionVersion) -> PositionAttachment:
    with transaction():
        attachment = desk.fresh(version).attachments[0]
        commands.publish_attachment(attachment, actor=None, at=clock.now())
    return attachment


def paths(version: PositionVersion, key: str = "prova-kvinnojour") -> tuple[str, str]:
    """Where readers and staff find the first attachment."""
    version = desk.fresh(version)
    consultation, reference = version.position.consultation, version.attachments[0].reference
    where = f"{consultation.municipality.slug}/sakrad/{consultation.slug}/svar"
    return f"/kommun/{where}/{key}/bilaga/{reference}", f"/handlaggning/{where}/prova-kvinnojour/bilaga/{reference}"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestOnTheWeb:
    def test_readers_get_the_copy_only_when_answer_and_attachment_are_let_through(
        self, consultation: Consultation, organisation: Organisation, browse: Browse, officer: User
    ) -> None:
        version = sample.sent_with(consultation, organisation, sample.picture(), sample.pdf())
        public, staff = paths(version)
        reader, handler = browse(), browse(officer)
        assert reader.get(public).status_code == 404
        assert handler.post(f"{staff}/publicera").status_code == 409, "not before the answer"
        review(version)
        assert reader.get(public).status_code == 404
        assert handler.post(f"{staff}/publicera").status_code == 303
        answer = reader.get(public)
        assert answer.status_code == 200 and answer.mimetype == "image/jpeg"
        assert "attachment; filename*=UTF-8''bilaga-1.jpeg" in answer.headers["Content-Disposition"]
        assert sample.SECRET.encode() not in answer.data
        page = reader.get(public.rpartition("/bilaga/")[0]).get_data(as_text=True)
        assert public in page and "Bilaga 1" in page and "Bilaga 2" not in page and "karta" not in page
        assert [event.actor_id for event in events(EventName.attachment_published)] == [desk.fresh(officer).id]
        assert handler.post(f"{staff}/ta-bort").status_code == 303
        assert reader.get(public).status_code == 404
        assert len(events(EventName.attachment_unpublished)) == 1

    def test_twice_changes_nothing(self, consultation: Consultation, organisation: Organisation, browse: Browse, officer: User) -> None:
        version = sample.sent_with(consultation, organisation)
        review(version)
        _public, staff = paths(version)
        for verb, name in (("publicera", EventName.attachment_published), ("ta-bort", EventName.attachment_unpublished)):
            for _ in range(2):
                assert browse(officer).post(f"{staff}/{verb}").status_code == 303
            assert len(events(name)) == 1

    def test_a_masked_copy_takes_the_place_of_ours_and_the_original_stays(
        self, consultation: Consultation, organisation: Organisation, browse: Browse, officer: User
    ) -> None:
        version = sample.sent_with(consultation, organisation)
        review(version)
        public, staff = paths(version)
        handler, reader = browse(officer), browse()
        original, before = handler.get(staff).data, handler.get(f"{staff}/kopia").data

        def replace(**values: Any) -> Any:
            return handler.post(f"{staff}/ersatt", data={"ground": "personal_data", "reason": "Ett ansikte."} | values)

        missing = replace()
        assert missing.status_code == 422 and "Välj filen som ska publiceras i stället." in missing.text and "Ett ansikte." in missing.text
        assert replace(file=(io.BytesIO(b"MZ"), "a.exe")).status_code == 422
        assert replace(file=(io.BytesIO(sample.picture(size=(9, 9))), "Anna Ek.jpg"), ground="").status_code == 422
        assert reader.get(public).status_code == 404 and events(EventName.attachment_replaced) == []
        assert replace(file=(io.BytesIO(sample.picture(size=(9, 9))), "Anna Ek.jpg")).status_code == 303
        shown = reader.get(public)
        assert shown.status_code == 200 and shown.data != before and sample.SECRET.encode() not in shown.data
        assert "Anna" not in str(shown.headers) and handler.get(staff).data == original
        taken = db.session.scalars(sa.select(Review).where(Review.kind == ReviewKind.attachment)).one()
        assert (taken.decision, taken.ground, taken.reason) == (ReviewDecision.masked, MaskGround.personal_data, "Ett ansikte.")
        assert len(events(EventName.attachment_replaced)) == 1

    def test_not_publishing_needs_ground_and_reason_and_takes_it_off_the_web(
        self, consultation: Consultation, organisation: Organisation, browse: Browse, officer: User
    ) -> None:
        version = sample.sent_with(consultation, organisation)
        review(version)
        publish(version)
        public, staff = paths(version)
        handler = browse(officer)
        for values in ({"ground": "secrecy"}, {"reason": "Hälsa"}):
            refused = handler.post(f"{staff}/publicera-inte", data=values)
            assert refused.status_code == 422 and values.get("reason", "") in refused.text
        assert browse().get(public).status_code == 200
        assert handler.post(f"{staff}/publicera-inte", data={"ground": "secrecy", "reason": "Hälsa"}).status_code == 303
        assert browse().get(public).status_code == 404
        assert len(events(EventName.attachment_withheld)) == 1

    def test_staff_read_original_and_copy(
        self, consultation: Consultation, organisation: Organisation, browse: Browse, officer: User
    ) -> None:
        version = sample.sent_with(consultation, organisation)
        _public, staff = paths(version)
        handler = browse(officer)
        page = handler.get(staff.rpartition("/bilaga/")[0]).get_data(as_text=True)
        assert staff in page and "Bilagan kan publiceras först när" in page
        assert handler.get(staff).data == sample.picture()
        assert sample.SECRET.encode() not in handler.get(f"{staff}/kopia").data
        review(version)
        assert "Publicera kopian" in handler.get(staff.rpartition("/bilaga/")[0]).get_data(as_text=True)

    def test_who_reaches_it(self, consultation: Consultation, organisation: Organisation, browse: Browse, officer: User) -> None:
        version = sample.sent_with(consultation, organisation)
        review(version)
        _public, staff = paths(version)
        authority = desk.fresh(consultation).authority
        registrar = make.user((Role.registrar, authority))
        elsewhere = make.user((Role.officer, make.authority()))
        both = make.user((Role.officer, desk.fresh(consultation).authority), (Role.writer, desk.fresh(organisation)))
        assert browse(registrar).get(staff).status_code == 200
        assert browse(registrar).post(f"{staff}/publicera").status_code == 404, "the registrar publishes nothing"
        for user in (elsewhere, both, desk.member(organisation)):
            for path in (staff, f"{staff}/kopia"):
                assert browse(user).get(path).status_code == 404
            for verb in ("publicera", "ta-bort", "ersatt", "publicera-inte"):
                assert browse(user).post(f"{staff}/{verb}").status_code == 404
        assert browse().get(staff).status_code == 303
        assert events(EventName.attachment_published) == []

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param(lambda v: commands.withdraw_position(v.position, actor=None, at=clock.now()), id="taken back"),
            pytest.param(lambda v: commands.disown(v.position, at=clock.now()), id="disowned"),
            pytest.param(lambda v: setattr(v, "wish", PublicationWish.municipality_only), id="only for the municipality"),
            pytest.param(lambda v: setattr(v, "wish", None), id="no wish"),
            pytest.param(lambda v: setattr(v.attachments[0], "published_at", None), id="taken off the web"),
            pytest.param(
                lambda v: commands.review_position(
                    v, decision=ReviewDecision.withheld, ground=MaskGround.sensitive, reason="skäl", actor=None, at=clock.now()
                ),
                id="withheld after a new review",
            ),
        ],
    )
    def test_it_leaves_the_web_with_the_answer(
        self, client: PolicingClient, consultation: Consultation, organisation: Organisation, change: Callable[[PositionVersion], Any]
    ) -> None:
        version = sample.sent_with(consultation, organisation)
        review(version)
        publish(version)
        public, _staff = paths(version)
        assert client.get(public).status_code == 200
        with transaction():
            change(desk.fresh(version))
        assert client.get(public).status_code == 404

    def test_without_name_it_has_the_answers_reference_for_address(
        self, client: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        version = sample.sent_with(consultation, organisation, wish=PublicationWish.unnamed)
        review(version)
        publish(version)
        assert client.get(paths(version)[0]).status_code == 404
        answer = client.get(paths(version, desk.fresh(version).position.reference)[0])
        assert answer.status_code == 200 and "kvinnojour" not in str(answer.headers)

    def test_nothing_is_found_by_guessing_or_beside_its_own_answer(
        self, client: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        version = sample.sent_with(consultation, organisation)
        review(version)
        publish(version)
        other = sample.sent_with(consultation, make.organisation(verified_in=desk.fresh(consultation).municipality, slug="annan"))
        review(other)
        public, _staff = paths(version)
        assert client.get(public[:-1]).status_code == 404
        assert client.get(public.replace("prova-kvinnojour", "annan")).status_code == 404
        assert client.get(paths(other, "annan")[0]).status_code == 404, "its own has not been let through"

    def test_a_newer_version_brings_its_own_review(
        self, client: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        first = sample.sent_with(consultation, organisation)
        review(first)
        publish(first)
        second = desk.submit(desk.fill(desk.open_draft(consultation, organisation), "Nya ord."))
        assert client.get(paths(first)[0]).status_code == 200, "readers see the first still"
        review(second)
        assert client.get(paths(first)[0]).status_code == 404
        assert client.get(paths(second)[0]).status_code == 404
        assert desk.fresh(second).attachments[0].digest == desk.fresh(first).attachments[0].digest


class TestToTheRegistrar:
    def test_the_originals_go_with_the_mail(self, app: Flask, consultation: Consultation, organisation: Organisation) -> None:
        sample.sent_with(consultation, organisation)
        content = self._mail(app)
        assert [one.name for one in content.attachments][1:] == ["Anna Bengtssons karta.jpeg"]
        assert content.attachments[1].content == sample.picture() and content.values["fetch"] == ""

    def test_what_is_too_large_is_fetched(self, app: Flask, consultation: Consultation, organisation: Organisation) -> None:
        version = sample.sent_with(consultation, organisation)
        with transaction():
            desk.fresh(version).attachments[0].file.size = LARGEST + 1
        content = self._mail(app)
        assert len(content.attachments) == 1
        assert content.values["originals"] == ["Anna Bengtssons karta.jpeg"] and "/svar/prova-kvinnojour" in content.values["fetch"]

    def _mail(self, app: Flask) -> Any:
        [event] = events(EventName.position_received)
        with app.test_request_context():
            return received_for_registrar(Told([event], "namnd@prova.example"))
