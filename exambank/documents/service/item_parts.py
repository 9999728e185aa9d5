"""The sections of the report on an item as plain data for ``item_statistics.typ``, in the reader's language.

A section is a title, a remark beside it and parts; a part is a list that begins with its sort: ["par", text],
["note", text], ["facts", pairs], ["charts", [[name, title, note], ...]], ["table", widths, headers, rows]. Widths are
millimetres, 0 for an equal share of what is left. A cell is a text or {"text", "small", "is_strong", "nodes"}.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _

from exambank.analysis import rules as limits
from exambank.analysis.models import AnalysisItem
from exambank.analysis.rules import Pooled
from exambank.analysis.service import flags, scales, tables, wording
from exambank.analysis.service.drawings import Picture, interval, percent_interval
from exambank.bank import service as bank
from exambank.bank.models import ItemVersion
from exambank.documents import rules
from exambank.psychometrics.intervals import wilson

WANTING = frozenset({"too_few_candidates", "too_few_items", "no_responses"})
"""Reasons that more data would take away; the others would stay."""

Part = list[Any]
Section = dict[str, Any]
Cell = str | dict[str, Any]


def section(title: str, *parts: Part, remark: str = "") -> Section:
    return {"title": title, "remark": remark, "parts": list(parts)}


def count_words(item: AnalysisItem) -> str:
    """How many candidates every figure of the item counts."""
    return _("%(count)s candidates", count=item.n)


# --- what stands out ---


def findings(item: AnalysisItem) -> list[Section]:
    """Every flag as a sentence: what was seen, what to look at, what it rests on."""
    rows: list[list[Cell]] = [
        [{"text": wording.flag_label(flag["code"]), "is_strong": True}, _kind(flag), wording.flag_sentence(item, flag)]
        for flag in item.figures["flags"]
    ]
    headers = [_("Finding"), _("Calls for"), _("What was seen, and what to look at")]
    return [section(_("What stands out"), table([34, 22, 0], headers, rows))] if rows else []


def _kind(flag: Mapping[str, Any]) -> str:
    return _("review") if flags.kind_of(flag) == flags.REVIEW else _("attention")


# --- options, questions of a case ---


def options(item: AnalysisItem, texts: Mapping[str, list] | None) -> list[Section]:
    """Who chose what; ``texts``: trees of the options by token, None for who may not read them."""
    if not item.options:
        return []
    is_cluster = item.figures["kind"] == "true_false_cluster"
    named = [_("Statement") if is_cluster else _("Option")]
    headers = [
        *(named if texts is None else ["", *named]), _("Decided rightly") if is_cluster else _("Chosen"), _("Share"),
        _("Correlation with the rest"), _("Their share of points elsewhere"),
    ]  # fmt: skip
    key = _("true") if is_cluster else _("key")
    rows = [[*_option(row, texts, key), *_option_figures(row, item.n)] for row in item.options]
    widths = [0 if texts is None else 9, *([] if texts is None else [0]), 17, 25, 33, 27]
    title = _("Statements") if is_cluster else _("Options")
    return [section(title, table(widths, headers, rows), ["note", _rule(is_cluster)], remark=count_words(item))]


def _rule(is_cluster: bool) -> str:
    if is_cluster:
        return _(
            "Whoever decides rightly should be strong on the other items too: every correlation should lie above 0."
        )
    return _(
        "Whoever chooses the key should be strong on the other items, whoever chooses a distractor weak: only the "
        "key's correlation should lie above 0."
    )


def _option(row: Mapping[str, Any], texts: Mapping[str, list] | None, key: str) -> list[Cell]:
    if not row["token"]:
        return ([] if texts is None else [""]) + [_("left blank")]
    mark = key if row["is_key"] else ""
    letter = {"text": row["letter"] or "?", "is_strong": row["is_key"]}
    if texts is None:
        return [{**letter, "small": mark}]
    return [letter, {"nodes": texts.get(row["token"], []), "small": mark}]


def _option_figures(row: Mapping[str, Any], n: int) -> list[Cell]:
    share, ends = row["share"], ""
    if share is not None and n:
        found = wilson(min(share, 1.0), n)
        ends = percent_interval((found.low, found.high))
    rest = wording.show_number(row["rest"]) if row["rest"] is not None else _missing(row["reason"])
    return [
        str(row["count"]), {"text": wording.show_percent(share), "small": ends},
        {"text": rest, "small": wording.show_interval(row["rest_ci"])}, wording.show_percent(row["mean_rest"]),
    ]  # fmt: skip


def questions(item: AnalysisItem) -> list[Section]:
    """Of an item made of questions, what each earned."""
    rows = [
        [rules.soften(row["label"]), wording.show_percent(row["earned"]), str(row["blank"]), str(row["n"])]
        for row in item.figures.get("parts") or []
    ]
    headers = [_("Question"), _("Share of the points earned"), _("No answer"), _("Given to")]
    found = section(_("Question by question"), table([0, 40, 30, 30], headers, rows), remark=_("by raw marks"))
    return [found] if rows else []


# --- charts ---


def charts(item: AnalysisItem, drawn: Mapping[str, Picture], curve: scales.Curve | None) -> list[Section]:
    """The charts of the page, with what to read from them, or why one is missing."""
    is_cluster = item.figures["kind"] == "true_false_cluster"
    told = {
        "options": (_("Who decided rightly") if is_cluster else _("Who chose which option"), ""),
        "key": (
            _("Who got it right"),
            _(
                "From the weak to the strong the share should rise. Where it falls and the intervals lie apart, the "
                "key or the stem misleads those who know most."
            ),
        ),
        "response": (_("Response curve"), _curve_words(curve) if curve else ""),
        "map": (_("Among the other items"), _("shaded: where items should lie")),
    }
    shown = [[name, *words] for name, words in told.items() if name in drawn]
    missing = [["note", words] for words in _missing_charts(item, drawn, curve)]
    return [section(_("Charts"), *([["charts", shown]] if shown else []), *missing)]


def _curve_words(curve: scales.Curve) -> str:
    show = wording.show_number
    return _(
        "Half of those who do not guess get it right from an ability of %(b)s on; slope %(a)s, guessing %(c)s. Where "
        "squares lie far from the line, the model does not fit this item.",
        b=show(curve.b), a=show(curve.a), c=show(curve.guessing),
    )  # fmt: skip


def _missing_charts(item: AnalysisItem, drawn: Mapping[str, Picture], curve: scales.Curve | None) -> list[str]:
    found = []
    if item.options and "options" not in drawn:
        found.append(_("Not enough data: the curves are drawn from %(least)s candidates on.", least=limits.MINIMUM_N))
    if curve is None:
        found.append(_("There is no response curve: this version is not on the scale of its bank."))
    elif "response" not in drawn:
        found.append(
            _("Not enough data for a response curve: too few candidates or items of this exam are on the bank's scale.")
        )
    return found


def behind_charts(drawn: Mapping[str, Picture]) -> list[Section]:
    """The figures that the charts draw; those of the map are the exam's, a single exam's stand among the indices."""
    parts = []
    for name, picture in drawn.items():
        if name != "map" and len(picture.rows) > 1:
            widths = [46, *([0] * (len(picture.headers) - 1))]
            parts += [["caption", _chart_name(name)], table(widths, picture.headers, picture.rows)]
    return [section(_("The figures of the charts"), *parts)] if parts else []


def _chart_name(name: str) -> str:
    return {
        "options": _("Who chose which option"),
        "key": _("Who got it right"),
        "response": _("Response curve"),
        "difficulty": _("Difficulty, exam by exam"),
        "rest": _("Correlation with the rest, exam by exam"),
    }[name]


# --- indices ---


def indices(item: AnalysisItem) -> list[Section]:
    """Every index with its interval, what it says and how it is computed; where there is none, why."""
    rows: list[list[Cell]] = [
        [
            {"text": one.name, "is_strong": True},
            wording.show_number(value) if value is not None else _missing(reason),
            interval(ends), {"text": one.meaning, "small": one.formula},
        ]
        for one, value, ends, reason in tables.index_rows(item)
    ]  # fmt: skip
    headers = [_("Figure"), _("Value"), _("Interval of 95 per cent"), _("What it says, and how it is computed")]
    every = table([34, 24, 27, 0], headers, rows + _counts(item.figures))
    return [section(_("Every index with its interval"), every, remark=count_words(item))]


def _counts(figures: Mapping[str, Any]) -> list[list[Cell]]:
    named = [(_("Left blank"), str(figures["omitted"]), _("Seen and not answered; counted as wrong."))]
    if "not_reached" in figures:
        late = _("Left blank with everything after it: time may have run out.")
        named.append((_("Not reached"), str(figures["not_reached"]), late))
    seconds = figures.get("seconds") or {}
    if "median" in seconds:
        low, high = (wording.show_number(end, 0) for end in seconds["quartiles"])
        time = _(
            "The median of the candidates, from the server's record of their answers; the middle half took %(low)s to "
            "%(high)s s.",
            low=low, high=high,
        )  # fmt: skip
        shown = _("%(seconds)s s", seconds=wording.show_number(seconds["median"], 0))
        named.append((_("Time on it"), shown, time))
    return [[{"text": name, "is_strong": True}, value, "-", said] for name, value, said in named]


def _missing(reason: str | None) -> str:
    words = wording.reason_label(reason)
    if reason in WANTING:
        return _("not enough data: %(reason)s", reason=words)
    return words or "-"


# --- exam by exam, version by version ---


def exams(
    item: AnalysisItem, drawn: Mapping[str, Picture], pooled: Pooled | None, held: Sequence[AnalysisItem]
) -> list[Section]:
    """The version through its exams, what they say together, and which runs these figures come from."""
    figures = item.figures
    names = [("difficulty", _("Difficulty p")), ("rest", _("Correlation with the rest"))]
    shown = [[name, title, ""] for name, title in names if name in drawn]
    parts: list[Part] = [["charts", shown]] if shown else []
    if "rest" not in drawn:
        reason = wording.reason_label(figures["reasons"].get("item_rest_ci"))
        parts.append(["note", _("There is no interval of the correlation yet: %(reason)s.", reason=reason)])
    if pooled is not None:
        parts.append(["par", wording.pooled_sentence(pooled)])
    ends = wording.show_interval(figures["d27_ci"])
    parts.append(["facts", [
        [_("Discrimination D, best against weakest 27 per cent"),
         wording.show_number(figures["d27"]) + (f", {ends}" if ends else "")],
        [_("Earned by the best 27 per cent"), wording.show_percent(figures["upper_share"])],
        [_("Earned by the weakest 27 per cent"), wording.show_percent(figures["lower_share"])],
        [_("Exams with this version"), str(len(held))],
    ]])  # fmt: skip
    return [section(_("Exam by exam"), *parts, remark=_("lines: intervals of 95 per cent"))]


def versions(rows: Sequence[tuple[ItemVersion, Pooled | None]], here: int) -> list[Section]:
    """How each text of the item did, over all its exams; only where there is more than one."""
    if len(rows) < 2:
        return []
    headers = [
        _("Version"), _("State"), _("Accepted"), _("Exams"), _("Candidates"), _("Difficulty p"),
        _("Correlation with the rest"),
    ]  # fmt: skip
    found = table([18, 24, 23, 15, 20, 0, 0], headers, [_version(*row, here) for row in rows])
    note = _("Over all exams of a version, from its own answers alone. Bold: the version of this report.")
    return [section(_("The versions of this item"), found, ["note", note])]


def _version(version: ItemVersion, pooled: Pooled | None, here: int) -> list[Cell]:
    accepted = format_datetime(version.decided_at, "dd/MM/yyyy") if version.decided_at else "-"
    return [
        {"text": str(version.number), "is_strong": version.id == here}, bank.state_label(version.state), accepted,
        str(pooled.exams if pooled else 0), str(pooled.n if pooled else 0),
        *(_own(one) for one in ((pooled.difficulty, pooled.discrimination) if pooled else (None, None))),
    ]  # fmt: skip


def _own(found: Any) -> Cell:
    if found is None:
        return "-"
    return {"text": wording.show_number(found.own), "small": interval((found.own_low, found.own_high))}


def table(widths: Sequence[int], headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Part:
    return ["table", list(widths), list(headers), [list(row) for row in rows]]
