"""From released papers to the room: sealed for three holders, rehearsed, opened by two people at two machines."""

from datetime import timedelta
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from exambank import clock, create_app
from exambank.assembly import service as assembly
from exambank.assembly.rules import CellSpec
from exambank.db import db
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.sittings.models import Sitting
from tests.assembly.factories import fill_bank, make_blueprint, make_paper_set
from tests.assembly.sealing import holders_of, make_holders, phrase
from tests.browser.candidate import choose, enter, expect_saved
from tests.browser.conftest import CONFIG
from tests.browser.school import Room
from tests.exams.factories import make_listed_exam
from tests.people import People, actor_of

pytestmark = pytest.mark.browser


@pytest.fixture
def app(instance, sqlite_template):
    """A school of its own: what waits at the desk is closed with this very server's key file."""
    (instance / "exambank.sqlite").write_bytes(sqlite_template.read_bytes())
    app = create_app(CONFIG)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def people(app):
    """Four papers dealt, three people with keys, an exam that starts soon and lacks nothing but its papers."""
    people = People.build()
    fill_bank(people, 16)
    make_holders(*holders_of(people))
    make_paper_set(people, 4, blueprint=make_blueprint(people, [CellSpec(count=8, points=Decimal("0.25"))]))
    exam = make_listed_exam(people, starts_in=timedelta(minutes=14), room_names=["Phòng máy 1"])
    exams.assign_invigilators(
        actor=actor_of(people.officer), now=clock.now(), room=exam.rooms[0], users=[people.invigilator]
    )
    return people


def submit(page: Page) -> None:
    page.locator("main form .eb-submit-row button[type=submit]").first.click()


def expect_sound(page: Page) -> None:
    """No fault that axe finds, and nothing wider than a phone."""
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1280, "height": 800})


def test_papers_are_sealed_rehearsed_and_opened_by_two_people_and_the_exam_begins(site, people):
    paper_set = assembly.list_waiting_sets(actor_of(people.head))[0]
    exam = db.session.query(Exam).one()
    names = [user.full_name for user in holders_of(people)]

    head = site.page(people.head.username)
    head.goto(f"/assembly/sets/{paper_set.public_id}/approve")
    expect_sound(head)
    head.locator("input[name=mode][value=holders]").check()
    for name in names:
        head.get_by_label(name).check()
    submit(head)
    head.wait_for_url(f"**/assembly/sets/{paper_set.public_id}")
    expect(head.locator("#seal .is-ticked")).to_be_visible()

    officer = site.page(people.officer.username)
    officer.goto(f"/exams/{exam.public_id}/papers")
    submit(officer)
    officer.wait_for_url(f"**/exams/{exam.public_id}")
    officer.locator("form[action$='/ready'] button").click()
    officer.locator("dialog button[value=yes]").click()
    expect(officer.locator("form[action$='/ready']")).to_have_count(0)
    seal_url = officer.locator("a[href*='/assembly/seals/']").first.get_attribute("href")

    invigilator = site.page(people.invigilator.username)
    invigilator.goto(f"/room/{exam.rooms[0].public_id}")
    invigilator.locator("#code").fill(exam.session_code)
    submit(invigilator)
    expect(invigilator.locator("#code-error")).to_be_visible()

    officer.goto(f"{seal_url}/rehearse")
    expect_sound(officer)
    officer.locator("#passphrase").fill(phrase(people.officer))
    officer.locator("#second").select_option(people.leader.public_id)
    officer.locator("#second_passphrase").fill(phrase(people.leader))
    submit(officer)
    officer.wait_for_url(f"**{seal_url}")
    expect_sound(officer)

    officer.goto(f"{seal_url}/open")
    officer.locator("#passphrase").fill(phrase(people.officer))
    submit(officer)
    officer.wait_for_url(f"**{seal_url}")
    leader = site.page(people.leader.username)
    leader.goto("/")
    leader.locator(f"a[href='{seal_url}/open']").click()
    expect(leader.locator("main")).to_contain_text(people.officer.full_name)
    leader.locator("#passphrase").fill(phrase(people.leader))
    submit(leader)
    leader.wait_for_url(f"**{seal_url}")
    expect(leader.locator("main")).to_contain_text(f"{people.officer.full_name}")

    invigilator.locator("#code").fill(exam.session_code)
    submit(invigilator)
    invigilator.wait_for_url(f"**/room/{exam.rooms[0].public_id}*")
    db.session.rollback()
    clock.shift(timedelta(minutes=15))
    sitting = db.session.query(Sitting).filter_by(user_id=people.learner.id).one()
    candidate = enter(site.page(people.learner.username), Room(exam.session_code, sitting.public_id))
    choose(candidate, 1)
    expect_saved(candidate, 1)
    clock.shift(timedelta())
