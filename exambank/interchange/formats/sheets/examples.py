"""PURE. An item of every kind, for the example that people download."""

from exambank.bank.interactions import new_token
from exambank.interchange.neutral import Draft, draft_of


def example_drafts() -> list[Draft]:
    """Short, harmless questions; together they show every column that a lecturer may need."""
    one, two, three = ({"topic_names": (f"Chương {number}",)} for number in (1, 2, 3))
    first, second, named = new_token(), new_token(), [f"t{new_token()}" for _place in range(3)]
    return [
        draft_of("single_choice", "Thủ đô của Việt Nam là thành phố nào?",
                 _options("*Hà Nội", "Huế", "Đà Nẵng", "Cần Thơ"), level="Nhận biết", tags=("địa lý",),
                 source="Giáo trình, trang 5", **one),
        draft_of("multiple_choice", "Những số nào là số chẵn?", _options("*2", "3", "*4", "5"),
                 level="Thông hiểu", **one),
        draft_of("true_false", "Một năm có 12 tháng.",
                 {"options": [{"token": "true", "is_key": True}, {"token": "false"}],
                  "explanation": "Lịch dương có 12 tháng."}, level="Nhận biết", **two),
        draft_of("true_false_cluster", "Xét các phát biểu về số 6:",
                 {**_options("*6 là số chẵn", "6 là số nguyên tố", "*6 chia hết cho 3", "6 lớn hơn 7"),
                  "scoring": {"table": ["0", "0.1", "0.25", "0.5", "1"]}}, level="Vận dụng", **two),
        draft_of("single_choice", "Khi có cháy cần làm gì trước hết?",
                 _options("Báo động", "Ngắt điện", "Gọi 114", "*Cả ba việc trên"), tags=("điểm liệt",), **two),
        draft_of("short_text", "Chiến dịch kết thúc ngày 07/5/1954 tên là gì?",
                 {"accepted": [{"text": "Điện Biên Phủ"}, {"text": "Điện Biên", "share": "0.5"}]}, **three),
        draft_of("numeric", "Một bao thóc nặng 10 yến là bao nhiêu ki-lô-gam?",
                 {"answers": [{"value": "100", "tolerance": "0.5"}], "units": [{"name": "kg"}],
                  "scoring": {"unit": "optional"}}, **three),
        draft_of("matching", "Ghép mỗi nước với thủ đô của nước đó.",
                 {"options": [{"token": first, "html": "Lào"}, {"token": second, "html": "Thái Lan"}],
                  "targets": [{"token": token, "html": words}
                              for token, words in zip(named, ("Viêng Chăn", "Băng Cốc", "Ma-ni-la"), strict=True)],
                  "pairs": {first: named[0], second: named[1]}}, **three),
        draft_of("ordering", "Xếp các việc theo trình tự soạn thảo văn bản.",
                 {"options": [{"html": words} for words in ("Lập đề cương", "Viết bản thảo", "Duyệt và ký")]}, **three),
        draft_of("fill_in", f'Đảng ra đời năm <span data-gap="{first}"></span> tại <span data-gap="{second}"></span>.',
                 {"gaps": [{"token": first, "kind": "text", "accepted": [{"text": "1930"}]},
                           {"token": second, "kind": "choice", "choices": [
                               {"text": "Hương Cảng", "is_key": True}, {"text": "Quảng Châu"}]}]}, **three),
        draft_of("essay", "Trình bày khái niệm dân vận và liên hệ với địa phương.",
                 {"rubric": [{"html": "Nêu đúng khái niệm", "points": "1"},
                             {"html": "Liên hệ thực tế", "points": "1.5"}],
                  "model_answer": "Dân vận là vận động mọi lực lượng của mỗi người dân.",
                  "hints": {"words": 300}}, **three),
        draft_of("oral", "Nêu ba nguyên tắc làm việc với dân.",
                 {"rubric": [{"html": "Nêu đủ ba nguyên tắc", "points": "1.5"}],
                  "follow_ups": "Nguyên tắc nào khó nhất?",
                  "hints": {"preparation_minutes": 10, "answer_minutes": 5}}, **three),
        draft_of("case", "Xã A nhận được đơn của một hộ dân về ranh giới đất.",
                 {"questions": [
                     {"kind": "single_choice", "stem": "Ai tiếp nhận đơn?",
                      "content": _options("*Ủy ban nhân dân xã", "Tòa án", "Công an tỉnh")},
                     {"kind": "essay", "stem": "Nêu các bước giải quyết.", "weight": "2",
                      "content": {"rubric": [{"html": "Đủ các bước", "points": "2"}]}}]}, **three),
    ]  # fmt: skip


def _options(*words: str) -> dict:
    return {"options": [{"html": one.removeprefix("*"), "is_key": one.startswith("*")} for one in words]}
