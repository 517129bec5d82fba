"""The Swedish words of the domain's codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.core.i18n import name_all
from sakrad.summaries.analysis.sensitive import Fact
from sakrad.summaries.models import PointChangeKind, ReplyKind, SuggestionKind
from sakrad.summaries.queries_carrying import Fate

name_all(
    {
        PointChangeKind.taken_up: _("Upptagen"),
        PointChangeKind.narrowed: _("Orden ändrade"),
        PointChangeKind.split_off: _("Delad"),
        PointChangeKind.merged: _("Ihopslagen"),
        PointChangeKind.carried: _("Flyttad till ett nytt svar"),
        PointChangeKind.sorted: _("Sorterad"),
        PointChangeKind.set_aside: _("Lagd åt sidan"),
        PointChangeKind.taken_back: _("Tillbakatagen"),
        PointChangeKind.removed: _("Borttagen"),
    }
)
name_all(  # apart: codes of two enums that are spelt alike are one key of a dict
    {
        Fate.stays: _("Orden står på samma ställe"),
        Fate.moves: _("Orden står på ett annat ställe"),
        Fate.vanishes: _("Orden finns inte kvar"),
        Fate.reworded: _("Orden är valda på nytt"),
        SuggestionKind.similar: _("Nästan samma ord"),
        SuggestionKind.point: _("Nya synpunkter"),
        SuggestionKind.theme: _("Tema saknas"),
        SuggestionKind.sensitive: _("Kan behöva maskas"),
        Fact.personal_number: _("Personnummer"),
        Fact.phone: _("Telefonnummer"),
        Fact.email: _("E-postadress"),
        Fact.address: _("Gatuadress"),
        Fact.name: _("Namn på någon"),
        Fact.health: _("Någons hälsa"),
        Fact.belief: _("Någons tro, åsikt eller ursprung"),
        Fact.intimate: _("Någons privatliv eller utsatthet"),
        Fact.offence: _("Någons lagöverträdelse"),
        ReplyKind.confirmed: _("Bekräftar att det återges rätt"),
        ReplyKind.correction: _("Ber om en rättelse"),
        ReplyKind.objection: _("Har en invändning"),
    }
)
