"""What the page of a batch shows: rows with the trouble first, source beside result, a page at a time."""

from functools import cached_property

from exambank.bank.interactions import REGISTRY
from exambank.interchange import bank_sheet, messages
from exambank.interchange.bank_sheet import Problem
from exambank.interchange.models import ImportBatch

PER_PAGE = 50
_ORDER = (bank_sheet.REFUSED, bank_sheet.WARNING, bank_sheet.ACCEPTED)


class BatchPage:
    """One page of a batch, also a pagination for the pager macro."""

    per_page = PER_PAGE

    def __init__(self, batch: ImportBatch, show: str, page: str):
        self._batch, self.show = batch, show if show in _ORDER else ""
        self._drafts = {draft["row"]: draft for draft in batch.drafts}
        asked = int(page) if page.isdecimal() and len(page) < 7 else 1
        self.page = min(max(asked, 1), max(self.pages, 1))

    @property
    def counts(self) -> dict:
        return self._batch.report["counts"]

    @property
    def sentence(self) -> str:
        return messages.counts_sentence(*(self.counts[status] for status in reversed(_ORDER)))

    @cached_property
    def _rows(self) -> list[dict]:
        rows = [row for row in self._batch.report["rows"] if not self.show or row["status"] == self.show]
        return sorted(rows, key=lambda row: (_ORDER.index(row["status"]), row["row"]))

    @property
    def rows(self) -> list[dict]:
        start = (self.page - 1) * PER_PAGE
        return [self._shown(row) for row in self._rows[start : start + PER_PAGE]]

    def _shown(self, row: dict) -> dict:
        draft = self._drafts.get(row["row"])
        problems = [
            {
                "column": one["column"],
                "severity": one["severity"],
                "message": messages.problem_message(Problem(**one)),
                "item": one["values"].get("item"),  # the item of the bank that it looks like
                "code": one["values"].get("code"),
            }
            for one in row["problems"]
        ]
        return {**row, "draft": draft and self._shown_draft(draft), "problems": problems}

    def _shown_draft(self, draft: dict) -> dict:
        options = [
            {**option, "letter": letter} for letter, option in zip(bank_sheet.LABELS, draft["options"], strict=False)
        ]
        topic = draft["topic_names"][0] if draft["topic_names"] else ""
        return {
            **draft, "options": options, "topic": topic, "kind_label": REGISTRY[draft["kind"]].label(),
            "is_cluster": draft["kind"] == bank_sheet.CLUSTER,
        }  # fmt: skip

    # --- what the pager asks ---

    @property
    def total(self) -> int:
        return len(self._rows)

    @property
    def pages(self) -> int:
        return -(-self.total // PER_PAGE)

    @property
    def has_prev(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def prev_num(self) -> int:
        return self.page - 1

    @property
    def next_num(self) -> int:
        return self.page + 1

    def iter_pages(self):
        """The first, the last, and those around this one; None for a gap."""
        last = 0
        for number in range(1, self.pages + 1):
            if number in (1, self.pages) or abs(number - self.page) <= 2:
                if number - last > 1:
                    yield None
                yield number
                last = number
