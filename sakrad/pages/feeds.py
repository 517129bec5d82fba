"""Atom feeds (RFC 4287): headlines and facts of what pages show, with ids that stay the same for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from feedgenerator import Atom1Feed
from flask import Response
from markupsafe import escape

from sakrad.core import i18n
from sakrad.core.text import UNSTORABLE

MOST = 50  # entries
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)  # when a feed without entries says that it was changed


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry. `tag` names it among all of the site's; `url` is whole; the words are masked already."""

    tag: str
    title: str
    url: str
    updated: datetime
    published: datetime
    summary: str
    author: str


class _Atom(Atom1Feed):  # type: ignore[misc]
    """The library says "now" of a feed without entries, which would never be the same twice."""

    def latest_post_date(self) -> datetime:
        updates: list[datetime] = [item["updateddate"] for item in self.items]
        return max(updates, default=BEGAN)


def tag_of(name: str) -> str:
    """A tag: URI (RFC 4151): it does not change when the site's addresses do."""
    return f"tag:{urlsplit(i18n.public_origin()).hostname},2026:{name}"


def atom(title: str, *, page: str, path: str, entries: Sequence[Entry]) -> Response:
    """A feed.

    Args:
        page: the whole address of the page that shows the same.
        path: the feed's own address, with its language and query.
    """
    site = i18n.site_name()
    made = _Atom(
        title=_written(" · ".join(dict.fromkeys((title, site)))),
        link=page,
        description="",
        language=i18n.language(),
        author_name=site,
        feed_url=i18n.public_origin() + path,
        feed_guid=tag_of(path.lstrip("/")),
    )
    for entry in entries[:MOST]:
        made.add_item(
            title=_written(entry.title),
            link=entry.url,
            description=str(escape(_written(entry.summary))),
            unique_id=tag_of(entry.tag),
            pubdate=entry.published,
            updateddate=entry.updated,
            author_name=_written(entry.author),
        )
    return Response(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _written(text: str) -> str:
    """Without what XML has no way to write."""
    return UNSTORABLE.sub("", text)
