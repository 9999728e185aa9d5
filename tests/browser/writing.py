"""The page on which an item is written, as the tests of the editor use it."""

import base64

from playwright.sync_api import expect

from exambank.bank import service
from exambank.bank.models import Item
from exambank.courses.models import CourseModule
from exambank.db import db
from tests.bank.factories import png


class Writing:
    """The page of the editor, and what a test does on it."""

    def __init__(self, site, username="nguyet", item=None, kind="single_choice", context=None, **options):
        self.context = context or site.context(username, **options)
        self.page = self.context.new_page()
        self.open(item, kind)

    def open(self, item=None, kind="single_choice"):
        module = db.session.query(CourseModule).filter_by(code="XDD").one().public_id
        path = f"/bank/items/{item.public_id}/edit" if item else f"/bank/modules/{module}/items/new?kind={kind}"
        self.page.goto(path)
        expect(self.page.locator("#live")).to_be_visible()

    @property
    def stem(self):
        return self.page.locator(".eb-rich:has(+ #stem) .eb-rich-text")

    @property
    def options(self):
        return self.page.locator("[data-rows=options] > [data-row]")

    def option(self, place):
        return self.options.nth(place).locator(".eb-rich-text").first

    def value(self, name="stem"):
        """What the form would post."""
        return self.page.locator(f"[name='{name}']").input_value()

    def values(self):
        return [self.value(f"options-{place}-text") for place in range(self.options.count())]

    def type(self, text):
        self.page.keyboard.type(text)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def tool(self, name):
        return self.page.locator(f".eb-tool.is-{name}")

    def paste(self, html="", text="", target=None):
        """What the browser does when something is pasted."""
        (target or self.stem).evaluate(
            """(node, [html, text]) => {
              const data = new DataTransfer();
              if (html) data.setData("text/html", html);
              data.setData("text/plain", text || "words");
              node.focus();
              node.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
            }""",
            [html, text],
        )

    def drop_picture(self, target=None):
        body = base64.b64encode(png(40, 30)).decode()
        (target or self.stem).evaluate(
            """(node, body) => {
              const bytes = Uint8Array.from(atob(body), letter => letter.charCodeAt(0));
              const data = new DataTransfer();
              data.items.add(new File([bytes], "so-do.png", {type: "image/png"}));
              const box = node.getBoundingClientRect();
              const at = {clientX: box.left + 20, clientY: box.top + 20};
              node.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true, ...at}));
            }""",
            body,
        )

    @property
    def dialog(self):
        return self.page.locator("dialog[open]")

    def expect_kept(self):
        expect(self.page.locator("[data-typing-state].is-kept")).to_be_visible()
        db.session.rollback()

    def save(self):
        self.page.locator(".eb-submit-row [name=go][value=save]").click()
        self.page.wait_for_url("**/bank/items/*")
        db.session.rollback()


def newest():
    db.session.rollback()
    return service.get_newest_version(db.session.query(Item).order_by(Item.id.desc()).first())
