"""PURE. The paper on which anybody tries the room: one question of every kind, about the room itself, built in.

Its questions stand in no bank: the layout of the paper names them ("built_in") where others name an item's version. The
tokens are written out, for an answer must fit after a restart too. Keys are the harmless ones of a rehearsal: nothing
here is marked.
"""

from typing import Any

MINUTES = 20


def _rows(prefix: str, *texts: str, keys: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    return [{"token": f"{prefix}{at}aaaa", "html": html, "is_key": at in keys} for at, html in enumerate(texts, 1)]


def _accepted(token: str, text: str) -> list[dict[str, Any]]:
    return [{"token": token, "text": text, "share": "1"}]


# key -> (kind, stem, content); Vietnamese first, English below, for both come to try
BUILT_IN: dict[str, tuple[str, str, dict[str, Any]]] = {
    "choose": (
        "single_choice",
        "<p>Chọn một phương án. Ô vuông của câu đổi màu khi bài đã lưu trên máy chủ.</p>"
        "<p><em>Choose one option. The square changes once the answer is saved on the server.</em></p>",
        {"options": _rows("a", "Tôi đã thấy ô vuông đổi màu / <em>I saw it change</em>",
                          "Tôi chưa thấy / <em>Not yet</em>", "Tôi thử lại / <em>I try again</em>", keys=(1,))},
    ),
    "several": (
        "multiple_choice",
        "<p>Chọn mọi ý đúng về phòng thi.</p><p><em>Choose everything that is true of the room.</em></p>",
        {"options": _rows("b", "Mất mạng vẫn làm bài tiếp được / <em>Work goes on without the network</em>",
                          "Đồng hồ máy chủ quyết định giờ / <em>The server's clock decides</em>",
                          "Phải tự bấm Lưu sau mỗi câu / <em>Each answer must be saved by hand</em>", keys=(1, 2))},
    ),
    "true_false": (
        "true_false",
        "<p>Có thể quay lại câu trước để sửa, trừ khi kỳ thi chỉ cho đi tới.</p>"
        "<p><em>You may go back to a question, unless the exam only moves forward.</em></p>",
        {"options": [{"token": "true", "html": "Đúng", "is_key": True}, {"token": "false", "html": "Sai"}]},
    ),
    "statements": (
        "true_false_cluster",
        "<p>Mỗi ý đúng hay sai?</p><p><em>Is each statement true or false?</em></p>",
        {"options": _rows("c", "Nút Đánh dấu giúp tìm lại câu / <em>A flag helps to find a question again</em>",
                          "Nộp bài rồi vẫn sửa được / <em>Answers can be changed after handing in</em>",
                          "Cỡ chữ và màu nền đổi được / <em>Text size and colours can be changed</em>", keys=(1, 3))},
    ),
    "short": (
        "short_text",
        "<p>Gõ tên của anh/chị có dấu (thử bộ gõ tiếng Việt).</p>"
        "<p><em>Type your name with its marks (tries the keyboard program).</em></p>",
        {"accepted": _accepted("d1aaaaaa", "Nguyễn Văn A")},
    ),
    "number": (
        "numeric",
        "<p>Kỳ thi này dài bao nhiêu phút?</p><p><em>How many minutes does this rehearsal last?</em></p>",
        {"answers": [{"token": "e1aaaaaa", "value": str(MINUTES), "tolerance": "0", "share": "1"}]},
    ),
    "match": (
        "matching",
        "<p>Nối mỗi dấu hiệu với ý nghĩa của nó.</p><p><em>Match each sign with its meaning.</em></p>",
        {"options": _rows("f", "Ô vuông đầy / <em>Full square</em>", "Ô vuông nửa / <em>Half square</em>"),
         "targets": [{"token": "t1aaaaaa", "html": "Đã lưu trên máy chủ / <em>On the server</em>"},
                     {"token": "t2aaaaaa", "html": "Chỉ có trên máy này / <em>Only on this machine</em>"},
                     {"token": "t3aaaaaa", "html": "Chưa trả lời / <em>Not answered</em>"}],
         "pairs": {"f1aaaa": "t1aaaaaa", "f2aaaa": "t2aaaaaa"}},
    ),
    "order": (
        "ordering",
        "<p>Sắp xếp theo thứ tự.</p><p><em>Put these in order.</em></p>",
        {"options": _rows("g", "Nộp bài / <em>Hand in</em>", "Vào thi / <em>Enter</em>",
                          "Xem lại / <em>Review</em>", "Trả lời / <em>Answer</em>")},
    ),
    "gaps": (
        "fill_in",
        '<p>Mã ca thi do <span data-gap="h1aaaaaa"></span> công bố; đồng hồ của <span data-gap="h2aaaaaa"></span> '
        "quyết định.</p><p><em>The first gap is typed, the second is chosen.</em></p>",
        {"gaps": [{"token": "h1aaaaaa", "kind": "text", "accepted": [{"text": "giám thị", "share": "1"}]},
                  {"token": "h2aaaaaa", "kind": "choice",
                   "choices": [{"token": "h3aaaaaa", "text": "máy chủ", "is_key": True},
                               {"token": "h4aaaaaa", "text": "máy của thí sinh"}]}]},
    ),
    "essay": (
        "essay",
        "<p>Viết vài câu bất kỳ; bài được lưu trong khi gõ.</p><p><em>Write a few sentences; they are saved as you "
        "type.</em></p>",
        {"rubric": [{"token": "k1aaaaaa", "html": "Bất kỳ", "points": "1"}], "hints": {"words": 50}},
    ),
    "case": (
        "case",
        "<p>Đang làm bài thì màn hình báo mất mạng.</p><p><em>The page says that the network is lost.</em></p>",
        {"questions": [
            {"token": "m1aaaaaa", "kind": "single_choice", "stem": "Việc nên làm? / <em>What to do?</em>",
             "content": {"options": _rows("n", "Làm tiếp và báo giám thị / <em>Go on, tell the invigilator</em>",
                                          "Tắt máy / <em>Switch the machine off</em>", keys=(1,))}},
            {"token": "m2aaaaaa", "kind": "short_text", "stem": "Ai quyết định bù giờ? / <em>Who gives time back?</em>",
             "content": {"accepted": _accepted("o1aaaaaa", "giám thị")}},
        ]},
    ),
    "oral": (
        "oral",
        "<p>Ghi dàn ý để trả lời miệng.</p><p><em>Notes for an answer given aloud.</em></p>",
        {"rubric": [{"token": "p1aaaaaa", "html": "Bất kỳ", "points": "1"}]},
    ),
}  # fmt: skip


def layout() -> list[dict[str, Any]]:
    """The paper's layout as ``ExamPaper`` keeps it."""
    return [{"version": 0, "built_in": key, "points": "1"} for key in BUILT_IN]
