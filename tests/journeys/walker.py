"""A person with a browser without scripts: sees words, follows links and fills in forms as the page shows them.

Nothing here knows an address or a field's name. A form is found by its button, a field by its label (a choice by its legend).
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib

from tests import factories as make
from tests.notifications.postoffice import PostOffice
from tests.policing import PolicingClient

LINK = re.compile(r"https?://\S+")
TICKS = ("radio", "checkbox")


def words(element: Any) -> str:
    """What the element says, on one line; what only stands for screen readers is part of it."""
    return " ".join("".join(element.itertext()).split())


class Walker:
    """Where somebody is, and what can be done there."""

    def __init__(self, client: PolicingClient) -> None:
        self.client = client
        self.url = "/"
        self.status = 0
        self.page: Any = None
        self.file = b""  # what came last, when it was no page

    # ------------------------------------------------------------ going

    def go(self, url: str) -> Walker:
        """Open the address, following redirects."""
        return self._arrive(self.client.get(self._path(url)))

    def follow(self, text: str, nth: int = 0) -> Walker:
        """Click the link that says so (a whole label goes before a part of one)."""
        links = [element for element in self._all("a") if element.get("href")]
        found = [link for link in links if words(link) == text] or [link for link in links if text in words(link)]
        assert len(found) > nth, f"No link says {text!r} at {self.url}. Links: {[words(link) for link in links]}\n{self}"
        return self.go(found[nth].get("href"))

    def press(self, button: str, fill: dict[str, Any] | None = None, nth: int = 0, status: int = 200) -> Walker:
        """Fill in the form that has the button, and press it.

        Args:
            fill: by label: text for a field, the option's words for a select, True or False for a tick box, the chosen
                label (or several) for a group named by its legend.
            status: what the page that comes must answer.
        """
        found = [(form, element) for form in self._all("form") for element in form.iter() if self._is_button(element, button)]
        assert len(found) > nth, f"No button says {button!r} at {self.url}. Buttons: {self._buttons()}\n{self}"
        form, pressed = found[nth]
        filled = self._filled(form, fill or {})
        if pressed.get("name"):
            filled.append((pressed.get("name"), pressed.get("value") or ""))
        action = self._path(pressed.get("formaction") or form.get("action") or self.url)
        data: dict[str, list[str]] = {}
        for name, value in filled:
            data.setdefault(name, []).append(value)
        if (form.get("method") or "get").lower() == "get":
            self._arrive(self.client.get(action, query_string=data))
        else:
            self._arrive(self.client.post(action, data=data))
        assert self.status == status, f"{button!r} led to {self.status} at {self.url}\n{self}"
        return self

    # ------------------------------------------------------------ seeing

    def sees(self, *texts: str) -> Walker:
        """The page says each of these."""
        said = self.text
        for text in texts:
            assert text in said, f"{text!r} is not said at {self.url}\n{self}"
        return self

    def misses(self, *texts: str) -> Walker:
        """The page says none of these."""
        for text in texts:
            assert text not in self.text, f"{text!r} is said at {self.url}\n{self}"
        return self

    @property
    def text(self) -> str:
        return words(next(iter(self._all("main"))))

    @property
    def labels(self) -> list[str]:
        """The labels of all fields, for a failure's message."""
        return [words(element) for element in (*self._all("label"), *self._all("legend"))]

    def __str__(self) -> str:
        return f"--- {self.status} {self.url}\n{self.text}\nfields: {self.labels}\nbuttons: {self._buttons()}\n---"

    # ------------------------------------------------------------ inside

    def _all(self, tag: str) -> list[Any]:
        return [element for element in self.page.iter() if element.tag == tag]

    def _path(self, url: str) -> str:
        parts = urlsplit(urljoin(f"http://127.0.0.1:5000{self.url}", url))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _arrive(self, response: Any) -> Walker:
        for _ in range(5):
            if response.status_code not in (301, 302, 303):
                break
            response = self.client.get(self._path(response.location))
        self.status, self.url = response.status_code, response.request.full_path.rstrip("?")
        if response.mimetype == "text/html":
            self.page = html5lib.parse(response.text, namespaceHTMLElements=False)
        else:
            self.file = response.data
        return self

    @staticmethod
    def _is_button(element: Any, text: str) -> bool:
        return element.tag == "button" and element.get("disabled") is None and re.sub(r"\s+", " ", words(element)).startswith(text)

    def _buttons(self) -> list[str]:
        return [words(element) for element in self._all("button")]

    def _filled(self, form: Any, fill: dict[str, Any]) -> list[tuple[str, str]]:
        """What the form holds, with what is filled in, in its order."""
        fields = [element for element in form.iter() if element.tag in ("input", "textarea", "select") and element.get("name")]
        left = dict(fill)
        chosen = self._chosen(form, left)
        values: list[tuple[str, str]] = []
        for element in fields:
            if element.get("disabled") is not None or element.get("type") in ("submit", "button", "file"):
                continue
            label = self._label(element)
            if element.get("type") in TICKS:
                ticked = chosen.get(id(element), element.get("checked") is not None)
                if label in left and isinstance(left[label], bool):
                    ticked = left.pop(label)
                if ticked:
                    values.append((element.get("name"), element.get("value") or "on"))
            elif label in left:
                values.append((element.get("name"), self._value(element, left.pop(label))))
            else:
                values.append((element.get("name"), self._present(element)))
        assert not left, f"No field for {sorted(left)} at {self.url}. Fields: {self.labels}"
        return values

    def _chosen(self, form: Any, left: dict[str, Any]) -> dict[int, bool]:
        """Which radio buttons and tick boxes of a group are on, for the groups that are filled in."""
        on: dict[int, bool] = {}
        for group in (element for element in form.iter() if element.tag == "fieldset"):
            legend = next((self._plain(words(element)) for element in group.iter() if element.tag == "legend"), "")
            if legend not in left:
                continue
            wanted = left.pop(legend)
            wanted = [wanted] if isinstance(wanted, str) else list(wanted)
            ticks = [element for element in group.iter() if element.tag == "input" and element.get("type") in TICKS]
            assert ticks, f"{legend!r} is no choice at {self.url}"
            on |= {id(element): any(self._label(element).startswith(one) for one in wanted) for element in ticks}
            missing = [one for one in wanted if not any(self._label(element).startswith(one) for element in ticks)]
            assert not missing, f"{legend!r} does not offer {missing}: {[self._label(element) for element in ticks]}"
        return on

    def _label(self, element: Any) -> str:
        for label in self._all("label"):
            if (element.get("id") and label.get("for") == element.get("id")) or element in list(label.iter()):
                return self._plain(words(label))
        return element.get("aria-label") or ""

    @staticmethod
    def _plain(label: str) -> str:
        return label.replace("(valfritt)", "").strip()

    def _value(self, element: Any, wanted: Any) -> str:
        if element.tag != "select":
            return str(wanted)
        for option in (each for each in element.iter() if each.tag == "option"):
            if words(option) == wanted:
                return str(option.get("value") or "")
        raise AssertionError(f"{wanted!r} is not offered: {[words(each) for each in element.iter() if each.tag == 'option']}")

    @staticmethod
    def _present(element: Any) -> str:
        if element.tag == "textarea":
            return "".join(element.itertext()).removeprefix("\n")
        if element.tag == "select":
            options = [each for each in element.iter() if each.tag == "option"]
            on = next((each for each in options if each.get("selected") is not None), options[0] if options else None)
            return "" if on is None else on.get("value") or ""
        return element.get("value") or ""


def sign_in(person: Walker, email: str) -> None:
    """By the form, with the password that everybody has in tests."""
    person.go("/logga-in").press("Logga in", {"E-postadress": email, "Lösenord": make.PASSWORD})


def link_in(post: PostOffice, to: str, path: str) -> str:
    """The latest link to such a page in the mails to the address."""
    links = [
        link.rstrip(".,>)")
        for mail in post.mails
        if mail["To"] == to
        for link in LINK.findall(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        if path in link
    ]
    assert links, f"No link to {path} in the mails to {to}: {[(mail['To'], mail['Subject']) for mail in post.mails]}"
    return links[-1]
