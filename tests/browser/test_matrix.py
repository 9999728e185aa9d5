"""The matrix in a real browser: typed by keyboard, found short, mended with one click, undone, saved."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from exambank import create_app
from exambank.assembly import service
from exambank.assembly.models import ExamBlueprint
from exambank.courses.models import CourseModule
from exambank.db import db
from tests.assembly.factories import fill_bank
from tests.browser.conftest import CONFIG, Site, fill_school
from tests.browser.server import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def matrix_template(sqlite_template, tmp_path_factory):
    """Ten accepted questions: of the first topic at the first level, of the second at the second, and so on."""
    return fill_school(sqlite_template, tmp_path_factory.mktemp("matrix"), lambda people: fill_bank(people, 30))


@pytest.fixture
def site(instance, matrix_template, new_context):
    shutil.copy(matrix_template, instance / "exambank.sqlite")
    app = create_app(CONFIG)
    with app.app_context(), serving(app) as server:
        site = Site(app, server, f"http://127.0.0.1:{server.port}", new_context)
        yield site
        assert site.complaints == []
        db.session.remove()
        db.engine.dispose()


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
    ]


def place(page: Page, topic: int, level: int):
    return page.locator("[data-grid] tbody tr").nth(topic).locator("td.eb-place").nth(level)


def number(page: Page, topic: int, level: int):
    return place(page, topic, level).locator("input[data-row]")


def is_wide_as_the_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_matrix_is_typed_found_short_mended_undone_and_saved(site):
    page = site.page("nguyet", viewport={"width": 1366, "height": 900})
    module = db.session.query(CourseModule).filter_by(code="XDD").one()
    page.goto(f"/assembly/modules/{module.public_id}/new")
    page.locator("#name").fill("Ma trận gõ tay")

    # one tab stop, arrows move, digits change
    assert page.locator('[data-grid] input[tabindex="0"]').count() == 1
    number(page, 0, 0).focus()
    page.keyboard.type("3")
    expect(page.locator('[data-sum="whole"]')).to_have_text("3")
    page.keyboard.press("ArrowDown")
    expect(number(page, 1, 0)).to_be_focused()
    page.keyboard.type("2")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("12")
    page.keyboard.press("Backspace")
    expect(number(page, 1, 1)).to_have_value("1")
    expect(page.locator('[data-sum="whole"]')).to_have_text("6")
    expect(page.locator('[data-sum="row"]').nth(1)).to_have_text("3")
    expect(page.locator('[data-sum="column"]').first).to_have_text("5")
    expect(page.locator('[data-total="points"]')).to_have_text("1,5")
    page.keyboard.type("a")  # letters are no numbers
    expect(number(page, 1, 1)).to_have_value("1")

    # found short at once: the cell, the sentence, and aloud once after a pause
    expect(place(page, 1, 0).locator(".eb-matrix-cell")).to_have_class("eb-matrix-cell is-none")
    expect(page.locator("[data-verdict] li")).to_have_count(1)
    expect(page.locator("[data-said]")).not_to_be_empty()
    assert serious(page) == []

    # mended by one click, taken back and done again by keyboard
    page.locator("[data-move]").click()
    expect(number(page, 0, 0)).to_have_value("5")
    expect(number(page, 1, 0)).to_have_value("")
    expect(page.locator("[data-verdict] .is-crossed")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(number(page, 0, 0)).to_have_value("3")
    expect(number(page, 1, 0)).to_have_value("2")
    page.keyboard.press("Control+y")
    expect(number(page, 0, 0)).to_have_value("5")

    # the details of the chosen cell
    number(page, 0, 0).focus()
    page.keyboard.press("F2")
    entry = page.locator("fieldset[data-entry]:visible")
    expect(entry).to_have_count(1)
    expect(entry.locator("select").first).to_be_focused()
    entry.locator("textarea").fill("Nêu được các nguyên tắc")
    entry.locator('input[name$="-points"]').fill("1")
    expect(page.locator('[data-total="points"]')).to_have_text("5,25")
    page.keyboard.press("Escape")
    expect(number(page, 0, 0)).to_be_focused()
    page.locator("[data-add-entry]").click()
    extra = page.locator('fieldset[data-kind="other"]:visible')
    extra.locator('input[name$="-count"]').fill("2")
    expect(place(page, 0, 0).locator("[data-extra]")).to_be_visible()
    expect(page.locator('[data-sum="row"]').first).to_have_text("7")

    page.set_viewport_size({"width": 360, "height": 780})
    assert is_wide_as_the_screen(page)
    assert serious(page) == []
    page.locator(".eb-blueprint-side button[value=save]").click()
    page.wait_for_url(lambda url: "/blueprints/" in url)
    assert is_wide_as_the_screen(page)
    db.session.rollback()
    cells = service.specs_of(db.session.query(ExamBlueprint).one())
    assert [(one.count, str(one.points.normalize()), one.requirement) for one in cells] == [
        (5, "1", "Nêu được các nguyên tắc"), (2, "0.25", ""), (1, "0.25", ""),
    ]  # fmt: skip


def test_an_ended_sign_in_costs_nothing_that_was_typed(site):
    page = site.page("nguyet", viewport={"width": 1366, "height": 900})
    module = db.session.query(CourseModule).filter_by(code="XDD").one()
    page.goto(f"/assembly/modules/{module.public_id}/new")
    page.locator("#name").fill("Gõ lâu")
    number(page, 0, 0).fill("3")
    page.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    lost = page.locator('[data-lost="signed-out"]')
    expect(lost).to_be_focused()
    expect(lost.locator("a")).to_have_attribute("target", "_blank")
    site.sign_in(page.context, "nguyet")  # in another tab
    number(page, 0, 0).focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "/blueprints/" in url)
    db.session.rollback()
    blueprint = db.session.query(ExamBlueprint).one()
    assert (blueprint.name, [one.count for one in blueprint.cells]) == ("Gõ lâu", [3])


def test_codes_are_shown_as_they_will_be(site):
    page = site.page("nguyet", viewport={"width": 360, "height": 780})
    module = db.session.query(CourseModule).filter_by(code="XDD").one()
    page.goto(f"/assembly/modules/{module.public_id}/new")
    page.locator("#name").fill("Mã đề")
    number(page, 0, 0).fill("4")
    page.locator(".eb-blueprint-side button[value=save]").click()
    page.wait_for_url(lambda url: "/blueprints/" in url)
    page.goto(page.url + "/demands")
    assert serious(page) == []
    assert is_wide_as_the_screen(page)
    page.locator("#code_start").fill("132")
    page.locator("#code_step").fill("77")
    expect(page.locator("[data-code-preview]")).to_have_text("132, 209, 286, 363, 440, 517")
    page.locator("#code_step").fill("0")
    expect(page.locator("[data-code-preview]")).to_have_text("–")
