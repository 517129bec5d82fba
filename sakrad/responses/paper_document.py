"""The tjänsteskrivelse as a Word document, in the municipality's own styles, with the summary as its appendix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _

from sakrad.consultations.models import Consultation
from sakrad.core import rich
from sakrad.core.i18n import day
from sakrad.core.paper import Paper
from sakrad.core.rich import Run, heading, levelled
from sakrad.core.word import Word
from sakrad.responses.labels import outcome_words
from sakrad.responses.paper import FIELDS
from sakrad.responses.queries_paper import Proposed


def paper_docx(
    consultation: Consultation,
    written: Mapping[str, str | int],
    proposed: Sequence[Proposed],
    summary: Paper | None,
    template: bytes | None,
    at: datetime,
) -> bytes:
    """The document.

    Args:
        written: the official's texts by field.
        summary: as it is told on paper, for the appendix; None: it is too long, and comes as a document of its own.
        template: the municipality's own Word template, cleaned.
    """
    title = _("Tjänsteskrivelse: %(title)s", title=consultation.title)
    word = Word(template, title=title, made_at=at, author=consultation.authority.name, subject=consultation.diary_number)
    word.title(consultation.title)
    contact = [consultation.contact.title] if consultation.contact else []
    word.facts(
        [
            (_("Handling"), _("Tjänsteskrivelse")),
            (_("Till"), consultation.authority.name),
            (_("Från"), ", ".join([*contact, *([consultation.unit.name] if consultation.unit else [])])),
            (_("Diarienummer"), consultation.diary_number),
            (_("Datum"), day(at, year=True)),
        ]
    )
    texts = {name: str(written[name]) for name in FIELDS}
    for name, called in (
        ("proposal", _("Förslag till beslut")),
        ("in_short", _("Sammanfattning")),
        ("matter", _("Ärendet")),
        ("consequences", _("Konsekvenser")),
        ("civil_society", _("Konsekvenser för civilsamhället")),
    ):
        if texts[name]:
            word.heading(called, 2)
            word.blocks(rich.blocks(texts[name]))
    _write_proposed(word, proposed)
    if basis := [line.lstrip("-* ") for line in texts["basis"].split("\n") if line.strip()]:
        word.heading(_("Beslutsunderlag"), 2)
        word.bullets(basis)
    word.page_break()
    word.heading(_("Bilaga: sammanställning av sakrådet ”%(title)s”", title=consultation.title), 1)
    if summary is None:
        word.paragraph(_("Sammanställningen är lång och bifogas som ett eget dokument."))
    else:
        _write_summary(word, summary)
    return word.content()


def _write_proposed(word: Word, proposed: Sequence[Proposed]) -> None:
    """The answers that the authority is to decide on, with what they promise."""
    if proposed:
        word.heading(_("Förslag till svar på synpunkterna"), 2)
    for one in proposed:
        word.heading(one.heading, 3)
        if one.quoted:
            word.quote(one.quoted)
        word.paragraph([Run(outcome_words(one) + ".", strong=True)], keep=bool(one.reason))
        word.text(one.reason)
        if one.promises:
            word.paragraph(_("Åtaganden:"), keep=True)
            word.bullets(
                " ".join(
                    [
                        f"{promise.what.rstrip('.')}.",
                        _(
                            "Ansvarig: %(function)s, %(unit)s. Senast %(day)s.",
                            function=promise.function,
                            unit=promise.unit,
                            day=day(promise.due_on, year=True),
                        ),
                        *([_("Så syns det: %(how)s", how=promise.how_seen)] if promise.how_seen else []),
                    ]
                )
                for promise in one.promises
            )


def _write_summary(word: Word, summary: Paper) -> None:
    """The summary as readers have it, with the words that it rests on."""
    for part in summary.lead:
        word.paragraph(part)
    word.blocks(levelled((heading(summary.title, 1), *summary.blocks))[1:])
