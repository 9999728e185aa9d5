"""One exam from an Excel file to the signed result list and the module grades, through HTTP alone, on both databases."""

import io
import re
from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from lxml import html
from openpyxl import load_workbook
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from exambank import audit, clock, jobs
from exambank.bank.models import Item
from exambank.db import db
from exambank.exams.models import Candidacy, Exam
from exambank.sittings import store, sweeper
from exambank.sittings.models import QuarantinedSave, Response, Sitting
from tests.interchange.factories import make_xlsx
from tests.road.bank_file import BY_STEM, CLUSTER, LINES, SEVERAL, SINGLE, TRUTH, answer_partly, answer_right, make_file
from tests.road.room import ScriptCandidate, hidden, read_questions, words_of
from tests.sittings.factories import move_to, pass_time

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
JSON = {"Accept": "application/json"}
CELLS = [
    ("single_choice", 5, "1"),
    ("multiple_choice", 2, "1"),
    ("true_false", 1, "0,5"),
    ("true_false_cluster", 2, "1"),
]
POINTS = {SINGLE: Fraction(1), SEVERAL: Fraction(1), TRUTH: Fraction(1, 2), CLUSTER: Fraction(1)}
TOTAL = Fraction(19, 2)
PROCESS = {"HV001": Decimal("8.0"), "HV002": Decimal("6.5"), "HV003": Decimal("9.0")}


def half_up(value: Fraction, step: str = "0.1") -> Decimal:
    """Rounded half up, as the Regulation of ``tests.people`` says."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(step), ROUND_HALF_UP)


class Road:
    """The people of one exam, each at an own browser; what one finds out the next one uses."""

    def __init__(self, people, sign_in):
        self.people, self.sign_in = people, sign_in
        self.lecturer, self.quality, self.head = (
            sign_in(one) for one in (people.lecturer, people.quality, people.head)
        )
        self.officer, self.leader = sign_in(people.officer), sign_in(people.leader)
        self.invigilator = sign_in(people.invigilator)
        self.wrong: list[str] = []
        self.given: dict[str, dict] = defaultdict(dict)  # learner's code -> stem -> answer

    # --- asking ---

    @staticmethod
    def get(client, url: str, status: int = 200, **options):
        answer = client.get(url, **options)
        assert answer.status_code == status, f"GET {url}: {answer.status_code}"
        return answer

    @staticmethod
    def post(client, url: str, status: int = 302, **options):
        answer = client.post(url, **options)
        assert answer.status_code == status, f"POST {url}: {answer.status_code}"
        return answer

    def refuse(self, client, url: str, **options) -> None:
        """A state conflict answers 409 and changes nothing; what does not is told at the end of the road."""
        head, answer = audit.head(), client.post(url, **options)
        if answer.status_code != 409 or audit.head() != head:
            self.wrong.append(f"POST {url}: {answer.status_code} instead of 409")

    def upload(self, client, url: str, body: bytes, name: str, **fields) -> str:
        boundary, data = encode_multipart({**fields, "file": FileStorage(io.BytesIO(body), name)})
        return self.post(client, url, data=data, content_type=f"multipart/form-data; boundary={boundary}").location

    # --- the bank ---

    def import_the_file(self) -> None:
        url = self.upload(
            self.lecturer, "/interchange/bank", make_file(), "ngân hàng.xlsx", module=self.people.module.public_id
        )
        jobs.run_due()
        page = self.get(self.lecturer, url).text
        assert all(line.stem in page for line in LINES[:25])  # a page of the preview
        assert db.session.query(Item).count() == 0
        form = {"topics": "create", "level": "", "scope": "all"}
        self.post(self.lecturer, f"{url}/accept", data=form)
        self.refuse(self.lecturer, f"{url}/accept", data=form)
        assert db.session.query(Item).count() == len(LINES)

    def submit_and_accept(self) -> None:
        bank = f"/bank/modules/{self.people.module.public_id}"
        for client, act in ((self.lecturer, "submit"), (self.quality, "approve")):
            preview = self.post(client, f"{bank}/moves", 200, data={"act": act, "all": "1"}).text
            ids = re.findall(r'name="ids" value="([^"]+)"', preview)
            assert len(ids) == len(LINES)
            self.post(client, f"{bank}/moves/confirmed", data={"act": act, "ids": ids})
            again = self.post(client, f"{bank}/moves/confirmed", 200, data={"act": act, "ids": ids}, headers=JSON)
            assert again.json["moved"] == 0
        db.session.rollback()
        assert {item.state for item in db.session.query(Item)} == {"accepted"}

    # --- the papers ---

    def write_the_blueprint(self) -> None:
        data = {"name": "Ma trận cuối kỳ"}
        for at, (kind, count, points) in enumerate(CELLS):
            data |= {f"rows-{at}-kind": kind, f"rows-{at}-count": str(count), f"rows-{at}-points": points}
        url = f"/assembly/modules/{self.people.module.public_id}/new"
        checked = self.post(self.lecturer, url, 200, data={**data, "act": "check"}).text
        assert "9,5" in checked
        self.blueprint = self.post(self.lecturer, url, data=data).location

    def deal_and_approve(self) -> None:
        deal = f"{self.blueprint}/deal"
        self.get(self.quality, deal)
        self.set = self.post(self.quality, deal, data={"count": "3"}).location
        jobs.run_due()
        unsealed = {"mode": "none"}
        self.refuse(self.quality, f"{self.set}/approve", data=unsealed)  # who dealt may not approve
        self.post(self.head, f"{self.set}/approve", data=unsealed)
        self.refuse(self.head, f"{self.set}/approve", data=unsealed)
        assert len(re.findall(r"/assembly/papers/", self.get(self.head, self.set).text)) >= 3

    # --- the event ---

    def add_a_third_learner(self) -> None:
        form = {"code": "HV003", "full_name": "Y Sơn Niê", "roles": ["learner"]}
        self.post(self.officer, "/accounts/people/new", 200, data=form)
        self.post(self.officer, f"/courses/classes/{self.people.cohort.public_id}/learners", data={"codes": "HV003"})
        base = f"/interchange/offerings/{self.people.offering.public_id}/components"
        rows = [["Mã", "Điểm quá trình"], *([code, str(mark)] for code, mark in PROCESS.items())]
        url = self.upload(self.lecturer, base, make_xlsx(rows), "điểm.xlsx")
        self.post(self.lecturer, f"{url}/accept")
        self.refuse(self.lecturer, f"{url}/accept")

    def schedule(self) -> None:
        starts = (clock.now() + timedelta(minutes=20)).astimezone(HANOI).replace(second=0, microsecond=0)
        data = {
            "offering": self.people.offering.public_id, "title": "Thi kết thúc học phần", "minutes": "60",
            "opens_at": f"{starts:%Y-%m-%dT%H:%M}", "closes_at": "", "start_mode": "uniform", "mark": "published",
            "review": "published", "rooms": "Phòng máy 1",
        }  # fmt: skip
        self.exam_url = self.post(self.officer, "/exams/new", data=data).location
        self.exam_id = self.exam_url.rsplit("/", 1)[1]
        self.starts, self.room_id = starts, self.exam.rooms[0].public_id
        self.room = f"/room/{self.room_id}"

    @property
    def exam(self) -> Exam:
        db.session.rollback()
        db.session.expire_all()
        return db.session.query(Exam).filter_by(public_id=self.exam_id).one()

    def prepare(self) -> None:
        self.refuse(self.officer, f"{self.exam_url}/ready")  # nobody is listed yet
        self.post(self.officer, f"{self.exam_url}/candidates/class")
        self.post(self.officer, f"{self.exam_url}/candidates/number")
        self.post(self.officer, f"{self.exam_url}/rooms/split")
        url = f"/exams/rooms/{self.room_id}/invigilators"
        self.post(self.officer, url, data={"people": [self.people.invigilator.public_id]})
        papers = f"{self.exam_url}/papers"
        self.get(self.officer, papers)
        self.post(self.officer, papers, data={"paper_set": self.set.rsplit("/", 1)[1]})
        self.post(self.officer, f"{self.exam_url}/ready")
        self.refuse(self.officer, f"{self.exam_url}/ready")
        jobs.run_due()
        assert [one.number for one in self.exam.candidacies] == ["001", "002", "003"]
        assert len({one.paper_id for one in self.exam.candidacies}) > 1
        self.code = self.exam.session_code
        assert self.code in self.get(self.officer, self.exam_url).text

    def open(self) -> None:
        move_to(self.starts, minutes=-20)
        assert self.code not in self.get(self.invigilator, self.room).text  # half an hour is too early
        self.refuse(self.invigilator, f"{self.room}/open", data={"code": self.code})
        move_to(self.starts, minutes=-5)
        self.post(self.invigilator, f"{self.room}/open", 422, data={"code": "AAAAAA"})
        self.post(self.invigilator, f"{self.room}/open", data={"code": self.code})
        self.refuse(self.invigilator, f"{self.room}/open", data={"code": self.code})

    # --- the room ---

    def sitting_of(self, user) -> Sitting:
        db.session.rollback()
        db.session.expire_all()
        return db.session.query(Sitting).filter_by(exam_id=self.exam.id, user_id=user.id).one()

    def take_by_script(self) -> None:
        """The first learner: answers everything, changes one answer, flags, hands in."""
        client = self.sign_in(self.people.learner)
        assert "Thi kết thúc học phần" in self.get(client, "/sit/").text
        self.first = ScriptCandidate(client, self.sitting_of(self.people.learner).public_id)
        early = self.first.enter(self.code)
        assert (early.status_code, early.json["error"]) == (409, "not_started")
        move_to(self.starts, seconds=2)
        assert self.first.enter("BBBBBB").status_code == 422
        assert self.first.enter(self.code).status_code == 200
        self.first_questions = questions = self.first.questions()
        assert [one.number for one in questions] == list(range(1, 11))
        answers = {one: (answer_partly if one.number in (2, 7) else answer_right)(one.line) for one in questions}
        first_try = {one: answer_partly(one.line) for one in questions[:1]}
        assert self.first.save(first_try).status_code == 200
        saved = self.first.save(answers)
        assert sorted(map(int, saved.json["saved"])) == list(range(1, 11))
        assert self.first.post("flags", epoch=self.first.epoch, flags=[3, 9]).json["flags"] == [3, 9]
        self.given["HV001"] = {one.line.stem: answer for one, answer in answers.items()}

    def take_by_plain_forms(self) -> None:
        """The second learner: signs in with a card from the door, has no script, turns pages, leaves one blank."""
        client = self.enter_by_card()
        page = client.get(f"{self.second_url}/q/1").text
        for number in range(1, 11):
            (asked,) = read_questions(page)
            assert asked.number == number
            answer = None if number == 4 else (answer_right if number % 3 else answer_partly)(asked.line)
            data = {**hidden(page, "//form[@id='answer']"), **asked.fields(answer), "go": "next"}
            if number == 5:
                self.post(client, f"{self.second_url}/q/5", data={**data, "go": "", "flag": "on"})
            page = self.post(client, f"{self.second_url}/q/{number}", data=data, follow_redirects=True, status=200).text
            self.given["HV002"][asked.line.stem] = answer
        self.second, self.review = client, page
        assert self.sitting_of(self.people.second_learner).flags == [5]

    def enter_by_card(self):
        slip = self.post(self.invigilator, f"/accounts/door-cards/{self.people.second_learner.public_id}", 200).text
        card = words_of(html.fromstring(slip).xpath("//main//*[@translate='no']")[0])
        client = self.first.client.application.test_client()
        self.post(client, "/accounts/sign-in", data={"username": "HV002", "password": card})
        self.second_url = f"/sit/{self.sitting_of(self.people.second_learner).public_id}"
        self.get(client, self.second_url)
        wrong = self.post(client, f"{self.second_url}/enter", 422, data={"code": "nhầm"})
        assert "nhầm" in wrong.text
        self.post(client, f"{self.second_url}/enter", data={"code": f" {self.code[:3].lower()} {self.code[3:]}"})
        return client

    def hand_in(self) -> None:
        too_early = self.first.submit()
        assert (too_early.status_code, too_early.json["error"]) == (409, "too_early")
        move_to(self.starts, minutes=45)
        done = self.first.submit()
        assert done.status_code == 200
        head = audit.head()
        assert self.first.submit().json["receipt"] == done.json["receipt"]
        assert audit.head() == head
        assert done.json["receipt"] in self.get(self.first.client, self.first.url).text
        questions = self.first_questions
        late = self.first.save({questions[0]: answer_partly(questions[0].line)})
        assert (late.status_code, late.json["error"], late.json["quarantined"]) == (409, "closed", [1])
        again = self.first.enter(self.code)
        assert (again.status_code, again.json["error"]) == (409, "closed")

    def run_out_of_time(self) -> None:
        """The second learner never presses the button; the third never came."""
        seat = self.sitting_of(self.people.second_learner)
        assert self.second.get(f"{self.second_url}/review").status_code == 200
        move_to(seat.deadline_at, seconds=1)
        sweeper.sweep()
        assert self.sitting_of(self.people.second_learner).state == "collecting"
        assert self.second.get(f"{self.second_url}/q/1").status_code == 302  # no page takes editing any more
        pass_time(seconds=200)
        sweeper.sweep()
        sweeper.settle()
        assert self.sitting_of(self.people.second_learner).closed_by == "deadline"
        third = next(one for one in self.exam.candidacies if one.user.code == "HV003")
        assert self.sitting_of(third.user).closed_by == "absent"
        assert self.exam.state == "closed"
        self.refuse(self.invigilator, f"{self.room}/open", data={"code": self.code})
        jobs.run_due()

    # --- marks ---

    def expected(self, code: str, credited: str | None = None) -> Fraction:
        """The points of a learner, from the file and what was answered."""
        return sum(
            (
                POINTS[BY_STEM[stem].kind] * (1 if stem == credited else BY_STEM[stem].share(answer))
                for stem, answer in self.given[code].items()
            ),
            Fraction(0),
        )

    def results(self) -> dict[str, tuple]:
        """Code -> raw points, out of, exam mark: from the workbook that the office downloads."""
        body = self.get(self.officer, f"/interchange/exams/{self.exam_id}/results.xlsx").data
        rows = list(load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True))
        return {row[2]: row[6:9] for row in rows if row[2] and str(row[2]).startswith("HV")}

    def check_marks(self, credited: str | None = None) -> None:
        results = self.results()
        for code in ("HV001", "HV002"):
            points = self.expected(code, credited)
            found = tuple(Fraction(str(value)) for value in results[code])
            assert found == (points, TOTAL, Fraction(half_up(points / TOTAL * 10))), code
        assert results["HV003"][0] is None

    def correct_an_item(self) -> None:
        """The first learner's wrong single choice is credited to everybody who had it, taken back, credited again."""
        stem = next(
            stem for stem, answer in self.given["HV001"].items() if BY_STEM[stem].share(answer) < 1
        )  # fmt: skip
        items = self.get(self.head, f"/marking/{self.exam_id}/items").text
        links = {
            words_of(row): link
            for row in html.fromstring(items).xpath("//tr[.//a]")
            for link in row.xpath(".//a/@href")[:1]
        }
        url = next(link for words, link in links.items() if stem in words)
        form = {"kind": "credit_all", "reason": "Câu dẫn in thiếu một từ"}
        self.get(self.head, url)
        preview = self.post(self.head, url, 200, data=form).text
        assert "Nguyễn Thị Thu Hường" in preview
        self.check_marks()
        self.post(self.head, url, data={**form, "step": "make"})
        self.check_marks(credited=stem)
        page = self.get(self.head, f"/marking/{self.exam_id}").text
        undo = re.search(r"/marking/corrections/[^/]+/undo", page).group()
        self.get(self.head, undo)
        self.post(self.head, undo, data={"reason": "Xem lại bản in", "step": "make"})
        self.refuse(self.head, undo, data={"reason": "Xem lại bản in", "step": "make"})
        self.check_marks()
        self.post(self.head, url, data={**form, "step": "make"})
        self.check_marks(credited=stem)
        self.credited, self.correction = stem, (url, {**form, "step": "make"})
        jobs.run_due()

    def check_statistics(self) -> None:
        report = self.get(self.quality, f"/analysis/exams/{self.exam_id}", headers=JSON).json
        assert report["n"] == 2
        shares = defaultdict(list)
        for answers in self.given.values():
            for stem, answer in answers.items():
                shares[stem].append(BY_STEM[stem].share(answer))
        stems = {item.code: item.versions[-1].stem for item in db.session.query(Item)}
        for item in report["items"]:
            own = shares[words_of(html.fromstring(stems[item["code"]]))]
            assert item["difficulty"] == pytest.approx(float(sum(own) / len(own))), item["code"]
        assert self.get(self.lecturer, f"/analysis/exams/{self.exam_id}").status_code == 200

    # --- grades ---

    def grade(self, code: str) -> Decimal:
        """0.4 process + 0.6 exam, rounded to 0.1."""
        mark = half_up(self.expected(code, self.credited) / TOTAL * 10) if code in self.given else Decimal(0)
        return half_up(Fraction(PROCESS[code]) * Fraction("0.4") + Fraction(mark) * Fraction("0.6"))

    def publish_and_sign(self) -> None:
        url = f"/grades/exams/{self.exam_id}"
        told = self.get(self.officer, url, headers=JSON).json
        assert told["outdated"] == 0
        assert {row["code"]: Decimal(row["value"]) for row in told["grades"]} == {
            code: self.grade(code) for code in PROCESS
        }
        assert {row["code"] for row in told["grades"] if row["remark"]} == {"HV003"}
        learner = self.sign_in(self.people.learner)
        shown = str(self.grade("HV001")).replace(".", ",")
        assert shown not in self.get(learner, "/grades/mine").text
        assert "đáp án" not in self.get(learner, f"/marking/my/{self.first.url.rsplit('/', 1)[1]}").text.lower()
        seen = hidden(self.get(self.officer, f"{url}/publish").text, "//main//form")
        self.post(self.officer, f"{url}/publish", data=seen)
        self.refuse(self.officer, f"{url}/publish", data=seen)
        assert shown in self.get(learner, "/grades/mine").text
        result = self.get(learner, f"/marking/my/{self.first.url.rsplit('/', 1)[1]}").text
        assert str(half_up(self.expected("HV001", self.credited) / TOTAL * 10)).replace(".", ",") in result
        self.get(learner, f"/marking/my/{self.second_url.rsplit('/', 1)[1]}", 404)
        seen = hidden(self.get(self.leader, f"{url}/freeze").text, "//main//form")
        self.post(self.leader, f"{url}/freeze", data={**seen, "signature": self.people.leader.full_name})
        self.refuse(self.leader, f"{url}/freeze", data={**seen, "signature": self.people.leader.full_name})
        self.refuse(self.officer, f"{url}/recompute")
        url, form = self.correction
        self.refuse(self.head, url, data=form)

    def print_everything(self) -> None:
        for client, url in [
            (self.invigilator, f"/documents/rooms/{self.room_id}/candidate_list"),
            (self.invigilator, f"/documents/rooms/{self.room_id}/result_list"),
            (self.invigilator, f"/documents/rooms/{self.room_id}/minutes"),
            (self.officer, f"/documents/exams/{self.exam_id}/mark_sheet"),
            (self.officer, f"/documents/exams/{self.exam_id}/grade_sheet"),
        ]:
            assert self.post(client, url, 200).data.startswith(b"%PDF")
        body = self.get(self.officer, f"/interchange/offerings/{self.people.offering.public_id}/gradebook.xlsx").data
        rows = list(load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True))
        book = {row[1]: row for row in rows if str(row[1]).startswith("HV")}
        assert all(float(self.grade(code)) in book[code] for code in PROCESS)


@pytest.fixture
def road(any_app, people, sign_in):
    yield Road(people, sign_in)
    store.close_store(any_app)


def test_an_exam_goes_from_the_excel_file_to_the_signed_results(road, any_app):
    road.import_the_file()
    road.submit_and_accept()
    road.write_the_blueprint()
    road.deal_and_approve()
    road.add_a_third_learner()
    road.schedule()
    road.prepare()
    road.open()
    road.take_by_script()
    road.take_by_plain_forms()
    road.hand_in()
    road.run_out_of_time()
    road.check_marks()
    road.correct_an_item()
    road.check_statistics()
    road.publish_and_sign()
    road.print_everything()
    assert db.session.query(Response).count() == 20 - 1  # the blank one of the plain pages was never sent
    assert db.session.query(QuarantinedSave).count() == 1
    assert db.session.query(Candidacy).count() == 3
    verdict = audit.verify()
    assert verdict.problems == ()
    assert verdict.length == audit.head().number
    assert not road.wrong, "\n".join(road.wrong)
