"""PURE. Items as a GIFT file: one pair of brackets a question; what does not go into that is told."""

import html
import json
from dataclasses import dataclass

from exambank.bank import rules
from exambank.interchange.formats.gift.escapes import escape
from exambank.interchange.formats.gift.reading import OUR_MARK
from exambank.interchange.formats.moodle import write_kinds as shared
from exambank.interchange.formats.moodle.paths import path_of_topics
from exambank.interchange.formats.moodle.pen import Pen
from exambank.interchange.formats.moodle.weights import written_shares
from exambank.interchange.formats.moodle.writing import mark_labels
from exambank.interchange.neutral import NOTICE, REFUSED, WARNING, Bundle, Draft, Loss, Problem, Written

_GAP = "EXGAP00000000EXGAP"


class Unwritable(ValueError):
    """GIFT has no way to say this item; ``code`` tells why."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass
class GiftPen(Pen):
    """Writes one item; GIFT carries no pictures."""

    def _picture(self, media_id: str, alt: str) -> str:
        self.lose("moodle_picture_lost", WARNING, alt=alt[:80])
        return html.escape(f"[{alt}]" if alt else "", quote=False)

    def words(self, stored: str) -> str:
        """A stored text, escaped, in the format that the question names."""
        return escape(self.markup(stored))

    def words_around(self, stored: str) -> tuple[str, str]:
        """A stored text with one gap: what stands before it and behind."""
        before, _mark, after = self.markup(stored, gap=lambda token: _GAP).partition(_GAP)
        return escape(before), escape(after)

    def option(self, stored: str) -> str:
        """A text behind a sign: what might be taken for a format or a weight names its format first."""
        written = self.words(stored)
        return f"[html]{written}" if written.startswith(("[", "%")) else written


def write(bundle: Bundle) -> Written:
    """One file with all items that GIFT can say."""
    parts = [f"{OUR_MARK}\n"]
    losses: list[Loss] = []
    topic: tuple[str, ...] = ()
    for index, draft in enumerate(bundle.drafts):
        pen = GiftPen(bundle.media)
        try:
            written = _question(pen, draft)
        except Unwritable as error:
            losses.append(Loss(index, Problem(error.code, REFUSED)))
            continue
        if draft.topic_names != topic:
            topic = draft.topic_names
            parts.append(f"$CATEGORY: {path_of_topics(topic)}\n")
        parts.append(written)
        losses += [Loss(index, problem) for problem in pen.losses]
    for index, raw in enumerate(bundle.raws):
        if raw.format == "gift":
            parts.append(raw.body.decode("utf-8", "replace").strip("\n") + "\n")
        else:
            problem = Problem("moodle_raw_of_other_format", REFUSED, values={"format": raw.format})
            losses.append(Loss(index, problem, is_raw=True))
    return Written("\n".join(parts).encode(), ".gift", "text/plain; charset=utf-8", tuple(losses))


def _question(pen: GiftPen, draft: Draft) -> str:
    content = dict(draft.content)
    writer = _WRITERS.get(draft.kind)
    if writer is None:
        raise Unwritable("moodle_case_not_in_gift")
    mark_labels(pen, draft)
    if draft.points:
        pen.own["points"] = draft.points
    before, inner, after = writer(pen, draft.stem, content)
    if draft.picture or draft.picture_name:
        pen.lose("moodle_picture_lost", WARNING, alt=(draft.picture_alt or draft.picture_name)[:80])
    explanation = content.get("explanation", "")
    if explanation:
        inner += f"\t####{pen.option(explanation)}\n" if "\n" in inner else f"####{pen.option(explanation)}"
    title = f"::{escape(draft.name)}::" if draft.name else ""
    return f"{_comments(pen, draft)}{title}[html]{before}{{{inner}}}{after}\n"


def _comments(pen: GiftPen, draft: Draft) -> str:
    """Identifier and tags as Moodle writes them, and what only our reader finds."""
    marks = [f"[id:{_bracketed(draft.identifier)}]"] if draft.identifier else []
    marks += [f"[tag:{_bracketed(tag)}]" for tag in draft.tags]
    lines = [f"// {' '.join(marks)}\n"] if marks else []
    if pen.own:
        lines.append(f"// exambank: {json.dumps(pen.own, ensure_ascii=False, sort_keys=True)}\n")
    return "".join(lines)


def _bracketed(words: str) -> str:
    return words.replace("\\", "\\\\").replace("]", "\\]")


# --- one kind each: what stands before the brackets, in them, and behind ---


def _choice(pen: GiftPen, stem: str, content: dict, kind: str) -> tuple[str, str, str]:
    rows = content["options"]
    keys = [row["is_key"] for row in rows]
    shares = written_shares(kind, keys, content["scoring"])
    shared.mark_choice(pen, kind, rows, shares, content["scoring"])
    if any(row["is_locked"] for row in rows):
        pen.lose("moodle_order_lost", NOTICE)
    lines = []
    for row, share in zip(rows, shares, strict=True):
        is_full = share == 1 and kind == "single_choice"
        sign = "=" if is_full else "~" if share == 0 else f"~%{shared.percent_of(pen, share)}%"
        lines.append(f"\t{sign}{pen.option(row['html'])}\n")
    if kind == "multiple_choice":
        pen.own["kind"] = kind
    return pen.words(stem), "\n" + "".join(lines), ""


def _single(pen: GiftPen, stem: str, content: dict) -> tuple[str, str, str]:
    return _choice(pen, stem, content, "single_choice")


def _multiple(pen: GiftPen, stem: str, content: dict) -> tuple[str, str, str]:
    return _choice(pen, stem, content, "multiple_choice")


def _true_false(pen: GiftPen, stem: str, content: dict) -> tuple[str, str, str]:
    rows = content["options"]
    shared.mark_truth(pen, rows)
    if sum(row["is_key"] for row in rows) != 1:
        raise Unwritable("moodle_truth_without_key")
    return pen.words(stem), "TRUE" if rows[0]["is_key"] else "FALSE", ""


def _pairs(pen: GiftPen, stem: str, pairs: list[tuple[str, str]]) -> tuple[str, str, str]:
    lines = [f"\t={pen.option(prompt)} -> {escape(html.escape(target, quote=False))}\n" for prompt, target in pairs]
    return pen.words(stem), "\n" + "".join(lines), ""


def _matching(pen: GiftPen, stem: str, content: dict) -> tuple[str, str, str]:
    return _pairs(pen, stem, shared.pairs_of(pen, content))


def _cluster(pen: GiftPen, stem: str, content: dict) -> tuple[str, str, str]:
    return _pairs(pen, stem, shared.statement_pairs(pen, content))


def _ordering(pen: GiftPen, stem: str, content: dict) -> tuple[str, str, str]:
    """Each line is matched with its place."""
    pen.own["kind"] = "ordering"
    pen.own["scoring"] = content["scoring"]
    pen.lose("moodle_order_as_matching", NOTICE)
    return _pairs(pen, stem, [(row["html"], str(place)) for place, row in enumerate(content["options"], start=1)])


def _short_text(pen: GiftPen, stem: str, content: dict) -> tuple[str, str, str]:
    if content["width"] != 20:
        pen.own["width"] = content["width"]
    lines = _accepted(pen, content["accepted"], content["scoring"])
    if not lines:
        raise Unwritable("moodle_text_without_key")
    if all("->" in row["text"] for row in content["accepted"]):
        pen.own["kind"] = "short_text"
        pen.lose("moodle_arrow_in_answer", WARNING)
    return pen.words(stem), "\n" + "".join(f"\t{line}\n" for line in lines), ""


def _accepted(pen: GiftPen, rows: list[dict], scoring: dict) -> list[str]:
    """Accepted texts behind their signs; GIFT does not know whether capital letters matter."""
    is_starred = any(shared.STAR.search(row["text"]) for row in rows)
    shared.mark_text_rule(pen, scoring, scoring["wildcards"] and is_starred, True)
    if not scoring["ignore_case"]:
        pen.lose("moodle_case_lost", WARNING)
    found = []
    for row in rows:
        text = row["text"] if scoring["wildcards"] else row["text"].replace("*", "\\*")
        share = shared.share_in_row(row)
        weight = "" if share == 1 and not text.startswith("%") else f"%{shared.percent_of(pen, share)}%"
        form = "[html]" if text.startswith("[") else ""
        found.append(f"={weight}{form}{escape(text)}")
    return found


def _numeric(pen: GiftPen, stem: str, content: dict) -> tuple[str, str, str]:
    lines = [f"\t=%{percent}%{escape(value)}:{margin}\n" for percent, value, margin in shared.numbers_of(pen, content)]
    if not lines:
        raise Unwritable("moodle_text_without_key")
    plain = {"unit": "none", "unit_penalty": "0"}
    if content["units"] or content["scoring"] != plain:
        pen.own["units"], pen.own["scoring"] = content["units"], content["scoring"]
        if content["scoring"]["unit"] != "none":
            pen.lose("moodle_units_lost", WARNING)
    return pen.words(stem), "#\n" + "".join(lines), ""


def _fill_in(pen: GiftPen, stem: str, content: dict) -> tuple[str, str, str]:
    gaps = content["gaps"]
    if len(gaps) != 1 or rules.gaps_in(stem) != (gaps[0]["token"],):
        raise Unwritable("moodle_gaps_not_in_gift")
    gap, scoring = gaps[0], content["scoring"]
    pen.own["kind"] = "fill_in"
    if gap["weight"] != "1":
        pen.own["weights"] = [gap["weight"]]
    before, after = pen.words_around(stem)
    if gap["kind"] == "choice":
        shared.mark_text_rule(pen, scoring, False, True)
        rows = [f"{'=' if row['is_key'] else '~'}{_plain_option(row['text'])}" for row in gap["choices"]]
        if len(rows) < 2:
            raise Unwritable("moodle_gaps_not_in_gift")
        return before, " ".join(rows), after
    lines = _accepted(pen, gap["accepted"], scoring)
    if not lines:
        raise Unwritable("moodle_text_without_key")
    return before, " ".join(lines), after


def _plain_option(text: str) -> str:
    written = escape(html.escape(text, quote=False))
    return f"[html]{written}" if written.startswith(("[", "%")) else written


def _essay(pen: GiftPen, stem: str, content: dict) -> tuple[str, str, str]:
    """The stem and the parts to answer; the marking guide only in a comment, which Moodle does not read."""
    prompts = content.get("prompts", [])
    stem_words = pen.words(stem) + "".join(
        escape(f'<div class="exambank-prompt">{pen.markup(row["html"])}</div>') for row in prompts
    )
    rest = {name: value for name, value in content.items() if name not in ("explanation", "options", "scoring")}
    if any(rest["hints"].values()) or any(value for name, value in rest.items() if name != "hints"):
        pen.own["content"] = rest
    if content["rubric"] or content["model_answer"] or content.get("follow_ups"):
        pen.lose("moodle_guide_in_comment", WARNING)
    if rules.pictures_in(json.dumps(rest, ensure_ascii=False).replace('\\"', '"')):
        pen.lose("moodle_picture_lost", WARNING, alt="")
    return stem_words, "", ""


def _oral(pen: GiftPen, stem: str, content: dict) -> tuple[str, str, str]:
    pen.own["kind"] = "oral"
    pen.lose("moodle_oral_as_essay", NOTICE)
    return _essay(pen, stem, content)


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
