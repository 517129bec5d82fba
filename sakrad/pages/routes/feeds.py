"""Atom feeds: the address of a list or a page, and .atom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from sakrad.consultations.models import Consultation
from sakrad.core import cache, clock, i18n
from sakrad.core.access import public
from sakrad.directory.models import Municipality, TargetGroup
from sakrad.pages import queries, queries_feeds, queries_search
from sakrad.pages.feeds import MOST, Entry, atom
from sakrad.pages.queries_feeds import Changed, Followed, Happened
from sakrad.pages.routes.public import bp, filter_asked
from sakrad.pages.search import asked_of, normalised
from sakrad.pages.setup import MASKED, named
from sakrad.responses.models import CommitmentParty
from sakrad.responses.queries_commitments import PARTIES, STATES, is_state
from sakrad.responses.told import party_told
from sakrad.voices import queries_profile
from sakrad.voices.queries_spoken import Spoken

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # before anything that a search can find


def _feed(title: str, page: str, entries: Iterable[Entry]) -> Response:
    cache.keep_today()
    return _atom(title, page, entries)


def _atom(title: str, page: str, entries: Iterable[Entry]) -> Response:
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    return atom(title, page=page, path=request.script_root + quote(request.path) + query, entries=list(entries))


@bp.get("/sakrad.atom")
@public
def consultations_feed() -> ResponseReturnValue:
    """The consultations that the list shows for the same choices, the latest changed first."""
    at, asked = clock.now(), filter_asked()
    rows = queries_feeds.list_changed(at, *queries.matching(queries.Filter(**asked), at))
    chosen = {name: value for name, value in asked.items() if value}
    return _feed(_("Sakråd"), i18n.absolute("pages.consultations", **chosen), map(_changed, rows))


@bp.get("/grupper/<grupp>.atom")
@public
def group_feed(grupp: str) -> ResponseReturnValue:
    """What is asked about the group."""
    group = queries_feeds.get_group(grupp)
    rows = queries_feeds.list_changed(clock.now(), Consultation.groups.any(TargetGroup.slug == grupp))
    return _feed(named(group), i18n.absolute("voices.group", grupp=grupp), map(_changed, rows))


@bp.get("/kommun/<kommun>.atom")
@public
def municipality_feed(kommun: str) -> ResponseReturnValue:
    """What happens in the municipality's consultations."""
    name = queries_feeds.get_place(kommun)
    rows = queries_feeds.list_happened(Municipality.slug == kommun)
    return _feed(name, i18n.absolute("pages.municipality", kommun=kommun), map(_happened, rows))


@bp.get("/lan/<lan>.atom")
@public
def county_feed(lan: str) -> ResponseReturnValue:
    """What happens in the county's."""
    code, name = queries_feeds.get_county(lan)
    rows = queries_feeds.list_happened(Municipality.county_code == code)
    return _feed(name, i18n.absolute("pages.county", lan=lan), map(_happened, rows))


@bp.get("/kommun/<kommun>/sakrad/<slug>.atom")
@public
def consultation_feed(kommun: str, slug: str) -> ResponseReturnValue:
    """What happens in one consultation."""
    title = queries_feeds.get_title(kommun, slug)
    rows = queries_feeds.list_happened(Municipality.slug == kommun, Consultation.slug == slug)
    return _feed(title, i18n.absolute("pages.consultation", kommun=kommun, slug=slug), map(_happened, rows))


@bp.get("/ataganden.atom")
@public
def commitments_feed() -> ResponseReturnValue:
    """The commitments that the list shows for the same choices, the latest told of first."""
    at, where = clock.now(), []
    kommun, state, party = (request.args.get(name, "")[:80] for name in ("kommun", "lage", "part"))
    where += [Municipality.slug == kommun] if kommun else []
    where += [is_state(STATES[state], at)] if state in STATES else []
    where += [party_told() == PARTIES[party]] if party in PARTIES else []
    chosen = {name: value for name, value in (("kommun", kommun), ("lage", state), ("part", party)) if value}
    rows = queries_feeds.list_followed(at, *where)
    return _feed(_("Åtaganden"), i18n.absolute("responses.commitments", **chosen), map(_followed, rows))


@bp.get("/organisationer/<org>.atom")
@public
def organisation_feed(org: str) -> ResponseReturnValue:
    """What the organisation has said by name."""
    page = queries_profile.get_organisation_page(org, 1, clock.now())
    entries = (_spoken(one, page.name) for one in page.spoken)
    return _feed(page.name, i18n.absolute("voices.organisation", org=page.slug), entries)


@bp.get("/sok.atom")
@public
def search_feed() -> ResponseReturnValue:
    """What a search finds, the newest first: where it stands, not the words. What people search for is kept nowhere (core.cache)."""
    at, query = clock.now(), normalised(request.args)
    hits = queries_search.find_new(query, BEGINNING, at, MOST)
    page = i18n.absolute("pages.search") + (f"?{query}" if query else "")
    prefix = i18n.public_origin() + request.script_root
    entries = (
        Entry(
            tag=hit.path.lstrip("/"),
            title=_plain(hit.title),
            url=prefix + hit.path,
            updated=hit.at,
            published=hit.at,
            summary=" · ".join(filter(None, (i18n.label(hit.kind), hit.consultation, hit.municipality))),
            author=_("Sakråd"),
        )
        for hit in hits
    )
    return _atom(_("Sök: %(words)s", words=asked_of(request.args).q), page, entries)


def _plain(text: str) -> str:
    """Masked words as a word, tags away."""
    return MASKED.sub(_("maskat"), text.striptags() if isinstance(text, Markup) else text)


def _changed(row: Changed) -> Entry:
    return Entry(
        tag=f"kommun/{row.kommun}/sakrad/{row.slug}",
        title=row.title,
        url=i18n.absolute("pages.consultation", **row.address),
        updated=row.changed_at,
        published=row.announced_at,
        summary=f"{i18n.label(row.phase)}. {row.lead}".strip(),
        author=f"{row.authority}, {row.municipality}",
    )


def _happened(row: Happened) -> Entry:
    line = row.line
    endpoint, values = _where(row)
    words = current_app.jinja_env.get_template(f"events/{line.name}.html").render(line=line, c=row, lang_sv="")
    which = "-".join(str(part) for part in (line.at.strftime("%Y%m%dT%H%M%S%fZ"), line.number) if part)
    return Entry(
        tag=f"kommun/{row.kommun}/sakrad/{row.slug}/{line.name}/{which}",
        title=f"{_plain(Markup(words)).strip()}: {row.title}",  # noqa: S704 - a template's own
        url=i18n.absolute(endpoint, **values),
        updated=line.at,
        published=line.at,
        summary=f"{row.authority}, {row.municipality}",
        author=f"{row.authority}, {row.municipality}",
    )


def _where(row: Happened) -> tuple[str, dict[str, str | int]]:
    """The page that tells of it: endpoint and values."""
    address: dict[str, str | int] = {**row.address}
    match row.line.name:
        case "summary_published" | "summary_corrected":
            return "summaries.show", address
        case "feedback_published":
            return "responses.show", address
        case "correction_announced" | "closing_moved" if row.line.correction:
            return "consultations.correction", address | {"number": row.line.correction}
        case "progress_added" | "decision_linked" if row.line.commitment and row.line.number:
            return "responses.commitment", address | {"number": row.line.number}
        case "meeting_cancelled" | "notes_published" if row.line.meeting:
            return "meetings.show", address | {"number": row.line.meeting}
        case _:
            return "pages.consultation", address


def _followed(row: Followed) -> Entry:
    one, promise = row.undertaken, row.undertaken.promise
    whose = ", ".join(promise.theirs) if promise.party is CommitmentParty.organisation else one.authority
    due = i18n.day(promise.due_on, year=True)
    return Entry(
        tag=f"kommun/{one.kommun}/sakrad/{one.slug}/atagande/{promise.number}",
        title=_plain(promise.what),
        url=i18n.absolute("responses.commitment", kommun=one.kommun, slug=one.slug, number=promise.number),
        updated=row.changed_at,
        published=row.published_at,
        summary=f"{i18n.label(promise.standing.state)} · {_('senast %(date)s', date=due)} · {one.title}, {one.municipality}",
        author=f"{whose}, {one.municipality}",
    )


def _spoken(one: Spoken, name: str) -> Entry:
    return Entry(
        tag=f"kommun/{one.kommun}/sakrad/{one.slug}/svar/{one.org}",
        title=_("%(name)s svarade: %(title)s", name=one.name, title=one.title),
        url=i18n.absolute("positions.show", **one.address, org=one.org),
        updated=one.received_at,
        published=one.received_at,
        summary=one.municipality,
        author=name,
    )
