"""Who may reach a route. Every route says so; one that does not is answered 404 and logged.

    @bp.get("/…")
    @public
    def show(): ...

    @bp.post("/…/publicera")
    @requires(policy.may_publish, load=queries.get_summary)
    def publish(summary): ...

`load` gets the address's parts as keyword arguments and raises `Missing`; `policy(user, thing)` is pure. On an unsafe
method both run inside `transaction()`, so what was checked is what is changed. `prepare` runs before the lock is
taken and is for slow work (hashing a password, storing a file); its result is the handler's keyword `prepared`. With
`requires`, a file is received from those only who are let in, and what `prepare` stored is erased when the answer is a refusal.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, overload

import structlog
from flask import Flask, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from sakrad.core import carry, db, files, htmx
from sakrad.core.errors import Missing

View = Callable[..., ResponseReturnValue]
Policy = Callable[[Any, Any], bool]
Prepare = Callable[[], Any]
Instead = Callable[..., ResponseReturnValue | None]
log = structlog.get_logger()


@overload
def public(view: View, /) -> View: ...
@overload
def public(*, prepare: Prepare) -> Callable[[View], View]: ...
def public(view: View | None = None, /, *, prepare: Prepare | None = None) -> View | Callable[[View], View]:
    """Anyone may reach it. Touches neither user nor session."""

    def decorate(view: View) -> View:
        return _guarded(view, "public", lambda kwargs, **prepared: view(**kwargs, **prepared), prepare)

    return decorate if view is None else decorate(view)


@overload
def signed_in(view: View, /) -> View: ...
@overload
def signed_in(*, prepare: Prepare | None = None, instead: Instead | None = None) -> Callable[[View], View]: ...
def signed_in(
    view: View | None = None, /, *, prepare: Prepare | None = None, instead: Instead | None = None
) -> View | Callable[[View], View]:
    """Any signed-in user; the handler gets `user` first.

    Args:
        instead: asked, with the address's parts, before somebody is sent to sign in: where one who needs no account is led.
    """

    def decorate(view: View) -> View:
        def run(kwargs: dict[str, Any], **prepared: Any) -> ResponseReturnValue:
            user = _user()
            if user is None:
                return (instead(**kwargs) if instead else None) or _to_sign_in()
            return _gate(user) or view(user, **kwargs, **prepared)

        return _guarded(view, "signed_in", run, prepare)

    return decorate if view is None else decorate(view)


def bearer(load: Callable[..., Any], *, prepare: Prepare | None = None, in_english: bool = False) -> Callable[[View], View]:
    """Whoever holds the secret in the address: `load` turns the address's parts into what the secret opens.

    Args:
        in_english: it stands under /en too, as public pages do.
    """

    def decorate(view: View) -> View:
        guard = _guarded(view, f"bearer:{_name(load)}", lambda kwargs, **prepared: view(load(**kwargs), **prepared), prepare)
        guard.in_english = in_english  # type: ignore[attr-defined]
        return guard

    return decorate


def requires(policy: Policy, *, load: Callable[..., Any], prepare: Prepare | None = None) -> Callable[[View], View]:
    """A signed-in user whom `policy` lets do this to what `load` finds; otherwise 404 (or sign-in)."""

    def decorate(view: View) -> View:
        def run(kwargs: dict[str, Any], **prepared: Any) -> ResponseReturnValue:
            user = _user()
            if user is None:
                return _to_sign_in()
            if stop := _gate(user):
                return stop
            thing = load(**kwargs)
            if not policy(user, thing):
                raise Missing("not allowed")
            return view(thing, **prepared)

        def welcome(kwargs: dict[str, Any]) -> bool:
            """A stranger's upload is not opened: who asks is looked up before the slow work, and again under the lock."""
            user = _user()
            if user is None or not request.files:
                return user is not None
            allowed = _gate(user) is None and policy(user, load(**kwargs))
            db.abandon()  # no connection is held while the file is opened
            return allowed

        return _guarded(view, f"requires:{_name(policy)}", run, prepare, welcome)

    return decorate


def _guarded(
    view: View,
    rule: str,
    run: Callable[..., ResponseReturnValue],
    prepare: Prepare | None = None,
    welcome: Callable[[dict[str, Any]], bool] = lambda kwargs: True,
) -> View:
    @functools.wraps(view)
    def guard(**kwargs: Any) -> ResponseReturnValue:
        if request.method in db.SAFE_METHODS:
            db.snapshot()
            return run(kwargs, **({"prepared": None} if prepare else {}))
        _ = request.form  # parse the body before the lock is taken
        with files.discarded_unless_kept() as keep:
            more = {"prepared": prepare() if welcome(kwargs) else None} if prepare else {}
            with db.transaction():
                answer = current_app.make_response(run(kwargs, **more))
                if answer.status_code >= 400:
                    db.abandon()
            if answer.status_code < 400:
                keep()
            return answer

    guard.access_rule = rule  # type: ignore[attr-defined]
    return guard


def _name(thing: Callable[..., Any]) -> str:
    return str(getattr(thing, "__name__", thing))


def _user() -> Any | None:
    return current_user if current_user.is_authenticated else None


def _to_sign_in() -> ResponseReturnValue:
    """Same answer whether the thing exists or not. What somebody has written comes along."""
    back = request.full_path.rstrip("?") if request.method in db.SAFE_METHODS else request.path
    return carry.lost() or htmx.go(url_for("accounts.sign_in", next=back))


def _gate(user: Any) -> ResponseReturnValue | None:
    """A stop in front of every signed-in page (the second factor); accounts registers it."""
    gate: Callable[[Any], ResponseReturnValue | None] | None = current_app.extensions.get("sakrad_gate")
    return gate(user) if gate else None


def init_app(app: Flask) -> None:
    """Deny by default."""
    app.view_functions["static"].access_rule = "static"  # type: ignore[union-attr]

    @app.before_request
    def _deny_undeclared() -> ResponseReturnValue | None:
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and not hasattr(view, "access_rule"):
            log.error("route_without_access", endpoint=request.endpoint)
            raise Missing("route declares no access")
        return None
