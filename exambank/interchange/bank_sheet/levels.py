"""PURE. What people write for a cognitive level, in a table or in a document, and the name it has."""

LEVELS = {
    "nb": "Nhận biết", "nhan biet": "Nhận biết", "biet": "Nhận biết", "muc 1": "Nhận biết", "m1": "Nhận biết",
    "th": "Thông hiểu", "thong hieu": "Thông hiểu", "hieu": "Thông hiểu", "muc 2": "Thông hiểu", "m2": "Thông hiểu",
    "vd": "Vận dụng", "van dung": "Vận dụng", "vdt": "Vận dụng", "van dung thap": "Vận dụng", "muc 3": "Vận dụng",
    "m3": "Vận dụng", "vdc": "Vận dụng cao", "van dung cao": "Vận dụng cao", "muc 4": "Vận dụng cao",
    "m4": "Vận dụng cao", "phan tich": "Phân tích", "tong hop": "Tổng hợp", "danh gia": "Đánh giá", "de": "Dễ",
    "trung binh": "Trung bình", "tb": "Trung bình", "kho": "Khó",
}  # fmt: skip
