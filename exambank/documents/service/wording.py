"""Words of documents. What stands on official paper is Vietnamese always; what stands on our pages is translated."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _

from exambank.documents.rules import Decision

# --- on our pages ---


def kind_label(kind: str) -> str:
    """The name of a document."""
    return {
        "candidate_list": _("Candidate list with signature column"),
        "draw_list": _("Draw list of the slips"),
        "slips": _("Slips of the oral exam"),
        "result_list": _("Result list to be signed"),
        "minutes": _("Minutes of the sitting"),
        "mark_sheet": _("Mark sheet of the exam"),
        "grade_sheet": _("Grade sheet of the course module"),
    }[kind]


def paper_print_label(kind: str) -> str:
    """What is printed of a set of papers."""
    return {
        "papers": _("Papers"),
        "answer_sheets": _("Answer sheets"),
        "keys": _("Keys and marking guide"),
    }[kind]


def paper_print_state(state: str) -> str:
    """How a print stands."""
    return {
        "waiting": _("waiting for the server"),
        "running": _("being made"),
        "done": _("ready"),
        "failed": _("not made"),
        "cancelled": _("cancelled"),
        "gone": _("deleted"),
    }[state]


def purpose_of(kind: str) -> str:
    """When it is used."""
    return {
        "candidate_list": _("Before the exam: identity is checked by it, and each candidate signs."),
        "draw_list": _(
            "At an oral exam: candidate, slip and the code by which examiners open the answer, to be signed."
        ),
        "result_list": _("Right after the exam: every candidate signs beside the mark."),
        "minutes": _("Right after the exam: filled from what the server recorded; the rest is written by hand."),
        "mark_sheet": _("After marking: marks in figures and words, signed by markers, head and office."),
        "grade_sheet": _("After grading: components, exam and module grade in figures and words."),
    }[kind]


def reason_text(decision: Decision) -> str:
    """Why a document cannot be printed yet, and what it waits for."""
    return {
        "ok": "",
        "cancelled": _("This exam is cancelled."),
        "nobody_listed": _("Nobody with a candidate number is in this room yet."),
        "not_ready": _("The slips are dealt for good when the exam is made ready."),
        "not_held": _("The exam has not been opened yet."),
        "still_working": _("%(count)s candidates are not done yet. It prints when all are, or when the room is closed.",
                           count=decision.count),
        "unmarked": _("%(count)s papers are not marked yet. Marking runs by itself; reload in a minute.",
                      count=decision.count),
        "being_marked": _("%(count)s answers still wait for a marker. It prints when all are marked.",
                          count=decision.count),
        "no_grades": _("No grades are computed yet: see the gradebook of this exam."),
    }[decision.reason]  # fmt: skip


# --- on paper ---

TITLES = {
    "candidate_list": "DANH SÁCH DỰ THI",
    "draw_list": "DANH SÁCH BỐC THĂM PHIẾU THI",
    "result_list": "DANH SÁCH KẾT QUẢ THI",
    "minutes": "BIÊN BẢN COI THI",
    "mark_sheet": "BẢNG ĐIỂM BÀI THI",
}
MODULE_WORDS = {
    "course_module": "học phần",
    "study_part": "phần học",
    "subject": "môn học",
    "thematic_unit": "chuyên đề",
    "module": "mô-đun",
}
LEARNER_WORDS = {"learner": "học viên", "student": "sinh viên", "participant": "học viên"}
OFFICE = "Phòng Đào tạo"
FORMS = {"objective": "trắc nghiệm", "written": "tự luận", "spoken": "vấn đáp"}
ABSENT, AWAITED, BEING_MARKED = "vắng", "đang chờ", "đang chấm"
REMARKS = {
    "": "",
    "absent": "vắng, tính 0",
    "not_eligible": "không đủ điều kiện dự thi",
    "exam_missing": "chưa có điểm bài thi",
    "component_missing": "thiếu điểm bộ phận",
}

LOGGED = {
    "opened": "Mở ca thi",
    "re_entered": "Vào lại bài thi trên cùng máy",
    "taken_over": "Chuyển sang làm bài trên máy khác",
    "takeover_issued": "Cấp mã chuyển máy",
    "identity_rejected": "Không xác nhận đúng thí sinh; lý do: {reason}",
    "admitted_late": "Cho thí sinh vào theo quyết định của giám thị; lý do: {reason}",
    "extended": "Bù thêm {minutes} phút; lý do: {reason}",
    "paused": "Tạm dừng làm bài; lý do: {reason}",
    "resumed": "Cho làm bài tiếp, trả lại {seconds} giây đã dừng",
    "closed_invigilator": "Thu bài trước giờ; lý do: {reason}",
    "room_closed": "Đóng phòng thi",
    "clock_alarm": "Đồng hồ máy chủ lệch {seconds} giây, dừng tự động thu bài",
    "clock_released": "Đã kiểm tra đồng hồ, tự động thu bài trở lại",
    "rescue_brought": "Nạp tệp cứu hộ, mã kiểm tra {code}, {count} câu trả lời chờ quyết định",
    "quarantine_accepted": "Chấp nhận câu trả lời đến muộn, câu {question}",
    "quarantine_refused": "Không chấp nhận câu trả lời đến muộn, câu {question}",
    "locked": "Dừng bài thi, chờ giám thị kiểm tra",
    "unlocked": "Cho làm bài tiếp sau khi kiểm tra",
    "extension_asked": "Đề nghị bù {minutes} phút, chờ người thứ hai duyệt; lý do: {reason}",
    "extension_refused": "Không duyệt bù {minutes} phút",
    "reopened": "Mở lại bài thi đã thu; lý do: {reason}",
    "told": "Thông báo cho thí sinh: {text}",
    "objected": "Thí sinh báo lỗi câu {question}",
    "objection_answered": "Trả lời ý kiến về câu {question}",
    "incident": "Ghi sự cố: {text}",
    "incident_ended": "Sự cố kết thúc",
    "offence": "Ghi vi phạm quy chế: {name}",
    "offence_withdrawn": "Rút bản ghi vi phạm: {name}; lý do: {reason}",
    "lost_time_dismissed": "Xem xét thời gian mất kết nối: không mất thời gian làm bài",
    "signatures": "Ký danh sách kết quả: {signed} trên {of} thí sinh",
}
"""The events that minutes tell; entering, handing in and collecting on time are counted instead."""

INCIDENTS = {
    "power": "mất điện", "network": "mất mạng", "machine": "hỏng máy", "health": "sức khỏe thí sinh",
    "noise": "ồn ào, mất trật tự", "other": "việc khác",
}  # fmt: skip

SIGNED = {None: "chưa ký", True: "đã ký", False: "không ký"}
GRANTS = {"granted": "", "waiting": "chờ người thứ hai duyệt", "refused": "không được duyệt"}
START_MODES = {
    "uniform": "thống nhất cả phòng", "personal": "từ lúc thí sinh vào phòng",
    "admitted": "từ lúc giám thị cho vào phòng",
}  # fmt: skip


def offence_withdrawn() -> str:
    """Why a record is not printed any more."""
    return _("This record has been withdrawn.")


def form_of(families: set[str]) -> str:
    """Hình thức thi; what is only spoken needs no computer."""
    known = [words for family, words in FORMS.items() if family in families] or [FORMS["objective"]]
    joined = " kết hợp ".join(known) if len(known) < 3 else ", ".join(known)
    return joined if families == {"spoken"} else f"{joined} trên máy tính"


def event_words(kind: str, details: dict) -> str:
    """A line of the minutes."""
    seconds = details.get("seconds", 0)
    plain = dict.fromkeys(("reason", "question", "text", "name", "code", "signed", "of"), "")
    values = {**plain, "minutes": seconds // 60 if isinstance(seconds, int) else 0, "seconds": 0, **details}
    if kind == "incident":
        values["text"] = "; ".join(filter(None, [INCIDENTS.get(details.get("what", ""), "việc khác"), details["text"]]))
    if kind == "extended" and seconds % 60:
        return f"Bù thêm {seconds} giây; lý do: {values['reason']}"
    return LOGGED[kind].format_map(values)


def local(moment: datetime) -> datetime:
    """A time of ours on the school's clock."""
    return moment.astimezone(ZoneInfo(current_app.config["TIMEZONE"]))


def date_of(moment: datetime) -> str:
    return f"{local(moment):%d/%m/%Y}"


def time_of(moment: datetime | None) -> str:
    return f"{local(moment):%H:%M}" if moment else ""


def minutes_of(seconds: int) -> str:
    return f"{timedelta(seconds=seconds) // timedelta(minutes=1)} phút"


def seconds_of(seconds: int) -> str:
    """6 phút 52 giây: to the second where it was given so."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} phút {rest} giây" if minutes and rest else f"{rest} giây" if rest else f"{minutes} phút"
