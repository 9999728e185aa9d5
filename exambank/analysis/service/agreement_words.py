"""What a comparison of scripts means, in careful sentences."""

from flask_babel import gettext as _
from flask_babel import ngettext

from exambank.analysis.service.agreement import EXAM, ROOM, Agreement, Extent
from exambank.analysis.service.numbers import show_number
from exambank.analysis.service.wording import Verdict
from exambank.psychometrics import Reason
from exambank.psychometrics.similarity import LEAST_CANDIDATES, LEAST_COMMON, MOST_PAIRS

_SMALLEST = 0.001


def agreement_verdict(found: Agreement) -> Verdict:
    """The conclusion on an exam's scripts: what was found, what to look at, or why nothing can be said."""
    if found.reason:
        return Verdict(_("Not enough data to compare scripts."), _why_not(found), "")
    compared = ngettext(
        "%(num)d pair of scripts was compared, on %(items)s questions with one answer to choose.",
        "%(num)d pairs of scripts were compared, on %(items)s questions with one answer to choose.",
        found.n_pairs, items=found.n_items,
    )  # fmt: skip
    if found.scope == ROOM:
        within = _("Only candidates of one room were compared with each other.")
        compared = f"{compared} {within}"
    if not found.n_found:
        return Verdict(_("No two scripts agree more than chance explains."), compared, "")
    strong = ngettext(
        "%(num)d pair of scripts agrees more than chance explains.",
        "%(num)d pairs of scripts agree more than chance explains.",
        found.n_found,
    )
    look = _("Look at the seating plan and at the record of the room before you think further.")
    note = _("Agreement is no proof: it does not say who took over answers from whom, nor whether anybody did.")
    return Verdict(strong, f"{look} {compared}", note, "caution")


def _why_not(found: Agreement) -> str:
    if found.reason == Reason.TOO_FEW_ITEMS:
        return _(
            "No two candidates answered at least %(least)s questions with one answer to choose in common.",
            least=LEAST_COMMON,
        )
    if found.n_candidates < LEAST_CANDIDATES:
        return _(
            "%(count)s candidates answered questions with one answer to choose; at least %(least)s are needed to tell "
            "agreement from chance.",
            count=found.n_candidates, least=LEAST_CANDIDATES,
        )  # fmt: skip
    return _("No room has two candidates who answered. Compare the whole exam instead.")


def scope_label(scope: str) -> str:
    """What is compared with what."""
    return {
        ROOM: _("Compare within each room"),
        EXAM: _("Compare the whole exam"),
    }[scope]


def too_large_sentences(extent: Extent) -> list[str]:
    """Why a comparison is not offered: how many pairs it has, by scope."""
    return [_too_large(scope, extent.pairs(scope)) for scope in extent.scopes if extent.is_too_large(scope)]


def _too_large(scope: str, pairs: int) -> str:
    shown, most = show_number(pairs, 0), show_number(MOST_PAIRS, 0)
    if scope == ROOM:
        return _("Within the rooms there are %(pairs)s pairs of scripts; at most %(most)s are compared at once.",
                 pairs=shown, most=most)  # fmt: skip
    return _("In the whole exam there are %(pairs)s pairs of scripts; at most %(most)s are compared at once.",
             pairs=shown, most=most)  # fmt: skip


def show_chance(p: float) -> str:
    """A chance with three digits, or that it is below the smallest of these."""
    if p < _SMALLEST:
        return _("below %(least)s", least=show_number(_SMALLEST, 3))
    return show_number(p, 3)
