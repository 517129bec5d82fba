"""What the reading pages share: how masked and Swedish words are shown, and how the packages' parts of the thread meet.

Findings show replies, and answers show what came of them; both stand above the package whose page it is.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask_babel import gettext
from markupsafe import Markup, escape

from sakrad.core import i18n
from sakrad.core.i18n import language
from sakrad.core.text import MASK
from sakrad.directory.queries_public import county_slug
from sakrad.notifications import searches
from sakrad.pages import alone
from sakrad.pages import seen as _seen  # noqa: F401 - registers what moves the stamps
from sakrad.positions import uses
from sakrad.responses import queries_public
from sakrad.summaries import replies

MASKED = re.compile(f"{MASK}+(?:[ \n]*{MASK}+)*")
LANG_SV = Markup(' lang="sv"')


def quoted(text: str) -> Markup:
    """People's words, or rendered text, in which what is masked reads as a word and not as a row of blocks."""
    if MASK not in text:
        return escape(text)
    block = str(Markup('<span class="masked">{}</span>').format(gettext("maskat")))
    return Markup(MASKED.sub(block, str(escape(text))))  # noqa: S704 - escaped just above; Markup passes through unchanged


def in_swedish(text: str) -> Markup:
    """Words that officials wrote, marked as Swedish where the page is not."""
    return Markup("<span{}>{}</span>").format(LANG_SV, text) if language() == "en" else escape(text)


def named(thing: Any) -> str:
    """The name of a group or subject in the language of the page."""
    return str(thing.name_en if language() == "en" else thing.name)


def inline(thing: Any) -> str:
    """The same name inside a sentence."""
    return i18n.inline(named(thing))


def genitive(name: str) -> str:
    """ "Socialnämndens"; in English the name stays as it is."""
    return name if language() == "en" or name[-1:] in "sxz" else f"{name}s"


def init_app(app: Flask) -> None:
    """Give templates the filters, and tie the thread together."""
    app.jinja_env.filters.update(quoted=quoted, sv=in_swedish, named=named, inline=inline, genitive=genitive)
    app.jinja_env.filters.update(county_slug=county_slug)
    alone.init_app(app)
    uses.provide(queries_public.uses_of)
    replies.provide(queries_public.replies_of, queries_public.is_replied)
    from sakrad.pages import queries_search, search  # here, since they ask for what stands above

    searches.provide(searches.Searching(queries_search.find_new, lambda query: search.asked_in(query).query, queries_search.name_of))

    @app.context_processor
    def _language_of_words() -> dict[str, Any]:
        """`lang_sv` for an element whose words are Swedish whatever the page is."""
        return {"lang_sv": LANG_SV if language() == "en" else "", "words_lang": "sv" if language() == "en" else None}
