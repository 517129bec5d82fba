"""A template's file: whole or refused with place and reason, whatever it holds. No database."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sakrad.consultations import forms, queries_templates, template_file
from sakrad.consultations.models import QuestionKind
from sakrad.consultations.placeholders import is_filled_in, unfilled
from sakrad.consultations.template_file import checked, from_json, to_json
from sakrad.consultations.template_reasons import RefusedTemplate, TemplateFault
from sakrad.core.text import normalised
from sakrad.directory import reference
from tests.factories.preparing import plain

HEAD = {"format": "sakrad-mall", "version": 1}
GROUPS, SUBJECTS = ({row["slug"] for row in reference.rows(name)} for name in ("target_groups", "subjects"))


def file(**values: Any) -> bytes:
    return json.dumps(HEAD | plain(**values)).encode()


def asked(**values: Any) -> list[dict[str, Any]]:
    return [{"kind": "experience", "text": "Vad ser ni?"} | values]


@pytest.mark.parametrize("code", queries_templates.BUILT_IN)
def test_each_built_in_template_is_whole_and_ready(code: str) -> None:
    content = queries_templates.built_in()[code]
    assert set(content.groups) <= GROUPS and set(content.subjects) <= SUBJECTS
    assert "\ufffd" not in repr(content) and " - " not in repr(content), "Swedish typography: – and not -"
    if code == "tom":
        assert not content.questions
        return
    words = ("title", "lead", "need", "purpose", "background", "can_influence", "already_decided", "use_of_views", "selection_rationale")
    assert all(getattr(content, name) for name in (*words, "meeting", "inviting_function", "description"))
    assert 3 <= len(content.asked) <= 7, "more than seven and the officer gets a hint"
    assert content.to_fill_in, "what only the officer knows stands in brackets"


def test_no_file_lies_beside_the_list_of_built_in_templates() -> None:
    assert {path.stem for path in queries_templates.FILES.glob("*.toml")} == set(queries_templates.BUILT_IN)


@pytest.mark.parametrize("code", queries_templates.BUILT_IN)
def test_what_is_exported_can_be_taken_in_and_is_the_same(code: str) -> None:
    content = queries_templates.built_in()[code]
    again = from_json(to_json(content, origin="Ekhamra kommun"))
    assert dataclasses.replace(again, origin="") == content and again.origin == "Ekhamra kommun"
    assert to_json(again, origin="Norrsunda kommun") == to_json(again), "whose it was first stays"


def test_limits_are_those_of_the_officers_form() -> None:
    for name in ("title", "lead", "need", "purpose", "background", "can_influence", "selection_rationale", "use_of_views"):
        limit = next(rule.max for rule in getattr(forms.MatterForm, name).kwargs["validators"] if hasattr(rule, "max"))
        assert template_file.WORDS[name] == limit, name


REFUSED: list[tuple[str, bytes, TemplateFault, tuple[str | int, ...]]] = [
    ("nothing", b"", TemplateFault.not_json, ()),
    ("other bytes", b"\xff\xfe\x00PK", TemplateFault.not_json, ()),
    ("a list", b"[]", TemplateFault.not_template, ()),
    ("another format", b'{"format": "annat"}', TemplateFault.not_template, ()),
    ("a later version", json.dumps(HEAD | plain() | {"version": 2}).encode(), TemplateFault.other_version, ()),
    ("a version that is true", json.dumps(HEAD | plain() | {"version": True}).encode(), TemplateFault.other_version, ()),
    ("too large", b" " * 200_001, TemplateFault.too_large, ()),
    ("too deep", b"[" * 100_000, TemplateFault.not_json, ()),
    ("a huge number", b'{"format": "sakrad-mall", "version": ' + b"9" * 9_000 + b"}", TemplateFault.not_json, ()),
    ("no number", b'{"format": "sakrad-mall", "version": NaN}', TemplateFault.not_json, ()),
    ("the same twice", b'{"format": "sakrad-mall", "format": "sakrad-mall"}', TemplateFault.twice, ()),
    ("an unknown key", file(__class__="x"), TemplateFault.unknown_key, ()),
    ("no name", file(name=" \n "), TemplateFault.missing, ("name",)),
    ("a text that is a number", file(title=1), TemplateFault.not_text, ("title",)),
    ("a text that is null", file(lead=None), TemplateFault.not_text, ("lead",)),
    ("a long title", file(title="å" * 161), TemplateFault.too_long, ("title",)),
    ("a stage that is none", file(policy_stage="annan"), TemplateFault.not_allowed, ("policy_stage",)),
    ("a stage that is a list", file(policy_stage=["agenda"]), TemplateFault.not_allowed, ("policy_stage",)),
    ("a truth that is a word", file(open_invitation="ja"), TemplateFault.not_truth, ("open_invitation",)),
    ("days below three weeks", file(days_to_answer=20), TemplateFault.not_allowed, ("days_to_answer",)),
    ("days that are true", file(days_to_answer=True), TemplateFault.not_allowed, ("days_to_answer",)),
    ("groups that are a text", file(groups="barn"), TemplateFault.not_a_list, ("groups",)),
    ("a slug with a path", file(groups=["ok", "../hemligt"]), TemplateFault.not_allowed, ("groups", 2)),
    ("many groups", file(groups=["a"] * 61), TemplateFault.too_many, ("groups",)),
    ("questions that are a table", file(questions={}), TemplateFault.not_a_list, ("questions",)),
    ("a question that is a text", file(questions=["Vad?"]), TemplateFault.not_a_table, ("questions", 1)),
    ("a question without a kind", file(questions=[{"text": "Vad?"}]), TemplateFault.not_allowed, ("questions", 1, "kind")),
    ("a question without words", file(questions=asked(text="")), TemplateFault.missing, ("questions", 1, "text")),
    ("a question with an id", file(questions=asked(id=1)), TemplateFault.unknown_key, ("questions", 1)),
    ("a long help", file(questions=asked() + asked(help="a" * 501)), TemplateFault.too_long, ("questions", 2, "help")),
    ("options where none belong", file(questions=asked(options=["a", "b"])), TemplateFault.options_misplaced, ("questions", 1, "options")),
    ("one option", file(questions=asked(kind="choice", options=["a"])), TemplateFault.options_misplaced, ("questions", 1, "options")),
    (
        "the same twice",
        file(questions=asked(kind="need", options=["a", "a "])),
        TemplateFault.options_misplaced,
        ("questions", 1, "options"),
    ),
    ("an open one in front", file(questions=asked(kind="open") + asked()), TemplateFault.open_not_last, ("questions", 1, "kind")),
    ("too many questions", file(questions=asked() * 51), TemplateFault.too_many, ("questions",)),
]


@pytest.mark.parametrize(("raw", "fault", "place"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_faulty_file_is_refused_with_place_and_reason(raw: bytes, fault: TemplateFault, place: tuple[str | int, ...]) -> None:
    with pytest.raises(RefusedTemplate) as refused:
        from_json(raw)
    assert (refused.value.fault, refused.value.place) == (fault, place)


def test_every_fault_is_in_the_table() -> None:
    assert {row[2] for row in REFUSED} == set(TemplateFault)


def test_texts_are_normalised_and_cannot_turn_the_reading_order() -> None:
    content = from_json(file(title="  En\u202erubrik\növer\x00 rader ", purpose="Ett\r\n\r\n<script>alert(1)</script>"))
    assert content.title == "Enrubrik över rader"
    assert content.purpose == "Ett\n\n<script>alert(1)</script>", "words are kept; every page escapes them"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*plain(), "kind", "text", "x"]), inner, max_size=5),
    max_leaves=12,
)


@given(values=st.dictionaries(st.sampled_from([field.name for field in dataclasses.fields(template_file.TemplateContent)]), JSON))
@settings(max_examples=60, deadline=None)
def test_whatever_a_file_holds_it_is_a_template_or_refused(values: dict[str, Any]) -> None:
    try:
        content = checked(plain() | values)
    except RefusedTemplate:
        return
    assert checked(template_file.as_dict(content)) == content
    assert all(words == normalised(words) for words in content.texts)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_whatever_bytes_come_they_are_refused(raw: bytes) -> None:
    with pytest.raises(RefusedTemplate):
        from_json(raw)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Plan för [området] och [området]", ["[området]"]),
        ("Läs [planen](https://ekhamra.example) först", []),
        ("Se [1] och [x], [ ] kvar", []),
        ("[nyckel]: https://ekhamra.example", []),
        ("[Nämndens] ordförande, [datum]: klart", ["[Nämndens]", "[datum]"]),
        ("[två\nrader]", []),
        ("", []),
        (None, []),
        ("[" * 5_000, []),
    ],
)
def test_places_to_fill_in_are_found(text: str | None, found: list[str]) -> None:
    assert unfilled([text]) == found


def test_the_open_question_is_not_among_the_asked() -> None:
    content = checked(plain(questions=[*asked(), *asked(kind="open", text="Något mer?")]))
    assert [question.kind for question in content.asked] == [QuestionKind.experience]
    assert content.form_values()["questions"] == "Vad ser ni?"


@pytest.mark.parametrize(
    ("template", "line", "same"),
    [
        ("Vad behövs i [området]?", "Vad behövs i Norrbys gamla skola?", True),
        ("Vad behövs i [området]?", "Vad behövs i?", False),
        ("Vad behövs i [området]?", "Vad behövs i [området]?", True),
        ("[Saken] i [orten], vad ser ni?", "Lokaler i Norrby, vad ser ni?", True),
        ("[Saken] i [orten], vad ser ni?", "Lokaler, vad ser ni?", False),
        ("Vad ser ni?", "Vad ser ni?", True),
        ("Vad ser ni?", "Vad ser ni nu?", False),
        ("[ab] " * 100 + "!", "a " * 150, False),
    ],
)
def test_a_question_is_known_again_when_its_places_are_filled_in(template: str, line: str, same: bool) -> None:
    assert is_filled_in(template, line) is same
