"""The minutes of an act of acceptance."""

from exambank import clock
from exambank.bank import service as bank
from exambank.documents import rules, service
from tests.bank.factories import make_accepted
from tests.people import THEN, actor_of


def make_act(people, items=5):
    for number in range(items):
        make_accepted(people, stem=f"Câu {number} hỏi gì?")
    return bank.record_acceptance(
        actor=actor_of(people.quality), now=clock.now(), course_module=people.module, held_at=THEN,
        chair="Bùi Quang Huy", secretary="Ngô Văn Khải", members=["Trần Văn Bình", '#read("x") $ <b>'],
        conclusion="Nhất trí nghiệm thu.\n#panic()", fingerprint=bank.fingerprint_of(bank.compare_with_last(people.module)),
    )  # fmt: skip


def test_minutes_tell_the_council_the_counts_and_every_item(app, people):
    act = make_act(people)
    content = service.acceptance_contents(act)
    assert content["title"] == "BIÊN BẢN NGHIỆM THU NGÂN HÀNG CÂU HỎI"
    assert content["council"][0] == ["Chủ tịch hội đồng", "Bùi Quang Huy"]
    assert content["levels"] == ["Nhận biết", "Thông hiểu", "Vận dụng"]
    assert content["topics"] == [{"name": "Chương 1", "rows": [["Một lựa chọn đúng", "5", "", "", "5"]]}]
    assert (content["total"], content["ratio"], content["changes"]) == ("5", "", [])
    cells = [cell for row in content["items"] for cell in row]
    assert cells[:3] == ["XDD-0001", "1", act.items[0][3][:8]]
    assert len(cells) % 9 == 0


def test_minutes_of_an_old_act_stay_the_same_when_the_bank_goes_on(app, people):
    act = make_act(people)
    before = rules.check_code(service.acceptance_contents(act))
    later = make_act(people, items=1)
    assert rules.check_code(service.acceptance_contents(act)) == before
    content = service.acceptance_contents(later)
    assert content["ratio"] == "Tỷ lệ thay đổi so với lần nghiệm thu trước: 20 %, không vượt mức 30 %."
    assert content["changes"] == [["Câu mới", "XDD-0006"]]


def test_minutes_print_again_with_the_same_code_and_a_copy_number(any_app, people, sign_in):
    act = make_act(people, items=40)
    first = service.print_acceptance(actor=actor_of(people.quality), now=clock.now(), act=act)
    again = service.print_acceptance(actor=actor_of(people.head), now=clock.now(), act=act)
    assert first.body.startswith(b"%PDF")
    assert first.code == again.code
    assert first.file_name == "bien-ban-nghiem-thu-xdd-1.pdf"
    url = f"/documents/acceptances/{act.public_id}"
    assert sign_in(people.quality).post(url).mimetype == "application/pdf"
    for person in (people.lecturer, people.officer, people.invigilator, people.learner):
        assert sign_in(person).post(url).status_code == 404
