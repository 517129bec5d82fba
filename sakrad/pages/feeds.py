"""Atom feeds (RFC 4287): headlines and facts of what pages show, with ids that stay the same for ever."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from feedgenerator import Atom1Feed
from flask import Response
from flask_babel import gettext as _
from markupsafe import escape

from sakrad.core import i18n

MOST = 50  # entries
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # XML has no way to write them
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
    made = _Atom(
        title=f"{title} · {_('Sakråd')}",
        link=page,
        description="",
        language=i18n.language(),
        author_name=_("Sakråd"),
        feed_url=i18n.public_origin() + path,
        feed_guid=tag_of(path.lstrip("/")),
    )
    for entry in entries[:MOST]:
        made.add_item(
            title=CONTROL.sub("", entry.title),
            link=entry.url,
            description=str(escape(CONTROL.sub("", entry.summary))),
            unique_id=tag_of(entry.tag),
            pubdate=entry.published,
            updateddate=entry.updated,
            author_name=entry.author,
        )
    return Response(_written(made), content_type="application/atom+xml; charset=utf-8")


def _written(made: Any) -> str:
    text: str = made.writeString("utf-8")
    return text
