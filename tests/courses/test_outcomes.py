"""Learning outcomes of a module: added, changed, ordered, retired; never deleted."""

import pytest

from exambank import audit, clock
from exambank.courses import service
from exambank.errors import InvalidInput
from tests.people import actor_of


def add(people, code, text="Trình bày được nguyên tắc"):
    return service.add_outcome(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, code=code, text=text
    )


def codes(people, **values):
    return [one.code for one in service.list_outcomes(people.module, **values)]


def test_outcomes_keep_their_order_and_a_retired_one_stays_on_record(any_app, people):
    act = {"actor": actor_of(people.lecturer), "now": clock.now()}
    first, second, third = (add(people, code) for code in ("CLO1", "CLO2", "CLO3"))
    service.move_outcome(**act, outcome=third, step=-1)
    assert codes(people) == ["CLO1", "CLO3", "CLO2"]
    service.retire_outcome(**act, outcome=first)
    assert codes(people) == ["CLO3", "CLO2"]
    assert codes(people, with_retired=True) == ["CLO1", "CLO3", "CLO2"]
    service.restore_outcome(**act, outcome=first)
    service.edit_outcome(**act, outcome=second, code="CLO9", text="Vận dụng được")
    assert codes(people) == ["CLO1", "CLO3", "CLO9"]
    assert audit.verify().problems == ()


def test_a_code_is_taken_once_and_nothing_may_be_empty(any_app, people):
    add(people, "CLO1")
    for code, text in (("CLO1", "x"), ("", "x"), ("CLO2", " ")):
        with pytest.raises(InvalidInput):
            add(people, code, text)
    assert codes(people) == ["CLO1"]


def test_a_lecturer_of_the_module_keeps_its_outcomes_in_the_browser(people, sign_in):
    client, url = sign_in(people.lecturer), f"/courses/modules/{people.module.public_id}/outcomes"
    assert client.get(url).status_code == 200
    assert client.post(url, data={"code": "CLO1", "text": "Trình bày được"}).status_code == 302
    wrong = client.post(url, data={"code": "CLO1", "text": "Giữ lời đã gõ"})
    assert wrong.status_code == 200
    assert "Giữ lời đã gõ" in wrong.text
    [outcome] = service.list_outcomes(people.module)
    own = f"/courses/outcomes/{outcome.public_id}"
    assert client.post(f"{own}/edit", data={"code": "CLO1", "text": "Giải thích được"}).status_code == 302
    assert "Giải thích được" in client.get(url).text
    assert client.post(f"{own}/retire").status_code == 302
    assert codes(people) == []
    assert sign_in(people.stranger).post(f"{own}/restore").status_code == 404
