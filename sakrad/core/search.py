"""Finding words among published texts: how they are compared, and the full-text tables of both databases behind one face.

What is compared is made here, in Python (stems, see core.words), and both databases are given nothing but stems: so they find the same.
SQLite has them in an FTS5 table, PostgreSQL as tsvectors; neither is a model, and both go where their entry goes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import heapq
import json
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.dialects.postgresql
import sqlalchemy.dialects.sqlite
from rapidfuzz import process
from rapidfuzz.distance import OSA

from sakrad.core import words
from sakrad.core.db import Base, db
from sakrad.core.search_index import SearchEntry, SearchWord
from sakrad.core.text import Span

MOST_WORDS = 6  # of a search
MOST_COMPOUNDS = 200  # that a word is the last part of
MOST_CLOSE = 3  # names that a misspelled word may mean
SHORTEST_BEGINNING = 4  # letters that stand for every word that begins so, and every compound that ends so
LONGEST = 80  # letters of a stem that are compared
LOCK = 7_301_001  # of the index, on PostgreSQL
LAST = "\U0010ffff"
TEXTS = sa.dialects.postgresql.ARRAY(sa.Text)
INDEXED = ("search_fts", "search_vector")

ENTRY, WORD = Base.metadata.tables[SearchEntry.__tablename__], Base.metadata.tables[SearchWord.__tablename__]
COLUMNS = ("title", "words", "facets")
FTS = sa.table("search_fts", sa.column("rowid", sa.BigInteger), *(sa.column(name, sa.Text) for name in COLUMNS))
VECTOR = sa.table(
    "search_vector", sa.column("id", sa.Integer), sa.column("newest", sa.BigInteger), *(sa.column(name, sa.Text) for name in COLUMNS)
)
BITS = 30  # of an id, below the second in the number by which entries come newest first

CREATE = {
    # The ascii tokenizer takes every letter beyond ASCII as it stands (får is not far) and parts words at spaces only.
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(title, words, facets, tokenize='ascii', prefix='4', detail=column)",
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_fts_terms USING fts5vocab(search_fts, row)",
    ),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS search_vector (id INTEGER PRIMARY KEY REFERENCES search_entry (id) ON DELETE CASCADE, "
        "newest BIGINT NOT NULL, title TSVECTOR NOT NULL, words TSVECTOR NOT NULL, facets TSVECTOR NOT NULL)",
        "CREATE INDEX IF NOT EXISTS ix_search_vector_words ON search_vector USING gin (words, facets)",
        "CREATE INDEX IF NOT EXISTS ix_search_vector_newest ON search_vector (newest)",
    ),
}
DROP = {
    "sqlite": ("DROP TABLE IF EXISTS search_fts_terms", "DROP TABLE IF EXISTS search_fts"),
    "postgresql": ("DROP TABLE IF EXISTS search_vector",),
}
for _when, _all in (("after_create", CREATE), ("before_drop", DROP)):
    for _dialect, _statements in _all.items():
        for _statement in _statements:
            sa.event.listen(ENTRY, _when, sa.DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]


def is_ours(name: str | None, kind: str, *_more: Any) -> bool:
    """Whether a table is a model's; not those of the full-text search (Alembic's include_name)."""
    return kind != "table" or not (name or "").startswith(INDEXED)


# -- words


def forms(written: str) -> Iterator[str]:
    """What a written word is found by: its stems, and those of what stands between its hyphens."""
    parts = words.PART.findall(written)
    if len(parts) > 1:
        yield from _stems("".join(parts))
    for part in parts:
        if _says_anything(part):
            yield from _stems(part)


def stems(text: str) -> set[str]:
    """What a text is found by."""
    plain = _plain(text)
    written = [match[0] for match in words.FINDABLE.finditer(plain)] + [whole for whole, _start, _end in words.completed(plain)]
    return {form for one in written if _says_anything(one) for form in forms(one)}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _stems(word: str) -> tuple[str, ...]:
    """The stem, with and without an s that may belong to it: Snowball takes it off kurs but not off kurser."""
    long = words.long_stem(word)[:LONGEST]
    return (long[:-1], long) if len(long) > 3 and long.endswith("s") and not long.endswith("ss") else (long,)


def _says_anything(word: str) -> bool:
    return word not in words.STOP and (len(word) > 1 or word.isdigit())


# -- asking


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was asked for: an entry has it when it has one of `stems`, or a word that begins or ends with `beginning`.

    Endings are looked up among the words that stand in the index, and are then among `stems`.
    """

    written: str
    stems: frozenset[str]
    beginning: str = ""  # "" for a word so short that it stands only for itself
    close: bool = False  # nobody has written it: `stems` are names that are spelled much like it

    def found_in(self, stem: str) -> bool:
        """Whether a word with this stem is what was asked for."""
        if stem in self.stems:
            return True
        return bool(self.beginning) and (stem.startswith(self.beginning) or words.is_compound(stem, self.beginning))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, all of it: an entry is a hit when it has every word. No words: nothing was asked for."""

    words: tuple[Word, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words)


def parse(q: str) -> Wanted:
    """What somebody who typed this is looking for. At most two statements."""
    asked = words_in(q)
    return Wanted(_widened(asked)) if asked else Wanted()


def words_in(q: str) -> dict[str, Word]:
    """The first words of a search that say something, by their stems."""
    asked: dict[str, Word] = {}
    for match in words.FINDABLE.finditer(_plain(q)):
        if _says_anything(match[0]) and len(asked) < MOST_WORDS:
            whole = "".join(words.PART.findall(match[0]))
            found = _stems(whole)
            beginning = next((one for one in (*found, whole) if len(one) >= SHORTEST_BEGINNING and one.isalpha()), "")  # möte, not möt
            asked.setdefault(found[-1], Word(match[0], frozenset(found), beginning))
    return asked


def _widened(asked: dict[str, Word]) -> tuple[Word, ...]:
    """With the compounds that end with a word; and names that are spelled much like it, where nobody has written the word."""
    parts = []
    for stem, word in asked.items():
        beginning = word.beginning
        said = WORD.c.stem.in_(word.stems)
        parts.append(_some(stem, sa.or_(said, _from(WORD.c.stem, beginning)) if beginning else said, 1))
        if beginning:
            long = sa.func.length(WORD.c.stem) >= len(beginning) + words.SHORTEST_PART
            compound = sa.or_(long, WORD.c.stem.in_([first + beginning for first in sorted(words.SHORT_FIRST)]))
            parts.append(_some(stem, sa.and_(_from(WORD.c.reversed, beginning[::-1]), compound), MOST_COMPOUNDS))
    known: dict[str, set[str]] = {}
    for stem, found in db.session.execute(sa.union_all(*parts)):
        known.setdefault(stem, set()).add(found)
    unknown = [stem for stem, word in asked.items() if stem not in known and word.beginning]
    names = _names_like(unknown) if unknown else {}
    return tuple(
        dataclasses.replace(word, stems=names[stem], beginning="", close=True)
        if names.get(stem)
        else dataclasses.replace(word, stems=word.stems | known.get(stem, set()))
        for stem, word in asked.items()
    )


def _some(stem: str, which: sa.ColumnElement[bool], at_most: int) -> Any:
    """The first stems of the index of which it is true, each with the stem that was asked for."""
    first = sa.select(WORD.c.stem).where(which).order_by(WORD.c.reversed).limit(at_most).subquery()
    return sa.select(sa.literal(stem, sa.String), first.c.stem)


def _from(column: sa.ColumnElement[str], beginning: str) -> sa.ColumnElement[bool]:
    return sa.and_(column >= beginning, column < beginning + LAST)


def _names_like(unknown: Sequence[str]) -> dict[str, frozenset[str]]:
    """The names that differ from each word by a letter or two, the closest only."""
    shortest, longest = min(map(len, unknown)) - 2, max(map(len, unknown)) + 2
    named = sa.select(WORD.c.stem).where(WORD.c.is_name, sa.func.length(WORD.c.stem).between(shortest, longest))
    names = sorted(db.session.scalars(named))
    like = {}
    for stem in unknown:
        far = 1 if len(stem) < 7 else 2
        found = process.extract(stem, names, scorer=OSA.distance, score_cutoff=far, limit=MOST_CLOSE)
        like[stem] = frozenset(name for name, distance, _at in found if distance == found[0][1])
    return like


def matching(wanted: Wanted) -> sa.Select[tuple[int]]:
    """The ids of the entries with all the words. Both databases give the same."""
    return numbered(wanted).with_only_columns(_id())


def numbered(wanted: Wanted, among: Sequence[Collection[str]] = ()) -> sa.Select[tuple[int, int]]:
    """The entries with all the words, and one of the tokens (`facet`) of each `among`: `id`, and `newest`, which is larger the newer it is.

    In that order they are read no further than is asked for: SQLite has the number for its key, PostgreSQL walks an index of it
    for what is common.
    """
    said = {"words": _all_of(wanted)} if wanted else {}
    if among:
        said["facets"] = _and(_or(_exactly(token) for token in tokens) for tokens in among)
    number = VECTOR.c.newest if _is_postgresql() else FTS.c.rowid
    return sa.select(_id(), number.label("newest")).where(*_match(said))


def titled(wanted: Wanted, among: Any) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Of rows out of `numbered`, whether all the words stand in the title, and whether any does."""
    every, some = _all_of(wanted), _or(map(_one, wanted.words))
    if _is_postgresql():
        title = sa.select(VECTOR.c.title).where(VECTOR.c.id == among.c.id).correlate(among).scalar_subquery()
        return _says(title, every), _says(title, some)
    since = FTS.c.rowid >= sa.select(sa.func.min(among.c.newest)).scalar_subquery()
    in_all, in_some = (
        among.c.newest.in_(sa.select(FTS.c.rowid).where(*_match(said), since))
        for said in ({"title": every}, {"words": every, "title": some})
    )
    return in_all, in_some if len(wanted.words) > 1 else in_all


def _id() -> sa.ColumnElement[int]:
    return VECTOR.c.id if _is_postgresql() else FTS.c.rowid.op("&")((1 << BITS) - 1).label("id")


def _match(said: Mapping[str, str]) -> list[sa.ColumnElement[bool]]:
    """That each column says so."""
    if _is_postgresql():
        return [_says(VECTOR.c[column], what) for column, what in said.items()]
    both = " AND ".join(f"({column} : {what})" for column, what in said.items())
    return [sa.literal_column("search_fts").op("MATCH", is_comparison=True)(sa.literal(both))]


def _says(column: sa.ColumnElement[Any], what: str) -> sa.ColumnElement[bool]:
    return column.op("@@", is_comparison=True)(sa.cast(what, sa.dialects.postgresql.TSQUERY))


def _all_of(wanted: Wanted) -> str:
    return _and(map(_one, wanted.words))


def _one(word: Word) -> str:
    beginning = [("'{}':*" if _is_postgresql() else '"{}"*').format(word.beginning)] if word.beginning else []
    return _or([*map(_exactly, sorted(word.stems)), *beginning])


def _exactly(token: str) -> str:
    return f"'{token}'" if _is_postgresql() else f'"{token}"'


def _or(each: Iterable[str]) -> str:
    return f"({(' | ' if _is_postgresql() else ' OR ').join(each)})"


def _and(each: Iterable[str]) -> str:
    return f"({(' & ' if _is_postgresql() else ' AND ').join(each)})"


def marks(wanted: Wanted, text: str) -> Iterator[Span]:
    """Where the words stand in a text: what to mark in it."""
    written = ((match[0], *match.span()) for match in words.FINDABLE.finditer(text))
    for one, start, end in heapq.merge(written, words.completed(text), key=lambda found: found[1]):
        plain = _plain(one)
        if _says_anything(plain) and any(word.found_in(form) for form in forms(plain) for word in wanted.words):
            yield Span(start, end)


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


# -- writing


def facet(name: str, value: object) -> str:
    """A token that no word is."""
    return f"{name}§{value}".replace("_", "§")


def number_of(entry_id: int, at: datetime) -> int:
    """Its place among all entries: by the second, then by id."""
    return (int(at.timestamp()) << BITS) | entry_id


@dataclass(frozen=True, slots=True)
class Entry:
    """A text as it shall stand in the index: see SearchEntry."""

    key: str
    part: str  # what it is indexed together with: "position:12"
    kind: str
    path: str
    title: str
    at: datetime
    text: str = ""
    also: str = ""  # words that it is found by and that are not shown: its municipality, its unit
    names: str = ""  # among its words, those that are names and may be meant by one who misspells them
    facts: str = ""
    consultation_id: int | None = None
    municipality_id: int | None = None
    organisation_id: int | None = None
    organisation_kind: str = ""
    unit_id: int | None = None
    groups: str = ""
    subjects: str = ""
    year: int = 0
    visible_from: datetime | None = None

    @property
    def digest(self) -> str:
        """Of all of it: an entry that says the same is not written again."""
        return hashlib.sha256(json.dumps(dataclasses.astuple(self), default=str).encode()).hexdigest()

    @property
    def facets(self) -> set[str]:
        """What it can be chosen by, as tokens of the full-text tables."""
        one = {"kind": self.kind, "place": self.municipality_id, "unit": self.unit_id, "year": self.year, "is": self.organisation_kind}
        many = {"group": self.groups.split(), "subject": self.subjects.split()}
        return {facet(name, value) for name, value in one.items() if value} | {facet(name, one) for name in many for one in many[name]}

    def row(self, at: datetime) -> dict[str, Any]:
        """As the table holds it, when it is written at that time."""
        said = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name not in ("also", "names")}
        return said | {"digest": self.digest, "indexed_at": max(at, self.visible_from or at)}


def hold() -> None:
    """One transaction at a time writes the index, and reads what it writes there when nobody else is changing it.

    Late in its transaction (`before_commit`), since others wait. SQLite has one writer anyhow.
    """
    if _is_postgresql():
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


def holds(parts: Collection[str]) -> bool:
    """Whether anything of the parts is indexed."""
    return db.session.scalar(sa.select(sa.exists().where(ENTRY.c.part.in_(parts)))) is True


def replace(parts: Collection[str], entries: Iterable[Entry], *, at: datetime) -> int:
    """Have the parts hold just these entries, in a constant number of statements; how many entries were written or went away.

    One statement when nothing has changed. The caller holds the index (`hold`) since before it read the texts.
    """
    wanted = {entry.key: entry for entry in entries}
    known = (ENTRY.c.key, ENTRY.c.id, ENTRY.c.at, ENTRY.c.digest)
    stands = {row.key: row for row in db.session.execute(sa.select(*known).where(ENTRY.c.part.in_(parts)))}
    changed = [entry for key, entry in wanted.items() if key not in stands or stands[key].digest != entry.digest]
    gone = [row for key, row in stands.items() if key not in wanted]
    if not changed and not gone:
        return 0
    forgotten = _forget(gone, [stands[entry.key] for entry in changed if entry.key in stands])
    forgotten -= _write(changed, at)
    if forgotten:
        db.session.execute(sa.delete(WORD).where(WORD.c.stem.in_(forgotten), sa.not_(_stands(WORD.c.stem))))
    return len(changed) + len(gone)


def _write(entries: Sequence[Entry], at: datetime) -> set[str]:
    """Write entries of which the full-text table holds nothing; the stems that they have."""
    if not entries:
        return set()
    insert = sa.dialects.postgresql.insert if _is_postgresql() else sa.dialects.sqlite.insert
    first = insert(ENTRY)
    again = {name: first.excluded[name] for name in (*entries[0].row(at), "digest") if name not in ("key", "indexed_at")}
    upsert = first.on_conflict_do_update(index_elements=[ENTRY.c.key], set_=again).returning(ENTRY.c.id, ENTRY.c.key)
    ids = {row.key: row.id for row in db.session.execute(upsert, [entry.row(at) for entry in entries])}
    indexed, found, names = [], set(), set()
    for entry in entries:
        title = stems(entry.title)
        every = title | stems(entry.text) | stems(entry.also)
        found |= every
        names |= stems(entry.names) & every
        said = {"title": _listed(title), "words": _listed(every), "facets": _listed(entry.facets)}
        indexed.append({"entry": ids[entry.key], "newest": number_of(ids[entry.key], entry.at)} | said)
    _index(indexed)
    vocabulary = insert(WORD)
    for known, said in ((False, found - names), (True, names)):
        # In one order, so that nobody waits for somebody who waits for them.
        rows = [{"stem": one, "reversed": one[::-1], "is_name": known} for one in sorted(said)]
        named = vocabulary.on_conflict_do_update(index_elements=[WORD.c.stem], set_={"is_name": True}, where=sa.not_(WORD.c.is_name))
        if rows:
            db.session.execute(named if known else vocabulary.on_conflict_do_nothing(), rows)
    return found


def _listed(found: set[str]) -> Any:
    return sorted(found) if _is_postgresql() else " ".join(sorted(found))


def _index(rows: list[dict[str, Any]]) -> None:
    """The newest last: SQLite writes what it has gathered each time that it is given an earlier row."""
    rows.sort(key=lambda row: row["newest"])
    if _is_postgresql():
        vectors = {name: sa.func.array_to_tsvector(sa.bindparam(name, type_=TEXTS), type_=sa.Text) for name in COLUMNS}
        number = sa.bindparam("newest", type_=sa.BigInteger)
        db.session.execute(sa.insert(VECTOR).values(id=sa.bindparam("entry"), newest=number, **vectors), rows)
    else:
        db.session.execute(sa.insert(FTS), [{"rowid": row["newest"], **{name: row[name] for name in COLUMNS}} for row in rows])


def _forget(gone: Sequence[Any], changed: Sequence[Any]) -> set[str]:
    """Take entries (`id`, `at`) out of the full-text table, and those that are gone out of the index; the stems that they had."""
    both = [*gone, *changed]
    if not both:
        return set()
    had: set[str] = set()
    if _is_postgresql():
        its = VECTOR.c.id.in_([row.id for row in both])
        had.update(*db.session.scalars(sa.select(sa.func.tsvector_to_array(VECTOR.c.words, type_=TEXTS)).where(its)))
        db.session.execute(sa.delete(VECTOR).where(its))
    else:
        its = FTS.c.rowid.in_([number_of(row.id, row.at) for row in both])
        had.update(*(one.split() for one in db.session.scalars(sa.select(FTS.c.words).where(its))))
        db.session.execute(sa.delete(FTS).where(its))
    if gone:
        db.session.execute(sa.delete(ENTRY).where(ENTRY.c.id.in_([row.id for row in gone])))
    return had


def _stands(stem: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether any entry has a word with the stem."""
    if _is_postgresql():
        asked = sa.cast(sa.func.quote_literal(stem), sa.dialects.postgresql.TSQUERY)
        return sa.exists(sa.select(1).select_from(VECTOR).where(VECTOR.c.words.op("@@", is_comparison=True)(asked)))
    terms = sa.table("search_fts_terms", sa.column("term", sa.Text))
    return sa.exists(sa.select(1).select_from(terms).where(terms.c.term == stem))


def clear(connection: sa.Connection) -> None:
    """Empty the full-text tables, for whoever empties the models' tables: they are none."""
    connection.execute(sa.delete(VECTOR if connection.dialect.name == "postgresql" else FTS))
