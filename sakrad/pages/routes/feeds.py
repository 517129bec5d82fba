"""Atom feeds: the address of a list or a page, and .atom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from sakrad.core import cache, clock, i18n
from sakrad.core.access import public
from sakrad.pages import queries_feeds, queries_names, queries_search
from sakrad.pages.feeds import MOST, Entry, atom
from sakrad.pages.queries import Filter
from sakrad.pages.queries_feeds import Changed, Happened, Promised
from sakrad.pages.routes.public import bp, filter_asked
from sakrad.pages.search import asked_of
from sakrad.pages.search_hits import Hit
from sakrad.pages.search_kinds import ResultKind
from sakrad.pages.setup import MASKED, named
from sakrad.responses.models import CommitmentParty
from sakrad.responses.queries_commitments import asked_commitments
from sakrad.voices import queries, queries_profile
from sakrad.voices.queries import New
from sakrad.voices.queries_spoken import Spoken

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # before anything that a search can find


def _feed(title: str, page: str, entries: Iterable[Entry], *, keep: bool = True) -> Response:
    if keep:
        cache.keep_today()
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    return atom(title, page=page, path=request.script_root + quote(request.path) + query, entries=list(entries))


@bp.get("/sakrad.atom")
@public
def consultations_feed() -> ResponseReturnValue:
    """The consultations that the list shows for the same choices, the latest changed first."""
    asked = filter_asked()
    rows = queries_feeds.list_changed(Filter(**asked), clock.now())
    chosen = {name: value for name, value in asked.items() if value}
    return _feed(_("Sakråd"), i18n.absolute("pages.consultations", **chosen), map(_changed, rows))


@bp.get("/grupper/<grupp>.atom")
@public
def group_feed(grupp: str) -> ResponseReturnValue:
    """What is asked about the group."""
    group = queries_names.get_group(grupp)
    rows = queries_feeds.list_changed(Filter(grupp=grupp), clock.now())
    return _feed(named(group), i18n.absolute("voices.group", grupp=grupp), map(_changed, rows))


@bp.get("/kommun/<kommun>.atom")
@public
def municipality_feed(kommun: str) -> ResponseReturnValue:
    """What happens in the municipality's consultations."""
    name = queries_names.get_place(kommun)
    rows = queries_feeds.list_happened(kommun=kommun)
    return _feed(name, i18n.absolute("pages.municipality", kommun=kommun), map(_happened, rows))


@bp.get("/lan/<lan>.atom")
@public
def county_feed(lan: str) -> ResponseReturnValue:
    """What happens in the county's."""
    code, name = queries_names.get_county(lan)
    rows = queries_feeds.list_happened(county_code=code)
    return _feed(name, i18n.absolute("pages.county", lan=lan), map(_happened, rows))


@bp.get("/kommun/<kommun>/sakrad/<slug>.atom")
@public
def consultation_feed(kommun: str, slug: str) -> ResponseReturnValue:
    """What happens in one consultation."""
    title = queries_names.get_title(kommun, slug)
    rows = queries_feeds.list_happened(kommun=kommun, slug=slug)
    return _feed(title, i18n.absolute("pages.consultation", kommun=kommun, slug=slug), map(_happened, rows))


@bp.get("/ataganden.atom")
@public
def commitments_feed() -> ResponseReturnValue:
    """The commitments that the list shows for the same choices, the latest told of first."""
    asked = asked_commitments(request.args)
    rows = queries_feeds.list_promised(asked, clock.now())
    chosen = {name: value for name, value in asked.items() if value}
    return _feed(_("Åtaganden"), i18n.absolute("responses.commitments", **chosen), map(_promised, rows))


@bp.get("/organisationer.atom")
@public
def organisations_feed() -> ResponseReturnValue:
    """The organisations that the list shows for the same choices, the latest that came to it first."""
    asked = queries.asked_organisations(request.args)
    rows = queries.list_newest(**asked, limit=MOST)
    chosen = {name: value for name, value in asked.items() if value}
    return _feed(_("Organisationer"), i18n.absolute("voices.organisations", **chosen), map(_new, rows))


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
    asked = asked_of(request.args)
    hits = queries_search.find_new(asked.query, BEGINNING, clock.now(), MOST)
    page = i18n.absolute("pages.search") + (f"?{asked.query}" if asked else "")
    prefix = i18n.public_origin() + request.script_root
    entries = (
        Entry(
            tag=hit.path.lstrip("/"),
            title=_found(hit),
            url=prefix + hit.path,
            updated=hit.at,
            published=hit.at,
            summary=" · ".join(filter(None, (i18n.label(hit.kind), hit.consultation, hit.municipality))),
            author=i18n.site_name(),
        )
        for hit in hits
    )
    return _feed(_("Sök: %(words)s", words=asked.q), page, entries, keep=False)


def _found(hit: Hit) -> str:
    """What is found; of an answer also what it is about, since its sender may have said much."""
    if hit.kind is not ResultKind.answer:
        return _plain(hit.title)
    who = _("En organisation") if hit.unnamed else _plain(hit.title)
    if not hit.number:
        return str(_("%(who)s om %(title)s", who=who, title=hit.consultation))
    return str(_("%(who)s om %(title)s, fråga %(number)s", who=who, title=hit.consultation, number=hit.number))


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
    url = i18n.absolute(line.place.endpoint, _anchor=line.place.anchor, **row.address, **line.place.values)
    words = current_app.jinja_env.get_template(f"events/{line.name}.html").render(line=line, c=row, url=url, lang_sv="")
    which = "-".join(str(part) for part in (line.at.strftime("%Y%m%dT%H%M%S%fZ"), line.number) if part)
    return Entry(
        tag=f"kommun/{row.kommun}/sakrad/{row.slug}/{line.name}/{which}",
        title=f"{_plain(Markup(words)).strip()}: {row.title}",  # noqa: S704 - a template's own
        url=url,
        updated=line.at,
        published=line.at,
        summary=f"{row.authority}, {row.municipality}",
        author=f"{row.authority}, {row.municipality}",
    )


def _promised(row: Promised) -> Entry:
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


def _new(row: New) -> Entry:
    groups = ", ".join(named(group) for group in row.groups)
    return Entry(
        tag=f"organisationer/{row.slug}",
        title=row.name,
        url=i18n.absolute("voices.organisation", org=row.slug),
        updated=row.listed_at,
        published=row.listed_at,
        summary=" · ".join(filter(None, (i18n.label(row.kind), row.place, groups))),
        author=row.name,
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
