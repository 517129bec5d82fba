"""The mails to those who follow something: asking whether they want to, and the digest of what has happened. Headlines and links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import gettext

from sakrad.consultations.models import Consultation, ContentAbout, ContentVersion
from sakrad.consultations.promised import feedback_due
from sakrad.consultations.tongues import TONGUES
from sakrad.core import clock, i18n
from sakrad.core.db import as_readers, db
from sakrad.core.events import Event, EventName
from sakrad.meetings.models import Meeting, Notes
from sakrad.notifications import links, queries_news, searches
from sakrad.notifications.content import Content, NothingToTell, Told, consultation_of, from_us, link, page_of
from sakrad.notifications.models import Follow, FollowKind, Subscriber
from sakrad.notifications.places import place_of
from sakrad.notifications.targets import Target, targets_of
from sakrad.responses.models import Commitment, Progress

MOST = 25  # consultations in one mail; the rest are counted
Line = tuple[str, str]  # what has happened, and where it stands
LIST = "bevakningar"


@dataclass(slots=True)
class Group:
    """One consultation in the digest."""

    consultation: Consultation
    lines: list[Line] = field(default_factory=list)
    follows: dict[int, Follow] = field(default_factory=dict)


def confirm_follow(told: Told) -> Content:
    """What somebody wants to be told of, and where to say yes; that it is followed already, where it is."""
    follow = db.session.get(Follow, told.event.subject_id or 0)
    target = targets_of([follow]).get((follow.kind, follow.target)) if follow else None
    if follow is None or target is None or follow.ended_at is not None:
        raise NothingToTell
    known = follow.confirmed_at is not None
    token = links.token_of(follow.subscriber)
    typed = target.kind is FollowKind.search and not known  # perhaps by a stranger: the words stand behind the link
    content = from_us(
        name=gettext("en sökning") if typed else target.name,
        place=_place(target),
        known=known,
        url=link("following_link.show", token=token),
    )
    return replace(content, headers=_one_click(link("following_link.stop", token=token)))


def _place(target: Target) -> str:
    """The municipality of a consultation, whose title alone may be that of another."""
    if target.kind is not FollowKind.consultation:
        return ""
    return db.session.get_one(Consultation, int(target.key)).municipality.full_name


def news(told: Told) -> Content:
    """All that has happened in what the address follows, as readers may see it now, under each consultation; why, and how to stop."""
    with as_readers():
        return _news(told)


def _news(told: Told) -> Content:
    subscriber = db.session.scalar(sa.select(Subscriber).where(Subscriber.email == told.recipient))
    if subscriber is None:
        raise NothingToTell
    at = clock.now()
    groups: dict[int, Group] = {}
    found: list[dict[str, Any]] = []
    for event in told.events:
        follows = queries_news.list_reasons(event, told.recipient)
        if not follows:
            continue
        if event.name == EventName.search_found:
            found += _found(event, follows[0])
            continue
        consultation = consultation_of(event.consultation_id)
        line = _line(event, consultation, at)
        if line is not None:
            group = groups.setdefault(consultation.id, Group(consultation))
            group.lines = [*(one for one in group.lines if one != line), line]
            group.follows |= {follow.id: follow for follow in follows}
    if not groups and not found:
        raise NothingToTell
    shown = list(groups.values())[:MOST]
    targets = targets_of([follow for group in shown for follow in group.follows.values()])
    token = links.token_of(subscriber)
    stop = link("following_link.stop", token=token)
    content = from_us(
        groups=[_shown(group, [_why(targets[key]) for key in _keys(group) if key in targets]) for group in shown],
        more=len(groups) - len(shown),
        searches=found,
        rhythm=subscriber.rhythm,
        start=link("pages.start"),
        manage=link("following_link.show", token=token),
        stop=stop,
    )
    return replace(content, headers=(*_one_click(stop), ("List-Id", f"<{LIST}.{_host()}>")))


def _one_click(stop: str) -> tuple[tuple[str, str], ...]:
    """How a mail program stops it all for its reader (RFC 8058)."""
    return ("List-Unsubscribe", f"<{stop}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")


def _host() -> str:
    return urlsplit(link("pages.start")).hostname or "localhost"


def _keys(group: Group) -> list[tuple[FollowKind, str]]:
    return list(dict.fromkeys((follow.kind, follow.target) for follow in group.follows.values()))


def _why(target: Target) -> str:
    """What is followed, inside a sentence under the consultation's own heading."""
    match target.kind:
        case FollowKind.consultation:
            return str(gettext("sakrådet"))
        case FollowKind.group:
            return str(gettext("gruppen %(name)s", name=i18n.inline(target.name)))
        case FollowKind.subject:
            return str(gettext("ämnet %(name)s", name=i18n.inline(target.name)))
    return target.name


def _shown(group: Group, names: list[str]) -> dict[str, Any]:
    consultation = group.consultation
    return {
        "title": consultation.title,
        "place": consultation.municipality.full_name,
        "url": page_of("pages.consultation", consultation),
        "lines": group.lines,
        "first": i18n.inline(group.lines[0][0].rstrip(".")),
        "why": i18n.listing(names),
    }


def _found(event: Event, follow: Follow) -> list[dict[str, Any]]:
    """The search with how many hits it has got, counted anew: what has been taken away since is no hit."""
    since, until = (datetime.fromisoformat(str(event.data[name])) for name in ("since", "until"))
    count = searches.count_new(follow.target, since, until)
    if not count:
        return []
    url = f"{link('pages.search')}?{follow.target}&sedan={clock.day_of(since)}"
    return [{"name": searches.name_of(follow.target), "url": url, "count": min(count, searches.MOST), "more": count > searches.MOST}]


def _line(event: Event, consultation: Consultation, at: datetime) -> Line | None:
    """The event in one line; None when it is not so any more."""
    if consultation.cancelled_at is not None and event.name != EventName.consultation_cancelled:
        return None
    return LINES[EventName(event.name)](event, consultation, at)


def _simple(words: Callable[[Consultation], str]) -> Callable[[Event, Consultation, datetime], Line]:
    return lambda event, consultation, _at: (words(consultation), _url(event, consultation))


def _url(event: Event, consultation: Consultation, *, of_summary: bool = False, **which: str | int | None) -> str:
    place = place_of(event.name, of_summary=of_summary, **which)
    return link(place.endpoint, _anchor=place.anchor, **consultation.address, **place.values)


def _announced(event: Event, consultation: Consultation, _at: datetime) -> Line:
    return gettext("Nytt sakråd. Svara senast %(day)s.", day=i18n.until(consultation.closes_at)), _url(event, consultation)


def _more_time(event: Event, consultation: Consultation, _at: datetime) -> Line:
    words = gettext("Mer tid att svara, till och med %(day)s.", day=i18n.until(consultation.closes_at))
    return words, _url(event, consultation, number=event.data.get("number"))


def _corrected(event: Event, consultation: Consultation, _at: datetime) -> Line:
    return gettext("Något är rättat i inbjudan."), _url(event, consultation, number=event.data.get("number"))


def _meeting(event: Event, consultation: Consultation, at: datetime) -> Line | None:
    meeting = db.session.get(Meeting, event.subject_id or 0)
    if meeting is None or meeting.cancelled_at is not None or meeting.starts_at <= at:
        return None
    return gettext("Möte %(day)s.", day=i18n.day(meeting.starts_at)), _url(event, consultation, number=meeting.number)


def _notes(event: Event, consultation: Consultation, _at: datetime) -> Line | None:
    meeting = db.session.scalar(
        sa.select(Meeting).join(Notes, Notes.meeting_id == Meeting.id).where(Notes.id == event.subject_id, Notes.final_at.is_not(None))
    )
    if meeting is None:
        return None
    words = gettext("Anteckningarna från mötet %(day)s är publicerade.", day=i18n.day(meeting.starts_at))
    return words, _url(event, consultation, number=meeting.number)


def _answer(event: Event, consultation: Consultation, at: datetime) -> Line | None:
    row = queries_news.find_named(event, at)
    if row is None:
        return None
    return gettext("Ett svar är publicerat."), _url(event, consultation, org=row.organisation_slug)


def _progress(event: Event, consultation: Consultation, _at: datetime) -> Line | None:
    number = db.session.scalar(
        sa.select(Commitment.number).join(Progress, Progress.commitment_id == Commitment.id).where(Progress.id == event.subject_id)
    )
    if number is None:
        return None
    return gettext("Så går det med åtagande %(number)s.", number=number), _url(event, consultation, number=number)


def _promise_late(event: Event, consultation: Consultation, _at: datetime) -> Line | None:
    commitment = db.session.get(Commitment, event.subject_id or 0)
    if commitment is None or commitment.done_at is not None or str(commitment.due_on) != event.data.get("due"):
        return None
    words = gettext("Åtagande %(number)s skulle ha varit klart %(day)s.", number=commitment.number, day=i18n.day(commitment.due_on))
    return words, _url(event, consultation, number=commitment.number)


def _version(event: Event, consultation: Consultation, _at: datetime) -> Line | None:
    version = db.session.get(ContentVersion, event.subject_id or 0)
    if version is None or version.published_at is None:
        return None
    tongue = TONGUES[version.language]
    of_summary = version.about is ContentAbout.summary
    if of_summary:
        words = gettext("Sammanställningen finns nu på %(language)s.", language=tongue.inline)
    else:
        words = gettext("Finns nu på %(language)s.", language=tongue.inline)
    return words, _url(event, consultation, of_summary=of_summary, language=tongue.key)


def _answer_late(event: Event, consultation: Consultation, _at: datetime) -> Line | None:
    due = db.session.scalar(sa.select(feedback_due()).where(Consultation.id == consultation.id))
    if consultation.feedback_published_at is not None or due is None or str(due) != event.data.get("due"):
        return None
    day = i18n.day(date.fromisoformat(str(due)))
    return gettext("Nämnden skulle ha svarat %(day)s.", day=day), _url(event, consultation)


LINES: dict[EventName, Callable[[Event, Consultation, datetime], Line | None]] = {  # of each of queries_news.RULES
    EventName.consultation_announced: _announced,
    EventName.closing_moved: _more_time,
    EventName.correction_announced: _corrected,
    EventName.consultation_cancelled: _simple(lambda _one: gettext("Sakrådet är inställt.")),
    EventName.meeting_planned: _meeting,
    EventName.notes_published: _notes,
    EventName.position_reviewed: _answer,
    EventName.summary_published: _simple(lambda _one: gettext("Sammanställningen är publicerad.")),
    EventName.summary_corrected: _simple(lambda _one: gettext("Sammanställningen är rättad.")),
    EventName.feedback_published: _simple(lambda one: gettext("%(authority)s har svarat.", authority=one.authority.name)),
    EventName.progress_added: _progress,
    EventName.commitment_overdue: _promise_late,
    EventName.feedback_overdue: _answer_late,
    EventName.continuation_decided: _simple(lambda _one: gettext("Det finns besked om vad som händer sen.")),
    EventName.content_version_published: _version,
    EventName.consultation_ended: _simple(lambda _one: gettext("Sakrådet är avslutat.")),
}
