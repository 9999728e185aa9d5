"""Acts of acceptance: what is in force, what changed since, and how much."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank import audit, clock
from exambank.bank import rules, service
from exambank.bank.rules import InForce
from exambank.errors import InvalidInput, StateConflict
from tests.bank.factories import make_accepted, make_draft
from tests.bank.test_review import decide, revise, submit
from tests.people import THEN, actor_of


def rows(**texts):
    return [InForce(key, key.upper(), 1, digest) for key, digest in texts.items()]


def test_the_first_act_has_no_ratio_and_the_next_measures_against_it():
    assert rules.compare_banks(None, rows(a="1", b="2")).ratio is None
    last = [one.row() for one in rows(a="1", b="2", c="3", d="4")]
    change = rules.compare_banks(last, rows(a="1", b="9", c="3", e="5"))
    assert [one.code for one in change.new] == ["E"]
    assert [one.code for one in change.changed] == ["B"]
    assert [one.code for one in change.gone] == ["D"]
    assert (change.kept, change.count, change.ratio) == (2, 3, 0.75)
    assert change.is_over(30)
    assert not change.is_over(75)
    assert rules.compare_banks([], rows(a="1")).ratio == 1


BANK = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("123"), max_size=8)


@given(BANK, BANK)
def test_every_item_is_kept_new_changed_or_gone_exactly_once(before, after):
    change = rules.compare_banks([one.row() for one in rows(**before)], rows(**after))
    assert change.kept + len(change.new) + len(change.changed) == change.total == len(after)
    assert change.kept + len(change.changed) + len(change.gone) == change.before == len(before)
    assert (change.ratio == 0) == (before == after)


def record(people, **values):
    bank = service.compare_with_last(people.module)
    given_values = {
        "held_at": THEN, "chair": "Bùi Quang Huy", "secretary": "Ngô Văn Khải", "members": ["Trần Văn Bình", " "],
        "conclusion": "Nhất trí nghiệm thu.", "fingerprint": service.fingerprint_of(bank),
    }  # fmt: skip
    return service.record_acceptance(
        actor=actor_of(people.quality), now=clock.now(), course_module=people.module, **given_values | values
    )


def test_an_act_keeps_every_item_in_force_with_its_text(any_app, people):
    items = [make_accepted(people, stem=f"Câu {number} hỏi gì?") for number in range(4)]
    make_draft(people, stem="Câu nháp hỏi gì?")
    service.suspend_item(actor=actor_of(people.head), now=clock.now(), item=items[3], reason="Chờ")
    act = record(people)
    assert (act.number, act.change_ratio, act.members, act.counts["total"]) == (1, None, ["Trần Văn Bình"], 4)
    assert [row[1] for row in act.items] == ["XDD-0001", "XDD-0002", "XDD-0003", "XDD-0004"]
    assert act.items[0][3] == service.get_newest_version(items[0]).content_hash
    assert act.counts["table"] == [["Chương 1", "Nhận biết", "single_choice", 4]]
    service.retire_item(actor=actor_of(people.head), now=clock.now(), item=items[0], reason="Cũ")
    revise(people, items[1])
    submit(people, items[1])
    decide(people.quality, items[1])
    make_accepted(people, stem="Câu mới hỏi gì?")
    bank = service.compare_with_last(people.module)
    assert bank.change.counts() == {"total": 4, "before": 4, "new": 1, "changed": 1, "retired": 1, "kept": 2}
    assert bank.is_over
    second = record(people)
    assert (second.number, second.change_ratio, second.counts["limit"]) == (2, 0.75, 30)
    assert [one.number for one in service.list_acceptances(people.module)] == [2, 1]
    assert audit.verify().problems == ()


def test_an_act_over_a_bank_that_changed_meanwhile_is_refused(app, people):
    make_accepted(people)
    seen = service.fingerprint_of(service.compare_with_last(people.module))
    make_accepted(people, stem="Câu hai hỏi gì?")
    with pytest.raises(StateConflict):
        record(people, fingerprint=seen)
    assert service.list_acceptances(people.module) == []


def test_an_act_needs_a_council_a_past_date_and_items(app, people):
    with pytest.raises(StateConflict):
        record(people)
    make_accepted(people)
    for wrong in ({"chair": " "}, {"secretary": ""}, {"held_at": clock.now() + timedelta(days=1)},
                  {"members": [f"Người {number}" for number in range(30)]}):  # fmt: skip
        with pytest.raises(InvalidInput):
            record(people, **wrong)


def test_the_page_shows_the_change_and_records_the_act(people, sign_in):
    url = f"/bank/modules/{people.module.public_id}/acceptance"
    client = sign_in(people.quality)
    assert client.get(url).status_code == 200
    make_accepted(people)
    seen = service.fingerprint_of(service.compare_with_last(people.module))
    data = {"bank": seen, "held_at": "2026-01-05T08:00", "chair": "Bùi Quang Huy", "secretary": "Ngô Văn Khải",
            "members": "Trần Văn Bình\nLê Thị Mai", "conclusion": "Nhất trí."}  # fmt: skip
    assert client.post(url, data=data | {"chair": "", "held_at": "hôm qua"}).status_code == 422
    late = client.post(url, data=data | {"held_at": "2099-01-05T08:00"})
    assert late.status_code == 422
    assert "Nhất trí." in late.text
    assert client.post(url, data=data).status_code == 302
    act = service.list_acceptances(people.module)[0]
    assert act.members == ["Trần Văn Bình", "Lê Thị Mai"]
    assert f"/documents/acceptances/{act.public_id}" in client.get(url).text
    assert client.post(url, data=data | {"bank": "khac"}).status_code == 409
