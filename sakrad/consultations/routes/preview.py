"""The draft as readers will see it, for whoever was asked to look: by a link, without an account (PRACTICE.md 13).

Reading writes nothing; a button does. Nothing here is indexed or stored.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations import commands, forms_previews, queries
from sakrad.consultations import lifecycle_previews as lifecycle
from sakrad.consultations import queries_previews as previews
from sakrad.consultations.links import preview_token
from sakrad.consultations.models import Material, Preview
from sakrad.core import clock, files, htmx
from sakrad.core.access import bearer
from sakrad.core.errors import Blocked, Blocker, Missing, Stale
from sakrad.core.security import limited

bp = Blueprint("consultations_preview", __name__)
ONE = "/forhandsvisning/<token>"
opened = bearer(load=previews.get_preview)


@bp.after_request
def _unseen(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.get(ONE)
@opened
def show(preview: Preview) -> ResponseReturnValue:
    """The consultation, and the two buttons."""
    if blockers := _blockers(preview):
        return _closed(preview, blockers)
    return _shown(preview, forms_previews.DecideForm(formdata=None))


@bp.post(ONE)
@limited("30 per hour")
@opened
def decide(preview: Preview) -> ResponseReturnValue:
    """Approve, or ask for a change."""
    form = forms_previews.DecideForm()
    if not form.validate():
        return _closed(preview, blockers) if (blockers := _blockers(preview)) else _shown(preview, form, 422)
    approved = form.decision.data == forms_previews.APPROVE
    try:
        commands.decide_preview(preview, approved=approved, comment=form.comment.data or "", seen=form.seen.data or "", at=clock.now())
    except Blocked as blocked:
        return _closed(preview, blocked.blockers)
    except Stale:
        return _shown(preview, form, 409, stale=True)
    flash(
        _("Tack! Den som frågade får veta att du har godkänt.") if approved else _("Tack! Den som frågade får veta vad som behöver ändras.")
    )
    return htmx.go(url_for(".show", token=preview_token(preview)))


def _material(token: str, reference: str) -> Material:
    preview = previews.get_preview(token)
    found = None if _blockers(preview) else previews.find_preview_material(preview, reference)
    if found is None:
        raise Missing("material")
    return found


@bp.get(f"{ONE}/material/<reference>")
@bearer(load=_material)
def material(material: Material) -> ResponseReturnValue:
    """A file of what is shown."""
    return files.download(material.file)


def _blockers(preview: Preview) -> list[Blocker]:
    return lifecycle.blockers_to_open_preview(previews.facts_of_preview(preview), queries.dates_of(preview.consultation), clock.now())


def _shown(preview: Preview, form: forms_previews.DecideForm, status: int = 200, *, stale: bool = False) -> ResponseReturnValue:
    shown = previews.get_shown(preview.consultation, clock.now())
    form.seen.data, form.seen.raw_data = shown.stamp, None  # the next press is made knowing what stands here now
    state = lifecycle.state(previews.facts_of_preview(preview), shown.stamp, clock.now())
    token = preview_token(preview)
    return make_response(
        render_template(
            "consultations/preview/show.html", preview=preview, token=token, shown=shown, c=shown.head, form=form, state=state, stale=stale
        ),
        status,
    )


def _closed(preview: Preview, blockers: list[Blocker]) -> ResponseReturnValue:
    """It shows nothing more: 410, with the reason."""
    announced = preview.consultation if preview.consultation.announced_at else None
    return make_response(render_template("consultations/preview/closed.html", blockers=blockers, announced=announced), 410)
