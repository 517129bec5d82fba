"""Pictures for shared addresses (…/bild.png), and what robots ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import escape

from sakrad.consultations.queries_public import get_head
from sakrad.core import cache, clock, i18n, pictures, tables
from sakrad.core.access import public
from sakrad.core.errors import Missing
from sakrad.core.pictures import Picture
from sakrad.pages import queries_names, queries_sitemap, sharing
from sakrad.pages.routes.public import bp
from sakrad.pages.setup import MASKED
from sakrad.responses.queries_commitments import get_promise
from sakrad.voices import queries_profile

HERE = "/kommun/<kommun>/sakrad/<slug>"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _picture(picture: Picture, until: datetime | None = None) -> Response:
    cache.keep_until(until or clock.valid_until(clock.now()))
    return Response(pictures.png(picture), mimetype="image/png")


@bp.get("/bild.png")
@public
def start_picture() -> ResponseReturnValue:
    return _picture(sharing.plain(_("Här ser du vad föreningarna sa, och vad kommunen gjorde")))


@bp.get("/lan/<lan>/bild.png")
@public
def county_picture(lan: str) -> ResponseReturnValue:
    _code, name = queries_names.get_county(lan)
    return _picture(sharing.plain(name, kicker=_("Det som frågas här i länet, och vad det blev av det.")))


@bp.get("/kommun/<kommun>/bild.png")
@public
def municipality_picture(kommun: str) -> ResponseReturnValue:
    name = queries_names.get_place(kommun)
    return _picture(sharing.plain(name, kicker=_("Det kommunen frågar föreningarna om, och det den har lovat.")))


@bp.get("/organisationer/<org>/bild.png")
@public
def organisation_picture(org: str) -> ResponseReturnValue:
    card = queries_profile.get_card(org, clock.now())
    return _picture(sharing.plain(card.name, kicker=_("Det de har sagt, och vad det blev av det")))


@bp.get(f"{HERE}/bild.png")
@public
def picture(kommun: str, slug: str) -> ResponseReturnValue:
    head, _more = get_head(kommun, slug, clock.now())
    return _picture(sharing.of_consultation(head), head.valid_until)


@bp.get(f"{HERE}/sammanstallning/bild.png")
@public
def summary_picture(kommun: str, slug: str) -> ResponseReturnValue:
    head, _more = get_head(kommun, slug, clock.now())
    if head.summary_published_at is None:
        raise Missing("summary")
    day = i18n.day(head.summary_published_at, year=True)
    return _picture(sharing.of_consultation(head, kicker=_("Sammanställning %(date)s", date=day)), head.valid_until)


@bp.get(f"{HERE}/aterkoppling/bild.png")
@public
def answers_picture(kommun: str, slug: str) -> ResponseReturnValue:
    head, _more = get_head(kommun, slug, clock.now())
    return _picture(sharing.of_consultation(head, kicker=_("Nämndens svar")), head.valid_until)


@bp.get(f"{HERE}/atagande/<int:number>/bild.png")
@public
def commitment_picture(kommun: str, slug: str, number: int) -> ResponseReturnValue:
    head, _more = get_head(kommun, slug, clock.now())
    promise = get_promise(head.id, number, head.at)
    words = MASKED.sub(f"[{_('maskat')}]", promise.what)
    kicker = f"{_('Åtagande')} · {i18n.label(promise.standing.state)}"
    return _picture(sharing.of_consultation(head, words, kicker=kicker), head.valid_until)


@bp.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """Everything public may be read by robots, but for what is personal, a form, or endless."""
    cache.keep_today()
    return Response(render_template("pages/robots.txt", sitemap=i18n.absolute("pages.sitemap")), mimetype="text/plain")


@bp.get("/sitemap.xml")
@public
def sitemap() -> ResponseReturnValue:
    """The maps of the site, each of as many addresses as such a file may hold."""
    cache.keep_today()
    parts = "".join(
        f"<sitemap><loc>{escape(i18n.absolute('pages.sitemap_part', number=number))}</loc></sitemap>\n"
        for number in range(1, queries_sitemap.count_parts() + 1)
    )
    return Response(f'{XML}<sitemapindex xmlns="{SITEMAP}">\n{parts}</sitemapindex>\n', mimetype="application/xml")


@bp.get("/sitemap-<int:number>.xml")
@public
def sitemap_part(number: int) -> ResponseReturnValue:
    """One of them. Nobody asks for it twice a day, so it is not kept, and may be as long as it likes."""
    return tables.sent(_written(queries_sitemap.iterate_places(number, clock.now())), "application/xml")


def _written(places: Iterator[queries_sitemap.Place]) -> Iterator[str]:
    yield f'{XML}<urlset xmlns="{SITEMAP}">\n'
    for url, changed in places:
        when = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
        yield f"<url><loc>{escape(url)}</loc>{when}</url>\n"
    yield "</urlset>\n"
