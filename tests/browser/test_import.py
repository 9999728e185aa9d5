"""A lecturer brings in two Word files: a conflict of key signs is settled by hand, a question mended, some taken over."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from exambank import jobs
from exambank.bank.models import Item, ItemVersion
from exambank.db import db
from tests.interchange.word_read.factory import docx, par, run

pytestmark = pytest.mark.browser

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def question(number: int, words: str, *options: tuple) -> str:
    """A question with an option a line; each option is (words, looks)."""
    lines = [par(run(f"Câu {number}. {words}"))]
    lines += [par(run(f"{letter}. {text}", *looks)) for letter, (text, *looks) in zip("ABCD", options, strict=False)]
    return "".join(lines)


def two_signs() -> bytes:
    """Underlining and red contradict each other in the second question."""
    return docx(
        question(1, "Thủ đô của Việt Nam?", ("Huế",), ("Hà Nội", "underline", "red"), ("Vinh",)),
        question(2, "Đảng ra đời năm nào?", ("1928",), ("1929", "underline"), ("1930", "red")),
        question(3, "Sông dài nhất chảy qua Hà Nội?", ("Sông Hồng", "underline", "red"), ("Sông Mã",), ("Sông Lam",)),
    )


def bold_keys() -> bytes:
    """The second question has no key."""
    return docx(
        question(1, "Một cộng một bằng mấy?", ("1",), ("2", "bold"), ("3",)),
        question(2, "Hai cộng hai bằng mấy?", ("3",), ("4",), ("5",)),
        question(3, "Ba cộng ba bằng mấy?", ("6", "bold"), ("7",), ("8",)),
    )


@pytest.fixture
def page(site):
    page = site.page("nguyet")
    page.on("console", lambda message: message.type == "error" and site.complaints.append(message.text))
    return page


def hand_in(page, name: str, body: bytes) -> None:
    """Choose the file; the worker reads it while the page waits."""
    page.goto("/interchange/bank")
    page.set_input_files("#file", {"name": name, "mimeType": WORD, "buffer": body})
    page.locator("main form button.is-primary").click()
    page.wait_for_url("**/batches/*")
    expect(page.locator("#import-progress")).to_be_visible()
    let_the_worker_read()
    expect(page.locator("#accept")).to_be_visible()


def let_the_worker_read() -> None:
    db.session.rollback()
    jobs.run_due()
    db.session.rollback()


def findings(page) -> list:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:120]) for one in found]


def keys() -> dict[str, list[str]]:
    """The right options of every item that came in, by the first words of its text."""
    db.session.rollback()
    db.session.expire_all()
    return {
        version.stem[:12]: [one["html"] for one in version.content["options"] if one["is_key"]]
        for version in db.session.query(ItemVersion).join(Item, Item.current_version_id == ItemVersion.id)
        if version.search_key.split(" ", 1)[1].startswith(("thu do", "dang ra", "song", "mot", "hai cong", "ba cong"))
    }


def test_a_conflict_of_signs_is_settled_by_hand(site, page):
    site.app.config["READ_FILES_APART"] = True  # as in the real application
    hand_in(page, "đề cũ.docx", two_signs())
    card = page.locator("#conventions")
    expect(card.locator("input[value=underline]")).to_be_checked()
    expect(page.locator("#entry-2 .eb-entry-problems")).to_be_visible()
    expect(page.locator("#entry-2 .is-key")).to_contain_text("1929")
    card.locator("input[value=red]").check()
    card.locator("button").click()
    expect(page.locator("#import-progress")).to_be_visible()
    let_the_worker_read()
    expect(page.locator("#entry-2 .is-key")).to_contain_text("1930")
    expect(page.locator("#entry-2 .eb-evidence")).to_contain_text("100")
    page.locator("#batch-form button.is-primary").click()
    page.wait_for_load_state()
    assert keys() == {"Thủ đô của V": ["Hà Nội"], "Đảng ra đời ": ["1930"], "Sông dài nhấ": ["Sông Hồng"]}


def test_a_question_is_mended_in_the_preview_and_some_are_taken(page):
    hand_in(page, "toán.docx", bold_keys())
    entry = page.locator("#entry-2")
    expect(entry.locator(".eb-entry-problems")).to_be_visible()
    entry.locator(".eb-entry-acts a").click()
    page.wait_for_url("**/entries/2")
    checks = page.locator("[data-live=checks]")
    before = checks.inner_text()
    page.locator("[data-rows=options] [data-key]").nth(1).check()
    expect(checks).not_to_have_text(before)
    stem = page.locator("[role=textbox]").first
    stem.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Chọn một.")
    expect(page.locator("[data-live=preview]")).to_contain_text("Chọn một.")
    page.locator("#item-form button.is-primary").click()
    page.wait_for_url("**#entry-2")
    expect(page.locator("#entry-2 .eb-mended")).to_be_visible()
    expect(page.locator("#entry-2 .is-key")).to_contain_text("4")
    page.locator("#entry-3 .eb-entry-acts button").click()
    page.wait_for_url("**#entry-3")
    expect(page.locator("#entry-3")).to_have_class("eb-card eb-entry is-accepted is-left-out")
    page.locator("#batch-form button.is-primary").click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("Câu 3")  # told as left out
    assert keys() == {"Một cộng một": ["2"], "Hai cộng hai": ["4"]}


@pytest.mark.parametrize("width", [1366, 360])
def test_the_pages_of_an_import_hold_no_barrier(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/interchange/bank")
    assert findings(page) == []
    hand_in(page, "đề cũ.docx", two_signs())
    batch = page.url.partition("#")[0]
    for address in (batch, f"{batch}/entries/2"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(batch)
    page.locator("#batch-form button.is-primary").click()
    page.wait_for_load_state()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
