"""Reads about the municipality's Word template."""

from __future__ import annotations

import io
import zipfile

from sakrad.core.db import db
from sakrad.core.stripped.archive import local, tree
from sakrad.core.text import one_line
from sakrad.directory.models import WordTemplate

MOST = 60  # styles that are listed
LONGEST = 80  # characters of a style's name


def find_word_template(municipality_id: int) -> WordTemplate | None:
    """The one that the municipality's documents are dressed in."""
    return db.session.get(WordTemplate, municipality_id)


def styles_in(clean: bytes) -> list[str]:
    """The names of the paragraph styles of a clean copy (core.stripping), headings first."""
    with zipfile.ZipFile(io.BytesIO(clean)) as archive:
        parts = [name for name in archive.namelist() if name.endswith("/styles.xml")]
        root = tree(archive.read(parts[0])) if parts else None
    names = []
    for style in root if root is not None else ():
        kind = next((value for key, value in style.items() if key.endswith("}type")), "")
        if local(style) == "style" and kind == "paragraph":
            named = next((child for child in style if local(child) == "name"), None)
            name = one_line(next((value for key, value in named.items() if key.endswith("}val")), "")) if named is not None else ""
            names.append(name[:LONGEST])
    return sorted(filter(None, dict.fromkeys(names)), key=lambda name: (not name.lower().startswith("heading"), name.lower()))[:MOST]
