"""Every parameter of a public page is kept by the page cache, or named here as one that never is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sakrad.config import ROOT
from sakrad.core import cache

# What people search for, and the parameters of pages that are made for one reader: forms, and ways on after signing in.
NEVER_KEPT = {"next", "nummer", "om", "q", "ref", "vad"}
PAGING = ROOT / "sakrad" / "core" / "paging.py"


def _is_args(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "args" and isinstance(node.value, ast.Name) and node.value.id == "request"


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    yield from (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def asked_for(tree: ast.AST) -> Iterator[str]:
    """`request.args.get("x")`, `.getlist("x")`, `["x"]`, `"x" in`, and the names that a comprehension over them goes through."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=args, attr="get" | "getlist"), args=[name, *_]) if _is_args(args):
                yield from _texts([name])
            case ast.Subscript(value=args, slice=name) if _is_args(args):
                yield from _texts([name])
            case ast.Compare(left=name, comparators=[args]) if _is_args(args):
                yield from _texts([name])
            case ast.DictComp() | ast.GeneratorExp() | ast.ListComp() if any(map(_is_args, ast.walk(node))):
                for each in node.generators:
                    yield from _texts(each.iter.elts if isinstance(each.iter, ast.Tuple) else [])


def test_the_cache_knows_every_parameter_of_the_public_pages() -> None:
    public = [path for path in (ROOT / "sakrad").glob("*/routes/**/*.py") if "\n@public\n" in path.read_text()]
    asked = {name for path in (*public, PAGING) for name in asked_for(ast.parse(path.read_text()))}
    assert {"sida", "grupp", "q"} <= asked, "This test no longer sees how routes ask."
    assert asked <= cache.PARAMETERS | NEVER_KEPT, f"Kept, or named above: {asked - cache.PARAMETERS - NEVER_KEPT}"
    assert asked >= cache.PARAMETERS | NEVER_KEPT, f"Nobody asks for these any more: {(cache.PARAMETERS | NEVER_KEPT) - asked}"
