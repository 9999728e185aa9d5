"""A sound content of every kind, the response that its key asks for, and responses at random."""

from hypothesis import strategies as st

from exambank.bank.interactions import REGISTRY

EXAMPLES = {
    "single_choice": {
        "options": [
            {"token": "aa11", "html": "Hà Nội", "is_key": True},
            {"token": "bb22", "html": "Huế"},
            {"token": "cc33", "html": "Vinh"},
        ],
        "scoring": {"wrong": "0.25"},
    },
    "multiple_choice": {
        "options": [
            {"token": "aa11", "html": "Một", "is_key": True},
            {"token": "bb22", "html": "Hai", "is_key": True},
            {"token": "cc33", "html": "Ba"},
            {"token": "dd44", "html": "Bốn"},
        ],
        "scoring": {"rule": "true", "lower_bound": "-0.5"},
    },
    "true_false": {"options": [{"token": "true", "is_key": True}, {"token": "false"}]},
    "true_false_cluster": {
        "options": [
            {"token": "aa11", "html": "Một", "is_key": True},
            {"token": "bb22", "html": "Hai"},
            {"token": "cc33", "html": "Ba"},
            {"token": "dd44", "html": "Bốn", "is_key": True},
        ]
    },
    "short_text": {
        "accepted": [{"token": "aa11", "text": "hòa bình"}, {"token": "bb22", "text": "yên ổn", "share": "0,5"}],
        "scoring": {"ignore_case": True},
        "width": 30,
    },
    "numeric": {
        "answers": [{"token": "aa11", "value": "3,5", "tolerance": "0.1"}],
        "units": [{"name": "kg"}, {"name": "g", "factor": "0.001"}],
        "scoring": {"unit": "required", "unit_penalty": "0.5"},
    },
    "matching": {
        "options": [{"token": "aa11", "html": "Pháp"}, {"token": "bb22", "html": "Ý"}],
        "targets": [
            {"token": "t0000aaaa", "html": "Pa-ri"},
            {"token": "t0000bbbb", "html": "Rô-ma"},
            {"token": "t0000cccc", "html": "Viên"},
        ],
        "pairs": {"aa11": "t0000aaaa", "bb22": "t0000bbbb"},
    },
    "ordering": {
        "options": [{"token": token, "html": token} for token in ("dd44", "aa11", "cc33", "bb22")],
        "scoring": {"rule": "per_neighbour"},
    },
    "fill_in": {
        "gaps": [
            {"token": "aa11", "kind": "text", "accepted": [{"text": "1930"}], "weight": "2"},
            {
                "token": "bb22",
                "kind": "choice",
                "choices": [{"token": "x1", "text": "Hương Cảng", "is_key": True}, {"token": "x2", "text": "Huế"}],
            },
        ]
    },
    "essay": {
        "prompts": [{"token": "aa11", "html": "Nêu khái niệm"}, {"token": "bb22", "html": "Liên hệ"}],
        "rubric": [
            {"token": "cc33", "html": "Đúng khái niệm", "points": "0.75", "prompt": "aa11"},
            {"token": "dd44", "html": "Liên hệ tốt", "points": "1,25", "prompt": "bb22"},
        ],
        "model_answer": "<p>Bài mẫu</p>",
        "hints": {"words": 300, "minutes": 20},
    },
    "oral": {
        "rubric": [{"token": "cc33", "html": "Trình bày rõ", "points": "1"}],
        "model_answer": "Gợi ý trả lời",
        "follow_ups": "Vì sao?",
        "hints": {"preparation_minutes": 15, "answer_minutes": 10},
    },
}
STEMS = {
    "fill_in": 'Năm <span data-gap="aa11"></span> tại <span data-gap="bb22"></span>.',
}
INNER = [kind for kind in EXAMPLES if kind != "oral"]
EXAMPLES["case"] = {
    "questions": [
        {"token": f"q{place:02d}", "kind": kind, "stem": STEMS.get(kind, "Câu nào?"), "content": EXAMPLES[kind],
         "weight": str(place % 3 + 1)}
        for place, kind in enumerate(INNER)
    ]
}  # fmt: skip
KINDS = sorted(EXAMPLES)


def stem_of(kind: str) -> str:
    return STEMS.get(kind, "Câu hỏi?")


def content_of(kind: str) -> dict:
    return REGISTRY[kind].normalise(EXAMPLES[kind])


def key_payload(kind: str, content: dict) -> dict:
    """The response that gets all that a machine can give."""
    keys = [row["token"] for row in content["options"] if row["is_key"]]
    return {
        "single_choice": lambda: {"choice": keys[0]},
        "true_false": lambda: {"choice": keys[0]},
        "multiple_choice": lambda: {"choices": keys},
        "true_false_cluster": lambda: {"statements": {row["token"]: row["is_key"] for row in content["options"]}},
        "short_text": lambda: {"text": content["accepted"][0]["text"]},
        "numeric": lambda: {"value": content["answers"][0]["value"], "unit": content["units"][0]["name"]},
        "matching": lambda: {"pairs": content["pairs"]},
        "ordering": lambda: {"places": {row["token"]: place for place, row in enumerate(content["options"], start=1)}},
        "fill_in": lambda: {"gaps": {gap["token"]: _gap_key(gap) for gap in content["gaps"]}},
        "essay": lambda: {"parts": {row["token"]: "Bài làm" for row in content["prompts"]}},
        "oral": lambda: {"text": "Ghi chú"},
        "case": lambda: {
            "questions": {row["token"]: key_payload(row["kind"], row["content"]) for row in content["questions"]}
        },
    }[kind]()


def _gap_key(gap: dict) -> str:
    if gap["kind"] == "text":
        return gap["accepted"][0]["text"]
    return next(row["token"] for row in gap["choices"] if row["is_key"])


WORDS = st.sampled_from(["", "hòa bình", "hoà  bình", "yên ổn", "1930", "<b>x</b>", "Hu\u00ea\u0301", "  ", "a\nb"])


def payloads(kind: str, content: dict) -> st.SearchStrategy:
    """Any response that fits."""
    tokens = [row["token"] for row in content["options"]]
    if kind in ("single_choice", "true_false"):
        return st.fixed_dictionaries({"choice": st.sampled_from([*tokens, None])})
    if kind == "multiple_choice":
        return st.fixed_dictionaries({"choices": st.lists(st.sampled_from(tokens), unique=True)})
    if kind == "true_false_cluster":
        return _named("statements", {token: st.sampled_from([True, False, None]) for token in tokens})
    if kind == "short_text":
        return st.fixed_dictionaries({"text": WORDS})
    if kind == "numeric":
        values = st.sampled_from(["", "3.5", "3,6", "3,61", "3500", "3,5 kg", "x", "-1e3"])
        return st.fixed_dictionaries({"value": values, "unit": st.sampled_from(["", "kg", "g", "KG", "m"])})
    if kind == "matching":
        targets = st.sampled_from([*(row["token"] for row in content["targets"]), None])
        return _named("pairs", dict.fromkeys(tokens, targets))
    if kind == "ordering":
        places = st.permutations([None, *range(1, len(tokens) + 1)])
        return places.map(lambda drawn: {"places": dict(zip(tokens, drawn, strict=False))})
    if kind == "fill_in":
        return _named("gaps", {gap["token"]: _gap_values(gap) for gap in content["gaps"]})
    if kind == "essay":
        return _named("parts", {row["token"]: WORDS for row in content["prompts"]})
    if kind == "oral":
        return st.fixed_dictionaries({"text": WORDS})
    inner = {row["token"]: st.none() | payloads(row["kind"], row["content"]) for row in content["questions"]}
    return _named("questions", inner)


def _named(name: str, fields: dict) -> st.SearchStrategy:
    return st.fixed_dictionaries({name: st.fixed_dictionaries(fields)})


def _gap_values(gap: dict) -> st.SearchStrategy:
    if gap["kind"] == "text":
        return st.none() | WORDS
    return st.sampled_from([None, *(row["token"] for row in gap["choices"])])
