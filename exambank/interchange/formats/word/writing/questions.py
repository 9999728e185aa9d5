"""PURE. A question of each kind as a lecturer would type it."""

from collections.abc import Mapping

from exambank.bank.rules import plain_text
from exambank.interchange.formats.word.writing import answers, notes
from exambank.interchange.formats.word.writing.sheet import Sheet, label_runs
from exambank.interchange.formats.word.writing.tables import FULL_WIDTH
from exambank.interchange.formats.word.writing.xml import cell, paragraph, row, run, table

MARKED, SEPARATE, NONE = "marked", "separate", "none"
_SHORT = ((4, 15), (2, 38))  # how many options stand on one line when each is so short
_POINTS = "điểm"
# kinds that the layout alone tells
_PLAIN = {"single_choice", "multiple_choice", "true_false", "true_false_cluster"}


class Question:
    """One question with its number; ``mode`` says whether what only markers may see is written beside it."""

    def __init__(self, sheet: Sheet, number: int, kind: str, stem: str, content: Mapping, mode: str):
        self.sheet, self.number, self.kind, self.stem, self.content = sheet, number, kind, stem, content
        self._is_open = mode == MARKED

    def write(self, own_notes: list[tuple[str, str]], *, style: str = "EbQuestion", picture=None) -> None:
        """The stem, what the kind asks, the key, and the notes at the end."""
        gaps = {gap["token"]: place for place, gap in enumerate(self.content.get("gaps", ()), start=1)}
        self.sheet.text(style, self.stem, label_runs(f"Câu {self.number}."), gaps)
        if picture is not None:
            self.sheet.add(paragraph("EbPicture", picture))
        getattr(self, f"_{self.kind}")()
        if self._is_open:
            self.write_solution()
            self.write_notes(own_notes)

    def write_solution(self) -> None:
        """The explanation, for after the exam."""
        if self.content.get("explanation"):
            self.sheet.text("EbSolution", self.content["explanation"], label_runs("Lời giải:"))

    def write_notes(self, own: list[tuple[str, str]]) -> None:
        """What the item has besides its texts."""
        kind = [] if self._is_told_by_layout() else [(notes.KIND, notes.KIND_WORDS[self.kind])]
        for label, value in [*kind, *own, *notes.setting_notes(self.kind, self.content)]:
            self.sheet.line("EbNote", f"// {label}: {value}")

    def _is_told_by_layout(self) -> bool:
        if self.kind not in _PLAIN:
            return False
        keys = sum(one["is_key"] for one in self.content["options"])
        return {"single_choice": keys == 1, "multiple_choice": keys > 1}.get(self.kind, True)

    # --- choices ---

    def _single_choice(self) -> None:
        rows = self.content["options"]
        per_line = self._per_line(rows)
        for start in range(0, len(rows), per_line):
            if per_line == 1:
                self.sheet.text("EbOption", rows[start]["html"], self._option_label(start))
            else:
                self._option_line(rows, start, per_line)

    _multiple_choice = _true_false = _single_choice

    def _option_label(self, place: int) -> tuple:
        is_key = self._is_open and self.content["options"][place]["is_key"]
        return label_runs(f"{notes.letter(place)}.", is_key=is_key)

    def _option_line(self, rows: list, start: int, per_line: int) -> None:
        width = FULL_WIDTH // per_line
        made = paragraph("EbOption", tabs=tuple(width * place for place in range(1, per_line)))
        for place in range(start, min(start + per_line, len(rows))):
            inner = self._inline(rows[place]["html"])
            made.extend([*([run("\t")] if place > start else []), *self._option_label(place), *inner])
        self.sheet.add(made)

    def _inline(self, stored: str) -> list:
        """The runs of a text of one paragraph."""
        before = len(self.sheet.blocks)
        self.sheet.text("EbOption", stored)
        made = self.sheet.blocks.pop()
        del self.sheet.blocks[before:]
        return list(made)[1:]

    @staticmethod
    def _per_line(rows: list) -> int:
        """Four or two options on a line when all are short and plain, else one."""
        texts = [one["html"] for one in rows]
        if any(
            tag in text
            for text in texts
            for tag in ("<p", "<br", "<img", "<t", "<l", "<u", "<o", "<h", "<pre", "\\frac", "\\begin")
        ):
            return 1
        longest = max((len(plain_text(text)) for text in texts), default=0)
        return next(
            (many for many, most in _SHORT if longest <= most and len(rows) >= many and len(rows) % many == 0), 1
        )

    def _true_false_cluster(self) -> None:
        rows = self.content["options"]
        for place, one in enumerate(rows):
            self.sheet.text("EbOption", one["html"], label_runs(f"{small_letter(place)})"))
        self._key(truths_line(rows))

    # --- typed answers ---

    def _key(self, words: str) -> None:
        if self._is_open and words:
            self.sheet.line("EbKey", words, "Đáp án:")

    def _short_text(self) -> None:
        self._key(
            answers.join_answers(answers.write_text(one["text"], one["share"]) for one in self.content["accepted"])
        )

    def _numeric(self) -> None:
        self._key(answers.join_answers(map(answers.write_number, self.content["answers"])))

    def _fill_in(self) -> None:
        for place, gap in enumerate(self.content["gaps"], start=1):
            if gap["kind"] == "choice":
                choices = answers.join_answers(answers.write_text(one["text"]) for one in gap["choices"])
                self.sheet.line("EbChoices", choices, f"Lựa chọn ({place}):")
        for place, gap in enumerate(self.content["gaps"], start=1):
            if self._is_open:
                self.sheet.line("EbKey", gap_key(gap), f"Đáp án ({place}):")

    # --- matching and ordering ---

    def _matching(self) -> None:
        prompts, targets = self.content["options"], self.content["targets"]
        half = FULL_WIDTH // 2
        rows = [row([_head("Cột A", half), _head("Cột B", half)], is_head=True)]
        for place in range(max(len(prompts), len(targets))):
            left = self._column(prompts, place, f"{place + 1}.")
            right = self._column(targets, place, f"{small_letter(place)})")
            rows.append(row([cell(left, half), cell(right, half)]))
        self.sheet.add(table("EbMatching", rows, [half, half]))
        self._key(pairs_line(self.content))

    def _column(self, rows: list, place: int, label: str) -> list:
        if place >= len(rows):
            return []
        before = len(self.sheet.blocks)
        self.sheet.text("EbCell", rows[place]["html"], label_runs(label))
        made = self.sheet.blocks[before:]
        del self.sheet.blocks[before:]
        return made

    def _ordering(self) -> None:
        for place, one in enumerate(shown_order(self.content["options"])):
            self.sheet.text("EbOption", one["html"], label_runs(f"{small_letter(place)})"))
        self._key(order_line(self.content["options"]))

    # --- written and spoken ---

    def _essay(self) -> None:
        for place, one in enumerate(self.content.get("prompts", ())):
            self.sheet.text("EbPrompt", one["html"], label_runs(f"{small_letter(place)})"))
        if self._is_open:
            self.write_rubric()

    _oral = _essay

    def write_rubric(self) -> None:
        """What only markers see: expected points, model answer, further questions."""
        if self.content.get("rubric"):
            self._rubric_table()
        if self.content.get("model_answer"):
            self.sheet.text("EbModel", self.content["model_answer"], label_runs("Đáp án mẫu:"))
        if self.content.get("follow_ups"):
            self.sheet.text("EbFollow", self.content["follow_ups"], label_runs("Câu hỏi thêm:"))

    def _rubric_table(self) -> None:
        widths = [FULL_WIDTH // 10, FULL_WIDTH * 7 // 10, FULL_WIDTH // 5]
        letters = {one["token"]: small_letter(place) for place, one in enumerate(self.content.get("prompts", ()))}
        rows = [
            row(
                [_head(words, width) for words, width in zip(("Ý", "Nội dung", "Điểm"), widths, strict=True)],
                is_head=True,
            )
        ]
        for one in self.content["rubric"]:
            which = letters.get(one["prompt"], "")
            before = len(self.sheet.blocks)
            self.sheet.text("EbCell", one["html"])
            blocks = self.sheet.blocks[before:]
            del self.sheet.blocks[before:]
            points = one["points"].replace(".", ",")
            rows.append(
                row(
                    [
                        _words(f"{which})" if which else "", widths[0]),
                        cell(blocks, widths[1]),
                        _words(points, widths[2]),
                    ]
                )
            )
        self.sheet.line("EbGuide", "", "Hướng dẫn chấm:")
        self.sheet.add(table("EbRubric", rows, widths))


def _head(words: str, width: int):
    return cell([paragraph("EbCellHead", run(words))], width)


def _words(words: str, width: int):
    return cell([paragraph("EbCell", *([run(words)] if words else []))], width)


# --- keys as words ---


def small_letter(place: int) -> str:
    return notes.letter(place).lower()


def truths_line(rows: list) -> str:
    """ "a) Đúng; b) Sai"."""
    return "; ".join(f"{small_letter(place)}) {'Đúng' if one['is_key'] else 'Sai'}" for place, one in enumerate(rows))


def gap_key(gap: Mapping) -> str:
    """The right answers of a gap."""
    if gap["kind"] == "text":
        return answers.join_answers(answers.write_text(one["text"], one["share"]) for one in gap["accepted"])
    return answers.join_answers(answers.write_text(one["text"]) for one in gap["choices"] if one["is_key"])


def pairs_line(content: Mapping) -> str:
    """ "1-a; 2-b"."""
    letters = {one["token"]: small_letter(place) for place, one in enumerate(content["targets"])}
    pairs = ((place, content["pairs"].get(one["token"])) for place, one in enumerate(content["options"], start=1))
    return "; ".join(f"{place}-{letters[target]}" for place, target in pairs if target in letters)


def shown_order(rows: list) -> list:
    """The steps as they are shown: by their tokens, which tell nothing."""
    return sorted(rows, key=lambda one: one["token"])


def order_line(rows: list) -> str:
    """ "b - a - c"."""
    letters = {one["token"]: small_letter(place) for place, one in enumerate(shown_order(rows))}
    return " - ".join(letters[one["token"]] for one in rows)


def key_words(kind: str, content: Mapping) -> str:
    """The key in a few words, for the table of keys; "" where a person judges."""
    if kind in ("single_choice", "multiple_choice", "true_false"):
        return ", ".join(notes.letter(place) for place, one in enumerate(content["options"]) if one["is_key"])
    if kind == "true_false_cluster":
        return truths_line(content["options"])
    if kind == "short_text":
        return answers.join_answers(answers.write_text(one["text"], one["share"]) for one in content["accepted"])
    if kind == "numeric":
        return answers.join_answers(map(answers.write_number, content["answers"]))
    if kind == "matching":
        return pairs_line(content)
    if kind == "ordering":
        return order_line(content["options"])
    if kind == "fill_in":
        return "; ".join(f"({place}) {gap_key(gap)}" for place, gap in enumerate(content["gaps"], start=1))
    return ""
