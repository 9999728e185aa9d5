"""The bank through HTTP: what each person sees, forms that keep what was typed, steps that show what they will do."""

import io
import re

import pytest
from sqlalchemy import event

from exambank import clock
from exambank.bank import service
from exambank.db import db
from tests.bank.factories import make_accepted, make_draft, make_drafts, make_review, png
from tests.bank.item_form import read_form
from tests.people import actor_of


@pytest.fixture
def count_statements():
    """How many SQL statements an act sends."""

    def count(act):
        seen = []
        listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        try:
            act()
        finally:
            event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    return count


def bank_url(people):
    return f"/bank/modules/{people.module.public_id}"


def item_url(item, tail=""):
    return f"/bank/items/{item.public_id}{tail}"


def typed(kind="single_choice", go="save", **values):
    form = {
        "kind": kind,
        "stem": "Cơ quan lãnh đạo cao nhất của Đảng là gì?",
        "key": "options-1",
        "go": go,
        "rule": "all_or_nothing",
    }
    for place, words in enumerate(["Bộ Chính trị", "Đại hội đại biểu toàn quốc", "Ban Bí thư"]):
        form[f"options-{place}-text"] = words
    return form | values


def test_a_lecturer_writes_an_item_without_javascript(people, sign_in):
    client = sign_in(people.lecturer)
    assert client.get("/bank/").status_code == 302
    empty = client.get(bank_url(people))
    assert empty.status_code == 200
    page = client.get(f"{bank_url(people)}/items/new")
    assert page.status_code == 200
    answer = client.post(
        f"{bank_url(people)}/items/new",
        data=typed(topic=people.topics[1].public_id, tags="nháp, ôn tập", source="Điều lệ Đảng"),
    )
    assert answer.status_code == 302
    shown = client.get(answer.location).text
    assert "XDD-0001" in shown
    item = service.list_items(people.module, service.Filters()).items[0]
    content = service.get_newest_version(item).content
    assert [row["is_key"] for row in content["options"]] == [False, True, False]
    assert (item.topic_id, [tag.tag for tag in item.tags], item.source) == (
        people.topics[1].id,
        ["nháp", "ôn tập"],
        "Điều lệ Đảng",
    )


def test_buttons_inside_the_form_keep_what_was_typed(people, sign_in):
    client = sign_in(people.lecturer)
    more = client.post(f"{bank_url(people)}/items/new", data=typed(go="add"))
    assert more.status_code == 200
    assert [name for name in read_form(more.text) if name.endswith("-text")] == [f"options-{n}-text" for n in range(4)]
    for words in ("Bộ Chính trị", "Đại hội đại biểu toàn quốc", "Cơ quan lãnh đạo cao nhất"):
        assert words in more.text
    assert re.search(r'name="key" value="options-1" checked', more.text)
    fewer = client.post(f"{bank_url(people)}/items/new", data=typed(go="remove-options-0"))
    assert "Bộ Chính trị" not in fewer.text
    assert "Ban Bí thư" in fewer.text
    other = client.post(f"{bank_url(people)}/items/new", data=typed(kind="true_false_cluster", go="kind"))
    assert 'name="options-0-is_key"' in other.text
    assert service.list_item_ids(people.module, service.Filters()) == []


def test_an_empty_question_comes_back_with_its_error_and_the_rest_kept(people, sign_in):
    answer = sign_in(people.lecturer).post(f"{bank_url(people)}/items/new", data=typed(stem="  "))
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text
    assert "Ban Bí thư" in answer.text
    assert service.list_item_ids(people.module, service.Filters()) == []


@pytest.mark.parametrize(
    ("kind", "extra", "keys"),
    [
        (
            "multiple_choice",
            {"options-0-is_key": "y", "options-2-is_key": "y", "rule": "per_option"},
            [True, False, True],
        ),
        ("true_false_cluster", {"options-1-is_key": "y", "table": "0; 0,2; 0,5; 1"}, [False, True, False]),
        ("true_false", {"key": "options-1"}, [False, True]),
    ],
)
def test_every_kind_is_written_and_edited_in_the_form(people, sign_in, kind, extra, keys):
    client = sign_in(people.lecturer)
    data = typed(kind=kind, **extra)
    if kind == "true_false":
        data = {name: value for name, value in data.items() if "-text" not in name}
    assert client.post(f"{bank_url(people)}/items/new", data=data).status_code == 302
    item = service.list_items(people.module, service.Filters()).items[0]
    content = service.get_newest_version(item).content
    assert [row["is_key"] for row in content["options"]] == keys
    assert content["scoring"] in (
        {"rule": "false", "lower_bound": "0"}, {"table": ["0", "0.2", "0.5", "1"]}, {}, {"wrong": "0"}
    )  # fmt: skip

    form = read_form(client.get(item_url(item, "/edit")).text)
    assert client.post(item_url(item, "/edit"), data=form | {"go": "save"}).status_code == 302
    db.session.expire_all()
    assert service.get_newest_version(item).content == content
    assert client.get(item_url(item, "/preview")).status_code == 200
    assert client.get(item_url(item)).status_code == 200


def test_two_editors_see_both_texts_and_neither_is_lost(people, sign_in):
    item = make_draft(people)
    first, second = sign_in(people.lecturer), sign_in(people.head)
    form = read_form(first.get(item_url(item, "/edit")).text)
    other = read_form(second.get(item_url(item, "/edit")).text)
    assert first.post(item_url(item, "/edit"), data=form | {"stem": "Bản của Nguyệt?"}).status_code == 302
    refused = second.post(item_url(item, "/edit"), data=other | {"stem": "Bản của Huy?"})
    assert refused.status_code == 409
    assert "Nguyệt" in refused.text
    assert "Bản của Huy?" in refused.text
    again = read_form(refused.text)
    assert second.post(item_url(item, "/edit"), data=again).status_code == 302
    db.session.expire_all()
    assert service.get_newest_version(item).stem == "Bản của Huy?"


def test_saving_and_sending_to_review_says_what_is_still_wrong(people, sign_in):
    client = sign_in(people.lecturer)
    answer = client.post(f"{bank_url(people)}/items/new", data=typed(go="submit", key=""), follow_redirects=True)
    assert answer.status_code == 200
    item = service.list_items(people.module, service.Filters()).items[0]
    assert item.state == "draft"
    good = client.post(f"{bank_url(people)}/items/new", data=typed(go="submit"))
    assert good.status_code == 302
    assert service.list_items(people.module, service.Filters(state="review")).total == 1


def test_a_picture_is_taken_shown_and_guarded(people, sign_in):
    client = sign_in(people.lecturer)
    data = typed(go="add", picture=(io.BytesIO(png()), "so-do.png"), alt="Sơ đồ tổ chức")
    page = client.post(f"{bank_url(people)}/items/new", data=data, content_type="multipart/form-data").text
    form = read_form(page)
    assert form["media"]
    assert client.post(f"{bank_url(people)}/items/new", data=form | {"go": "save"}).status_code == 302
    picture = client.get(f"/bank/pictures/{form['media']}")
    assert (picture.data, picture.content_type) == (png(), "image/png")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    for person in (people.learner, people.stranger, people.technician):
        assert sign_in(person).get(f"/bank/pictures/{form['media']}").status_code == 404
    assert client.get("/bank/pictures/0190a000-0000-7000-8000-000000000000").status_code == 404


def test_a_disguised_picture_is_refused_and_the_text_kept(people, sign_in):
    svg = io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    answer = sign_in(people.lecturer).post(
        f"{bank_url(people)}/items/new", data=typed(picture=(svg, "anh.png")), content_type="multipart/form-data"
    )
    assert answer.status_code == 200
    assert "SVG" in answer.text
    assert "Ban Bí thư" in answer.text
    assert service.list_item_ids(people.module, service.Filters()) == []


def test_hostile_text_is_inert_on_every_page(people, sign_in):
    evil = '<img src=x onerror=alert(1)><script>alert(2)</script><b onmouseover="x">đậm</b>'
    client = sign_in(people.lecturer)
    client.post(f"{bank_url(people)}/items/new", data=typed(stem=evil, source=evil, tags=evil))
    item = service.list_items(people.module, service.Filters()).items[0]
    for url in (
        item_url(item),
        item_url(item, "/edit"),
        item_url(item, "/preview"),
        item_url(item, "/history"),
        bank_url(people),
    ):
        page = client.get(url).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b onmouseover" not in page


def test_a_reviewer_accepts_and_the_author_cannot(people, sign_in):
    item = make_review(people)
    for person in (people.lecturer, people.stranger, people.learner, people.technician, people.leader):
        assert sign_in(person).get(item_url(item, "/review")).status_code == 404
        assert sign_in(person).post(item_url(item, "/review"), data={"decision": "approve"}).status_code == 404
    client = sign_in(people.other_lecturer)
    assert item.code in client.get("/bank/reviews").text
    page = client.get(item_url(item, "/review"))
    assert page.status_code == 200
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', page.text).group(1)
    no_reason = client.post(item_url(item, "/review"), data={"decision": "send_back", "revision": revision})
    assert no_reason.status_code == 200
    done = client.post(item_url(item, "/review"), data={"decision": "approve", "comment": "Tốt", "revision": revision})
    assert done.status_code == 302
    assert service.get_item(item.public_id).state == "accepted"
    assert client.post(item_url(item, "/review"), data={"decision": "approve", "revision": revision}).status_code == 409


def test_a_decision_on_a_text_that_changed_meanwhile_is_refused(people, sign_in):
    item = make_review(people)
    client = sign_in(people.quality)
    assert client.post(item_url(item, "/review"), data={"decision": "approve", "revision": "1"}).status_code == 409
    assert service.get_item(item.public_id).state == "review"


def test_a_new_version_is_shown_with_its_changes_in_words(people, sign_in):
    item = make_accepted(people)
    client = sign_in(people.lecturer)
    form = read_form(client.get(item_url(item, "/edit")).text)
    client.post(item_url(item, "/edit"), data=form | {"stem": "Đảng tổ chức theo quy tắc cơ bản nào?", "go": "submit"})
    page = sign_in(people.quality).get(item_url(item, "/review")).text
    assert re.search(
        r'<ins><span class="eb-hidden-text">[^<]+</span>quy tắc</ins>|<ins><span class="eb-hidden-text">[^<]+</span>quy</ins>',
        page,
    )
    assert "<del>" in page
    history = client.get(item_url(item, "/history")).text
    assert "<del>" in history


def test_many_items_move_after_a_preview_of_who_moves(people, sign_in):
    make_drafts(people, 60)
    author, reviewer = sign_in(people.lecturer), sign_in(people.quality)
    preview = author.post(f"{bank_url(people)}/moves", data={"act": "submit", "all": "1", "tag": "điểm liệt"})
    assert preview.status_code == 200
    ids = re.findall(r'name="ids" value="([^"]+)"', preview.text)
    assert len(ids) == 6
    assert service.bank_state(people.module).waiting == 0
    author.post(f"{bank_url(people)}/moves/confirmed", data={"act": "submit", "ids": ids})
    assert service.bank_state(people.module).waiting == 6
    refused = author.post(f"{bank_url(people)}/moves", data={"act": "approve", "ids": ids})
    assert 'name="ids"' not in refused.text
    author.post(f"{bank_url(people)}/moves/confirmed", data={"act": "approve", "ids": ids})
    assert service.bank_state(people.module).counts["accepted"] == 0
    reviewer.post(f"{bank_url(people)}/moves/confirmed", data={"act": "approve", "ids": ids})
    assert service.bank_state(people.module).counts["accepted"] == 6
    nothing = reviewer.post(f"{bank_url(people)}/moves", data={"act": "approve"})
    assert nothing.status_code == 302
    assert reviewer.post(f"{bank_url(people)}/moves", data={"act": "delete", "ids": ids}).status_code in (400, 422)


def test_retiring_asks_for_a_reason_and_keeps_the_page(people, sign_in):
    item = make_accepted(people)
    assert sign_in(people.lecturer).get(item_url(item, "/retire")).status_code == 404
    client = sign_in(people.head)
    assert client.get(item_url(item, "/retire")).status_code == 200
    assert client.post(item_url(item, "/retire"), data={"reason": ""}).status_code == 200
    assert client.post(item_url(item, "/retire"), data={"reason": "Điều lệ đã sửa đổi."}).status_code == 302
    assert "Điều lệ đã sửa đổi." in client.get(item_url(item)).text


def test_statistics_are_shown_with_their_n_and_below_twenty_as_not_enough(people, sign_in):
    item = make_accepted(people)
    version = service.get_newest_version(item)
    row = {"item_version_id": version.id, "n": 12, "difficulty": 0.755, "item_rest": 0.314, "item_rest_low": 0.05,
           "item_rest_high": 0.52, "options": [{"token": version.content["options"][0]["token"], "chosen": 43, "share": 0.75, "rest": 0.31}]}  # fmt: skip
    service.record_statistics("run-1", "exam-1", [row], clock.now())
    client = sign_in(people.lecturer)
    first = client.get(item_url(item)).text
    assert "0,76" not in first
    assert "0.76" not in first
    service.record_statistics("run-2", "exam-1", [{**row, "n": 58}], clock.now())
    shown = client.get(item_url(item)).text
    assert re.search(r"0[,.]31", shown)
    assert ">58<" in shown
    assert ">43<" in shown


def test_a_list_sends_as_many_statements_for_fifty_items_as_for_five(people, sign_in, count_statements):
    client = sign_in(people.lecturer)
    make_drafts(people, 5)
    client.get(bank_url(people))
    few = count_statements(lambda: client.get(bank_url(people)))
    make_drafts(people, 60)
    many = count_statements(lambda: client.get(f"{bank_url(people)}?search=noi+dung"))
    assert many <= few + 1
    assert many < 25
    service.submit_many(
        actor=actor_of(people.lecturer), now=clock.now(), items=service.list_item_ids(people.module, service.Filters())
    )
    reviewer = sign_in(people.quality)
    assert count_statements(lambda: reviewer.get("/bank/reviews")) < 20


def test_a_strange_address_is_answered_and_not_broken(people, sign_in):
    client = sign_in(people.lecturer)
    make_draft(people)
    for query in (
        "page=-1",
        "page=x",
        "page=99999999999",
        "sort=password",
        "topic=zzz",
        "level=none",
        "state=zzz",
        "search=%25%27",
        "dir=up",
    ):
        assert client.get(f"{bank_url(people)}?{query}").status_code == 200, query
    assert client.get("/bank/items/nothing").status_code == 404
    assert client.get("/bank/modules/nothing").status_code == 404


@pytest.mark.parametrize(
    "who",
    ["learner", "second_learner", "technician", "invigilator", "marker", "inspector", "leader", "stranger", "officer"],
)
def test_others_find_nothing_of_this_bank(people, sign_in, who):
    item = make_accepted(people)
    client = sign_in(getattr(people, who))
    for url in (bank_url(people), f"{bank_url(people)}/overview", f"{bank_url(people)}/items/new", item_url(item), item_url(item, "/edit"),
                item_url(item, "/preview"), item_url(item, "/history"), item_url(item, "/review"), item_url(item, "/retire")):  # fmt: skip
        assert client.get(url).status_code == 404, url
    for url in (
        item_url(item, "/submit"),
        item_url(item, "/withdraw"),
        f"{bank_url(people)}/moves",
        f"{bank_url(people)}/moves/confirmed",
    ):
        assert client.post(url, data={"act": "approve"}).status_code == 404, url


def test_the_overview_counts_topics_by_level(people, sign_in):
    make_accepted(people)
    make_draft(people)
    page = sign_in(people.head).get(f"{bank_url(people)}/overview")
    assert page.status_code == 200
    assert "Chương 1" in page.text


def test_the_chooser_lists_the_banks_of_whoever_has_several(people, sign_in):
    page = sign_in(people.quality).get("/bank/")
    assert page.status_code == 200
    assert "Công tác dân vận" in page.text


def test_a_lock_that_the_words_gave_goes_when_the_words_change(people, sign_in):
    options = [("Khiển trách", True), ("Cảnh cáo", False), ("Cả hai ý trên", False)]
    item = make_draft(people, options=options)
    client = sign_in(people.lecturer)
    assert [row["is_locked"] for row in service.get_newest_version(item).content["options"]] == [False, False, True]
    form = read_form(client.get(item_url(item, "/edit")).text)
    client.post(item_url(item, "/edit"), data=form | {"options-2-text": "Khai trừ", "options-0-is_locked": "y"})
    db.session.expire_all()
    assert [row["is_locked"] for row in service.get_newest_version(item).content["options"]] == [True, False, False]


def test_machines_may_move_items_in_json(people, sign_in):
    make_drafts(people, 3)
    client, json_please = sign_in(people.lecturer), {"Accept": "application/json"}
    answer = client.post(f"{bank_url(people)}/moves", data={"act": "submit", "all": "1"}, headers=json_please)
    ids = answer.get_json()["ids"]
    moved = client.post(f"{bank_url(people)}/moves/confirmed", data={"act": "submit", "ids": ids}, headers=json_please)
    assert moved.get_json() == {"moved": 3, "refused": []}
