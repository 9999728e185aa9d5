"""One question of every kind, and an exam that asks them all, in which nothing is dealt away."""

from collections import Counter
from decimal import Decimal

from exambank import clock
from exambank.assembly import service as assembly
from exambank.assembly.rules import CellSpec
from exambank.bank.interactions import REGISTRY
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.sittings import service
from tests.bank.factories import FOUR, make_accepted, make_content
from tests.exams.factories import make_ready_exam
from tests.people import actor_of
from tests.sittings.factories import Candidate

GAP_TEXT, GAP_LIST = "aaaa1111", "bbbb2222"
TARGET = {name: f"t{at}{at}{at}{at}aaaa" for at, name in enumerate(("Đại hội", "Ban Chấp hành", "Bộ Chính trị"), 1)}
STATEMENTS = [("Đảng viên có quyền bảo lưu ý kiến", True), ("Nghị quyết chỉ là tham khảo", False),
              ("Thiểu số phục tùng đa số", True), ("Cấp dưới phục tùng cấp trên", True)]  # fmt: skip


def _rows(*texts: str) -> list[dict]:
    return [{"html": text} for text in texts]


RAW = {
    "short_text": {"accepted": [{"text": "Hà Nội", "share": "1"}]},
    "numeric": {
        "answers": [{"value": "3.14", "tolerance": "0.01", "share": "1"}],
        "units": [{"name": "kg", "factor": "1"}],
        "scoring": {"unit": "required"},
    },
    "matching": {
        "options": [{"token": "cccc1111", "html": "Cơ quan lãnh đạo cao nhất"},
                    {"token": "cccc2222", "html": "Cơ quan lãnh đạo giữa hai kỳ đại hội"}],
        "targets": [{"token": token, "html": name} for name, token in TARGET.items()],
        "pairs": {"cccc1111": TARGET["Đại hội"], "cccc2222": TARGET["Ban Chấp hành"]},
    },
    "ordering": {"options": _rows("Nêu vấn đề", "Thảo luận", "Biểu quyết", "Thi hành")},
    "fill_in": {
        "gaps": [
            {"token": GAP_TEXT, "kind": "text", "accepted": [{"text": "tập trung dân chủ", "share": "1"}]},
            {"token": GAP_LIST, "kind": "choice",
             "choices": [{"token": "dddd1111", "text": "đa số", "is_key": True}, {"token": "dddd2222", "text": "thiểu số"}]},
        ],
    },
    "essay": {"rubric": [{"html": "Nêu đúng khái niệm", "points": "0.5"}], "hints": {"words": 120, "minutes": 15}},
    "oral": {"rubric": [{"html": "Trả lời đủ ý", "points": "0.5"}], "hints": {"preparation_minutes": 10}},
}  # fmt: skip
STEMS = {
    "short_text": "Thủ đô của nước ta là thành phố nào?",
    "numeric": "Một tạ bằng mấy phần của tấn, tính theo đơn vị đã học?",
    "matching": "Nối mỗi nội dung với cơ quan tương ứng.",
    "ordering": "Sắp xếp các bước của một cuộc họp chi bộ.",
    "fill_in": f'<p>Đảng tổ chức theo nguyên tắc <span data-gap="{GAP_TEXT}"></span>.</p>'
               f'<p>Thiểu số phục tùng <span data-gap="{GAP_LIST}"></span>.</p>',
    "essay": "Trình bày nội dung của nguyên tắc tập trung dân chủ.",
    "oral": "Phân tích vai trò của chi bộ ở cơ sở.",
    "case": "<p>Tại cuộc họp chi bộ tháng 5, đồng chí A đề nghị biểu quyết ngay mà không thảo luận.</p>",
}  # fmt: skip
PARTS = {"first": "eeee1111", "second": "eeee2222", "third": "eeee3333"}


def _essay_in_parts() -> dict:
    prompts = [{"token": "ffff1111", "html": "Khái niệm"}, {"token": "ffff2222", "html": "Liên hệ thực tế"}]
    rubric = [{"html": "Đúng", "points": "0.5", "prompt": one["token"]} for one in prompts]
    return {"prompts": prompts, "rubric": rubric, "hints": {"words": 200}}


def _case() -> dict:
    single = make_content("single_choice", FOUR)
    return {
        "questions": [
            {"token": PARTS["first"], "kind": "single_choice", "stem": "Đồng chí A đã vi phạm điều gì?", "content": single},
            {"token": PARTS["second"], "kind": "short_text", "stem": "Nguyên tắc nào bị vi phạm?", "content": RAW["short_text"]},
            {"token": PARTS["third"], "kind": "ordering", "stem": "Sắp xếp lại các bước.", "content": RAW["ordering"]},
        ]
    }  # fmt: skip


def contents() -> list[tuple[str, str, dict]]:
    """Kind, stem and content of one item of each kind; the essay twice, once in parts."""
    choices = [
        ("single_choice", "Đảng tổ chức theo nguyên tắc cơ bản nào?", make_content("single_choice", FOUR)),
        ("multiple_choice", "Những nguyên tắc nào là của Đảng?",
         make_content("multiple_choice", [*FOUR[:2], ("Tự nguyện", True), ("Khoán việc", False)])),
        ("true_false", "Chi bộ là tế bào của Đảng.", make_content("true_false", [("true", True)])),
        ("true_false_cluster", "Xét các ý sau.", make_content("true_false_cluster", STATEMENTS)),
    ]  # fmt: skip
    raw = {**RAW, "case": _case()}
    others = [(kind, STEMS[kind], raw[kind]) for kind in STEMS]
    in_parts = ("essay", "Trả lời lần lượt từng ý về công tác chi bộ.", _essay_in_parts())
    return [(kind, stem, REGISTRY[kind].normalise(content)) for kind, stem, content in [*choices, *others, in_parts]]


def make_kinds_paper(people, pictures=()) -> None:
    """Approved papers that ask one question of every kind."""
    for kind, stem, content in contents():
        extra = "".join(f'<img data-media="{one}" alt="Sơ đồ tổ chức">' for one in pictures) if kind == "essay" else ""
        make_accepted(people, kind=kind, stem=stem + extra, content=content, tags=["mọi dạng"])
    kinds = Counter(kind for kind, _stem, _content in contents())
    points = {"kind": None, "points": Decimal("0.5"), "tag": "mọi dạng"}
    cells = [CellSpec(**{**points, "kind": kind, "count": count}) for kind, count in kinds.items()]
    blueprint = assembly.write_blueprint(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name="Mọi dạng", cells=cells
    )
    papers = assembly.deal_papers(
        actor=actor_of(people.quality), now=clock.now(), blueprint=blueprint, count=1, seed="mọi dạng"
    )
    assembly.approve_papers(actor=actor_of(people.head), now=clock.now(), paper_set=papers)


def make_kinds_exam(people, **values) -> Exam:
    """The exam over these papers, open."""
    make_kinds_paper(people, values.pop("pictures", ()))
    exam = make_ready_exam(people, room_names=["Phòng máy 1"], duration_seconds=3600, **values)
    service.prepare(exam.public_id)
    exams.open_exam(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    return exam


class KindsCandidate(Candidate):
    """A candidate who finds a question by its kind, and answers in the kind's payload."""

    def number_of(self, kind: str, at: int = 0) -> int:
        return [one.number for one in self.questions if one.kind == kind][at]

    def give(self, number: int, payload: dict, n: int | None = None) -> dict:
        return {"q": number, "n": n or next(self.counter), "payload": payload, "at": 1}
