"""What ``bench.screenshots`` takes: whose page, where, what is done there first."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page

from bench import sample_bank

DESK, PHONE = (1366, 768), (390, 844)

OTHER_KINDS = ("short_text", "numeric", "matching", "ordering", "fill_in", "essay", "oral", "case")

# What the pictures are of, as queries on the demonstration's database; {name} in a path below.
PLACES = {
    "module": "SELECT m.public_id FROM course_module m JOIN item i ON i.course_module_id = m.id GROUP BY m.id "
    "ORDER BY count(*) DESC",
    "item": "SELECT i.public_id FROM item i JOIN item_statistic s ON s.item_version_id = i.accepted_version_id "
    "WHERE i.kind = 'single_choice' ORDER BY i.id",
    "cluster": "SELECT public_id FROM item WHERE kind = 'true_false_cluster' AND state = 'accepted' ORDER BY id",
    "draft": "SELECT public_id FROM item WHERE state = 'draft' ORDER BY id",
    "review": "SELECT public_id FROM item WHERE state = 'review' ORDER BY id",
    "blueprint": "SELECT public_id FROM exam_blueprint ORDER BY id DESC",
    "set": "SELECT public_id FROM paper_set WHERE state = 'approved' ORDER BY id",
    "waiting_set": "SELECT public_id FROM paper_set WHERE state = 'dealt' ORDER BY id",
    "paper": "SELECT public_id FROM exam_paper ORDER BY id",
    "closed": "SELECT public_id FROM exam WHERE state = 'closed' ORDER BY id",
    "open": "SELECT public_id FROM exam WHERE state = 'open' ORDER BY id",
    "coming": "SELECT public_id FROM exam WHERE state = 'ready' ORDER BY id",
    "planned": "SELECT public_id FROM exam WHERE state = 'draft' ORDER BY id",
    "room": "SELECT r.public_id FROM exam_room r JOIN exam e ON e.id = r.exam_id WHERE e.state = 'open' ORDER BY r.id",
    "seat": "SELECT public_id FROM sitting WHERE state = 'open' ORDER BY id",
    "story": "SELECT s.public_id FROM mark_line l JOIN sitting s ON s.id = l.sitting_id ORDER BY l.id",
    "version": "SELECT v.public_id FROM correction c JOIN item_version v ON v.id = c.item_version_id ORDER BY c.id",
    "other_version": "SELECT v.public_id FROM analysis_item a JOIN item_version v ON v.id = a.item_version_id "
    "JOIN item i ON i.id = v.item_id WHERE i.kind = 'single_choice' ORDER BY a.id",
    "correction": "SELECT public_id FROM correction ORDER BY id",
    "offering": "SELECT o.public_id FROM offering o JOIN exam e ON e.offering_id = o.id WHERE e.state = 'closed'",
    "cohort": "SELECT c.public_id FROM cohort c ORDER BY c.id",
    "regulation": "SELECT public_id FROM regulation ORDER BY id",
    "person": "SELECT public_id FROM \"user\" WHERE code = 'GV01'",
    "kinds": "SELECT m.public_id FROM course_module m JOIN item i ON i.course_module_id = m.id WHERE i.kind = 'case'",
    **{kind: f"SELECT public_id FROM item WHERE kind = '{kind}' ORDER BY id" for kind in OTHER_KINDS},
    "revised": "SELECT i.public_id FROM item i JOIN item_version v ON v.item_id = i.id WHERE v.number = 2",
    "remarked": "SELECT i.public_id FROM item i JOIN item_version v ON v.item_id = i.id JOIN review_comment c "
    "ON c.item_version_id = v.id ORDER BY c.id",
    "twin": "SELECT i.public_id FROM kinship_pair k JOIN item i ON i.id = k.first_id ORDER BY k.id",
    "other_twin": "SELECT i.public_id FROM kinship_pair k JOIN item i ON i.id = k.second_id ORDER BY k.id",
    "enemies": "SELECT public_id FROM enemy_set ORDER BY id",
    "variants": "SELECT public_id FROM variant_group ORDER BY id",
    "written": "SELECT e.public_id FROM exam e JOIN marker_grant g ON g.exam_id = e.id",
    "every_kind": "SELECT p.public_id FROM exam_paper p JOIN exam e ON e.paper_set_id = p.paper_set_id "
    "JOIN marker_grant g ON g.exam_id = e.id ORDER BY p.id",
    "candidacy": "SELECT c.public_id FROM candidacy c JOIN exam e ON e.id = c.exam_id WHERE e.state = 'closed' "
    "ORDER BY c.number",
}
STAFF = {
    "lecturer": "GV01", "head": "TK01", "officer": "DT01", "quality": "KT01", "invigilator": "CT01", "marker": "CH01",
    "leader": "LD01", "technician": "IT01", "inspector": "TT01",
}  # fmt: skip
LEARNERS = {
    "newcomer": "SELECT u.code FROM sitting s JOIN \"user\" u ON u.id = s.user_id JOIN exam e ON e.id = s.exam_id "
    "WHERE s.state = 'ready' AND e.state = 'open' ORDER BY s.id",
    "graduate": "SELECT u.code FROM mark_line l JOIN sitting s ON s.id = l.sitting_id JOIN \"user\" u "
    "ON u.id = s.user_id ORDER BY l.id",
}  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """One picture: whose page, where, what is done there first."""

    name: str
    who: str | None
    path: str
    act: Callable[[Page], None] | None = None
    size: tuple[int, int] = DESK
    language: str = "vi"
    is_whole: bool = True  # down to the foot of the page, not only what the window shows


def shots() -> list[Shot]:
    staff = [
        Shot("sign-in", None, "/accounts/sign-in", is_whole=False),
        Shot("certificate", None, "/ca"),
        *(Shot(f"desk-{role}", role, "/") for role in (*STAFF, "graduate")),
        Shot("bank-list", "lecturer", "/bank/modules/{module}"),
        Shot("bank-list-open", "head", "/bank/modules/{module}", _open_all),
        Shot("bank-search", "head", "/bank/search"),
        Shot("bank-overview", "lecturer", "/bank/modules/{module}/overview"),
        Shot("bank-health", "head", "/assembly/modules/{module}/health"),
        Shot("bank-healths", "head", "/assembly/health"),
        Shot("bank-outcomes", "head", "/courses/modules/{kinds}/outcomes"),
        Shot("bank-kin", "head", "/bank/modules/{module}/kin"),
        Shot("bank-kin-pair", "head", "/bank/items/{twin}/kin/{other_twin}"),
        Shot("bank-enemies", "head", "/bank/modules/{module}/enemies"),
        Shot("bank-enemy-set", "head", "/bank/enemies/{enemies}"),
        Shot("bank-variants", "head", "/bank/variants/{variants}"),
        Shot("bank-acceptance", "head", "/bank/modules/{module}/acceptance"),
        Shot("bank-readings", "head", "/bank/modules/{module}/readings"),
        Shot("bank-settings", "head", "/bank/modules/{module}/settings"),
        Shot("bank-move", "head", "/bank/modules/{module}?state=draft", _pick_all("submit")),
        Shot("bank-tags", "head", "/bank/modules/{module}?state=draft", _pick_all("retag")),
        Shot("bank-item", "lecturer", "/bank/items/{item}"),
        Shot("bank-cluster", "lecturer", "/bank/items/{cluster}"),
        *(Shot(f"bank-item-{kind}", "head", f"/bank/items/{{{kind}}}") for kind in OTHER_KINDS),
        *(Shot(f"bank-preview-{kind}", "head", f"/bank/items/{{{kind}}}/preview") for kind in OTHER_KINDS),
        Shot("bank-history", "lecturer", "/bank/items/{revised}/history"),
        Shot("bank-preview", "lecturer", "/bank/items/{cluster}/preview"),
        Shot("bank-editor", "lecturer", "/bank/items/{draft}/edit"),
        Shot("bank-new", "lecturer", "/bank/modules/{module}/items/new"),
        *(
            Shot(f"bank-new-{kind}", "lecturer", f"/bank/modules/{{module}}/items/new?kind={kind}")
            for kind in ("single_choice", "multiple_choice", "true_false", "true_false_cluster", *OTHER_KINDS)
        ),
        Shot("bank-reviews", "quality", "/bank/reviews"),
        Shot("bank-review", "quality", "/bank/items/{review}/review"),
        Shot("bank-review-comments", "quality", "/bank/items/{remarked}/review"),
        Shot("import-upload", "lecturer", "/interchange/bank"),
        Shot("import-preview", "lecturer", "/interchange/bank", _upload_bank),
        Shot("blueprints", "quality", "/assembly/"),
        Shot("blueprint", "quality", "/assembly/blueprints/{blueprint}"),
        Shot("blueprint-editor", "quality", "/assembly/modules/{module}/new"),
        Shot("blueprint-deal", "quality", "/assembly/blueprints/{blueprint}/deal"),
        Shot("paper-set", "quality", "/assembly/sets/{set}"),
        Shot("paper-set-waiting", "leader", "/assembly/sets/{waiting_set}"),
        Shot("paper", "quality", "/assembly/papers/{paper}"),
        Shot("paper-every-kind", "quality", "/assembly/papers/{every_kind}"),
        Shot("exams", "officer", "/exams/"),
        Shot("exam", "officer", "/exams/{coming}"),
        Shot("exam-planned", "officer", "/exams/{planned}"),
        Shot("exam-closed", "officer", "/exams/{closed}"),
        Shot("exam-new", "officer", "/exams/new"),
        Shot("exam-papers", "officer", "/exams/{planned}/papers"),
        Shot("candidates", "officer", "/exams/{closed}/candidates"),
        Shot("candidate", "officer", "/exams/candidates/{candidacy}"),
        Shot("rooms", "officer", "/exams/{closed}/rooms"),
        Shot("invigilator-rooms", "invigilator", "/room/"),
        Shot("invigilator-room", "invigilator", "/room/{room}"),
        Shot("invigilator-seat", "invigilator", "/room/seat/{seat}"),
        Shot("invigilator-close", "invigilator", "/room/{room}/close"),
        Shot("invigilator-time", "invigilator", "/room/{room}/time"),
        Shot("quarantine", "officer", "/room/{room}/quarantine"),
        Shot("mark-exams", "quality", "/marking/"),
        Shot("mark-sheet", "quality", "/marking/{closed}"),
        Shot("mark-story", "quality", "/marking/sittings/{story}"),
        Shot("mark-items", "quality", "/marking/{closed}/items"),
        Shot("mark-correction", "quality", "/marking/{closed}/items/{other_version}"),
        Shot("mark-correction-preview", "quality", "/marking/{closed}/items/{other_version}", _preview_correction),
        Shot("mark-undo", "quality", "/marking/corrections/{correction}/undo"),
        Shot("scripts-markers", "quality", "/marking/{written}/markers"),
        Shot("scripts-list", "quality", "/marking/{written}/scripts"),
        Shot("scripts-work", "marker", "/marking/scripts"),
        Shot("scripts-exam", "marker", "/marking/scripts/{written}"),
        Shot("scripts-mark", "marker", "/marking/scripts/{written}", _take_script),
        Shot("gradebooks", "officer", "/grades/"),
        Shot("gradebook", "officer", "/grades/exams/{closed}"),
        Shot("gradebook-freeze", "officer", "/grades/exams/{closed}/freeze"),
        Shot("reports", "quality", "/analysis/"),
        Shot("report-exam", "quality", "/analysis/exams/{closed}"),
        Shot("report-item", "quality", "/analysis/exams/{closed}/items/{version}"),
        Shot("documents-exams", "officer", "/documents/"),
        Shot("documents", "officer", "/documents/exams/{closed}"),
        Shot("people", "officer", "/accounts/people"),
        Shot("person", "officer", "/accounts/people/{person}"),
        Shot("people-import", "officer", "/interchange/people"),
        Shot("door-cards", "invigilator", "/accounts/door-cards"),
        Shot("offerings", "officer", "/courses/"),
        Shot("offering", "officer", "/courses/offerings/{offering}"),
        Shot("classes", "officer", "/courses/classes"),
        Shot("class", "officer", "/courses/classes/{cohort}"),
        Shot("modules", "officer", "/courses/modules"),
        Shot("module", "lecturer", "/courses/modules/{module}"),
        Shot("programmes", "officer", "/courses/programmes"),
        Shot("regulation", "officer", "/courses/regulations/{regulation}"),
        Shot("system", "technician", "/system"),
        Shot("audit", "inspector", "/audit"),
        Shot("not-found", "lecturer", "/exams/0"),
        Shot("learner-mark", "graduate", "/marking/my/{story}"),
        Shot("learner-grades", "graduate", "/grades/mine"),
        Shot("learner-exams", "newcomer", "/sit/"),
        Shot("room-cover", "newcomer", "/sit/{own}"),
        Shot("room-question", "newcomer", "/sit/{own}", _enter_and_answer, is_whole=False),
        Shot("room-question-phone", "newcomer", "/sit/{own}", _wait_for_room, PHONE, is_whole=False),
        Shot("room-question-en", "newcomer", "/sit/{own}", _wait_for_room, DESK, "en", is_whole=False),
        Shot("room-offline", "newcomer", "/sit/{own}", _lose_network, is_whole=False),
        Shot("room-review", "newcomer", "/sit/{own}", _look_over),
        Shot("room-review-phone", "newcomer", "/sit/{own}", _look_over, PHONE),
        Shot("room-too-early", "newcomer", "/sit/{own}", _hand_in, is_whole=False),
        Shot("room-receipt", "graduate", "/sit/{story}"),
        Shot("room-receipt-phone", "graduate", "/sit/{story}", None, PHONE),
    ]
    return [*staff, *_again(staff)]


def _again(staff: list[Shot]) -> list[Shot]:
    """Some of them on a phone, some in English."""
    phone = ("sign-in", "desk-lecturer", "desk-graduate", "bank-list", "bank-item", "bank-item-case", "bank-health",
             "bank-review-comments", "bank-new-single_choice", "scripts-exam", "blueprint", "candidates", "exam",
             "invigilator-room", "mark-sheet", "mark-story", "gradebook", "report-exam", "report-item", "people",
             "learner-grades", "import-upload", "documents")  # fmt: skip
    english = ("sign-in", "desk-lecturer", "bank-list", "bank-item", "bank-item-case", "bank-health",
               "bank-new-case", "bank-settings", "blueprint", "exam", "invigilator-room",
               "mark-story", "gradebook", "report-item", "regulation", "documents")  # fmt: skip
    known = {shot.name: shot for shot in staff}
    small = [Shot(f"{name}-phone", known[name].who, known[name].path, known[name].act, PHONE) for name in phone]
    return small + [
        Shot(f"{name}-en", known[name].who, known[name].path, known[name].act, DESK, "en") for name in english
    ]


# --- what is done on a page before its picture ---


def _upload_bank(page: Page) -> None:
    """A file of twelve items, two of them with mistakes."""
    with tempfile.TemporaryDirectory() as folder:
        path = sample_bank.write(Path(folder) / "ngan-hang.xlsx", 12)
        book = load_workbook(path)
        book.active["J5"], book.active["F8"], book.active["G8"] = "E", "42", "42"
        book.save(path)
        page.locator("input[type=file]").set_input_files(path)
        page.locator("main form button[type=submit], main form button.is-primary").first.click()
        page.wait_for_url("**/interchange/batches/**")


def _open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")


def _pick_all(act: str) -> Callable[[Page], None]:
    """All items of the page, and the button of one bulk act."""

    def pick(page: Page) -> None:
        page.locator("[data-select-all]").check()
        page.locator(f"button[name=act][value={act}]").click()
        page.wait_for_load_state()

    return pick


def _take_script(page: Page) -> None:
    page.locator("main form button.is-primary").first.click()
    page.locator("main textarea").first.wait_for()


def _preview_correction(page: Page) -> None:
    page.locator("input[name=kind]").first.check()
    page.locator("textarea[name=reason]").fill("Hai phương án cùng đúng; kết luận của hội đồng ngày 24/11.")
    page.locator("main form button.is-primary").first.click()
    page.wait_for_load_state()


def _wait_for_room(page: Page) -> None:
    page.locator("html[data-room=ready]").wait_for()


def _enter_and_answer(page: Page) -> None:
    page.locator("#code").fill(page.session_code)
    page.locator("main form button").click()
    _wait_for_room(page)
    for number in range(1, 9):
        page.locator(f"[data-cell='{number}']").click()
        question = page.locator(f"#q-{number}")
        question.wait_for()
        if number in {3, 7}:
            continue
        if question.locator(".eb-option").count():
            question.locator(".eb-option").nth(number % 2).click()
        else:
            question.locator(".eb-pair").first.click()
    page.locator("[data-cell='8'].is-full").wait_for(timeout=8000)
    page.locator("[data-cell='5']").click()


def _lose_network(page: Page) -> None:
    _wait_for_room(page)
    page.context.set_offline(True)
    page.locator("[data-cell='7']").click()
    page.locator("#q-7 .eb-option, #q-7 .eb-pair").first.click()
    page.wait_for_timeout(16_000)  # the room says so within 15 seconds


def _look_over(page: Page) -> None:
    page.context.set_offline(False)
    _wait_for_room(page)
    if page.locator("a[href='#overview']").is_visible():  # on a phone the overview is a sheet of its own
        page.locator("a[href='#overview']").click()
    page.locator("[data-go=review]").click()
    page.locator("[data-submit]:visible").wait_for()


def _hand_in(page: Page) -> None:
    """Before the time at which the Regulation lets people leave: the room says so and keeps the work."""
    _look_over(page)
    page.locator("[data-submit]").click()
    page.wait_for_timeout(1500)
