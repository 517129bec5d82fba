"""What is drawn once for many readers (core/drawn.py) is found by its macro's name and its values: it may depend on nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import Environment, nodes
from jinja2.meta import find_undeclared_variables

from sakrad import create_app
from sakrad.config import ROOT, Settings

TEMPLATES = ROOT / "templates"
THE_SAME = {"lang", "lang_sv", "words_lang", "today"}  # of every page in the language on the day
SAID_BY_VALUES = {"c", "view"}  # the page's own, of which the values given hold whatever is read
OTHERS = {"now", "addresses"}  # what macros beside those ask for: `consultations` to give it to `consultation`, `about` where it is given
OF_A_READER = {"request", "session", "g", "config", "current_user", "csrf_token", "get_flashed_messages"}


def parsed(env: Environment, name: str) -> nodes.Template:
    return env.parse((TEMPLATES / name).read_text())


def drawn(env: Environment) -> Iterator[tuple[str, nodes.Macro, nodes.Template]]:
    """Each macro that is given to `once`, with the file in which it stands."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        if "once(" in path.read_text():
            name = str(path.relative_to(TEMPLATES))
            tree = parsed(env, name)
            macros = {macro.name: macro for macro in tree.find_all(nodes.Macro)}
            for given in {call.args[0].name for call in tree.find_all(nodes.Call) if getattr(call.node, "name", "") == "once"}:
                yield name, macros[given], tree


def brought(tree: nodes.Node) -> Iterator[tuple[str, set[str]]]:
    """The files from which it takes macros, with their names."""
    for one in tree.find_all((nodes.FromImport, nodes.Include)):
        assert isinstance(one.template, nodes.Const)
        yield one.template.value, {name if isinstance(name, str) else name[1] for name in getattr(one, "names", ())}


def asked(env: Environment, tree: nodes.Template) -> set[str]:
    """The names that are not its own."""
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    return find_undeclared_variables(tree.set_environment(env)) - own


def read_by(env: Environment, macro: nodes.Macro, tree: nodes.Template) -> set[str]:
    """The names of its page that it reads, also through other macros of the file."""
    own = {other.name: other for other in tree.find_all(nodes.Macro)}
    names = asked(env, nodes.Template([macro])) - {name for _file, names in brought(tree) for name in names}
    further = [read_by(env, own[name], tree) for name in names & own.keys() if name != macro.name]
    return names.difference(own).union(*further)


@pytest.fixture(scope="module")
def env() -> Environment:
    app: Flask = create_app(Settings(database_url="sqlite://"), testing=True)
    return app.jinja_env


def test_no_two_macros_that_are_drawn_once_have_the_same_name(env: Environment) -> None:
    names = [macro.name for _file, macro, _tree in drawn(env)]
    assert len(names) >= 10
    assert len(names) == len(set(names))


def test_what_is_drawn_once_reads_nothing_of_who_asks(env: Environment) -> None:
    seen: set[str] = set()
    waiting: list[tuple[str, set[str]]] = []  # files, and what one that is included is handed
    for file, macro, tree in drawn(env):
        known = THE_SAME | SAID_BY_VALUES | (env.globals.keys() - OF_A_READER)
        assert read_by(env, macro, tree) <= known, f"{file}: give {macro.name} as a value what it reads of its page."
        named = {one.name for one in macro.find_all(nodes.Name)}
        within = {name for _file, names in brought(macro) for name in names}
        stored = {one.name for one in macro.find_all(nodes.Name) if one.ctx in ("store", "param")}
        waiting += [(name, set()) for name, names in brought(tree) if names & named]
        waiting += [(name, set() if names else SAID_BY_VALUES | within | stored) for name, names in brought(macro)]
    while waiting:
        name, given = waiting.pop()
        if name not in seen:
            seen.add(name)
            tree = parsed(env, name)
            waiting += [(name, set()) for name, _names in brought(tree)]
            known = THE_SAME | OTHERS | given | (env.globals.keys() - OF_A_READER)
            assert asked(env, tree) <= known, f"{name}: what is drawn once takes macros from here, which may read nothing else of the page."
