"""Words of which the bench for near-duplicates makes its items: invented sentences, not questions of any school."""

ASKS = (
    "Nhiệm vụ chủ yếu của {subject} trong {context} là gì?",
    "Nội dung nào sau đây thể hiện vai trò của {subject} đối với {context}?",
    "Theo hướng dẫn số {number}, {subject} phải làm gì trước hết trong {context}?",
    "Căn cứ Nghị quyết năm {year}, mục tiêu của {context} mà {subject} hướng tới là gì?",
    "Khi tổ chức {context}, {subject} không được làm việc nào?",
    "Vì sao {subject} cần quan tâm đến {context}?",
    "Đặc điểm nổi bật nhất của {context} do {subject} chủ trì là gì?",
    "Hạn chế thường gặp của {subject} trong {context} giai đoạn từ năm {year} là gì?",
    "Giải pháp quan trọng để {subject} nâng cao chất lượng {context} là gì?",
    "Trong {context}, trách nhiệm của {subject} được quy định tại Điều {number} là gì?",
    "Ai là người quyết định cuối cùng về {context} tại {subject}?",
    "Nguyên tắc cơ bản nào chi phối {context} ở {subject}?",
    "Yêu cầu nào đúng với {subject} khi đánh giá kết quả {context}?",
    "Kế hoạch {context} của {subject} phải được gửi trong bao nhiêu ngày kể từ ngày {number}?",
    "Phát biểu nào sai khi nói về {subject} và {context}?",
    "Cơ sở để {subject} xây dựng chương trình {context} năm {year} là gì?",
    "Phương pháp nào giúp {subject} thực hiện tốt {context}?",
    "Kinh nghiệm rút ra từ {context} của {subject} là gì?",
    "Ý nghĩa chính trị của {context} đối với {subject} là gì?",
    "Mối quan hệ giữa {subject} với nhân dân trong {context} được hiểu thế nào?",
)

SUBJECTS = (
    "chi bộ thôn", "đảng ủy xã", "ban thường vụ huyện ủy", "ủy ban kiểm tra", "mặt trận Tổ quốc xã", "hội nông dân",
    "hội phụ nữ cơ sở", "đoàn thanh niên", "công đoàn cơ sở", "hội cựu chiến binh", "hội đồng nhân dân xã",
    "ủy ban nhân dân huyện", "trung tâm chính trị", "ban tuyên giáo", "ban dân vận", "ban tổ chức", "văn phòng cấp ủy",
    "tổ hòa giải", "hợp tác xã nông nghiệp", "ban quản lý thủy lợi", "trạm y tế xã", "trường tiểu học", "tổ tự quản",
    "công an xã", "ban chỉ huy quân sự xã", "phòng nội vụ", "phòng tư pháp", "thanh tra nhân dân",
    "ban giám sát đầu tư cộng đồng", "tổ công nghệ số cộng đồng", "ban công tác mặt trận", "quỹ tín dụng nhân dân",
    "nhà văn hóa thôn", "câu lạc bộ gia đình", "bộ phận một cửa", "đội ngũ giảng viên", "người đứng đầu cơ quan",
    "đảng viên trẻ", "già làng, người có uy tín", "cán bộ chuyên trách",
)  # fmt: skip

CONTEXTS = (
    "công tác tuyên truyền miệng", "công tác phát triển đảng viên", "việc tiếp công dân", "phong trào nông thôn mới",
    "cải cách hành chính", "chuyển đổi số", "phòng chống thiên tai", "công tác hòa giải ở cơ sở", "bảo vệ môi trường",
    "giảm nghèo bền vững", "bầu cử đại biểu", "xây dựng đời sống văn hóa", "quản lý đất đai", "công tác thi đua",
    "kiểm tra, giám sát", "quy hoạch cán bộ", "bồi dưỡng lý luận chính trị", "sinh hoạt chi bộ định kỳ",
    "thực hiện dân chủ ở cơ sở", "chăm sóc sức khỏe ban đầu", "phòng chống tham nhũng", "an ninh trật tự",
    "giải quyết khiếu nại", "công tác dân tộc", "công tác tôn giáo", "chính sách người có công", "phổ cập giáo dục",
    "vệ sinh an toàn thực phẩm", "xây dựng hương ước", "hoạt động của tổ vay vốn", "quản lý ngân sách xã",
    "đối thoại với nhân dân", "phản biện xã hội", "lấy phiếu tín nhiệm", "luân chuyển cán bộ", "tinh gọn bộ máy",
    "phát triển kinh tế tập thể", "bảo tồn di sản", "huấn luyện dân quân", "tuyển quân hằng năm",
    "phòng cháy, chữa cháy", "quản lý hộ tịch", "xóa nhà tạm", "phát triển du lịch cộng đồng", "khuyến nông",
    "quản lý thủy sản", "trợ giúp pháp lý", "phòng chống bạo lực gia đình", "xã hội học tập", "an sinh xã hội",
)  # fmt: skip

VERBS = (
    "nắm", "quản lý", "tổ chức", "thu nộp", "giám sát", "tham mưu", "phối hợp", "ban hành", "rà soát", "đánh giá",
    "công khai", "bồi dưỡng", "lựa chọn", "vận động", "hướng dẫn", "kiểm tra", "xử lý", "lập", "phê duyệt", "tiếp nhận",
    "báo cáo", "củng cố", "phân công", "khen thưởng", "tổng kết", "dự báo", "hòa giải", "bảo vệ", "đổi mới", "phân bổ",
)  # fmt: skip

OBJECTS = (
    "tình hình tư tưởng", "hồ sơ đảng viên", "hội nghị chuyên đề", "đảng phí và các khoản đóng góp",
    "việc sử dụng ngân sách", "chính sách cho hộ nghèo", "lực lượng nòng cốt", "văn bản chỉ đạo", "danh sách cử tri",
    "kết quả công tác", "quy chế làm việc", "cán bộ kế cận", "mô hình điểm", "hộ gia đình và dòng họ",
    "quy trình nghiệp vụ", "vi phạm kỷ luật", "đơn thư và kiến nghị", "kế hoạch năm", "dự toán và quyết toán",
    "ý kiến của nhân dân", "số liệu thống kê", "tổ chức yếu kém", "nhiệm vụ từng thành viên", "cá nhân tiêu biểu",
    "phong trào thi đua", "nguy cơ thiên tai", "mâu thuẫn trong cộng đồng", "bí mật nhà nước", "phương pháp giảng dạy",
    "nguồn vốn vay", "công trình thủy lợi", "đất công và nhà ở", "sức khỏe nhân dân", "thiết chế văn hóa",
    "an ninh mạng", "tài liệu học tập", "mạng lưới cộng tác viên", "quỹ phòng chống thiên tai", "tài sản công",
    "chương trình phát thanh",
)  # fmt: skip

HOWS = (
    "theo quy định", "kịp thời", "một cách thường xuyên", "đúng thẩm quyền", "có sự tham gia của nhân dân",
    "trước khi triển khai", "sau mỗi quý", "bằng nhiều hình thức", "theo phân cấp", "ở địa bàn khó khăn", "công bằng",
    "trên cơ sở thực tiễn", "gắn với trách nhiệm cá nhân", "theo lộ trình", "", "",
)  # fmt: skip

TONES = {
    "hòa": "hoà", "Hòa": "Hoà", "hóa": "hoá", "thủy": "thuỷ", "khỏe": "khoẻ", "ủy": "uỷ", "xóa": "xoá", "Ủy": "Uỷ",
    "lũy": "luỹ",
}  # fmt: skip

SYNONYMS = {
    "chủ yếu": "trọng tâm", "trách nhiệm": "bổn phận", "mục tiêu": "mục đích", "Giải pháp": "Biện pháp",
    "quan trọng": "thiết yếu", "cơ bản": "nền tảng", "Đặc điểm": "Đặc trưng", "Hạn chế": "Khuyết điểm",
    "cần": "phải", "giúp": "hỗ trợ", "Ý nghĩa": "Giá trị", "kịp thời": "đúng lúc", "bồi dưỡng": "đào tạo",
    "tổ chức": "tiến hành", "công khai": "minh bạch", "vận động": "thuyết phục", "Kinh nghiệm": "Bài học",
}  # fmt: skip
