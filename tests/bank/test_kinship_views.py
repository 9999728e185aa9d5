"""Kin through HTTP: the list, a pair side by side, what is decided, sets, an import's warnings."""

import re

from exambank import clock, jobs
from exambank.bank import service
from exambank.bank.models import BankRight, EnemySet, Item, KinshipPair
from exambank.db import db, unit_of_work
from exambank.interchange import service as interchange
from tests.bank.factories import make_accepted, make_draft
from tests.interchange.factories import make_xlsx
from tests.people import actor_of

STEM = "Nhiệm vụ chủ yếu của chi bộ trong công tác hòa giải năm 2025 là gì?"


def make_pair(people, make=make_draft):
    return make(people, stem=STEM), make(people, stem=STEM.replace("2025", "2026"))


def address(first, second, act="") -> str:
    return f"/bank/items/{first.public_id}/kin/{second.public_id}{act}"


def test_a_search_is_started_watched_and_its_pairs_are_shown(people, sign_in):
    first, second = make_pair(people)
    client, page = sign_in(people.lecturer), f"/bank/modules/{people.module.public_id}/kin"
    assert client.post(f"{page}/search").status_code == 302
    search = service.find_search(people.module)
    part = client.get(f"/bank/kin/searches/{search.public_id}").text
    assert "hx-get" in part
    jobs.run_due()
    part = client.get(f"/bank/kin/searches/{search.public_id}").text
    assert "hx-get" not in part
    shown = client.get(page).text
    assert first.code in shown
    assert second.code in shown
    assert re.search(r'<mark class="eb-differs">.*?2026</mark>', shown)


def test_a_running_search_is_stopped_by_a_button(people, sign_in):
    make_pair(people)
    search = service.start_search(actor=actor_of(people.head), now=clock.now(), course_module=people.module)
    client = sign_in(people.head)
    assert client.post(f"/bank/kin/searches/{search.public_id}/stop").status_code == 302
    db.session.refresh(search)
    assert search.state == "stopped"


def test_each_act_on_a_pair_does_what_it_says(people, sign_in):
    first, second = make_pair(people)
    client = sign_in(people.lecturer)
    assert client.get(address(first, second)).status_code == 200
    for act, state in (("dismiss", "dismissed"), ("reopen", "open"), ("enemies", "enemies"), ("variants", "variants")):
        assert client.post(address(first, second, f"/{act}")).status_code == 302
        db.session.expire_all()
        assert db.session.query(KinshipPair).one().state == state
        assert client.get(f"/bank/modules/{people.module.public_id}/kin?state={state}").text.count(first.code)
    answer = client.post(address(first, second, "/merge"), data={"lives": second.public_id})
    assert answer.location.endswith(second.public_id)
    db.session.expire_all()
    assert db.session.get(Item, first.id).merged_into_id == second.id
    assert first.code in client.get(f"/bank/items/{second.public_id}").text
    assert second.code in client.get(f"/bank/items/{first.public_id}").text


def test_whoever_comes_from_an_item_goes_back_to_it(people, sign_in):
    first, second = make_pair(people)
    client = sign_in(people.lecturer)
    shown = client.get(f"/bank/items/{second.public_id}").text
    assert f"kin/{first.public_id}?back={second.public_id}" in shown
    answer = client.post(address(first, second, "/dismiss"), data={"back": second.public_id})
    assert answer.location.endswith(f"/bank/items/{second.public_id}")
    strange = client.post(address(first, second, "/reopen"), data={"back": "https://evil.example/"})
    assert strange.location.endswith("/kin")


def test_a_merge_without_a_survivor_or_without_the_right_does_nothing(people, sign_in):
    first, second = make_pair(people, make_accepted)
    client = sign_in(people.lecturer)
    assert client.post(address(first, second, "/merge")).status_code == 422
    assert client.post(address(first, second, "/merge"), data={"lives": "x"}).status_code == 422
    assert client.post(address(first, second, "/merge"), data={"lives": first.public_id}).status_code == 409
    assert client.post(address(first, second, "/merge"), data={"lives": first.public_id}).status_code == 409
    db.session.expire_all()
    assert db.session.query(Item).filter(Item.state == "retired").count() == 0


def test_items_of_two_banks_are_no_pair(people, sign_in):
    first = make_draft(people, stem=STEM)
    strange = make_draft(people, stem=STEM, course_module=people.other_module, topic=None)
    assert sign_in(people.quality).get(address(first, strange)).status_code == 404
    assert sign_in(people.quality).get(address(first, first)).status_code == 404
    assert sign_in(people.stranger).get(address(first, first)).status_code == 404


def test_who_may_only_see_a_bank_decides_nothing(people, sign_in):
    first, second = make_pair(people)
    with unit_of_work() as session:
        session.add(
            BankRight(course_module_id=people.module.id, user_id=people.stranger.id, right="see",
                      granted_by_id=people.head.id, granted_at=clock.now())
        )  # fmt: skip
    client = sign_in(people.stranger)
    shown = client.get(f"/bank/items/{first.public_id}").text
    assert second.code in shown
    assert f"kin/{second.public_id}" not in shown
    assert client.get(address(first, second)).status_code == 404
    assert client.post(address(first, second, "/dismiss")).status_code == 404


def test_a_set_is_named_by_codes_changed_and_dissolved(people, sign_in):
    items = [make_draft(people, stem=f"Câu số {number} hỏi điều gì?") for number in range(3)]
    client, new = sign_in(people.lecturer), f"/bank/modules/{people.module.public_id}/enemies/new"
    assert items[0].code in client.get(f"{new}?codes={items[0].code}").text
    wrong = client.post(new, data={"codes": f"{items[0].code} 999", "reason": "Lộ đáp án"})
    assert wrong.status_code == 422
    assert "999" in wrong.text
    assert "Lộ đáp án" in wrong.text
    assert client.post(new, data={"codes": items[0].code}).status_code == 422
    assert client.post(new, data={"codes": "1, 2", "reason": "Lộ đáp án"}).status_code == 302
    enemy_set = db.session.query(EnemySet).one()
    listed = client.get(f"/bank/modules/{people.module.public_id}/enemies").text
    assert "Lộ đáp án" in listed
    page = f"/bank/enemies/{enemy_set.public_id}"
    assert items[1].code in client.get(page).text
    assert client.post(page, data={"codes": "1 2 3"}).status_code == 302
    assert client.post(f"{page}/dissolve").status_code == 302
    assert client.get(page).status_code == 404


def test_a_group_of_variants_is_named_and_shown_with_its_items(people, sign_in):
    items = [make_draft(people, stem=f"Câu số {number} hỏi điều gì?") for number in range(3)]
    client, new = sign_in(people.head), f"/bank/modules/{people.module.public_id}/variants/new"
    assert client.post(new, data={"codes": "1 2", "name": "Câu tính tuổi Đảng"}).status_code == 302
    taken = client.post(new, data={"codes": "2 3"})
    assert taken.status_code == 422
    assert items[1].code in taken.text
    assert "Câu tính tuổi Đảng" in client.get(f"/bank/items/{items[0].public_id}").text
    group, _members = service.list_variant_groups(people.module)[0]
    assert client.post(f"/bank/variants/{group.public_id}", data={"codes": "1 3", "name": "Khác"}).status_code == 302
    assert client.post(f"/bank/variants/{group.public_id}/dissolve").status_code == 302


HEADERS = ["Câu hỏi", "A", "B", "C", "Đáp án"]
OPTIONS = ["Nguyên tắc tập trung dân chủ", "Tự phê bình", "Kỷ luật nghiêm minh"]


def preview(people, *rows):
    body = make_xlsx([HEADERS, *rows])
    return interchange.preview_import(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, file_name="a.xlsx", body=body
    )


def test_an_import_tells_which_rows_look_like_the_bank_or_like_each_other(people, sign_in):
    options = [(words, not place) for place, words in enumerate(OPTIONS)]
    known = make_draft(people, stem=STEM, options=options)
    other = "Cơ quan nào ban hành quy chế làm việc của ủy ban kiểm tra huyện?"
    batch = preview(
        people,
        [STEM.replace("hòa", "hoà"), *OPTIONS, "A"],
        [other, "Ban thường vụ", "Chi bộ", "Hội đồng", "B"],
        [other.replace("huyện", "tỉnh"), "Ban thường vụ", "Chi bộ", "Hội đồng", "B"],
        ["Ai triệu tập đại hội?", "Cấp ủy", "Mặt trận", "Công an", "A"],
    )
    problems = [[one["code"] for one in entry.problems] for entry in interchange.list_entries(batch)]
    assert problems == [["kin_in_bank"], [], ["kin_in_import"], []]
    shown = sign_in(people.lecturer).get(f"/interchange/batches/{batch.public_id}").text
    assert f"/bank/items/{known.public_id}" in shown
    assert known.code in shown
    assert "hoà" in shown
