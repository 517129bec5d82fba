"""Why a file cannot be stripped."""

from __future__ import annotations


class Refusal(ValueError):
    """`code` is one of core.stripping.REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
