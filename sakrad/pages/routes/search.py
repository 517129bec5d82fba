"""Search: the page, and suggestions while somebody types."""

from __future__ import annotations

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
    view = queries_search.get_search_page(asked, page_asked(), clock.now())
    other = i18n.other_language_url()
    if other and asked:
        other = f"{other}?{asked.query}"
    return render_template("pages/search.html", view=view, asked=asked, other_language_url=other)


@bp.get("/sok/forslag")
@public
def suggestions() -> ResponseReturnValue:
    """A partial of the page: whoever comes here by another way is sent to it."""
    if not htmx.asked():
        return redirect(url_for("pages.search", q=request.args.get("q")))
    begun = asked_of(request.args).q
    return render_template("pages/_suggestions.html", rows=queries_search.list_suggestions(begun, clock.now()), begun=begun)
