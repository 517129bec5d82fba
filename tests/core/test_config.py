"""Production refuses to start unsafe, and says why."""

from __future__ import annotations

import dataclasses

import pytest

from sakrad import create_app
from sakrad.config import Settings, UnsafeSettings

SAFE = Settings(
    env="production", secret_key="x" * 40, public_url="https://sakrad.example", mail_url="smtp://post.example", database_url="sqlite://"
)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"secret_key": "endast-for-test-byt-mig"}, "SECRET_KEY"),
        ({"secret_key": "kort"}, "SECRET_KEY"),
        ({"debug": True}, "DEBUG"),
        ({"public_url": "http://sakrad.example"}, "https"),
        ({"mail_url": "console:"}, "MAIL_URL"),
        ({"rate_limits": False}, "RATE_LIMITS"),
        ({"env": "staging"}, "SAKRAD_ENV"),
        ({"metrics_token": "kort"}, "METRICS_TOKEN"),
        ({"municipality": "Ekhamra kommun"}, "SAKRAD_MUNICIPALITY"),
        ({"mail_sender": "Ekhamra"}, "MAIL_SENDER"),
        ({"storage_url": "s3://b?endpoint=http%3A//s3.example"}, "STORAGE_URL"),
    ],
    ids=[
        "default_secret",
        "short_secret",
        "debug",
        "http",
        "console_mail",
        "no_limits",
        "unknown_environment",
        "short_token",
        "no_slug",
        "no_sender",
        "http_store",
    ],
)
def test_production_refuses(change: dict[str, object], word: str) -> None:
    with pytest.raises(UnsafeSettings, match=word):
        create_app(dataclasses.replace(SAFE, **change))  # type: ignore[arg-type]


def test_production_refuses_an_unmigrated_database(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.delenv("FLASK_RUN_FROM_CLI", raising=False)
    with pytest.raises(UnsafeSettings, match="not migrated"):
        create_app(dataclasses.replace(SAFE, database_url=f"sqlite:///{tmp_path}/x.sqlite3"))


def test_safe_settings_have_no_faults() -> None:
    assert SAFE.faults() == []


def test_production_cookies_are_secure() -> None:
    flask = SAFE.as_flask()
    assert flask["SESSION_COOKIE_SECURE"] and flask["SESSION_COOKIE_HTTPONLY"] and flask["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_old_postgres_addresses_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAKRAD_DATABASE_URL", "postgres://a@b/c")
    assert Settings.from_environment().database_url == "postgresql://a@b/c"


def test_the_sender_may_have_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAKRAD_MAIL_SENDER", "Ekhamra kommun <sakrad@ekhamra.example>")
    settings = Settings.from_environment()
    assert (settings.mail_sender_name, settings.mail_sender) == ("Ekhamra kommun", "sakrad@ekhamra.example")
