"""Templates and copies: begun from, kept, shared, handed on, taken in and taken away."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from sakrad.consultations import commands, queries_templates, template_file
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, ConsultationTemplate, Invitation, Question, QuestionKind
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from tests import factories as make
from tests.factories.consultations import fresh, matter, officer_of, staff_address
from tests.factories.preparing import plain, template
from tests.policing import PolicingClient

Browse = Callable[..., PolicingClient]


def home(kommun: str, path: str = "") -> str:
    return f"/handlaggning/{kommun}/sakrad/nytt/mallar{path}"


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).where(Event.name.startswith("template_")).order_by(Event.id)))


def upload(content: bytes) -> dict[str, Any]:
    return {"file": (io.BytesIO(content), "mall.json")}


def test_the_list_shows_ready_own_and_others_but_nobodys_unshared(app: Any, browse: Browse) -> None:
    authority = make.authority()
    template(authority.municipality, name="Vår egen mall")
    template(shared=True, name="Grannens delade mall")
    template(name="Grannens hemliga mall")
    page = browse(officer_of(authority)).get(home(authority.municipality.slug)).get_data(as_text=True)
    for name in ("Kort sakråd", "Nationella minoriteter", "Vår egen mall", "Grannens delade mall"):
        assert name in page
    assert "hemliga" not in page
    assert "?mall=kort-sakrad" in page


@pytest.mark.parametrize("code", ["partnerskap", "foreningsbidrag"])
def test_a_new_consultation_begins_with_the_templates_texts(app: Any, browse: Browse, code: str) -> None:
    authority = make.authority()
    page = browse(officer_of(authority)).get(f"/handlaggning/{authority.municipality.slug}/sakrad/nytt?mall={code}").get_data(as_text=True)
    content = queries_templates.built_in()[code]
    assert content.asked[0].text in page and content.lead in page


def test_a_draft_begun_from_a_template_has_its_questions_with_kind_and_options(app: Any, browse: Browse) -> None:
    authority = make.authority()
    content = queries_templates.built_in()["partnerskap"]
    typed = matter(authority=authority.slug, title="Översyn", questions="\n".join(question.text for question in content.asked))
    address = f"/handlaggning/{authority.municipality.slug}/sakrad/nytt?mall=partnerskap"
    assert browse(officer_of(authority)).post(address, data=typed).status_code == 303
    made = db.session.scalars(sa.select(Question).join(Question.consultation).order_by(Question.number)).all()
    assert [(each.kind, each.text, tuple(each.options)) for each in made[:-1]] == [
        (each.kind, each.text, each.options) for each in content.asked
    ]


def test_a_template_of_another_municipality_opens_only_when_it_is_shared(app: Any, browse: Browse) -> None:
    authority = make.authority()
    hidden, shared = template().reference, template(shared=True).reference
    client = browse(officer_of(authority))
    assert client.get(home(authority.municipality.slug, f"/{hidden}")).status_code == 404
    assert client.get(home(authority.municipality.slug, f"/{shared}")).status_code == 200
    assert client.post(home(authority.municipality.slug, f"/{shared}/ta-bort")).status_code == 404


def test_questions_keep_what_belongs_to_them_when_their_places_are_filled_in(app: Any) -> None:
    consultation = make.consultation(Phase.draft, questions=1)
    content = template_file.checked(plain())
    lines = ["Vad behövs i Norrbys gamla skola?", "En helt egen fråga om något annat?"]
    with transaction():
        commands.draft_from(fresh(consultation), content, lines=lines, actor=None, at=clock.now())
    made = db.session.scalars(sa.select(Question).where(Question.consultation_id == consultation.id).order_by(Question.number)).all()
    assert [question.kind for question in made] == [QuestionKind.need, QuestionKind.experience, QuestionKind.open]
    assert made[0].text == lines[0] and made[0].options == ["Tid", "Plats"] and made[0].help == "Sätt det viktigaste överst."


def test_a_consultation_is_kept_shared_handed_on_and_taken_in_elsewhere(app: Any, browse: Browse, client: PolicingClient) -> None:
    consultation = make.consultation(Phase.open, need="Avtalet går ut.", closes_at=None, announced_at=None, opens_at=None)
    kommun, officer = consultation.municipality.slug, browse(officer_of(consultation.authority))
    kept = officer.post(staff_address(consultation, "mall"), data={"name": "Vår mall", "description": "När det gäller stöd."})
    assert kept.status_code == 303
    reference = kept.location.rpartition("/")[2]
    assert client.get(f"/mallar/{reference}").status_code == 404
    assert officer.post(home(kommun, f"/{reference}/dela")).status_code == 303
    assert "Vår mall" in client.get("/mallar").get_data(as_text=True)
    assert "Avtalet går ut." in client.get(f"/mallar/{reference}").get_data(as_text=True)
    file = client.get(f"/mallar/{reference}.json")
    assert file.mimetype == "application/json" and "attachment" in file.headers["Content-Disposition"]
    assert consultation.diary_number not in file.get_data(as_text=True)

    other = make.authority()
    taken = browse(officer_of(other)).post(home(other.municipality.slug), data=upload(file.data))
    assert taken.status_code == 303
    mine = db.session.scalars(sa.select(ConsultationTemplate).where(ConsultationTemplate.municipality_id == other.municipality_id)).one()
    assert mine.origin == consultation.municipality.full_name
    assert len(mine.content["questions"]) == len(fresh(consultation).questions)
    twin = browse(officer_of(other)).post(home(other.municipality.slug), data=upload(file.data))
    assert twin.status_code == 422 and "Ni har redan mallen: ”Vår mall”" in twin.get_data(as_text=True)

    assert officer.post(home(kommun, f"/{reference}/sluta-dela")).status_code == 303
    assert client.get(f"/mallar/{reference}").status_code == 404
    assert officer.post(home(kommun, f"/{reference}/ta-bort")).status_code == 303
    assert officer.get(home(kommun, f"/{reference}")).status_code == 404
    assert events() == ["template_kept", "template_shared", "template_imported", "template_unshared", "template_removed"]


def test_a_kept_templates_texts_and_questions_are_changed_with_the_same_checks(app: Any, browse: Browse) -> None:
    authority = make.authority()
    row = template(authority.municipality)
    url = home(authority.municipality.slug, f"/{row.reference}/texter")
    officer = browse(officer_of(authority))
    page = officer.get(url).get_data(as_text=True)
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    data = {"name": "Ny", "purpose": "Nytt syfte", "q1_text": "Vad?", "q1_kind": "choice", "q1_options": "Ja", "seen": seen}
    refused = officer.post(url, data=data)
    assert refused.status_code == 422 and "Nytt syfte" in refused.get_data(as_text=True)
    data |= {"q1_options": "Ja\nNej", "q2_text": "", "q3_text": ""}
    assert officer.post(url, data=data).status_code == 303
    content = fresh(row).content
    assert (fresh(row).name, content["purpose"], content["questions"][0]["options"]) == ("Ny", "Nytt syfte", ["Ja", "Nej"])
    lost = officer.post(url, data=data | {"purpose": "Ett tredje"})
    assert lost.status_code == 409 and "Nytt syfte" in lost.get_data(as_text=True) and "Ett tredje" in lost.get_data(as_text=True)
    assert browse(officer_of(make.authority())).get(url).status_code == 404
    assert events() == ["template_changed"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"PK\x03\x04", "går inte att läsa"),
        (b" " * 300_000, "större än 200 kB"),
        (json.dumps({"format": "sakrad-mall", "version": 1} | plain(title="x" * 161)).encode(), "Rubrik: Texten är längre än 160 tecken"),
        (b"", "går inte att läsa"),
    ],
)
def test_a_faulty_file_is_refused_in_words_beside_the_field(app: Any, browse: Browse, raw: bytes, words: str) -> None:
    authority = make.authority()
    answer = browse(officer_of(authority)).post(home(authority.municipality.slug), data=upload(raw))
    assert answer.status_code == 422 and words in answer.get_data(as_text=True)
    assert events() == []


def test_hostile_words_in_a_template_are_only_words(app: Any, client: PolicingClient) -> None:
    hostile = "<script>alert(1)</script> [tryck](javascript:alert(1))"
    row = template(shared=True, name=hostile, title=hostile, background=hostile, description=hostile)
    for path in ("/mallar", f"/mallar/{row.reference}"):
        page = client.get(path).get_data(as_text=True)
        assert "<script>alert" not in page and 'href="javascript' not in page


def test_where_a_file_says_that_it_comes_from_stands_as_the_files_word(app: Any, client: PolicingClient) -> None:
    row = template(shared=True, origin="Regeringskansliet")
    whose = fresh(row).municipality.full_name
    for path, words in (("/mallar", f"delad av {whose}"), (f"/mallar/{fresh(row).reference}", f"Delad av {whose}")):
        page = client.get(path).get_data(as_text=True)
        assert f"{words} · enligt filen från Regeringskansliet" in page
    plain_one = template(shared=True)
    assert "enligt filen" not in client.get(f"/mallar/{fresh(plain_one).reference}").get_data(as_text=True)


def test_a_municipality_keeps_only_so_many(app: Any, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    from sakrad.consultations.commands import templates

    monkeypatch.setattr(templates, "MOST_KEPT", 1)
    consultation = make.consultation(Phase.draft)
    template(consultation.municipality)
    answer = browse(officer_of(consultation.authority)).post(staff_address(consultation, "mall"), data={"name": "Ännu en"})
    assert answer.status_code == 422 and 'value="Ännu en"' in answer.get_data(as_text=True)


def test_a_copy_has_texts_questions_and_groups_but_no_dates_number_or_invitations(app: Any, browse: Browse) -> None:
    source = make.consultation(Phase.ended, use_of_views="Allt läses.", short_time_reason="Bråttom.")
    group = make.group()
    with transaction():
        fresh(source).groups.append(group)
    make.invitation(source)
    answer = browse(officer_of(source.authority)).post(staff_address(source, "kopiera"), data={"title": "Ett år senare"})
    assert answer.status_code == 303
    copy = db.session.scalars(sa.select(Consultation).where(Consultation.title == "Ett år senare")).one()
    assert copy.announced_at is None and copy.opens_at is None and copy.closes_at is not None and copy.closes_at > clock.now()
    assert (copy.diary_number, copy.short_time_reason, copy.ended_at) == ("", "", None)
    assert (copy.use_of_views, copy.purpose, copy.function_id) == ("Allt läses.", fresh(source).purpose, source.function_id)
    assert [question.text for question in copy.questions] == [question.text for question in fresh(source).questions]
    assert [each.slug for each in copy.groups] == [group.slug]
    assert copy.invitations == []


def test_invitations_are_copied_when_ticked_but_not_one_that_the_officer_is_partial_to(app: Any, browse: Browse) -> None:
    from sakrad.accounts.models import Role

    source = make.consultation(Phase.open)
    theirs, own = make.invitation(source), make.invitation(source)
    officer = make.user((Role.officer, source.authority), (Role.writer, own.organisation))
    answer = browse(officer).post(staff_address(source, "kopiera"), data={"title": "Igen", "invitations": "y"})
    assert answer.status_code == 303
    copied = sa.select(Invitation).join(Invitation.consultation).where(Consultation.title == "Igen")
    assert [invitation.organisation_id for invitation in db.session.scalars(copied)] == [theirs.organisation_id]
    assert all(invitation.sent_at is None for invitation in db.session.scalars(copied))


def test_an_empty_title_is_refused(app: Any, browse: Browse) -> None:
    source = make.consultation(Phase.open)
    client = browse(officer_of(source.authority))
    assert client.post(staff_address(source, "kopiera"), data={"title": " "}).status_code == 422
    assert client.post(staff_address(source, "mall"), data={"name": ""}).status_code == 422
