"""Why the right answer is right: written with any kind, read by staff, never by a candidate."""

import json

import pytest

from exambank.bank.interactions import REGISTRY
from tests.bank.item_form import edit_url, new_url, newest, press
from tests.bank.kinds import KINDS, content_of, stem_of
from tests.bank.test_editing import write
from tests.bank.test_editing_kinds import WRITTEN, begin

WHY = "<p>Vì <b>Điều lệ</b> nói vậy</p>"


@pytest.mark.parametrize("kind", WRITTEN)
def test_it_is_written_kept_and_shown_again_with_every_kind(people, sign_in, kind):
    client = sign_in(people.lecturer)
    item = write(client, people, kind, explanation="Vì Điều lệ nói vậy.")
    assert newest(item).content["explanation"] == "Vì Điều lệ nói vậy."
    assert "Vì Điều lệ nói vậy." in client.get(f"/bank/items/{item.public_id}").text
    page = client.get(edit_url(item)).text
    assert press(client, page, edit_url(item), "save", explanation="Vì khác.").status_code == 302
    assert newest(item).content["explanation"] == "Vì khác."


def test_it_stays_when_the_kind_is_changed(people, sign_in):
    client = sign_in(people.lecturer)
    page = begin(client, people, "single_choice")
    changed = press(client, page, new_url(people), "kind-multiple_choice", stem="Câu?", explanation="Vì vậy.")
    assert "Vì vậy." in changed.text


@pytest.mark.parametrize("kind", KINDS)
def test_no_candidate_sees_it_and_an_item_without_one_is_as_before(app, kind):
    one, content = REGISTRY[kind], content_of(kind)
    assert "explanation" not in content
    explained = one.normalise({**content, "explanation": WHY})
    assert {**content, "explanation": WHY} == explained == one.normalise(explained)
    assert one.fragment(stem_of(kind), explained) == one.fragment(stem_of(kind), content)
    assert "Điều lệ" not in json.dumps(one.scoring_rule(explained), ensure_ascii=False)
    assert next(part for part in one.parts("", explained) if part.anchor == "explanation").is_secret


def test_a_question_of_a_case_has_its_own(people, sign_in):
    client = sign_in(people.lecturer)
    item = write(client, people, "case", **{"questions-0-explanation": "Vì câu một."})
    assert newest(item).content["questions"][0]["content"]["explanation"] == "Vì câu một."


def test_a_script_in_it_is_inert(app):
    content = REGISTRY["single_choice"].normalise({**content_of("single_choice"), "explanation": "<script>x</script>a"})
    assert content["explanation"] == "a"
