"""What an organisation says at a meeting stands beside what it writes: taken up and traced, and counted as no answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock, ids
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.events import Event
from sakrad.directory.models import Organisation
from sakrad.meetings.models import Meeting
from sakrad.notifications.models import MailKind
from sakrad.notifications.recipients import recipients_of
from sakrad.positions import commands, links, receipts
from sakrad.positions.models import Position, PositionVersion, PublicationWish
from sakrad.records.models import ReviewDecision
from sakrad.summaries import commands as summarising
from sakrad.summaries import queries as summaries
from tests import factories as make
from tests.factories import notes, positions, views
from tests.factories.positions import fresh
from tests.policing import PolicingClient
from tests.statements import counted

SAID = "Väntetiden är det värsta. Det sa alla på mötet."


@dataclass
class Place:
    consultation: Consultation
    speaker: Organisation
    meeting: Meeting
    officer: PolicingClient
    address: str

    def page(self, rest: str = "/moten/1/synpunkter") -> str:
        return f"{self.address}{rest}"


@pytest.fixture
def place(app: Flask, browse) -> Place:  # type: ignore[no-untyped-def]
    of = make.consultation()
    speaker = make.organisation(verified_in=of.municipality)
    meeting = notes.held(of, speaker)
    officer = browse(make.user((Role.officer, of.authority)))
    return Place(of, speaker, meeting, officer, f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}")


def row(place: int, text: str = "", sender: str = "", question: int = 1) -> dict[str, str]:
    return {f"rows-{place}-text": text, f"rows-{place}-sender": sender, f"rows-{place}-question": str(question)}


def filled(*rows: dict[str, str], **more: str) -> dict[str, str]:
    data = {"submission_key": ids.reference(32), "wish": ""} | more
    for number in range(4):
        data |= rows[number] if number < len(rows) else row(number)
    return data


def versions() -> list[PositionVersion]:
    return list(db.session.scalars(sa.select(PositionVersion).order_by(PositionVersion.id)))


def test_several_views_are_entered_in_a_row_each_organisation_gets_one_receipt_and_reads_it_back(place: Place) -> None:
    other = make.organisation(verified_in=fresh(place.consultation).municipality)
    name, second = fresh(place.speaker).name, other.name
    data = filled(row(0, SAID, name), row(1, "Och kön är lång.", "", 2), row(2, "Vi håller med.", second))
    for _twice in range(2):  # the double click
        assert place.officer.post(place.page(), data=data).status_code == 303
    mine, theirs = versions()
    assert (mine.channel.value, mine.meeting_id, len(mine.answers), len(theirs.answers)) == ("meeting", place.meeting.id, 2, 1)
    assert mine.position.current_id is None and not mine.position.stands and mine.transcription is not None
    assert receipts.is_intact(mine, receipts.nonce_of(mine))
    event = db.session.scalars(sa.select(Event).where(Event.name == "position_received").order_by(Event.id)).first()
    assert event is not None
    told = recipients_of(event)
    assert {kind for kind, _address in told} == {MailKind.receipt, MailKind.received_for_registrar, MailKind.read_back}
    shown = place.officer.get(place.page())
    assert SAID in shown.text and "inte bekräftat av organisationen än" in shown.text


def test_those_who_were_there_are_chosen_in_a_list(place: Place) -> None:
    page = place.officer.get(place.page()).text
    slug = fresh(place.speaker).slug
    assert f'<option value="{slug}"' in page
    data = filled(row(0, SAID) | {"rows-0-there": slug}, row(1, "Och kön är lång.", "", 2))
    assert place.officer.post(place.page(), data=data).status_code == 303
    [version] = versions()
    assert version.position.organisation_id == place.speaker.id and len(version.answers) == 2
    unknown = place.officer.post(place.page(), data=filled(row(0, "Annat.") | {"rows-0-there": "ingen"}))
    assert unknown.status_code == 422 and "Skriv vilken organisation" in unknown.text


def test_other_words_with_a_used_key_come_back_with_a_fresh_one(place: Place) -> None:
    """The Back button and a changed text, another wish or speaker: nothing is thrown away, and nothing is entered twice unseen."""
    name, other = fresh(place.speaker).name, make.organisation(verified_in=fresh(place.consultation).municipality).name
    data = filled(row(0, SAID, name))
    assert place.officer.post(place.page(), data=data).status_code == 303
    for change in (row(0, "Andra ord.", name), row(0, SAID, name, 2), {"wish": "named"}, row(0, SAID, other)):
        refused = place.officer.post(place.page(), data=data | change)
        assert refused.status_code == 409 and "redan inskrivet" in refused.text
        assert (data | change)["rows-0-text"] in refused.text and data["submission_key"] not in refused.text
    assert place.officer.post(place.page(), data=data | row(1, "Och mer.", other)).status_code == 303, "what is new beside it is entered"
    assert [one.answers[0].text for one in versions()] == [SAID, "Och mer."]


def test_a_row_that_says_too_little_keeps_every_word_and_enters_nothing(place: Place) -> None:
    name = fresh(place.speaker).name
    for data, wrong in [
        (filled(row(0, SAID, name), row(1, "Mer.", "Okända föreningen")), "Ingen organisation i registret"),
        (filled(row(0, "Utan avsändare.")), "Skriv vilken organisation"),
        (filled(row(0, "", name)), "Skriv vad som sades"),
        (filled(), "Skriv vad som sades"),
    ]:
        refused = place.officer.post(place.page(), data=data)
        assert refused.status_code == 422 and wrong in refused.text and data["rows-0-text"] in refused.text
    assert versions() == []


def test_nobody_else_enters_views_nor_a_member_of_the_organisation(place: Place, browse, client: PolicingClient) -> None:  # type: ignore[no-untyped-def]
    of, speaker = fresh(place.consultation), fresh(place.speaker)
    name = speaker.name
    both, stranger = make.user((Role.officer, of.authority), (Role.writer, speaker)), make.user((Role.officer, make.authority()))
    data = filled(row(0, SAID, name))
    partial = browse(both).post(place.page(), data=data)
    assert partial.status_code == 422 and "Jäv" in partial.text
    assert browse(stranger).post(place.page(), data=data).status_code == 404
    assert client.post(place.page(), data=data).status_code in (303, 401)
    assert versions() == []


@pytest.mark.parametrize(
    ("phase", "reason"),
    [(Phase.draft, "annonserat"), (Phase.summarised, "ammanställning"), (Phase.cancelled, "avbrut")],
)
def test_nothing_is_entered_before_announcement_after_the_summary_or_in_what_was_cancelled(
    app: Flask,
    browse,
    phase: Phase,
    reason: str,  # type: ignore[no-untyped-def]
) -> None:
    of = make.consultation(phase)
    speaker = make.organisation(verified_in=of.municipality)
    notes.held(of, speaker)
    name, page = speaker.name, f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/moten/1/synpunkter"
    refused = browse(make.user((Role.officer, of.authority))).post(page, data=filled(row(0, SAID, name)))
    assert refused.status_code == 409 and versions() == []


def test_a_view_never_takes_the_written_answers_place_nor_the_other_way_round(place: Place) -> None:
    written = positions.sent(place.consultation, place.speaker)
    view = views.entered(place.meeting, place.speaker, SAID)
    position = fresh(view).position
    assert (position.current_id, view.number) == (written.id, 2)
    draft = positions.fill(positions.open_draft(place.consultation, place.speaker), "Vi har ändrat oss.")
    again = positions.submit(draft)
    assert (again.number, fresh(again).position.current_id) == (3, again.id)


def test_a_view_counts_as_no_answer_and_its_group_as_not_heard(place: Place, client: PolicingClient) -> None:
    group = make.group()
    with transaction():
        fresh(place.speaker).groups.append(group)
        fresh(place.consultation).groups.append(group)
    views.published(place.meeting, place.speaker, SAID)
    of = fresh(place.consultation)
    url = f"/kommun/{of.municipality.slug}/sakrad/{of.slug}"
    assert summaries.list_groups_not_heard(of) == [group]
    listed = client.get(f"{url}/svar")
    assert SAID not in listed.text and fresh(place.speaker).name not in listed.text
    assert client.get(f"{url}/svar/{fresh(place.speaker).slug}").status_code == 404


def test_a_view_is_taken_up_cited_and_shown_in_the_thread_with_the_day_of_the_meeting(place: Place, client: PolicingClient, browse) -> None:  # type: ignore[no-untyped-def]
    positions.sent(place.consultation, place.speaker, "Vi skriver om något annat.")
    view = views.published(place.meeting, place.speaker, SAID)
    of = fresh(place.consultation)
    slug, number = fresh(place.speaker).slug, fresh(view).number
    bench = place.officer.get(place.page("/sammanstall?vy=fraga&fraga=1"))
    assert bench.text.count(f'id="rad-{slug}-1') == 2 and "Sagt på mötet" in bench.text
    own = place.page(f"/sammanstall/svar/{slug}/1/mote/{number}")
    assert SAID in place.officer.get(own).text and "något annat" not in place.officer.get(own).text
    taken = place.officer.post(own, data={"sentences": "0", "theme": "", "finding": "ny", "new_theme": ""})
    assert taken.status_code == 303 and taken.location.endswith(f"/mote/{number}")
    with transaction():
        of = fresh(of)
        summary = summarising.start_summary(of, actor=None, at=clock.now())
        summary.findings[0].heading = "Väntan"
        summary.published_at = of.summary_published_at = clock.now()
        of.closes_at = clock.now() - timedelta(days=1)
    page = client.get(f"/kommun/{of.municipality.slug}/sakrad/{of.slug}/sammanstallning")
    assert "Väntetiden är det värsta." in page.text and "sagt på mötet" in page.text
    said = client.get(f"/kommun/{of.municipality.slug}/sakrad/{of.slug}/moten/1/synpunkter")
    assert SAID in said.text and "Återges i" in said.text and "något annat" not in said.text


def test_readers_see_a_views_words_only_when_it_has_been_reviewed_by_itself(place: Place, client: PolicingClient) -> None:
    written = positions.sent(place.consultation, place.speaker, "Skrivet.")
    with transaction():
        commands.review_position(fresh(written), decision=ReviewDecision.publish, actor=None, at=clock.now())
    view = views.entered(place.meeting, place.speaker, SAID)
    point = views.point(view)
    with transaction():
        of = fresh(place.consultation)
        summary = summarising.start_summary(of, actor=None, at=clock.now())
        finding = summarising.add_finding(summary, heading="Väntan", body=f"Den är lång.[{point.number}]", actor=None, at=clock.now())
        assert finding.citations
        summary.published_at = of.summary_published_at = clock.now()
        of.closes_at = clock.now() - timedelta(days=1)
    page = f"/kommun/{of.municipality.slug}/sakrad/{of.slug}"
    url, meeting = f"{page}/sammanstallning", f"{page}/moten/1"
    assert "Väntetiden" not in client.get(url).text
    assert "Det som sades" not in client.get(meeting).text and client.get(f"{meeting}/synpunkter").status_code == 404
    with transaction():
        commands.review_position(fresh(view), decision=ReviewDecision.publish, actor=None, at=clock.now())
    assert fresh(view).position.published_id == written.id
    assert "Väntetiden" in client.get(url).text
    assert f'href="{meeting}/synpunkter"' in client.get(meeting).text and "Väntetiden" in client.get(f"{meeting}/synpunkter").text


def test_a_view_ties_no_protected_organisation_to_the_meeting_and_its_place_in_the_list_says_nothing(
    place: Place, client: PolicingClient
) -> None:
    with transaction():
        shelter, of = fresh(place.speaker), fresh(place.consultation)
        shelter.name, shelter.slug, shelter.protected = "Aurorajouren", "aurorajouren", True
    written = positions.sent(place.consultation, place.speaker, "Vi skriver.")
    with transaction():
        commands.review_position(fresh(written), decision=ReviewDecision.publish, actor=None, at=clock.now())
    hidden = [views.published(place.meeting, place.speaker, "Så säger de ena.")]
    for number in range(3):
        by = make.organisation(name=f"Bönhasföreningen {number}", verified_in=fresh(of).municipality)
        hidden.append(views.published(place.meeting, by, f"Så säger nummer {number}.", PublicationWish.unnamed))
    by = make.organisation(name="Öppna föreningen", verified_in=fresh(of).municipality)
    named = views.published(place.meeting, by, "Så säger de öppna.")
    for view in (*hidden, named):
        views.point(view)
    with transaction():
        summary = summarising.start_summary(fresh(of), actor=None, at=clock.now())
        summary.published_at = fresh(of).summary_published_at = clock.now()
        fresh(of).closes_at = clock.now() - timedelta(days=1)
    said = {fresh(view).position.reference: fresh(view).answers[0].text for view in hidden}
    page = f"/kommun/{fresh(of).municipality.slug}/sakrad/{fresh(of).slug}"
    html = client.get(f"{page}/moten/1/synpunkter").text
    order = [fresh(named).answers[0].text, *(text for _reference, text in sorted(said.items()))]
    assert sorted(order, key=html.index) == order
    for path in (f"{page}/moten/1/synpunkter", f"{page}/moten/1", f"{page}/metodrapport"):
        shown = client.get(path).text
        assert "urorajouren" not in shown and "önhas" not in shown, path
    assert "Aurorajouren" in client.get(f"{page}/svar").text  # what it writes is tied to no place


def test_a_list_with_many_views_asks_for_no_more_statements(place: Place) -> None:
    asked = []
    place.officer.get(place.page("/svar"))
    for _more in range(2):
        for _view in range(2):
            views.entered(place.meeting, make.organisation(verified_in=fresh(place.consultation).municipality), SAID)
        with counted() as statements:
            assert place.officer.get(place.page("/svar")).text.count("inte bekräftat än") >= 2
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_without_the_speakers_wish_a_view_is_not_published(place: Place) -> None:
    view = views.entered(place.meeting, place.speaker, SAID, wish=None)
    with pytest.raises(Blocked) as refused, transaction():
        commands.review_position(fresh(view), decision=ReviewDecision.publish, actor=None, at=clock.now())
    assert [blocker.code for blocker in refused.value.blockers] == ["position_wish_unknown"]


def test_a_summary_waits_for_views_as_for_answers(place: Place) -> None:
    view = views.entered(place.meeting, place.speaker, SAID)
    of = fresh(place.consultation)
    facts = summaries.publish_facts(of, None)
    assert [one.version for one in facts.unreviewed] == [1] and [one.version for one in facts.answers_left] == [1]
    views.point(view)
    assert [one.version for one in summaries.publish_facts(fresh(of), None).points_left] == [1]
    todo = place.officer.get(f"/handlaggning/{fresh(of).municipality.slug}")
    assert todo.status_code == 200


def test_points_of_a_view_follow_to_what_its_speaker_made_of_it(place: Place) -> None:
    view = views.entered(place.meeting, place.speaker, SAID)
    point = views.point(view)
    with transaction():
        entry = fresh(view).transcription
        assert entry is not None
        answer = entry.version.answers[0]
        said = [commands.Said(answer.question, f"Rättat: {answer.text}")]
        made = commands.correct_transcription(entry, answers=said, stated=commands.Stated(wish=PublicationWish.named), at=clock.now())
    assert made.meeting_id == place.meeting.id and made.position.current_id is None
    of = fresh(place.consultation)
    assert [answer.version_id for answer in summaries.list_answers(of, [(fresh(place.speaker).slug, 1, made.number)])] == [made.id]
    assert summaries.list_answers(of, [(fresh(place.speaker).slug, 1, view.number)]) == []
    with transaction():
        carried = summarising.carry_points(fresh(of), actor=None, at=clock.now())
    assert carried.moved == [point.number]
    assert fresh(point).quotation == "Väntetiden är det värsta." and fresh(point).answer.version_id == made.id


def test_it_was_not_us_takes_away_the_view_and_leaves_what_was_written(place: Place, client: PolicingClient) -> None:
    written = positions.sent(place.consultation, place.speaker)
    view = views.entered(place.meeting, place.speaker, SAID)
    address = f"/kvitto/{view.receipt_number}/inte-vi/{links.disown_token(view)}"
    assert client.post(address).status_code == 303
    position = db.session.get_one(Position, view.position_id)
    assert position.disowned_at is None and position.current_id == written.id
    assert fresh(view).disowned_at is not None
    assert summaries.list_answers(fresh(place.consultation), [(fresh(place.speaker).slug, 1, view.number)]) == []


def test_taking_back_what_was_written_leaves_what_was_said(place: Place) -> None:
    written = positions.sent(place.consultation, place.speaker)
    view = views.entered(place.meeting, place.speaker, SAID)
    with transaction():
        commands.withdraw_position(fresh(written).position, actor=None, at=clock.now())
    assert fresh(view).withdrawn_at is None and fresh(written).withdrawn_at is not None
    assert len(summaries.list_answers(fresh(place.consultation), [(fresh(place.speaker).slug, 1, view.number)])) == 1


def test_an_organisation_that_only_spoke_has_nothing_sent_and_may_begin_to_write(place: Place, browse) -> None:  # type: ignore[no-untyped-def]
    views.entered(place.meeting, place.speaker, SAID)
    member = browse(positions.member(place.speaker))
    desk = positions.desk_url(place.consultation, place.speaker)
    assert member.get(desk).status_code == 200 and member.get(f"{desk}/kvitto").status_code == 404
    assert member.get(f"{desk}/aterta").status_code == 404
    sent = positions.sent(place.consultation, place.speaker)
    assert sent.number == 2 and member.get(f"{desk}/kvitto").status_code == 200
