"""Work for later: documents."""

from __future__ import annotations

from sakrad.voices import exporting

__all__ = ["exporting"]  # its kinds of documents are registered when it is imported
