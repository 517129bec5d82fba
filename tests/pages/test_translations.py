"""Every Swedish word of ours on a public page has its English, and the compiled file is what the source makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from sakrad.config import ROOT

FOLDER = ROOT / "sakrad" / "translations" / "en" / "LC_MESSAGES"
OPTIONS = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
WORKSPACES = {"staff", "organisation", "own", "link"}
SIGNED_IN = {"comment_as.html", "attend_as.html"}
ONE_PAGE_EACH = (
    *("events", "errors", "macros", "pages", "voices", "summaries", "responses", "positions", "enquiries", "accounts"),
    *("comments", "disclosing", "meetings", "notifications"),
)
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def public_sources() -> list[Path]:
    """The templates of the public pages, and every module whose words they show."""
    templates = ROOT / "templates"
    found = [path for folder in ONE_PAGE_EACH for path in (templates / folder).rglob("*.html")]
    found = [path for path in found if not WORKSPACES & set(path.parts) and path.name not in SIGNED_IN]
    found += (templates / "notifications/link").glob("*.html")  # what a mail leads to, which stands under /en too
    modules = [*(ROOT / "sakrad").glob("*/labels.py"), ROOT / "sakrad/core/i18n.py", ROOT / "sakrad/pages/setup.py"]
    modules += [
        ROOT / "sakrad/accounts/forms.py",
        ROOT / "sakrad/enquiries/forms.py",
        ROOT / "sakrad/notifications/forms.py",
        ROOT / "sakrad/notifications/routes/link.py",
        ROOT / "sakrad/pages/forms.py",
        ROOT / "sakrad/pages/feeds.py",
        ROOT / "sakrad/pages/sharing.py",
        ROOT / "sakrad/summaries/columns.py",
        ROOT / "sakrad/responses/evaluation.py",
        ROOT / "sakrad/voices/card.py",
        ROOT / "sakrad/voices/method.py",
        ROOT / "sakrad/voices/report_words.py",
    ]
    told = ("public", "receipt", "feeds", "sharing", "calendar")
    routes = [path for path in (ROOT / "sakrad").glob("*/routes/*.py") if path.stem in told]
    return [templates / "base.html", *sorted(found), *sorted(modules), *sorted(routes), ROOT / "sakrad/summaries/citations.py"]


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("path", public_sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_public_word_has_its_english(path: Path, english: Catalog) -> None:
    method = "jinja2" if path.suffix == ".html" else "python"
    options = OPTIONS if method == "jinja2" else {}
    missing = []
    for _line, message, _comments, _context in extract_from_file(method, str(path), keywords=KEYWORDS, options=options):
        key = message[0] if isinstance(message, tuple) else message
        entry = english.get(key)
        if entry is None or not (entry.string if isinstance(entry.string, str) else all(entry.string)):
            missing.append(key)
    assert not missing, "Write them in sakrad/translations/en/LC_MESSAGES/messages.po, then pybabel compile."


def test_translations_keep_the_places_for_values(english: Catalog) -> None:
    for message in english:
        if message.id:
            words = message.string if isinstance(message.string, tuple) else (message.string,)
            kept = {place for word in words for place in PLACE.findall(word)}
            assert kept == set(PLACE.findall(str(message.id))), message.id


def test_the_compiled_file_is_what_the_source_makes(english: Catalog) -> None:
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = plain(read_mo(file))
    assert compiled == plain(english), "pybabel compile -d sakrad/translations"


def plain(catalog: Catalog) -> dict[str, list[str]]:
    """The words by their key: singular and plural in one list."""

    def listed(words: object) -> list[str]:
        return list(words) if isinstance(words, (tuple, list)) else [str(words)]

    return {listed(message.id)[0]: listed(message.string) for message in catalog if message.id}
