"""PURE. A question on a printed paper: what the bank's writer gives, with points, boxes to tick, lines to write on."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from exambank import text
from exambank.interchange.formats.word.writing.questions import NONE, Question, small_letter
from exambank.interchange.formats.word.writing.sheet import Sheet, label_runs
from exambank.interchange.formats.word.writing.tables import FULL_WIDTH
from exambank.interchange.formats.word.writing.xml import cell, element, paragraph, row, run, table

_DOTS = 9300  # where the dotted line ends, in twentieths of a point
ESSAY_LINES = 8


class PrintedQuestion(Question):
    """A question of a paper. ``number`` is what stands before it ("5", within a case "5.2"); ``has_lines``: dotted
    lines are printed where the candidate writes on the paper itself.
    """

    def __init__(self, sheet: Sheet, number: str, kind: str, stem: str, content: Mapping[str, Any], *, has_lines: bool):
        super().__init__(sheet, number, kind, stem, content, NONE)
        self._has_lines = has_lines

    def print(self, points: Decimal | None = None, picture=None) -> None:
        """The question; ``points`` where they are not said once for its whole part."""
        label = f"Câu {self.number}"
        label += f" ({text.format_points(points, 'vi')} điểm)." if points is not None else "."
        gaps = {gap["token"]: place for place, gap in enumerate(self.content.get("gaps", ()), start=1)}
        self.sheet.text("EbQuestion", self.stem, label_runs(label), gaps)
        if picture is not None:
            self.sheet.add(paragraph("EbPicture", picture))
        getattr(self, f"_{self.kind}")()

    def _true_false_cluster(self) -> None:
        """Statements with two boxes beside each."""
        widths = [FULL_WIDTH - 2 * 900, 900, 900]
        words = ("Phát biểu", "Đúng", "Sai")
        heads = [_cell(word, width, "EbCellHead") for word, width in zip(words, widths, strict=True)]
        rows = [row(heads, is_head=True)]
        for place in range(len(self.content["options"])):
            statement = self._column(self.content["options"], place, f"{small_letter(place)})")
            rows.append(row([cell(statement, widths[0]), _cell("", 900, "EbCell"), _cell("", 900, "EbCell")]))
        self.sheet.add(table("EbGrid", rows, widths))

    def _short_text(self) -> None:
        self._line("Trả lời:")

    def _numeric(self) -> None:
        self._line("Trả lời:")

    def _matching(self) -> None:
        super()._matching()
        blanks = "; ".join(f"{place} - ....." for place in range(1, len(self.content["options"]) + 1))
        self.sheet.line("EbWrite", blanks, "Ghép:")

    def _ordering(self) -> None:
        super()._ordering()
        blanks = " - ".join("....." for _one in self.content["options"])
        self.sheet.line("EbWrite", blanks, "Thứ tự:")

    def _essay(self) -> None:
        super()._essay()
        if self._has_lines:
            for _line in range(ESSAY_LINES):
                self._line("")

    def _oral(self) -> None:
        super()._essay()

    def _line(self, label: str) -> None:
        """A dotted line up to the margin."""
        made = paragraph("EbWrite", *(label_runs(label) if label else ()), run("\t"))
        stop = element("tab", val="right", leader="dot", pos=_DOTS)
        made[0].append(element("tabs", stop))
        self.sheet.add(made)


def _cell(words: str, width: int, style: str):
    return cell([paragraph(style, *([run(words)] if words else []))], width)
