"""Swedish first, English for the public pages under /en. Dates and numbers as Swedes write them.

/en is taken off the path before routing and put into SCRIPT_NAME, so url_for answers in the language of the page.
"""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask import Flask, abort, current_app, has_request_context, request, url_for
from flask_babel import Babel, get_domain, get_locale
from jinja2 import Template, nodes, pass_eval_context
from jinja2.meta import find_undeclared_variables
from jinja2.nodes import EvalContext
from markupsafe import Markup

from sakrad.core import clock, readability, text

LANGUAGES = ("sv", "en")
_labels: dict[tuple[type, str], Any] = {}  # members of different enums may have the same value
NBSP = "\u00a0"
KEPT = 4_000  # addresses
PEOPLES = {"Jews", "Roma", "Sami", "Sámi", "Sweden", "Tornedalians", "Finnish"}  # names that keep their capital in English
PARAGRAPH = re.compile("§ +")
babel = Babel()


class LanguagePrefix:
    """WSGI middleware: /en/… is the same address in English."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/en" or path.startswith("/en/"):
            environ["PATH_INFO"] = path[3:] or "/"
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["sakrad.language"] = "en"
        return self.app(environ, start_response)


def language() -> str:
    """The language of the present page: sv or en."""
    return str(request.environ.get("sakrad.language", "sv")) if has_request_context() else "sv"


def _locale() -> str:
    locale = get_locale()
    return str(locale.language) if locale else "sv"


_catalogues: dict[str, Any] = {}


def _catalogue() -> Any:
    """The translations of the present language. A page asks a hundred times: flask-babel looks for them anew each time."""
    name = _locale()
    if name not in _catalogues:
        _catalogues[name] = get_domain().get_translations()
    return _catalogues[name]


_said: dict[tuple[str, bool, bool, str], str] = {}  # what templates say, as it stands on pages of a language


@pass_eval_context
def _say(context: EvalContext, message: str, **values: Any) -> str:
    """`_` of templates: values are put in escaped. A page calls it a hundred times, so what it found is kept."""
    key = (_locale(), bool(context.autoescape), bool(values), message)
    words = _said.get(key)
    if words is None:
        words = _catalogue().ugettext(message)
        words = Markup(words) if context.autoescape else words  # noqa: S704 - our own words
        words = _said[key] = words if values else words % {}
    return words % values if values else words


class Page(Template):
    """A template whose macros, imported with context, are made once for a page, however many templates import them.

    Where they read nothing of their page, they are made once for all.
    """

    @functools.cached_property
    def reads_its_page(self) -> bool:
        """Whether it asks for anything but the globals, or imports or includes what might."""
        loader = self.environment.loader
        if loader is None or self.name is None:
            return True
        parsed = self.environment.parse(loader.get_source(self.environment, self.name)[0])
        handed_on = any(getattr(node, "with_context", False) for node in parsed.find_all(nodes.Stmt))  # to what it imports or includes
        return handed_on or not find_undeclared_variables(parsed) <= self.environment.globals.keys()

    def make_module(self, vars: dict[str, Any] | None = None, shared: bool = False, locals: Mapping[str, Any] | None = None) -> Any:
        if shared and not self.reads_its_page:
            return self.module
        kept = vars.get("made") if vars and shared else None
        if kept is None:
            return super().make_module(vars, shared, locals)
        if self.name not in kept:
            kept[self.name] = super().make_module(vars, shared, locals)
        return kept[self.name]


def _remembered(app: Flask) -> Callable[..., str]:
    """url_for of templates. A page asks for the same addresses again and again, and to put one together takes long."""
    made = functools.lru_cache(maxsize=KEPT)(lambda _root, endpoint, values: app.url_for(endpoint, **dict(values)))

    def url_for_templates(endpoint: str, **values: Any) -> str:
        plain = all(type(value) in (str, int, type(None)) for value in values.values())
        if not plain or endpoint.startswith(".") or "_external" in values or not has_request_context():
            return url_for(endpoint, **values)
        return made(request.root_path, endpoint, tuple(values.items()))

    return url_for_templates


_dates = functools.lru_cache(maxsize=2000)(format_date)


def site_name() -> str:
    """What the installation calls itself: SAKRAD_SITE_NAME, or the product's name."""
    return str(current_app.config["SETTINGS"].site_name or _catalogue().ugettext("Sakråd"))


def day(value: date | datetime | None, *, year: bool | None = None, short: bool = False) -> str:
    """ "14 oktober 2027" (year left out where it is the present one, unless asked), with non-breaking spaces."""
    if value is None:
        return ""
    when = clock.day_of(value) if isinstance(value, datetime) else value
    with_year = when.year != clock.today().year if year is None else year
    pattern = ("d MMM" if short else "d MMMM") + (" y" if with_year else "")
    return _dates(when, pattern, locale=_locale()).replace(" ", NBSP)


def month(value: date, *, short: bool = False) -> str:
    """ "oktober 2027", or "okt"."""
    return format_date(value, "LLL" if short else "LLLL y", locale=_locale()).replace(" ", NBSP).rstrip(".")


def month_name(number: int) -> str:
    """ "oktober" of 10."""
    return str(format_date(date(2000, number, 1), "LLLL", locale=_locale()))


def until(value: datetime | None, **kwargs: Any) -> str:
    """The last day of an exclusive instant: closes at Friday's midnight reads "till och med torsdag"."""
    return day(clock.last_day(value), **kwargs) if value else ""


def moment(value: datetime | None) -> str:
    """ "14 oktober 2027 kl. 19.42" in Stockholm time."""
    if value is None:
        return ""
    local = value.astimezone(clock.STOCKHOLM)
    time = format_time(local.time(), "HH:mm" if _locale() == "en" else "HH.mm", locale=_locale())
    return f"{day(value, year=True)}{NBSP}{'at' if _locale() == 'en' else 'kl.'}{NBSP}{time}"


def ref(words: str) -> str:
    """ "KS § 14" with a non-breaking space after the sign, so that no line ends with it."""
    return PARAGRAPH.sub(f"§{NBSP}", words)


def number(value: int | float | None) -> str:
    """ "2 310" with a non-breaking space."""
    return "" if value is None else format_decimal(value, locale=_locale())


def size(value: int) -> str:
    """How large a file is: "50,2 kB" or "1,4 MB"."""
    unit, words = (1_000_000, "MB") if value >= 999_950 else (1_000, "kB")
    return f"{format_decimal(max(value / unit, 0.1), format='#,##0.#', locale=_locale())}{NBSP}{words}"


def days_between(first: date, last: date) -> int:
    """Whole days from first to last."""
    return (last - first).days


def listing(items: Iterable[str]) -> str:
    """ "a, b och c"."""
    parts = [str(item) for item in items]
    if len(parts) < 2:
        return "".join(parts)
    last = _catalogue().ugettext("och")  # not inside the f-string: pybabel does not look there
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def inline(name: str) -> str:
    """The name of a group inside a sentence, in the language of the page: "äldre", but "Roma" and "HBTQI"."""
    first = name.split(" ", 1)[0]
    return name if first[1:] != first[1:].lower() or (language() == "en" and first in PEOPLES) else name[:1].lower() + name[1:]


def name_all(labels: Mapping[Any, Any]) -> None:
    """Give the members of an enum their words on screen (lazy_gettext). Each domain does it in its labels.py."""
    _labels.update({(type(member), member.value): words for member, words in labels.items()})
    _words.cache_clear()


@functools.cache
def _words(kind: type[enum.StrEnum], value: str, _language: str) -> str:
    return str(_labels[kind, value])


def label(value: enum.StrEnum | None) -> str:
    """The member's words on screen; empty for None."""
    return "" if value is None else _words(type(value), value.value, _locale())


def choices(kind: type[enum.StrEnum]) -> list[tuple[str, Any]]:
    """All members of the enum with their words, for a form field."""
    return [(member.value, _labels[kind, member.value]) for member in kind]


def other_language_url(**query: str) -> str | None:
    """The same page in the other language, for the public pages that have one. `query`: what the page cannot do without."""
    if request.endpoint is None or request.method != "GET" or not _has_english():
        return None
    path = quote(request.path) + (f"?{urlencode(query)}" if query else "")
    return path if language() == "en" else f"/en{path}"


def _has_english() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "access_rule", "") in ("public", "static") or getattr(view, "in_english", False)


def addresses_here() -> dict[str, str]:
    """The whole address of a public page in each language: what is the same page, whatever else stands in the query."""
    if other_language_url() is None:
        return {}
    page = request.args.get("sida", "")
    its_own = f"/kommun/{current_app.config['SETTINGS'].municipality}"  # which is the start page, where it is alone
    path = "/" if request.path == its_own else quote(request.path)
    path += f"?sida={page}" if page.isascii() and page.isdigit() and int(page[:9]) > 1 else ""
    return {"sv": public_origin() + path, "en": f"{public_origin()}/en{path if path != '/' else ''}"}


def absolute(endpoint: str, **values: Any) -> str:
    """A whole address for what leaves the site (feeds, mails, pictures): from SAKRAD_PUBLIC_URL, never from the Host header."""
    return public_origin() + url_for(endpoint, **values)


def public_origin() -> str:
    """https://sakrad.example, without a slash after it: SAKRAD_PUBLIC_URL."""
    return str(current_app.config["SETTINGS"].public_url).rstrip("/")


def init_app(app: Flask) -> None:
    """Babel, the middleware, and the filters that templates use."""
    babel.init_app(app, locale_selector=language)
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.add_extension("jinja2.ext.do")
    # Only looked up: Jinja puts in the values itself, escaped (flask-babel's own would ask for them too early).
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _catalogue().ugettext(message),
        lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )
    remembered = _remembered(app)

    def absolute_for_templates(endpoint: str, **values: Any) -> str:
        return public_origin() + remembered(endpoint, **values)

    def asset(filename: str) -> str:
        """A static file's address, the same in every language, stamped so that it may be cached for ever."""
        return remembered("static", filename=filename, v=app.config["ASSET_VERSION"]).removeprefix("/en")

    app.jinja_env.globals.update(_=_say, gettext=_say, url_for=remembered, absolute=absolute_for_templates, asset=asset)
    app.jinja_env.template_class = Page
    app.jinja_env.filters.update(day=day, month=month, until=until, moment=moment, number=number, ref=ref, listing=listing, label=label)
    app.jinja_env.filters.update(size=size)
    app.jinja_env.filters["readings"] = lambda words, easy=False: readability.shown(words, easy=easy)
    app.jinja_env.filters.update(markdown=text.markdown, breakable=text.breakable, plain=text.plain, month_name=month_name)
    app.jinja_env.globals.update(nbsp=Markup(NBSP))  # noqa: S704 - a constant

    @app.before_request
    def _public_pages_only() -> None:
        """English stands under /en for what the public reads and follows; the workspaces are Swedish."""
        if language() != "sv" and request.endpoint and not _has_english():
            abort(404)

    @app.context_processor
    def _language() -> dict[str, Any]:
        return {
            "lang": language(),
            "other_language_url": other_language_url(),
            "addresses": addresses_here(),
            "now": clock.now(),
            "today": clock.today(),
            "made": {},  # the macros of this page: Page
        }
