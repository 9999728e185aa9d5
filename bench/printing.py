"""What a printed paper costs: 50 papers of 40 questions with formulas and pictures, and 200 answer sheets, as PDF.

    python -m bench.printing [--papers 50] [--questions 40] [--seed 1] [--columns 1] [--out FOLDER]

Questions are invented, with the seed: every third has formulas in stem and options, every tenth a picture (a photograph
of 640 x 360 or a drawing). CPU counts this process (composing, binding) and the typesetting child processes together.
``--out`` keeps the PDFs to be looked at. The last line is one JSON object; 1 when a formula or picture could not be set
or a paper is missing.
"""

import argparse
import io
import json
import random
import resource
import struct
import sys
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path

from pypdf import PdfReader

from exambank.bank.interactions import REGISTRY
from exambank.documents.papers import answer_sheets, binding, composing
from exambank.documents.papers.collecting import Collector
from exambank.documents.papers.composing import Head, Layout, Text
from exambank.documents.papers.pictures import Loaded
from exambank.documents.service.paper_setting import AT_A_TIME, WIDTHS
from exambank.documents.typesetting import typeset_papers

BANK = 600
SHEETS = 200
MOMENT = datetime(2026, 11, 21, tzinfo=UTC)
PHOTO, DRAWING = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"
PHRASE = (
    "quan điểm của Đảng về phát triển kinh tế thị trường định hướng xã hội chủ nghĩa nội dung nào sau đây là đúng nhất "
    "trong giai đoạn hiện nay của đất nước đối với cán bộ cơ sở khi giải quyết tình huống phát sinh ở địa phương"
)
WORDS = PHRASE.split()
HEAD = Head(
    "Đề thi", "Trường Chính trị tỉnh An Bình", "Tỉnh ủy An Bình", "Khoa Xây dựng Đảng", "ĐỀ THI KẾT THÚC HỌC PHẦN",
    ("Học phần: Xây dựng Đảng (XDD), 3 tín chỉ", "Lớp: K75"), 60, footer="Xây dựng Đảng (XDD)",
)  # fmt: skip


def _photo(rng: random.Random, width: int = 640, height: int = 360) -> bytes:
    rows = b"".join(b"\0" + rng.randbytes(8) * (3 * width // 8) for _y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pictures(rng: random.Random) -> dict[str, Loaded]:
    shapes = "".join(f'<circle cx="{20 * at}" cy="40" r="{at + 3}" fill="none" stroke="#000"/>' for at in range(1, 15))
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="320" height="80">{shapes}</svg>'.encode()
    return {
        PHOTO: Loaded("image/png", 640, 360, _photo(rng)),
        DRAWING: Loaded("image/svg+xml", 320, 80, drawing),
    }


def texts(rng: random.Random) -> dict[int, Text]:
    """Invented questions, each with words of its own."""
    found = {}
    for at in range(1, BANK + 1):
        stem = f"Theo {' '.join(rng.choices(WORDS, k=rng.randint(12, 34)))}, câu {at}?"
        options = [" ".join(rng.choices(WORDS, k=rng.randint(2, 16))) for _option in range(4)]
        if at % 3 == 0:
            stem += _tex(rf"\frac{{{at}}}{{x_{{{at}}}+1}} = \sqrt{{{at}{{,}}5+y}}")
            options = [_tex(rf"\frac{{{at}}}{{{under}}} \le \sum_{{i=1}}^{{{at}}} i") for under in range(2, 6)]
        if at % 10 == 0:
            stem = f'<p>{stem}</p><p><img data-media="{PHOTO if at % 20 else DRAWING}" alt="hình"></p>'
        rows = [{"html": html, "is_key": place == 0} for place, html in enumerate(options)]
        content = REGISTRY["single_choice"].normalise({"options": rows})
        found[at] = Text(at, "single_choice", stem, content)
    return found


def _tex(source: str) -> str:
    return f'<span data-tex="{source}"></span>'


def layouts(rng: random.Random, bank: dict[int, Text], papers: int, questions: int) -> dict[str, list[dict]]:
    interaction = REGISTRY["single_choice"]
    return {
        str(101 + paper): [
            {"version": at, "points": "0.25", "cell": 1, "options": interaction.deal_order(bank[at].content, rng)}
            for at in rng.sample(sorted(bank), questions)
        ]
        for paper in range(papers)
    }


def cpu_seconds() -> float:
    """Of this process and of every child that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def print_papers(bank: dict[int, Text], papers: dict, images: dict, columns: int) -> tuple[bytes, bool]:
    """One PDF, in chunks as the worker makes it; and whether everything could be set."""
    collector, parts, codes = Collector(images.get, WIDTHS[columns]), [], list(papers)
    for at in range(0, len(codes), AT_A_TIME):
        some = {code: papers[code] for code in codes[at : at + AT_A_TIME]}
        data = composing.compose_papers(HEAD, some, bank, Layout(columns), collector).data
        body, broken = typeset_papers("paper", data, collector.pictures, MOMENT)
        collector.blame(broken.formulas, broken.pictures)
        parts.append(body)
    return binding.bind(parts, binding.Binding(duplex=True), "Đề thi"), not collector.problems


def print_sheets(questions: int) -> bytes:
    wants = {"": answer_sheets.plain_wants(questions)}
    data, codes = answer_sheets.compose_sheets(HEAD, "0" * 36, wants, {"": SHEETS})
    return typeset_papers("answer_sheet", data, codes, MOMENT)[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("--papers", 50), ("--questions", 40), ("--seed", 1), ("--columns", 1)):
        parser.add_argument(name, type=int, default=default)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    bank, images = texts(rng), pictures(rng)
    papers = layouts(rng, bank, options.papers, options.questions)
    started, clock = cpu_seconds(), time.monotonic()
    body, is_whole = print_papers(bank, papers, images, options.columns)
    paper_cpu, wall = cpu_seconds() - started, time.monotonic() - clock
    started = cpu_seconds()
    sheets = print_sheets(options.questions)
    sheet_cpu = cpu_seconds() - started
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "papers.pdf").write_bytes(body)
        (options.out / "sheets.pdf").write_bytes(sheets)
    reader = PdfReader(io.BytesIO(body))
    result = {
        "bench": "printing", "papers": len(reader.outline), "pages": len(reader.pages),
        "cpu_s_per_paper": round(paper_cpu / options.papers, 4), "wall_s": round(wall, 1),
        "kb_per_paper": round(len(body) / options.papers / 1024, 1),
        "cpu_ms_per_sheet": round(1000 * sheet_cpu / SHEETS, 1),
        "memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, "is_whole": is_whole,
    }  # fmt: skip
    print(f"{result['papers']} papers of {options.questions} questions, {result['pages']} pages:")
    print(f"  CPU per paper {result['cpu_s_per_paper']} s (target 0.2), {result['kb_per_paper']} KB each")
    print(f"  CPU per answer sheet {result['cpu_ms_per_sheet']} ms; largest child {result['memory_mb']} MB")
    print(json.dumps(result))
    return 0 if is_whole and result["papers"] == options.papers else 1


if __name__ == "__main__":
    sys.exit(main())
