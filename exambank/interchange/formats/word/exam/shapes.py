"""PURE. What kind of question a question is, by its options, its answer and where it stands."""

import re

from exambank.interchange.formats.word.exam import keylists, words
from exambank.interchange.formats.word.exam.asking import Asked
from exambank.interchange.formats.word.exam.keylists import Key
from exambank.interchange.formats.word.exam.lines import TABLE
from exambank.interchange.formats.word.exam.signs import LOOKS, Signs

CHOICE, CLUSTER, TRUTH, ESSAY, SHORT, ORDER, MATCH, EMPTY = (
    "choice", "cluster", "truth", "essay", "short", "order", "match", "empty",
)  # fmt: skip
LONGEST_SHORT = 60
_TRUE_FALSE = re.compile(
    r"đúng\s*(?:hay|hoặc|,|/|-|–)?\s*sai|true\s*(?:or|/)\s*false|(?:mỗi|các)\s+(?:ý|mệnh\s+đề"
    r"|phát\s+biểu)\s+(?:a|sau).{0,60}đúng",
    re.IGNORECASE,
)
_TRUTH_END = re.compile(r"\s*[(\[]\s*(đúng|sai|đ|s|true|false|t|f)\s*[)\]]\s*\.?\s*$", re.IGNORECASE)
_WORDS_TRUE, _WORDS_FALSE = ("đúng", "true", "đ", "yes", "có"), ("sai", "false", "s", "no", "không")
_TASK = re.compile(
    r"\s*(?:anh\s*[(/,]?\s*chị\)?|đồng\s+chí|em|bạn)?[,\s]*(?:hãy\s+)?(?:trình\s+bày|phân\s+tích|nêu"
    r"|chứng\s+minh|liên\s+hệ|so\s+sánh|giải\s+thích|"
    r"làm\s+rõ|bình\s+luận|đánh\s+giá|vận\s+dụng|viết|tính|giải|tìm|vẽ|xác\s+định|thực\s+hiện|rút\s+gọn"
    r"|describe|explain|discuss)\b", re.IGNORECASE,
)  # fmt: skip
_ORDERED = re.compile(r"\s*[A-J](?:\s*[-–>]+\s*[A-J])+\s*", re.IGNORECASE)
_PAIRED = re.compile(r"\s*\d{1,2}\s*[-–:.)]?\s*[A-J](?:\s*[,;]\s*\d{1,2}\s*[-–:.)]?\s*[A-J])+\s*\.?\s*", re.IGNORECASE)


def shape_of(asked: Asked, keys: list[Key], *, prefers_upper: bool, small_are_choices: bool = False) -> str:
    """The shape of a question, once its stated keys are known.

    ``small_are_choices``: where most options have capitals, those with small letters still have one key each.
    """
    if asked.options:
        return _with_options(asked, keys, prefers_upper, small_are_choices)
    if not asked.stem:
        return EMPTY
    said = [key.words for key in keys if key.words] + [one.words for one in asked.answers if not one.letters]
    kind = asked.block.section.kind
    if truth_of_stem(asked) is not None and (kind == CLUSTER or _TRUE_FALSE.search(asked.stem_text)):
        return TRUTH
    if any(is_truth(one) is not None for one in said) or (not said and kind == CLUSTER and not keys):
        return TRUTH
    if (
        any(0 < len(one) <= LONGEST_SHORT and "\n" not in one for one in said)
        and kind != ESSAY
        and not _long_answer(asked)
    ):
        return SHORT
    return SHORT if kind == SHORT else ESSAY


def _long_answer(asked: Asked) -> bool:
    return len(asked.answer_lines) > 1 or any(line.role == TABLE for line in asked.answer_lines)


def _with_options(asked: Asked, keys: list[Key], prefers_upper: bool, small_are_choices: bool) -> str:
    count = len(asked.options)
    stated = [one.words for one in asked.answers if not one.letters]
    if any(_ORDERED.fullmatch(one) and len(re.findall(r"[A-J]", one.upper())) == count for one in stated):
        return ORDER
    truths = [key.truths for key in keys] + [keylists.truths_of(one) for one in stated]
    said = sum(one.truth is not None for one in asked.options)
    is_lower = not any(one.is_upper for one in asked.options)
    if any(len(one) == count for one in truths) or said >= max(2, count - 1):
        return CLUSTER
    kind = asked.block.section.kind
    has_letters = any(one.letters for one in asked.answers) or any(key.letters for key in keys)
    if kind == CLUSTER and not (has_letters and not is_lower) and not is_true_false(asked):
        return CLUSTER
    if not is_lower:
        return CHOICE
    if _TRUE_FALSE.search(asked.stem_text) and not has_letters and not is_true_false(asked):
        return CLUSTER
    if kind != ESSAY and sum(bool(one.signs & {"star", "tag"}) for one in asked.options) == 1:
        return CHOICE
    if not has_letters and not keys and not _is_marked(asked) and _are_tasks(asked):
        return ESSAY
    if not has_letters and not keys and _TASK.match(asked.stem_text) and not _is_marked(asked):
        return ESSAY
    if has_letters or not prefers_upper:
        return ESSAY if kind == ESSAY and not has_letters else CHOICE
    if kind == ESSAY or asked.points or any(words.points_mark(one.text.text)[0] for one in asked.options):
        return ESSAY
    is_cluster = count == 4 and not asked.answer_lines and not asked.explanation_only and not small_are_choices
    return CLUSTER if is_cluster else CHOICE


def _are_tasks(asked: Asked) -> bool:
    """Parts of one task: "Bài 1 (3 điểm). a) Giải ... b) Tìm ..."."""
    tasks = sum(bool(_TASK.match(one.text.text)) for one in asked.options)
    return 2 * tasks >= len(asked.options) if not asked.stem or asked.points else tasks == len(asked.options)


def _is_marked(asked: Asked) -> bool:
    signs = Signs.of(asked.options)
    return any(one.signs for one in asked.options) or any(
        signs.marked(name, channel) for name in LOOKS if name != "italic" for channel in ("label", "text")
    )


def is_true_false(asked: Asked) -> bool:
    """Two options that say only "Đúng" and "Sai"."""
    said = [is_truth(one.text.plain()) for one in asked.options]
    return len(said) == 2 and set(said) == {True, False}


def is_truth(said: str) -> bool | None:
    """What "Đúng", "S" or "True" means; None for other words."""
    plain = said.strip(" .()[]").lower()
    return True if plain in _WORDS_TRUE else False if plain in _WORDS_FALSE else None


def truth_of_stem(asked: Asked) -> bool | None:
    """ "... (Đ)" at the end of a statement."""
    found = _TRUTH_END.search(asked.stem[-1].text) if asked.stem else None
    return is_truth(found[1]) if found and found.start() else None


def without_truth(asked: Asked) -> None:
    """Take that mark out of the statement."""
    line = asked.stem[-1]
    found = _TRUTH_END.search(line.text)
    if found:
        line.rich = line.rich[: found.start()]
