"""The portable file: what an organisation has said, with its receipts, to take along to another installation.

A file that is taken in is hostile input: whatever it holds is either the whole shape or refused with the place. Nothing in it
becomes an answer here. Its receipts prove nothing by themselves, since whoever writes a file may write a receipt that fits it:
they can be tried where they were given.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask_babel import gettext as _

from sakrad.consultations.models import QuestionKind
from sakrad.core.text import UNSTORABLE, is_web_address, one_line
from sakrad.positions import receipts
from sakrad.positions.models import AnchoringLevel, Channel, PositionVersion, PublicationWish, Stance
from sakrad.positions.uses import Use

FORMAT, VERSION = "sakrad-svar", 1
LARGEST = 5_000_000  # bytes
MOST = 1_000  # answers in a file
TEXT, LINE, LIST, DEEP = 100_000, 500, 200, 7
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])(?::[0-9]{1,5})?")  # of the web, by name
RECEIPT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖabcdefghijklmnopqrstuvwxyzåäö0123456789-")
HEXADECIMAL = frozenset("0123456789abcdef")
CONTENT = {
    *("signed_role", "anchoring", "decided_on", "decision_ref", "asked", "answered", "dissent", "wish", "reuse", "groups", "answers"),
    *("confirm_by_on", "left_out", "concurrences", "parties", "attachments", "member_counts"),
}
T = TypeVar("T")
Place = tuple[str | int, ...]


class RefusedFile(ValueError):
    """The file cannot be taken in; says why, and where in it."""

    def __init__(self, why: str, *place: str | int) -> None:
        super().__init__(why)
        self.why, self.place = why, place

    @property
    def sentence(self) -> str:
        """The refusal in words."""
        words = {
            "large": _("Filen är större än 5 MB."),
            "unreadable": _("Filen går inte att läsa. Den ska ha laddats ned från Sakråd och sluta på .json."),
            "other": _("Filen är ingen fil med svar från Sakråd."),
            "version": _("Filen är gjord för en annan version av Sakråd."),
            "source": _("Filen ska säga vilken webbplats svaren kommer från, med en adress som börjar med https."),
            "own": _("Svaren i filen finns redan här: den är nedladdad från den här webbplatsen."),
        }
        place = " → ".join(map(str, self.place))
        return str(words.get(self.why) or _("Något i filen är inte som det ska vara: %(place)s.", place=place))


@dataclass(frozen=True, slots=True)
class Carried:
    """An answer in a file."""

    municipality: str
    authority: str
    title: str
    receipt_number: str
    received_at: datetime
    digest_holds: bool
    content: dict[str, Any]  # as it is kept: `kept`


@dataclass(frozen=True, slots=True)
class Portable:
    """A file that has the right shape."""

    source: str
    answers: tuple[Carried, ...]


# -- to take along


def entry_of(version: PositionVersion, uses: Iterable[Use], *, address: str) -> dict[str, Any]:
    """One sent version as the file holds it, with its receipt and what came of it. `address`: of its consultation."""
    consultation = version.position.consultation
    return {
        "consultation": {
            "title": consultation.title,
            "municipality": consultation.municipality.full_name,
            "authority": consultation.authority.name,
            "address": address,
        },
        "questions": [{"number": one.number, "kind": one.kind.value, "text": one.text} for one in consultation.questions],
        "received": receipts.received_of(version),
        "nonce": receipts.nonce_of(version),
        "digest": version.digest,
        "withdrawn": version.is_withdrawn,
        "outcomes": [
            {
                "words": use.words,
                "finding": use.finding,
                "heading": use.heading,
                "set_aside": use.set_aside,
                "outcome": use.reply.outcome.value if use.reply else None,
            }
            for use in uses
        ],
    }


# -- to take in


def from_json(raw: bytes, *, here: str, at: datetime) -> Portable:
    """The answers in a file.

    Args:
        here: this installation's own address, from which nothing needs to be taken in.

    Raises:
        RefusedFile: it has another shape; says where.
    """
    if len(raw) > LARGEST:
        raise RefusedFile("large")
    try:
        data = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_without_doubles, parse_constant=_refused, parse_float=_refused)
    except RefusedFile:
        raise
    except (ValueError, RecursionError) as error:
        raise RefusedFile("unreadable") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise RefusedFile("other")
    if type(data.get("version")) is not int or data["version"] != VERSION:
        raise RefusedFile("version")
    _keys(data, {"format", "version", "source", "made_at", "organisation", "answers"}, ())
    source = _source(data["source"])
    if urlsplit(source).netloc == urlsplit(here).netloc:
        raise RefusedFile("own")
    return Portable(source, _listed(data["answers"], ("answers",), MOST, lambda one, place: _carried(one, place, at)))


def _source(data: object) -> str:
    """The other installation: an address on the web that is only a host, over https."""
    if not isinstance(data, str) or len(data) > 200 or not is_web_address(data):
        raise RefusedFile("source")
    parts = urlsplit(data)
    if parts.scheme != "https" or parts.path.strip("/") or parts.query or parts.fragment or not HOST.fullmatch(parts.netloc.lower()):
        raise RefusedFile("source")
    return f"https://{parts.netloc.lower()}"


def _carried(data: object, place: Place, at: datetime) -> Carried:
    names = {"consultation", "questions", "received", "nonce", "digest", "withdrawn", "outcomes"}
    given = _keys(data, names, place)
    about = _keys(given["consultation"], {"title", "municipality", "authority", "address"}, (*place, "consultation"))
    lines = {name: _line(about[name], (*place, "consultation", name), 200) for name in about}
    if not lines["title"]:
        raise RefusedFile("wrong", *place, "consultation", "title")
    questions = _listed(given["questions"], (*place, "questions"), LIST, _question)
    received = _received(given["received"], (*place, "received"), at)
    nonce, digest = (_hexadecimal(given[name], (*place, name), most) for name, most in (("nonce", 64), ("digest", 64)))
    outcomes = _listed(given["outcomes"], (*place, "outcomes"), MOST, _outcome)
    return Carried(
        municipality=lines["municipality"][:160],
        authority=lines["authority"][:160],
        title=lines["title"],
        receipt_number=received["receipt_number"],
        received_at=datetime.fromisoformat(received["received_at"]),
        digest_holds=hmac.compare_digest(receipts.digest_over(received, nonce), digest),
        content={
            "received": received,
            "questions": list(questions),
            "nonce": nonce,
            "digest": digest,
            "withdrawn": _of(bool, given["withdrawn"], (*place, "withdrawn")),
            "outcomes": list(outcomes),
        },
    )


def _received(data: object, place: Place, at: datetime) -> dict[str, Any]:
    names = {"receipt_number", "received_at", "organisation", "version", "channel", "content"}
    given = _keys(data, names, place, may={"meeting"})
    _bounded(given, place, DEEP)
    number = _line(given["receipt_number"], (*place, "receipt_number"), 40)
    if not number or number != given["receipt_number"] or set(number) - RECEIPT:
        raise RefusedFile("wrong", *place, "receipt_number")
    _line(given["organisation"], (*place, "organisation"), 160)
    _member(Channel, given["channel"], (*place, "channel"))
    for name in {"version", "meeting"} & given.keys():
        _count(given[name], (*place, name))
    try:
        received_at = datetime.fromisoformat(_line(given["received_at"], (*place, "received_at"), 40))
        same = receipts.moment_of(received_at) == given["received_at"] and received_at.tzinfo is not None
    except (ValueError, OverflowError):
        same = False
    if not same or not datetime(2000, 1, 1, tzinfo=UTC) < received_at <= at:
        raise RefusedFile("wrong", *place, "received_at")
    _content(given["content"], (*place, "content"))
    return given


def _content(data: object, place: Place) -> None:
    """What the organisation said: what is shown is looked at closely, the rest is only bounded."""
    most = {"confirm_by_on", "left_out", "concurrences", "parties", "attachments", "member_counts"}
    given = _keys(data, CONTENT - most, place, may=most)
    for name in ("signed_role", "decision_ref"):
        _line(given[name], (*place, name), LINE)
    if given["anchoring"] is not None:
        _member(AnchoringLevel, given["anchoring"], (*place, "anchoring"))
    if given["wish"] is not None:
        _member(PublicationWish, given["wish"], (*place, "wish"))
    _listed(given["groups"], (*place, "groups"), LIST, lambda one, at: _line(one, at, LINE))
    _listed(given["answers"], (*place, "answers"), LIST, _answer)


def _answer(data: object, place: Place) -> None:
    given = _keys(data, {"question", "text", "stance", "options", "own_interest"}, place)
    _count(given["question"], (*place, "question"))
    _of(str, given["text"], (*place, "text"))
    if given["stance"] is not None:
        _member(Stance, given["stance"], (*place, "stance"))
    _listed(given["options"], (*place, "options"), LIST, lambda one, at: _of(str, one, at))
    _of(bool, given["own_interest"], (*place, "own_interest"))


def _question(data: object, place: Place) -> dict[str, Any]:
    given = _keys(data, {"number", "kind", "text"}, place)
    _count(given["number"], (*place, "number"))
    _member(QuestionKind, given["kind"], (*place, "kind"))
    return given | {"text": _line(given["text"], (*place, "text"), 2_000)}


def _outcome(data: object, place: Place) -> dict[str, Any]:
    given = _keys(data, {"words", "finding", "heading", "set_aside", "outcome"}, place)
    _bounded(given, place, 2)
    for name in ("words", "heading", "set_aside"):
        _of(str, given[name], (*place, name))
    if given["finding"] is not None:
        _count(given["finding"], (*place, "finding"))
    if given["outcome"] is not None:
        _line(given["outcome"], (*place, "outcome"), 40)
    return given


def _keys(data: object, must: set[str], place: Place, *, may: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    if not isinstance(data, dict) or not must <= data.keys() <= must | may:
        raise RefusedFile("wrong", *place)
    return data


def _listed(data: object, place: Place, most: int, each: Callable[[object, Place], T]) -> tuple[T, ...]:
    if not isinstance(data, list) or len(data) > most:
        raise RefusedFile("wrong", *place)
    return tuple(each(one, (*place, number)) for number, one in enumerate(data, start=1))


def _of(kind: type[T], data: object, place: Place) -> T:
    if type(data) is not kind:
        raise RefusedFile("wrong", *place)
    return data


def _line(data: object, place: Place, most: int) -> str:
    words = one_line(_of(str, data, place))
    if len(words) > most:
        raise RefusedFile("wrong", *place)
    return words


def _count(data: object, place: Place) -> None:
    if type(data) is not int or not 0 <= data < 1_000_000:
        raise RefusedFile("wrong", *place)


def _member(kind: Any, data: object, place: Place) -> None:
    if not isinstance(data, str) or data not in {member.value for member in kind}:
        raise RefusedFile("wrong", *place)


def _hexadecimal(data: object, place: Place, most: int) -> str:
    words = _of(str, data, place)
    if not 0 < len(words) <= most or set(words) - HEXADECIMAL:
        raise RefusedFile("wrong", *place)
    return words


def _bounded(data: object, place: Place, deep: int) -> None:
    """Whatever it is, it is small enough and can be stored."""
    if isinstance(data, str):
        good = len(data) <= TEXT and not UNSTORABLE.search(data)
    elif isinstance(data, dict | list):
        good = deep > 0 and len(data) <= MOST
        for part in (*data, *data.values()) if isinstance(data, dict) else data:
            _bounded(part, place, deep - 1)
    else:
        good = data is None or isinstance(data, bool) or (type(data) is int and abs(data) < 1_000_000_000)
    if not good:
        raise RefusedFile("wrong", *place)


def _without_doubles(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise RefusedFile("unreadable")
        found[key] = value
    return found


def _refused(_words: str) -> None:
    raise ValueError("no such number in a file of ours")


def file_name(slug: str, at: datetime) -> str:
    return f"sakrad-svar-{slug}-{at:%Y-%m-%d}.json"
