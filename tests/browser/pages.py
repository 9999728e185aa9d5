"""The main pages of staff and learners over the demonstration: who opens them, and where."""

from sqlalchemy import select

from exambank.accounts.models import Department, User
from exambank.assembly.models import ExamBlueprint, ExamPaper, PaperSet
from exambank.bank.models import EnemySet, Item, ItemConcern, ItemVersion, KinshipPair, ReviewComment
from exambank.courses.models import Cohort, CourseModule, Offering, Programme, Regulation
from exambank.db import db
from exambank.exams.models import Candidacy, Exam
from exambank.interchange.models import ImportBatch
from exambank.marking.models import MarkerGrant
from exambank.sittings.models import Sitting

# name: (code of the person, address with the names of ``known`` in braces, status)
PAGES = {
    "sign-in": (None, "/accounts/sign-in", 200),
    "unknown address": ("GV01", "/nothing/here", 404),
    "authority of the school": (None, "/ca", 200),
    "desk of a lecturer": ("GV01", "/", 200),
    "desk of a head": ("TK01", "/", 200),
    "desk of the training office": ("DT01", "/", 200),
    "desk of the quality office": ("KT01", "/", 200),
    "desk of an invigilator": ("CT01", "/", 200),
    "desk of a marker": ("CH01", "/", 200),
    "desk of the leadership": ("LD01", "/", 200),
    "desk of a technician": ("IT01", "/", 200),
    "desk of an inspector": ("TT01", "/", 200),
    "desk of a learner": ("{graded}", "/", 200),
    "profile": ("GV01", "/accounts/profile", 200),
    "new password": ("GV01", "/accounts/password", 200),
    "people": ("DT01", "/accounts/people", 200),
    "person": ("DT01", "/accounts/people/{person}", 200),
    "new person": ("DT01", "/accounts/people/new", 200),
    "change of a person": ("DT01", "/accounts/people/{person}/edit", 200),
    "departments": ("DT01", "/accounts/departments", 200),
    "people from a file": ("DT01", "/interchange/people", 200),
    "banks": ("GV01", "/bank/", 200),
    "bank of a module": ("GV01", "/bank/modules/{module}", 200),
    "overview of a bank": ("GV01", "/bank/modules/{module}/overview", 200),
    "health of a bank": ("TK01", "/assembly/modules/{module}/health", 200),
    "health of the banks": ("TK01", "/assembly/health", 200),
    "learning outcomes": ("TK01", "/courses/modules/{module}/outcomes", 200),
    "search in all banks": ("TK01", "/bank/search", 200),
    "look-alikes": ("TK01", "/bank/modules/{module}/kin", 200),
    "two look-alikes": ("TK01", "/bank/items/{twin}/kin/{other_twin}", 200),
    "enemies and variants": ("TK01", "/bank/modules/{module}/enemies", 200),
    "set of enemies": ("TK01", "/bank/enemies/{enemies}", 200),
    "acceptance of a bank": ("TK01", "/bank/modules/{module}/acceptance", 200),
    "readers of a bank": ("TK01", "/bank/modules/{module}/readings", 200),
    "settings of a bank": ("TK01", "/bank/modules/{module}/settings", 200),
    "case": ("TK01", "/bank/items/{case}", 200),
    "preview of a case": ("TK01", "/bank/items/{case}/preview", 200),
    "new case": ("GV01", "/bank/modules/{module}/items/new?kind=case", 200),
    "review with remarks": ("KT01", "/bank/items/{remarked}/review", 200),
    "paper of every kind": ("KT01", "/assembly/papers/{every_kind}", 200),
    "markers of an exam": ("KT01", "/marking/{written}/markers", 200),
    "scripts of an exam": ("KT01", "/marking/{written}/scripts", 200),
    "work of a marker": ("CH01", "/marking/scripts/{written}", 200),
    "item": ("GV01", "/bank/items/{item}", 200),
    "preview of an item": ("GV01", "/bank/items/{item}/preview", 200),
    "history of an item": ("GV01", "/bank/items/{item}/history", 200),
    "item editor": ("GV01", "/bank/items/{item}/edit", 200),
    "new item": ("GV01", "/bank/modules/{module}/items/new", 200),
    "reviews": ("KT01", "/bank/reviews", 200),
    "review of an item": ("KT01", "/bank/items/{in_review}/review", 200),
    "bank from a file": ("GV01", "/interchange/bank", 200),
    "files that came in": ("GV01", "/interchange/", 200),
    "file that came in": ("GV01", "/interchange/batches/{batch}", 200),
    "blueprints": ("GV01", "/assembly/", 200),
    "blueprint": ("GV01", "/assembly/blueprints/{blueprint}", 200),
    "new blueprint": ("GV01", "/assembly/modules/{module}/new", 200),
    "specification table": ("GV01", "/assembly/blueprints/{blueprint}/specification", 200),
    "dealing papers": ("KT01", "/assembly/blueprints/{blueprint}/deal", 200),
    "set of papers": ("KT01", "/assembly/sets/{paper_set}", 200),
    "paper": ("KT01", "/assembly/papers/{paper}", 200),
    "exams": ("DT01", "/exams/", 200),
    "new exam": ("DT01", "/exams/new", 200),
    "exam that is open": ("DT01", "/exams/{open}", 200),
    "exam that is over": ("DT01", "/exams/{closed}", 200),
    "draft of an exam": ("DT01", "/exams/{draft}", 200),
    "candidates": ("DT01", "/exams/{open}/candidates", 200),
    "candidate": ("DT01", "/exams/candidates/{candidacy}", 200),
    "rooms of an exam": ("DT01", "/exams/{open}/rooms", 200),
    "schedule of an exam": ("DT01", "/exams/{draft}/schedule", 200),
    "papers of an exam": ("DT01", "/exams/{ready}/papers", 200),
    "rooms of an invigilator": ("CT01", "/room/", 200),
    "live room": ("CT01", "/room/{room}", 200),
    "seat": ("CT01", "/room/seat/{working}", 200),
    "time for a room": ("CT01", "/room/{room}/time", 200),
    "late answers": ("DT01", "/room/{room}/quarantine", 200),
    "late answers of all rooms": ("DT01", "/room/exams/{closed}/quarantine", 200),
    "rescue files": ("CT01", "/room/{room}/rescue", 200),
    "versions of a typed answer": ("CT01", "/room/seat/{working}/versions", 200),
    "marking": ("KT01", "/marking/", 200),
    "marks of an exam": ("KT01", "/marking/{closed}", 200),
    "items of an exam": ("KT01", "/marking/{closed}/items", 200),
    "mark and its story": ("KT01", "/marking/sittings/{marked}", 200),
    "correction of an item": ("KT01", "/marking/{closed}/items/{version}", 200),
    "own mark": ("{graded}", "/marking/my/{own_marked}", 200),
    "grades": ("DT01", "/grades/", 200),
    "gradebook": ("DT01", "/grades/exams/{closed}", 200),
    "own grades": ("{graded}", "/grades/mine", 200),
    "reports": ("GV01", "/analysis/", 200),
    "report of an exam": ("GV01", "/analysis/exams/{closed}", 200),
    "report of an item": ("GV01", "/analysis/exams/{closed}/items/{version}", 200),
    "groups of an exam": ("GV01", "/analysis/exams/{closed}/comparison", 200),
    "bank through its exams": ("KT01", "/analysis/modules/{module}/trend", 200),
    "scripts that agree": ("KT01", "/analysis/exams/{closed}/agreement", 200),
    "items in doubt": ("KT01", "/bank/concerns", 200),
    "item in doubt": ("KT01", "/bank/concerns/{concern}", 200),
    "documents": ("DT01", "/documents/", 200),
    "documents of an exam": ("DT01", "/documents/exams/{closed}", 200),
    "classes": ("DT01", "/courses/classes", 200),
    "class": ("DT01", "/courses/classes/{cohort}", 200),
    "teaching": ("GV01", "/courses/", 200),
    "module in a class": ("GV01", "/courses/offerings/{offering}", 200),
    "modules": ("DT01", "/courses/modules", 200),
    "module": ("DT01", "/courses/modules/{module}", 200),
    "programmes": ("DT01", "/courses/programmes", 200),
    "regulation": ("DT01", "/courses/regulations/{regulation}", 200),
    "school": ("DT01", "/courses/school", 200),
    "log of the house": ("TT01", "/audit", 200),
    "state of the server": ("IT01", "/system", 200),
}


def _first(query) -> str:
    found = db.session.execute(query.limit(1)).scalars().first()
    assert found is not None, f"the demonstration has no {query}"
    return found


def known() -> dict[str, str]:
    """Things of the demonstration that the addresses speak of."""
    exams = {state: _first(select(Exam).where(Exam.state == state)) for state in ("open", "closed", "ready", "draft")}
    over, running = exams["closed"], exams["open"]
    blueprint = _first(select(ExamBlueprint))
    written = _first(select(Exam).join(MarkerGrant, MarkerGrant.exam_id == Exam.id))
    marked = _first(select(Sitting).where(Sitting.exam_id == over.id, Sitting.closed_by != "absent"))
    item = _first(select(Item).where(Item.accepted_version_id.is_not(None)))
    paper = marked.paper
    return {
        **{state: exam.public_id for state, exam in exams.items()},
        "module": over.course_module.public_id,
        "item": item.public_id,
        "case": _first(select(Item.public_id).where(Item.kind == "case")),
        "twin": _first(select(Item.public_id).join(KinshipPair, KinshipPair.first_id == Item.id)),
        "other_twin": _first(select(Item.public_id).join(KinshipPair, KinshipPair.second_id == Item.id)),
        "enemies": _first(select(EnemySet.public_id)),
        "remarked": _first(
            select(Item.public_id)
            .join(ItemVersion, ItemVersion.item_id == Item.id)
            .join(ReviewComment, ReviewComment.item_version_id == ItemVersion.id)
        ),
        "written": written.public_id,
        "every_kind": _first(select(ExamPaper.public_id).where(ExamPaper.paper_set_id == written.paper_set_id)),
        "concern": _first(select(ItemConcern.public_id)),
        "in_review": _first(
            select(Item.public_id)
            .join(ItemVersion, ItemVersion.id == Item.current_version_id)
            .where(ItemVersion.state == "review")
        ),
        "version": db.session.get(ItemVersion, paper.layout[0]["version"]).public_id,
        "blueprint": blueprint.public_id,
        "paper_set": _first(select(PaperSet.public_id)),
        "paper": _first(select(ExamPaper.public_id)),
        "batch": _first(select(ImportBatch.public_id)),
        "candidacy": _first(select(Candidacy.public_id).where(Candidacy.exam_id == running.id)),
        "room": running.rooms[0].public_id,
        "working": _first(select(Sitting.public_id).where(Sitting.exam_id == running.id, Sitting.state == "open")),
        "marked": marked.public_id,
        "own_marked": marked.public_id,
        "graded": marked.user.code,
        "person": _first(select(User.public_id).where(User.code == "HV001")),
        "department": _first(select(Department.public_id)),
        "programme": _first(select(Programme.public_id)),
        "regulation": _first(select(Regulation.public_id)),
        "cohort": _first(select(Cohort.public_id)),
        "offering": _first(select(Offering.public_id).where(Offering.course_module_id == over.course_module_id)),
        "other_module": _first(select(CourseModule.public_id)),
    }
