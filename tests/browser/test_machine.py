"""The check of a machine in a real browser, three ways: this very machine, plain http, https under a name of the LAN."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from exambank.db import db
from exambank.sittings.models import Machine

pytestmark = pytest.mark.browser


def stored() -> Machine:
    db.session.rollback()
    return db.session.query(Machine).one()


def test_a_machine_measures_itself_and_is_judged_by_what_the_connection_allows(site_each_way, way):
    page = site_each_way.page(None)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/machine")
    expect(page.locator("[data-checked]")).to_have_count(1)
    page.get_by_label("Tên").or_(page.get_by_label("Name of this machine")).first.fill("Máy 07")
    page.locator("#place").fill("Phòng máy 1")
    page.locator("[data-check-button]").click()
    expect(page.locator("h1")).to_contain_text("Máy 07")
    machine = stored()
    report = machine.report
    assert machine.is_fit, report
    assert [report[name] for name in ("script", "storage", "fonts")] == [True] * 3
    assert abs(report["clock_ms"]) < 2000
    assert report["round_trip_ms"] < 2000
    is_protected = way != "http"
    assert (report["secure"], report["worker"], report["crypto"]) == (is_protected,) * 3
    assert report["http"] == (way != "https")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
    assert [one["id"] for one in found] == []
    page.reload()
    expect(page.locator("#name")).to_have_value("Máy 07")
