"""The item's form through HTTP: what cannot be saved, two editors, pictures, places, copies, what was typed and not saved."""

import io
import json

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from exambank import clock
from exambank.audit import AuditDetail, AuditEvent
from exambank.bank import forms, rules, service
from exambank.bank.interactions import REGISTRY, Problem
from exambank.bank.models import EditBuffer, ItemFingerprint
from exambank.courses import service as courses
from exambank.courses.models import LearningOutcome
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput
from tests.bank.factories import make_accepted, make_content, make_draft, png
from tests.bank.item_form import buttons_of, edit_url, last_item, new_url, newest, press, read_form
from tests.bank.test_editing_kinds import WRITTEN, begin
from tests.people import actor_of


def write(client, people, kind, **changes):
    page = begin(client, people, kind)
    typed = {"stem": "Bản đầu tiên?", **WRITTEN[kind][0], **changes}
    assert press(client, page, new_url(people), "save", **typed).status_code == 302
    return last_item()


def keep_picture(people, body=None, module=None, alt="Sơ đồ"):
    return service.add_picture(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=module or people.module, name="a.png",
        body=body or png(), alt=alt,
    )  # fmt: skip


# --- what cannot be saved is said at its place, and nothing typed is lost ---

BAD = [
    ("single_choice", {"penalty": "nhiều"}, "penalty"),
    ("multiple_choice", {"lower_bound": "50"}, "lower_bound"),
    ("true_false_cluster", {"shares-2-share": "một nửa"}, "shares-2-share"),
    ("short_text", {"accepted-1-share": "150"}, "accepted-1-share"),
    ("numeric", {"answers-0-value": "mười"}, "answers-0-value"),
    ("numeric", {"answers-0-tolerance": "-1"}, "answers-0-tolerance"),
    ("essay", {"rubric-1-points": "0,3"}, "rubric-1-points"),
    ("essay", {"minutes": "lâu"}, "minutes"),
    ("oral", {"rubric-0-points": "NaN"}, "rubric-0-points"),
    ("case", {"questions-0-penalty": "x"}, "questions-0-penalty"),
    ("case", {"questions-0-weight": "nặng"}, "questions-0-weight"),
    ("single_choice", {"minutes": "0"}, "minutes"),
]


@pytest.mark.parametrize(("kind", "wrong", "field"), BAD)
def test_a_wrong_value_is_named_at_its_field_and_everything_is_kept(people, sign_in, kind, wrong, field):
    client = sign_in(people.lecturer)
    page = begin(client, people, kind)
    typed = {"stem": "Giữ lại câu này", **WRITTEN[kind][0], **wrong}
    answer = press(client, page, new_url(people), "save", **typed)
    assert answer.status_code == 200
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    fields = read_form(answer.text)
    for name, value in typed.items():
        assert fields.get(name, "") == value, name
    assert last_item() is None


def test_a_question_without_words_is_not_saved(people, sign_in):
    client = sign_in(people.lecturer)
    page = begin(client, people, "essay")
    answer = press(client, page, new_url(people), "save", stem="   ", model_answer="Đáp án dài")
    assert 'href="#stem"' in answer.text
    assert read_form(answer.text)["model_answer"] == "Đáp án dài"


def test_three_hundred_kilobytes_are_refused_and_come_back_whole(people, sign_in):
    client = sign_in(people.lecturer)
    page = begin(client, people, "single_choice")
    paste = "<p>" + "Một đoạn dài dán từ Word. " * 12_000 + "</p>"
    answer = press(client, page, new_url(people), "save", stem=paste)
    assert answer.status_code == 200
    assert read_form(answer.text)["stem"] == paste
    assert str(len(paste)) in answer.text
    answer = press(client, page, new_url(people), "save", **{"stem": "Ngắn?", "options-1-text": paste})
    assert read_form(answer.text)["options-1-text"] == paste
    assert last_item() is None


def test_rows_without_end_and_odd_names_do_no_harm(people, sign_in):
    client = sign_in(people.lecturer)
    data = {"kind": "single_choice", "stem": "Nhiều dòng?", "key": "options-9999", "go": "save"}
    data |= {f"options-{place}-text": f"Dòng {place}" for place in range(900)}
    data |= {"options-x-text": "?", "options--1-text": "?", "options-1-odd": "?", "options-1-token": "<script>"}
    assert client.post(new_url(people), data=data).status_code == 302
    content = newest(last_item()).content
    assert len(content["options"]) <= 60
    assert all(row["token"].isalnum() for row in content["options"])


@pytest.mark.parametrize("kind", WRITTEN)
def test_html_in_any_field_is_inert(people, sign_in, kind):
    client = sign_in(people.lecturer)
    evil = '<img src=x onerror=alert(1)><script>alert(2)</script></textarea><b onclick="x">đậm</b>'
    page = begin(client, people, kind)
    texts = {
        name: evil for name in read_form(page) if name.endswith(("text", "target", "stem", "answer", "follow_ups"))
    }
    answer = press(client, page, new_url(people), "save", **{**texts, "stem": evil, "source": evil, "tags": evil})
    assert answer.status_code == 302
    item = last_item()
    version = newest(item)
    parts = REGISTRY[kind].parts(version.stem, version.content)
    assert not [part for part in parts if "<script" in part.html.lower() or "<b onclick" in part.html]
    for url in (edit_url(item), f"/bank/items/{item.public_id}/preview"):
        shown = client.get(url).text
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "</textarea><b" not in shown


# --- two editors ---


@pytest.mark.parametrize("kind", WRITTEN)
def test_two_editors_see_both_texts_of_every_kind_and_neither_is_lost(people, sign_in, kind):
    item = write(sign_in(people.lecturer), people, kind)
    first, second = sign_in(people.lecturer), sign_in(people.head)
    mine = second.get(edit_url(item)).text
    tail = " [[a]]" if kind == "fill_in" else ""
    theirs = first.get(edit_url(item)).text
    assert press(first, theirs, edit_url(item), "save", stem=f"Bản của Nguyệt?{tail}").status_code == 302
    saved = newest(item)
    refused = press(second, mine, edit_url(item), "save", stem=f"Bản của Huy?{tail}")
    assert refused.status_code == 409
    assert "Nguyệt" in refused.text
    assert read_form(refused.text)["stem"] == f"Bản của Huy?{tail}"
    assert newest(item).content_hash == saved.content_hash
    taken = press(second, refused.text, edit_url(item), "theirs-stem")
    assert read_form(taken.text)["stem"] == f"Bản của Nguyệt?{tail}"
    assert press(second, refused.text, edit_url(item), "save").status_code == 302
    assert "Huy" in newest(item).stem


def test_single_parts_of_theirs_are_taken_over(people, sign_in):
    item = write(sign_in(people.lecturer), people, "single_choice")
    first, second = sign_in(people.lecturer), sign_in(people.head)
    mine = second.get(edit_url(item)).text
    theirs = first.get(edit_url(item)).text
    theirs = press(first, theirs, edit_url(item), "add-options").text
    changes = {"options-0-text": "Của họ", "options-4-text": "Thêm của họ", "tags": "của họ"}
    press(first, theirs, edit_url(item), "save", **changes)
    page = press(
        second, mine, edit_url(item), "save", **{"options-0-text": "Của tôi", "options-1-text": "Cũng của tôi"}
    )
    assert page.status_code == 409
    tokens = [row["token"] for row in newest(item).content["options"]]
    page = press(second, page.text, edit_url(item), f"theirs-option:{tokens[0]}")
    page = press(second, page.text, edit_url(item), f"theirs-option:{tokens[4]}")
    page = press(second, page.text, edit_url(item), "theirs-place:tags")
    assert "theirs-place:tags" not in buttons_of(page.text)
    fields = read_form(page.text)
    assert [fields[f"options-{place}-text"] for place in (0, 1, 4)] == ["Của họ", "Cũng của tôi", "Thêm của họ"]
    assert fields["tags"] == "của họ"
    assert press(second, page.text, edit_url(item), "save").status_code == 302
    assert len(newest(item).content["options"]) == 5


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_part_of_theirs_can_be_taken_over_and_then_nothing_differs(people, sign_in, kind):
    client = sign_in(people.lecturer)
    item = write(client, people, kind, stem=WRITTEN[kind][0].get("stem", "Một?"))
    page = client.get(edit_url(item)).text
    fields = read_form(page)
    texts = {name: f"{value} khác" for name, value in fields.items() if name.endswith(("-text", "-target", "answer"))}
    other = sign_in(people.head)
    press(other, page, edit_url(item), "save", source="Sách", **texts)
    page = press(client, page, edit_url(item), "save", stem="Khác hẳn [[x]]").text
    for _turn in range(40):
        offered = [go for go in buttons_of(page) if go.startswith("theirs-") and go != "theirs-all"]
        if not offered:
            break
        page = press(client, page, edit_url(item), offered[0]).text
    assert press(client, page, edit_url(item), "save").status_code == 302
    assert newest(item).content_hash == service.list_versions(item)[0].content_hash
    before = newest(item)
    assert "Khác hẳn" not in before.stem
    stored = json.dumps(before.content, ensure_ascii=False)
    assert all(value.splitlines()[-1] in stored for value in texts.values())


def test_their_whole_text_is_taken_over_at_once(people, sign_in):
    client = sign_in(people.lecturer)
    item = write(client, people, "essay")
    mine = client.get(edit_url(item)).text
    press(sign_in(people.head), mine, edit_url(item), "save", stem="Của họ", model_answer="Đáp án của họ")
    page = press(client, mine, edit_url(item), "save", stem="Của tôi", **{"rubric-0-text": "Của tôi"}).text
    fields = read_form(press(client, page, edit_url(item), "theirs-all").text)
    assert (fields["stem"], fields["model_answer"], fields["rubric-0-text"]) == (
        "Của họ",
        "Đáp án của họ",
        "Nêu khái niệm",
    )


# --- what was typed and not saved ---


def keep(people, item, fields, **values):
    service.keep_buffer(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, item=item,
        fields=list(fields.items()), **values,
    )  # fmt: skip


def test_what_was_typed_and_not_saved_is_shown_again_and_dropped_on_save(people, sign_in):
    client = sign_in(people.lecturer)
    item = write(client, people, "ordering")
    fields = read_form(client.get(edit_url(item)).text)
    keep(people, item, fields | {"options-0-text": "Chưa lưu"}, base=fields["base"], revision=int(fields["revision"]))
    page = client.get(edit_url(item)).text
    assert read_form(page)["options-0-text"] == "Chưa lưu"
    assert "/drop" in page
    assert press(client, page, edit_url(item), "save").status_code == 302
    assert newest(item).content["options"][0]["html"] == "Chưa lưu"
    assert service.find_buffer(actor=actor_of(people.lecturer), item=item) is None


def test_unsaved_text_that_others_overtook_is_shown_beside_theirs(people, sign_in):
    client = sign_in(people.lecturer)
    item = write(client, people, "essay")
    page = client.get(edit_url(item)).text
    fields = read_form(page)
    keep(people, item, fields | {"stem": "Của tôi, chưa lưu"}, base=fields["base"], revision=int(fields["revision"]))
    press(sign_in(people.head), page, edit_url(item), "save", stem="Của họ, đã lưu")
    page = client.get(edit_url(item)).text
    table = page[page.index('id="conflict"') : page.index("</table>")]
    assert "Của họ, đã lưu" in rules.plain_text(table)
    assert read_form(page)["stem"] == "Của tôi, chưa lưu"


def test_a_new_item_that_was_not_saved_is_found_again_by_its_number(people, sign_in):
    client = sign_in(people.lecturer)
    fields = read_form(begin(client, people, "short_text"))
    number = "01900000-0000-7000-8000-000000000001"
    keep(people, None, fields | {"stem": "Dở dang", "accepted-0-text": "ba"}, public_id=number)
    page = client.get(f"{new_url(people)}?buffer={number}").text
    assert (read_form(page)["stem"], read_form(page)["accepted-0-text"]) == ("Dở dang", "ba")
    assert press(client, page, new_url(people), "save").status_code == 302
    assert not db.session.scalar(select(EditBuffer).where(EditBuffer.public_id == number)).form
    other = sign_in(people.other_lecturer).get(f"{new_url(people)}?buffer={number}").text
    assert "Dở dang" not in other


# --- pictures ---


def test_a_picture_of_another_bank_is_refused_in_any_field(people, sign_in):
    strange = keep_picture(people, module=people.other_module)
    client = sign_in(people.lecturer)
    html = f'<p>Xem</p><img data-media="{strange.public_id}" alt="lạ">'
    for kind, field in [("essay", "model_answer"), ("matching", "options-1-target"), ("single_choice", "stem")]:
        page = begin(client, people, kind)
        answer = press(client, page, new_url(people), "save", **{"stem": "Có hình?", **WRITTEN[kind][0], field: html})
        assert answer.status_code == 200
        assert "eb-error-summary" in answer.text
        assert read_form(answer.text)[field] == html
    assert last_item() is None
    with pytest.raises(InvalidInput):
        service.add_drafts(
            actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module,
            drafts=[rules.ItemDraft("single_choice", html, make_content())],
        )  # fmt: skip


def test_a_picture_within_a_text_belongs_to_the_fingerprint_of_the_text(people, sign_in):
    first, second = keep_picture(people), keep_picture(people, png(5, 5))
    client = sign_in(people.lecturer)
    item = write(
        client, people, "single_choice", **{"options-0-text": f'<img data-media="{first.public_id}" alt="a"><p>x</p>'}
    )
    before = newest(item).content_hash
    assert first.public_id in newest(item).content["options"][0]["html"]
    page = client.get(edit_url(item)).text
    changed = read_form(page)["options-0-text"].replace(first.public_id, second.public_id)
    assert press(client, page, edit_url(item), "save", **{"options-0-text": changed}).status_code == 302
    assert newest(item).content_hash != before


def test_a_picture_delivered_with_a_mistake_elsewhere_is_kept(people, sign_in):
    client = sign_in(people.lecturer)
    fields = read_form(begin(client, people, "single_choice")) | {"minutes": "x", "alt": "Sơ đồ", "go": "save"}
    page = client.post(
        new_url(people), data=fields | {"picture": (io.BytesIO(png()), "a.png")}, content_type="multipart/form-data"
    ).text
    fields = read_form(page)
    assert fields["media"]
    assert press(client, page, new_url(people), "save", stem="Hình gì?", minutes="1,5").status_code == 302
    assert newest(last_item()).media.public_id == fields["media"]
    assert last_item().expected_seconds == 90


# --- where it belongs and comes from ---


def test_places_and_source_are_stored_shown_and_recorded(app, people, sign_in):
    with unit_of_work() as session:
        outcome = LearningOutcome(course_module_id=people.module.id, code="CĐR1", text="Nêu được", position=1)
        session.add(outcome)
    client = sign_in(people.lecturer)
    lines = {"source": "Điều lệ Đảng", "source_chapter": "2", "source_page": "14-15", "contributors": "Trần Thị B",
             "licence": "nội bộ", "tags": "ôn tập, mới", "minutes": "2"}  # fmt: skip
    item = write(
        client, people, "true_false", **lines, topic=people.topics[1].public_id, level=people.levels[1].public_id
    )
    assert (item.topic_id, item.level_id, item.expected_seconds) == (people.topics[1].id, people.levels[1].id, 120)
    assert (item.source, item.source_chapter, item.source_page) == ("Điều lệ Đảng", "2", "14-15")
    page = client.get(edit_url(item)).text
    fields = read_form(page)
    assert {name: fields[name] for name in lines} == lines | {"tags": "mới, ôn tập"}
    assert press(client, page, edit_url(item), "save", source_page="16", tags="mới").status_code == 302
    query = select(AuditDetail.details).join(AuditEvent, AuditEvent.number == AuditDetail.number)
    record = db.session.scalars(query.where(AuditEvent.verb == "item.revised")).one()
    assert sorted(json.loads(record)["changed"]) == ["source_page", "tags"]


def test_a_retired_topic_stays_with_its_item_and_is_offered_to_no_other(people, sign_in):
    client = sign_in(people.lecturer)
    item = write(client, people, "true_false", topic=people.topics[1].public_id)
    topic = people.topics[1]
    courses.retire_topic(actor=actor_of(people.lecturer), now=clock.now(), topic=topic)
    page = client.get(edit_url(item)).text
    assert press(client, page, edit_url(item), "save", stem="Sửa câu?").status_code == 302
    assert last_item().topic_id == topic.id
    assert topic.public_id not in begin(client, people, "essay")


def test_minutes_are_kept_to_the_second(people, sign_in):
    client = sign_in(people.lecturer)
    item = write(client, people, "true_false", minutes="0,33")
    assert item.expected_seconds == 20
    page = client.get(edit_url(item)).text
    assert press(client, page, edit_url(item), "save").status_code == 302
    assert last_item().expected_seconds == 20


def test_an_outcome_of_another_module_is_refused(people):
    with unit_of_work() as session:
        outcome = LearningOutcome(course_module_id=people.other_module.id, code="X", text="Lạ", position=1)
        session.add(outcome)
    with pytest.raises(InvalidInput):
        make_draft(people, outcome=outcome)


# --- copies, fingerprints, permissions ---


def test_a_copy_is_a_new_draft_that_says_where_it_comes_from(people, sign_in):
    item = make_accepted(people, tags=["ôn tập"], source="Giáo trình")
    client = sign_in(people.other_lecturer)
    answer = client.post(f"/bank/items/{item.public_id}/copy")
    copy = last_item()
    assert answer.location.endswith(edit_url(copy))
    assert (copy.state, copy.author_id) == ("draft", people.other_lecturer.id)
    assert newest(copy).content_hash == newest(item).content_hash
    assert item.code in copy.source
    assert people.lecturer.full_name in copy.contributors
    assert [tag.tag for tag in copy.tags] == ["ôn tập"]
    assert client.get(edit_url(copy)).status_code == 200
    for person in (people.learner, people.stranger, people.quality):
        assert sign_in(person).post(f"/bank/items/{item.public_id}/copy").status_code == 404


def test_every_saved_text_leaves_its_fingerprint(people, sign_in):
    client = sign_in(people.lecturer)
    item = write(client, people, "fill_in")
    sketch = db.session.get(ItemFingerprint, item.id).sketch
    page = client.get(edit_url(item)).text
    press(client, page, edit_url(item), "save", stem="Một câu hoàn toàn khác về chuyện khác [[b]]")
    db.session.expire_all()
    assert db.session.get(ItemFingerprint, item.id).sketch != sketch


def test_an_item_in_review_is_not_changed_and_the_text_is_not_lost(people, sign_in):
    client = sign_in(people.lecturer)
    item = write(client, people, "single_choice")
    page = client.get(edit_url(item)).text
    service.submit_for_review(actor=actor_of(people.lecturer), now=clock.now(), item=item)
    answer = press(client, page, edit_url(item), "save", stem="Sửa muộn?")
    assert "Sửa muộn?" in answer.text
    assert "Sửa muộn?" not in newest(item).stem


def test_what_is_missing_among_the_options_is_said_beside_the_options(people):
    form = forms.read_form(MultiDict({"kind": "single_choice", "stem": "Chỉ có câu dẫn?"}), people.module)
    form.place_problems(
        [
            Problem("no_key", "Chưa có đáp án."),
            Problem("no_topic", "Chưa chọn nội dung."),
            Problem("x", "Ở dẫn.", part="stem"),
        ]
    )
    assert [one.code for one in form.part.problems] == ["no_key"]
    assert [one.code for one in form.problems] == ["no_topic", "x"]
