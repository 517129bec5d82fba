"""What a receipt proves: the canonical content, its digest, the nonce, and the PDF of what was received.

The digest covers the nonce, which stands only on the receipt (DESIGN.md §8, Receipts).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext

from sakrad.consultations.models import Question, QuestionKind
from sakrad.consultations.queries_correcting import QuestionHistory, histories_of
from sakrad.core import documents, i18n, ids
from sakrad.core.text import normalised
from sakrad.positions import entered, member_counts
from sakrad.positions.models import (
    AnchoringLevel,
    Answer,
    Channel,
    Concurrence,
    Draft,
    DraftAnswer,
    DraftConcurrence,
    PositionVersion,
    PublicationWish,
)

TEMPLATE = Path(__file__).parent / "typst" / "answer.typ"
NONCE = 20  # hexadecimal digits: 80 bits


def content_of(source: Draft | PositionVersion) -> dict[str, Any]:
    """What an organisation says, in one canonical shape for a draft and for what was sent. Empty answers are left out."""
    answers = sorted((answer for answer in source.answers if has_content(answer)), key=lambda answer: answer.question.number)
    return {
        "signed_role": normalised(source.signed_role),
        "anchoring": source.anchoring.value if source.anchoring else None,
        "decided_on": source.decided_on.isoformat() if source.decided_on else None,
        "decision_ref": normalised(source.decision_ref),
        "asked": source.asked,
        "answered": source.answered,
        "dissent": normalised(source.dissent),
        "wish": source.wish.value if source.wish else None,
        "reuse": source.reuse,
        "groups": sorted(group.slug for group in source.groups),
        "answers": [_answer(answer) for answer in answers],
        **{name: value for name, value in _more(source).items() if value},
    }


def _more(source: Draft | PositionVersion) -> dict[str, Any]:
    """What came into the product later stands in the content only where there is any, so that earlier digests hold."""
    parties = sorted(party.name for party in source.parties) if isinstance(source, Draft) else source.party_names
    return {
        "confirm_by_on": source.confirm_by_on.isoformat() if source.confirm_by_on else None,
        "left_out": source.left_out,
        "concurrences": sorted(_concurrences(source), key=str),
        "parties": parties,
        "attachments": sorted(attachment.digest for attachment in source.attachments),
        "member_counts": source.member_counts,
    }


def _concurrences(source: Draft | PositionVersion) -> list[list[Any]]:
    concurrences: Sequence[DraftConcurrence | Concurrence] = source.concurrences
    numbers = {question.id: question.number for question in _questions(source)} if concurrences else {}
    return [
        [one.position.reference, one.target.number, numbers.get(one.question_id or 0), normalised(one.reservation)] for one in concurrences
    ]


def _questions(source: Draft | PositionVersion) -> list[Question]:
    return (source.consultation if isinstance(source, Draft) else source.position.consultation).questions


def _answer(answer: Answer | DraftAnswer) -> dict[str, Any]:
    return {
        "question": answer.question.number,
        "text": normalised(answer.text),
        "stance": answer.stance.value if answer.stance else None,
        "options": list(answer.options),
        "own_interest": answer.own_interest,
    }


def has_content(answer: Answer | DraftAnswer) -> bool:
    """Whether something is answered; the tick about own interest alone is no answer, nor is what is left out though written."""
    if isinstance(answer, DraftAnswer) and answer.left_out:
        return False
    return bool(answer.text.strip() or answer.stance or answer.options)


def fingerprint(source: Draft | PositionVersion) -> str:
    """Tells two contents apart: binds what was read through to what is sent."""
    return fingerprint_over(content_of(source))


def fingerprint_over(content: dict[str, Any]) -> str:
    """The same over what `content_of` gave."""
    return hashlib.sha256(_canonical(content)).hexdigest()


def nonce_of(version: PositionVersion) -> str:
    """The receipt's random-looking secret. Stands on the receipt and nowhere else."""
    return nonce_for(version.receipt_number)


def nonce_for(receipt_number: str) -> str:
    """The nonce that belongs to a receipt number, whether or not there is one."""
    return ids.derived("receipt", receipt_number)[:NONCE]


def received_of(version: PositionVersion) -> dict[str, Any]:
    """What was received, when, from whom, under which number: what the digest covers beside the nonce."""
    told = (version.receipt_number, version.received_at, version.organisation_name, version.number, version.channel)
    return received_as(*told, content_of(version)) | ({"meeting": version.meeting.number} if version.meeting else {})


def received_as(
    receipt_number: str, received_at: datetime, organisation: str, number: int, channel: Channel, content: dict[str, Any]
) -> dict[str, Any]:
    """The same of what is about to be written down."""
    return {
        "receipt_number": receipt_number,
        "received_at": moment_of(received_at),
        "organisation": organisation,
        "version": number,
        "channel": channel.value,
        "content": content,
    }


def moment_of(at: datetime) -> str:
    """An instant as the digest has it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest_of(version: PositionVersion, nonce: str) -> str:
    """SHA-256 over the nonce and the canonical JSON of what was received, when, from whom, under which number."""
    return digest_over(received_of(version), nonce)


def digest_over(received: dict[str, Any], nonce: str) -> str:
    """The same over what has been carried here from another installation."""
    return hashlib.sha256(nonce.encode() + b"\n" + _canonical(received)).hexdigest()


def is_intact(version: PositionVersion, nonce: str) -> bool:
    """Whether what is stored is what the receipt was given for."""
    return hmac.compare_digest(digest_of(version, nonce), version.digest)


def _canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def receipt_pdf(version: PositionVersion) -> bytes:
    """What was received, for the authority's mailbox. Holds the receipt number, never the nonce or the digest."""
    with force_locale("sv"):  # the language of the register, whoever asks and from where
        return documents.pdf(TEMPLATE, _document(version), made_at=version.received_at)


def own_pdf(version: PositionVersion) -> bytes:
    """The same for the organisation, with what proves that it was received."""
    with force_locale("sv"):
        return documents.pdf(TEMPLATE, _document(version) | {"proof": _proof(version)}, made_at=version.received_at)


def _proof(version: PositionVersion) -> dict[str, Any]:
    return {
        "heading": gettext("Kvitto"),
        "facts": _pairs(
            (gettext("Kvittonummer"), version.receipt_number),
            (gettext("Kontrollkod"), nonce_of(version)),
            (gettext("Kontrollsumma (SHA-256)"), in_groups(version.digest)),
        ),
        "words": gettext(
            "Så visar ni att svaret kom in och är oförändrat: gå till %(address)s och ange kontrollkoden. Texten visas inte. "
            "Kontrollsumman är ett fingeravtryck av koden och av allt ni skickade: ändras ett enda tecken blir den en annan. "
            "Spara kvittot där bara ni kommer åt det.",
            address=f"{current_app.config['SETTINGS'].public_url}/kvitto/{version.receipt_number}",
        ),
    }


def in_groups(digest: str) -> str:
    """A digest that people can compare: eight hexadecimal digits at a time."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def file_name(version: PositionVersion) -> str:
    """What the PDF is called when it is saved."""
    return f"Svar {version.receipt_number}.pdf"


def _document(version: PositionVersion) -> dict[str, Any]:
    consultation = version.position.consultation
    authority = consultation.authority.name
    answers = sorted(version.answers, key=lambda answer: answer.question.number)
    histories = histories_of(consultation)
    return {
        "title": consultation.title,
        "description": gettext("Svar på ett sakråd"),
        "kicker": gettext("Svar på sakråd · %(municipality)s", municipality=consultation.municipality.full_name),
        "organisation": version.organisation_name,
        "foot": version.receipt_number,
        "received": _pairs(
            (gettext("Inkom"), i18n.moment(version.received_at)),
            (gettext("Kvittonummer"), version.receipt_number),
            (gettext("Till"), authority),
            (gettext("Diarienummer"), consultation.diary_number),
            (gettext("Version"), str(version.number) if version.number > 1 else ""),
            (gettext("Kanal"), i18n.label(version.channel)),
            (gettext("Sagt på mötet"), version.meeting.title if version.meeting else ""),
            *entered.facts_of(version.transcription),
        ),
        "behind_heading": gettext("Vilka som står bakom"),
        "behind": _pairs(*facts_of(version)),
        "dissent_heading": gettext("Avvikande meningar"),
        "dissent": version.dissent,
        "answers": [
            {
                "question": entered.whole_heading(version.transcription)
                or gettext("Fråga %(number)s. %(text)s", number=answer.question.number, text=_asked(answer, histories)),
                "facts": _pairs(*_answer_facts(answer), (gettext("Rättelse"), _before(answer, histories))),
                "text": answer.text,
            }
            for answer in answers
        ],
        "more": [{"heading": heading, "lines": lines} for heading, lines in _more_received(version) if lines],
        "notice": gettext(
            "Inkommen handling hos %(authority)s. Blev allmän handling när den kom in.", authority=consultation.authority.name
        ),
    }


def _asked(answer: Answer, histories: dict[int, QuestionHistory]) -> str:
    """The question as it stood when it was answered: a document does not change when the question does."""
    history = histories.get(answer.question_id)
    return history.text_at(answer.question_version, answer.question.text) if history else answer.question.text


def _before(answer: Answer, histories: dict[int, QuestionHistory]) -> str:
    """That the question had been corrected already when the answer to what stood there before came in."""
    history = histories.get(answer.question_id)
    late = history and any(made > answer.question_version and at <= answer.version.received_at for made, at, _number in history.changed)
    return gettext("Svarar på frågan före rättelse %(number)s", number=history.before(answer.question_version)) if history and late else ""


def _more_received(version: PositionVersion) -> list[tuple[str, list[str]]]:
    """What else came with the answers, as headings with lines."""
    return [
        (
            gettext("Frågor som inte besvaras"),
            [_left_out(number, version.left_out[number]) for number in sorted(version.left_out, key=int)],
        ),
        (gettext("Instämmer med andra"), [_agrees(one) for one in version.concurrences]),
        (gettext("Uppges stå bakom svaret"), list(version.party_names)),
        (gettext("Så svarade medlemmarna, enligt organisationen"), member_counts.lines(version.member_counts)),
        (gettext("Bilagor"), [attachment.file.name for attachment in version.attachments]),
    ]


def _left_out(number: str, reason: str) -> str:
    question = gettext("Fråga %(number)s", number=number)
    return f"{question}: {reason}" if reason else question


def _agrees(one: Concurrence) -> str:
    """With whom by the name that the other had chosen to show; what was agreed with is that version, whatever has come since."""
    target, reference = one.target, one.position.reference
    named = target.wish is PublicationWish.named
    other = target.organisation_name if named else gettext("en organisation utan namn (%(key)s)", key=reference)
    what = gettext("fråga %(number)s", number=one.question.number) if one.question is not None else gettext("hela svaret")
    words = gettext("%(name)s, version %(version)s, %(what)s.", name=other, version=target.number, what=what)
    reserved = gettext("Förbehåll: %(text)s", text=one.reservation) if one.reservation else ""
    return f"{words} {reserved}".rstrip()


def _speaks_for(source: Draft | PositionVersion) -> str:
    words = i18n.listing(group.name.lower() for group in source.groups)
    return words[:1].upper() + words[1:]


def facts_of(source: Draft | PositionVersion) -> list[tuple[str, str]]:
    """Who answers and how it is anchored, as label and words; what is not known is left out."""
    asked = gettext("%(answered)s av %(asked)s", answered=source.answered or 0, asked=source.asked) if source.asked is not None else ""
    decided = ", ".join(filter(None, [i18n.day(source.decided_on, year=True), i18n.ref(source.decision_ref)]))
    return [
        (label, words)
        for label, words in [
            (gettext("Avsändarens roll"), source.signed_role),
            (gettext("Förankring"), _anchored(source)),
            (gettext("Beslutat"), decided),
            (gettext("Svarade av tillfrågade"), asked),
            (gettext("Talar för, enligt organisationen"), _speaks_for(source)),
            (gettext("Får kommunen publicera?"), i18n.label(source.wish)),
            (gettext("Får återanvändas som öppna data"), gettext("Ja") if source.reuse else gettext("Nej")),
        ]
        if words
    ]


def _anchored(source: Draft | PositionVersion) -> str:
    if source.anchoring is not AnchoringLevel.not_yet:
        return i18n.label(source.anchoring)
    if source.confirm_by_on is None:
        return str(gettext("Preliminärt svar"))
    return str(gettext("Preliminärt svar, bekräftas senast %(day)s", day=i18n.day(source.confirm_by_on, year=True)))


def _answer_facts(answer: Answer) -> list[tuple[str, str]]:
    ranked = answer.question.kind is QuestionKind.need
    options = [f"{place}. {option}" for place, option in enumerate(answer.options, start=1)] if ranked else answer.options
    return [
        (gettext("Ställningstagande"), i18n.label(answer.stance)),
        (gettext("I rangordning") if ranked else gettext("Valt"), "; ".join(options)),
        (gettext("Eget intresse"), gettext("Har eller kan få avtal eller bidrag i det frågan gäller") if answer.own_interest else ""),
    ]


def _pairs(*pairs: tuple[str, str]) -> list[list[str]]:
    return [[label, words] for label, words in pairs if words]
