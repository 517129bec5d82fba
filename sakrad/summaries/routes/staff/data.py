"""What is being compiled, to take along as CSV and JSON."""

from __future__ import annotations

from collections.abc import Iterable

from flask.typing import ResponseReturnValue

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import tables
from sakrad.core.access import requires
from sakrad.summaries import columns, policy, queries
from sakrad.summaries import queries_data_staff as data
from sakrad.summaries.routes.staff import bp

ADDRESS = "/sammanstall/data"
compiles = requires(policy.may_compile, load=get_consultation)


def _table(name: str, header: list[str], records: Iterable[columns.Record]) -> ResponseReturnValue:
    return tables.download(name, header, (columns.flat(record, header) for record in records))


@bp.get(f"{ADDRESS}/synpunkter.csv")
@compiles
def points_table(consultation: Consultation) -> ResponseReturnValue:
    """Every point, with its theme and groups."""
    return _table(
        f"synpunkter-{consultation.slug}.csv",
        columns.names("synpunkter", staff=True, leave_out=columns.READERS_ONLY),
        data.points(consultation),
    )


@bp.get(f"{ADDRESS}/samlade-synpunkter.csv")
@compiles
def findings_table(consultation: Consultation) -> ResponseReturnValue:
    """The text, finding by finding."""
    return _table(
        f"samlade-synpunkter-{consultation.slug}.csv",
        columns.names("samlade_synpunkter"),
        data.findings(queries.find_summary(consultation)),
    )


@bp.get(f"{ADDRESS}/hanvisningar.csv")
@compiles
def citations_table(consultation: Consultation) -> ResponseReturnValue:
    """Which finding rests on which point."""
    return _table(f"hanvisningar-{consultation.slug}.csv", columns.names("hanvisningar"), data.cited(queries.find_summary(consultation)))


@bp.get(f"{ADDRESS}.json")
@compiles
def data_document(consultation: Consultation) -> ResponseReturnValue:
    """All of it in one document."""
    summary = queries.find_summary(consultation)
    return tables.download_json(
        f"sammanstallning-{consultation.slug}.json",
        {
            "schema": columns.SCHEMA,
            "samlade_synpunkter": data.findings(summary),
            "synpunkter": columns.once(data.points(consultation)),
            "hanvisningar": data.cited(summary),
            "stallningstaganden": data.stances(consultation),
        },
    )
