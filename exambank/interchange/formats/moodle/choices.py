"""PURE. Reading Moodle's choices: multichoice, multichoiceset, truefalse, and the grids of kprime and mtf."""

from fractions import Fraction

from exambank.bank import rules
from exambank.interchange.formats.moodle.question import Found, NotPlayable, Question
from exambank.interchange.formats.moodle.weights import (
    percent_figure,
    read_choice,
    read_percent,
    share_figure,
    written_shares,
)
from exambank.interchange.neutral import NOTICE, WARNING

_TRUE = {"true", "t", "đúng", "right", "correct", "vrai", "wahr", "richtig", "verdadero", "v", "đ", "1"}
_FALSE = {"false", "f", "sai", "wrong", "incorrect", "faux", "falsch", "falso", "s", "0"}
_PLAIN_PAIR = ({"true", "đúng", "t", "đ"}, {"false", "sai", "f", "s"})


def truth_of(words: str) -> bool | None:
    """Whether a word says true or false; None when it says neither."""
    tidy = words.strip().strip(".").casefold()
    return True if tidy in _TRUE else False if tidy in _FALSE else None


def true_false_rows(texts: list[str]) -> list[int] | None:
    """The places of the option that says true and of the one that says false, when the two say just that."""
    plain = [rules.plain_text(text).strip().strip(".").casefold() for text in texts]
    if len(plain) != 2:
        return None
    for first, second in ((0, 1), (1, 0)):
        if plain[first] in _PLAIN_PAIR[0] and plain[second] in _PLAIN_PAIR[1]:
            return [first, second]
    return None


def read_multichoice(question: Question) -> Found:
    """Single or multiple choice by ``<single>`` (none means single) and by what the fractions say."""
    answers = question.rows("answer")
    texts = [question.html(node) for node in answers]
    feedback = _feedback(question, answers, texts)
    shares = [question.share(node) for node in answers]
    is_set = question.type == "multichoiceset"
    is_single = not is_set and _is_single(question)
    found = read_choice(shares, is_single)
    if found.code:
        question.tell(found.code, WARNING)
    scoring = _own_scoring(question, found, shares)
    if is_set:
        scoring = {"rule": "all_or_nothing", "lower_bound": "0"}
    return choice_of(question, found.kind, texts, list(found.keys), scoring, feedback)


def _own_scoring(question, found, shares) -> dict:
    """The scoring that our writer left, as long as the fractions are still those that it wrote for it."""
    own = question.own.get("scoring")
    try:
        written = written_shares(found.kind, found.keys, own) if isinstance(own, dict) else None
    except (KeyError, TypeError, ZeroDivisionError):
        return found.scoring
    is_alike = written is not None and all(
        abs(share - read_percent(percent_figure(one)[0])) < Fraction(1, 10_000)
        for share, one in zip(shares, written, strict=True)
    )
    return own if is_alike else found.scoring


def choice_of(question, kind: str, texts: list[str], keys: list[bool], scoring: dict, feedback) -> Found:
    """The choice item of these options; the words true and false alone make it a true/false item."""
    stem = question.stem()
    pair = true_false_rows(texts)
    is_free = scoring.get("wrong", "0") == "0" and question.own.get("kind") in (None, "true_false")
    if kind == "single_choice" and pair and is_free:
        rows = [
            {"token": token, "html": texts[place], "is_key": keys[place]}
            for token, place in zip(("true", "false"), pair, strict=True)
        ]
        return Found("true_false", stem, {"options": rows}, feedback)
    locked = question.own.get("locked")
    locked = locked if isinstance(locked, list) else []
    rows = [
        {"html": text, "is_key": is_key, "is_locked": place in locked}
        for place, (text, is_key) in enumerate(zip(texts, keys, strict=True))
    ]
    if not any(keys):
        question.tell("no_right_answer", WARNING)
    return Found(kind, stem, {"options": rows, "scoring": scoring}, feedback)


def _is_single(question: Question) -> bool:
    """Moodle compares with the small word "false" alone; whoever wrote "False" meant it all the same."""
    node = question.element.find("single")
    if node is None:
        return True
    written = question.value("single")
    if written.lower() == "false" and written != "false":
        question.tell("moodle_single_capital")
    return written.lower() not in ("0", "false", "no")


def read_truefalse(question: Question) -> Found:
    """Two answers, by their words where they have some, else the first is true."""
    answers = question.element.findall("answer")[:2]
    words = [question.words(node) for node in answers]
    truths = [truth_of(one) for one in words]
    if len(answers) == 2 and sorted(map(str, truths)) == ["False", "True"]:
        true, false = answers[truths.index(True)], answers[truths.index(False)]
    else:
        true, false = [*answers, None, None][:2]
    right = [node is not None and question.share(node) > 0 for node in (true, false)]
    if right[0] == right[1]:
        question.tell("no_right_answer", WARNING)
        right = [False, False]
    labels = question.own.get("words")
    labels = labels if isinstance(labels, list) and len(labels) == 2 else ["", ""]
    rows = [
        {"token": token, "html": str(label), "is_key": is_key}
        for token, label, is_key in zip(("true", "false"), labels, right, strict=True)
    ]
    feedback = _feedback(question, answers, words)
    return Found("true_false", question.stem(), {"options": rows}, feedback)


def _feedback(question: Question, answers, texts: list[str]) -> tuple[tuple[str, str], ...]:
    found = []
    for place, (node, text) in enumerate(zip(answers, texts, strict=False)):
        words = question.html(node.find("feedback"))
        if words:
            found.append((f"{chr(65 + place % 26)}. {rules.plain_text(text)}", words))
    return tuple(found)


# --- grids ---


def read_grid(question: Question) -> Found:
    """Statements with two columns, true and false (plugins kprime and mtf)."""
    columns = {node.get("number") or "": question.words(node.find("responsetext"))
               for node in question.element.findall("column")}  # fmt: skip
    if len(columns) > 2:
        raise NotPlayable("moodle_grid_raw", columns=len(columns))
    names = list(columns) or ["1", "2"]
    true = next((number for number in names if truth_of(columns.get(number, "")) is True), names[0])
    weights = {
        (node.get("rownumber"), node.get("columnnumber")): question.number_in(node, "value")
        for node in question.element.findall("weight")
    }
    rows, feedback = [], []
    for place, node in enumerate(question.rows("row")):
        number = node.get("number") or str(place + 1)
        text = question.html(node.find("optiontext"))
        rows.append({"html": text, "is_key": weights.get((number, true), 0) > 0})
        words = question.html(node.find("feedbacktext"))
        if words:
            feedback.append((f"{chr(97 + place % 26)}) {rules.plain_text(text)}", words))
    if not rows:
        raise NotPlayable("moodle_type_raw", type=question.type)
    if columns and not any(truth_of(words) is True for words in columns.values()):
        question.tell("moodle_column_words", NOTICE, words=" / ".join(columns.values())[:200])
    content = {"options": rows, "scoring": {"table": _table(question, len(rows))}}
    return Found("true_false_cluster", question.stem(), content, tuple(feedback))


def _table(question: Question, statements: int) -> list[str]:
    method = question.value("scoringmethod") or ("kprime" if question.type == "kprime" else "subpoints")
    if method in ("kprimeonezero", "mtfonezero"):
        return ["0"] * statements + ["1"]
    if method == "kprime" and statements > 1:
        return ["0"] * (statements - 1) + ["0.5", "1"]
    return [share_figure(Fraction(right, statements)) for right in range(statements)] + ["1"]
