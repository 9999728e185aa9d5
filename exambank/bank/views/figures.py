"""What exams say of an item, in words and in small plots: what the template of an item's page asks for."""

from dataclasses import dataclass

from flask_babel import gettext as _

from exambank.bank import rules, service
from exambank.bank.interactions.base import place_name
from exambank.bank.rules.figures import (
    EASY,
    HARD,
    LOW_DISCRIMINATION,
    OptionFigures,
    Plot,
    dead_of,
    keys_of,
    plot_figures,
    share_interval,
)
from exambank.bank.views.blueprint import bp, show_figure
from exambank.bank.views.evidence import key_suspect_words


@dataclass(frozen=True)
class Plots:
    """Both plots of one version, each with its finding in words for whoever does not see it."""

    difficulty: Plot
    difficulty_words: str
    discrimination: Plot
    discrimination_words: str


def plots_of(one: service.VersionStatistics) -> Plots:
    """The plots of one version over its exams."""
    shares = [(row.n, row.difficulty, _share_ci(row)) for row in one.rows]
    correlations = [
        (row.n, row.item_rest, None if row.item_rest_low is None else (row.item_rest_low, row.item_rest_high))
        for row in one.rows
    ]
    lowest = min([-0.2, *(ends[0] - 0.05 for _n, _value, ends in correlations if ends)])
    return Plots(
        plot_figures(
            shares, pooled=one.pooled.difficulty, value_range=(0, 1), ticks=(0, 0.5, 1), limits=(HARD, EASY)
        ),
        _words(shares, one.pooled.difficulty),
        plot_figures(
            correlations, pooled=one.pooled.discrimination, value_range=(max(lowest, -1), 1), ticks=(0, 0.5, 1),
            limits=(LOW_DISCRIMINATION,),
        ),
        _words(correlations, one.pooled.discrimination),
    )  # fmt: skip


def _share_ci(row) -> tuple[float, float] | None:
    return share_interval(row.difficulty, row.n) if row.difficulty is not None and row.n else None


def _words(values, pooled: float | None) -> str:
    told = ", ".join(show_figure(value) for n, value, _ends in values if value is not None and n >= rules.MINIMUM_N)
    if not told:
        return _("Not defined in any exam.")
    if pooled is None or len(values) < 2:
        return told
    return _("%(values)s; all exams together %(pooled)s", values=told, pooled=show_figure(pooled))


def options_of(one: service.VersionStatistics) -> list[tuple[str, str, bool, OptionFigures]]:
    """The pooled options in the order of the text: letter, words, whether right, figures; blanks last."""
    known = {row["token"]: (place, row) for place, row in enumerate(one.version.content.get("options") or ())}
    rows = []
    for option in one.pooled.options:
        if option.token in known:
            place, row = known[option.token]
            words = rules.plain_text(row.get("html") or "")
            rows.append((place, (place_name(place), words, bool(row.get("is_key")), option)))
        elif not option.token:
            rows.append((len(known), ("", _("No answer"), False, option)))
    return [row for _place, row in sorted(rows, key=lambda pair: pair[0])]


def advice_of(one: service.VersionStatistics) -> list[str]:
    """What to look at, the gravest first; nothing where nothing stands out or the data are too few."""
    dead = _letters(one, dead_of(one.pooled, keys_of(one.version.content)))
    flags = set(one.pooled.flags)
    sentences = {
        "key_suspect": lambda: key_suspect_words(_letters(one, one.pooled.suspects)),
        "negative_discrimination": lambda: _(
            "Those who know more earn less here. Read the question, the options and the key again before it is used."
        ),
        "too_hard": lambda: _(
            "It is surely hard: check whether it was taught, and keep it only where few shall succeed."
        ),
        "too_easy": lambda: _("It is surely easy: keep it if everybody must know this, else ask for more."),
        "low_discrimination": lambda: _(
            "It hardly tells strong from weak. Make the question clearer, or the wrong options closer to real mistakes."
        ),
        "dead_distractor": lambda: _(
            "Hardly anybody chooses option %(letters)s: replace it with a mistake that learners really make.",
            letters=dead,
        ),
    }
    if flags & {"key_suspect", "negative_discrimination"}:  # while the key is in doubt, p says nothing
        flags -= {"too_hard", "too_easy"}
    return [sentence() for code, sentence in sentences.items() if code in flags]


def _letters(one: service.VersionStatistics, tokens: tuple[str, ...]) -> str:
    letters = {row["token"]: place_name(place) for place, row in enumerate(one.version.content.get("options") or ())}
    return ", ".join(sorted(letters[token] for token in tokens if token in letters))


@bp.context_processor
def _figures_in_templates() -> dict:
    return {"plots_of": plots_of, "options_of": options_of, "advice_of": advice_of, "share_interval": share_interval}
