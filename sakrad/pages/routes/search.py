"""Search: the page, and suggestions while somebody types."""

from __future__ import annotations

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sakrad.core import clock, htmx, i18n
from sakrad.core.access import public
from sakrad.pages import queries_search
from sakrad.pages.routes.public import bp, page_asked
from sakrad.pages.search import asked_of


@bp.get("/sok")
@public
def search() -> ResponseReturnValue:
    asked = asked_of(request.args)
    since = _since(request.args.get("sedan", ""))
    if asked and since:
        view = queries_search.get_new_page(asked, since, page_asked(), clock.now())
    else:
        view = queries_search.get_search_page(asked, page_asked(), clock.now())
    other = i18n.other_language_url()
    if other and asked:
        other = f"{other}?{asked.query}" + (f"&sedan={since}" if since else "")
    return render_template("pages/search.html", view=view, asked=asked, other_language_url=other)


def _since(written: str) -> date | None:
    """The day since which what is found shall be new: a link in a mail about a followed search has it."""
    try:
        since = date.fromisoformat(written)
    except ValueError:
        return None
    return since if 2000 <= since.year <= clock.today().year else None


@bp.get("/sok/forslag")
@public
def suggestions() -> ResponseReturnValue:
    """A partial of the page: whoever comes here by another way is sent to it."""
    if not htmx.asked():
        return redirect(url_for("pages.search", q=request.args.get("q")))
    begun = asked_of(request.args).q
    return render_template("pages/_suggestions.html", rows=queries_search.list_suggestions(begun, clock.now()), begun=begun)
