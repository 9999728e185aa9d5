"""A sitting in a real browser, from the cover to the receipt."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.candidate import (
    EMPTY,
    banner,
    cell,
    choose,
    enter,
    expect_receipt,
    expect_saved,
    go,
    hand_in,
    ready,
    until,
)
from tests.browser.school import QUESTIONS, pass_time

pytestmark = pytest.mark.browser


def test_a_candidate_enters_with_the_code_answers_all_four_kinds_and_hands_in(site_each_way, room):
    page = enter(site_each_way.page(), room)
    single, several = room.number_of("single_choice"), room.number_of("multiple_choice")
    plain, cluster = room.number_of("true_false"), room.number_of("true_false_cluster")
    expect(cell(page, single)).to_have_class(EMPTY)

    choose(page, single, 1)
    choose(page, several, 0)
    choose(page, several, 2)
    choose(page, plain, 1)
    rows = go(page, cluster).locator("tbody tr")
    for at, answer in enumerate((0, 1, 0)):
        rows.nth(at).locator(".eb-pair").nth(answer).click()
    expect_saved(page, single, several, plain, cluster)
    expect(page.locator("[data-count=saved]").first).to_have_text("4")

    until(page, lambda: len(room.stored()) == 4)
    tokens = [room.token(cluster, at) for at in range(3)]
    stored = {number: json.loads(payload) for number, payload in room.stored().items()}
    assert stored[single] == {"choice": room.token(single, 1)}
    assert sorted(stored[several]["choices"]) == sorted([room.token(several, 0), room.token(several, 2)])
    assert stored[plain] == {"choice": "false"}
    assert [stored[cluster]["statements"][token] for token in tokens] == [True, False, True]

    pass_time(minutes=45)
    hand_in(page)
    expect_receipt(page)
    assert room.sitting.closed_by == "candidate"
    expect(page.get_by_text(room.sitting.receipt)).to_be_visible()


def test_entering_by_form_is_one_entry(site, room):
    page = enter(site.page(), room)
    assert room.sitting.epoch == 1
    choose(page, 1)
    expect_saved(page, 1)
    page.reload()
    ready(page)
    expect_saved(page, 1)
    assert room.sitting.epoch == 2


@pytest.mark.parametrize("wrong", [('"epoch": 1', '"epoch": 1'), ('"epoch": 1', '"epoch": 9')], ids=["same", "garbled"])
def test_an_entry_that_another_tab_took_or_that_came_over_wrong_is_asked_for_anew(site, room, wrong):
    """With one epoch for two tabs, the number of one's answer would stand for the other's."""
    context = site.context()
    first = context.new_page()
    first.goto(f"/sit/{room.public_id}")
    with first.expect_response(
        lambda answer: answer.url.endswith(f"/sit/{room.public_id}") and answer.request.redirected_from is not None
    ) as came:
        first.locator("#code").fill(room.exam_code)
        first.locator("main form button").click()
    body = came.value.text()
    ready(first)
    choose(first, 1)
    expect_saved(first, 1)
    assert wrong[0] in body
    body = body.replace(*wrong)
    second = context.new_page()
    second.route(f"**/sit/{room.public_id}", lambda route: route.fulfill(body=body, content_type="text/html"))
    second.goto(f"/sit/{room.public_id}")
    ready(second)
    assert room.sitting.epoch == 2
    choose(second, 2)
    expect_saved(second, 1, 2)
    assert sorted(room.stored()) == [1, 2]


def test_a_page_that_comes_late_does_not_go_back_to_its_older_entry(site, room):
    """Its script loads slowly; meanwhile another tab has entered and saved."""
    context = site.context()
    slow = context.new_page()
    slow.route("**/dist/room-*.js", lambda route: route.abort())
    slow.goto(f"/sit/{room.public_id}")
    slow.locator("#code").fill(room.exam_code)
    with slow.expect_response(lambda answer: answer.request.redirected_from is not None) as came:
        slow.locator("main form button").click()
    body = came.value.text()
    assert '"epoch": 1' in body
    quick = context.new_page()
    quick.goto(f"/sit/{room.public_id}")
    choose(ready(quick), 1, 2)
    expect_saved(quick, 1)
    assert room.sitting.epoch == 2
    late = context.new_page()
    late.route(f"**/sit/{room.public_id}", lambda route: route.fulfill(body=body, content_type="text/html"))
    late.goto(f"/sit/{room.public_id}")
    ready(late)
    assert room.sitting.epoch == 3
    expect(late.locator("#q-1 input").nth(2)).to_be_checked()
    choose(late, 1, 0)
    expect_saved(late, 1)
    assert json.loads(room.stored()[1]) == {"choice": room.token(1, 0)}


def test_an_answer_taken_back_is_empty_again(site, room):
    page = enter(site.page(), room)
    several = room.number_of("multiple_choice")
    choose(page, several, 1)
    expect_saved(page, several)
    choose(page, several, 1)
    expect(cell(page, several)).to_have_class(EMPTY)
    until(page, lambda: room.stored()[several] == '{"choices":[]}')


def test_a_reload_brings_back_answers_flags_and_place(site, room):
    page = enter(site.page(), room)
    choose(page, 7, 2)
    page.locator(".eb-bar [data-flag]").click()
    expect_saved(page, 7)
    until(page, lambda: room.sitting.flags == [7])
    page.reload()
    ready(page)
    expect(page.locator("#q-7")).to_be_visible()
    expect(page.locator("#q-7 input").nth(2)).to_be_checked()
    expect(cell(page, 7)).to_have_class("eb-cell is-full is-cut")


def tab_to(page, selector: str) -> None:
    """Tab on until the element has the focus, as often as the page has places to stop at."""
    target = page.locator(selector).first
    for _stop in range(page.locator("a, button, input, summary").count()):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(target).to_be_focused()


def test_a_whole_sitting_by_keyboard_alone(site, room):
    page = site.page()
    page.goto(f"/sit/{room.public_id}")
    tab_to(page, "#code")
    page.keyboard.type(room.exam_code)
    page.keyboard.press("Enter")
    ready(page)
    assert room.questions[0].kind == "single_choice"
    tab_to(page, "#q-1 input")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#q-2")).to_be_focused()
    expect_saved(page, 1)
    until(page, lambda: json.loads(room.stored()[1]) == {"choice": room.token(1, 1)})
    for _question in range(QUESTIONS - 1):
        page.keyboard.press("Control+Enter")
    expect(page.locator("#review h1")).to_be_focused()
    pass_time(minutes=45)
    tab_to(page, "[data-submit]")
    page.keyboard.press("Enter")
    expect_receipt(page)


def test_handing_in_too_early_says_when_it_is_allowed(site, room):
    page = enter(site.page(), room)
    choose(page, 1)
    page.locator("[data-go=review]").click()
    expect(page.locator("#review [data-note]")).to_contain_text(":")  # before any click, too
    expect(page.locator("#review .is-primary")).to_have_count(0)
    page.locator("[data-submit]").click()
    expect(page.locator("[data-problem]")).to_contain_text(":")  # the time from which it is
    page.locator("#review [data-go='1']").click()
    choose(page, 2)
    expect_saved(page, 1, 2)
    page.locator("[data-go=review]").click()
    pass_time(minutes=45)
    expect(page.locator("#review [data-submit]")).to_have_class(re.compile("is-primary"))


def test_handing_in_twice_gives_one_receipt(site, room):
    page = enter(site.page(), room)
    choose(page, 1)
    expect_saved(page, 1)
    pass_time(minutes=45)
    page.locator("[data-go=review]").click()
    page.locator("[data-submit]").dblclick()
    expect_receipt(page)
    receipt = room.sitting.receipt
    page.go_back()
    expect(page.get_by_text("Câu số")).to_have_count(0)
    page.goto(f"/sit/{room.public_id}")
    expect_receipt(page)
    assert room.sitting.receipt == receipt


def test_a_room_without_encryption_says_so(site_each_way, room, way):
    page = enter(site_each_way.page(), room)
    assert page.evaluate("isSecureContext") is (way != "http")
    expect(banner(page, "notice")).to_have_count(1 if way == "http" else 0)
