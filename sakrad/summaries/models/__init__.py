"""Compiling: points and themes, the summary, its faktakontroll, and what the machine proposes."""

from __future__ import annotations

from sakrad.summaries.models.checking import Confirmation, ConfirmationReply, FactCheck, ReplyKind
from sakrad.summaries.models.points import (
    Assignment,
    NothingToTakeUp,
    Point,
    PointChange,
    PointChangeKind,
    Reading,
    Theme,
    ThemeChange,
    ThemeChangeKind,
    point_group,
)
from sakrad.summaries.models.suggesting import Suggestion, SuggestionKind, SuggestionRun
from sakrad.summaries.models.text import Citation, Edition, EditionFinding, Finding, FindingVersion, Summary, summary_not_heard

__all__ = [
    "Assignment",
    "Citation",
    "Confirmation",
    "ConfirmationReply",
    "Edition",
    "EditionFinding",
    "FactCheck",
    "Finding",
    "FindingVersion",
    "NothingToTakeUp",
    "Point",
    "PointChange",
    "PointChangeKind",
    "Reading",
    "ReplyKind",
    "Suggestion",
    "SuggestionKind",
    "SuggestionRun",
    "Summary",
    "Theme",
    "ThemeChange",
    "ThemeChangeKind",
    "point_group",
    "summary_not_heard",
]
