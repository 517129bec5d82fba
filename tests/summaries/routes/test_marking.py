"""Marking on the workbench and on the page of one answer; splitting, merging, and moving points to newer versions."""

from __future__ import annotations

from typing import Any

import pytest

from sakrad.core.db import db, transaction
from sakrad.summaries import commands
from sakrad.summaries.models import Finding, Point
from tests import factories as make
from tests.factories import again, do
from tests.factories import summaries as made
from tests.factories.summaries import new_version
from tests.factories.workbench import TEXT, Scene, desk
from tests.statements import keep_to

START = TEXT.index("Det behövs")


def marked(**values: Any) -> dict[str, Any]:
    values = {"start": START, "end": START + 22, "theme": "", "finding": ""} | values
    return {f"m-{name}": value for name, value in values.items()}


def test_marked_words_are_taken_up_where_they_are_read_and_what_was_being_written_is_saved(scene: Scene, finding: Finding) -> None:
    group = make.group()
    with transaction():
        scene.consultation.groups = [group]
    words = marked(new_theme="Nummer", groups=[group.id], note="Fråga Eva.", finding=finding.id)
    url = f"{scene.base}/sammanstall/markera?vy=fraga&fraga=1&enhet={scene.key}"
    assert scene.officer.post(url, data=desk(finding, body="Så är det. Mer.") | words).status_code == 303
    point = db.session.query(Point).one()
    assert (point.quotation, point.theme.name, point.note) == ("Det behövs ett nummer.", "Nummer", "Fråga Eva.")  # type: ignore[union-attr]
    assert point.groups == [again(group)]
    assert again(finding).body == "Så är det. Mer.[1]"
    page = scene.officer.get(f"{scene.base}/sammanstall").text
    assert 'data-points="1">Det behövs ett nummer.</mark>' in page, "the words are marked in the text"


def test_the_next_words_start_under_the_same_theme_and_are_cited_where_one_chooses(scene: Scene, finding: Finding) -> None:
    theme = made.theme(scene.consultation)
    url = f"{scene.base}/sammanstall/markera?enhet={scene.key}"
    words = desk(finding) | marked(theme=theme.id, finding=finding.id)
    page = scene.officer.post(url, data=words, headers={"HX-Request": "true"}).text
    assert f'<option selected value="{theme.id}">' in page and '<option selected value="">Citera inte än' in page
    assert "Orden är synpunkt [1], och citeras sist i samlad synpunkt 1." in page and 'name="m-start" type="hidden" value=""' in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        pytest.param({"end": ""}, "Markera orden", id="no words"),
        pytest.param({"end": 999}, "finns inte i svaret", id="words that are not there"),
        pytest.param({"note": "x" * 501}, "högst 500", id="too long a note"),
    ],
)
def test_a_refused_marking_keeps_every_word(scene: Scene, values: dict[str, Any], sentence: str) -> None:
    words = {"new_theme": "Nytt ord", "note": "Kom ihåg."} | values
    response = scene.officer.post(f"{scene.base}/sammanstall/markera?enhet={scene.key}", data=desk(body="Min text.") | marked(**words))
    assert response.status_code == 422 and sentence in response.text
    assert "Nytt ord" in response.text and words["note"] in response.text and "Min text." in response.text
    assert db.session.query(Point).count() == 0


def test_a_point_is_split_reworded_and_merged_on_the_page_of_its_answer(scene: Scene) -> None:
    url = f"{scene.base}/sammanstall/svar/{scene.org}/1"
    do(commands.take_up, scene.answer, spans=None)
    assert '<option selected value="dela-1">' in scene.officer.get(f"{url}?dela=1").text
    assert scene.officer.post(url, data={"use": "dela-1", "sentences": ["1"]}).status_code == 303
    said = [point.quotation for point in db.session.query(Point).order_by(Point.number)]
    assert said == ["Vägen in är lång.", "🙂 Det behövs ett nummer.", "Tack."]
    assert scene.officer.post(url, data={"use": "ord-3", "start": START, "end": len(TEXT)}).status_code == 303
    assert scene.officer.post(f"{url}/sla-ihop", data={"points": ["1", "2"]}).status_code == 303
    said = [point.quotation for point in db.session.query(Point).order_by(Point.number)]
    assert said == ["Vägen in är lång. 🙂 Det behövs ett nummer.", "Det behövs ett nummer. Tack."]
    page = scene.officer.get(url).text
    assert "Ihopslagen" in page and "Delad" in page and "Orden ändrade" in page


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        pytest.param("/sla-ihop", {"points": ["1"]}, "minst två", id="one alone is not merged"),
        pytest.param("", {"use": "dela-1", "sentences": ["0"]}, "finns inte", id="all of a point is no part of it"),
        pytest.param("", {"use": "ord-1", "sentences": ["0", "2"]}, "finns inte", id="the words of a point stand side by side"),
        pytest.param("", {"use": "ord-1", "sentences": ["2"]}, "redan synpunkt 2", id="two points are not the same words"),
    ],
)
def test_a_point_keeps_its_shape_when_it_is_refused(scene: Scene, path: str, data: dict[str, Any], sentence: str) -> None:
    made.point(scene.answer, start=0, end=17)
    made.point(scene.answer, start=TEXT.index("Tack"), end=len(TEXT))
    response = scene.officer.post(f"{scene.base}/sammanstall/svar/{scene.org}/1{path}", data=data)
    assert response.status_code == 422 and sentence in response.text
    assert [point.quotation for point in db.session.query(Point).order_by(Point.number)] == ["Vägen in är lång.", "Tack."]


def test_a_finding_that_a_colleague_writes_in_is_not_rewritten_meanwhile(scene: Scene, finding: Finding) -> None:
    colleague = make.user()
    points = [made.point(scene.answer, start=0, end=17), made.point(scene.answer, start=START, end=START + 22)]
    do(commands.save_finding, finding, heading="Så", body="Så.[2]", seen_version=1, actor=colleague)
    response = scene.officer.post(f"{scene.base}/sammanstall/svar/{scene.org}/1/sla-ihop", data={"points": ["1", "2"]})
    assert response.status_code == 422 and "skrivs av en kollega" in response.text
    assert again(points[1]).number == 2 and again(finding).body == "Så.[2]"


def test_newer_versions_tell_what_moves_and_what_is_lost_before_anything_is_moved(scene: Scene, finding: Finding) -> None:
    made.point(scene.answer, start=0, end=17)
    lost = made.point(scene.answer, start=TEXT.index("Tack"), end=len(TEXT))
    do(commands.cite, finding, lost)
    new_version(scene.position, {1: "Först. Vägen in är lång. 🙂 Det behövs ett nummer."})
    url = f"{scene.base}/sammanstall/nya-versioner"
    page = scene.officer.get(url).text
    assert (
        "Flytta en synpunkt" in page
        and "Orden står på ett annat ställe" in page
        and "Orden finns inte kvar" in page
        and "Citeras i 1" in page
    )
    assert "<ins>" in page and "<del>" in page
    response = scene.officer.post(f"{scene.base}/sammanstall/flytta")
    assert response.location.endswith("/nya-versioner")
    page = scene.officer.get(url).text
    assert "En synpunkt är flyttad till det nya svaret. En synpunkts ord finns inte kvar." in page and "Flyttade" in page
    answer = f"{scene.base}/sammanstall/svar/{scene.org}/1"
    assert f"{answer}?ord={lost.number}" in page
    assert '<option selected value="ord-2">' in scene.officer.get(f"{answer}?ord=2").text
    assert scene.officer.post(answer, data={"use": "ord-2", "start": 0, "end": 6}).status_code == 303
    assert again(lost).quotation == "Först."
    assert "Orden är valda på nytt" in scene.officer.get(url).text


def test_statements_do_not_grow_with_the_newer_versions(scene: Scene) -> None:
    url = f"{scene.base}/sammanstall/nya-versioner"

    def add() -> None:
        for text in (f"Först. {TEXT}", "Allt är nytt."):
            for _ in range(2):
                position = make.position(scene.consultation, texts={1: TEXT})
                made.point(made.answer_of(position), start=0, end=17)
                new_version(position, {1: text})
            if TEXT in text:
                scene.officer.post(f"{scene.base}/sammanstall/flytta")

    keep_to(25, scene.officer, [url], add)
