"""PURE. Each kind as a Moodle question: its type, the markup of its text, and what stands between text and tags."""

import html
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

from exambank.bank import rules
from exambank.interchange.formats.moodle.choices import true_false_rows
from exambank.interchange.formats.moodle.cloze import escape_text, write_gap
from exambank.interchange.formats.moodle.pen import Pen, cdata, text_element
from exambank.interchange.formats.moodle.typed import STAR
from exambank.interchange.formats.moodle.weights import percent_figure, read_choice, written_shares
from exambank.interchange.neutral import NOTICE, WARNING
from exambank.interchange.texts import is_plain

_WORDS = ("Đúng", "Sai")


@dataclass(frozen=True)
class Body:
    """A question: Moodle's type, the markup of the question text, the elements of its own, a tag for the kind."""

    type: str
    stem: str
    parts: list[str]
    tag: str = ""


def body_of(pen: Pen, kind: str, stem: str, content: dict) -> Body:
    """The question of an item of any kind but a case."""
    return _WRITERS[kind](pen, stem, content)


# --- choices ---


def _choice(pen: Pen, stem: str, content: dict, kind: str) -> Body:
    options = content["options"]
    keys = [row["is_key"] for row in options]
    shares = written_shares(kind, keys, content["scoring"])
    answers = [
        f'<answer fraction="{percent_of(pen, share)}" format="html">{pen.inner(row["html"])}'
        f'<feedback format="html"><text></text></feedback></answer>'
        for row, share in zip(options, shares, strict=True)
    ]
    mark_choice(pen, kind, options, shares, content["scoring"])
    is_locked = any(row["is_locked"] for row in options)
    return Body("multichoice", pen.markup(stem), [
        f"<single>{'true' if kind == 'single_choice' else 'false'}</single>",
        f"<shuffleanswers>{'false' if is_locked else 'true'}</shuffleanswers>",
        "<answernumbering>ABCD</answernumbering>",
        *answers,
    ])  # fmt: skip


def mark_choice(pen: Pen, kind: str, options: list[dict], shares, scoring: dict) -> None:
    """Leave for our reader what the fractions do not tell, and tell what Moodle does not know."""
    texts = [row["html"] for row in options]
    listed = [Fraction(Decimal(percent_figure(share)[0])) / 100 for share in shares]
    found = read_choice(tuple(listed), kind == "single_choice")
    if found.scoring != scoring or found.kind != kind:
        pen.own["scoring"] = scoring
    if kind == "single_choice" and true_false_rows(texts):
        pen.own["kind"] = kind
    if not any(row["is_key"] for row in options):
        pen.lose("moodle_written_without_key", WARNING)
    if kind == "multiple_choice" and scoring["rule"] == "all_or_nothing":
        pen.lose("moodle_all_or_nothing_lost", WARNING)
    if kind == "multiple_choice" and scoring["lower_bound"] != "0":
        pen.lose("moodle_lower_bound_lost", WARNING)
    known = rules.locked_options([rules.plain_text(text) for text in texts])
    locked = [place for place, row in enumerate(options) if row["is_locked"] and not known[place]]
    if locked:
        pen.own["locked"] = locked


def percent_of(pen: Pen, share: Fraction) -> str:
    figure, is_exact = percent_figure(share)
    if not is_exact:
        pen.lose("moodle_share_rounded", WARNING, share=str(round(float(share), 4)), percent=figure)
    return figure


def _single(pen: Pen, stem: str, content: dict) -> Body:
    return _choice(pen, stem, content, "single_choice")


def _multiple(pen: Pen, stem: str, content: dict) -> Body:
    return _choice(pen, stem, content, "multiple_choice")


def _true_false(pen: Pen, stem: str, content: dict) -> Body:
    mark_truth(pen, content["options"])
    answers = [
        f'<answer fraction="{100 if row["is_key"] else 0}" format="moodle_auto_format"><text>{word}</text>'
        f'<feedback format="html"><text></text></feedback></answer>'
        for row, word in zip(content["options"], ("true", "false"), strict=True)
    ]
    return Body("truefalse", pen.markup(stem), answers)


def mark_truth(pen: Pen, rows: list[dict]) -> None:
    """The words of a true/false item are Moodle's own; ours are kept for our reader."""
    words = tuple(row["html"] for row in rows)
    if words != _WORDS:
        pen.own["words"] = list(words)
        pen.lose("moodle_true_false_words", NOTICE, words=" / ".join(rules.plain_text(one) for one in words)[:80])
    if sum(row["is_key"] for row in rows) != 1:
        pen.lose("moodle_written_without_key", WARNING)


def _cluster(pen: Pen, stem: str, content: dict) -> Body:
    parts = [_pair(pen, prompt, word) for prompt, word in statement_pairs(pen, content)]
    shuffled = "<shuffleanswers>false</shuffleanswers>"
    return Body("matching", pen.markup(stem), [shuffled, *parts], tag="true_false_cluster")


def statement_pairs(pen: Pen, content: dict) -> list[tuple[str, str]]:
    """(statement, its word): Moodle's own kinds have no grid, matching with the two words comes nearest."""
    rows = content["options"]
    pen.own["kind"] = "true_false_cluster"
    pen.own["scoring"] = content["scoring"]
    pen.lose("moodle_written_as_matching", NOTICE)
    even = [Fraction(right, len(rows) or 1) for right in range(len(rows) + 1)]
    if [Fraction(rules.read_number(one) or 0) for one in content["scoring"]["table"]] != even:
        pen.lose("moodle_table_lost", WARNING)
    used = {row["is_key"] for row in rows}
    found = [(row["html"], _WORDS[0] if row["is_key"] else _WORDS[1]) for row in rows]
    return found + [("", word) for word, truth in zip(_WORDS, (True, False), strict=True) if truth not in used]


# --- pairs and orders ---


def _pair(pen: Pen, prompt: str, target: str) -> str:
    inner = pen.text("subquestion", prompt).removesuffix("</subquestion>")
    words = html.escape(target, quote=False)
    return f"{inner}<answer>{cdata(words)}</answer></subquestion>"


def _matching(pen: Pen, stem: str, content: dict) -> Body:
    parts = [_pair(pen, prompt, target) for prompt, target in pairs_of(pen, content)]
    return Body("matching", pen.markup(stem), ["<shuffleanswers>true</shuffleanswers>", *parts])


def pairs_of(pen: Pen, content: dict) -> list[tuple[str, str]]:
    """(prompt as it is stored, target in plain words) of a matching item; a target that is not used has no prompt."""
    targets = {row["token"]: row["html"] for row in content["targets"]}
    for stored in targets.values():
        if rules.pictures_in(stored):
            pen.lose("moodle_target_picture_lost", WARNING)
        elif not is_plain(stored):
            pen.lose("moodle_target_markup_lost", NOTICE)
    pairs = content["pairs"]
    found = [(row["html"], pen.plain(targets.get(pairs.get(row["token"]), ""))) for row in content["options"]]
    unused = [token for token in targets if token not in pairs.values()]
    natural = list(dict.fromkeys([*(pairs.get(row["token"]) for row in content["options"]), *unused]))
    if natural != list(targets) or not all(is_plain(one) for one in targets.values()):
        pen.own["targets"] = [one for one in targets.values() if not rules.pictures_in(one)]
    if content["scoring"]["rule"] != "per_pair":
        pen.own["scoring"] = content["scoring"]
        pen.lose("moodle_all_or_nothing_lost", WARNING)
    return found + [("", pen.plain(targets[token])) for token in unused]


_GRADING = {"all_or_nothing": "ALL_OR_NOTHING", "per_place": "ABSOLUTE_POSITION",
            "per_neighbour": "RELATIVE_NEXT_EXCLUDE_LAST"}  # fmt: skip


def _ordering(pen: Pen, stem: str, content: dict) -> Body:
    answers = [
        f'<answer fraction="{place}.0000000" format="html">{pen.inner(row["html"])}</answer>'
        for place, row in enumerate(content["options"], start=1)
    ]
    return Body("ordering", pen.markup(stem), [
        "<layouttype>VERTICAL</layouttype>", "<selecttype>ALL</selecttype>",
        f"<selectcount>{len(answers)}</selectcount>",
        f"<gradingtype>{_GRADING[content['scoring']['rule']]}</gradingtype>", "<showgrading>SHOW</showgrading>",
        "<numberingstyle>none</numberingstyle>", *answers,
    ])  # fmt: skip


# --- typed answers ---


def _short_text(pen: Pen, stem: str, content: dict) -> Body:
    scoring = content["scoring"]
    is_starred = any(STAR.search(row["text"]) for row in content["accepted"])
    mark_text_rule(pen, scoring, scoring["wildcards"] and is_starred, scoring["ignore_case"])
    if content["width"] != 20:
        pen.own["width"] = content["width"]
    answers = []
    for row in content["accepted"]:
        text = row["text"] if scoring["wildcards"] else row["text"].replace("*", "\\*")
        percent = percent_of(pen, share_in_row(row))
        answers.append(
            text_element("answer", text, f' fraction="{percent}" format="moodle_auto_format"').removesuffix("</answer>")
            + '<feedback format="html"><text></text></feedback></answer>'
        )
    if not answers:
        pen.lose("moodle_written_without_key", WARNING)
    return Body("shortanswer", pen.markup(stem), [f"<usecase>{int(not scoring['ignore_case'])}</usecase>", *answers])


def mark_text_rule(pen: Pen, scoring: dict, has_stars: bool, ignores_case: bool) -> None:
    told = {"ignore_case": ignores_case, "ignore_diacritics": False, "wildcards": has_stars}
    if scoring != told:
        pen.own["scoring"] = scoring
    if scoring["ignore_diacritics"]:
        pen.lose("moodle_diacritics_lost", WARNING)


def share_in_row(row: dict) -> Fraction:
    return Fraction(rules.read_number(row["share"]) or 0)


def _numeric(pen: Pen, stem: str, content: dict) -> Body:
    answers = [
        text_element("answer", value, f' fraction="{percent}" format="moodle_auto_format"').removesuffix("</answer>")
        + f'<feedback format="html"><text></text></feedback><tolerance>{margin}</tolerance></answer>'
        for percent, value, margin in numbers_of(pen, content)
    ]
    return Body("numerical", pen.markup(stem), [*answers, *_units(pen, content["units"], content["scoring"])])


def numbers_of(pen: Pen, content: dict) -> list[tuple[str, str, str]]:
    """(percent, number, margin) of each answer; a margin that is a share of the number is written as a number."""
    found, relative = [], []
    for row in content["answers"]:
        value, margin = rules.read_number(row["value"]), rules.read_number(row["tolerance"]) or Decimal(0)
        relative.append(row["tolerance"] if row["is_relative"] else None)
        if row["is_relative"]:
            margin = margin * abs(value or Decimal(0))
        shown = rules.write_number(value) if value is not None else row["value"]
        found.append((percent_of(pen, share_in_row(row)), shown, rules.write_number(margin)))
    if any(relative):
        pen.own["relative"] = relative
        pen.lose("moodle_relative_margin", NOTICE)
    if not found:
        pen.lose("moodle_written_without_key", WARNING)
    return found


def _units(pen: Pen, units: list[dict], scoring: dict) -> list[str]:
    asked, cost = scoring["unit"], rules.read_number(scoring["unit_penalty"])
    told = {"unit": "none" if not units else "required" if asked == "required" else "optional",
            "unit_penalty": scoring["unit_penalty"] if asked == "required" and units else "0"}  # fmt: skip
    if told != scoring:
        pen.own["scoring"] = scoring
        if asked != "none":
            pen.lose("moodle_unit_rule_lost", WARNING)
    written = [
        f"<unitgradingtype>{1 if asked == 'required' and units else 0}</unitgradingtype>",
        f"<unitpenalty>{rules.write_number(cost or Decimal(0))}</unitpenalty>",
        f"<showunits>{3 if asked == 'none' or not units else 0}</showunits>",
        "<unitsleft>0</unitsleft>",
    ]
    rows = []
    for row in units:
        factor = Fraction(rules.read_number(row["factor"]) or 1)
        multiplier = Decimal(factor.denominator) / Decimal(factor.numerator) if factor else Decimal(1)
        rows.append(f"<unit><multiplier>{multiplier:.16g}</multiplier>"
                    f"<unit_name>{html.escape(row['name'], quote=False)}</unit_name></unit>")  # fmt: skip
    return [*written, f"<units>{''.join(rows)}</units>"] if rows else written


# --- gaps ---


def _fill_in(pen: Pen, stem: str, content: dict) -> Body:
    gaps, scoring = content["gaps"], content["scoring"]
    weights = _whole_weights(pen, gaps)
    is_typed = any(gap["kind"] == "text" for gap in gaps)
    is_starred = any(STAR.search(row["text"]) for gap in gaps for row in gap["accepted"])
    mark_text_rule(pen, scoring, scoring["wildcards"] and is_starred, scoring["ignore_case"] or not is_typed)
    marked: dict[str, str] = {}

    def mark(token: str) -> str:
        marked.setdefault(token, f"EXGAP{len(marked):08x}EXGAP")
        return marked[token]

    markup = escape_text(pen.markup(stem, gap=mark))
    for gap, weight in zip(gaps, weights, strict=True):
        if gap["token"] not in marked:
            pen.lose("moodle_gap_unwritten", WARNING)
            continue
        markup = markup.replace(marked[gap["token"]], _gap(pen, gap, weight, scoring))
    return Body("cloze", markup, [])


def _gap(pen: Pen, gap: dict, weight: int, scoring: dict) -> str:
    if gap["kind"] == "choice":
        answers = [(row["text"], Fraction(int(row["is_key"]))) for row in gap["choices"]]
        return write_gap(weight, "choice", answers)
    kind = "text" if scoring["ignore_case"] else "exact"
    answers = []
    for row in gap["accepted"]:
        percent_of(pen, share_in_row(row))
        answers.append((row["text"] if scoring["wildcards"] else row["text"].replace("*", "\\*"), share_in_row(row)))
    return write_gap(weight, kind, answers)


def _whole_weights(pen: Pen, gaps: list[dict]) -> list[int]:
    """Moodle weighs gaps in whole numbers; the proportions stay."""
    exact = [Fraction(rules.read_number(gap["weight"]) or 0) for gap in gaps]
    exact = [weight if weight > 0 else Fraction(1) for weight in exact]
    common = lcm(*(weight.denominator for weight in exact)) if exact else 1
    whole = [int(weight * common) for weight in exact]
    if max(whole, default=0) > 10_000:
        whole = [max(1, round(weight)) for weight in exact]
        pen.lose("moodle_weights_rounded", WARNING)
    if [str(one) for one in whole] != [gap["weight"] for gap in gaps]:
        pen.own["weights"] = [gap["weight"] for gap in gaps]
    return whole


# --- essays ---


def _essay(pen: Pen, stem: str, content: dict, kind: str = "essay") -> Body:
    prompts = content.get("prompts", [])
    markup = pen.markup(stem)
    markup += "".join(f'<div class="exambank-prompt">{pen.markup(row["html"])}</div>' for row in prompts)
    hints = {name: value for name, value in content["hints"].items() if value is not None}
    words = hints.pop("words", None)
    if hints:
        pen.own["hints"] = hints
    limit = [f"<minwordlimit></minwordlimit><maxwordlimit>{words}</maxwordlimit>"] if words else []
    return Body("essay", markup, [
        "<responseformat>editor</responseformat>", "<responserequired>1</responserequired>",
        "<responsefieldlines>15</responsefieldlines>", *limit, "<attachments>0</attachments>",
        "<attachmentsrequired>0</attachmentsrequired>", _marking_guide(pen, content),
        '<responsetemplate format="html"><text></text></responsetemplate>',
    ], tag="oral" if kind == "oral" else "")  # fmt: skip


def _marking_guide(pen: Pen, content: dict) -> str:
    """What the marker sees: the model answer, then each line of the guide with its points."""
    numbers = {row["token"]: place for place, row in enumerate(content.get("prompts", []), start=1)}
    stored = [content["model_answer"], content.get("follow_ups", "")]
    parts = [pen.markup(content["model_answer"])]
    for row in content["rubric"]:
        number = numbers.get(row["prompt"])
        points = f"{row['points']} ({number})" if number else row["points"]
        parts.append(f'<div class="exambank-rubric"><b>{html.escape(points)}</b> {pen.markup(row["html"])}</div>')
        stored.append(row["html"])
    if content.get("follow_ups"):
        parts.append(f'<div class="exambank-follow-ups">{pen.markup(content["follow_ups"])}</div>')
    return pen.text("graderinfo", "".join(stored), markup="".join(parts))


def _oral(pen: Pen, stem: str, content: dict) -> Body:
    pen.own["kind"] = "oral"
    pen.lose("moodle_oral_as_essay", NOTICE)
    return _essay(pen, stem, content, "oral")


_WRITERS = {
    "single_choice": _single,
    "multiple_choice": _multiple,
    "true_false": _true_false,
    "true_false_cluster": _cluster,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "fill_in": _fill_in,
    "essay": _essay,
    "oral": _oral,
}
