"""Every parameter of a public page is kept by the page cache, or named here as one that never is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from sakrad.config import ROOT
from sakrad.core import cache

# What people search for (/sok as a whole), and the parameters of pages that are made for one reader: forms, and ways on after signing in.
NEVER_KEPT = {"next", "nummer", "om", "q", "ref", "sedan", "vad"}
GIVEN = re.compile(r"(\w+)\(request\.args\)")
PAGING = ROOT / "sakrad" / "core" / "paging.py"


def _is_args(node: ast.AST) -> bool:
    """`request.args`, or the parameter `args` of a function that a route gives them to."""
    return ast.unparse(node) in ("request.args", "args") if isinstance(node, ast.Attribute | ast.Name) else False


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
    sources = {path: path.read_text() for path in (ROOT / "sakrad").rglob("*.py")}
    public = [
        ast.parse(source) for path, source in sources.items() if path == PAGING or ("routes" in path.parts and "\n@public\n" in source)
    ]
    given = {name for path, source in sources.items() if "routes" in path.parts for name in GIVEN.findall(source)}
    helpers = [
        one
        for source in sources.values()
        if "(args:" in source
        for one in ast.parse(source).body
        if isinstance(one, ast.FunctionDef) and one.name in given
    ]
    asked = {name for tree in (*public, *helpers) for name in asked_for(tree)}
    assert {"sida", "grupp", "part", "q"} <= asked, "This test no longer sees how routes ask."
    assert asked <= cache.PARAMETERS | NEVER_KEPT, f"Kept, or named above: {asked - cache.PARAMETERS - NEVER_KEPT}"
    assert asked >= cache.PARAMETERS | NEVER_KEPT, f"Nobody asks for these any more: {(cache.PARAMETERS | NEVER_KEPT) - asked}"
