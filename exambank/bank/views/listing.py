"""What the page of a list shows: the state of the address made into columns, chips, links and choices."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from exambank import web
from exambank.bank import labels, list_labels, service
from exambank.bank.interactions import REGISTRY
from exambank.bank.rules import finding
from exambank.bank.rules.figures import FLAGS


@dataclass
class Listing:
    """A list as its address asks for it; ``scope`` is one bank or several."""

    scope: Any
    values: Mapping[str, str]  # of the address
    chosen_columns: tuple[str, ...] = ()
    offer: service.Offer | None = None

    @cached_property
    def filters(self) -> finding.Filters:
        return finding.read_filters(self.values)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return finding.read_columns(self.chosen_columns)

    @cached_property
    def heads(self) -> list[tuple[str, str, str | None, bool, str]]:
        """(column, label, key to sort by, is a figure, first direction) of every column shown."""
        return [
            (
                name, self.column_words[name], finding.COLUMN_SORTS.get(name), name in list_labels.FIGURES,
                "desc" if name in list_labels.LATEST_FIRST else "asc",
            )
            for name in self.columns
        ]  # fmt: skip

    @cached_property
    def column_words(self) -> dict[str, str]:
        return list_labels.column_labels()

    @cached_property
    def kind_words(self) -> dict[str, str]:
        """Looked up once a page: fifty rows would ask the catalogue for the same words again and again."""
        return {kind: labels.kind_label(kind) for kind in REGISTRY}

    @cached_property
    def state_words(self) -> dict[str, str]:
        return {state: labels.state_label(state) for state in labels.STATES}

    @cached_property
    def flag_words(self) -> dict[str, str]:
        return {code: labels.flag_label(code) for code in FLAGS}

    @property
    def sort(self) -> str:
        return self.filters.sort

    @property
    def direction(self) -> str:
        return "desc" if self.filters.is_descending else "asc"

    @property
    def size(self) -> int:
        return finding.read_page_size(self.values.get("size", ""))

    @cached_property
    def page(self) -> service.ItemPage:
        return service.list_items(self.scope, self.filters, web.read_page(), self.size, web.actor())

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What narrows, each with the address without it."""
        names = {
            name: {one.value: one.label for one in choices}
            for name, choices in (self.offer.choices if self.offer else {}).items()
        }
        return [(chip.text, self.url(chip.query)) for chip in list_labels.chips_of(self.filters, names)]

    @property
    def query(self) -> dict[str, str]:
        """The filters and the order as an address says them."""
        return finding.as_query(self.filters)

    @property
    def shown(self) -> dict[str, Any]:
        """What is not a filter but belongs to the address: columns and page size."""
        kept: dict[str, Any] = {}
        if self.columns != finding.DEFAULT_COLUMNS:
            kept["columns"] = self.columns
        if self.size != finding.DEFAULT_PAGE_SIZE:
            kept["size"] = self.size
        return kept

    def url(self, query: Mapping[str, str]) -> str:
        return url_for(request.endpoint, **request.view_args, **query, **self.shown)

    @cached_property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """What each filter offers; the places of one bank are only known when one is open."""
        found = {
            "kind": list(self.kind_words.items()),
            "state": list(self.state_words.items()),
            "flag": list_labels.flag_choices(),
            "data": [("enough", _("Enough data")), ("little", _("Not enough data"))],
        }
        if self.offer:
            found |= {name: [(one.value, one.label) for one in rows] for name, rows in self.offer.choices.items()}
        return found

    @property
    def all_columns(self) -> list[tuple[str, str]]:
        return [(name, self.column_words[name]) for name in finding.COLUMNS]

    @property
    def sizes(self) -> tuple[int, ...]:
        return finding.PAGE_SIZES


def listing_of(scope: Any, offer: service.Offer | None = None) -> Listing:
    """The list that this request's address asks for."""
    return Listing(scope, request.args, tuple(request.args.getlist("columns")), offer)
