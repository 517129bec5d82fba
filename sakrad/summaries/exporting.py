"""What can be taken along as documents: the summary, and the answers as appendices in volumes. See core.exports."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from sakrad.consultations.models import Consultation
from sakrad.core import exports, files, i18n, paper, rich
from sakrad.core.db import db
from sakrad.core.exports import Export, Make, Part
from sakrad.core.files import FileKind
from sakrad.core.paper import Paper
from sakrad.core.rich import Block
from sakrad.directory.queries_template import find_word_template
from sakrad.summaries import paper as words
from sakrad.summaries import queries_appendix, queries_paper
from sakrad.summaries.queries_appendix import Letter, Matter

SUMMARY = {"pdf": "summary_pdf", "docx": "summary_docx"}
PUBLISHED = {"pdf": "published_pdf", "docx": "published_docx"}
RECEIVED = {"pdf": "received_pdf", "docx": "received_docx"}


def _made(kind: FileKind, told: Paper, made_at: datetime, template: str | None) -> bytes:
    """The slow work. `template`: the key of the municipality's Word template."""
    if kind is FileKind.pdf:
        return paper.pdf(told, made_at)
    return paper.word(told, made_at, files.read(template) if template else None)


def _template(kind: FileKind, consultation_id: int) -> tuple[int | None, str | None]:
    """The id and key of the template that the document is dressed in: only Word has one."""
    consultation = db.session.get_one(Consultation, consultation_id)
    found = find_word_template(consultation.municipality_id) if kind is FileKind.docx else None
    return (found.file_id, found.file.key) if found else (None, None)


# -- the summary


def _summary(export: Export, at: datetime) -> tuple[Paper, datetime, str]:
    with force_locale("sv"):  # what is read too: whoever asks in English asks for the same document
        facts = queries_paper.get_paper_facts(*queries_paper.get_address(export.subject_id), at)
        return words.paper_of(facts), words.made_at(facts), facts.head.slug


def _summary_stamp(kind: FileKind, export: Export, at: datetime) -> str:
    told, _, _ = _summary(export, at)
    return _with_template(told.digest, kind, export.subject_id)


def _summary_plan(kind: FileKind, export: Export, at: datetime) -> Sequence[Part]:
    def read() -> Make:
        told, made_at, _ = _summary(export, at)
        return functools.partial(_made, kind, told, made_at, _template(kind, export.subject_id)[1])

    slug = queries_paper.get_address(export.subject_id)[1]
    return [Part("Sammanställning", f"Sammanställning {slug}.{kind.value}", kind, read)]


def _with_template(digest: str, kind: FileKind, consultation_id: int) -> str:
    """The digest of the words and of what they are dressed in, in 64 characters."""
    template = _template(kind, consultation_id)[0]
    return digest if template is None else f"{digest[:48]}-{template}"


def stamps(kinds: Mapping[str, str], consultation_id: int, at: datetime) -> dict[str, str]:
    """The stamps of a document's forms, by kind: the same words, so that they are read once."""
    digest = exports.stamp_of(kinds["pdf"], consultation_id, at)  # PDF wears no template
    return {kind: _with_template(digest, FileKind(form), consultation_id) for form, kind in kinds.items()}


# -- appendices


def _appendix_stamp(kind: FileKind, public: bool, export: Export, at: datetime) -> str:
    return _with_template(queries_appendix.digest(export.subject_id, at, public=public), kind, export.subject_id)


def _appendix_plan(kind: FileKind, public: bool, export: Export, at: datetime) -> Sequence[Part]:
    matter = queries_appendix.get_matter(export.subject_id)
    volumes = queries_appendix.list_volumes(export.subject_id, at, public=public)
    parts, first = [], 1
    for number, ids in enumerate(volumes, start=1):
        title = f"Svar {first}–{first + len(ids) - 1}" if len(ids) > 1 else f"Svar {first}"
        name = f"{'Svar' if public else 'Inkomna svar'} {matter.slug} del {number} av {len(volumes)}.{kind.value}"
        parts.append(
            Part(title, name, kind, functools.partial(_read_volume, kind, public, export, at, ids, f"del {number} av {len(volumes)}"))
        )
        first += len(ids)
    return parts


def _read_volume(kind: FileKind, public: bool, export: Export, at: datetime, ids: list[int], place: str) -> Make:
    matter = queries_appendix.get_matter(export.subject_id)
    letters = queries_appendix.list_published(export.subject_id, ids, at) if public else queries_appendix.list_received(ids)
    template = _template(kind, export.subject_id)[1]
    return functools.partial(_made, kind, appendix(matter, letters, place, public=public), export.asked_at, template)


def appendix(matter: Matter, letters: Iterable[Letter], place: str, *, public: bool) -> Paper:
    """A volume of answers."""
    with force_locale("sv"):
        return Paper(
            title=f"Svaren: {matter.title}",
            subject=f"{'Publicerade svar' if public else 'Inkomna svar'}, {place}",
            author=matter.authority,
            kicker=" · ".join(filter(None, [f"{matter.authority}, {matter.municipality}", matter.diary_number, place])),
            foot=" · ".join(filter(None, [matter.diary_number or matter.title, place])),
            lead=() if public else ("Alla svar som de kom in, också det som inte publiceras. För handläggningen.",),
            contents="Innehåll",
            blocks=tuple(block for letter in letters for block in _letter(letter)),
        )


def _letter(letter: Letter) -> Iterator[Block]:
    seen = letter.voice
    yield rich.heading(letter.name or (words.who(seen) if seen else ""), 2)
    facts = [
        ("Talar för, enligt organisationen", i18n.listing(words.inline(group) for group in letter.groups)),
        ("Förankring", words.anchored(seen) if seen else ""),
        ("Undertecknat av", letter.role),
        ("Kom in", i18n.moment(letter.received_at)),
        ("Kvittonummer", letter.receipt_number),
        ("Avvikande meningar", letter.dissent),
    ]
    if any(value for _, value in facts):
        yield rich.facts(facts)
    for one in letter.said:
        yield rich.heading(f"{one.number}. {one.question}", 3)
        if one.stance:
            yield Block("paragraph", (rich.Run(i18n.label(one.stance), strong=True),))
        if one.options:
            yield rich.bullets(one.options)
        if one.text.strip():
            yield rich.quote(one.text)
        if one.own_interest:
            yield rich.paragraph("Organisationen har eller kan få avtal eller bidrag i det frågan gäller.", kind="note")


def _register() -> None:
    stamp: Any
    for ending in ("pdf", "docx"):
        kind = FileKind(ending)
        stamp = functools.partial(_summary_stamp, kind)
        exports.makes(SUMMARY[ending], stamp=stamp)(functools.partial(_summary_plan, kind))
        for kinds, public in ((PUBLISHED, True), (RECEIVED, False)):
            stamp = functools.partial(_appendix_stamp, kind, public)
            exports.makes(kinds[ending], stamp=stamp)(functools.partial(_appendix_plan, kind, public))


_register()
