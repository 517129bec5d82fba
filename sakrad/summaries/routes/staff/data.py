"""What is being compiled, to take along as CSV and JSON."""

from __future__ import annotations

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


@bp.get(f"{ADDRESS}/synpunkter.csv")
@compiles
def points_table(consultation: Consultation) -> ResponseReturnValue:
    """Every point, with its theme and groups."""
    header = columns.names("synpunkter", staff=True, leave_out=columns.READERS_ONLY)
    rows = (columns.flat(record, header) for record in data.points(consultation))
    return tables.download(f"synpunkter-{consultation.slug}.csv", header, rows)


@bp.get(f"{ADDRESS}/samlade-synpunkter.csv")
@compiles
def findings_table(consultation: Consultation) -> ResponseReturnValue:
    """The text, finding by finding."""
    header = columns.names("samlade_synpunkter")
    rows = (columns.flat(record, header) for record in data.findings(queries.find_summary(consultation)))
    return tables.download(f"samlade-synpunkter-{consultation.slug}.csv", header, rows)


@bp.get(f"{ADDRESS}/hanvisningar.csv")
@compiles
def citations_table(consultation: Consultation) -> ResponseReturnValue:
    """Which finding rests on which point."""
    header = columns.names("hanvisningar")
    rows = (columns.flat(record, header) for record in data.cited(queries.find_summary(consultation)))
    return tables.download(f"hanvisningar-{consultation.slug}.csv", header, rows)


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
