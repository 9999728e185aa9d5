"""A bank, or some of its items, as a file of any format. Keys leave the house: every export is recorded by hash."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from exambank import audit
from exambank.bank.models import Item
from exambank.courses.models import CourseModule
from exambank.db import unit_of_work
from exambank.errors import InvalidInput
from exambank.interchange import messages
from exambank.interchange.formats import write_file
from exambank.interchange.formats.sheets import table_of
from exambank.interchange.neutral import NOTICE, REFUSED, Bundle, Loss, UnreadableFile, Written
from exambank.interchange.service.bundles import bundle_of, content_hashes, list_exportable
from exambank.interchange.service.raws import list_raws_to_export
from exambank.interchange.workbook import Table
from exambank.permissions import SYSTEM, Actor, Permission, allows


@dataclass(frozen=True)
class JsonFile:
    """What was written."""

    body: bytes
    count: int


@dataclass(frozen=True)
class LostPart:
    """What the format cannot hold, said once for all the items that it is about (``names``)."""

    severity: str
    message: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class BankOut:
    """A bank written into a file, before anybody has it: the file, and what it does not hold."""

    format: str
    bundle: Bundle
    written: Written
    items: tuple[Item, ...]

    @property
    def total(self) -> int:
        return len(self.bundle.drafts) + len(self.bundle.raws)

    @property
    def held(self) -> int:
        """How many items the file holds, whole or in part."""
        return self.total - len({(loss.is_raw, loss.index) for loss in self._losses(REFUSED)})

    def _losses(self, severity: str) -> list[Loss]:
        return [loss for loss in self.written.losses if loss.problem.severity == severity]

    @property
    def left_out(self) -> list[LostPart]:
        """Items that the file does not hold at all."""
        return _grouped(self._losses(REFUSED), self.bundle)

    @property
    def changed(self) -> list[LostPart]:
        """What the others lose, what matters before what is only worth knowing."""
        others = [loss for loss in self.written.losses if loss.problem.severity != REFUSED]
        return _grouped(sorted(others, key=lambda loss: loss.problem.severity == NOTICE), self.bundle)


def _grouped(losses: Sequence[Loss], bundle: Bundle) -> list[LostPart]:
    found: dict[tuple[str, str], list[str]] = {}
    for loss in losses:
        one = (bundle.raws if loss.is_raw else bundle.drafts)[loss.index]
        message = messages.problem_message(loss.problem)
        found.setdefault((loss.problem.severity, message), []).append(one.name or one.identifier or "?")
    return [LostPart(*told, tuple(dict.fromkeys(names))) for told, names in found.items()]


def plan_export(
    *, actor: Actor, course_module: CourseModule, to: str, item_ids: Sequence[int] | None = None,
    choices: Mapping[str, str] | None = None, now: datetime | None = None,
) -> BankOut:  # fmt: skip
    """Write these items (all that this person may export when none are named) and see what the format holds of them.

    Items kept as they came go along with a whole bank, for whoever may import there. Nobody is given the file yet.
    """
    items = list_exportable(actor, course_module, item_ids)
    takes_raws = item_ids is None and (actor is SYSTEM or allows(actor, Permission.BANK_IMPORT, course_module))
    raws = list_raws_to_export(course_module) if takes_raws else []
    if not items and not raws:
        raise InvalidInput(_("There is nothing to export."))
    moment = {"made_at": now.isoformat(timespec="seconds")} if now else {}
    bundle = bundle_of(course_module, items, raws=raws, choices={**moment, **(choices or {})})
    try:
        return BankOut(to, bundle, write_file(bundle, to), tuple(items))
    except UnreadableFile as error:
        raise InvalidInput(messages.file_message(error), reason=error.code) from None


def export_bank(
    *, actor: Actor, now: datetime, course_module: CourseModule, to: str, item_ids: Sequence[int] | None = None,
    choices: Mapping[str, str] | None = None,
) -> BankOut:  # fmt: skip
    """The same, given out: who took which texts with their keys is recorded."""
    found = plan_export(
        actor=actor, course_module=course_module, to=to, item_ids=item_ids, choices=choices, now=now
    )  # fmt: skip
    _record(actor, course_module, to, found.items, hashlib.sha256(found.written.body).hexdigest())
    return found


def _record(actor: Actor, course_module: CourseModule, to: str, items: Sequence[Item], sha256: str = "") -> None:
    hashes = content_hashes(items)
    with unit_of_work():
        audit.record(
            actor, "bank.exported", course_module, format=to, items=len(items), sha256=sha256, hashes=hashes
        )  # fmt: skip


def export_json(
    *, actor: Actor, now: datetime, course_module: CourseModule, item_ids: Sequence[int] | None = None
) -> JsonFile:
    """The lossless file, pictures within."""
    found = export_bank(actor=actor, now=now, course_module=course_module, to="json", item_ids=item_ids)
    return JsonFile(found.written.body, len(found.items))


def export_items(*, actor: Actor, now: datetime, course_module: CourseModule) -> Table:
    """The table of all items that this person may export, a case with a row for each of its questions."""
    items = list_exportable(actor, course_module)
    table, _losses = table_of(bundle_of(course_module, items))
    _record(actor, course_module, "sheet", items)
    return table
