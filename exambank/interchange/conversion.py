"""PURE. A file of one format into another: what was read, what the new file holds of it, what became of each item."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from exambank.interchange.formats import read_file, write_file
from exambank.interchange.neutral import ACCEPTED, RAW, REFUSED, WARNING, Bundle, Entry, Loss, Reading, Source, Written


@dataclass(frozen=True)
class Conversion:
    """``reading``: the source with what the new format could not hold told in its entries; ``written`` is None when
    nothing could be converted.
    """

    reading: Reading
    written: Written | None

    @property
    def format(self) -> str:
        return self.reading.format


def convert(source: Source, to: str, *, wanted: str | None = None, choices: Mapping[str, str] | None = None):
    """Read a file (of the format ``wanted``, or the one that it is) and write its items as ``to``.

    Items that are refused are left out; items kept raw go to the writer, which hands them on or tells that it cannot.
    UnreadableFile when the source is no file of that format.
    """
    reading = read_file(source, wanted)
    kept = [place for place, entry in enumerate(reading.entries) if entry.status in (ACCEPTED, WARNING)]
    raws = [place for place, entry in enumerate(reading.entries) if entry.status == RAW]
    if not kept and not raws:
        return Conversion(reading, None)
    bundle = Bundle(
        reading.title or source.name.rpartition(".")[0] or source.name,
        tuple(reading.entries[place].draft for place in kept),
        reading.media,
        tuple(reading.entries[place].raw for place in raws),
        choices or {},
    )
    written = write_file(bundle, to)
    reading = _with_losses(reading, kept, raws, written.losses)
    is_empty = reading.count(REFUSED) == len(reading.entries)
    return Conversion(reading, None if is_empty else written)


def _with_losses(reading: Reading, kept: list[int], raws: list[int], losses: tuple[Loss, ...]) -> Reading:
    entries = list(reading.entries)
    for loss in losses:
        place = (raws if loss.is_raw else kept)[loss.index]
        entries[place] = _told(entries[place], loss)
    return replace(reading, entries=tuple(entries))


def _told(entry: Entry, loss: Loss) -> Entry:
    """The entry with the loss among its problems; one that the new file lacks altogether counts as refused."""
    told = replace(entry, problems=(*entry.problems, loss.problem))
    return replace(told, raw=None) if loss.is_raw and loss.problem.severity == REFUSED else told
