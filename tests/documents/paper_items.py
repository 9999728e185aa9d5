"""An item of every kind, with formulas, pictures, tables and texts that look like code; papers made of them."""

import struct
import zlib
from random import Random

from exambank.bank.interactions import REGISTRY
from exambank.documents.papers import composing
from exambank.documents.papers.collecting import Collector
from exambank.documents.papers.composing import Head, Layout, Text
from exambank.documents.papers.pictures import Loaded
from exambank.documents.typesetting import typeset_papers
from tests.people import THEN

PNG, SVG = (f"00000000-0000-7000-8000-00000000000{at}" for at in (1, 2))
CODE = '#read("x") $ * @ _ ` #panic() ]#{'


def png(width: int = 24, height: int = 12) -> bytes:
    """A small picture of stripes."""
    rows = b"".join(
        b"\0" + bytes((x * 9 % 256, 90, 120)[n] for x in range(width) for n in range(3)) for _y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><circle cx="15" cy="15" r="9"/></svg>'
PICTURES = {PNG: Loaded("image/png", 24, 12, png()), SVG: Loaded("image/svg+xml", 60, 30, DRAWING)}


def tex(source: str) -> str:
    return f'<span data-tex="{source}"></span>'


def picture(public_id: str) -> str:
    return f'<img data-media="{public_id}" alt="hình">'


def choose(*options: str, right: tuple[int, ...] = (0,)) -> dict:
    """Content with options, named a1, a2, ...; ``right``: places of the keys."""
    return {
        "options": [
            {"token": f"a{at}", "html": html, "is_key": at - 1 in right} for at, html in enumerate(options, start=1)
        ]
    }


def _pairs() -> dict:
    targets = [{"token": f"t{at}", "html": html} for at, html in enumerate(("1927", "1925", "1947"), start=1)]
    return {**choose("Đường Kách mệnh", "Bản án"), "targets": targets, "pairs": {"a1": "t1", "a2": "t2"}}


def _gaps() -> dict:
    choices = [{"token": f"c{at}", "text": words, "is_key": at == 1} for at, words in enumerate(("Nhân dân", "ai"), 1)]
    typed = {"token": "g1", "kind": "text", "accepted": [{"text": "pháp quyền xã hội chủ nghĩa", "share": "1"}]}
    return {"gaps": [typed, {"token": "g2", "kind": "choice", "choices": choices}]}


GUIDE = {"rubric": [{"html": "Nêu khái niệm", "points": "1.5"}], "model_answer": "<p>Bài làm mẫu</p>"}
TABLE = (
    "<table><tr><th>Năm</th><th colspan='2'>Chỉ số</th></tr><tr><td rowspan='2'>2020</td><td>1,5</td>"
    "<td>H<sub>2</sub>O</td></tr><tr><td>2</td><td>x<sup>2</sup></td></tr></table>"
)
STEMS = {
    "single_choice": (f"Vật chất là gì? {tex(r'x^2=3{,}5')} {picture(PNG)}", choose("Thực tại", "Cảm giác", "Ý niệm", "Hư vô")),
    "multiple_choice": (CODE, choose("Một <b>đậm</b>", picture(SVG), tex(r"\frac{1}{2}"), CODE, right=(0, 1))),
    "true_false": ("Đảng thành lập năm 1930.", choose("Đúng", "Sai")),
    "true_false_cluster": ("Xét các mệnh đề:", choose("Một", "Hai", "Ba", "Bốn", right=(0, 2))),
    "short_text": ("Ai viết Đường Kách mệnh?", {"accepted": [{"text": "Nguyễn Ái Quốc", "share": "1"}]}),
    "numeric": ("Tính 1 + 2,5.", {"answers": [{"value": "3.5", "share": "1"}]}),
    "matching": ("Ghép tác phẩm với năm.", _pairs()),
    "ordering": ("Xếp theo thời gian.", choose("Bắc Sơn", "Tháng Tám", "Điện Biên")),
    "fill_in": (
        'Nhà nước <span data-gap="g1"></span> của <span data-gap="g2"></span>.', _gaps(),
    ),
    "essay": (f"<p>Phân tích.</p><ul><li>một</li><li>hai</li></ul>{TABLE}", {**GUIDE, "prompts": [{"html": "Ý thứ nhất"}]}),
    "oral": ("Trình bày tư tưởng.", {**GUIDE, "follow_ups": "Hỏi thêm gì?"}),
    "case": ("Ông A ký sai thẩm quyền.", {"questions": [
        {"token": "q1", "kind": "single_choice", "stem": "Ai có thẩm quyền?", "content": choose("Huyện", "Tỉnh"), "weight": "1"},
        {"token": "q2", "kind": "essay", "stem": "Giải quyết thế nào?", "content": GUIDE, "weight": "3"},
    ]}),
}  # fmt: skip


def every_kind() -> dict[int, Text]:
    """Texts of all kinds by a number as the database would give."""
    return {
        at: Text(at, kind, stem, REGISTRY[kind].normalise(content))
        for at, (kind, (stem, content)) in enumerate(STEMS.items(), start=1)
    }


def entry(text: Text, points: str = "0.25", part: int = 1, rng: Random | None = None) -> dict:
    """A question of a layout: in the written order, or dealt by ``rng``."""
    interaction = REGISTRY[text.kind]
    dealt = (
        interaction.deal_order(text.content, rng)
        if rng
        else interaction.tokens_of(interaction.fragment(text.stem, text.content))
    )
    return {"version": text.id, "points": points, "cell": 1, "options": dealt, "part": part}


HEAD = Head(
    "Đề thi", "Trường Chính trị tỉnh An Bình", "Tỉnh ủy An Bình", heading="ĐỀ THI KẾT THÚC HỌC PHẦN", minutes=60
)


def set_papers(papers: dict[str, list[dict]], texts: dict[int, Text], columns: int = 1, is_proof: bool = False):
    """The PDF of papers, its data and the collector, problems of the compiler noted."""
    collector = Collector(PICTURES.get, 170.0 if columns == 1 else 81.0)
    data = composing.compose_papers(HEAD, papers, texts, Layout(columns, is_proof), collector).data
    body, broken = typeset_papers("paper", data, collector.pictures, THEN)
    collector.blame(broken.formulas, broken.pictures)
    return body, data, collector
