"""Appendices of 2,000 answers of 5,000 characters: how long their volumes take, and the largest that any process grew.

Each kind is made by a worker of its own, whose greatest resident size the system tells; that of typst is its child's.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from sakrad import create_app
from sakrad.config import ROOT, Settings
from sakrad.consultations.models import Consultation
from sakrad.core import clock, jobs
from sakrad.core.db import db, transaction
from sakrad.core.exports import Export
from sakrad.positions.models import Answer, Position
from sakrad.summaries import commands
from tests.bench import data

POSITIONS = 2_000
LENGTH = 1_000  # code points of each of five answers
SLUG = "sakrad-1"  # whose summary is published
KINDS = ("published_pdf", "published_docx", "received_pdf", "received_docx", "summary_pdf", "summary_docx")
LIMIT = 300  # MB of any process


def run(url: str, folder: Path) -> None:
    """Fill the database, have each kind made, and print what it cost."""
    app = create_app(_settings(url, folder))
    with app.app_context():
        db.create_all()
        data.fill(2, POSITIONS)
        _lengthen()
        db.session.remove()
        db.engine.dispose()
    print(f"\n| {POSITIONS} answers of {5 * LENGTH} characters | volumes | MB | seconds | worker, MB | its largest child, MB |")
    print("|---|---|---|---|---|---|")
    for kind in KINDS:
        command = [sys.executable, "-m", "tests.bench.exports", url, str(folder), kind]
        done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env=dict(os.environ))
        told = json.loads(done.stdout.splitlines()[-1])
        print("| {kind} | {volumes} | {size:.1f} | {seconds:.0f} | {worker:.0f} | {child:.0f} |".format(kind=kind, **told))
        if max(told["worker"], told["child"]) > LIMIT:
            print(f"{kind} grew beyond {LIMIT} MB")


def _settings(url: str, folder: Path) -> Settings:
    return Settings(database_url=url, storage_url=f"file://{folder}/files", secret_key="bench-secret-" * 4, rate_limits=False)


def _lengthen() -> None:
    """Answers as long as those of thorough organisations, in paragraphs."""
    of = sa.select(Position.current_id).join(Consultation, Consultation.id == Position.consultation_id).where(Consultation.slug == SLUG)
    with transaction():
        for answer_id, text in db.session.execute(sa.select(Answer.id, Answer.text).where(Answer.version_id.in_(of))).all():
            longer = "\n\n".join([text] * (1 + LENGTH // max(1, len(text))))[:LENGTH]
            db.session.execute(sa.update(Answer).where(Answer.id == answer_id).values(text=longer))


def make(url: str, folder: Path, kind: str) -> dict[str, float]:
    """What a worker does, and how large it grew."""
    app = create_app(_settings(url, folder))
    logging.disable(logging.INFO)
    began = time.monotonic()
    with app.app_context():
        with transaction():
            consultation = db.session.scalars(sa.select(Consultation).where(Consultation.slug == SLUG)).one()
            export_id = commands.ask_document(consultation, kind, actor=None, at=clock.now()).id
        while jobs.run_due(clock.now()):
            pass
        export = db.session.get_one(Export, export_id)
        if export.finished_at is None:
            raise RuntimeError(f"{kind} was not made")
        size = sum(volume.file.size for volume in export.files) / 1e6
        volumes = len(export.files)
    return {
        "volumes": volumes,
        "size": size,
        "seconds": time.monotonic() - began,
        "worker": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(make(sys.argv[1], Path(sys.argv[2]), sys.argv[3])))
