"""Beginning from something: templates that are kept, shared and handed on, and a copy of an earlier consultation."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

from sakrad.consultations import queries_templates as queries
from sakrad.consultations import template_file
from sakrad.consultations.commands.drafting import draft_consultation
from sakrad.consultations.commands.invitations import invite_all
from sakrad.consultations.commands.questions import add_question
from sakrad.consultations.models import Consultation, ConsultationTemplate, QuestionKind
from sakrad.consultations.placeholders import is_filled_in
from sakrad.consultations.template_file import TemplateContent, TemplateQuestion
from sakrad.core import events, ids
from sakrad.core.db import db
from sakrad.core.errors import Stale
from sakrad.core.events import Actor, EventName
from sakrad.directory.models import Municipality, Organisation

MOST_KEPT = 100  # templates of one municipality
LIKE = 0.6  # how much of a question's words must be left for it to be the same question, filled in
_COPIED = (
    *("lead", "need", "purpose", "background", "background_easy", "can_influence", "already_decided", "use_of_views"),
    *("policy_stage", "participation_level", "inviting_function", "touches_money", "selection_rationale", "open_invitation"),
    *("answers_public", "comments_rule", "coordinator_takes_part"),
)


class AlreadyKept(ValueError):
    """The municipality keeps the very same template; `name` is what it is called."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TooManyTemplates(ValueError):
    """The municipality keeps as many templates as it may."""


def keep_template(
    municipality: Municipality, *, content: TemplateContent, imported: bool = False, actor: Actor | None, at: datetime
) -> ConsultationTemplate:
    """Keep a template for the municipality, from a consultation or from a file.

    Raises:
        AlreadyKept: it is taken in from a file, and the same one is kept already.
        TooManyTemplates: see there.
    """
    if imported and (twin := queries.find_same(municipality, content)):
        raise AlreadyKept(twin.content.name)
    if queries.count_own(municipality) >= MOST_KEPT:
        raise TooManyTemplates
    template = ConsultationTemplate(
        municipality=municipality,
        name=content.name,
        description=content.description,
        origin=content.origin,
        content=template_file.as_dict(content),
        created_at=at,
        created_by_id=actor.id if actor else None,
    )
    db.session.add(template)
    _record(EventName.template_imported if imported else EventName.template_kept, template, actor=actor, at=at)
    return template


def stamp_of_template(template: ConsultationTemplate) -> str:
    """What it says, as a stamp: tells whether somebody has changed it since it was shown."""
    return ids.digest(json.dumps(template.content, sort_keys=True))


def change_template(template: ConsultationTemplate, *, content: TemplateContent, seen: str, actor: Actor | None, at: datetime) -> None:
    """Other texts and questions; what has been begun from it stays as it is. The same again changes nothing.

    Args:
        seen: the stamp of the template that was shown.

    Raises:
        Stale: somebody has changed it since; `theirs` is the template as it stands.
    """
    if seen != stamp_of_template(template):
        raise Stale(theirs=template)
    plain = template_file.as_dict(content)
    if plain == template.content:
        return
    template.name, template.description, template.content = content.name, content.description, plain
    _record(EventName.template_changed, template, actor=actor, at=at)


def share_template(template: ConsultationTemplate, *, actor: Actor | None, at: datetime) -> None:
    """Show it in the public gallery, for every municipality to begin from. Sharing twice changes nothing."""
    if template.shared_at is None:
        template.shared_at = at
        _record(EventName.template_shared, template, actor=actor, at=at)


def unshare_template(template: ConsultationTemplate, *, actor: Actor | None, at: datetime) -> None:
    """Take it out of the gallery; what has been begun from it stays."""
    if template.shared_at is not None:
        template.shared_at = None
        _record(EventName.template_unshared, template, actor=actor, at=at)


def remove_template(template: ConsultationTemplate, *, actor: Actor | None, at: datetime) -> None:
    """Away with it; what has been begun from it stays."""
    _record(EventName.template_removed, template, actor=actor, at=at)
    db.session.delete(template)
    db.session.flush()


def draft_from(
    consultation: Consultation, content: TemplateContent, *, lines: Sequence[str] | None = None, actor: Actor | None, at: datetime
) -> None:
    """Give a new draft the template's questions, with their kinds, help and options.

    Args:
        lines: the questions as the official left them, one each; None for all of the template's. A line that is a question of
            the template, perhaps with its places filled in, keeps what belongs to it; any other asks for experience.
    """
    left = list(content.asked)
    for line in lines if lines is not None else [question.text for question in left]:
        known = _recognised(line, left)
        if known is None:
            add_question(consultation, kind=QuestionKind.experience, text=line, actor=actor, at=at)
            continue
        left.remove(known)
        add_question(consultation, **known.asked(line), actor=actor, at=at)
    for question in content.questions:
        if question.kind is QuestionKind.open:
            add_question(consultation, **question.asked(), actor=actor, at=at)


def _recognised(line: str, questions: Sequence[TemplateQuestion]) -> TemplateQuestion | None:
    """The question that the line is: word for word, filled in, or much the same."""
    for question in questions:
        if question.text == line or is_filled_in(question.text, line):
            return question
    like = [(matcher.ratio(), question) for question in questions if (matcher := _compared(question.text, line)).quick_ratio() >= LIKE]
    ratio, closest = max(like, key=itemgetter(0), default=(0.0, None))
    return closest if ratio >= LIKE else None


def _compared(text: str, line: str) -> difflib.SequenceMatcher[str]:
    return difflib.SequenceMatcher(None, text, line, autojunk=False)


def copy_consultation(
    source: Consultation, *, title: str, organisations: Sequence[Organisation] = (), actor: Actor | None, at: datetime
) -> Consultation:
    """A new draft with an earlier one's texts, questions and groups. Its dates are proposed anew; number and reasons stay behind.

    Args:
        organisations: whom to invite to the new one too; nothing is sent before it is announced.
    """
    function = source.function if source.function and source.function.unit.authority_id == source.authority_id else None
    copy = draft_consultation(
        source.authority,
        title=title,
        **{name: getattr(source, name) for name in _COPIED},
        function=function,
        groups=list(source.groups),
        subjects=list(source.subjects),
        sample=source.sample,
        actor=actor,
        at=at,
    )
    for question in source.questions:
        if question.withdrawn_at is None:
            words = {"text": question.text, "help": question.help, "length_hint": question.length_hint}
            more = {"kind": question.kind, "required": question.required, "options": list(question.options)}
            add_question(copy, **words, **more, actor=actor, at=at)  # type: ignore[arg-type]
    if organisations:
        invite_all(copy, organisations, actor=actor, at=at)
    return copy


def _record(name: EventName, template: ConsultationTemplate, *, actor: Actor | None, at: datetime) -> None:
    db.session.flush()
    events.record(name, at=at, actor=actor, municipality_id=template.municipality_id, subject_id=template.id)
