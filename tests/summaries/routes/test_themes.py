"""The pages of themes, and of sharing the work: what each button does, and who may press it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.positions.models import Position
from sakrad.summaries import commands
from sakrad.summaries.models import Assignment, PointChange, Reading, Theme, ThemeChange
from tests import factories as make
from tests.factories import again, do
from tests.factories import summaries as made
from tests.factories.summaries import new_version
from tests.statements import keep_to

TEXT = "Vägen in är lång. 🙂 Det behövs ett nummer."


class Place:
    """A consultation with two answers, two themes of which the one has a point, an officer and a colleague."""

    def __init__(self, browse: Any, phase: Phase = Phase.compiling) -> None:
        self._consultation = make.consultation(phase, questions=2)
        self._positions = [make.position(self._consultation, texts={1: TEXT, 2: "Ja."}) for _ in range(2)]
        self.theme, self.other = (made.theme(self.consultation, name=name, order=order) for order, name in enumerate(("Vägen in", "Tolk")))
        self.point = made.point(made.answer_of(self.positions[0]), start=0, end=17, theme_id=self.theme.id)
        role = (Role.officer, self.consultation.authority)
        self.me, self.colleague = make.user(role, name="Anna Berg"), make.user(role, name="Bo Ek")
        self.browser = browse(self.me)
        self.base = f"/handlaggning/{self.consultation.municipality.slug}/sakrad/{self.consultation.slug}/sammanstall"
        self.keys = [f"{position.organisation.slug}.1" for position in self.positions]

    @property
    def consultation(self) -> Consultation:
        return again(self._consultation)

    @property
    def positions(self) -> list[Position]:
        return [again(position) for position in self._positions]

    def posts(self) -> list[tuple[str, dict[str, Any]]]:
        theme, other = self.theme.id, self.other.id
        return [
            ("/teman", {"name": "Nytt", "description": "Allt om nytt.", "under": theme}),
            ("/teman", {"theme": theme, "name": "Nytt namn"}),
            ("/teman/ordna", {"theme": other, "at": "upp"}),
            ("/teman/under", {"theme": other, "under": theme}),
            ("/teman/ihop", {"theme": theme, "into": other}),
            ("/teman/ta-bort", {"theme": other}),
            ("/teman/ge", {"theme": theme, "colleague": self.colleague.id}),
            (f"/teman/synpunkter?tema={theme}", {"valda": self.point.number, "name": "Telefon"}),
            (f"/ge?enhet={self.keys[0]}", {"colleague": self.colleague.id}),
            (f"/last?enhet={self.keys[0]}", {}),
        ]

    def pages(self) -> list[str]:
        return [
            "/teman",
            f"/teman/synpunkter?tema={self.theme.id}",
            "/teman/synpunkter",
            "/teman/historik",
            "/bredvid?fraga=1",
            "?vy=grupp",
        ]


@pytest.fixture
def place(app: Flask, browse: Any) -> Place:
    return Place(browse)


def rows() -> list[Any]:
    """All that these pages can change."""
    tables = (Theme, ThemeChange, Assignment, Reading, PointChange)
    return [
        *(db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables),
        *db.session.execute(sa.select(Theme.name, Theme.parent_id, Theme.order)),
    ]


def events() -> list[Event]:
    return list(db.session.scalars(sa.select(Event).where(Event.name == "work_assigned")))


def test_nobody_else_reaches_them(place: Place, browse: Any) -> None:
    before = rows()
    outsiders = [
        make.user((Role.officer, make.authority(place.consultation.municipality)), (Role.coordinator, make.municipality())),
        make.user((Role.registrar, place.consultation.authority)),
        make.user((Role.administrator, place.positions[0].organisation)),
    ]
    for browser, status in [*((browse(user), 404) for user in outsiders), (browse(), 303)]:
        assert [browser.post(place.base + path, data=data).status_code for path, data in place.posts()] == [status] * len(place.posts())
        assert [browser.get(place.base + path).status_code for path in place.pages()] == [status] * len(place.pages())
    assert rows() == before and not events()


def test_what_belongs_to_another_consultation_is_not_found(place: Place, browse: Any) -> None:
    other = Place(browse)
    before = rows()
    for path, data in other.posts()[1:]:
        assert place.browser.post(place.base + path, data=data).status_code in (404, 422), path
    assert place.browser.post(f"{place.base}/ge?enhet={place.keys[0]}", data={"colleague": other.colleague.id}).status_code == 422
    assert place.browser.get(f"{place.base}/teman/synpunkter?tema={other.theme.id}").status_code == 404
    assert rows() == before


def test_nothing_changes_after_publication_and_the_reason_is_told(app: Flask, browse: Any) -> None:
    place = Place(browse, Phase.summarised)
    before = rows()
    for path, data in place.posts()[:-1]:
        page = place.browser.post(place.base + path, data=data)
        assert page.status_code in (409, 422) and "publicera" in page.text, path
    assert rows() == before
    assert [place.browser.get(place.base + path).status_code for path in place.pages()] == [200] * len(place.pages())


def test_themes_are_added_described_moved_split_merged_and_the_history_tells(place: Place) -> None:
    def press(path: str, **data: Any) -> Any:
        response = place.browser.post(f"{place.base}/teman{path}", data=data)
        assert response.status_code == 303, response.text
        return response

    theme, other = place.theme.id, place.other.id
    press("", name="Telefon", description="När ingen svarar.", under=theme)
    press("", theme=other, name="Tolkning", description="")
    press("/ordna", theme=other, at="upp")
    split = place.browser.post(f"{place.base}/teman/synpunkter?tema={theme}", data={"valda": 1, "name": "Ingången"})
    assert split.status_code == 303 and "Vägen in är lång." in place.browser.get(split.location).text
    press("/ihop", theme=theme, into=other)  # Telefon comes along
    page = place.browser.get(f"{place.base}/teman").text
    assert "När ingen svarar." in page and "Ångra sammanslagningen" in page
    press("/angra")
    told = place.browser.get(f"{place.base}/teman/historik").text
    for line in ("”Tolk” fick namnet ”Tolkning”", "En del av ”Vägen in” flyttades till ”Ingången”", "”Vägen in” slogs ihop med ”Tolkning”"):
        assert line in told
    assert "Anna Berg" in told and "Synpunkt 1 gick över" in told


def test_what_is_wrong_comes_back_with_every_word(place: Place) -> None:
    long = "x" * 121
    for path, data in [
        ("/teman", {"name": "", "description": "Allt om tolkar."}),
        ("/teman", {"name": long, "description": "Allt om tolkar."}),
        ("/teman/under", {"theme": place.theme.id, "under": place.theme.id}),
        (f"/teman/synpunkter?tema={place.theme.id}", {"name": "Allt om tolkar."}),
        (f"/teman/synpunkter?tema={place.theme.id}", {"valda": 1}),
    ]:
        page = place.browser.post(place.base + path, data=data)
        assert page.status_code == 422 and all(str(word) in page.text for word in data.values() if isinstance(word, str)), path
    assert place.browser.post(f"{place.base}/ge", data={"colleague": place.colleague.id}).status_code == 422
    assert place.browser.post(f"{place.base}/teman/ta-bort", data={"theme": place.theme.id}).status_code == 422


def test_work_is_given_with_one_event_each_press_and_the_last_one_wins_and_is_told_so(place: Place, browse: Any) -> None:
    colleague = browse(place.colleague)
    response = place.browser.post(f"{place.base}/ge?vy=fraga&fraga=1&allt=1", data={"colleague": place.colleague.id})
    assert response.status_code == 303
    (event,) = events()
    assert (event.subject_id, event.data) == (place.colleague.id, {"answers": 2, "themes": 0})
    assert colleague.get(f"{place.base}?vy=organisation&mina=1").text.count("<article") == 2
    assert place.browser.get(f"{place.base}?vy=organisation&mina=1").text.count("<article") == 0
    todo = f"/handlaggning/{place.consultation.municipality.slug}"
    assert "Tilldelat dig" in colleague.get(todo).text and "Tilldelat dig" not in place.browser.get(todo).text
    place.browser.post(f"{place.base}/ge?enhet={place.keys[0]}", data={"colleague": place.me.id})
    assert "i stället för Bo Ek" in place.browser.get(place.base).text
    place.browser.post(f"{place.base}/ge?enhet={place.keys[1]}", data={"colleague": "ingen"})
    assert db.session.scalars(sa.select(Assignment.user_id)).all() == [place.me.id]
    refused = place.browser.post(f"{place.base}/ge?vy=fraga&fraga=1&allt=1", data={"colleague": ""})
    assert refused.status_code == 422 and "Välj vem som ska ha hand om svaren" in refused.text
    assert db.session.query(Assignment).count() == 1, "all is not given to nobody by mistake"


def test_a_theme_brings_its_answers_and_a_new_version_stays_in_the_same_hands(place: Place) -> None:
    place.browser.post(f"{place.base}/teman/ge", data={"theme": place.theme.id, "colleague": place.me.id})
    mine = f"{place.base}?vy=organisation&mina=1"
    assert place.browser.get(mine).text.count("<article") == 1
    place.browser.post(f"{place.base}/ge?enhet={place.keys[1]}", data={"colleague": place.me.id})
    new_version(place.positions[1], {1: "Nya ord."})
    page = place.browser.get(mine).text
    assert page.count("<article") == 2 and "Nya ord." in page and "Hos dig" in page


def test_nobody_is_given_what_jav_bars_them_from(place: Place) -> None:
    member = make.user((Role.officer, place.consultation.authority), (Role.writer, place.positions[0].organisation), name="Cia Dal")
    place.browser.post(f"{place.base}/ge?enhet={place.keys[0]}", data={"colleague": member.id})
    assert db.session.query(Assignment).count() == 0
    assert "Cia Dal är medlem" in place.browser.get(place.base).text


def test_what_one_has_read_is_remembered_by_a_button_by_the_page_and_by_deciding(place: Place, browse: Any) -> None:
    unread = f"{place.base}?fraga=1&olasta=1"
    assert place.browser.get(unread).text.count("<article") == 2
    place.browser.post(f"{place.base}/last?enhet={place.keys[0]}")
    place.browser.post(f"{place.base}/last?enhet={place.keys[0]}")  # twice is once
    page = place.browser.get(unread).text
    assert page.count("<article") == 1 and place.keys[0] not in page
    assert '<abbr title="Anna Berg">AB</abbr>' in place.browser.get(place.base).text
    do(commands.take_up, made.answer_of(place.positions[1]), spans=None, actor=place.me)
    assert place.browser.get(unread).text.count("<article") == 0
    colleague = browse(place.colleague)
    colleague.post(f"{place.base}/last?allt=1", data={"visade": place.keys})
    assert db.session.query(Reading).count() == 4


def test_groups_themes_and_pieces_show_what_belongs_together(place: Place) -> None:
    group = make.group(name="Barn")
    part = made.theme(place.consultation, name="Telefon", parent_id=place.theme.id, order=9)
    made.point(made.answer_of(place.positions[1]), theme_id=part.id, groups=[group])
    by_theme = place.browser.get(f"{place.base}?vy=tema&tema={place.theme.id}").text
    assert by_theme.count("<article") == 2 and '<mark data-points="1">Vägen in är lång.</mark>' in by_theme
    by_group = place.browser.get(f"{place.base}?vy=grupp&grupp={group.slug}").text
    assert by_group.count("<article") == 1 and place.positions[1].organisation.name in by_group
    beside = place.browser.get(f"{place.base}/bredvid?fraga=1&org={place.positions[0].organisation.slug}").text
    assert beside.count("<article") == 1 and "Vägen in är lång." in beside


def test_statements_do_not_grow_with_the_rows(place: Place) -> None:
    paths = ("/teman", f"/teman/synpunkter?tema={place.theme.id}", "/bredvid?fraga=1", "?mina=1&vy=organisation", "?vy=grupp&olasta=1")

    def add() -> None:
        for _ in range(2):
            answer = made.answer_of(make.position(place.consultation))
            made.point(answer, theme_id=place.theme.id)
            theme = made.theme(place.consultation, name=f"Tema {answer.id}", parent_id=place.theme.id)
            given = {"consultation_id": place.consultation.id, "user_id": place.me.id, "assigned_at": clock.now()}
            make.save(Assignment(theme_id=theme.id, **given), Assignment(answer_id=answer.id, **given))

    keep_to(28, place.browser, [place.base + path for path in paths], add)
