"""PURE. Lists of people as offices keep them, into rows for accounts; what is nobody's business is left out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exambank import text
from exambank.accounts.rules import Gender, PersonRow
from exambank.interchange.bank_sheet.headers import HEADER_SEARCH_ROWS, fold
from exambank.interchange.bank_sheet.records import REFUSED, Problem
from exambank.interchange.sheet import Sheet, UnreadableSheet
from exambank.permissions import Role

PEOPLE_LIMIT = 3_000

SYNONYMS: dict[str, tuple[str, ...]] = {
    "number": ("STT", "TT", "Số thứ tự", "No", "No."),
    "code": ("Mã", "Mã học viên", "Mã số học viên", "Mã sinh viên", "Mã số sinh viên", "MSSV", "MSHV", "Mã HV",
             "Mã SV", "Mã số", "Mã cán bộ", "Mã giảng viên", "Mã GV", "Mã người dùng", "Tên đăng nhập", "Code",
             "Username", "Login", "Student ID", "Learner ID", "ID"),
    "full_name": ("Họ và tên", "Họ tên", "Họ và tên học viên", "Họ tên học viên", "Họ, chữ đệm và tên",
                  "Full name", "Name"),
    "family_name": ("Họ", "Họ đệm", "Họ và đệm", "Họ và tên đệm", "Họ và chữ đệm", "Họ lót", "Họ, chữ đệm",
                    "Family name", "Last name", "Surname"),
    "given_name": ("Tên", "Given name", "First name"),
    "roles": ("Vai trò", "Vai trò hệ thống", "Quyền", "Role", "Roles"),
    "department": ("Khoa", "Khoa/Phòng", "Khoa, phòng", "Phòng", "Mã khoa", "Bộ môn", "Department", "Faculty"),
    "cohort": ("Lớp", "Mã lớp", "Tên lớp", "Lớp học", "Class", "Cohort"),
    "unit": ("Đơn vị công tác", "Đơn vị", "Cơ quan", "Nơi công tác", "Cơ quan công tác",
             "Cơ quan, đơn vị công tác", "Unit", "Workplace", "Organisation"),
    "birth_date": ("Ngày sinh", "Ngày tháng năm sinh", "Ngày, tháng, năm sinh", "Năm sinh", "NTNS", "Birth date",
                   "Date of birth", "DOB"),
    "gender": ("Giới tính", "Nam/Nữ", "Phái", "Gender", "Sex"),
    "female": ("Nữ", "Female"),  # women are marked in it
    "email": ("Email", "E-mail", "Thư điện tử", "Địa chỉ email", "Hộp thư"),
}  # fmt: skip
# Read by nobody here: an examination does not need them, and they are not ours to keep.
SENSITIVE = ("Đảng viên", "Ngày vào Đảng", "Ngày vào Đảng chính thức", "Ngày chính thức", "Số thẻ Đảng",
             "Chi bộ", "Dân tộc", "Tôn giáo", "CCCD", "CMND", "Căn cước", "Số CCCD", "Số CMND", "Số căn cước",
             "Căn cước công dân", "Quê quán", "Nơi sinh", "Hộ khẩu", "Sức khỏe", "Ethnicity", "Religion",
             "Party member", "Identity card")  # fmt: skip
_ROLE_WORDS = {
    Role.LEARNER: ("Học viên", "Sinh viên", "Người học", "Thí sinh", "HV", "SV", "Learner", "Student"),
    Role.LECTURER: ("Giảng viên", "Giáo viên", "GV", "Lecturer", "Teacher"),
    Role.DEPARTMENT_HEAD: ("Trưởng khoa", "Phó trưởng khoa", "Lãnh đạo khoa", "Head of department"),
    Role.TRAINING_OFFICE: ("Phòng đào tạo", "Giáo vụ", "Quản lý đào tạo", "Cán bộ đào tạo", "Training office"),
    Role.QUALITY_OFFICE: ("Khảo thí", "Phòng khảo thí", "Cán bộ khảo thí", "Đảm bảo chất lượng", "Quality office"),
    Role.INVIGILATOR: ("Cán bộ coi thi", "Giám thị", "Coi thi", "Invigilator", "Proctor"),
    Role.MARKER: ("Cán bộ chấm thi", "Giám khảo", "Chấm thi", "Marker", "Examiner"),
    Role.LEADERSHIP: ("Ban giám hiệu", "Lãnh đạo trường", "Lãnh đạo", "Hiệu trưởng", "Phó hiệu trưởng", "Leadership",
                      "School leadership"),
    Role.IT: ("Công nghệ thông tin", "CNTT", "Quản trị", "Quản trị hệ thống", "Kỹ thuật viên", "IT",
              "IT administrator"),
    Role.INSPECTOR: ("Thanh tra", "Cán bộ thanh tra", "Inspector"),
}  # fmt: skip
_GENDER_WORDS = {Gender.FEMALE: ("Nữ", "Female", "F"), Gender.MALE: ("Nam", "Male", "M")}
_MARKS = frozenset(["x", "v", "+", "✓", "✔", "√"])

_KNOWN = {fold(word): name for name, words in SYNONYMS.items() for word in words}
_SENSITIVE = {fold(word) for word in SENSITIVE}
_ROLES = {fold(word): role for role, words in _ROLE_WORDS.items() for word in words}
_GENDERS = {fold(word): gender for gender, words in _GENDER_WORDS.items() for word in words}


@dataclass(frozen=True)
class PersonReading:
    """One row: the person for accounts, the class to enrol in, and what only this file can be wrong about."""

    row: int
    person: PersonRow
    cohort_code: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class PeopleReading:
    sheet_name: str
    rows: tuple[PersonReading, ...]
    notices: tuple[tuple[str, dict], ...]


def read_people(sheets: Sequence[Sheet], departments: Mapping[str, str], cohorts: Mapping[str, str]) -> PeopleReading:
    """Read the first sheet with a known header. ``departments`` and ``cohorts`` give the code for a code or a name."""
    for sheet in sheets:
        for at, row in enumerate(sheet.rows[:HEADER_SEARCH_ROWS]):
            fields = _fields(row)
            if "code" in fields and ("full_name" in fields or {"family_name", "given_name"} <= fields.keys()):
                return _read(sheet, at, fields, _by_fold(departments), _by_fold(cohorts))
    raise UnreadableSheet("no_people_header")


def _fields(row: list[str]) -> dict[str, int]:
    fields: dict[str, int] = {}
    for column, header in enumerate(row):
        name = _KNOWN.get(fold(header))
        if name:
            fields.setdefault(name, column)
    return fields


def _by_fold(names: Mapping[str, str]) -> dict[str, str]:
    return {text.search_key(name): code for name, code in names.items()}


def _read(sheet: Sheet, at: int, fields: dict, departments: dict, cohorts: dict) -> PeopleReading:
    headers = sheet.rows[at]
    people = {
        index + 1: cells
        for index, cells in enumerate(sheet.rows[at + 1 :], start=at + 1)
        if any(_cell(cells, fields, name) for name in ("code", "full_name", "family_name", "given_name"))
    }
    if not people:
        raise UnreadableSheet("no_people", sheet=sheet.name)
    if len(people) > PEOPLE_LIMIT:
        raise UnreadableSheet("too_many_people", count=len(people), limit=PEOPLE_LIMIT)
    notices = list(sheet.notices)
    if "female" in fields:
        marks = [_gender_in(_cell(cells, fields, "female")) for cells in people.values()]
        if women := marks.count(Gender.FEMALE):
            told = {"header": headers[fields["female"]], "women": women, "men": marks.count("")}
            notices.append(("marked_women", told))
        else:
            del fields["female"]  # nobody is marked: an empty column does not make men of everybody
    rows = [_person(headers, fields, cells, number, departments, cohorts) for number, cells in people.items()]
    notices += _unread(headers, fields)
    return PeopleReading(sheet.name, tuple(rows), tuple(notices))


def _unread(headers: list[str], fields: dict[str, int]) -> list[tuple[str, dict]]:
    sensitive = [header for header in headers if fold(header) in _SENSITIVE]
    ignored = [
        header for at, header in enumerate(headers) if header and at not in fields.values() and header not in sensitive
    ]
    lists = {"sensitive_columns": sensitive, "ignored_columns": ignored}
    return [(code, {"headers": ", ".join(names)[:500]}) for code, names in lists.items() if names]


def _cell(cells: list[str], fields: dict[str, int], name: str) -> str:
    return " ".join(cells[fields[name]].split()) if name in fields and fields[name] < len(cells) else ""


def _person(headers, fields, cells, number, departments, cohorts) -> PersonReading:
    problems: list[Problem] = []

    def refuse(code: str, name: str, **values) -> None:
        problems.append(Problem(code, REFUSED, headers[fields[name]], values))

    full_name = _cell(cells, fields, "full_name") or " ".join(
        part for part in (_cell(cells, fields, "family_name"), _cell(cells, fields, "given_name")) if part
    )
    roles, unknown = _roles(_cell(cells, fields, "roles"))
    if unknown:
        refuse("unknown_role", "roles", role=", ".join(unknown)[:80])
    department = _cell(cells, fields, "department")
    code = departments.get(text.search_key(department), "") if department else ""
    if department and not code:
        refuse("unknown_department", "department", department=department[:80])
    cohort = _cell(cells, fields, "cohort")
    cohort_code = cohorts.get(text.search_key(cohort), "") if cohort else ""
    if cohort and not cohort_code and Role.LEARNER in roles:
        refuse("unknown_cohort", "cohort", cohort=cohort[:80])
    person = PersonRow(
        code=_cell(cells, fields, "code"), full_name=full_name, roles=roles,
        birth_date=tidy_birth_date(_cell(cells, fields, "birth_date")) or None, gender=_gender(cells, fields),
        unit_name=_cell(cells, fields, "unit")[:300] or None, email=_cell(cells, fields, "email") or None,
        department_codes=(code,) if code else (),
    )  # fmt: skip
    return PersonReading(number, person, cohort_code if Role.LEARNER in roles else "", tuple(problems))


def _roles(cell: str) -> tuple[tuple[Role, ...], list[str]]:
    words = [word.strip() for word in re.split(r"[,;/+\n]", cell) if word.strip()] or ["Học viên"]
    unknown = [word for word in words if fold(word) not in _ROLES]
    return tuple(dict.fromkeys(_ROLES[fold(word)] for word in words if fold(word) in _ROLES)), unknown


def _gender(cells: list[str], fields: dict[str, int]) -> str | None:
    """By its own column, else by the one that marks women; an empty cell of the latter stands for a man."""
    if written := _cell(cells, fields, "gender"):
        return _GENDERS.get(fold(written), written[:40])
    if "female" not in fields:
        return None
    return _gender_in(_cell(cells, fields, "female")) or Gender.MALE


def _gender_in(cell: str) -> str:
    """What a cell of a column of women says; what is neither mark nor word stays for the check to refuse."""
    return Gender.FEMALE if cell.lower() in _MARKS else _GENDERS.get(fold(cell), cell[:40])


def tidy_birth_date(cell: str) -> str:
    """Write "5-3-1980", "1980-03-05", "05.03.1980" as "05/03/1980"; anything else stays for the check to refuse."""
    year_first = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", cell)
    day_first = re.fullmatch(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})", cell)
    if year_first:
        year, month, day = year_first.groups()
    elif day_first:
        day, month, year = day_first.groups()
    else:
        return cell[:40]
    return f"{int(day):02d}/{int(month):02d}/{year}"
