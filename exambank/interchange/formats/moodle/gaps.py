"""PURE. Reading texts with gaps: cloze, ddwtos, gapselect, gapfill."""

import re
from collections.abc import Callable
from fractions import Fraction

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.interchange.formats.moodle.choices import choice_of
from exambank.interchange.formats.moodle.cloze import Gap, replace_gaps
from exambank.interchange.formats.moodle.question import MOST_ROWS, Found, NotPlayable, Question, accepted_share
from exambank.interchange.formats.moodle.typed import STAR
from exambank.interchange.formats.moodle.weights import read_choice
from exambank.interchange.neutral import NOTICE, WARNING

_MARK = "EXGAP{}EXGAP"
_MARKED = re.compile(r"EXGAP([0-9a-f]{8})EXGAP")
_BLANK = "_____"


def gaps_shown(stored: str, tokens: list[str]) -> str:
    """A stored text with its marks turned into gaps; what formulas or codes hold of marks becomes a plain line."""

    def gap(found: re.Match) -> str:
        place = int(found[1], 16)
        return f'<span data-gap="{tokens[place]}"></span>' if place < len(tokens) else found[0]

    return _MARKED.sub(gap, stored)


# --- cloze ---


def read_cloze(question: Question) -> Found:
    """Text gaps and drop-downs give a fill-in item; a single gap of another kind gives an item of that kind."""
    return cloze_of(question, question.source("questiontext"), question.html_of)


def cloze_of(question, source: str, to_html: Callable[[str], str]) -> Found:
    """The item of a text with embedded answers; ``to_html`` brings foreign HTML through the door."""
    gaps: list[Gap] = []

    def mark(gap: Gap) -> str:
        gaps.append(gap)
        return _MARK.format(f"{len(gaps) - 1:08x}")

    shown = to_html(replace_gaps(source, mark))
    if not gaps:
        raise NotPlayable("moodle_no_gaps_raw")
    feedback = tuple((answer.text, rules.html_from_text(answer.feedback)) for gap in gaps for answer in gap.answers
                     if answer.feedback)  # fmt: skip
    if len(gaps) == 1 and gaps[0].kind in ("number", "several"):
        stem = _MARKED.sub(_BLANK, shown)
        return _alone(question, stem, gaps[0], feedback)
    if any(gap.kind == "several" for gap in gaps):
        raise NotPlayable("moodle_several_in_gap_raw")
    return _fill_in(question, shown, gaps, feedback)


def _alone(question, stem: str, gap: Gap, feedback) -> Found:
    if gap.kind == "number":
        answers = [_number(question, answer) for answer in gap.answers if answer.share > 0 and answer.text != "*"]
        if not answers:
            question.tell("no_right_answer", WARNING)
        return Found("numeric", stem, {"answers": answers}, feedback)
    found = read_choice([answer.share for answer in gap.answers], False)
    if found.code:
        question.tell(found.code, WARNING)
    texts = [rules.html_from_text(answer.text) for answer in gap.answers]
    made = choice_of(question, found.kind, texts, list(found.keys), found.scoring, feedback)
    return Found(made.kind, stem, made.content, feedback)


def _number(question, answer) -> dict:
    value, _colon, tolerance = answer.text.partition(":")
    if rules.read_number(value.strip()) is None:
        question.tell("moodle_number_unreadable", WARNING, number=value[:40])
    margin = rules.read_number(tolerance.strip())
    written = rules.write_number(abs(margin)) if margin is not None else "0"
    return {"value": value.strip(), "tolerance": written, "share": accepted_share(answer.share)}


def _fill_in(question, shown: str, gaps: list[Gap], feedback) -> Found:
    own = question.own.get("scoring")
    accepted = [answer for gap in gaps if gap.kind != "choice" for answer in gap.answers if answer.share > 0]
    has_stars = any(STAR.search(answer.text) for answer in accepted)
    typed = [gap for gap in gaps if gap.kind in ("text", "exact")]
    minds_case = bool(typed) and all(gap.kind == "exact" for gap in typed)
    if not minds_case and any(gap.kind == "exact" for gap in gaps):
        question.tell("moodle_gap_case", WARNING)
    scoring = {"ignore_case": not minds_case, "ignore_diacritics": False, "wildcards": has_stars}
    if isinstance(own, dict):
        scoring = {**scoring, **own}
    weights = question.own.get("weights")
    tokens = [new_token() for _gap in gaps]
    rows = []
    for place, (gap, token) in enumerate(zip(gaps, tokens, strict=True)):
        row = _choices(question, gap) if gap.kind == "choice" else _typed(question, gap, scoring["wildcards"])
        weight = gap.weight
        if isinstance(weights, list) and len(weights) == len(gaps) and isinstance(weights[place], str):
            weight = weights[place]
        rows.append({**row, "token": token, "weight": weight})
    return Found("fill_in", gaps_shown(shown, tokens), {"gaps": rows, "scoring": scoring}, feedback)


def _typed(question, gap: Gap, keeps_signs: bool) -> dict:
    accepted: dict[str, dict] = {}
    for answer in gap.answers:
        if answer.share <= 0:
            continue
        text = answer.text
        if gap.kind == "number":
            text, _colon, tolerance = answer.text.partition(":")
            margin = rules.read_number(tolerance.strip())
            question.tell("moodle_gap_number", WARNING if margin else NOTICE, number=answer.text[:40])
        elif not keeps_signs:
            text = text.replace("\\*", "*")
        accepted.setdefault(text.strip().casefold(), {"text": text.strip(), "share": accepted_share(answer.share)})
        if gap.kind == "number" and "." in text:
            comma = text.strip().replace(".", ",")
            accepted.setdefault(comma, {"text": comma, "share": accepted_share(answer.share)})
    if not accepted:
        question.tell("no_right_answer", WARNING)
    return {"kind": "text", "accepted": list(accepted.values())}


def _choices(question, gap: Gap) -> dict:
    best = max((answer.share for answer in gap.answers), default=Fraction(0))
    key = next((place for place, answer in enumerate(gap.answers) if answer.share == best and best > 0), None)
    if key is None:
        question.tell("no_right_answer", WARNING)
    if sum(answer.share > 0 for answer in gap.answers) > 1:
        question.tell("moodle_part_credit", WARNING)
    rows = [{"text": answer.text, "is_key": place == key} for place, answer in enumerate(gap.answers)]
    return {"kind": "choice", "choices": rows}


# --- [[1]] ---

_NUMBERED = re.compile(r"\[\[(\d{1,3})(?::[^\[\]]*)?\]\]")


def read_numbered(question: Question) -> Found:
    """Words dragged or chosen into a text: each gap offers its group's words."""
    name = "dragbox" if question.type == "ddwtos" else "selectoption"
    words, groups = [], []
    for node in question.rows(name):
        words.append(question.words_lenient(node))
        groups.append(question.value_in(node, "group") or "1")
    wanted: list[int] = []

    def mark(found: re.Match) -> str:
        place = int(found[1]) - 1
        if not 0 <= place < len(words) or len(wanted) == MOST_ROWS:
            question.tell("moodle_gap_without_word", WARNING, gap=found[0])
            return found[0]
        wanted.append(place)
        return _MARK.format(f"{len(wanted) - 1:08x}")

    shown = question.html_of(_NUMBERED.sub(mark, question.source("questiontext")))
    if not wanted:
        raise NotPlayable("moodle_no_gaps_raw")
    tokens = [new_token() for _place in wanted]
    rows = []
    for place, token in zip(wanted, tokens, strict=True):
        offered: dict[str, bool] = {}
        for one, word in enumerate(words):
            if groups[one] == groups[place]:
                offered[word] = offered.get(word, False) or word == words[place]
        choices = [{"text": word, "is_key": is_key} for word, is_key in offered.items()]
        rows.append({"token": token, "kind": "choice", "choices": choices})
    return Found("fill_in", gaps_shown(shown, tokens), {"gaps": rows})


# --- gapfill ---

_REGEX_SIGNS = re.compile(r"[.*+?^$()\\{}]")


def read_gapfill(question: Question) -> Found:
    """The plugin gapfill: the right word stands in the text between its two signs."""
    signs = question.value("delimitchars") or "[]"
    opened, closed = re.escape(signs[0]), re.escape(signs[-1])
    wrong = [question.words(node) for node in question.rows("answer") if question.share(node) <= 0]
    answers: list[str] = []

    def mark(found: re.Match) -> str:
        answers.append(" ".join(rules.plain_text(found[1]).split()))
        return _MARK.format(f"{len(answers) - 1:08x}")

    source = re.sub(f"{opened}([^{opened}{closed}]+){closed}", mark, question.source("questiontext"))
    if not answers:
        raise NotPlayable("moodle_no_gaps_raw")
    if not question.flag("disableregex", False) and any(_REGEX_SIGNS.search(answer) for answer in answers):
        raise NotPlayable("moodle_pattern_raw")
    shown = question.html_of(source)
    tokens = [new_token() for _answer in answers]
    is_chosen = question.value("answerdisplay", "gapfill") in ("dragdrop", "dropdown")
    offered = list(dict.fromkeys([*(one.split("|")[0].strip() for one in answers), *wrong]))
    rows = [_gapfill_row(token, answer, offered if is_chosen and len(offered) > 1 else None)
            for token, answer in zip(tokens, answers, strict=True)]  # fmt: skip
    scoring = {"ignore_case": not question.flag("casesensitive", False)}
    return Found("fill_in", gaps_shown(shown, tokens), {"gaps": rows, "scoring": scoring})


def _gapfill_row(token: str, answer: str, offered: list[str] | None) -> dict:
    texts = [one.strip() for one in answer.split("|") if one.strip()]
    if offered is None:
        return {"token": token, "kind": "text", "accepted": [{"text": text} for text in texts]}
    choices = [{"text": word, "is_key": word == texts[0]} for word in offered]
    return {"token": token, "kind": "choice", "choices": choices}
