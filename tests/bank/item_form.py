"""Reads the item's form out of a page as a browser without script would send it."""

from html.parser import HTMLParser

from sqlalchemy import select

from exambank.bank import service
from exambank.bank.models import Item
from exambank.db import db


class _FormReader(HTMLParser):
    """Collects names and values inside the form called ``item-form``; what stands in a <template> is not there."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}
        self.buttons: list[str] = []
        self._is_inside = False
        self._templates = 0
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self._is_inside = given.get("id") == "item-form"
        if tag == "template":
            self._templates += 1
        is_ours = self._is_inside or given.get("form") == "item-form"
        if tag == "button" and given.get("name") == "go" and is_ours and not self._templates:
            self.buttons.append(given["value"])
        if not self._is_inside or self._templates:
            return
        name = given.get("name")
        if tag == "input" and name and given.get("type") != "file":
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.values[name] = given.get("value") or ""
        elif tag == "textarea":
            self._area, self.values[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.values):
            self.values[self._select] = given.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self._is_inside = False
        elif tag == "template":
            self._templates -= 1
        elif tag == "textarea" and self._area:
            self.values[self._area] = self.values[self._area].removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._area:
            self.values[self._area] += data


def read_form(page: str) -> dict[str, str]:
    """Names and values as the form would be posted."""
    reader = _FormReader()
    reader.feed(page)
    assert reader.values, "the page has no item form"
    return reader.values


def buttons_of(page: str) -> list[str]:
    """The values of the form's buttons, wherever they stand."""
    reader = _FormReader()
    reader.feed(page)
    return reader.buttons


def new_url(people) -> str:
    return f"/bank/modules/{people.module.public_id}/items/new"


def edit_url(item) -> str:
    return f"/bank/items/{item.public_id}/edit"


def last_item() -> Item | None:
    """The item written last."""
    db.session.expire_all()
    return db.session.scalar(select(Item).order_by(Item.id.desc()).limit(1))


def newest(item):
    """Its newest text as it stands now."""
    db.session.expire_all()
    return service.get_newest_version(item)


def press(client, page: str, url: str, go: str, **changes: str):
    """Type the changes into a page's form and press one of its buttons; a button that is not there is an error."""
    assert go in buttons_of(page), f"no button {go}"
    return client.post(url, data=read_form(page) | changes | {"go": go})
