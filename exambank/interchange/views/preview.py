"""What the page of a batch shows: entries with the trouble first, source beside result, a page at a time."""

from collections.abc import Sequence
from functools import cached_property
from random import Random
from types import SimpleNamespace

from exambank.bank import rules as bank_rules
from exambank.bank.interactions import REGISTRY
from exambank.interchange import messages, rules, service, wire
from exambank.interchange.models import ImportBatch, ImportEntry
from exambank.interchange.neutral import ACCEPTED, RAW, REFUSED, STATUSES, WARNING, Draft

PER_PAGE = 25
ORDER = (REFUSED, WARNING, RAW, ACCEPTED)
MOST_EXAMPLES = 3


class BatchPage:
    """One page of a batch, also a pagination for the pager macro."""

    per_page = PER_PAGE

    def __init__(self, batch: ImportBatch, entries: Sequence[ImportEntry], show: str, page: str):
        self._batch, self._all = batch, entries
        self.show = show if show in ORDER or show == "left_out" else ""
        asked = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
        self.page = min(max(asked, 1), max(self.pages, 1))

    @cached_property
    def counts(self) -> dict:
        kept = {**dict.fromkeys(STATUSES, 0), **self._batch.report.get("counts", {})}
        return kept

    @property
    def usable(self) -> int:
        """How many would be taken over."""
        return len(rules.to_take(self._all))

    @property
    def clean(self) -> int:
        return len(rules.to_take(self._all, only_clean=True))

    @property
    def raws(self) -> int:
        return len(rules.raws_to_keep(self._all))

    @property
    def left_out(self) -> int:
        return sum(one.is_left_out for one in self._all)

    @property
    def sentence(self) -> str:
        counts = self.counts
        return messages.counts_sentence(counts[ACCEPTED], counts[WARNING], counts[REFUSED], counts[RAW])

    @cached_property
    def _rows(self) -> list[ImportEntry]:
        if self.show == "left_out":
            rows = [one for one in self._all if one.is_left_out]
        else:
            rows = [one for one in self._all if not self.show or one.status == self.show]
        return sorted(rows, key=lambda one: (ORDER.index(one.status), one.position))

    @property
    def entries(self) -> list["ShownEntry"]:
        start = (self.page - 1) * PER_PAGE
        return [ShownEntry(one) for one in self._rows[start : start + PER_PAGE]]

    @property
    def not_taken(self) -> list["ShownEntry"]:
        """After the decision: what did not become an item."""
        return [ShownEntry(one) for one in self._rows if one.item_id is None]

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


def rows_of_older_batch(batch: ImportBatch) -> list:
    """What a batch of an older version tells of its rows: its report held them, and it knew no items."""
    taken = batch.state == "accepted"
    return [
        SimpleNamespace(
            position=row["row"], name=row["number"], place={"code": "row", "values": {"row": row["row"]}},
            status=row["status"], problems=row["problems"], source=row["source"], evidence=[], draft=None, raw=None,
            is_left_out=False, edited_at=None, item_id=0 if taken and row["status"] != REFUSED else None,
        )
        for row in batch.report.get("rows", ())
    ]  # fmt: skip


class ShownEntry:
    """An entry in words."""

    def __init__(self, entry: ImportEntry):
        self._entry = entry

    def __getattr__(self, name):
        return getattr(self._entry, name)

    @property
    def place(self) -> str:
        return messages.place_words(wire.place_of(self._entry.place))

    @cached_property
    def problems(self) -> list[dict]:
        return [
            {
                "place": service.where({}, one),
                "severity": one["severity"],
                "message": messages.problem_message(wire.problem_of(one)),
                "item": one["values"].get("item"),  # the item of the bank that it looks like
                "code": one["values"].get("code"),
            }
            for one in service.problems_now(self._entry)
        ]

    @cached_property
    def draft(self) -> Draft | None:
        return Draft.from_dict(self._entry.draft) if self._entry.draft else None

    @property
    def kind_label(self) -> str:
        return REGISTRY[self.draft.kind].label()

    @property
    def view(self) -> dict:
        return candidate_view(self.draft)

    @property
    def key_lines(self) -> list[tuple[str, str]]:
        """The right answers of kinds whose key does not stand among options."""
        return REGISTRY[self.draft.kind].describe_key(self.draft.content)

    @property
    def options(self) -> list[dict]:
        """Options as staff see them, for kinds that choose among them; each with the signs that made it the key."""
        if self.draft.kind not in _CHOICES:
            return []
        return REGISTRY[self.draft.kind].key_view(self.draft.content)

    @cached_property
    def evidence(self) -> list[tuple[str, str]]:
        """By which signs each option was taken for the key: ("C", "underlined 100 %, red 100 %")."""
        return [
            (
                label,
                ", ".join(f"{messages.signal_label(signal)} {round(share * 100)}\u00a0%" for signal, share in signals),
            )
            for label, signals in self._entry.evidence
            if signals
        ]

    @property
    def facts(self) -> str:
        """Where it will belong, in one line."""
        draft = self.draft
        topic = draft.topic_names[0] if draft.topic_names else ""
        return " · ".join(
            filter(None, [self.kind_label, topic, draft.level, ", ".join(draft.tags), draft.source, draft.picture_name])
        )

    @property
    def words(self) -> str:
        """The beginning of its text, for lists."""
        if self.draft:
            return bank_rules.plain_text(self.draft.stem)
        return next((cell for _label, cell in self._entry.source if cell.strip()), "")

    @property
    def status_word(self) -> str:
        return messages.status_label(self._entry.status)


_CHOICES = frozenset({"single_choice", "multiple_choice", "true_false", "true_false_cluster"})


class _AsWritten(Random):
    """Leaves the first list that it is asked to shuffle as it was written: options stand as in the file."""

    _has_passed = False

    def shuffle(self, things) -> None:
        if self._has_passed:
            super().shuffle(things)
        self._has_passed = True


def candidate_view(draft: Draft) -> dict:
    """The draft as its candidate would meet it."""
    interaction = REGISTRY[draft.kind]
    fragment = interaction.fragment(draft.stem, dict(draft.content), None)
    fragment = {**fragment, "media": draft.picture or None, "alt": draft.picture_alt}
    return interaction.arrange(fragment, interaction.deal_order(draft.content, _AsWritten(draft.kind)))


class ConventionCard:
    """By which signs the file may mark its keys: each with how many items it decides, and examples."""

    def __init__(self, batch: ImportBatch, entries: Sequence[ImportEntry]):
        self._entries = entries
        self.chosen = batch.report.get("convention", "")
        self._found = batch.report.get("conventions", [])

    def __bool__(self) -> bool:
        return len(self._found) > 1 or any(conflicts for _code, _items, conflicts in self._found)

    @property
    def rows(self) -> list[dict]:
        return [
            {
                "code": code,
                "label": messages.convention_label(code),
                "count": items,
                "conflicts": conflicts,
                "examples": self._examples(code),
                "is_chosen": code == self.chosen,
            }
            for code, items, conflicts in self._found
        ]

    def _examples(self, code: str) -> list[str]:
        """The first items with this sign on an option: ("Câu 3: C")."""
        found = []
        for entry in self._entries:
            letters = [
                label
                for label, signals in entry.evidence
                if any(one in (code, f"{code}_label") and share >= 0.5 for one, share in signals)
            ]
            if letters:
                found.append(f"{entry.name or entry.position}: {', '.join(letters)}")
            if len(found) == MOST_EXAMPLES:
                break
        return found
