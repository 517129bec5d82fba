"""Finding words among published texts: how they are compared, and the full-text tables of both databases behind one face.

What is compared is made here, in Python (stems, see core.words), and both databases are given nothing but stems: so they find the same.
SQLite has them in an FTS5 table, PostgreSQL as tsvectors; neither is a model, and both go where their entry goes.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.dialects.postgresql

from sakrad.core.db import Base, db, insert, transaction
from sakrad.core.search_index import SearchEntry
from sakrad.core.search_words import LONGEST, WORD, Wanted, Word, marking, marks, parse, stems, words_in

__all__ = ["LONGEST", "Entry", "Wanted", "Word", "marking", "marks", "matching", "numbered", "parse", "replace", "stems", "words_in"]

LOCK = 7_301_001  # of the index, on PostgreSQL
TEXTS = sa.dialects.postgresql.ARRAY(sa.Text)
INDEXED = ("search_fts", "search_vector")

ENTRY = Base.metadata.tables[SearchEntry.__tablename__]
COLUMNS = ("title", "words", "facets")
FTS5 = str.maketrans({"'": '"', "|": "OR", "&": "AND", ":": ""})  # what a tsquery says with these signs
FTS = sa.table("search_fts", sa.column("rowid", sa.BigInteger), *(sa.column(name, sa.Text) for name in COLUMNS))
VECTOR = sa.table(
    "search_vector", sa.column("id", sa.Integer), sa.column("newest", sa.BigInteger), *(sa.column(name, sa.Text) for name in COLUMNS)
)
BETWEEN = "|"  # what an entry can be chosen by, in its one text of it
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


# -- asking


def matching(wanted: Wanted) -> sa.Select[tuple[int]]:
    """The ids of the entries with all the words. Both databases give the same."""
    return numbered(all_of(wanted)).with_only_columns(_id())


def all_of(wanted: Wanted) -> str | None:
    """All the words, as the full-text table is asked for them."""
    return _asked(_and(map(_one, wanted.words))) if wanted else None


def any_of(wanted: Wanted) -> str | None:
    """Any of the words, where there are several."""
    return _asked(_or(map(_one, wanted.words))) if len(wanted.words) > 1 else None


def one_of_each(among: Sequence[Collection[str]]) -> str | None:
    """One of the tokens (`facet`) of each collection."""
    return _asked(_and(_or(map(_exactly, tokens)) for tokens in among)) if among else None


def numbered(words: Any = None, facets: Any = None, since: Any = None, before: Any = None) -> sa.Select[Any]:
    """The entries with the words, and with the tokens: `id`, `newest`, which is larger the newer it is, and what `titled` needs.

    In that order they are read no further than is asked for: SQLite has the number for its key, PostgreSQL walks an index of it
    for what is common.

    Args:
        words: of `all_of`, or the parameter that stands for it (core.statements).
        facets: of `one_of_each`, or its parameter.
        since, before: numbers: only those from the one on that are older than the other.
    """
    number = VECTOR.c.newest if _is_postgresql() else FTS.c.rowid
    between = [number >= sa.type_coerce(since, sa.BigInteger)] if since is not None else []
    between += [number < sa.type_coerce(before, sa.BigInteger)] if before is not None else []
    title = [VECTOR.c.title] if _is_postgresql() else []
    return sa.select(_id(), number.label("newest"), *title).where(*_match(words=words, facets=facets), *between)


def titled(every: Any, some: Any, among: Any, facets: Any = None) -> tuple[sa.Select[int] | None, sa.Select[int] | None]:
    """The numbers of the rows out of `numbered` in whose titles all the words stand (`all_of`), and of those with some (`any_of`).

    SQLite may give others too, which are not among the rows.

    Args:
        facets: what the rows were chosen by, so that the titles of others are not looked at.
    """

    def chosen(title: Any) -> sa.Select[int] | None:
        if title is None:
            return None
        if _is_postgresql():
            return sa.select(among.c.newest).where(_says(among.c.title, title))
        first, last = (sa.select(of(among.c.newest)).scalar_subquery() for of in (sa.func.min, sa.func.max))
        said = _match(title=title, facets=facets) if title is every else _match(words=every, title=title, facets=facets)
        return sa.select(FTS.c.rowid.label("newest")).where(*said, FTS.c.rowid.between(first, last))

    return chosen(every), chosen(some)


def _id() -> sa.ColumnElement[int]:
    return VECTOR.c.id if _is_postgresql() else FTS.c.rowid.op("&")((1 << BITS) - 1).label("id")


def _match(**said: Any) -> list[sa.ColumnElement[bool]]:
    """That each column says so, of which anything is said."""
    columns = {column: what for column, what in said.items() if what is not None}
    if _is_postgresql():
        return [_says(VECTOR.c[column], what) for column, what in columns.items()]
    each = [sa.literal(f"({column} : ").concat(what).concat(")") for column, what in columns.items()]
    whole = functools.reduce(lambda all_, one: all_.concat(" AND ").concat(one), each) if each else None
    return [] if whole is None else [sa.literal_column("search_fts").op("MATCH", is_comparison=True)(whole)]


def _says(column: sa.ColumnElement[Any], what: Any) -> sa.ColumnElement[bool]:
    return column.op("@@", is_comparison=True)(sa.cast(what, sa.dialects.postgresql.TSQUERY))


def _one(word: Word) -> str:
    beginning = [f"'{word.beginning}':*"] if word.beginning and not word.is_listed else []
    return _or([*map(_exactly, sorted(word.stems)), *beginning])


def _exactly(token: str) -> str:
    return f"'{token}'"


def _or(each: Iterable[str]) -> str:
    return f"({' | '.join(each)})"


def _and(each: Iterable[str]) -> str:
    return f"({' & '.join(each)})"


def _asked(query: str) -> str:
    """A query as the database has it; no token has any of these signs."""
    return query if _is_postgresql() else query.translate(FTS5)


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


# -- writing


def facet(name: str, value: object) -> str:
    """A token that no word is."""
    return f"{name}§{value}".replace("_", "§")


def number_of(entry_id: int, at: datetime) -> int:
    """Its place among all entries: by the second, then by id."""
    return (int(at.timestamp()) << BITS) | entry_id


def id_of(number: int) -> int:
    """The id of the entry with the number."""
    return number & ((1 << BITS) - 1)


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
    def tokens(self) -> set[str]:
        """What it can be chosen by, as tokens of the full-text tables."""
        one = {
            "kind": self.kind,
            "in": self.consultation_id,
            "place": self.municipality_id,
            "unit": self.unit_id,
            "year": self.year,
            "is": self.organisation_kind,
        }
        many = {"group": self.groups.split(), "subject": self.subjects.split()}
        return {facet(name, value) for name, value in one.items() if value} | {facet(name, one) for name in many for one in many[name]}

    @property
    def facets(self) -> str:
        """The same as one text, without its consultation: see `SearchEntry.facets`."""
        numbers = (self.municipality_id or "", self.unit_id or "", self.year or "")
        return BETWEEN.join(map(str, (self.kind, *numbers, self.groups, self.subjects, self.organisation_kind)))

    def row(self, at: datetime) -> dict[str, Any]:
        """As the table holds it, when it is written at that time."""
        said = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name not in ("also", "names")}
        return said | {"facets": self.facets, "digest": self.digest, "indexed_at": max(at, self.visible_from or at)}


def lock_index() -> None:
    """One transaction at a time writes the index, and reads what it writes there when nobody else is changing it.

    Late in its transaction (`before_commit`), since others wait. SQLite has one writer anyhow.
    """
    if _is_postgresql():
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


def is_indexed(parts: Collection[str]) -> bool:
    """Whether anything of the parts is indexed."""
    return db.session.scalar(sa.select(sa.exists().where(ENTRY.c.part.in_(parts)))) is True


def replace(parts: Collection[str], entries: Iterable[Entry], *, at: datetime) -> int:
    """Have the parts hold just these entries, in a constant number of statements; how many entries were written or went away.

    One statement when nothing has changed. The caller holds the index (`lock_index`) since before it read the texts.
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
        row: dict[str, Any] = {"title": _listed(title), "words": _listed(every), "facets": _listed(entry.tokens)}
        indexed.append(row | {"entry": ids[entry.key], "newest": number_of(ids[entry.key], entry.at)})
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


def merge(pages: int) -> Iterator[None]:
    """Put together what SQLite has written in many pieces, since a search looks into each; each step is a transaction of its own.

    PostgreSQL does the like by itself.

    Args:
        pages: that are written in each step, about.
    """
    if _is_postgresql():
        return
    pieces = sa.table("search_fts", sa.column("search_fts"), sa.column("rank"))
    step, changed = -pages, 2  # the first says that all pieces are meant
    while changed > 1:
        with transaction():
            raw: Any = db.session.connection().connection.driver_connection
            before = raw.total_changes
            db.session.execute(sa.insert(pieces).values(search_fts="merge", rank=step))
            step, changed = pages, raw.total_changes - before
        yield


def clear(connection: sa.Connection) -> None:
    """Empty the full-text tables, for whoever empties the models' tables: they are none."""
    connection.execute(sa.delete(VECTOR if connection.dialect.name == "postgresql" else FTS))
