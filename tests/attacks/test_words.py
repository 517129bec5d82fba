"""Hostile words in every text that is shown later: they stay words in pages, in the PDF and in the heads of mails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.core import clock, events, text
from sakrad.core.db import db, transaction
from sakrad.notifications import fanout, messages
from sakrad.notifications.models import Mail
from sakrad.positions import receipts
from sakrad.positions.models import ANSWER_LIMIT
from tests import factories as make
from tests.factories import positions as desk

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{# 7*7 #}${7*7}#{7*7}",
    '#read("/etc/passwd") #eval("1+1") $ x^2 $ @cite <label> // */ \\u{0}',
    "[klicka](javascript:alert(1)) ![x](http://evil.example/x.png) <http://evil.example>",
    "Rad\r\nBcc: evil@evil.example\r\n\r\nBrödtext",
    "\u202egnidliw\u2066 e\u0301\u0301\u0301 👩‍👩‍👧‍👦 \ufeff\u200b \U000e0041",
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_words_stay_words_in_pages_and_mails(app: Flask, browse: Any, words: str) -> None:
    line = " ".join(words.split())[:150]
    of = make.consultation(title=line, lead=line, background=words, purpose=words, can_influence=words, inviting_function=line)
    by = make.organisation(verified_in=of.municipality, name=line)
    with transaction():
        of.authority.name = words[:150]  # a crafted form sends line breaks
    version = desk.sent(of, by, words)
    of, version = desk.fresh(of), desk.fresh(version)
    pages = [f"/kommun/{of.municipality.slug}/sakrad/{of.slug}", "/", "/sakrad"]
    staff = [f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}{rest}" for rest in ("", "/svar", f"/svar/{by.slug}")]
    officer, reader = browse(make.user((Role.officer, of.authority))), browse()
    for client, addresses in ((reader, pages), (officer, staff), (browse(desk.member(by)), [desk.desk_url(of, by, "/kvitto")])):
        for address in addresses:
            shown = client.get(address)  # the client of the tests polices scripts, handlers and template code
            assert shown.status_code == 200, address
            assert "<script>alert" not in shown.text and "<img src=x" not in shown.text and 'href="javascript:' not in shown.text
            assert "evil.example/x.png" not in shown.text or 'src="http://evil' not in shown.text
    with transaction():
        later = clock.now() + timedelta(minutes=1)
    fanout.fan_out(later)
    fanout.gather(later)
    mails = [messages.build(number) for number in db.session.scalars(sa.select(Mail.id)).all()]
    assert len(mails) == 2
    for mail in mails:
        heads = mail.as_bytes().partition(b"\n\n")[0]
        assert mail["Bcc"] is None and b"\nBcc:" not in heads
        assert "<script>alert" not in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_words_stay_words_in_the_pdf(app: Flask, words: str) -> None:
    of = make.consultation(title=" ".join(words.split())[:150])
    version = desk.sent(of, make.organisation(verified_in=of.municipality, name=words[:150]), words)
    made = receipts.receipt_pdf(desk.fresh(version))
    assert made.startswith(b"%PDF-") and b"root:x:0" not in made
    assert receipts.is_intact(desk.fresh(version), receipts.nonce_of(version))


def test_an_answer_holds_twenty_thousand_characters_and_not_one_more(app: Flask, browse: Any) -> None:
    of = make.consultation()
    by = make.organisation(verified_in=of.municipality)
    member, url = browse(desk.member(by)), desk.desk_url(of, by)
    full = "å" * ANSWER_LIMIT
    assert member.post(url, data={"q1-version": "0", "q1-text": full + "ö"}).status_code == 422
    answer = member.post(url, data={"q1-version": "0", "q1-text": full})
    assert answer.status_code == 303
    assert full in member.get(url).text


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_markdown_lets_no_script_or_picture_through(words: str) -> None:
    html = str(text.markdown(words))
    assert "<script" not in html and "<img" not in html and 'href="javascript' not in html


def test_no_event_holds_words(app: Flask) -> None:
    of = make.consultation()
    desk.sent(of, make.organisation(verified_in=of.municipality), "HEMLIGAORDET")
    assert "HEMLIGAORDET" not in str([event.data for event in db.session.scalars(sa.select(events.Event))])
