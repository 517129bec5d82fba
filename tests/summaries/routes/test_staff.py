"""The workbench, the text, masking: what each button does, and who may press it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.records.models import Mask
from sakrad.summaries.models import Finding, NothingToTakeUp, Point, Summary, Theme
from tests import factories as make
from tests.factories import again
from tests.factories import summaries as made
from tests.factories.summaries import new_version
from tests.factories.workbench import TEXT, Scene, desk
from tests.statements import keep_to

# --- what the buttons do


def test_one_click_takes_up_and_cites_a_whole_answer_and_saves_the_words_being_written(scene: Scene, finding: Finding) -> None:
    words = desk(finding, body="Så är det. Och mer.")
    response = scene.officer.post(f"{scene.base}/sammanstall/citera?vy=fraga&fraga=1&i={finding.id}&enhet={scene.key}", data=words)
    assert response.status_code == 303
    assert response.location.endswith(f"vy=fraga&fraga=1&stycke={finding.id}#rad-{scene.key.replace('.', '-')}")
    point = db.session.query(Point).one()
    assert (point.quotation, point.created_by_id is not None) == (TEXT, True)
    assert again(finding).body == f"Så är det. Och mer.[{point.number}]"


def test_the_same_button_takes_the_citation_away(scene: Scene, finding: Finding) -> None:
    point = made.point(scene.answer)
    url = f"{scene.base}/sammanstall/citera?i={finding.id}&enhet={point.number}"
    scene.officer.post(url, data=desk(finding))
    assert again(finding).body == "Så är det.[1]"
    scene.officer.post(url, data=desk(again(finding)))
    assert again(finding).body == "Så är det."


def test_citing_in_a_new_one_takes_the_words_that_are_being_written(scene: Scene) -> None:
    scene.officer.post(f"{scene.base}/sammanstall/citera?i=ny&enhet={scene.key}", data=desk(heading="Vägen in", body="Lång."))
    made_now = db.session.query(Finding).one()
    assert (made_now.heading, made_now.body) == ("Vägen in", "Lång.[1]")


def test_many_are_cited_at_once(scene: Scene, finding: Finding) -> None:
    others = [make.position(scene.consultation, texts={1: "Ja."}) for _ in range(3)]
    ticked = [scene.key, *(f"{other.organisation.slug}.1" for other in others)]
    scene.officer.post(f"{scene.base}/sammanstall/citera?i={finding.id}", data=desk(finding, valda=ticked))
    assert db.session.query(Point).count() == 4
    assert len(again(finding).citations) == 4


def test_whole_answers_are_taken_up_without_being_cited(scene: Scene) -> None:
    scene.officer.post(f"{scene.base}/sammanstall/ta-upp?enhet={scene.key}", data=desk())
    assert db.session.query(Point).one().quotation == TEXT


def test_many_are_set_aside_with_one_shared_reason_and_taken_back(scene: Scene) -> None:
    other = make.position(scene.consultation, texts={1: "Tack."})
    data = desk(valda=[scene.key, f"{other.organisation.slug}.1"], reason="Hör till regionen.")
    assert scene.officer.post(f"{scene.base}/sammanstall/lagg-at-sidan", data=data).status_code == 303
    points = db.session.query(Point).all()
    assert [point.set_aside_reason for point in points] == ["Hör till regionen."] * 2
    assert points[0].set_aside_by_id is not None
    scene.officer.post(f"{scene.base}/sammanstall/ta-tillbaka?enhet={points[0].number}", data=desk())
    assert again(points[0]).set_aside_at is None


def test_an_earlier_reason_is_chosen_again(scene: Scene) -> None:
    made.point(made.answer_of(make.position(scene.consultation)), set_aside_at=clock.now(), set_aside_reason="Avgjort redan.")
    scene.officer.post(f"{scene.base}/sammanstall/lagg-at-sidan", data=desk(valda=[scene.key], earlier_reason="Avgjort redan."))
    assert db.session.query(Point).filter_by(set_aside_reason="Avgjort redan.").count() == 2


def test_nothing_is_taken_up_with_a_reason_and_undone(scene: Scene) -> None:
    scene.officer.post(f"{scene.base}/sammanstall/inget", data=desk(valda=[scene.key], reason="En hälsning."))
    assert db.session.query(NothingToTakeUp).one().reason == "En hälsning."
    assert "En hälsning." in scene.officer.get(f"{scene.base}/sammanstall").text
    scene.officer.post(f"{scene.base}/sammanstall/ta-tillbaka?enhet={scene.key}", data=desk())
    assert db.session.query(NothingToTakeUp).count() == 0


def test_a_point_that_nothing_cites_is_removed(scene: Scene) -> None:
    point = made.point(scene.answer)
    scene.officer.post(f"{scene.base}/sammanstall/ta-bort?enhet={point.number}", data=desk())
    assert db.session.query(Point).count() == 0


def test_points_are_given_a_theme_by_a_new_name_and_the_theme_is_renamed(scene: Scene) -> None:
    scene.officer.post(f"{scene.base}/sammanstall/tema", data=desk(valda=[scene.key], new_theme="Vägen in"))
    theme = db.session.query(Theme).one()
    assert db.session.query(Point).one().theme_id == theme.id
    assert "Vägen in · 1" in scene.officer.get(f"{scene.base}/sammanstall?vy=tema&tema={theme.id}").text
    scene.officer.post(f"{scene.base}/sammanstall/teman", data={"theme": theme.id, "name": "Första samtalet"})
    assert again(theme).name == "Första samtalet"
    assert scene.officer.post(f"{scene.base}/sammanstall/teman", data={"theme": theme.id, "name": ""}).status_code == 422


def test_exact_words_are_taken_up_and_cited(scene: Scene, finding: Finding) -> None:
    group = make.group()
    with transaction():
        scene.consultation.groups = [group]
    url = f"{scene.base}/sammanstall/svar/{scene.org}/1"
    assert TEXT in scene.officer.get(url).text
    start = TEXT.index("Det behövs")
    data = {"start": start, "end": start + 23, "new_theme": "Nummer", "groups": [group.id], "finding": finding.id}
    assert scene.officer.post(url, data=data).status_code == 303
    point = db.session.query(Point).one()
    assert (point.quotation, point.theme.name, point.groups) == ("Det behövs ett nummer.", "Nummer", [again(group)])  # type: ignore[union-attr]
    assert again(finding).body == "Så är det.[1]"


def test_without_a_script_numbered_sentences_are_chosen_and_adjacent_ones_joined(scene: Scene) -> None:
    url = f"{scene.base}/sammanstall/svar/{scene.org}/1"
    scene.officer.post(url, data={"sentences": ["0", "1", "2"]})
    assert [point.quotation for point in db.session.query(Point)] == [TEXT]
    db.session.query(Point).delete()
    db.session.commit()
    scene.officer.post(url, data={"sentences": ["2", "0"]})
    assert [point.quotation for point in db.session.query(Point).order_by(Point.start)] == ["Vägen in är lång.", "Tack."]


def test_a_point_is_sorted(scene: Scene) -> None:
    theme, group = made.theme(scene.consultation), make.group()
    with transaction():
        scene.consultation.groups = [group]
    point = made.point(scene.answer)
    data = {f"p{point.number}-theme": theme.id, f"p{point.number}-groups": [group.id]}
    assert scene.officer.post(f"{scene.base}/sammanstall/synpunkt/{point.number}", data=data).status_code == 303
    assert (again(point).theme, again(point).groups) == (again(theme), [again(group)])


# --- refusals


@pytest.mark.parametrize(
    ("path", "values", "sentence"),
    [
        pytest.param("lagg-at-sidan", {"reason": ""}, "Skriv ett skäl", id="a reason is wanted"),
        pytest.param("lagg-at-sidan", {"valda": [], "reason": "x"}, "Kryssa för minst", id="something must be ticked"),
        pytest.param("citera?i=ny", {"body": "Så.[99]"}, "Hänvisningen 99 leder ingenstans", id="a mark leads somewhere"),
        pytest.param("citera?i=ny", {"heading": "x" * 201}, "Skriv högst 200 tecken", id="a heading is short"),
    ],
)
def test_a_refused_form_changes_nothing_and_keeps_every_word(scene: Scene, path: str, values: dict[str, Any], sentence: str) -> None:
    data = desk(heading="Rubriken", body="Orden & mer.", valda=[scene.key]) | values
    response = scene.officer.post(f"{scene.base}/sammanstall/{path}", data=data)
    assert response.status_code == 422
    assert sentence in response.text
    assert data["heading"] in response.text and data["body"].replace("&", "&amp;") in response.text
    if data["valda"]:
        assert f'value="{scene.key}"' in response.text and "checked" in response.text
    assert (db.session.query(Point).count(), db.session.query(Finding).count()) == (0, 0)


def test_a_cited_point_is_not_removed_and_the_reason_is_told(scene: Scene) -> None:
    point = made.point(scene.answer)
    made.finding(made.summary(scene.consultation), "Så.[1]")
    response = scene.officer.post(f"{scene.base}/sammanstall/ta-bort?enhet={point.number}", data=desk())
    assert response.status_code == 422 and "Synpunkt 1 citeras i sammanställningen" in response.text


def test_words_that_somebody_else_saved_stand_beside_ones_own(scene: Scene, finding: Finding) -> None:
    mine = desk(finding, body="Hans text.")
    with transaction():
        again(finding).body, again(finding).version = "Hennes text.", 2
    response = scene.officer.post(f"{scene.base}/sammanstall", data=mine)
    assert response.status_code == 422
    assert "Hennes text." in response.text and "Hans text." in response.text
    assert again(finding).body == "Hennes text."
    assert scene.officer.post(f"{scene.base}/sammanstall", data=mine | {"seen_version": 2}).status_code == 303
    assert again(finding).body == "Hans text."


POSTS = [
    "sammanstall",
    "sammanstall/citera?i=ny&enhet={key}",
    "sammanstall/ta-upp?enhet={key}",
    "sammanstall/lagg-at-sidan?enhet={key}",
    "sammanstall/inget?enhet={key}",
    "sammanstall/ta-tillbaka?enhet={key}",
    "sammanstall/ta-bort?enhet=1",
    "sammanstall/tema?enhet={key}",
    "sammanstall/flytta",
    "sammanstall/markera?enhet={key}",
    "sammanstall/svar/{org}/1/sla-ihop",
    "sammanstall/teman",
    "sammanstall/svar/{org}/1",
    "sammanstall/synpunkt/1",
    "sammanstallning",
    "sammanstallning/publicera",
    "sammanstallning/lydelser",
    "sammanstallning/ratta",
    "sammanstallning/maska",
    "sammanstallning/maska/visa-igen",
]
PAGES = [
    "sammanstall",
    "sammanstall/svar/{org}/1",
    "sammanstallning",
    "sammanstallning/forhandsgranska",
    "sammanstallning/maska",
    "sammanstall/teman",
    "sammanstallning/lydelser",
    "sammanstallning/ratta",
    "sammanstall/nya-versioner",
]


def at(scene: Scene, path: str) -> str:
    return f"{scene.base}/{path.format(key=scene.key, org=scene.org)}"


def test_only_those_who_handle_the_consultation_reach_it(scene: Scene, browse: Any) -> None:
    made.point(scene.answer)
    elsewhere = make.user((Role.officer, make.authority()), (Role.coordinator, make.municipality()))
    neighbour = make.user((Role.officer, make.authority(scene.consultation.municipality)))
    registrar = make.user((Role.registrar, scene.consultation.authority))
    member = make.user((Role.administrator, scene.position.organisation))
    posts, pages = ([at(scene, path) for path in paths] for paths in (POSTS, PAGES))
    for user, status in ((elsewhere, 404), (neighbour, 404), (registrar, 404), (member, 404), (None, 303)):
        browser = browse(user)
        answers = [browser.post(url, data=desk(reason="Nej.")) for url in posts] + [browser.get(url) for url in pages]
        for answer in answers:
            assert answer.status_code == status, answer.request.path
            assert user is not None or "/logga-in" in answer.location
    assert db.session.query(Point).one().set_aside_at is None and db.session.query(Finding).count() == 0


def test_what_changes_something_is_not_done_by_a_get(scene: Scene) -> None:
    for path in POSTS:
        if path.partition("?")[0] not in PAGES:
            assert scene.officer.get(at(scene, path)).status_code in (404, 405), path


BARRED = [path for path in POSTS if "enhet" in path or "svar" in path or "synpunkt" in path]


def test_an_official_who_is_a_member_is_barred_from_the_organisations_answers(scene: Scene, browse: Any) -> None:
    made.point(scene.answer)
    both = browse(make.user((Role.officer, scene.consultation.authority), (Role.writer, scene.position.organisation)))
    for path in BARRED:
        assert both.post(at(scene, path), data=desk(reason="Nej.", sentences=["0"])).status_code == 404, path
    assert db.session.query(Point).one().set_aside_at is None and db.session.query(Finding).count() == 0
    assert "Du är medlem i organisationen" in both.get(f"{scene.base}/sammanstall").text


def test_the_coordinator_takes_part_where_the_consultation_says_so(scene: Scene, browse: Any) -> None:
    coordinator = browse(make.user((Role.coordinator, scene.consultation.municipality)))
    assert coordinator.get(f"{scene.base}/sammanstall").status_code == 200
    with transaction():
        again(scene.consultation).coordinator_takes_part = False
    assert coordinator.get(f"{scene.base}/sammanstall").status_code == 404


def test_another_consultations_points_and_findings_are_not_reached(scene: Scene, finding: Finding) -> None:
    other = make.consultation(Phase.compiling, of=scene.consultation.authority)
    theirs = made.finding(made.summary(other), "Deras.")
    foreign = make.position(other)
    for path in (
        f"citera?i={theirs.id}&enhet={scene.key}",
        f"citera?i={finding.id}&enhet={foreign.organisation.slug}.1",
        "citera?i=x&enhet=1",
    ):
        assert scene.officer.post(f"{scene.base}/sammanstall/{path}", data=desk(finding)).status_code == 404
    assert again(theirs).body == "Deras."


@pytest.mark.parametrize("phase", [Phase.announced, Phase.summarised, Phase.cancelled])
def test_nothing_is_changed_in_the_wrong_phase_and_the_reason_is_told(app: Flask, browse: Any, phase: Phase) -> None:
    consultation = make.consultation(phase, questions=1)
    position = make.position(consultation)
    scene = Scene(consultation, position, browse(make.user((Role.officer, consultation.authority))))
    officer, base = scene.officer, scene.base
    page = officer.get(f"{base}/sammanstall")
    assert page.status_code == 200 and "Citera i" not in page.text and "Lägg åt sidan" not in page.text
    assert officer.post(f"{base}/sammanstall/ta-upp?enhet={scene.key}", data=desk()).status_code == 422
    assert officer.post(f"{base}/sammanstallning", data={"in_short": "x"}).status_code == 409
    assert officer.post(f"{base}/sammanstallning/publicera").status_code == 409
    assert db.session.query(Point).count() == 0


def test_an_address_or_a_button_that_leads_nowhere_is_no_crash(scene: Scene) -> None:
    made.point(scene.answer)
    for path, status in [
        ("sammanstall?fraga=99999999999999&sida=99999999999999", 200),  # filters fall back
        ("sammanstall?vy=tema&tema=99999999999999", 200),
        ("sammanstall?vy=x&fraga=x&sida=-1&stycke=x", 200),
        ("sammanstall/svar/{org}/99999999999999", 404),  # a question that cannot be
        ("sammanstall/svar/{org}/2", 404),  # a question without an answer
        ("sammanstallning/maska?text=99999999999999", 409),  # before publication
    ]:
        assert scene.officer.get(at(scene, path)).status_code == status, path
    for path in ("citera?i=99999999999999&enhet=1", "citera?i=ny&enhet=99999999999999", "ta-upp?enhet={org}.99999999999999"):
        assert scene.officer.post(at(scene, f"sammanstall/{path}"), data=desk()).status_code == 404, path


# --- the text


def text(summary: Summary, *findings: Finding, **values: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"seen_version": summary.version, "in_short": summary.in_short}
    for finding in findings:
        prefix = f"f{finding.id}-"
        data |= {f"{prefix}seen_version": finding.version, f"{prefix}heading": finding.heading, f"{prefix}body": finding.body}
    return data | values


def test_the_whole_text_is_saved_with_one_button(scene: Scene, finding: Finding) -> None:
    group, heard = make.group(), make.group()
    with transaction():
        scene.consultation.groups = [group, heard]
        again(scene.answer).version.groups = [heard]
    summary, other = finding.summary, made.finding(finding.summary, "Två.")
    data = text(summary, finding, other, in_short="Nytt.", not_heard=[group.id])
    data |= {f"f{finding.id}-body": "Ett nytt.", f"f{other.id}-heading": "Ny rubrik"}
    assert scene.officer.post(f"{scene.base}/sammanstallning", data=data).status_code == 303
    assert (again(finding).body, again(other).heading, again(summary).in_short) == ("Ett nytt.", "Ny rubrik", "Nytt.")
    assert again(summary).not_heard == [again(group)]
    page = scene.officer.get(f"{scene.base}/sammanstallning").text
    assert page.count('name="not_heard"') == 1, "only those that nobody speaks for are offered as not heard"


@pytest.mark.parametrize(
    ("pressed", "expected"),
    [
        pytest.param("ner:{a}", ["B", "A"], id="down"),
        pytest.param("upp:{b}", ["B", "A"], id="up"),
        pytest.param("ta-bort:{a}", ["B"], id="away"),
        pytest.param("ny", ["A", "B", ""], id="a new one"),
        pytest.param("citera:ny:1", ["A", "B", ""], id="a new one that cites"),
    ],
)
def test_each_button_saves_the_text_and_does_its_own(scene: Scene, finding: Finding, pressed: str, expected: list[str]) -> None:
    made.point(scene.answer)
    other = made.finding(finding.summary, "Två.", heading="B")
    data = text(finding.summary, finding, other, gor=pressed.format(a=finding.id, b=other.id)) | {f"f{finding.id}-heading": "A"}
    assert scene.officer.post(f"{scene.base}/sammanstallning", data=data).status_code == 303
    assert [one.heading for one in db.session.query(Finding).order_by(Finding.number)] == expected


def test_a_paragraph_is_marked_as_framing_with_one_button(scene: Scene, finding: Finding) -> None:
    import re

    page = scene.officer.get(f"{scene.base}/sammanstallning").text
    value = re.search(r'value="(ram:[^"]+)"', page)
    assert value and "Märk som inramning" in page
    scene.officer.post(f"{scene.base}/sammanstallning", data=text(again(finding).summary, again(finding), gor=value[1]))
    assert again(finding).body == "Så är det. [ram]"


def test_unused_points_are_listed_until_they_are_cited(scene: Scene, finding: Finding) -> None:
    made.point(scene.answer)
    assert "Synpunkter som inte är använda (1)" in scene.officer.get(f"{scene.base}/sammanstallning").text
    scene.officer.post(
        f"{scene.base}/sammanstallning", data=text(again(finding).summary, again(finding), gor=f"citera:{again(finding).id}:1")
    )
    assert again(finding).body == "Så är det.[1]"
    assert "Synpunkter som inte är använda (0)" in scene.officer.get(f"{scene.base}/sammanstallning").text


def test_both_texts_are_shown_when_somebody_else_has_saved(scene: Scene, finding: Finding) -> None:
    mine = text(finding.summary, finding) | {f"f{finding.id}-body": "Hans text.", "in_short": "Hans korta."}
    with transaction():
        saved, summary = again(finding), again(finding.summary)
        saved.body, saved.version, summary.in_short, summary.version = "Hennes text.", 2, "Hennes korta.", 2
    response = scene.officer.post(f"{scene.base}/sammanstallning", data=mine)
    assert response.status_code == 422
    for words in ("Hennes text.", "Hans text.", "Hennes korta.", "Hans korta."):
        assert words in response.text
    assert again(finding).body == "Hennes text."
    assert f'name="f{finding.id}-seen_version" type="hidden" value="2"' in response.text


def test_a_text_that_cites_what_is_not_there_is_refused_with_its_words(scene: Scene, finding: Finding) -> None:
    data = text(finding.summary, finding) | {f"f{finding.id}-body": "Så.[9]"}
    response = scene.officer.post(f"{scene.base}/sammanstallning", data=data)
    assert response.status_code == 422 and "Hänvisningen 9 leder ingenstans" in response.text and "Så.[9]" in response.text
    assert again(finding).body == "Så är det."


def test_a_finished_summary_is_published(scene: Scene) -> None:
    point = made.point(scene.answer)
    summary = made.summary(scene.consultation)
    made.finding(summary, f"Så är det.[{point.number}]")
    make.fact_check(scene.consultation)
    assert "Allt är klart" in scene.officer.get(f"{scene.base}/sammanstallning").text
    assert scene.officer.post(f"{scene.base}/sammanstallning/publicera").status_code == 303
    assert again(summary).published_at is not None
    assert [event.name for event in db.session.query(Event)] == ["summary_published"]
    page = scene.officer.get(f"{scene.base}/sammanstallning").text
    assert "Maska ord" in page and "<textarea" not in page


def test_publishing_tells_everything_that_is_left(scene: Scene, finding: Finding) -> None:
    page = scene.officer.get(f"{scene.base}/sammanstallning").text
    for words in ("varken en synpunkt eller ett skäl", "saknar källa", "disabled"):
        assert words in page
    assert f"/sammanstall/svar/{scene.org}/1" in page
    response = scene.officer.post(f"{scene.base}/sammanstallning/publicera")
    assert response.status_code == 409
    assert db.session.query(Summary).one().published_at is None and db.session.query(Event).count() == 0


def test_the_preview_shows_the_words_that_the_text_rests_on(scene: Scene) -> None:
    point = made.point(scene.answer)
    made.finding(made.summary(scene.consultation), f"Så är det.[{point.number}]")
    page = scene.officer.get(f"{scene.base}/sammanstallning/forhandsgranska").text
    assert 'href="#kalla-1"' in page and "Det behövs ett nummer." in page


# --- masking


@pytest.fixture
def published(app: Flask, browse: Any) -> Scene:
    consultation = make.consultation(Phase.summarised, questions=1)
    position = make.position(consultation)
    summary = made.summary(consultation, in_short="Anna säger nej.", published_at=clock.now())
    made.finding(summary, "Anna 🙂 sade det. [ram]", heading="Annas ord")
    for _ in range(2):
        made.point(made.answer_of(position), set_aside_at=clock.now(), set_aside_reason="Annas skäl.")
    return Scene(consultation, position, browse(make.user((Role.officer, consultation.authority))))


@pytest.mark.parametrize(
    ("key", "kind", "count"),
    [
        pytest.param("kort", "in_short", 1, id="in short"),
        pytest.param("rubrik-1", "finding_heading", 1, id="a heading"),
        pytest.param("text-1", "finding", 1, id="a finding"),
        pytest.param("skal-1", "set_aside", 2, id="a reason that two points share"),
    ],
)
def test_words_of_each_published_text_are_masked_and_shown_again(published: Scene, key: str, kind: str, count: int) -> None:
    url = f"{published.base}/sammanstallning/maska"
    assert published.officer.get(f"{url}?text={key}").status_code == 200
    assert published.officer.post(f"{url}?text={key}", data={"words": "Anna", "ground": "personal_data"}).status_code == 303
    masks = db.session.query(Mask).all()
    assert [(mask.kind, mask.start, mask.end) for mask in masks] == [(kind, 0, 4)] * count
    assert [event.name for event in db.session.query(Event)] == ["text_masked"] * count
    assert "Visa igen" in published.officer.get(f"{url}?text={key}").text
    assert published.officer.post(f"{url}/visa-igen?text={key}", data={"mask": again(masks[0]).id}).status_code == 303
    assert all(again(mask).removed_at for mask in masks)


def test_marked_words_are_masked_by_their_code_points(published: Scene) -> None:
    data = {"start": 5, "end": 6, "words": "", "ground": "personal_data"}
    published.officer.post(f"{published.base}/sammanstallning/maska?text=text-1", data=data)
    mask = db.session.query(Mask).one()
    assert (mask.start, mask.end) == (5, 6)


def test_where_words_stand_open_that_are_hidden_elsewhere_is_told_with_a_press_to_hide_them_there_too(published: Scene) -> None:
    url = f"{published.base}/sammanstallning/maska"
    assert "Samma ord" not in published.officer.get(url).text
    published.officer.post(f"{url}?text=kort", data={"words": "Anna", "ground": "secrecy"})
    told = published.officer.get(f"{url}?text=kort").text.partition('id="samma-ord"')[2]
    assert "i Rubrik 1" in told and "i Kort om" not in told and 'name="sentences" value="0-4"' in told
    assert published.officer.post(f"{url}?text=rubrik-1", data={"sentences": ["0-4"], "ground": "secrecy"}).status_code == 303
    assert "i Rubrik 1" not in published.officer.get(f"{url}?text=kort").text.partition('id="samma-ord"')[2]


def test_masking_words_that_are_not_there_is_refused_with_the_words(published: Scene) -> None:
    url = f"{published.base}/sammanstallning/maska?text=kort"
    response = published.officer.post(url, data={"words": "Bertil", "ground": "personal_data"})
    assert response.status_code == 422 and "Bertil" in response.text and "Orden finns inte i texten" in response.text
    assert published.officer.post(url, data={"words": "Anna", "ground": "x"}).status_code == 422
    assert published.officer.post(f"{published.base}/sammanstallning/maska?text=rubrik-9", data={}).status_code == 404
    assert db.session.query(Mask).count() == 0


def test_nothing_is_masked_before_publication(scene: Scene, finding: Finding) -> None:
    url = f"{scene.base}/sammanstallning/maska"
    assert scene.officer.get(url).status_code == 409
    assert scene.officer.post(f"{url}?text=text-1", data={"words": "Så", "ground": "personal_data"}).status_code == 409


# --- how much work it is


def test_htmx_gets_the_partial_and_the_page_includes_it(scene: Scene) -> None:
    htmx = {"HX-Request": "true"}
    part = scene.officer.get(f"{scene.base}/sammanstall", headers=htmx).text
    assert part.lstrip().startswith('<div id="arbetsbord"')
    done = scene.officer.post(f"{scene.base}/sammanstall/citera?i=ny&enhet={scene.key}", data=desk(body="Så."), headers=htmx)
    assert (
        done.status_code == 200
        and "Så.[1]" in done.text
        and "[1] citeras sist i samlad synpunkt 1." in done.text
        and "Alla 1 svar på frågor är klara" in done.text
    )
    refused = scene.officer.post(f"{scene.base}/sammanstall/lagg-at-sidan", data=desk(), headers=htmx)
    assert refused.status_code == 422 and refused.text.lstrip().startswith('<div id="arbetsbord"')


def test_saving_while_one_writes_gives_the_new_versions_and_what_is_left(scene: Scene, finding: Finding) -> None:
    data = text(finding.summary, finding) | {f"f{finding.id}-body": "Nytt."}
    part = scene.officer.post(f"{scene.base}/sammanstallning", data=data, headers={"HX-Request": "true"}).text
    assert f'name="f{finding.id}-seen_version" type="hidden" value="2"' in part
    assert 'id="lage"' in part and "<html" not in part


def test_statements_do_not_grow_with_the_answers(scene: Scene, finding: Finding) -> None:
    pages = ["sammanstall", "sammanstall?vy=organisation", "sammanstall?vy=tema", "sammanstall?kvar=1", *PAGES[2:4]]

    def add() -> None:
        for _ in range(3):
            point = made.point(made.answer_of(make.position(scene.consultation)))
            made.finding(again(finding).summary, f"Så.[{point.number}]\n\nUtan källa.")
            make.position(scene.consultation)

    keep_to(30, scene.officer, [f"{scene.base}/{page}" for page in pages], add)


def test_a_question_with_many_answers_is_paged(scene: Scene) -> None:
    for _ in range(27):
        make.position(scene.consultation)
    first, second = (scene.officer.get(f"{scene.base}/sammanstall?sida={page}").text for page in (1, 2))
    assert (first.count("<article"), second.count("<article")) == (25, 3)
    assert scene.officer.get(f"{scene.base}/sammanstall?sida=9").text.count("<article") == 25


def test_twelve_answers_take_four_posts(scene: Scene) -> None:
    """Tick and cite, tick and set aside, three sentences, publish: fewer than copying one answer into a document."""
    others = [make.position(scene.consultation, texts={1: "Ja."}) for _ in range(11)]
    keys = [scene.key, *(f"{other.organisation.slug}.1" for other in others)]
    posts = 0

    def press(path: str, data: dict[str, Any]) -> None:
        nonlocal posts
        posts += 1
        assert scene.officer.post(f"{scene.base}/{path}", data=data).status_code == 303

    press("sammanstall/citera?i=ny", desk(heading="Vägen in", body="Tio säger att den är lång.", valda=keys[:10]))
    press("sammanstall/lagg-at-sidan", desk(finding=db.session.query(Finding).one(), valda=keys[10:], reason="Hör till regionen."))
    summary, finding = db.session.query(Summary).one(), db.session.query(Finding).one()
    press("sammanstallning", text(summary, finding, in_short="Vägen är lång. Alla är överens. Ingen säger nej."))
    make.fact_check(again(scene.consultation))
    press("sammanstallning/publicera", {})
    assert posts == 4
    assert again(scene.consultation).summary_published_at is not None


def test_points_of_a_replaced_answer_are_moved_with_one_button(scene: Scene, finding: Finding) -> None:
    point = made.point(scene.answer, start=0, end=17)
    new_version(scene.position, {1: f"Först. {TEXT}"})
    assert "hör till ett svar som inte längre gäller" in scene.officer.get(f"{scene.base}/sammanstall").text
    assert scene.officer.post(f"{scene.base}/sammanstall/flytta", data=desk(finding)).status_code == 303
    assert again(point).quotation == "Vägen in är lång."
    assert "inte längre gäller" not in scene.officer.get(f"{scene.base}/sammanstall").text
