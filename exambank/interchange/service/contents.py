"""A row of a bank file as the bank keeps items."""

from exambank.bank import rules as bank_rules
from exambank.interchange import bank_sheet
from exambank.interchange.bank_sheet import ItemDraft
from exambank.interchange.bank_sheet.keys import read_truths


def content_of(draft: ItemDraft) -> dict:
    """The draft as the bank's interactions keep it; texts become inert HTML."""
    options = [
        {"html": bank_rules.html_from_text(one.text), "is_key": one.is_key, "is_locked": one.is_locked}
        for one in draft.options
    ]
    if draft.kind == bank_sheet.TRUE_FALSE:
        is_reversed = read_truths(draft.options[0].text) == (False,)
        for option, token in zip(options, ("false", "true") if is_reversed else ("true", "false"), strict=True):
            option["token"] = token
    scoring: dict = {}
    if draft.kind == bank_sheet.CLUSTER and draft.scoring:
        scoring = {"table": list(draft.scoring)}
    if draft.kind == bank_sheet.MULTIPLE and draft.scoring:
        scoring = {"rule": draft.scoring[0]}
    return {"options": options, "scoring": scoring}
