"""Matrices as lecturers draw them, as grids of words; a cell of several columns is followed by empty ones."""

from tests.interchange.factories import make_xlsx

LEVELS = ["Nhận biết", "Thông hiểu", "Vận dụng", "Vận dụng cao"]

PLAIN = [
    ["MA TRẬN ĐỀ THI KẾT THÚC HỌC PHẦN"],
    ["Thời gian làm bài: 60 phút"],
    [],
    ["TT", "Chương", *LEVELS, "Tổng"],
    [1, "Chương 1. Tổng quan", 4, 3, 2, 1, 10],
    [2, "Chương 2. Cộng đồng", 4, 3, 2, "", 9],
    [3, "Chương 3. Điểm mới", 2, 2, "-", 0, 4],
    ["", "Tổng", 10, 8, 4, 1, 23],
    ["", "Tỉ lệ", "43%", "35%", "17%", "4%", "100%"],
]

KINDS_BELOW_LEVELS = [
    ["TT", "Nội dung", "Mức độ nhận thức", "", "", "", "", "", "Tổng", ""],
    ["", "", "NB (40%)", "", "TH (30%)", "", "VD (30%)", "", "", ""],
    ["", "", "TN", "TL", "TN", "TL", "TN", "TL", "TN", "TL"],
    [1, "Bài 1", "3 câu", "", "2 câu", "", "", "1 câu", 5, 1],
    [2, "Bài 2", "2 câu", "", "1 câu", "1 câu", "", "", 3, 1],
    ["Tổng số câu", "", 5, "", 3, 1, "", 1, 8, 2],
]

# the form of 2025: kinds above levels, columns of sums by level
LEVELS_BELOW_KINDS = [
    ["TT", "Chủ đề/Chương", "Nội dung/đơn vị kiến thức", "Mức độ đánh giá", "", "", "", "", "", "", "", "Tổng", "", "", "Tỉ lệ % điểm"],
    ["", "", "", "TNKQ", "", "", "", "", "", "Tự luận", "", "", "", "", ""],
    ["", "", "", "Nhiều lựa chọn", "", "", "Đúng - Sai", "", "", "", "", "", "", "", ""],
    ["", "", "", "Biết", "Hiểu", "VD", "Biết", "Hiểu", "VD", "Hiểu", "VD", "Biết", "Hiểu", "VD", ""],
    [1, "Chủ đề A", "A1", 2, 1, "", 1, "", "", "", 1, 3, 1, 1, "40"],
    ["", "", "A2", 1, "", 1, "", "", "", 1, "", 1, 1, 1, "30"],
    [2, "Chủ đề B", "B1", 3, "", "", "", 1, "", "", "", 3, 1, "", "30"],
    ["Tổng số câu", "", "", 6, 1, 1, 1, 1, "", 1, 1, 7, 3, 2, ""],
    ["Tổng số điểm", "", "", 1.5, 0.25, 0.25, 1, 1, "", 2, 4, "", "", "", 10],
]  # fmt: skip

# the old form: lines of counts, points and shares under every topic
LINES_UNDER_TOPICS = [
    ["Chủ đề", "Nhận biết", "Thông hiểu", "Vận dụng", "Cộng"],
    ["Chuyên đề 1", "", "", "", ""],
    ["Số câu", 4, 2, "", 6],
    ["Số điểm", "1,0", "0,5", "", "1,5"],
    ["Tỉ lệ %", "10%", "5%", "", "15%"],
    ["Chuyên đề 2", "", "", "", ""],
    ["Số câu", 2, "", 1, 3],
    ["Số điểm", "0,5", "", "3", "3,5"],
    ["Tỉ lệ %", "5%", "", "30%", "35%"],
    ["Tổng số câu", 6, 2, 1, 9],
    ["Tổng số điểm", "1,5", "0,5", 3, 5],
    ["Tỉ lệ %", "30%", "10%", "60%", "100%"],
]

WORDS_IN_CELLS = [
    ["Chương", "NB", "TH", "VD", "VDC", "Tổng cộng"],
    ["Chương I", "Câu 1-4\n(1 điểm)", "3 (0,75đ)", "C8, C9, C10", "", "10 câu"],
    ["Chương II", "Số câu: 2\nSố điểm: 0,5\nTỉ lệ: 5%", "2 câu (C11, C12)", "", "1/2", "4 câu"],
]

A_LIST = [
    ["TT", "Chủ đề", "Mức độ", "Yêu cầu cần đạt", "Hình thức", "Số câu", "Số điểm"],
    [1, "Chương 1", "Nhận biết", "Nêu được khái niệm", "Trắc nghiệm", 4, 1],
    ["", "", "Vận dụng", "Giải được bài toán", "Tự luận", 1, 3],
    [2, "Chương 2", "Thông hiểu", "Giải thích được", "Nhiều lựa chọn", 2, "0,5"],
    ["", "Tổng", "", "", "", 7, "4,5"],
]

PARTS = [
    ["Nội dung", "Nhận biết", "Thông hiểu", "Vận dụng"],
    ["PHẦN I. TRẮC NGHIỆM", "", "", ""],
    ["Chương 1", 3, 2, ""],
    ["Chương 2", 2, 1, ""],
    ["PHẦN II. TỰ LUẬN", "", "", ""],
    ["Chương 2", "", "", 1],
]


def sheet(rows, merged=()) -> bytes:
    """The grid as an xlsx; ``merged`` are ranges such as "B5:B6"."""
    return make_xlsx(rows, edit=lambda one: [one.merge_cells(cells) for cells in merged])
