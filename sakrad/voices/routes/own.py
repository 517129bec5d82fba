"""The organisation's card, for its own site: what to copy."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from sakrad.core import clock
from sakrad.core.access import requires
from sakrad.directory.models import Organisation
from sakrad.directory.policy import is_member
from sakrad.directory.queries import get_organisation
from sakrad.voices.card import in_words
from sakrad.voices.queries_profile import Card, find_card

bp = Blueprint("voices_own", __name__)
FRAME = Markup('<iframe src="{src}" title="{title}" width="420" height="420" loading="lazy" referrerpolicy="no-referrer"></iframe>')
IMAGE = Markup('<a href="{href}"><img src="{src}" alt="{alt}" width="420"></a>')


@bp.get("/forening/<org>/badda-in")
@requires(is_member, load=get_organisation)
def embed(organisation: Organisation) -> ResponseReturnValue:
    """Ready HTML to copy, in both languages."""
    card = find_card(organisation.slug, clock.now())
    return render_template(
        "voices/organisation/embed.html",
        organisation=organisation,
        listed=card is not None,
        codes=[(name, *_codes(card, language)) for name, language in (("Svenska", "sv"), ("English", "en"))] if card else [],
        image=url_for("voices.card_image", org=organisation.slug),
        alternative=in_words(card) if card else "",
    )


def _codes(card: Card, language: str) -> tuple[str, str]:
    """The frame and the image, in a language."""
    base = current_app.config["SETTINGS"].public_url + ("/en" if language == "en" else "")
    with force_locale(language):
        title, alternative = _("%(name)s på Sakråd", name=card.name), in_words(card)
    page, card_url, image = (base + url_for(f"voices.{name}", org=card.slug) for name in ("organisation", "card", "card_image"))
    # As text, so that the page that shows it escapes it once more.
    return str(FRAME.format(src=card_url, title=title)), str(IMAGE.format(href=page, src=image, alt=alternative))
