"""The columns of the files that can be taken along, and what each of them holds: one dictionary for CSV and JSON alike."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _

SCHEMA = 1  # of the JSON document; a column that goes away or changes its meaning makes the next
Record = dict[str, Any]


class Column(NamedTuple):
    """A column by its name in the file. `staff`: only in the officials' own files."""

    name: str
    meaning: Any
    staff: bool = False


TABLES: Mapping[str, tuple[Column, ...]] = {
    "sakrad": (
        Column("titel", _("Sakrådets titel")),
        Column("kommun", _("Kommunen eller regionen")),
        Column("namnd", _("Nämnden som ansvarar")),
        Column("diarienummer", _("Nämndens diarienummer")),
        Column("adress", _("Sammanställningens adress")),
        Column("publicerad", _("Dagen då sammanställningen publicerades")),
        Column("utgava", _("Numret på den utgåva som gäller")),
        Column("i_korthet", _("Sammanställningen i korthet")),
        Column("inbjudna", _("Antal organisationer som bjöds in")),
        Column("svarade", _("Antal organisationer som svarade, också de som inte publiceras")),
    ),
    "samlade_synpunkter": (
        Column("samlad_synpunkt", _("Den samlade synpunktens nummer")),
        Column("avsnitt", _("Rubriken på avsnittet som börjar där")),
        Column("rubrik", _("Den samlade synpunktens rubrik")),
        Column("text", _("Texten i Markdown. [12] hänvisar till synpunkt 12, [citat 12] står för dess ord, [ram] är inledande text")),
        Column("minoritet", _("Om den återger en minoritet")),
    ),
    "synpunkter": (
        Column("synpunkt", _("Synpunktens nummer i sakrådet")),
        Column("fraga", _("Frågans nummer")),
        Column("fraga_text", _("Frågan")),
        Column("organisation", _("Organisationens namn när den svarade. Tomt där svaret publiceras utan namn eller inte publiceras")),
        Column("talar_for", _("Grupper som organisationen talar för, enligt den själv")),
        Column("ord", _("De exakta orden, med maskningar. Tomt där de inte får läsas")),
        Column("synlighet", _("named: med namn, unnamed: utan namn, annars varför orden inte visas")),
        Column("stallningstagande", _("Organisationens eget ställningstagande på frågan")),
        Column("eget_intresse", _("Om organisationen har eller kan få avtal eller bidrag i det frågan gäller")),
        Column("tidigare_version", _("Om orden kommer ur en version av svaret som har ersatts")),
        Column("mote", _("Mötets nummer, för det som sades på ett möte")),
        Column("far_ateranvandas", _("Om organisationen låter andra återanvända svaret som öppna data")),
        Column("samlad_synpunkt", _("Numret på den samlade synpunkt som återger orden. En rad för varje")),
        Column("rubrik", _("Den samlade synpunktens rubrik")),
        Column("skal", _("Skälet till att synpunkten inte är med")),
        Column("adress", _("Svarets adress")),
        Column("tema", _("Temat som handläggarna har gett synpunkten"), staff=True),
        Column("overtema", _("Temat som det temat hör till"), staff=True),
        Column("grupper", _("Grupper som handläggarna har gett synpunkten"), staff=True),
        Column("onskan", _("Om organisationen låter kommunen publicera svaret"), staff=True),
    ),
    "hanvisningar": (
        Column("samlad_synpunkt", _("Den samlade synpunktens nummer")),
        Column("synpunkt", _("Numret på synpunkten som den vilar på")),
        Column("ordning", _("Platsen bland hänvisningarna")),
    ),
    "stallningstaganden": (
        Column("fraga", _("Frågans nummer")),
        Column("organisation", _("Organisationens namn. Tomt där svaret publiceras utan namn")),
        Column(
            "stallningstagande",
            _("supports: ja, supports_with_reservations: ja, med förbehåll, opposes: nej, no_position: tar inte ställning"),
        ),
        Column("hur", _("own: eget svar, joint: gemensamt svar, concurrence: instämmer med ett annat svar")),
    ),
    "faktakontroll": (
        Column("citerade", _("Antal organisationer som återges i sammanställningen")),
        Column("bekraftade", _("Antal som bekräftar att de återges rätt")),
        Column("invandningar", _("Antal som har en invändning, publicerad eller inte")),
        Column("rattelser", _("Antal som bad om en rättelse, fick svar och inte har sagt något sedan")),
        Column("tysta", _("Antal som inte har svarat")),
        Column("tidigare_lydelse", _("Antal som bekräftade en tidigare lydelse")),
    ),
    "invandningar": (
        Column("samlad_synpunkt", _("Numret på den samlade synpunkt som den gäller. Tomt: allt som återger organisationen")),
        Column("organisation", _("Organisationens namn. Tomt där svaret publiceras utan namn")),
        Column("invandning", _("Invändningens ord, med maskningar. Tomt där den inte publiceras")),
        Column("tidigare_lydelse", _("Om texten har ändrats sedan dess")),
    ),
}
TABLE_NAMES: Mapping[str, Any] = {
    "sakrad": _("Sakrådet"),
    "samlade_synpunkter": _("Samlade synpunkter"),
    "synpunkter": _("Synpunkter"),
    "hanvisningar": _("Hänvisningar från samlade synpunkter till synpunkter"),
    "stallningstaganden": _("Ställningstaganden"),
    "faktakontroll": _("Faktakontroll"),
    "invandningar": _("Invändningar i faktakontrollen"),
}
IN_CSV_ONLY = ("samlad_synpunkt", "rubrik")  # of a point: in JSON the citations tell it
READERS_ONLY = ("synlighet", "tidigare_version", "adress")  # of a point: what only readers need to be told


def names(table: str, *, staff: bool = False, leave_out: Sequence[str] = ()) -> list[str]:
    """The names of a table's columns, in order."""
    return [column.name for column in TABLES[table] if (staff or not column.staff) and column.name not in leave_out]


def flat(record: Mapping[str, Any], header: Sequence[str]) -> list[str]:
    """A record as the cells of a row."""
    return [_cell(record.get(name)) for name in header]


def once(points: Iterable[Record]) -> Iterator[Record]:
    """Each point once, without what its citations tell; they come by number."""
    for _number, same in itertools.groupby(points, key=lambda point: point["synpunkt"]):
        yield {name: value for name, value in next(same).items() if name not in IN_CSV_ONLY}


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)
