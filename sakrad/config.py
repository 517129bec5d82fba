"""Settings, all from the environment, all with a safe default for trying out.

Production refuses to start with anything unsafe: see `Settings.faults`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024 * 1024
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
DEFAULT_SECRET = "endast-for-test-byt-mig"  # noqa: S105 - named as a default so that production can refuse it


class UnsafeSettings(RuntimeError):
    """Production was asked to start with settings that are only fit for trying out."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. `env` is development or production."""

    env: str = "development"
    database_url: str = field(default_factory=lambda: f"sqlite:///{ROOT / 'instance' / 'sakrad.sqlite3'}")
    storage_url: str = field(default_factory=lambda: f"file://{ROOT / 'instance' / 'files'}")
    secret_key: str = DEFAULT_SECRET
    public_url: str = "http://127.0.0.1:5000"
    mail_url: str = "console:"
    mail_sender: str = "sakrad@sakrad.example"
    mail_sender_name: str = ""  # instead of the municipality's, in every mail
    municipality: str = ""  # slug: the one municipality that this installation is for (pages/alone.py)
    site_name: str = ""  # instead of "Sakråd" in the mark, titles and mails
    metrics_token: str = ""  # what /metrics asks for; without it there is no such page
    cache_bytes: int = 32 * MEGABYTE  # of public pages kept in each process (core/cache.py); 0 keeps none
    proxies: int = 0
    debug: bool = False
    rate_limits: bool = True

    @classmethod
    def from_environment(cls) -> Self:
        """Read SAKRAD_* (and PORT for the default public address)."""
        read = os.environ.get
        defaults = cls()
        port = read("PORT", "5000")
        name, address = parseaddr(read("SAKRAD_MAIL_SENDER", defaults.mail_sender))
        return cls(
            env=read("SAKRAD_ENV", "development"),
            database_url=_driver(read("SAKRAD_DATABASE_URL", defaults.database_url)),
            storage_url=read("SAKRAD_STORAGE_URL", defaults.storage_url),
            secret_key=read("SAKRAD_SECRET_KEY", DEFAULT_SECRET),
            public_url=read("SAKRAD_PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            mail_url=read("SAKRAD_MAIL_URL", "console:"),
            mail_sender=address,
            mail_sender_name=name,
            municipality=read("SAKRAD_MUNICIPALITY", "").strip(),
            site_name=read("SAKRAD_SITE_NAME", "").strip(),
            metrics_token=read("SAKRAD_METRICS_TOKEN", ""),
            cache_bytes=int(float(read("SAKRAD_CACHE_MB", "32")) * MEGABYTE),
            proxies=int(read("SAKRAD_PROXIES", "0")),
            debug=read("FLASK_DEBUG", "") not in ("", "0", "false"),
            rate_limits=read("SAKRAD_RATE_LIMITS", "on") != "off",
        )

    @property
    def production(self) -> bool:
        return self.env == "production"

    def faults(self) -> list[str]:
        """Why production must not start with these settings; empty outside production."""
        if self.env not in ("development", "production"):
            return [f"SAKRAD_ENV must be development or production, not {self.env!r}."]
        faults = []
        if self.municipality and not SLUG.fullmatch(self.municipality):
            faults.append("SAKRAD_MUNICIPALITY must be as in the address /kommun/<…>: small letters, digits and hyphens.")
        if "@" not in self.mail_sender:
            faults.append("SAKRAD_MAIL_SENDER must be an address, or a name and an address: Ekhamra kommun <sakrad@ekhamra.example>.")
        if not self.production:
            return faults
        if self.secret_key == DEFAULT_SECRET or len(self.secret_key) < 32:
            faults.append("SAKRAD_SECRET_KEY must be set to at least 32 random characters.")
        if self.debug:
            faults.append("FLASK_DEBUG must be off.")
        if urlsplit(self.public_url).scheme != "https":
            faults.append("SAKRAD_PUBLIC_URL must start with https://.")
        if self.storage_url.startswith("s3:") and "http://" in unquote(urlsplit(self.storage_url).query).lower():
            faults.append("SAKRAD_STORAGE_URL must name an endpoint that starts with https://: people's files go there.")
        if self.mail_url == "console:":
            faults.append("SAKRAD_MAIL_URL must name an SMTP server.")
        if not self.rate_limits:
            faults.append("SAKRAD_RATE_LIMITS must be on.")
        if self.metrics_token and len(self.metrics_token) < 24:
            faults.append("SAKRAD_METRICS_TOKEN must be at least 24 random characters.")
        return faults

    def refuse_if_unsafe(self) -> None:
        """Raise `UnsafeSettings` naming every fault."""
        if faults := self.faults():
            raise UnsafeSettings("Sakråd does not start:\n- " + "\n- ".join(faults))

    def as_flask(self) -> dict[str, Any]:
        """The same settings in the keys that Flask and its extensions read."""
        engine: dict[str, Any] = {}
        if self.database_url.startswith("postgresql"):
            # PostgreSQL would compile the pages' queries, or start processes for them, which takes longer than running them.
            engine = {"connect_args": {"options": "-c jit=off -c max_parallel_workers_per_gather=0"}}
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": engine,
            "SESSION_COOKIE_NAME": "sakrad",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.public_url.startswith("https://"),
            "PERMANENT_SESSION_LIFETIME": 60 * 60 * 12,
            "WTF_CSRF_TIME_LIMIT": None,  # tokens live as long as the session: a form written all evening still sends
            "MAX_CONTENT_LENGTH": 21 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
            "MAX_FORM_PARTS": 2000,
            "RATELIMIT_ENABLED": self.rate_limits,
            "BABEL_DEFAULT_LOCALE": "sv",
            "BABEL_DEFAULT_TIMEZONE": "Europe/Stockholm",
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "sakrad" / "translations"),
        }


def _driver(url: str) -> str:
    """SQLAlchemy refuses `postgres://`, which many hosts hand out."""
    return "postgresql://" + url.removeprefix("postgres://") if url.startswith("postgres://") else url
