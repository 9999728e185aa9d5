"""The marking page in a real browser: points by keyboard, kept while they are given, finished with Enter."""

import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from exambank import create_app
from exambank.db import db
from exambank.marking import service
from exambank.marking.models import Script
from tests.browser.conftest import CONFIG, Site, fill_school
from tests.browser.server import serving
from tests.marking.test_scripts import make_written

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def marking_template(sqlite_template, tmp_path_factory):
    return fill_school(sqlite_template, tmp_path_factory.mktemp("marking"), make_written)


@pytest.fixture
def site(instance, marking_template, new_context):
    shutil.copy(marking_template, instance / "exambank.sqlite")
    app = create_app(CONFIG)
    with app.app_context(), serving(app) as server:
        site = Site(app, server, f"http://127.0.0.1:{server.port}", new_context)
        yield site
        assert site.complaints == []
        db.session.remove()
        db.engine.dispose()


def scripts() -> list[Script]:
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Script).order_by(Script.id).all()


def test_two_answers_are_marked_without_a_mouse(site):
    page = site.context("cham").new_page()
    exam = scripts()[0].exam.public_id
    page.goto(f"/marking/scripts/{exam}")
    page.locator("ol.eb-tasks button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/scripts/[^/]+/\w{6}$"))
    first = page.url
    findings = [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    assert findings == []

    page.keyboard.press("u")  # not sure: the other one first
    page.wait_for_url(lambda url: "/scripts/" in url and url != first)
    page.keyboard.press("4")  # 1 point, then the next row
    page.keyboard.press("2")
    page.keyboard.press("ArrowRight")  # from nothing to 0
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-total]")).to_have_text("1,75")
    expect(page.locator("[data-kept] .eb-square")).to_have_class("eb-square is-full")
    page.locator("#comment").focus()
    page.keyboard.type("u 4 ?")  # keys are letters here
    page.locator("[data-row] input").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(first)
    done = [script for script in scripts() if script.state == "finished"]
    assert [(str(script.points.normalize()), script.comment) for script in done] == [("1.75", "u 4 ?")]

    page.keyboard.press("?")
    page.locator("[data-shortcuts]").uncheck()
    page.locator("[data-row] input").first.focus()
    page.keyboard.press("u")
    assert page.url == first
    assert service.open_scripts(done[0].exam).scripts == 1
