"""One item of every kind: how it is typed by the keyboard alone, and what must then be stored of it."""

from playwright.sync_api import expect

from tests.browser.bank_road import Keyboard, rich


def _rows(keys: Keyboard, words, right=(), name="options") -> None:
    """Rows one after the other by Enter; a right one by the key for it."""
    for place, text in enumerate(words):
        if place:
            keys.press("Enter")
        keys.write(rich(f"{name}-{place}-text"), text)
        if place in right:
            keys.press("Alt+k")


OPTIONS = ["Tập trung dân chủ", "Tự phê bình", "Kỷ luật nghiêm minh", "Gắn bó với Nhân dân"]
SEVERAL = ["Tự phê bình", "Khoán việc", "Đoàn kết thống nhất", "Cấm bàn bạc"]
STATEMENTS = ["Đảng viên được bảo lưu ý kiến", "Nghị quyết chỉ để tham khảo", "Thiểu số phục tùng đa số",
              "Cấp trên không giải thích"]  # fmt: skip
STEPS = ["Đặt vấn đề", "Thảo luận", "Biểu quyết", "Ra nghị quyết"]
PAIRS = {"Pháp": "Pa-ri", "Ý": "Rô-ma", "Áo": "Viên"}


def single_choice(keys: Keyboard) -> None:
    _rows(keys, OPTIONS, right=[1])
    keys.press("Alt+ArrowUp", "Shift+Tab")


def multiple_choice(keys: Keyboard) -> None:
    _rows(keys, SEVERAL, right=[0, 2])
    keys.choose("[name=rule]", 1)


def true_false(keys: Keyboard) -> None:
    keys.tick("[name=key]")
    keys.press("ArrowDown")


def true_false_cluster(keys: Keyboard) -> None:
    _rows(keys, STATEMENTS, right=[0, 2])


def short_text(keys: Keyboard) -> None:
    keys.write("[name=accepted-0-text]", "Phú Thọ")
    keys.press("Enter")
    keys.write("[name=accepted-1-text]", "Vĩnh Phú")
    keys.reach("[name=accepted-1-share]")
    keys.type_anew("50")
    keys.tick("[name=ignore_diacritics]")


def numeric(keys: Keyboard) -> None:
    keys.write("[name=answers-0-value]", "9,81")
    keys.write("[name=answers-0-tolerance]", "0,05")
    keys.choose("[name=unit]", 1)
    keys.reach(".eb-kind summary")
    keys.press("Enter")
    keys.reach("[data-add=units]")
    keys.press("Enter")
    keys.write("[name=units-0-name]", "m/s2")
    keys.reach("[name=units-0-factor]")
    keys.type_anew("1")


def matching(keys: Keyboard) -> None:
    for place, (left, right) in enumerate(PAIRS.items()):
        keys.write(rich(f"options-{place}-text"), left)
        keys.write(rich(f"options-{place}-target"), right)
    keys.reach(".eb-kind summary")
    keys.press("Enter")
    keys.reach("[data-add=extras]")
    keys.press("Enter")
    keys.write(rich("extras-0-text"), "Béc-lin")


def ordering(keys: Keyboard) -> None:
    _rows(keys, [STEPS[1], STEPS[0], *STEPS[2:]])
    keys.reach(rich("options-1-text"), "Shift+Tab")
    keys.press("Alt+ArrowUp")


def fill_in(_keys: Keyboard) -> None:
    """All of it stands in the text."""


def essay(keys: Keyboard) -> None:
    keys.reach("[data-add=prompts]")
    keys.press("Enter")
    _rows(keys, ["Nêu khái niệm", "Liên hệ thực tiễn"], name="prompts")
    keys.write(rich("rubric-0-text"), "Đúng khái niệm")
    keys.write("[name=rubric-0-points]", "0,75")
    keys.press("Enter")
    keys.write(rich("rubric-1-text"), "Liên hệ sát cơ sở")
    keys.write("[name=rubric-1-points]", "1,25")
    keys.write(rich("model_answer"), "Trình bày đủ hai ý.")
    keys.write("[name=words]", "300")


def oral(keys: Keyboard) -> None:
    keys.write(rich("rubric-0-text"), "Nêu đủ ba nguyên tắc")
    keys.write("[name=rubric-0-points]", "1,5")
    keys.press("Enter", "Backspace")  # the second row is not needed
    keys.write(rich("follow_ups"), "Vì sao như vậy?")
    keys.write("[name=preparation_minutes]", "15")


def case(keys: Keyboard) -> None:
    keys.write(rich("questions-0-stem"), "Đồng chí bí thư nên làm gì trước?")
    _rows(keys, OPTIONS, right=[0], name="questions-0-options")
    keys.choose("[name=questions-kind]", 4)
    keys.follow("[name=go][value=add-questions]")
    expect(keys.page.locator("[data-rows=questions] > [data-row]").last).to_be_focused()
    keys.write(rich("questions-1-stem"), "Việc ấy theo nguyên tắc nào?")
    keys.write("[name=questions-1-accepted-0-text]", "tập trung dân chủ")
    keys.reach("[name=questions-1-weight]")
    keys.type_anew("2")


STEMS = {
    "single_choice": "Nguyên tắc tổ chức cơ bản của Đảng là gì?",
    "multiple_choice": "Những nguyên tắc nào là của Đảng?",
    "true_false": "Chi bộ họp mỗi năm một lần.",
    "true_false_cluster": "Xét các ý sau về sinh hoạt chi bộ.",
    "short_text": "Đền Hùng ở tỉnh nào?",
    "numeric": "Gia tốc rơi tự do là bao nhiêu?",
    "matching": "Nối nước với thủ đô.",
    "ordering": "Xếp các bước của một cuộc họp.",
    "fill_in": "Đảng ra đời năm [[1930|ba mươi=50%]] tại {{Huế|*Hương Cảng}}.",
    "essay": "Phân tích nguyên tắc tập trung dân chủ.",
    "oral": "Trình bày ba nguyên tắc tổ chức của Đảng.",
    "case": "Một chi bộ chậm ra nghị quyết vì còn ý kiến khác nhau.",
}
WRITE = {
    one.__name__: one
    for one in (single_choice, multiple_choice, true_false, true_false_cluster, short_text, numeric, matching,
                ordering, fill_in, essay, oral, case)
}  # fmt: skip


# --- what is stored ---


def told(kind: str, stem: str, content: dict):
    """What a content says, without its tokens."""
    return _TOLD[kind](content, stem)


def _keyed(content, _stem=""):
    return [(row["html"], row["is_key"]) for row in content["options"]]


def _matched(content, _stem):
    targets = {row["token"]: row["html"] for row in content["targets"]}
    pairs = {row["html"]: targets[content["pairs"][row["token"]]] for row in content["options"]}
    return pairs, sorted(set(targets.values()) - set(pairs.values()))


def _gapped(content, stem):
    text, choice = content["gaps"]
    accepted = [(row["text"], row["share"]) for row in text["accepted"]]
    return accepted, [(row["text"], row["is_key"]) for row in choice["choices"]], stem


def _questions(content, _stem):
    first, second = content["questions"]
    return [
        (first["stem"], _keyed(first["content"]), first["weight"]),
        (second["stem"], [row["text"] for row in second["content"]["accepted"]], second["weight"]),
    ]


def _rubric(content):
    return [(row["html"], row["points"]) for row in content["rubric"]]


_TOLD = {
    "single_choice": _keyed,
    "multiple_choice": lambda content, _stem: (_keyed(content), content["scoring"]["rule"]),
    "true_false": lambda content, _stem: [(row["token"], row["is_key"]) for row in content["options"]],
    "true_false_cluster": _keyed,
    "short_text": lambda content, _stem: (
        [(row["text"], row["share"]) for row in content["accepted"]], content["scoring"]["ignore_diacritics"]),
    "numeric": lambda content, _stem: (
        [(row["value"], row["tolerance"], row["is_relative"]) for row in content["answers"]], content["units"],
        content["scoring"]["unit"]),
    "matching": _matched,
    "ordering": lambda content, _stem: [row["html"] for row in content["options"]],
    "fill_in": lambda content, stem: _gapped(content, stem.count("data-gap")),
    "essay": lambda content, _stem: (
        [row["html"] for row in content["prompts"]], _rubric(content), content["model_answer"],
        content["hints"]["words"]),
    "oral": lambda content, _stem: (
        _rubric(content), content["follow_ups"], content["hints"]["preparation_minutes"]),
    "case": _questions,
}  # fmt: skip
EXPECTED = {
    "single_choice": [
        ("Tập trung dân chủ", False), ("Tự phê bình", True), ("Gắn bó với Nhân dân", False),
        ("Kỷ luật nghiêm minh", False)],
    "multiple_choice": (list(zip(SEVERAL, (True, False, True, False), strict=True)), "false"),
    "true_false": [("true", False), ("false", True)],
    "true_false_cluster": list(zip(STATEMENTS, (True, False, True, False), strict=True)),
    "short_text": ([("Phú Thọ", "1"), ("Vĩnh Phú", "0.5")], True),
    "numeric": ([("9.81", "0.05", False)], [{"name": "m/s2", "factor": "1"}], "optional"),
    "matching": (PAIRS, ["Béc-lin"]),
    "ordering": STEPS,
    "fill_in": ([("1930", "1"), ("ba mươi", "0.5")], [("Huế", False), ("Hương Cảng", True)], 2),
    "essay": (
        ["Nêu khái niệm", "Liên hệ thực tiễn"], [("Đúng khái niệm", "0.75"), ("Liên hệ sát cơ sở", "1.25")],
        "Trình bày đủ hai ý.", 300),
    "oral": ([("Nêu đủ ba nguyên tắc", "1.5")], "Vì sao như vậy?", 15),
    "case": [
        ("Đồng chí bí thư nên làm gì trước?", list(zip(OPTIONS, (True, False, False, False), strict=True)), "1"),
        ("Việc ấy theo nguyên tắc nào?", ["tập trung dân chủ"], "2")],
}  # fmt: skip
