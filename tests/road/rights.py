"""The rights, written by hand from the issue and DESIGN section 2: who gets in where, for the things of ``school.py``.

The people: ``lecturer`` and ``other_lecturer`` teach the module to the class K75; ``colleague`` teaches the same module
to another class; ``stranger`` teaches another module. ``head`` heads the module's department, ``other_head`` another
one. ``invigilator`` watches room 1, ``other_invigilator`` room 2. ``learner`` sits in room 1, ``second_learner`` in
room 2, ``other_learner`` in no exam. The other names are the one person of that role.

Things are named as in ``school.things``; unless a line says otherwise they belong to the lecturer's module and class,
to room 1, to the learner. ``draft`` and ``review`` were written by ``lecturer``.
"""

from dataclasses import dataclass, field

NOBODY = None  # who is not signed in
MODULE = frozenset({"lecturer", "other_lecturer", "colleague"})
CLASS = frozenset({"lecturer", "other_lecturer"})
LECTURERS = MODULE | {"stranger"}
HEADS = frozenset({"head", "other_head"})
INVIGILATORS = frozenset({"invigilator", "other_invigilator"})
LEARNERS = frozenset({"learner", "second_learner", "other_learner"})
SINGLE = frozenset({"officer", "quality", "marker", "leader", "technician", "inspector"})
EVERYBODY = LECTURERS | HEADS | INVIGILATORS | LEARNERS | SINGLE
PUBLIC = EVERYBODY | {NOBODY}


@dataclass(frozen=True)
class Right:
    """Who gets in, and what fills the address."""

    who: frozenset
    values: dict[str, str] = field(default_factory=dict)


def _to(*who, **values: str) -> Right:
    """``who``: names and sets of names; ``values``: the address's argument -> the thing's name."""
    names = frozenset().union(*({one} if isinstance(one, str) else one for one in who))
    return Right(PUBLIC if names == PUBLIC else names, values)


ACCOUNTS = {
    "sign_in": _to(PUBLIC),
    "sign_out": _to(PUBLIC),
    "set_language": _to(PUBLIC),
    "profile": _to(EVERYBODY),
    "change_password": _to(EVERYBODY),
    "end_my_sessions": _to(EVERYBODY),
    "list_people": _to("officer", "quality", "leader", "technician", "inspector"),
    "show_person": _to("officer", "quality", "leader", "technician", "inspector", public_id="person"),
    "create_person": _to("officer", "technician"),
    "edit_person": _to("officer", "technician", public_id="person"),
    "reset_password": _to("officer", "technician", public_id="person"),
    "revoke_sessions": _to("officer", "technician", public_id="person"),
    "show_photo": _to("officer", "technician", public_id="photographed"),
    "remove_photo": _to("officer", "technician", public_id="photographed"),
    "list_departments": _to("officer", "technician"),
    "edit_department": _to("officer", "technician", public_id="department"),
    # the issue: an invigilator resets a learner's sign-in at the door; it names no room
    "find_learner": _to("officer", INVIGILATORS),
    "issue_door_card": _to("officer", INVIGILATORS, public_id="learner"),
}

_CATALOGUE = frozenset({"officer", "quality", "leader", "inspector"}) | HEADS | LECTURERS
_SHEET_READERS = frozenset({"officer", "quality", "leader", "inspector", "head"}) | CLASS
_TOPIC_KEEPERS = frozenset({"officer", "quality", "head"}) | MODULE

COURSES = {
    "list_offerings": _to(_CATALOGUE),
    "list_modules": _to(_CATALOGUE),
    "list_cohorts": _to(_CATALOGUE),
    "list_terms": _to(_CATALOGUE),
    "list_levels": _to(_CATALOGUE),
    "list_programmes": _to(_CATALOGUE),
    "show_module": _to(_CATALOGUE, module="module"),
    "show_cohort": _to(_CATALOGUE, cohort="cohort"),
    "show_regulation": _to(_CATALOGUE, regulation="regulation"),
    "new_module": _to("officer"),
    "edit_module": _to("officer", module="module"),
    "new_cohort": _to("officer"),
    "edit_cohort": _to("officer", cohort="cohort"),
    "enrol_learners": _to("officer", cohort="cohort"),
    "leave_cohort": _to("officer", cohort="cohort", learner="learner"),
    "new_term": _to("officer"),
    "edit_term": _to("officer", term="term"),
    "new_offering": _to("officer"),
    "edit_offering": _to("officer", offering="offering"),
    "close_marks": _to("officer", offering="offering"),
    "reopen_marks": _to("officer", offering="offering"),
    "show_offering": _to(_SHEET_READERS, offering="offering"),
    "save_marks": _to("officer", CLASS, offering="offering"),
    "new_programme": _to("officer", "leader"),
    "edit_programme": _to("officer", "leader", programme="programme"),
    "edit_regulation": _to("officer", "leader", regulation="regulation_draft"),
    "adopt_regulation": _to("officer", "leader", regulation="regulation_draft"),
    "start_version": _to("officer", "leader", regulation="regulation"),
    "edit_school": _to("officer", "technician"),
    "add_level": _to("officer", "quality"),
    "edit_level": _to("officer", "quality", level="level"),
    "move_level": _to("officer", "quality", level="level"),
    "retire_level": _to("officer", "quality", level="level"),
    "restore_level": _to("officer", "quality", level="level"),
    "add_topic": _to(_TOPIC_KEEPERS, module="module"),
    "edit_topic": _to(_TOPIC_KEEPERS, topic="topic"),
    "move_topic": _to(_TOPIC_KEEPERS, topic="topic"),
    "retire_topic": _to(_TOPIC_KEEPERS, topic="topic"),
    "restore_topic": _to(_TOPIC_KEEPERS, topic="topic"),
    "list_outcomes": _to(_CATALOGUE, module="module"),
    "add_outcome": _to(_TOPIC_KEEPERS, module="module"),
    "edit_outcome": _to(_TOPIC_KEEPERS, outcome="outcome"),
    "move_outcome": _to(_TOPIC_KEEPERS, outcome="outcome"),
    "retire_outcome": _to(_TOPIC_KEEPERS, outcome="outcome"),
    "restore_outcome": _to(_TOPIC_KEEPERS, outcome="outcome"),
}

_BANK = frozenset({"quality", "head"}) | MODULE

BANK = {
    "list_items": _to("quality", HEADS, LECTURERS),
    "list_reviews": _to("quality", HEADS, LECTURERS),
    "list_concerns": _to("quality", "leader", "inspector", HEADS, LECTURERS),
    "show_concern": _to("quality", "leader", "inspector", "head", MODULE, concern_id="concern"),
    "open_concern": _to("quality", "leader", "head", MODULE, item_id="accepted"),
    "settle_concern": _to("quality", "head", "other_lecturer", "colleague", concern_id="concern"),
    "withdraw_concern": _to("lecturer", concern_id="concern"),
    "show_bank": _to(_BANK, module_id="module"),
    "show_overview": _to(_BANK, module_id="module"),
    "search_banks": _to("quality", HEADS, LECTURERS),
    "change_items": _to(_BANK, module_id="module"),
    "save_view": _to(_BANK, module_id="module"),
    # a saved view is changed by whoever saved it; others look through it when it is shared
    "edit_view": _to("lecturer", view_id="saved_view"),
    "delete_view": _to("lecturer", view_id="saved_view"),
    "list_readings": _to("quality", "head", module_id="module"),
    "preview_moves": _to(_BANK, module_id="module"),
    "move_items": _to(_BANK, module_id="module"),
    "new_item": _to("head", MODULE, module_id="module"),
    "show_item": _to(_BANK, item_id="draft"),
    "preview_item": _to(_BANK, item_id="draft"),
    "show_history": _to(_BANK, item_id="accepted"),
    "show_picture": _to(_BANK, picture_id="picture"),
    "edit_item": _to("head", "lecturer", item_id="draft"),
    "copy_item": _to("head", MODULE, item_id="draft"),
    "submit_item": _to("head", "lecturer", item_id="draft"),
    "withdraw_item": _to("head", "lecturer", item_id="review"),
    "decide_review": _to("quality", "head", "other_lecturer", "colleague", item_id="review"),
    "retire_item": _to("quality", "head", item_id="accepted"),
    "suspend_item": _to("quality", "head", item_id="accepted"),
    "resume_item": _to("quality", "head", item_id="accepted"),
    "restore_version": _to("head", "lecturer", item_id="draft"),
    "discard_draft": _to("head", "lecturer", item_id="draft"),
    "write_comment": _to(_BANK, item_id="draft"),
    "settle_comment": _to(_BANK, comment_id="comment"),
    "show_settings": _to("quality", "head", module_id="module"),
    "grant_right": _to("quality", "head", module_id="module"),
    "withdraw_right": _to("quality", "head", right_id="bank_right"),
    "show_acceptance": _to("quality", "head", module_id="module"),
    "keep_typing_new": _to("head", MODULE, module_id="module"),
    "show_live_new": _to("head", MODULE, module_id="module"),
    "upload_picture_new": _to("head", MODULE, module_id="module"),
    "keep_typing": _to("head", "lecturer", item_id="draft"),
    "show_live": _to("head", "lecturer", item_id="draft"),
    "upload_picture": _to("head", "lecturer", item_id="draft"),
    # what is being typed belongs to whoever types it, and to nobody else
    "drop_typing": _to("lecturer", buffer_id="buffer"),
    "list_kin": _to(_BANK, module_id="module"),
    "start_kin_search": _to(_BANK, module_id="module"),
    "show_kin_search": _to(_BANK, search_id="kin_search"),
    "stop_kin_search": _to(_BANK, search_id="kin_search"),
    "show_kin": _to(_BANK, item_id="draft", other_id="accepted"),
    "dismiss_kin": _to(_BANK, item_id="draft", other_id="accepted"),
    "reopen_kin": _to(_BANK, item_id="draft", other_id="accepted"),
    "make_enemies": _to(_BANK, item_id="draft", other_id="accepted"),
    "make_variants": _to(_BANK, item_id="draft", other_id="accepted"),
    "merge_kin": _to(_BANK, item_id="draft", other_id="accepted"),
    "list_enemies": _to(_BANK, module_id="module"),
    "new_enemy_set": _to(_BANK, module_id="module"),
    "edit_enemy_set": _to(_BANK, set_id="enemy_set"),
    "dissolve_enemy_set": _to(_BANK, set_id="enemy_set"),
    "new_variant_group": _to(_BANK, module_id="module"),
    "edit_variant_group": _to(_BANK, group_id="variant_group"),
    "dissolve_variant_group": _to(_BANK, group_id="variant_group"),
}

_BLUEPRINT = frozenset({"officer", "quality", "leader", "head"}) | MODULE

ASSEMBLY = {
    "list_blueprints": _to("officer", "quality", "leader", HEADS, LECTURERS),
    "show_blueprint": _to(_BLUEPRINT, blueprint_id="blueprint"),
    "new_blueprint": _to("quality", "head", MODULE, module_id="module"),
    # counts only, no question
    "list_health": _to("officer", "quality", "leader", HEADS, LECTURERS),
    "show_health": _to(_BLUEPRINT, module_id="module"),
    "set_writing_task": _to("quality", "head", module_id="module"),
    "withdraw_writing_task": _to("quality", "head", task_id="writing_task"),
    "edit_blueprint": _to("quality", "head", MODULE, blueprint_id="blueprint"),
    "copy_blueprint": _to("quality", "head", MODULE, blueprint_id="blueprint"),
    # counts only, no question
    "count_blueprint": _to("quality", "head", MODULE, module_id="module"),
    "adapt_blueprint": _to("quality", "head", MODULE, module_id="module"),
    "mark_template": _to("quality", "head", MODULE, blueprint_id="blueprint"),
    "edit_demands": _to("quality", "head", MODULE, blueprint_id="blueprint"),
    "show_specification": _to(_BLUEPRINT, blueprint_id="blueprint"),
    "edit_specification": _to("quality", "head", MODULE, blueprint_id="blueprint"),
    "retire_blueprint": _to("quality", "head", MODULE, blueprint_id="blueprint"),
    "deal_papers": _to("quality", blueprint_id="blueprint"),
    "show_paper_set": _to(_BLUEPRINT, set_id="dealt_set"),
    "approve_papers": _to("quality", "leader", "head", set_id="dealt_set"),
    "withdraw_papers": _to("quality", "leader", "head", set_id="dealt_set"),
    # counts only, no question
    "show_dealing": _to(_BLUEPRINT, set_id="dealt_set"),
    "give_up_papers": _to("quality", set_id="dealt_set"),
    "show_code_map": _to("quality", "head", set_id="dealt_set"),
    "download_code_map": _to("quality", "head", set_id="dealt_set"),
    # who holds a key is told to the offices; only the named holders open, and who has the machine holds none
    "show_seal": _to("officer", "quality", "leader", "inspector", "head", seal_id="seal"),
    "open_papers": _to("officer", "quality", "leader", seal_id="seal"),
    "rehearse_seal": _to("officer", "quality", "leader", seal_id="seal"),
    "take_half_back": _to("officer", "quality", "leader", seal_id="seal"),
    "rehearse_clock": _to("quality", "leader", "head", seal_id="seal"),
    "open_by_clock": _to("quality", "leader", "head", seal_id="seal"),
    "own_holder_key": _to("officer", "quality", "leader", HEADS),
    "rehearse_passphrase": _to("officer", "quality", "leader", HEADS),
    # whole papers are handed in by lecturers; names and figures, no question
    "list_lots": _to(_BLUEPRINT, module_id="module"),
    "new_whole": _to("quality", "head", MODULE, module_id="module"),
    "upload_paper": _to("quality", "head", MODULE, module_id="module"),
    "download_brought": _to("quality", "head", set_id="brought_set"),
    "prepare_lot": _to("quality", module_id="module"),
    "withdraw_lot": _to("quality", lot_id="lot"),
    "show_lot": _to(_BLUEPRINT, lot_id="lot"),
    "draw_lot": _to("quality", "leader", "head", lot_id="lot"),
    "use_reserve": _to("quality", "leader", "head", lot_id="lot"),
    "close_lot": _to("quality", "leader", "head", lot_id="lot"),
    "declassify_entry": _to("quality", "leader", "head", lot_id="lot", number="envelope"),
    "keep_reserve": _to("quality", "leader", "head", lot_id="lot", number="envelope"),
    # a lecturer never sees the paper of the own class before the exam (domain.md 3.1)
    "show_paper": _to("quality", "head", paper_id="paper"),
}

_EXAM = frozenset({"officer", "quality", "leader", "inspector", "head"}) | MODULE

EXAMS = {
    "list_exams": _to("officer", "quality", "leader", "inspector", HEADS, LECTURERS, INVIGILATORS),
    "show_exam": _to(_EXAM, exam_id="open_exam"),
    "list_candidates": _to(_EXAM, exam_id="open_exam"),
    "list_rooms": _to(_EXAM, exam_id="open_exam"),
    "change_release": _to("officer", "leader", exam_id="closed_exam"),
    "new_exam": _to("officer"),
    "change_schedule": _to("officer", exam_id="draft_exam"),
    "bind_papers": _to("officer", exam_id="draft_exam"),
    "bind_lot": _to("officer", exam_id="draft_exam"),
    "use_reserve": _to("officer", exam_id="draft_exam"),
    "edit_conduct": _to("officer", exam_id="draft_exam"),
    "set_lockdown": _to("officer", exam_id="draft_exam"),
    "download_settings": _to("officer", exam_id="draft_exam"),
    "start_file": _to(PUBLIC),
    "make_ready": _to("officer", exam_id="draft_exam"),
    "cancel_exam": _to("officer", exam_id="draft_exam"),
    "add_class": _to("officer", exam_id="draft_exam"),
    "import_candidates": _to("officer", exam_id="draft_exam"),
    "number_candidates": _to("officer", exam_id="draft_exam"),
    "judge_again": _to("officer", exam_id="draft_exam"),
    "add_rooms": _to("officer", exam_id="draft_exam"),
    "set_networks": _to("officer", exam_id="draft_exam"),
    "assign_seats": _to("officer", exam_id="draft_exam"),
    "set_seat": _to("officer", candidacy_id="candidacy"),
    "revoke_card": _to("officer", candidacy_id="candidacy"),
    "split_rooms": _to("officer", exam_id="draft_exam"),
    "remove_room": _to("officer", room_id="draft_room"),
    "assign_invigilators": _to("officer", room_id="draft_room"),
    "show_candidate": _to("officer", candidacy_id="candidacy"),
    "set_extra_time": _to("officer", candidacy_id="candidacy"),
    "remove_extra_time": _to("officer", candidacy_id="candidacy"),
    "admit_candidate": _to("officer", candidacy_id="candidacy"),
    "set_number": _to("officer", candidacy_id="candidacy"),
    "move_candidate": _to("officer", candidacy_id="candidacy"),
    "remove_candidate": _to("officer", candidacy_id="candidacy"),
}

_WATCH = frozenset({"officer", "quality", "leader", "inspector", "invigilator"})
_RUN = frozenset({"officer", "invigilator"})
_DECIDE = frozenset({"officer", "quality", "leader"})

SITTINGS = {
    "show_shell": _to(PUBLIC),
    "service_worker": _to(PUBLIC),
    "quit_seb": _to(PUBLIC),
    "prove": _to("learner", sitting="sitting"),
    "report_events": _to("learner", sitting="sitting"),
    "unlock_seat": _to(_RUN, sitting="sitting"),
    "list_own": _to(LEARNERS),
    "set_display": _to(EVERYBODY),
    "show_rehearsal": _to(EVERYBODY),
    "start_rehearsal": _to(EVERYBODY),
    "show_sitting": _to("learner", sitting="sitting"),
    "enter": _to("learner", sitting="sitting"),
    "submit": _to("learner", sitting="sitting"),
    "save": _to("learner", sitting="sitting"),
    "show_state": _to("learner", sitting="sitting"),
    "set_flags": _to("learner", sitting="sitting"),
    "show_journal_key": _to("learner", sitting="sitting"),
    "show_question": _to("learner", sitting="sitting", number="question"),
    "save_question": _to("learner", sitting="sitting", number="question"),
    "show_media": _to("learner", sitting="sitting", number="question"),
    "show_picture": _to("learner", sitting="sitting", number="question", picture="room_picture"),
    "go": _to("learner", sitting="sitting"),
    "show_door": _to("learner", sitting="sitting"),
    "review": _to("learner", sitting="sitting"),
    "ask_next": _to("learner", sitting="sitting"),
    "go_next": _to("learner", sitting="sitting"),
    "list_rooms": _to("officer", "quality", "leader", "inspector", INVIGILATORS),
    "show_room_live": _to(_WATCH, room="room"),
    "show_live": _to(_WATCH, room="room"),
    "show_seat": _to(_WATCH, sitting="sitting"),
    "show_replay": _to(_WATCH, sitting="sitting"),
    "check_receipt": _to(PUBLIC),
    "show_notices": _to("learner", sitting="sitting"),
    "mark_seen": _to("learner", sitting="sitting"),
    "raise_objection": _to("learner", sitting="sitting"),
    "show_messages": _to(_WATCH, room="room"),
    "tell_room": _to(_RUN, room="room"),
    "tell_exam": _to("officer", exam="open_exam"),
    "tell_seat": _to(_RUN, sitting="sitting"),
    "show_objections": _to(_WATCH, room="room"),
    "answer_objection": _to(_RUN, objection="objection"),
    "list_reported_items": _to(_DECIDE, exam="open_exam"),
    "show_incidents": _to(_WATCH, room="room"),
    "record_incident": _to(_RUN, room="room"),
    "end_incident": _to(_RUN, incident="incident"),
    "ask_offence": _to(_RUN, room="room"),
    "record_offence": _to(_RUN, room="room"),
    "show_offence": _to(_WATCH, offence="offence"),
    "sign_offence": _to(_RUN, offence="offence"),
    "withdraw_offence": _to(_RUN, offence="offence"),
    "list_offences": _to(_DECIDE, exam="open_exam"),
    "show_lost_time": _to(_WATCH, room="room"),
    "decide_lost_time": _to(_RUN, room="room"),
    "ask_signatures": _to(_RUN, room="room"),
    "tick_signatures": _to(_RUN, room="room"),
    "ask_close": _to(_RUN, room="room"),
    "ask_time": _to(_RUN, room="room"),
    "open_exam": _to(_RUN, room="room"),
    "close_room": _to(_RUN, room="room"),
    "extend_room": _to(_RUN, room="room"),
    "pause_room": _to(_RUN, room="room"),
    "resume_room": _to(_RUN, room="room"),
    "release_clock": _to(_RUN, room="room"),
    "list_grants": _to("officer", exam="open_exam"),
    "extend_exam": _to("officer", exam="open_exam"),
    "pause_exam": _to("officer", exam="open_exam"),
    "resume_exam": _to("officer", exam="open_exam"),
    "decide_grant": _to("officer", grant="grant"),
    "decide_grants": _to("officer", exam="open_exam"),
    "reopen": _to("officer", sitting="closed_sitting"),
    "extend_seat": _to(_RUN, sitting="sitting"),
    "pause_seat": _to(_RUN, sitting="sitting"),
    "resume_seat": _to(_RUN, sitting="sitting"),
    "close_seat": _to(_RUN, sitting="sitting"),
    "issue_takeover_code": _to(_RUN, sitting="sitting"),
    "list_quarantine": _to(_DECIDE, room="closed_room"),
    "list_exam_quarantine": _to(_DECIDE, exam="closed_exam"),
    "decide": _to(_DECIDE, sitting="closed_sitting"),
    "bring_rescue": _to(_RUN, room="room"),
    "take_rescue": _to(_RUN, room="room"),
    "show_versions": _to(_WATCH, sitting="sitting"),
    # the door of a room and the machines in it; checking a machine and signing in by card need no sign-in
    "show_check_in": _to(_RUN, room="room"),
    "confirm_identity": _to(_RUN, sitting="sitting"),
    "reject_identity": _to(_RUN, sitting="sitting"),
    "undo_identity": _to(_RUN, sitting="sitting"),
    "admit": _to(_RUN, sitting="sitting"),
    "take_admission_back": _to(_RUN, sitting="sitting"),
    "admit_confirmed": _to(_RUN, room="room"),
    "show_seat_photo": _to(_RUN, sitting="sitting"),
    "check_machine": _to(PUBLIC),
    "show_server_time": _to(PUBLIC),
    "list_machines": _to("officer", "technician", INVIGILATORS),
    "remove_machine": _to("officer", "technician", machine="machine"),
    "sign_in_by_card": _to(PUBLIC),
}

_MARKS = frozenset({"officer", "quality", "leader", "inspector", "head"}) | CLASS
_ANY_MARKS = frozenset({"officer", "quality", "leader", "inspector"}) | HEADS | LECTURERS

MARKING = {
    "list_exams": _to(_ANY_MARKS),
    "show_exam": _to(_MARKS, exam="closed_exam"),
    "show_mark": _to(_MARKS, sitting="closed_sitting"),
    "list_items": _to("quality", "head", exam="closed_exam"),
    "correct_item": _to("quality", "head", exam="closed_exam", version="version"),
    "undo_correction": _to("quality", "head", correction="correction"),
    "my_result": _to("learner", sitting="closed_sitting"),
    "show_scripts": _to(_MARKS, exam="written_exam"),
    "name_markers": _to("officer", "quality", "head", exam="written_exam"),
    "remove_marker": _to("officer", "quality", "head", exam="written_exam", person="named_marker"),
    "release_script": _to("officer", "quality", "head", exam="written_exam", code="script_code"),
    # the answers themselves: whoever was named for this very exam, by code alone
    "list_work": _to("marker"),
    "show_work": _to("marker", exam="written_exam"),
    "take_next": _to("marker", exam="written_exam"),
    "open_by_code": _to("marker", exam="written_exam"),
    "mark_script": _to("marker", exam="written_exam", code="script_code"),
    "save_script": _to("marker", exam="written_exam", code="script_code"),
    "keep_draft": _to("marker", exam="written_exam", code="script_code"),
    "reopen_script": _to("marker", exam="written_exam", code="script_code"),
    "show_picture": _to("marker", exam="written_exam", media="marked_picture"),
}

GRADES = {
    "list_exams": _to(_ANY_MARKS),
    "show_exam": _to(_MARKS, exam="closed_exam"),
    "recompute": _to("officer", exam="closed_exam"),
    "publish": _to("officer", exam="closed_exam"),
    "freeze": _to("officer", "leader", exam="closed_exam"),
    "my_grades": _to(LEARNERS),
}

_STATISTICS = frozenset({"quality", "leader", "inspector", "head"}) | MODULE

ANALYSIS = {
    "list_exams": _to("quality", "leader", "inspector", HEADS, LECTURERS),
    "show_exam": _to(_STATISTICS, exam="closed_exam"),
    "show_item": _to(_STATISTICS, exam="closed_exam", version="version"),
    "run_again": _to("quality", exam="closed_exam"),
    "show_state": _to(_STATISTICS, exam="closed_exam"),
    "download_json": _to(_STATISTICS, exam="closed_exam"),
    "compare_groups": _to(_STATISTICS, exam="closed_exam"),
    "show_trend": _to(_STATISTICS, module="module"),
    "show_advice": _to(_MARKS, exam="closed_exam"),
    "show_agreement": _to("quality", "leader", "inspector", exam="closed_exam"),
    "compare_scripts": _to("quality", "leader", "inspector", exam="closed_exam"),
}

DOCUMENTS = {
    "list_exams": _to("officer", "quality", "leader", HEADS, INVIGILATORS),
    "index": _to("officer", "quality", "leader", "head", INVIGILATORS, exam="open_exam"),
    "print_for_room": _to("officer", "quality", "leader", "head", "invigilator", room="room", kind="room_kind"),
    "print_acceptance": _to("quality", "head", acceptance="acceptance"),
    "print_for_exam": _to("officer", "quality", "leader", "head", exam="closed_exam", kind="exam_kind"),
    "print_cards": _to("officer", exam="open_exam"),
    "print_statistics": _to(_STATISTICS, exam="closed_exam"),
    "print_item_statistics": _to(_STATISTICS, exam="closed_exam", version="version"),
    "print_slips": _to("quality", "head", paper_set="slip_set"),
    "paper_prints": _to("quality", "head", paper_set="dealt_set"),
    "show_prints": _to("quality", "head", paper_set="dealt_set"),
    "fetch_print": _to("quality", "head", paper_print="paper_print"),
    "cancel_print": _to("quality", "head", paper_print="paper_print"),
    "print_seal_minutes": _to("officer", "quality", "leader", "head", paper_set="dealt_set"),
    "draw_minutes": _to(_BLUEPRINT, lot_id="lot"),
    "print_matrix": _to(_BLUEPRINT, blueprint="blueprint"),
    "print_offence": _to("officer", "quality", "leader", "invigilator", offence="offence"),
}

INTERCHANGE = {
    "statistics_xlsx": _to(_STATISTICS, exam="closed_exam"),
    "statistics_csv": _to(_STATISTICS, exam="closed_exam"),
    "list_batches": _to("quality", HEADS, LECTURERS),
    "upload_bank": _to("quality", HEADS, LECTURERS),
    "example_xlsx": _to("quality", HEADS, LECTURERS),
    "show_batch": _to(_BANK, batch="bank_batch"),
    "accept_batch": _to(_BANK, batch="bank_batch"),
    "discard_batch": _to(_BANK, batch="bank_batch"),
    "show_progress": _to(_BANK, batch="bank_batch"),
    "change_entries": _to(_BANK, batch="bank_batch"),
    "read_again": _to(_BANK, batch="bank_batch"),
    "cancel_reading": _to(_BANK, batch="bank_batch"),
    "move_batch": _to(_BANK, batch="bank_batch"),
    "edit_entry": _to(_BANK, batch="bank_batch", entry="import_entry"),
    "look_at_entry": _to(_BANK, batch="bank_batch", entry="import_entry"),
    "show_import_picture": _to(_BANK, batch="bank_batch", picture="import_picture"),
    "list_raws": _to(_BANK, module="module"),
    "download_raws": _to(_BANK, module="module"),
    "download_raw": _to(_BANK, raw="raw_item"),
    "delete_raw": _to("quality", "head", raw="raw_item"),
    "export_bank": _to(_BANK, module="module"),
    "export_json": _to(_BANK, module="module"),
    "choose_export": _to(_BANK, module="module"),
    "blueprint_xlsx": _to(_BLUEPRINT, blueprint="blueprint"),
    "blueprint_docx": _to(_BLUEPRINT, blueprint="blueprint"),
    "import_blueprint": _to("quality", "head", MODULE, module="module"),
    "papers_word": _to("quality", "head", paper_set="dealt_set"),
    "upload_people": _to("officer", "technician"),
    "upload_photos": _to("officer", "technician"),
    "upload_photo": _to("officer", "technician", person="person"),
    "show_people": _to("officer", "technician", batch="people_batch"),
    "accept_people": _to("officer", "technician", batch="people_batch"),
    "discard_people": _to("officer", "technician", batch="people_batch"),
    "components_download": _to(_SHEET_READERS, offering="offering"),
    "components_upload": _to("officer", CLASS, offering="offering"),
    "show_marks": _to("officer", CLASS, batch="marks_batch"),
    "accept_marks": _to("officer", CLASS, batch="marks_batch"),
    "gradebook_xlsx": _to(_MARKS, offering="offering"),
    "results_xlsx": _to(_MARKS, exam="closed_exam"),
    "results_qti": _to(_MARKS, exam="closed_exam"),
}

HOME = {
    "show_desk": _to(EVERYBODY),
    "show_system": _to("technician"),
    "list_records": _to("leader", "inspector"),
    "verify_records": _to("leader", "inspector"),
    "show_certificate": _to(PUBLIC),
    "download_certificate": _to(PUBLIC),
    "healthz": _to(PUBLIC),
}

RIGHTS = {
    f"{package}.{name}": right
    for package, rights in {
        "accounts": ACCOUNTS, "courses": COURSES, "bank": BANK, "assembly": ASSEMBLY, "exams": EXAMS,
        "sittings": SITTINGS, "marking": MARKING, "grades": GRADES, "analysis": ANALYSIS, "documents": DOCUMENTS,
        "interchange": INTERCHANGE, "home": HOME,
    }.items()
    for name, right in rights.items()
}  # fmt: skip

ROOM_SCRIPT = {
    "sittings.save", "sittings.show_state", "sittings.set_flags", "sittings.go", "sittings.show_door",
    "sittings.prove", "sittings.report_events",
}  # fmt: skip
"""They speak JSON only and are guarded by a header that no other site can send, not by a form's token."""

WITHOUT_TOKEN = {endpoint: {403} for endpoint in ROOM_SCRIPT} | {
    "sittings.enter": {422},  # the form's own token, checked by the view: the page comes back
}
"""Where a POST without token is refused in another way than by 400."""

READS_ARE_RECORDED = {
    "assembly.download_brought", "assembly.download_code_map", "assembly.show_code_map", "assembly.show_paper",
    "sittings.show_replay", "analysis.compare_scripts", "documents.print_statistics",
    "documents.print_item_statistics",
}  # fmt: skip
"""Looking into a sealed paper, at somebody's sitting minute by minute, at which scripts agree, is put on record."""

POSTS_THAT_READ = {
    "home.verify_records", "assembly.count_blueprint", "analysis.compare_scripts", "documents.print_statistics",
    "documents.print_item_statistics",
}  # fmt: skip
"""A long computation asked for by a button, a count of what is typed, a report printed: no more than put on record."""
