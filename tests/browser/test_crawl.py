"""Every public page of the sample, found as a reader finds it: from link to link. No browser: it serves the sample as they do.

Each link answers, each #place is there, each page is strictly HTML. In English two of each kind are read.
"""

from __future__ import annotations

import collections
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html as lxml_html
from werkzeug.exceptions import HTTPException

from tests.browser.conftest import Site
from tests.policing import ALLOWED_PARSE_ERRORS

HOST = "http://127.0.0.1:5000"
# Of each kind: read in Swedish, with parameters, in English, parsed strictly; and fetched, where it is no page.
EACH, FILTERED, ENGLISH, STRICT, DOWNLOADS = 15, 4, 2, 2, 2


@dataclass
class Crawl:
    """What a reader without an account comes to. Places on pages that were not read are not looked for."""

    app: Flask
    client: FlaskClient
    waiting: collections.deque[tuple[str, str]] = field(default_factory=collections.deque)  # an address, and where it was found
    seen: dict[str, set[str]] = field(default_factory=dict)  # what one can point at, by address
    wanted: list[tuple[str, str, str]] = field(default_factory=list)  # address, place, and where it was found
    kinds: collections.Counter[tuple[str, ...]] = field(default_factory=collections.Counter)
    downloads: set[str] = field(default_factory=set)  # kinds that answer with no page
    faults: list[str] = field(default_factory=list)

    def run(self) -> Crawl:
        self.waiting.append(("/", "the start"))
        while self.waiting:
            address, whence = self.waiting.popleft()
            if address not in self.seen and self._is_due(address):
                self._read(address, whence)
        self.faults += [
            f"{whence}: #{place} is not on {address}"
            for address, place, whence in self.wanted
            if place not in self.seen.get(address, {place})
        ]
        return self

    def _kind(self, address: str) -> str:
        parts = urlsplit(address)
        path = parts.path.removeprefix("/en") or "/"
        try:
            return str(self.app.url_map.bind("127.0.0.1:5000").match(path)[0])
        except HTTPException:
            return "none"

    def _is_due(self, address: str) -> bool:
        """All addresses in Swedish without parameters; of the rest a few of each kind."""
        kind, parts = self._kind(address), urlsplit(address)
        english = parts.path == "/en" or parts.path.startswith("/en/")
        if kind in ("static", "none"):
            return True
        if self.app.view_functions[kind].access_rule != "public":  # type: ignore[attr-defined]
            return False
        most = DOWNLOADS if kind in self.downloads else ENGLISH if english else FILTERED if parts.query else EACH
        mark = (kind, "en" if english else "sv", "?" if parts.query else "")
        self.kinds[mark] += 1
        return self.kinds[mark] <= most

    def _read(self, address: str, whence: str) -> None:
        answer = self.client.get(address, base_url=HOST)
        self.seen[address] = set()
        kind = self._kind(address)
        if answer.status_code in (301, 302, 303, 308):
            self.downloads.add(kind)  # a document that is made when somebody asks
            self._follow(answer.headers["Location"], address, address)
            return
        if answer.status_code != 200:
            self.faults.append(f"{whence}: {address} answers {answer.status_code}")
            return
        if answer.mimetype != "text/html":
            self.downloads.add(kind)
            return
        mark = (kind, "strict", address[:3])
        self.kinds[mark] += 1
        if self.kinds[mark] <= STRICT:
            parser = html5lib.HTMLParser(strict=False)
            parser.parse(answer.text)
            wrong = sorted({code for _place, code, _more in parser.errors} - ALLOWED_PARSE_ERRORS)
            self.faults += [f"{address}: {code}" for code in wrong]
        page = lxml_html.document_fromstring(answer.text)
        ids = page.xpath("//@id")
        self.faults += [f"{address}: id {one} stands twice" for one, times in collections.Counter(ids).items() if times > 1]
        self.seen[address] = set(ids)
        for link in page.xpath("//a/@href | //area/@href | //link[@rel!='canonical'][@rel!='alternate' or @type]/@href"):
            self._follow(str(link), address, address)
        for source in page.xpath("//img/@src | //script/@src | //object/@data | //iframe/@src"):
            self._follow(str(source), address, address)

    def _follow(self, link: str, here: str, whence: str) -> None:
        parts = urlsplit(urljoin(HOST + here, link))
        if parts.scheme not in ("http", "https") or parts.netloc != urlsplit(HOST).netloc:
            return
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.fragment:
            self.wanted.append((address, parts.fragment, whence))
        if address not in self.seen:
            self.waiting.append((address, whence))


@pytest.fixture(scope="module")
def crawl(demo: Site) -> Crawl:
    return Crawl(demo.app, demo.app.test_client()).run()


def test_every_link_leads_somewhere_and_every_page_is_strictly_html(crawl: Crawl) -> None:
    assert not crawl.faults, "\n".join(crawl.faults[:40])
    assert len(crawl.seen) > 200
