"""Finding in a bank: every filter on both databases, every order, saved views, one search through all banks."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, update

from bench import bank_items
from exambank import audit, clock
from exambank.bank import service
from exambank.bank.models import Item, ItemTag, ItemVersion
from exambank.bank.rules.finding import COLUMNS, SORTS, Filters, parse_search
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput
from tests.bank.factories import make_accepted, make_draft, make_review
from tests.people import actor_of

PAPER = "0190a000-0000-7000-8000-00000000000"


def found(people, who=None, **values):
    actor = actor_of(who or people.lecturer)
    page = service.list_items(people.module, Filters(**values), actor=actor)
    assert page.total == len(page.items) or page.pages > 1
    assert set(service.list_item_ids(people.module, Filters(**values), actor)) >= {item.id for item in page.items}
    return [item.code for item in page.items]


def set_item(item, **values):
    with unit_of_work() as session:
        session.execute(update(Item).where(Item.id == item.id).values(**values))
        session.expire_all()


def bank_url(people, query=""):
    return f"/bank/modules/{people.module.public_id}{query}"


@pytest.fixture
def four(any_app, people):
    """Four items that differ in everything a list can ask for."""
    now, plain = clock.now(), {"options": [("Điều thứ nhất", True), ("Điều thứ hai", False)]}
    first = make_accepted(people, stem="Nguyên tắc <b>tập trung</b> dân chủ là gì?", tags=["điểm liệt", "ôn tập"])
    second = make_accepted(
        people, stem="Chi bộ họp thường kỳ mấy lần?", topic=people.topics[1], author=people.head, **plain
    )
    third = make_review(
        people, stem="Hội Nông dân tập hợp ai?", level=people.levels[2], author=people.other_lecturer, **plain
    )
    fourth = make_draft(people, stem="Tự phê bình để làm gì?", topic=None, level=None, **plain)
    set_item(first, use_count=3, last_used_at=now - timedelta(days=400), pooled_n=80, pooled_difficulty=0.62,
             pooled_discrimination=0.31, accepted_at=now - timedelta(days=800))  # fmt: skip
    set_item(second, use_count=1, last_used_at=now - timedelta(days=20), pooled_n=40, pooled_difficulty=0.93,
             pooled_discrimination=-0.2, flags=" negative_discrimination too_easy ")  # fmt: skip
    set_item(third, pooled_n=5, pooled_difficulty=0.1, flags="")
    return [first, second, third, fourth]


def test_every_filter_finds_what_it_says_on_both_databases(four, people):
    day = (clock.now() - timedelta(days=100)).date().isoformat()
    expected = {
        (("search", "tap trung"),): "1", (("search", '"tập trung dân"'),): "1", (("search", "dan -nong"),): "1",
        (("search", "XDD-0003"),): "3", (("topic", people.topics[1].public_id),): "2", (("topic", "none"),): "4",
        (("level", people.levels[2].public_id),): "3", (("outcome", "none"),): "1234", (("kind", "essay"),): "",
        (("state", "accepted"),): "12", (("state", "review"),): "3", (("author", people.head.public_id),): "2",
        (("tag", "ôn tập"),): "1", (("uses_to", "0"),): "34", (("uses_from", "1"),): "12",
        (("uses_from", "2"), ("uses_to", "5")): "1", (("used_after", day),): "2", (("used_before", day),): "1",
        (("unused_months", "6"),): "134", (("p_from", "0.5"), ("p_to", "0.7")): "1", (("d_below", "0"),): "2",
        (("data", "enough"),): "12", (("data", "little"),): "34", (("flag", "any"),): "2", (("flag", "severe"),): "2",
        (("flag", "too_easy"),): "2", (("flag", "too_hard"),): "", (("due", "1"),): "1", (("mine", "1"),): "14",
        (("search", "khong co"),): "", (("state", "zzz"),): "",
    }  # fmt: skip
    for given, codes in expected.items():
        assert found(people, **dict(given)) == [f"XDD-000{one}" for one in codes], given


def test_words_are_excluded_and_joined_alike_on_both_databases(four, people):
    keys = dict(db.session.execute(db.select(ItemVersion.item_id, ItemVersion.search_key)).all())
    for typed in ("tap", "-tap", '"tap trung"', "100%", "_", "chi -hop", "'", 'dan chu -"hoi nong"', "\\"):
        wanted = {item_id for item_id, key in keys.items() if parse_search(typed).matches(key)}
        assert set(service.list_item_ids(people.module, Filters(search=typed))) == wanted, typed


def test_what_waits_for_me_leaves_out_my_own_and_brings_back_what_was_returned(four, people):
    assert found(people, who=people.quality, waiting="1") == ["XDD-0003"]
    assert found(people, who=people.other_lecturer, waiting="1") == []
    assert found(people, who=people.stranger, waiting="1") == []
    service.decide_review(
        actor=actor_of(people.quality), now=clock.now(), item=four[2], approve=False, comment="Nêu rõ hơn."
    )
    assert found(people, who=people.other_lecturer, waiting="1") == ["XDD-0003"]
    assert found(people, who=people.quality, waiting="1") == []


def test_open_comments_are_counted_and_found(four, people):
    service.write_comment(actor=actor_of(people.quality), now=clock.now(), item=four[2], body="Câu dẫn dài quá.")
    assert found(people, comments="open") == ["XDD-0003"]
    rows = service.list_items(people.module, Filters(sort="comments", is_descending=True)).rows
    assert [(row.item.code, row.comments) for row in rows][:2] == [("XDD-0003", 1), ("XDD-0001", 0)]


def test_every_column_sorts_alike_with_the_unknown_last(four, people):
    codes = {f"XDD-000{one}" for one in "1234"}
    for sort in SORTS:
        for is_descending in (False, True):
            assert set(found(people, sort=sort, is_descending=is_descending)) == codes, sort
    assert found(people, sort="p") == ["XDD-0001", "XDD-0002", "XDD-0003", "XDD-0004"]
    assert found(people, sort="p", is_descending=True) == ["XDD-0002", "XDD-0001", "XDD-0003", "XDD-0004"]
    assert found(people, sort="topic") == ["XDD-0001", "XDD-0003", "XDD-0002", "XDD-0004"]
    assert found(people, sort="flags", is_descending=True)[0] == "XDD-0002"
    assert found(people, sort="code", is_descending=True)[0] == "XDD-0004"


def test_a_row_says_what_the_list_shows(four, people):
    [row] = service.list_items(people.module, Filters(search="tập trung")).rows
    assert (row.topic, row.level, row.author, row.tags, row.outcome) == (
        "Chương 1", "Nhận biết", "Đỗ Thị Minh Nguyệt", ("điểm liệt", "ôn tập"), None,
    )  # fmt: skip
    assert row.module == "Xây dựng Đảng"


def test_pages_add_up_and_one_beyond_the_last_is_empty(any_app, people):
    for number in range(7):
        make_draft(people, stem=f"Câu {number}?")
    pages = [service.list_items(people.module, Filters(), page=page, per_page=3) for page in (1, 2, 3, 4)]
    assert [len(page.items) for page in pages] == [3, 3, 1, 0]
    assert [page.total for page in pages] == [7, 7, 7, 7]
    assert service.list_items(people.other_module, Filters()).total == 0


def test_a_bank_offers_its_own_choices_and_counts(four, people):
    offer = service.offer_of(people.module, actor_of(people.lecturer))
    assert (offer.state.counts["accepted"], offer.state.waiting, offer.state.total) == (2, 1, 4)
    assert [one.label for one in offer.choices["topic"]] == ["Chương 1", "Chương 2", "Chương 3"]
    assert [one.label for one in offer.choices["tag"]] == ["điểm liệt", "ôn tập"]
    assert {one.label for one in offer.choices["author"]} == {
        "Đỗ Thị Minh Nguyệt", "Bùi Quang Huy", "Trần Văn Bình",
    }  # fmt: skip
    assert service.offer_of(people.other_module, actor_of(people.stranger)).state.total == 0


# --- saved views ---


def save(people, name="Câu khó", who=None, **values):
    return service.save_view(
        actor=actor_of(who or people.lecturer), now=clock.now(), course_module=people.module, name=name,
        filters=Filters(p_to="0.3", sort="p"), columns=["question", "p"], **values,
    )  # fmt: skip


def test_a_view_is_seen_by_its_owner_and_when_shared_by_all(any_app, people):
    save(people)
    save(people, name="Dùng chung", is_shared=True)
    views = {who: service.offer_of(people.module, actor_of(getattr(people, who))).views for who in ("lecturer", "head")}
    assert [(view.name, view.is_own) for view in views["lecturer"]] == [("Câu khó", True), ("Dùng chung", True)]
    assert [(view.name, view.is_own) for view in views["head"]] == [("Dùng chung", False)]
    assert views["head"][0].query == {"p_to": "0.3", "sort": "p"}
    assert views["head"][0].columns == ("question", "p")


def test_saving_under_the_same_name_replaces_and_renaming_onto_another_is_refused(any_app, people):
    first = save(people)
    assert save(people).id == first.id
    other = save(people, name="Khác")
    with pytest.raises(InvalidInput):
        service.change_view(actor=actor_of(people.lecturer), now=clock.now(), view=other, name="Câu khó",
                            is_shared=False)  # fmt: skip
    with pytest.raises(InvalidInput):
        save(people, name="   ")
    service.delete_view(actor=actor_of(people.lecturer), now=clock.now(), view=first)
    assert [view.name for view in service.offer_of(people.module, actor_of(people.lecturer)).views] == ["Khác"]
    assert audit.verify().problems == ()


# --- pages ---


def test_the_list_shows_chips_that_come_off_one_by_one(people, sign_in):
    make_draft(people, tags=["ôn tập"])
    page = (
        sign_in(people.lecturer).get(bank_url(people, "?state=draft&tag=%C3%B4n+t%E1%BA%ADp&sort=used&dir=desc")).text
    )
    chips = re.findall(r'class="eb-chip" href="([^"]*)"', page)
    assert len(chips) == 2
    assert all("sort=used" in url and "dir=desc" in url for url in chips)
    assert sum("state=draft" in url for url in chips) == 1
    assert re.search(r"data-count>[^<]*1", page)


def test_columns_and_rows_are_chosen_in_the_address(people, sign_in):
    make_draft(people)
    client = sign_in(people.lecturer)
    query = "&".join(f"columns={name}" for name in COLUMNS)
    wide = client.get(bank_url(people, f"?{query}&size=25"))
    assert wide.status_code == 200
    assert wide.text.count('<th scope="col"') >= len(COLUMNS)
    narrow = client.get(bank_url(people, "?columns=author")).text
    assert "Đỗ Thị Minh Nguyệt" in narrow
    assert "nguyên tắc cơ bản" not in narrow


def test_a_list_is_saved_opened_renamed_and_deleted_in_the_browser(people, sign_in):
    make_draft(people)
    client = sign_in(people.lecturer)
    saved = client.post(
        bank_url(people, "/views"), data={"name": "Nháp của tôi", "state": "draft", "columns": ["author", "state"]}
    )
    assert "state=draft" in saved.location
    page = client.get(bank_url(people)).text
    assert "Nháp của tôi" in page
    address = re.search(r'href="(/bank/views/[^"]+)"', page)[1]
    assert client.get(address).status_code == 200
    assert client.post(address, data={"name": " "}).status_code == 422
    assert client.post(address, data={"name": "Bản nháp", "shared": "1"}).status_code == 302
    assert "Bản nháp" in sign_in(people.head).get(bank_url(people)).text
    assert sign_in(people.head).get(address).status_code == 404
    assert client.post(f"{address}/delete").status_code == 302
    assert "Bản nháp" not in client.get(bank_url(people)).text
    assert client.post(bank_url(people, "/views"), data={"name": ""}).status_code == 302


def test_one_search_goes_through_all_banks_that_a_person_may_see(people, sign_in):
    make_draft(people, stem="Dân vận khéo trong Đảng?")
    make_draft(people, stem="Dân vận khéo là gì?", author=people.stranger, course_module=people.other_module,
               topic=None)  # fmt: skip
    everything = sign_in(people.quality).get("/bank/search?search=dan+van&sort=module").text
    assert "XDD-0001" in everything
    assert "DV-0001" in everything
    own = sign_in(people.lecturer).get("/bank/search?search=dan+van").text
    assert "XDD-0001" in own
    assert "DV-0001" not in own


@pytest.fixture
def statements():
    """The statements that an act sends."""

    def seen_in(act):
        seen = []

        def listener(*arguments):
            seen.append(arguments[2])

        event.listen(db.engine, "before_cursor_execute", listener)
        try:
            act()
        finally:
            event.remove(db.engine, "before_cursor_execute", listener)
        return [one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))]

    return seen_in


def test_a_page_of_a_bank_of_any_size_sends_eight_statements_at_most(any_app, people, sign_in, statements):
    actor = actor_of(people.lecturer)
    drafts = bank_items.drafts(120, [one.id for one in people.topics], [one.id for one in people.levels])
    ids = service.add_drafts(actor=actor, now=clock.now(), course_module=people.module, drafts=list(drafts))
    client = sign_in(people.lecturer)
    for query in ("", "?search=dan", "?tag=%C3%B4n+t%E1%BA%ADp&uses_to=0", "?sort=used&dir=desc", "?due=1&waiting=1"):
        client.get(bank_url(people, query))
        assert len(statements(lambda query=query: client.get(bank_url(people, query)))) <= 8, query
    assert len(ids) == 120


def test_the_bench_makes_the_same_bank_every_time():
    first, second = (list(bank_items.drafts(50, [1, 2], [3])) for _ in range(2))
    assert [one.stem for one in first] == [one.stem for one in second]
    assert len({one.stem for one in first}) == 50
    assert {one.kind for one in first} > {"single_choice"}
    exams = list(bank_items.exams(list(range(1, 31)), 3, size=10))
    assert all(version_id <= 20 for exam in exams for version_id in exam.version_ids)


def test_tags_of_other_banks_are_not_offered(any_app, people):
    make_draft(people, author=people.stranger, course_module=people.other_module, topic=None, tags=["riêng"])
    assert db.session.query(ItemTag).count() == 1
    assert service.offer_of(people.module, actor_of(people.lecturer)).choices["tag"] == []
