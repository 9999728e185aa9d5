"""Items of a report on their way back to the bank: who looks at them already, which can be sent there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exambank.analysis.models import AnalysisItem
from exambank.analysis.service import wording
from exambank.analysis.service.flags import reviews_in
from exambank.bank import service as bank
from exambank.bank.models import ItemConcern
from exambank.bank.rules.concerns import LONGEST_NOTE


@dataclass(frozen=True)
class Suspect:
    """An item that asks for a review: why, the review that is open, and whether papers still use this very text."""

    item: AnalysisItem
    reasons: tuple[str, ...]
    concern: ItemConcern | None
    is_in_force: bool

    @property
    def note(self) -> str:
        """What a colleague reads who is asked to look at it."""
        return "\n".join(self.reasons)[:LONGEST_NOTE]


def suspects_in(items: Iterable[AnalysisItem]) -> list[Suspect]:
    """The items with flags that ask for a review, in the order given."""
    found = [item for item in items if reviews_in(item.figures)]
    concerns = bank.find_open_concerns([item.item_version_id for item in found])
    return [_suspect(item, concerns) for item in found]


def _suspect(item: AnalysisItem, concerns: Mapping[int, ItemConcern]) -> Suspect:
    bank_item = item.item_version.item
    return Suspect(
        item,
        tuple(wording.flag_sentence(item, flag) for flag in reviews_in(item.figures)),
        concerns.get(item.item_version_id),
        bank_item.state == "accepted" and bank_item.accepted_version_id == item.item_version_id,
    )
