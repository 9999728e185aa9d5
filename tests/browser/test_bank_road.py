"""The road of items through the bank in a real browser: written by keyboard, sent back and accepted, compared, merged."""

import re
from collections import Counter
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from exambank import clock
from exambank.accounts.models import User
from exambank.bank import service
from exambank.bank.models import Item
from exambank.courses.models import CognitiveLevel, CourseModule, Topic
from exambank.db import db
from tests.bank.factories import make_accepted, make_draft, make_review
from tests.bank.kinds import KINDS, content_of, stem_of
from tests.browser.bank_road import Keyboard, rich
from tests.browser.bank_road_kinds import EXPECTED, STEMS, WRITE, told
from tests.browser.conftest import fill_school
from tests.browser.test_manners import findings
from tests.browser.test_pages import RUNS_OUT
from tests.people import actor_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def filled_template(sqlite_template, tmp_path_factory):
    """A school whose bank is still empty."""
    return fill_school(sqlite_template, tmp_path_factory.mktemp("road"), lambda _people: None)


@pytest.fixture
def module(app):
    return db.session.query(CourseModule).filter_by(code="XDD").one()


def newest():
    """The item written last."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Item).order_by(Item.id.desc()).first()


# --- written ---


def begin(keys: Keyboard, kind: str) -> None:
    """From any page of hers to the form of a kind: she has one bank, and its page opens at once."""
    keys.follow("nav a[href='/bank/']")
    keys.skip()
    keys.follow("a[href$='/items/new']")
    keys.skip()
    keys.follow(f"a.eb-kind-card[href$='kind={kind}']")
    expect(keys.page.locator("#live")).to_be_visible()
    keys.skip()


def write(keys: Keyboard, kind: str) -> None:
    """The whole form; then it is sent to review."""
    keys.write(rich("stem"), STEMS[kind])
    WRITE[kind](keys)
    keys.choose("[name=topic]", 2)
    keys.choose("[name=level]", 3)
    keys.follow(".eb-submit-row [value=submit]")


def test_a_lecturer_writes_an_item_of_each_kind_by_keyboard_alone(site):
    keys = Keyboard(site.page("nguyet"))
    keys.page.goto("/")
    for kind in WRITE:
        begin(keys, kind)
        write(keys, kind)
        item = newest()
        assert (item.kind, item.state) == (kind, "review"), keys.page.locator("#content").inner_text()
        version = service.get_newest_version(item)
        assert told(kind, version.stem, version.content) == EXPECTED[kind], kind
        assert kind == "fill_in" or version.stem == STEMS[kind]
        assert (item.topic.name, item.level.name) == ("Chương 2", "Vận dụng")
        assert f"/bank/items/{item.public_id}" in keys.page.url
        expect(keys.page.locator("#content")).to_contain_text(STEMS[kind].split("[[")[0])
    assert db.session.query(Item).filter_by(state="review").count() == len(WRITE) == 12


# --- reviewed, sent back, compared ---


@pytest.fixture
def people(app, module):
    return SimpleNamespace(
        lecturer=db.session.query(User).filter_by(username="nguyet").one(),
        quality=db.session.query(User).filter_by(username="khai").one(),
        module=module,
        topics=db.session.query(Topic).order_by(Topic.position).all(),
        levels=db.session.query(CognitiveLevel).order_by(CognitiveLevel.position).all(),
    )


def stem_of_kind(kind: str) -> str:
    return stem_of(kind).replace("Câu hỏi", f"Câu hỏi về {kind.replace('_', ' ')}")


@pytest.fixture
def items(people):
    """One item of every kind in review, by public id; the first to be decided on is a single choice."""
    kinds = sorted(KINDS, key=lambda kind: kind != "single_choice")
    return [
        make_review(people, kind=kind, stem=stem_of_kind(kind), content=content_of(kind)).public_id for kind in kinds
    ]


def states(items) -> Counter:
    db.session.rollback()
    db.session.expire_all()
    return Counter(service.get_item(one).state for one in items)


def expect_waiting(page, count: int) -> None:
    """What the page of a review says of the queue."""
    expect(page.locator(".eb-eyebrow a[href='/bank/reviews']")).to_have_text(re.compile(rf"\b{count}$"))


def test_a_reviewer_sends_one_back_and_accepts_the_rest_by_keyboard_alone(site, items):
    keys = Keyboard(site.page("khai"))
    page = keys.page
    page.goto("/")
    keys.follow("main a[href$='/review']")  # the desk leads to the one that waits longest
    keys.follow(".eb-eyebrow a[href='/bank/reviews']")
    expect(page.locator("h1")).to_contain_text(str(len(items)))
    keys.press("j")
    with page.expect_navigation():
        keys.press("Enter")
    expect_waiting(page, len(items))
    keys.press("n", "n", "n")
    part = page.evaluate("document.activeElement.dataset.part")
    assert part.startswith("option:")
    keys.press("c")
    keys.type("Phương án này trùng ý với phương án trên.")
    keys.press("Tab")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator("#comments")).to_contain_text("Phương án này trùng ý")
    keys.press("s")
    expect(page.locator("#comment")).to_be_focused()
    keys.type("Xem góp ý ở phương án.")
    keys.follow("[data-key=s]")
    for waiting in range(len(items) - 1, 0, -1):
        expect_waiting(page, waiting)
        assert states(items) == Counter({"draft": 1, "review": waiting, "accepted": len(items) - 1 - waiting})
        with page.expect_navigation():
            keys.press("a")
    assert page.url.endswith("/bank/reviews")
    expect(page.locator("[data-step]")).to_have_count(0)
    assert states(items) == {"draft": 1, "accepted": len(items) - 1}
    returned = service.get_newest_version(service.get_item(items[0]))
    assert [(one.part, one.is_open) for one in service.list_comments(returned.item)] == [(part, True)]
    assert returned.state == "draft"
    assert returned.reviews[-1].comment == "Xem góp ý ở phương án."


def send_back(people, item, part: str) -> None:
    """What the reviewer of the test above did."""
    reviewer = actor_of(people.quality)
    service.write_comment(actor=reviewer, now=clock.now(), item=item, body="Nói rõ ở đâu.", part=part)
    service.decide_review(actor=reviewer, now=clock.now(), item=item, approve=False, comment="Xem góp ý.")


def test_a_returned_item_is_mended_sent_again_and_accepted_by_keyboard_alone(site, people):
    item = make_review(people, stem="Đại hội họp ở đâu?")
    send_back(people, item, "stem")
    keys = Keyboard(site.page("nguyet"))
    keys.page.goto("/")
    keys.follow("main .eb-task a[href*='state=draft']")
    keys.follow(f"main a[href='/bank/items/{item.public_id}']")
    expect(keys.page.locator("#comments")).to_contain_text("Nói rõ ở đâu.")
    keys.follow(f"a[href='/bank/items/{item.public_id}/edit']")
    keys.reach(rich("stem"))
    keys.type_anew("Đại hội họp ở đâu của tỉnh?")
    keys.follow(".eb-submit-row [value=save]")
    keys.follow("#comments form[action$='/settle'] button")
    keys.follow("form[action$='/submit'] button")
    assert states([item.public_id]) == {"review": 1}

    keys = Keyboard(site.page("khai"))
    keys.page.goto("/bank/reviews")
    keys.press("j")
    with keys.page.expect_navigation():
        keys.press("Enter")
    expect(keys.page.locator("[data-part=stem]")).to_contain_text("Đại hội họp ở đâu của tỉnh?")
    expect(keys.page.locator("#content")).to_contain_text("Xem góp ý.")
    expect(keys.page.locator(".eb-diff ins").first).to_contain_text("của tỉnh")
    with keys.page.expect_navigation():
        keys.press("a")
    assert states([item.public_id]) == {"accepted": 1}


def test_what_changed_since_the_accepted_text_is_read_side_by_side_and_accepted(site, people):
    item = make_accepted(people, stem="Đại hội họp mấy năm một lần?")
    keys = Keyboard(site.page("nguyet"))
    keys.page.goto(f"/bank/items/{item.public_id}")
    keys.follow(f"a[href='/bank/items/{item.public_id}/edit']")
    keys.reach(rich("stem"))
    keys.type_anew("Hội nghị chi bộ họp mấy năm một lần?")
    keys.reach(rich("options-1-text"))
    keys.press("Alt+k")
    keys.follow(".eb-submit-row [value=submit]")
    assert states([item.public_id]) == {"accepted": 1}  # the old text stays in force meanwhile

    keys = Keyboard(site.page("khai"))
    page = keys.page
    page.goto("/bank/reviews")
    keys.press("j")
    with page.expect_navigation():
        keys.press("Enter")
    old, new = page.locator(".eb-diff tr", has=page.locator("del")).locator("td").all()
    expect(old).to_have_text("bỏ: Đại hội họp mấy năm một lần?")
    expect(new).to_have_text("thêm: Hội nghị chi bộ họp mấy năm một lần?")
    expect(old.locator("del")).to_have_text("bỏ: Đại hội")
    expect(new.locator("ins")).to_have_text("thêm: Hội nghị chi bộ")
    expect(old.locator("del")).to_have_css("text-decoration-line", "line-through")
    expect(new.locator("ins")).to_have_css("text-decoration-line", "underline")
    expect(page.locator(".eb-diff", has_text="đáp án thay đổi ở đây")).to_be_visible()
    with page.expect_navigation():
        keys.press("a")
    item = service.get_item(item.public_id)
    assert states([item.public_id]) == {"accepted": 1}
    versions = service.list_versions(item)
    assert [(one.number, one.state, one.stem) for one in versions] == [
        (2, "accepted", "Hội nghị chi bộ họp mấy năm một lần?"),
        (1, "superseded", "Đại hội họp mấy năm một lần?"),
    ]
    assert [row["is_key"] for row in versions[0].content["options"]] == [False, True, False, False]


# --- written by two at once ---


def test_two_editors_collide_and_nothing_is_lost(site, people):
    item = make_draft(people, stem="Chi bộ họp")
    mine, theirs = Keyboard(site.page("nguyet")), Keyboard(site.page("huy"))
    for keys, words in ((mine, "Chi bộ họp mỗi tháng một lần"), (theirs, "Chi bộ họp vào ngày mùng ba")):
        keys.page.goto(f"/bank/items/{item.public_id}/edit")
        expect(keys.page.locator("#live")).to_be_visible()
        keys.reach(rich("stem"))
        keys.type_anew(words)
    theirs.reach(rich("options-1-text"))
    theirs.type_anew("Phê bình từ dưới lên")
    theirs.follow(".eb-submit-row [value=save]")
    mine.type(".")
    expect(mine.page.locator("#overtaken")).to_contain_text("Bùi Quang Huy")
    mine.follow(".eb-submit-row [value=save]")
    expect(mine.page.locator("#conflict")).to_be_focused()
    two = mine.page.locator("#conflict tr.is-different").first.locator("td")
    expect(two.nth(0)).to_contain_text("Chi bộ họp vào ngày mùng ba")
    expect(two.nth(1)).to_contain_text("Chi bộ họp mỗi tháng một lần.")
    assert newest_stem(item) == "Chi bộ họp vào ngày mùng ba"

    mine.follow("#conflict button[value^='theirs-option']")
    assert mine.page.locator("[name=options-1-text]").input_value() == "Phê bình từ dưới lên"
    mine.reach(rich("stem"))
    mine.type_anew("Chi bộ họp mỗi tháng một lần, vào ngày mùng ba")
    mine.follow(".eb-submit-row [value=save]")
    expect(mine.page.locator("#conflict")).to_have_count(0)
    assert newest_stem(item) == "Chi bộ họp mỗi tháng một lần, vào ngày mùng ba"
    version = service.get_newest_version(item)
    assert version.content["options"][1]["html"] == "Phê bình từ dưới lên"
    assert service.list_buffers(actor_of(people.lecturer), people.module) == []


def newest_stem(item) -> str:
    db.session.rollback()
    db.session.expire_all()
    return service.get_newest_version(item).stem


# --- for everybody ---


def make_conflict(keys: Keyboard, item) -> None:
    """The page that shows two texts: somebody saves while the form is open."""
    keys.page.goto(f"/bank/items/{item.public_id}/edit")
    expect(keys.page.locator("#live")).to_be_visible()
    version, head = service.get_newest_version(item), db.session.query(User).filter_by(username="huy").one()
    service.revise_item(
        actor=actor_of(head), now=clock.now(), item=item, base=version.public_id, revision=version.revision,
        stem="Lời của người kia, dài hơn một chút", content=version.content, topic=item.topic, level=item.level,
    )  # fmt: skip
    keys.reach(rich("stem"))
    keys.type_anew("Lời của tôi")
    keys.follow(".eb-submit-row [value=save]")
    expect(keys.page.locator("#conflict")).to_be_visible()


def make_change(people, item):
    """A second version in review."""
    version = service.get_newest_version(item)
    service.revise_item(
        actor=actor_of(people.lecturer), now=clock.now(), item=item, base=version.public_id,
        revision=version.revision, stem="Đại hội họp ở đâu?", content=version.content, topic=item.topic,
        level=item.level,
    )  # fmt: skip
    service.submit_for_review(actor=actor_of(people.lecturer), now=clock.now(), item=item)
    return item


def faults_of(page) -> list[str]:
    """What is wrong with a page that is shown, on a desk and on a narrow phone."""
    found = []
    for width in (1366, 320):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width} px: {one}" for one in findings(page)]
        found += [f"{width} px runs out: {one}" for one in page.evaluate(RUNS_OUT)]
    page.set_viewport_size({"width": 1366, "height": 800})
    return found


def test_the_pages_of_the_road_are_fit_for_everybody(site, people):
    drafts = {kind: make_draft(people, kind=kind, stem=stem_of_kind(kind), content=content_of(kind)) for kind in KINDS}
    page, faults = site.page("nguyet"), {}
    for kind, item in drafts.items():
        page.goto(f"/bank/items/{item.public_id}/edit")
        expect(page.locator("[data-live=preview]")).not_to_be_empty()
        faults[kind] = faults_of(page)
    make_conflict(Keyboard(page), drafts["single_choice"])
    faults["conflict"] = faults_of(page)
    changed = make_change(people, make_accepted(people))
    service.submit_for_review(actor=actor_of(people.lecturer), now=clock.now(), item=drafts["case"])
    page = site.page("khai")
    for name, address in {
        "review with a diff": f"{changed.public_id}/review",
        "review of a case": f"{drafts['case'].public_id}/review",
        "diff": f"{changed.public_id}/history",
    }.items():
        page.goto(f"/bank/items/{address}")
        faults[name] = faults_of(page)
    assert {name: found for name, found in faults.items() if found} == {}
