"""A small bank as a school would type it, and what answers to it are worth: computed from the file, not by the product."""

import io
from dataclasses import dataclass
from fractions import Fraction

from openpyxl import Workbook

HEADERS = ["STT", "Chủ đề", "Mức độ", "Loại câu hỏi", "Câu hỏi", "A", "B", "C", "D", "Đáp án", "Bảng điểm"]
NATIONAL = "0; 0,1; 0,25; 0,5; 1"
SINGLE, SEVERAL, TRUTH, CLUSTER = "Một lựa chọn", "Nhiều lựa chọn", "Đúng/Sai", "Chùm đúng/sai"


@dataclass(frozen=True)
class Line:
    """One row of the file: ``right`` are the right options' texts; in a cluster the true statements'."""

    kind: str
    topic: str
    stem: str
    options: tuple[str, ...]
    right: frozenset[str]
    scoring: str = ""

    def cells(self, number: int) -> list:
        letters = [letter for letter, option in zip("ABCD", self.options, strict=False) if option in self.right]
        key = ", ".join(letters)
        if self.kind == CLUSTER:
            key = ", ".join("Đ" if option in self.right else "S" for option in self.options)
        options = [*self.options, "", ""][:4]
        return [number, self.topic, "Nhận biết", self.kind, self.stem, *options, key, self.scoring]

    def share(self, answer) -> Fraction:
        """What part of the points an answer earns: a text, a set of texts, or the truth given to each statement."""
        if not answer:
            return Fraction(0)
        if self.kind == CLUSTER:
            table = [Fraction(one.strip().replace(",", ".")) for one in self.scoring.split(";")]
            return table[sum(answer.get(option) is (option in self.right) for option in self.options)]
        if self.kind == SEVERAL and self.scoring:
            wrong = set(self.options) - self.right
            return max(
                Fraction(0),
                Fraction(len(answer & self.right), len(self.right)) - Fraction(len(answer - self.right), len(wrong)),
            )
        given = answer if isinstance(answer, frozenset) else frozenset({answer})
        return Fraction(int(given == self.right))


def _line(kind: str, topic: str, stem: str, options: str, right: str, scoring: str = "") -> Line:
    texts = tuple(options.split(" | "))
    return Line(kind, topic, stem, texts, frozenset(texts["ABCD".index(letter)] for letter in right), scoring)


LINES = (
    _line(SINGLE, "Chương 1", "Một byte gồm bao nhiêu bit?", "4 bit | 8 bit | 16 bit | 32 bit", "B"),
    _line(SINGLE, "Chương 1", "Phím tắt nào dùng để sao chép?", "Ctrl + C | Ctrl + V | Ctrl + X | Ctrl + Z", "A"),
    _line(SINGLE, "Chương 1", "Thiết bị nào là thiết bị nhập?", "Máy in | Loa | Bàn phím | Màn hình", "C"),
    _line(SINGLE, "Chương 2", "Văn bản điện tử có giá trị pháp lý khi nào?",
          "Khi in ra giấy | Khi gửi qua thư | Khi lưu ba bản | Khi được ký số hợp lệ", "D"),
    _line(SINGLE, "Chương 2", "Mật khẩu nào mạnh hơn cả?", "123456 | matkhau | Ng@y-mới-2026! | ngaysinh", "C"),
    _line(SINGLE, "Chương 2", "Việc nào giúp tránh mất dữ liệu?",
          "Sao lưu định kỳ | Tắt màn hình | Đổi hình nền | Cả ba việc trên", "A"),
    _line(SEVERAL, "Chương 1", "Những phần mềm nào là trình duyệt?", "Firefox | Chrome | Excel | Paint", "AB"),
    _line(SEVERAL, "Chương 2", "Những dấu hiệu nào của thư lừa đảo?",
          "Hối thúc trả lời ngay | Địa chỉ gửi lạ | Có chữ ký số đúng | Gửi từ cơ quan cùng địa chỉ", "AB", "Từng phương án"),
    _line(TRUTH, "Chương 1", "Dữ liệu trong RAM mất khi tắt máy.", "Đúng | Sai", "A"),
    _line(TRUTH, "Chương 2", "Có thể dùng chung một mật khẩu cho mọi tài khoản.", "Đúng | Sai", "B"),
    _line(CLUSTER, "Chương 1", "Xét các phát biểu về bảng tính:",
          "Ô có thể chứa công thức | Mỗi tệp chỉ có một trang | Có thể sắp xếp dữ liệu | Hàm SUM tính trung bình", "AC", NATIONAL),
    _line(CLUSTER, "Chương 2", "Xét các phát biểu về dịch công trực tuyến:",
          "Có thể nộp hồ sơ lúc nửa đêm | Phải đến tận nơi nộp phí | Tra cứu được tình trạng hồ sơ | Chỉ dùng được ở tỉnh nhà",
          "AC", NATIONAL),
)  # fmt: skip
BY_STEM = {line.stem: line for line in LINES}


def make_file() -> bytes:
    """The bank as an xlsx."""
    book = Workbook()
    book.active.title = "Câu hỏi"
    for row in (HEADERS, *(line.cells(number) for number, line in enumerate(LINES, start=1))):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def answer_right(line: Line):
    """The answer that earns everything."""
    if line.kind == CLUSTER:
        return {option: option in line.right for option in line.options}
    return line.right if line.kind == SEVERAL else next(iter(line.right))


def answer_partly(line: Line):
    """Half right where the kind allows it, else wrong: one of several, three of four statements, another option."""
    if line.kind == CLUSTER:
        return {option: (option in line.right) != (at == 3) for at, option in enumerate(line.options)}
    if line.kind == SEVERAL:
        return frozenset({min(line.right)})
    return min(set(line.options) - line.right)
