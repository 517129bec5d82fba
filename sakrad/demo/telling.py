"""What is written for those who read another language, and who follows what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from sakrad.accounts.models import User
from sakrad.consultations.commands.versions import VersionWords, withdraw_version, write_version
from sakrad.consultations.models import ContentAbout, ContentLanguage
from sakrad.consultations.queries_versions import find_version
from sakrad.core.db import db
from sakrad.demo.loader import Cast
from sakrad.demo.scenes import Here, play
from sakrad.notifications import commands_following as following
from sakrad.notifications.models import Rhythm
from sakrad.notifications.targets import Target, get_target


def tell(cast: Cast, told: dict[str, Any]) -> None:
    """The versions, and the followers with and without an account."""
    play(cast, told["scenes"], STEPS)
    for one in told["followers"]:
        _follow(cast, one)
    for one in told["accounts"]:
        user = db.session.scalars(sa.select(User).where(User.email == one["email"])).one()
        for followed in one["follows"]:
            following.follow_as(user, _target(followed), at=cast.moment(one["day"]))


def _version(here: Here) -> None:
    """Written anew, or for the first time."""
    step = here.step
    about, language = ContentAbout(step.get("about", "consultation")), ContentLanguage(step["language"])
    known = find_version(here.consultation, about, language)
    questions = tuple((number, text) for number, text in step.get("questions", ()))
    words = VersionWords(step["title"], step["lead"], step["text"].strip(), questions, step["made_by"])
    values = {"words": words, "seen_version": known.version if known else 0, "publish": step["publish"]}
    write_version(here.consultation, about, language, **values, actor=here.officer, at=here.at)


def _withdraw(here: Here) -> None:
    version = find_version(here.consultation, ContentAbout(here.step["about"]), ContentLanguage(here.step["language"]))
    assert version is not None, here.step
    withdraw_version(version, actor=here.officer, at=here.at)


def _follow(cast: Cast, told: dict[str, Any]) -> None:
    """Somebody who has only an address: asked, confirmed by the mail's button, ended."""
    at = cast.moment(told["day"])
    for name in told.get("unconfirmed", ()):
        following.ask_to_follow(_target(name), email=told["email"], at=at)
    for name in [*told.get("follows", ()), *told.get("ended", ())]:
        follow = following.ask_to_follow(_target(name), email=told["email"], at=at)
        assert follow is not None, "the story asks for more than an address may be asked in a day"
        following.start_following(follow, actor=None, at=at)
        following.set_rhythm(follow.subscriber, Rhythm(told["rhythm"]), actor=None, at=at)
        if name in told.get("ended", ()):
            following.end_follow(follow, actor=None, at=cast.moment(-5))


def _target(name: str) -> Target:
    kind, _colon, ref = name.partition(":")
    return get_target(kind, ref)


STEPS: dict[str, Callable[[Here], None]] = {"version": _version, "withdraw": _withdraw}
