"""Start, lists, municipality, consultation, question: what a reader finds there, and what does not exist for a reader."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import ContinuationKind, DeclineReason, QuestionKind
from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.core.events import PUBLIC, EventName, record
from tests import factories as make
from tests.factories import reading, responses, versions
from tests.policing import PolicingClient


def address(consultation) -> str:  # type: ignore[no-untyped-def]
    return f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}"


def text(client: PolicingClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.get_data(as_text=True).replace("\u00a0", " ")


# -- lists


@pytest.mark.parametrize(
    "q",
    ["återvändare", "ÅTERVÄNDARE", "Återvänd öster", "i ÖSTER", "östers kommun"],
    ids=["lower case", "capitals", "two words", "a word of the lead", "the municipality's name"],
)
def test_search_knows_capital_letters_with_rings_and_dots(client: PolicingClient, app: Flask, q: str) -> None:
    place = make.municipality(name="Österskär")
    of = make.authority(place)
    make.consultation(of=of, title="Stöd till ÅTERVÄNDARE", lead="Vad behövs i Öster?")
    make.consultation(title="Något annat")
    html = text(client, f"/sakrad?q={q.replace('östers kommun', 'österskär')}")
    assert "Stöd till ÅTERVÄNDARE" in html and "Något annat" not in html


@pytest.mark.parametrize("q", ["%", "_", "\\", "'; DROP TABLE"], ids=["percent", "underscore", "backslash", "quote"])
def test_signs_in_a_search_are_signs(client: PolicingClient, app: Flask, q: str) -> None:
    make.consultation(title="Vanlig titel")
    assert "Vanlig titel" not in client.get("/sakrad", query_string={"q": q}).get_data(as_text=True)


def test_filters_narrow_the_list(client: PolicingClient, app: Flask) -> None:
    wanted, other = make.consultation(title="Den här"), make.consultation(Phase.compiling, title="Den andra")
    group, subject = make.group(), make.subject()
    with transaction():
        wanted.groups.append(group)
        wanted.subjects.append(subject)
    kommun, group_slug, subject_slug, elsewhere = wanted.municipality.slug, group.slug, subject.slug, other.municipality.slug
    for query in (f"kommun={kommun}", "skede=open", f"grupp={group_slug}", f"amne={subject_slug}"):
        html = text(client, f"/sakrad?{query}")
        assert "Den här" in html and "Den andra" not in html, query
    assert "Inget sakråd stämmer" in text(client, f"/sakrad?kommun={elsewhere}&skede=open")
    assert "Den andra" in text(client, "/sakrad?skede=draft"), "a phase that readers do not know asks for nothing"


def test_the_list_is_paged_at_twenty_and_keeps_the_filters(client: PolicingClient, app: Flask) -> None:
    of = make.authority()
    kommun = of.municipality.slug
    for number in range(23):
        make.consultation(of=of, title=f"Fråga nummer {number:02d}", questions=1)
    first = text(client, f"/sakrad?kommun={kommun}")
    assert first.count("Fråga nummer") == 20
    assert f"/sakrad?sida=2&amp;kommun={kommun}" in first
    assert text(client, f"/sakrad?kommun={kommun}&sida=2").count("Fråga nummer") == 3
    assert text(client, f"/sakrad?kommun={kommun}&sida=99").count("Fråga nummer") == 3
    assert text(client, f"/sakrad?kommun={kommun}&sida=nej").count("Fråga nummer") == 20


def test_what_is_not_public_is_in_no_list_and_has_no_page(client: PolicingClient, app: Flask) -> None:
    draft = make.consultation(Phase.draft, title="Hemligt utkast")
    asleep = make.consultation(of=make.authority(make.municipality(active=False)), title="Sovande kommun")
    paths = [address(draft), address(asleep)]
    sleeping = asleep.municipality.slug
    for path in ("/", "/sakrad", "/kommun"):
        html = text(client, path)
        assert "Hemligt utkast" not in html and "Sovande kommun" not in html
    for path in paths:
        for page in ("", "/inbjudna", "/fraga/1", "/svar", "/sammanstallning", "/aterkoppling"):
            text(client, path + page, 404)
    text(client, f"/kommun/{sleeping}", 404)


def test_the_start_page_shows_what_is_new_and_what_is_late(client: PolicingClient, app: Flask) -> None:
    reading.story(title="Den besvarade frågan")
    make.consultation(title="Den öppna frågan")
    html = text(client, "/")
    assert "Den öppna frågan" in html and "svara senast" in html
    assert "Den besvarade frågan" in html and "nämnden har svarat" in html
    assert "Ett gemensamt nummer" in html and "12 dagar försenat" in html
    assert "Har ni fått en inbjudan?" in html and "Väck en fråga" in html


def test_an_empty_installation_says_so_kindly(client: PolicingClient, app: Flask) -> None:
    assert "Inget sakråd är öppet just nu." in text(client, "/")
    assert "Ingen kommun har börjat än." in text(client, "/kommun")
    assert "Inget sakråd stämmer" in text(client, "/sakrad")
    assert "Inget åtagande att visa." in text(client, "/ataganden")
    assert "Ingen organisation stämmer" in text(client, "/organisationer")


def test_a_municipality_shows_its_matters_and_its_way_in(client: PolicingClient, app: Flask) -> None:
    story = reading.story(title="Den besvarade frågan")
    kommun, board = story.consultation.municipality.slug, story.consultation.authority.name
    make.consultation(Phase.compiling, of=story.consultation.authority, title="Den som sammanställs")
    make.consultation(of=make.authority(), title="Grannens fråga")
    html = text(client, f"/kommun/{kommun}")
    assert "Den besvarade frågan" in html and "Den som sammanställs" in html and "Grannens fråga" not in html
    assert "12 dagar försenat" in html and board in html and f"/kommun/{kommun}/vag-in" in html


# -- a consultation


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.announced, "Sakrådet öppnar"),
        (Phase.open, "Svara på frågorna"),
        (Phase.compiling, "Svarstiden är slut."),
        (Phase.summarised, "Läs sammanställningen"),
        (Phase.answered, "vad nämnden svarade"),
        (Phase.following_up, "följer nu upp"),
        (Phase.ended, "Sakrådet avslutades"),
        (Phase.cancelled, "Frågan har fallit."),
    ],
    ids=lambda value: str(value) if isinstance(value, Phase) else "",
)
def test_each_phase_says_where_it_stands(client: PolicingClient, app: Flask, phase: Phase, words: str) -> None:
    html = text(client, address(make.consultation(phase)))
    assert words in html
    assert "Svaren påverkar inte bidrag, avtal eller upphandling." in html
    assert ("Så svarar ni" in html) is (phase in (Phase.announced, Phase.open))


def test_who_signs_in_to_answer_comes_back(client: PolicingClient, app: Flask) -> None:
    page = address(make.consultation(Phase.open))
    answer = client.get(page)
    assert f'href="/svara/{page.split("/")[2]}/{page.split("/")[4]}"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_the_municipalitys_lateness_is_said_in_words(client: PolicingClient, app: Flask) -> None:
    late = clock.today() - timedelta(days=12)
    compiling = address(make.consultation(Phase.compiling, summary_due_on=late, decision_on=None))
    summarised = address(make.consultation(Phase.summarised, feedback_due_on=late))
    on_time = address(make.consultation(Phase.summarised))
    assert text(client, compiling).count("12 dagar försenat") >= 2
    assert text(client, summarised).count("12 dagar försenat") >= 2
    assert "12 dagar försenat" in text(client, f"{summarised}/aterkoppling")
    assert "försenat" not in text(client, on_time)


def test_a_group_without_answers_is_shown_while_it_can_be_mended(client: PolicingClient, app: Flask) -> None:
    consultation, heard, silent = make.consultation(), make.group(name="Anhöriga"), make.group(name="Unga vuxna")
    with transaction():
        consultation.groups.extend([heard, silent])
    reading.voice(consultation, heard)
    path = address(consultation)
    html = text(client, path)
    assert "inget svar än" in html and "1 svar" in html
    assert "söker röster från unga vuxna" in text(client, "/sakrad")


def test_an_answer_that_is_not_published_yet_counts_for_its_group(client: PolicingClient, app: Flask) -> None:
    consultation, group = make.consultation(), make.group()
    with transaction():
        consultation.groups.append(group)
    position = reading.voice(consultation, group)
    path = address(consultation)
    with transaction():
        make.save(position).published_id = None
    assert "inget svar än" not in text(client, path)


def test_money_is_examined_separately_and_the_page_says_so(client: PolicingClient, app: Flask) -> None:
    with_money, without = address(make.consultation(touches_money=True)), address(make.consultation())
    assert "upphandling, valfrihet och statsstöd" in text(client, with_money)
    assert "statsstöd" not in text(client, without)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_event_has_its_line(client: PolicingClient, app: Flask, name: EventName) -> None:
    made, commitment = responses.published(Phase.following_up)
    path = address(made.consultation)
    step = responses.progress(commitment)
    versions.version(made.consultation, id=step.id)
    with transaction():
        more = {"closes_at": clock.now().isoformat(), "kind": ContinuationKind.dialogue.value, "about": "summary", "language": "easy"}
        record(name, at=clock.now(), consultation_id=made.consultation.id, subject_id=step.id, new=True, **more)
        record(EventName.draft_created, at=clock.now(), consultation_id=made.consultation.id, organisation_id=made.organisation.id)
    html = text(client, path)
    assert html.count("<li><time") == 1, "events that are not public stand on no timeline"


def test_who_was_asked_and_why_without_shaming_anybody(client: PolicingClient, app: Flask) -> None:
    consultation = make.consultation(short_time_reason="Staten gav oss tre veckor.")
    answered, silent = make.invitation(consultation), make.invitation(consultation)
    make.position(consultation, answered.organisation)
    name, path = silent.organisation.name, address(consultation)
    html = text(client, f"{path}/inbjudna")
    assert "2 organisationer är inbjudna. 1 av dem har svarat." in html
    assert "De som möter våldsutsatta." in html and "Staten gav oss tre veckor." in html
    assert name in html and html.count("Läs svaret") == 1
    for word in ("inte svarat", "öppnat", "påmind"):
        assert word not in html


def test_refusals_are_counts_from_three_up(client: PolicingClient, app: Flask) -> None:
    consultation = make.consultation()
    path = address(consultation)
    for number in range(4):
        reason = DeclineReason.no_time if number < 3 else DeclineReason.not_our_matter
        make.invitation(make.save(consultation), declined_at=clock.now(), decline_reason=reason)
        html = text(client, f"{path}/inbjudna")
        assert ("Tackat nej" in html) is (number >= 2)
    assert "4 organisationer har tackat nej." in html and "Vi hinner inte: 3." in html
    assert "Frågan är inte vår" not in html


# -- a question


def test_a_chart_counts_organisations_and_is_no_vote(client: PolicingClient, app: Flask) -> None:
    consultation, group = make.consultation(), make.group()
    reading.voice(consultation, group, name="De som säger nej")
    path = address(consultation)
    html = text(client, f"{path}/fraga/2")
    assert "Antal organisationer. Detta är ingen omröstning." in html
    assert "Nej, avstyrker" in html and "De som säger nej" in html and "1 publicerat svar" in html
    assert "Antal organisationer" not in text(client, f"{path}/fraga/1")


@pytest.mark.parametrize("kind", [QuestionKind.need, QuestionKind.choice])
def test_chosen_options_are_counted_in_the_questions_own_order(client: PolicingClient, app: Flask, kind: QuestionKind) -> None:
    consultation = make.consultation(questions=1)
    options = ["Tolk", "Skjuts", "Tid"]
    make.question(consultation, number=2, kind=kind, options=options)
    for chosen in (["Skjuts", "Tolk"], ["Skjuts"]):
        position = make.position(make.save(consultation), texts={2: "Därför."})
        with transaction():
            assert position.current is not None
            position.current.answers[0].options = chosen
    path = address(consultation)
    html = text(client, f"{path}/fraga/2")
    counts = [html.split(f"{option}</th>")[1].split('<td class="num">')[1].split("<")[0] for option in options]
    assert counts == ["1", "2", "0"]
    assert ("Satt först av" in html) is (kind is QuestionKind.need)


def test_a_question_that_is_not_there_is_missing(client: PolicingClient, app: Flask) -> None:
    path = address(make.consultation(questions=2))
    text(client, f"{path}/fraga/3", 404)
    text(client, f"{path}/fraga/0", 404)
