"""What a template holds, and the one strict shape of its file: built-in, kept, exported and imported ones are all read here.

An imported file is hostile input: whatever it holds is either a whole template or refused with the place and the reason.
"""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sakrad.consultations.lifecycle import is_well_optioned
from sakrad.consultations.models import AnswersPublic, CommentsRule, ParticipationLevel, PolicyStage, QuestionKind
from sakrad.consultations.placeholders import unfilled
from sakrad.consultations.template_reasons import RefusedTemplate, TemplateFault
from sakrad.core.text import TURNING, normalised

FORMAT, VERSION = "sakrad-mall", 1
LARGEST = 200_000  # bytes of a file
LINES = {"name": 120, "description": 500, "origin": 160, "title": 160, "lead": 300, "inviting_function": 160}  # code points
TEXTS = {
    "need": 5_000,
    "purpose": 5_000,
    "background": 30_000,
    "background_easy": 30_000,
    "can_influence": 5_000,
    "already_decided": 5_000,
    "use_of_views": 5_000,
    "selection_rationale": 5_000,
    "meeting": 2_000,
}
WORDS = LINES | TEXTS
QUESTION = {"text": 500, "help": 500, "length_hint": 120}
MOST_QUESTIONS, MOST_OPTIONS, OPTION, MOST_SLUGS = 50, 20, 120, 60
DAYS = {"days_to_answer": (21, 120), "days_to_summary": (7, 120)}
CHOICES: dict[str, type[PolicyStage | ParticipationLevel | AnswersPublic | CommentsRule]] = {
    "policy_stage": PolicyStage,
    "participation_level": ParticipationLevel,
    "answers_public": AnswersPublic,
    "comments_rule": CommentsRule,
}
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
T = TypeVar("T")
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TemplateQuestion:
    """A question as a template asks it."""

    kind: QuestionKind
    text: str
    help: str = ""
    length_hint: str = ""
    required: bool = False
    options: tuple[str, ...] = ()

    def asked(self, text: str = "") -> dict[str, Any]:
        """The question as the commands take it, with other words when they are given."""
        return dataclasses.asdict(self) | {"text": text or self.text, "options": list(self.options)}


@dataclass(frozen=True, slots=True)
class TemplateContent:
    """A consultation to begin from. Names are columns of Consultation; groups and subjects are slugs."""

    name: str
    description: str = ""
    origin: str = ""  # the municipality that it comes from, as its file says
    title: str = ""
    lead: str = ""
    need: str = ""
    purpose: str = ""
    background: str = ""
    background_easy: str = ""
    can_influence: str = ""
    already_decided: str = ""
    use_of_views: str = ""
    selection_rationale: str = ""
    inviting_function: str = ""
    meeting: str = ""  # how a meeting may be held, in words to the official
    policy_stage: PolicyStage = PolicyStage.drafting
    participation_level: ParticipationLevel = ParticipationLevel.consultation
    answers_public: AnswersPublic = AnswersPublic.review
    comments_rule: CommentsRule = CommentsRule.none
    open_invitation: bool = True
    touches_money: bool = False
    days_to_answer: int = 42
    days_to_summary: int = 35
    groups: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    questions: tuple[TemplateQuestion, ...] = ()

    @property
    def asked(self) -> tuple[TemplateQuestion, ...]:
        """The questions besides the open one, which every consultation has."""
        return tuple(question for question in self.questions if question.kind is not QuestionKind.open)

    @property
    def to_fill_in(self) -> int:
        """How many places only the official can fill in."""
        return len(unfilled(self.texts))

    @property
    def texts(self) -> list[str]:
        """Every text that readers of the consultation will see."""
        own = [getattr(self, name) for name in WORDS if name not in ("name", "description", "origin", "meeting")]
        return own + [words for question in self.questions for words in (question.text, question.help, *question.options)]

    def form_values(self) -> dict[str, Any]:
        """What the officers' form for a new consultation begins with; the dates are proposed when it is saved."""
        return {
            **{name: getattr(self, name) for name in WORDS if name not in ("name", "description", "origin", "meeting")},
            **{name: getattr(self, name).value for name in CHOICES},
            "open_invitation": self.open_invitation,
            "touches_money": self.touches_money,
            "groups": list(self.groups),
            "subjects": list(self.subjects),
            "questions": "\n".join(question.text for question in self.asked),
        }


def from_json(raw: bytes) -> TemplateContent:
    """The template in an exported file.

    Raises:
        RefusedTemplate: it is no whole template; says where and why.
    """
    if len(raw) > LARGEST:
        raise RefusedTemplate(TemplateFault.too_large, limit=LARGEST // 1000)
    try:
        data = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_without_doubles, parse_constant=_refuse_constant)
    except RefusedTemplate:
        raise
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise RefusedTemplate(TemplateFault.not_json) from error
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise RefusedTemplate(TemplateFault.not_template)
    version = data.pop("version", None)
    if type(version) is not int or version != VERSION:
        raise RefusedTemplate(TemplateFault.other_version)
    return checked(data)


def to_json(content: TemplateContent, *, origin: str = "") -> bytes:
    """The file to hand on, the same for the same template. `origin`: whose it is, where it has no other."""
    data = {"format": FORMAT, "version": VERSION, **as_dict(content)}
    if not content.origin and origin:
        data["origin"] = origin
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def from_toml(path: Path) -> TemplateContent:
    """A built-in template."""
    return checked(tomllib.loads(path.read_text(encoding="utf-8")))


def as_dict(content: TemplateContent) -> dict[str, Any]:
    """The template as plain data, as it is kept and exported; what `checked` reads."""
    return json.loads(json.dumps(dataclasses.asdict(content)))  # type: ignore[no-any-return]


def checked(data: object) -> TemplateContent:
    """Plain data as a template, with its texts normalised.

    Raises:
        RefusedTemplate: something is missing, unknown, of another kind, too long or too many; says where.
    """
    given = _table(data, (), {field.name for field in dataclasses.fields(TemplateContent)})
    values: dict[str, Any] = {name: _words(given.get(name, ""), (name,), limit, one_line=name in LINES) for name, limit in WORDS.items()}
    values |= {name: _choice(kind, given[name], (name,)) for name, kind in CHOICES.items() if name in given}
    values |= {name: _truth(given[name], (name,)) for name in ("open_invitation", "touches_money") if name in given}
    values |= {name: _days(given[name], (name,), *span) for name, span in DAYS.items() if name in given}
    values |= {name: _listed(given.get(name, []), (name,), MOST_SLUGS, _slug) for name in ("groups", "subjects")}
    content = TemplateContent(**values, questions=_listed(given.get("questions", []), ("questions",), MOST_QUESTIONS, _question))
    if not content.name:
        raise RefusedTemplate(TemplateFault.missing, ("name",))
    for number, question in enumerate(content.questions[:-1], start=1):
        if question.kind is QuestionKind.open:
            raise RefusedTemplate(TemplateFault.open_not_last, ("questions", number, "kind"))
    return content


def _question(data: object, place: Place) -> TemplateQuestion:
    given = _table(data, place, {field.name for field in dataclasses.fields(TemplateQuestion)})
    kind = _choice(QuestionKind, given.get("kind"), (*place, "kind"))
    options = _listed(given.get("options", []), (*place, "options"), MOST_OPTIONS, _option)
    if not is_well_optioned(kind, options):
        raise RefusedTemplate(TemplateFault.options_misplaced, (*place, "options"))
    words = {name: _words(given.get(name, ""), (*place, name), limit, one_line=True) for name, limit in QUESTION.items()}
    if not words["text"]:
        raise RefusedTemplate(TemplateFault.missing, (*place, "text"))
    return TemplateQuestion(kind=kind, **words, required=_truth(given.get("required", False), (*place, "required")), options=options)


def _option(data: object, place: Place) -> str:
    option = _words(data, place, OPTION, one_line=True)
    if not option:
        raise RefusedTemplate(TemplateFault.missing, place)
    return option


def _table(data: object, place: Place, known: set[str]) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise RefusedTemplate(TemplateFault.not_a_table, place)
    unknown = [key for key in data if key not in known]
    if unknown:
        raise RefusedTemplate(TemplateFault.unknown_key, place, named=normalised(str(unknown[0]))[:40])
    return data


def _words(data: object, place: Place, limit: int, *, one_line: bool) -> str:
    if not isinstance(data, str):
        raise RefusedTemplate(TemplateFault.not_text, place)
    words = normalised(TURNING.sub("", data))
    if one_line:
        words = " ".join(words.split())
    if len(words) > limit:
        raise RefusedTemplate(TemplateFault.too_long, place, limit=limit)
    return words


def _choice(kind: type[T], data: object, place: Place) -> T:
    if not isinstance(data, str) or data not in {member.value for member in kind}:  # type: ignore[attr-defined]
        raise RefusedTemplate(TemplateFault.not_allowed, place)
    return kind(data)  # type: ignore[call-arg]


def _truth(data: object, place: Place) -> bool:
    if not isinstance(data, bool):
        raise RefusedTemplate(TemplateFault.not_truth, place)
    return data


def _days(data: object, place: Place, least: int, most: int) -> int:
    if type(data) is not int or not least <= data <= most:
        raise RefusedTemplate(TemplateFault.not_allowed, place)
    return data


def _slug(data: object, place: Place) -> str:
    if not isinstance(data, str) or len(data) > 80 or not SLUG.fullmatch(data):
        raise RefusedTemplate(TemplateFault.not_allowed, place)
    return data


def _listed(data: object, place: Place, most: int, each: Callable[[object, Place], T]) -> tuple[T, ...]:
    if not isinstance(data, list | tuple):
        raise RefusedTemplate(TemplateFault.not_a_list, place)
    if len(data) > most:
        raise RefusedTemplate(TemplateFault.too_many, place, limit=most)
    return tuple(each(item, (*place, number)) for number, item in enumerate(data, start=1))


def _without_doubles(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise RefusedTemplate(TemplateFault.twice, named=normalised(key)[:40])
        found[key] = value
    return found


def _refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")
