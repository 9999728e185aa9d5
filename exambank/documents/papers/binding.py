"""PURE. Finished pages put together: papers one after another, each beginning on a front, or two pages on an A3 sheet.

The typesetter's outline names every paper, so it is known where each begins. Folded sheets read 4 1 / 2 3: printed on
both sides and folded, they open as 1, 2, 3, 4; a paper of more pages takes a further sheet, laid into the first.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, RectangleObject

WIDTH, HEIGHT = 595.2756, 841.8898  # A4 in points
PRODUCER = "exambank"


@dataclass(frozen=True)
class Binding:
    """``fold``: two A4 pages on an A3 sheet. ``duplex``: every paper has whole leaves, a blank back where needed."""

    fold: bool = False
    duplex: bool = False
    copies: int = 1


def bind(parts: Sequence[bytes], binding: Binding, title: str) -> bytes:
    """One PDF of all papers of these files, each paper ``copies`` times, named in the outline."""
    writer = PdfWriter()
    for part in parts:
        for name, pages in papers_in(part):
            for copy in range(1, binding.copies + 1):
                first = len(writer.pages)
                _add(writer, pages, binding)
                writer.add_outline_item(title=name if binding.copies == 1 else f"{name} ({copy})", page_number=first)
    # no date: the same papers give the same bytes
    writer.metadata = {"/Title": title, "/Producer": PRODUCER}
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def papers_in(part: bytes) -> list[tuple[str, list[PageObject]]]:
    """The papers of a set file with their pages, by its outline; a file without one is one paper without a name."""
    reader = PdfReader(io.BytesIO(part))
    entries = [entry for entry in reader.outline if not isinstance(entry, list)]
    starts = [(str(entry.title), reader.get_destination_page_number(entry)) for entry in entries]
    if not starts:
        return [("", list(reader.pages))]
    ends = [start for _name, start in starts[1:]] + [len(reader.pages)]
    return [
        (name, [reader.pages[at] for at in range(start, end)])
        for (name, start), end in zip(starts, ends, strict=True)
    ]  # fmt: skip


def fold_order(pages: int) -> list[tuple[int | None, int | None]]:
    """Sides of A3 sheets as pairs of page numbers from 0, left and right; None is blank."""
    found = []
    for first in range(0, pages, 4):
        numbers = [at if at < pages else None for at in range(first, first + 4)]
        found += [(numbers[3], numbers[0]), (numbers[1], numbers[2])]
    # a back that holds nothing is still there: sheets are printed on both sides
    return found


def _add(writer: PdfWriter, pages: list[PageObject], binding: Binding) -> None:
    if binding.fold:
        for left, right in fold_order(len(pages)):
            _add_side(writer, [pages[at] if at is not None else None for at in (left, right)])
        return
    for page in pages:
        writer.add_page(page)
    if binding.duplex and len(pages) % 2:
        writer.add_blank_page(WIDTH, HEIGHT)


def _add_side(writer: PdfWriter, pair: list[PageObject | None]) -> None:
    """Two pages as drawings on one: nothing of them is read or changed."""
    side = writer.add_blank_page(2 * WIDTH, HEIGHT)
    drawings, calls = DictionaryObject(), []
    for place, page in enumerate(pair):
        if page is None:
            continue
        drawing = DecodedStreamObject()
        drawing.set_data(page.get_contents().get_data())
        drawing = drawing.flate_encode()
        drawing.update({
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): RectangleObject([0, 0, WIDTH, HEIGHT]),
            NameObject("/Resources"): page["/Resources"].clone(writer),
        })  # fmt: skip
        if "/Group" in page:
            drawing[NameObject("/Group")] = page["/Group"].clone(writer)
        drawings[NameObject(f"/P{place}")] = writer._add_object(drawing)
        calls.append(f"q 1 0 0 1 {place * WIDTH:.4f} 0 cm /P{place} Do Q")
    content = DecodedStreamObject()
    content.set_data("\n".join(calls).encode())
    side[NameObject("/Contents")] = writer._add_object(content)
    side[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): drawings})
