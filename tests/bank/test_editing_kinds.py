"""Every kind is written, shown again and changed in the form, without script, as a browser sends it."""

import itertools

import pytest
from flask import render_template_string
from werkzeug.datastructures import MultiDict

from exambank.bank import forms
from tests.bank.item_form import buttons_of, edit_url, last_item, new_url, newest, press, read_form


def texts(rows):
    return [row["html"] for row in rows]


WRITTEN = {
    "single_choice": (
        {"options-0-text": "Bộ Chính trị", "options-1-text": "Đại hội", "options-2-text": "Ban Bí thư",
         "options-3-text": "Hội nghị", "key": "options-1", "penalty": "25"},
        lambda stem, content: (
            [row["is_key"] for row in content["options"]] == [False, True, False, False]
            and content["scoring"]["wrong"] == "0.25"
        ),
    ),
    "multiple_choice": (
        {"options-0-text": "Một", "options-1-text": "Hai", "options-2-text": "Ba", "options-3-text": "",
         "options-0-is_key": "y", "options-2-is_key": "y", "options-1-is_locked": "y", "rule": "false2",
         "lower_bound": "-50"},
        lambda stem, content: (
            [row["is_key"] for row in content["options"]] == [True, False, True]
            and [row["is_locked"] for row in content["options"]] == [False, True, False]
            and content["scoring"] == {"rule": "false2", "lower_bound": "-0.5"}
        ),
    ),
    "true_false": (
        {"key": "options-1"},
        lambda stem, content: [row["is_key"] for row in content["options"]] == [False, True],
    ),
    "true_false_cluster": (
        {"options-0-text": "Một", "options-1-text": "Hai", "options-2-text": "Ba", "options-3-text": "Bốn",
         "options-0-is_key": "y", "shares-1-share": "0,2", "shares-2-share": "0,4", "shares-3-share": "0.8"},
        lambda stem, content: content["scoring"]["table"] == ["0", "0.2", "0.4", "0.8", "1"],
    ),
    "short_text": (
        {"accepted-0-text": "Hà Nội", "accepted-0-share": "100", "accepted-1-text": "Thăng Long",
         "accepted-1-share": "33,33", "ignore_diacritics": "y", "width": "30"},
        lambda stem, content: (
            [(row["text"], row["share"]) for row in content["accepted"]] == [("Hà Nội", "1"), ("Thăng Long", "0.3333")]
            and content["scoring"]["ignore_diacritics"] and content["width"] == 30
        ),
    ),
    "numeric": (
        {"answers-0-value": "9,81", "answers-0-tolerance": "5", "answers-0-mode": "relative", "answers-0-share": "100",
         "unit": "required", "unit_penalty": "20"},
        lambda stem, content: (
            (content["answers"][0]["value"], content["answers"][0]["tolerance"]) == ("9.81", "0.05")
            and content["answers"][0]["is_relative"]
            and content["scoring"] == {"unit": "required", "unit_penalty": "0.2"}
        ),
    ),
    "matching": (
        {"options-0-text": "Pháp", "options-0-target": "Pa-ri", "options-1-text": "Lào", "options-1-target": "Viêng Chăn",
         "options-2-text": "Thủ đô của Lào", "options-2-target": "Viêng Chăn", "rule": "all_or_nothing"},
        lambda stem, content: (
            texts(content["targets"]) == ["Pa-ri", "Viêng Chăn"] and len(content["pairs"]) == 3
            and content["scoring"]["rule"] == "all_or_nothing"
        ),
    ),
    "ordering": (
        {"options-0-text": "Một", "options-1-text": "Hai", "options-2-text": "Ba", "options-3-text": "Bốn",
         "rule": "per_neighbour"},
        lambda stem, content: texts(content["options"]) == ["Một", "Hai", "Ba", "Bốn"],
    ),
    "fill_in": (
        {"stem": "Thủ đô là [[Hà Nội|Thăng Long=50%]], giành độc lập năm {{1930|*1945}}.", "ignore_case": "y"},
        lambda stem, content: (
            stem.count("data-gap") == 2 and content["gaps"][0]["accepted"][1] == {"text": "Thăng Long", "share": "0.5"}
            and [row["is_key"] for row in content["gaps"][1]["choices"]] == [False, True]
        ),
    ),
    "essay": (
        {"rubric-0-text": "Nêu khái niệm", "rubric-0-points": "0,5", "rubric-1-text": "Phân tích",
         "rubric-1-points": "1.25", "model_answer": "Trả lời\n\nđầy đủ", "words": "300", "minutes": "45"},
        lambda stem, content: (
            [row["points"] for row in content["rubric"]] == ["0.5", "1.25"]
            and content["hints"] == {"words": 300, "minutes": 45}
            and content["model_answer"] == "<p>Trả lời</p><p>đầy đủ</p>"
        ),
    ),
    "oral": (
        {"rubric-0-text": "Nắm vấn đề", "rubric-0-points": "2", "follow_ups": "Vì sao?", "preparation_minutes": "15",
         "answer_minutes": "10"},
        lambda stem, content: content["follow_ups"] == "Vì sao?" and content["hints"]["preparation_minutes"] == 15,
    ),
    "case": (
        {"questions-0-stem": "Ai đúng?", "questions-0-options-0-text": "An", "questions-0-options-1-text": "Bình",
         "questions-0-key": "questions-0-options-1", "questions-0-weight": "1,5"},
        lambda stem, content: (
            content["questions"][0]["weight"] == "1.5"
            and [row["is_key"] for row in content["questions"][0]["content"]["options"]] == [False, True]
        ),
    ),
}  # fmt: skip


def begin(client, people, kind):
    page = client.get(f"{new_url(people)}?kind={kind}")
    assert page.status_code == 200
    return page.text


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_kind_is_written_shown_again_and_saved_unchanged(people, sign_in, kind):
    client = sign_in(people.lecturer)
    typed, is_right = WRITTEN[kind]
    page = begin(client, people, kind)
    answer = press(client, page, new_url(people), "save", **{"stem": "Câu hỏi về 1 < 2 & 3?", **typed})
    assert answer.status_code == 302, answer.text
    item = last_item()
    version = newest(item)
    assert item.kind == kind
    assert is_right(version.stem, version.content), version.content
    stood = (version.content_hash, version.content, version.stem, version.revision)
    shown = client.get(edit_url(item)).text
    fields = read_form(shown)
    for name, value in typed.items():
        assert fields.get(name, "") in (value, value.replace(".", ",")), name
    assert press(client, shown, edit_url(item), "save").status_code == 302
    version = newest(item)
    assert (version.content_hash, version.content, version.stem) == stood[:3]
    assert version.revision == stood[3] + 1
    assert client.get(f"/bank/items/{item.public_id}/preview").status_code == 200


@pytest.mark.parametrize("kind", WRITTEN)
def test_an_empty_item_of_every_kind_can_be_kept_as_a_draft(people, sign_in, kind):
    client = sign_in(people.lecturer)
    page = begin(client, people, kind)
    assert press(client, page, new_url(people), "save", stem="Chưa xong").status_code == 302
    shown = client.get(edit_url(last_item()))
    assert shown.status_code == 200
    before = newest(last_item()).content_hash
    assert press(client, shown.text, edit_url(last_item()), "save").status_code == 302
    assert newest(last_item()).content_hash == before


def test_any_kind_becomes_any_other_and_the_question_text_stays(app, people):
    with app.test_request_context():
        for kind, other in itertools.permutations(WRITTEN, 2):
            posted = MultiDict({"kind": kind, "stem": "Giữ lại?", **WRITTEN[kind][0]})
            form = forms.read_form(posted, people.module)
            stem = form.stem.data
            assert form.change(f"kind-{other}")
            assert (form.kind.data, form.part.kind, form.stem.data) == (other, other, stem)
            assert render_template_string(FIELDS, part=form.part)


FIELDS = '{% import "bank/kinds/" ~ part.kind ~ ".html" as kind %}{{ kind.fields(part) }}'


def test_options_and_their_keys_go_along_from_kind_to_kind(people, sign_in):
    client = sign_in(people.lecturer)
    page = begin(client, people, "single_choice")
    typed = {"options-0-text": "Huế", "options-1-text": "Hà Nội", "key": "options-1"}
    several = press(client, page, new_url(people), "kind-multiple_choice", **typed).text
    assert read_form(several)["options-1-is_key"] == "y"
    short = press(client, several, new_url(people), "kind-short_text").text
    assert read_form(short)["accepted-0-text"] == "Hà Nội"
    order = press(client, several, new_url(people), "kind-ordering").text
    assert [read_form(order)[f"options-{place}-text"] for place in (0, 1)] == ["Huế", "Hà Nội"]


def test_the_choice_of_a_kind_shows_them_all_in_families(people, sign_in):
    page = sign_in(people.lecturer).get(new_url(people)).text
    for kind in WRITTEN:
        assert f"kind={kind}" in page
    for heading in ("eb-kinds", "eb-kind-card"):
        assert heading in page


def test_rows_are_added_moved_and_removed_by_plain_buttons(people, sign_in):
    client = sign_in(people.lecturer)
    page = begin(client, people, "ordering")
    typed = {f"options-{place}-text": words for place, words in enumerate(["Một", "Ba", "Hai", "Bốn"])}
    page = press(client, page, new_url(people), "down-options-1", **typed).text
    page = press(client, page, new_url(people), "add-options").text
    page = press(client, page, new_url(people), "up-options-4", **{"options-4-text": "Năm"}).text
    page = press(client, page, new_url(people), "remove-options-0").text
    fields = read_form(page)
    assert [fields[f"options-{place}-text"] for place in range(4)] == ["Hai", "Ba", "Năm", "Bốn"]
    assert "options-4-text" not in fields


def test_the_key_stays_with_its_option_when_rows_move(people, sign_in):
    client = sign_in(people.lecturer)
    page = begin(client, people, "single_choice")
    page = press(client, page, new_url(people), "up-options-1", **{"options-1-text": "Đúng", "key": "options-1"}).text
    assert read_form(page)["key"] == "options-0"
    assert read_form(page)["options-0-text"] == "Đúng"


def test_a_table_that_nobody_changed_follows_the_statements(people, sign_in):
    client = sign_in(people.lecturer)
    page = begin(client, people, "true_false_cluster")
    assert [read_form(page)[f"shares-{place}-share"] for place in range(5)] == ["0", "0,1", "0,25", "0,5", "1"]
    page = press(client, page, new_url(people), "remove-options-3").text
    assert "shares-4-share" not in read_form(page)
    page = press(client, page, new_url(people), "add-options", **{"shares-1-share": "0,3"}).text
    assert read_form(page)["shares-1-share"] == "0,3"
    assert "shares-4-share" in read_form(page)


def test_a_table_may_still_be_given_as_one_line(people, sign_in):
    client = sign_in(people.lecturer)
    data = {"kind": "true_false_cluster", "stem": "Đoạn văn", "table": "0; 0,2; 0,5; 1", "go": "save"}
    data |= {f"options-{place}-text": words for place, words in enumerate(["Một", "Hai", "Ba"])}
    assert client.post(new_url(people), data=data).status_code == 302
    assert newest(last_item()).content["scoring"] == {"table": ["0", "0.2", "0.5", "1"]}


def test_units_of_a_number_are_added_and_kept(people, sign_in):
    client = sign_in(people.lecturer)
    page = begin(client, people, "numeric")
    page = press(client, page, new_url(people), "add-units", **{"answers-0-value": "5"}).text
    page = press(client, page, new_url(people), "add-units", **{"units-0-name": "kg", "units-0-factor": "1"}).text
    assert read_form(page)["unit"] == "optional"
    typed = {"stem": "Nặng bao nhiêu?", "units-1-name": "g", "units-1-factor": "0,001"}
    assert press(client, page, new_url(people), "save", **typed).status_code == 302
    assert newest(last_item()).content["units"] == [{"name": "kg", "factor": "1"}, {"name": "g", "factor": "0.001"}]


def test_what_belongs_to_nothing_stands_on_the_right_too(people, sign_in):
    client = sign_in(people.lecturer)
    page = press(client, begin(client, people, "matching"), new_url(people), "add-extras").text
    typed = WRITTEN["matching"][0] | {"stem": "Nối", "extras-0-text": "Băng Cốc"}
    assert press(client, page, new_url(people), "save", **typed).status_code == 302
    content = newest(last_item()).content
    assert texts(content["targets"]) == ["Pa-ri", "Viêng Chăn", "Băng Cốc"]
    assert content["targets"][2]["token"] not in content["pairs"].values()


def test_a_gap_that_stays_keeps_its_token_when_another_is_put_before_it(people, sign_in):
    client = sign_in(people.lecturer)
    typed = {"stem": "Một [[a]] hai {{*b|c}}"}
    page = begin(client, people, "fill_in")
    assert press(client, page, new_url(people), "save", **typed).status_code == 302
    before = newest(last_item()).content["gaps"]
    page = client.get(edit_url(last_item())).text
    page = press(client, page, edit_url(last_item()), "gaps", stem="Không [[x]] một [[a]] hai {{*b|c}}").text
    assert [read_form(page)[f"gaps-{place}-typed"] for place in range(3)] == ["[[x]]", "[[a]]", "{{*b|c}}"]
    assert press(client, page, edit_url(last_item()), "save", **{"gaps-1-weight": "2,5"}).status_code == 302
    after = newest(last_item()).content["gaps"]
    assert [gap["token"] for gap in after[1:]] == [gap["token"] for gap in before]
    assert after[2]["choices"] == before[1]["choices"]
    assert [gap["weight"] for gap in after] == ["1", "2.5", "1"]


def test_rubric_rows_belong_to_parts_of_an_essay(people, sign_in):
    client = sign_in(people.lecturer)
    page = press(client, begin(client, people, "essay"), new_url(people), "add-prompts").text
    page = press(client, page, new_url(people), "add-prompts", **{"prompts-0-text": "Ý một"}).text
    page = press(client, page, new_url(people), "add-rubric", **{"prompts-1-text": "Ý hai"}).text
    token = read_form(page)["prompts-1-token"]
    typed = {"stem": "Bàn về", "rubric-0-text": "Nêu", "rubric-0-points": "0,25", "rubric-0-prompt": token}
    assert press(client, page, new_url(people), "save", **typed).status_code == 302
    content = newest(last_item()).content
    assert content["rubric"][0]["prompt"] == content["prompts"][1]["token"] == token


def test_the_rubric_shows_its_sum(people, sign_in):
    client = sign_in(people.lecturer)
    typed = {"rubric-0-points": "0,75", "rubric-1-points": "1.5"}
    page = press(client, begin(client, people, "essay"), new_url(people), "add-rubric", **typed).text
    assert "2,25" in page[page.index("eb-total") :][:200]


def test_a_case_takes_questions_of_several_kinds_moves_and_drops_them(people, sign_in):
    client = sign_in(people.lecturer)
    page = begin(client, people, "case")
    for kind in ("short_text", "fill_in", "essay"):
        page = press(client, page, new_url(people), "add-questions", **{"questions-kind": kind}).text
    page = press(client, page, new_url(people), "remove-questions-0").text
    page = press(client, page, new_url(people), "up-questions-1", **{"questions-1-stem": "Điền [[x]]"}).text
    page = press(client, page, new_url(people), "add-questions-1-accepted").text
    fields = read_form(page)
    assert [fields[f"questions-{place}-kind"] for place in range(3)] == ["fill_in", "short_text", "essay"]
    page = press(client, page, new_url(people), "gaps-questions-0").text
    assert read_form(page)["questions-0-gaps-0-typed"] == "[[x]]"
    typed = {"stem": "Tình huống", "questions-1-stem": "Ai?", "questions-1-accepted-0-text": "An",
             "questions-2-stem": "Vì sao?", "questions-2-rubric-0-text": "Lý do", "questions-2-rubric-0-points": "1"}  # fmt: skip
    assert press(client, page, new_url(people), "save", **typed).status_code == 302
    questions = newest(last_item()).content["questions"]
    assert [question["kind"] for question in questions] == ["fill_in", "short_text", "essay"]
    assert "data-gap" in questions[0]["stem"]
    before = newest(last_item()).content_hash
    shown = client.get(edit_url(last_item())).text
    assert press(client, shown, edit_url(last_item()), "save").status_code == 302
    assert newest(last_item()).content_hash == before


def test_a_case_holds_neither_a_case_nor_an_oral_question(people, sign_in):
    client = sign_in(people.lecturer)
    page = press(
        client, begin(client, people, "case"), new_url(people), "add-questions", **{"questions-kind": "case"}
    ).text
    assert read_form(page)["questions-1-kind"] == "single_choice"
    assert "up-questions-1" in buttons_of(page)
