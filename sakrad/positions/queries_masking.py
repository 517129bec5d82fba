"""The texts of a received version in which words can be hidden, in the order in which they are read."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from sakrad.consultations.models import Question
from sakrad.core.errors import Missing
from sakrad.core.i18n import label
from sakrad.positions.models import PositionVersion
from sakrad.positions.queries import party_texts_of, texts_of
from sakrad.records.masking import MaskableText
from sakrad.records.models import TextKind

RESERVATIONS = (TextKind.reservation, TextKind.party_reservation)  # of which there may be several


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A text, the question that it answers, and whose it is where that is not the sender."""

    text: MaskableText
    question: Question | None
    about: str


def list_texts(version: PositionVersion) -> list[Reviewed]:
    """Everything in the version that readers may come to see as words."""
    questions, about = {answer.id: answer.question for answer in version.answers}, _about(version)
    texts = []
    for place, ((kind, text_id), text) in enumerate((texts_of(version) | party_texts_of(version)).items(), start=1):
        question = questions.get(text_id) if kind is TextKind.answer else None
        key = f"fraga-{question.number}" if question else f"{kind.value}-{place}" if kind in RESERVATIONS else kind.value
        texts.append(Reviewed(MaskableText(key, kind, (text_id,), label(kind), text), question, about.get((kind, text_id), "")))
    return texts


def get_text(version: PositionVersion, key: str) -> MaskableText:
    """The text that a form names.

    Raises:
        Missing: the version has none.
    """
    for one in list_texts(version):
        if one.text.key == key:
            return one.text
    raise Missing("text")


def _about(version: PositionVersion) -> dict[tuple[TextKind, int], str]:
    """Whose reservation it is, and on what."""

    def words(name: str, question: Question | None) -> str:
        what = _("fråga %(number)s", number=question.number) if question else _("hela svaret")
        return f"{name}, {what}"

    agreed = {(TextKind.reservation, one.id): words(one.target.organisation_name, one.question) for one in version.concurrences}
    theirs = [(party, own) for party in version.position.parties for own in party.reservations]
    return agreed | {(TextKind.party_reservation, own.id): words(party.name, own.question) for party, own in theirs}
