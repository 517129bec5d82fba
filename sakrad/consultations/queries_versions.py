"""Reads about what a consultation asks and found, in other languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from sakrad.consultations.models import Consultation, ContentAbout, ContentLanguage, ContentVersion, Question
from sakrad.consultations.originals import Original, original_of_consultation, original_of_summary
from sakrad.consultations.queries import get_consultation
from sakrad.consultations.queries_public import Head, get_head
from sakrad.consultations.tongues import BY_KEY, TONGUES, Tongue
from sakrad.core.db import db, json_rows
from sakrad.core.errors import Missing
from sakrad.core.events import Event, EventName
from sakrad.core.text import markdown
from sakrad.records.masking import MaskableText
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published

NAMES = {  # of each text in which words can be hidden, and its key in the officers' forms
    TextKind.content_version_title: ("rubrik", _("Rubriken")),
    TextKind.content_version_lead: ("ingress", _("Ingressen")),
    TextKind.content_version: ("text", _("Texten")),
    TextKind.content_version_questions: ("fragor", _("Frågorna")),
}
ABOUT = {"sakradet": ContentAbout.consultation, "sammanstallningen": ContentAbout.summary}  # in the officers' addresses
KEYS = {about: key for key, about in ABOUT.items()}

# -- for readers


def languages_column(about: ContentAbout) -> sa.ScalarSelect[Any]:
    """In which languages it can be read. Needs Consultation outside; read by `languages_in`."""
    shown = (ContentVersion.consultation_id == Consultation.id, ContentVersion.about == about, ContentVersion.published_at.is_not(None))
    return sa.select(json_rows(ContentVersion.language)).where(*shown).correlate(Consultation).scalar_subquery()


def _of_consultation(*, at: datetime) -> dict[str, Any]:
    return {"languages": languages_column(ContentAbout.consultation)}


def _of_summary(*, at: datetime) -> dict[str, Any]:
    return {"languages": languages_column(ContentAbout.summary)}


COLUMNS = {ContentAbout.consultation: _of_consultation, ContentAbout.summary: _of_summary}


def languages_in(rows: Sequence[Sequence[Any]] | None) -> tuple[Tongue, ...]:
    """What the column holds, always in the same order."""
    there = {row[0] for row in rows or ()}
    return tuple(tongue for tongue in TONGUES.values() if tongue.language.value in there)


@dataclass(frozen=True, slots=True)
class VersionPage:
    """…/pa/<language>: a version as readers may see it."""

    head: Head
    about: ContentAbout
    tongue: Tongue
    title: str
    lead: str
    html: Markup
    questions: tuple[tuple[int, str], ...]
    made_by: str
    published_at: datetime
    outdated: bool  # the original has changed since
    languages: tuple[Tongue, ...]  # of all its versions
    valid_until: datetime


def get_version_page(kommun: str, slug: str, about: ContentAbout, key: str, at: datetime) -> VersionPage:
    """A published version. At most 5 statements.

    Raises:
        Missing: there is none, or its original is not public.
    """
    tongue = BY_KEY.get(key)
    head, more = get_head(kommun, slug, at, COLUMNS[about])
    languages = languages_in(more["languages"])
    if tongue is None or tongue not in languages or (about is ContentAbout.summary and head.summary_published_at is None):
        raise Missing("version")
    version = db.session.execute(
        sa.select(*ContentVersion.__table__.c).where(
            ContentVersion.consultation_id == head.id, ContentVersion.about == about, ContentVersion.language == tongue.language
        )
    ).one()
    masks = masks_over(dict.fromkeys(NAMES, (version.id,)))
    words = {kind: published(text, masks.get((kind, version.id), ())) for kind, text in words_of(version).items()}
    asked = list_asked(head.id) if about is ContentAbout.consultation else ()
    original = original_of_consultation(head, asked) if about is ContentAbout.consultation else original_of_summary(head.id)
    numbers = {number for number, _text in asked}
    return VersionPage(
        head=head,
        about=about,
        tongue=tongue,
        title=words[TextKind.content_version_title],
        lead=words[TextKind.content_version_lead],
        html=shown(words[TextKind.content_version], tongue),
        questions=tuple(one for one in _apart(version.questions, words[TextKind.content_version_questions]) if one[0] in numbers),
        made_by=version.made_by,
        published_at=version.published_at,
        outdated=version.original != original.digest,
        languages=languages,
        valid_until=head.valid_until,
    )


def words_of(version: Any) -> dict[TextKind, str]:
    """What the version, or a row of it, says: each text in which words can be hidden."""
    return {
        TextKind.content_version_title: version.title,
        TextKind.content_version_lead: version.lead,
        TextKind.content_version: version.text,
        TextKind.content_version_questions: "\n".join(str(text) for _number, text in version.questions),
    }


def _apart(questions: Iterable[tuple[int, str]], together: str) -> Iterator[tuple[int, str]]:
    """The questions as they stand in their common text, in which words may be hidden: a mask moves nothing."""
    start = 0
    for number, text in questions:
        yield number, together[start : start + len(text)]
        start += len(text) + 1


def shown(text: str, tongue: Tongue) -> Markup:
    """Markdown right under the page's own heading."""
    return markdown(text, lines=tongue.is_easy, level=2)


def list_asked(consultation_id: int) -> tuple[tuple[int, str], ...]:
    """Number and words of the questions that stand."""
    standing = sa.select(Question.number, Question.text).where(Question.consultation_id == consultation_id, Question.withdrawn_at.is_(None))
    return tuple((row.number, row.text) for row in db.session.execute(standing.order_by(Question.number)))


# -- for staff


@dataclass(frozen=True, slots=True)
class Writing:
    """A version that is being written, or is to be."""

    consultation: Consultation
    about: ContentAbout
    tongue: Tongue
    version: ContentVersion | None

    @property
    def address(self) -> dict[str, Any]:
        """The parts of its address, for url_for."""
        return {**self.consultation.address, "about": KEYS[self.about], "language": self.tongue.key}


def original_of(consultation: Consultation, about: ContentAbout) -> Original:
    """The Swedish words as readers see them now."""
    if about is ContentAbout.summary:
        return original_of_summary(consultation.id)
    return original_of_consultation(consultation, list_asked(consultation.id))


def list_versions(consultation: Consultation) -> list[ContentVersion]:
    """Every version, published or not, in the order of the languages."""
    found = db.session.scalars(sa.select(ContentVersion).where(ContentVersion.consultation_id == consultation.id))
    order = list(TONGUES)
    return sorted(found, key=lambda version: (version.about, order.index(version.language)))


def find_version(consultation: Consultation, about: ContentAbout, language: ContentLanguage) -> ContentVersion | None:
    """The version, or None where nobody has written one."""
    mine = (ContentVersion.consultation_id == consultation.id, ContentVersion.about == about, ContentVersion.language == language)
    return db.session.scalar(sa.select(ContentVersion).where(*mine))


def was_published(version: ContentVersion) -> bool:
    """Whether readers have ever seen it, also when it has been taken back since."""
    told = sa.exists().where(Event.name == EventName.content_version_published, Event.subject_id == version.id)
    return version.id is not None and bool(db.session.scalar(sa.select(told)))


def get_writing(kommun: str, slug: str, about: str, language: str) -> Writing:
    """A version, or the place for one; its consultation is locked when writing. Raises Missing."""
    if about not in ABOUT or language not in BY_KEY:
        raise Missing("version")
    consultation, tongue = get_consultation(kommun, slug), BY_KEY[language]
    return Writing(consultation, ABOUT[about], tongue, find_version(consultation, ABOUT[about], tongue.language))


def get_version(kommun: str, slug: str, about: str, language: str) -> ContentVersion:
    """A version that somebody has written; its consultation is locked when writing. Raises Missing."""
    version = get_writing(kommun, slug, about, language).version
    if version is None:
        raise Missing("version")
    return version


def texts_of(version: ContentVersion) -> list[MaskableText]:
    """Its texts, to hide words of them."""
    return [
        MaskableText(NAMES[kind][0], kind, (version.id,), str(NAMES[kind][1]), text) for kind, text in words_of(version).items() if text
    ]
