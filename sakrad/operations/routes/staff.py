"""The operator's pages: how it goes, and mails that did not leave."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.paging import asked_page
from sakrad.notifications.models import Mail
from sakrad.operations import commands, policy, queries
from sakrad.operations.queries import Overview

bp = Blueprint("operations_staff", __name__)


@bp.get("/drift")
@requires(policy.may_operate, load=lambda: queries.get_overview(clock.now()))
def home(overview: Overview) -> ResponseReturnValue:
    return render_template("operations/staff/home.html", overview=overview)


@bp.get("/drift/post")
@requires(policy.may_operate, load=lambda: None)
def dead_letters(_nothing: None) -> ResponseReturnValue:
    page = asked_page()
    letters, pages = queries.list_dead_letters(page)
    return render_template("operations/staff/dead_letters.html", letters=letters, page=min(page, pages), pages=pages)


@bp.post("/drift/post/<reference>")
@requires(policy.may_operate, load=queries.get_mail)
def retry(mail: Mail) -> ResponseReturnValue:
    if commands.retry_mail(mail, actor=current_user._get_current_object(), at=clock.now()):
        flash(_("Mejlet är på väg igen."))
    else:
        flash(_("Mejlet väntade inte på något nytt försök."))
    return htmx.go(url_for(".dead_letters"))


@bp.post("/drift/post")
@requires(policy.may_operate, load=queries.list_dead_mail)
def retry_all(mails: list[Mail]) -> ResponseReturnValue:
    count = commands.retry_mails(mails, actor=current_user._get_current_object(), at=clock.now())
    flash(ngettext("%(num)s mejl är på väg igen.", "%(num)s mejl är på väg igen.", count))
    return htmx.go(url_for(".dead_letters"))
