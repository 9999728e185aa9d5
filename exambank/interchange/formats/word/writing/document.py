"""PURE. The whole document: title, headings, questions, and the keys at the end where they are wanted apart."""

from collections.abc import Mapping

from exambank.interchange.formats.word.writing import notes
from exambank.interchange.formats.word.writing.keys import write_keys, write_solutions
from exambank.interchange.formats.word.writing.package import MEDIA_TYPE, pack
from exambank.interchange.formats.word.writing.questions import MARKED, NONE, SEPARATE, Question
from exambank.interchange.formats.word.writing.sheet import Sheet
from exambank.interchange.formats.word.writing.xml import paragraph
from exambank.interchange.neutral import REFUSED, Bundle, Draft, Loss, Problem, Written

_MODES = (MARKED, SEPARATE, NONE)


def write(bundle: Bundle) -> Written:
    """The items as .docx. ``choices["keys"]``: marked (in red beside the questions), separate (at the end) or none."""
    mode = bundle.choices.get("keys", MARKED)
    return _Writer(bundle, mode if mode in _MODES else MARKED).write()


class _Writer:
    def __init__(self, bundle: Bundle, mode: str):
        self._bundle, self._mode = bundle, mode
        self._sheet = Sheet(bundle.media)
        self._number = 0
        self._topic = ""
        self._questions: list[Question] = []

    def write(self) -> Written:
        # the style of the title says whether the keys stand in the text: only then can it be read back by styles
        title = "EbTitle" if self._mode == MARKED else "EbPaperTitle"
        self._sheet.line(title, self._bundle.title or "Ngân hàng câu hỏi")
        for index, draft in enumerate(self._bundle.drafts):
            self._sheet.index = index
            self._heading(draft)
            self._draft(draft)
        if self._mode == SEPARATE:
            self._keys()
            write_solutions(self._sheet, self._questions)
        losses = list(self._sheet.losses)
        for index, raw in enumerate(self._bundle.raws):
            losses.append(
                Loss(index, Problem("word_raw", REFUSED, values={"name": raw.name or raw.identifier or "?"}), True)
            )
        body = pack(self._bundle.title, self._sheet.blocks, self._sheet.files, self._sheet.lists)
        return Written(body, ".docx", MEDIA_TYPE, tuple(losses))

    def _heading(self, draft: Draft) -> None:
        topic = draft.topic_names[0] if draft.topic_names else ""
        if topic and topic != self._topic:
            self._topic = topic
            self._sheet.line("EbTopic", topic)

    def _draft(self, draft: Draft) -> None:
        own = notes.label_notes(draft, self._topic)
        if draft.extra:
            self._sheet.lose("word_extras")
        if draft.kind == "case":
            self._case(draft, own)
        else:
            self._question(draft.kind, draft.stem, draft.content, own, picture=self._picture(draft))

    def _picture(self, draft: Draft):
        return self._sheet.picture(draft.picture, draft.picture_alt) if draft.picture else None

    def _question(self, kind: str, stem: str, content: Mapping, own: list, **options) -> None:
        self._number += 1
        question = Question(self._sheet, self._number, kind, stem, content, self._mode)
        self._questions.append(question)
        question.write(own, **options)

    def _case(self, draft: Draft, own: list) -> None:
        """A shared text and the questions about it, which are numbered on with all others."""
        inner = draft.content["questions"]
        first, last = self._number + 1, self._number + len(inner)
        which = f"các câu hỏi từ câu {first} đến câu {last}" if last > first else f"câu {first}"
        self._sheet.line("EbCase", "", f"Sử dụng dữ kiện sau để trả lời {which}:")
        self._sheet.text("EbText", draft.stem)
        picture = self._picture(draft)
        if picture is not None:
            self._sheet.add(paragraph("EbPicture", picture))
        if self._mode == MARKED:
            shared = Question(self._sheet, 0, "case", draft.stem, draft.content, self._mode)
            shared.write_solution()
            shared.write_notes(own)
        for one in inner:
            weight = [(notes.WEIGHT, notes.with_comma(one["weight"]))] if one["weight"] != "1" else []
            self._question(one["kind"], one["stem"], one["content"], weight, style="EbInner")

    # --- the keys apart ---

    def _keys(self) -> None:
        """A table of numbers and keys on a page of its own."""
        self._sheet.line("EbKeyTitle", "BẢNG ĐÁP ÁN", starts_page=True)
        write_keys(self._sheet, self._questions)
