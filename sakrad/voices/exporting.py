"""The yearly report as a document: the same words as PDF and as Word. See core.exports."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from sakrad.core import clock, exports, files, paper
from sakrad.core.exports import Export, Make, Part
from sakrad.core.files import FileKind
from sakrad.core.paper import Paper
from sakrad.directory.queries_template import find_word_template
from sakrad.voices.queries_report import get_kommun, get_year_report
from sakrad.voices.report_paper import paper_of

KINDS = {"pdf": "year_report_pdf", "docx": "year_report_docx"}
YEARS = 10_000


def subject_of(municipality_id: int, year: int) -> int:
    """The municipality and the year in one number, as an export holds what it is about."""
    return municipality_id * YEARS + year


def _paper(export: Export, at: datetime) -> tuple[Paper, datetime]:
    """What it says, and the day of which it is true."""
    municipality_id, year = divmod(export.subject_id, YEARS)
    with force_locale("sv"):  # whoever asks in English asks for the same document
        report = get_year_report(get_kommun(municipality_id), year, at)
        return paper_of(report), clock.start_of(report.year.day)


def _template(kind: FileKind, export: Export) -> tuple[int | None, str | None]:
    """The id and key of the municipality's template: only Word has one."""
    found = find_word_template(export.subject_id // YEARS) if kind is FileKind.docx else None
    return (found.file_id, found.file.key) if found else (None, None)


def _stamp(kind: FileKind, export: Export, at: datetime) -> str:
    digest, template = _paper(export, at)[0].digest, _template(kind, export)[0]
    return digest if template is None else f"{digest[:48]}-{template}"


def _plan(kind: FileKind, export: Export, at: datetime) -> Sequence[Part]:
    municipality_id, year = divmod(export.subject_id, YEARS)

    def read() -> Make:
        return functools.partial(_made, kind, *_paper(export, at), _template(kind, export)[1])

    return [Part("Årsrapport", f"Årsrapport {get_kommun(municipality_id)} {year}.{kind.value}", kind, read)]


def _made(kind: FileKind, told: Paper, made_at: datetime, template: str | None) -> bytes:
    """The slow work."""
    if kind is FileKind.pdf:
        return paper.pdf(told, made_at)
    return paper.word(told, made_at, files.read(template) if template else None)


def _register() -> None:
    for ending, name in KINDS.items():
        stamp: Any = functools.partial(_stamp, FileKind(ending))
        exports.makes(name, stamp=stamp)(functools.partial(_plan, FileKind(ending)))


_register()
