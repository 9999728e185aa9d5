"""Kin: what a search found, two items side by side, what is decided on them; enemies and variants."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import service
from exambank.bank.forms.kinship import EnemiesForm, VariantsForm
from exambank.bank.views.blueprint import bp, load_bank
from exambank.bank.views.showing import note_reading
from exambank.errors import InvalidInput
from exambank.permissions import Permission, allows
from exambank.web import requires

SHOWN = ("open", "dismissed", "merged", "enemies", "variants")


def load_search(search_id: str):
    return service.get_search(search_id)


def load_comparison(item_id: str, other_id: str):
    return service.get_comparison(item_id, other_id)


def load_enemy_set(set_id: str):
    return service.get_enemy_set(set_id)


def load_variant_group(group_id: str):
    return service.get_variant_group(group_id)


# --- the list and the search ---


@bp.get("/modules/<module_id>/kin")
@requires(Permission.ITEM_KIN, of=load_bank)
def list_kin(course_module):
    shown = request.args.get("state", "")
    shown = shown if shown in SHOWN else "open"
    pairs = service.list_pairs(course_module, shown, page=web.read_page())
    whole = [pair for pair in pairs.items if _is_shown_whole(pair)]
    note_reading(*(version for pair in whole for version in (pair.first, pair.second)))
    return render_template(
        "bank/list_kin.html",
        course_module=course_module,
        shown=shown,
        pairs=pairs,
        whole=whole,
        search=service.find_search(course_module),
        open_count=service.count_open_pairs(course_module),
    )


def _is_shown_whole(compared) -> bool:
    """Forty accepted texts on one page are for those who answer for the bank; the others open them pair by pair."""
    is_secret = any(service.is_noted(web.actor(), version) for version in (compared.first, compared.second))
    return not is_secret or allows(web.actor(), Permission.BANK_MANAGE, compared)


def _back_to_list(course_module):
    return redirect(url_for("bank.list_kin", module_id=course_module.public_id))


@bp.post("/modules/<module_id>/kin/search")
@requires(Permission.ITEM_KIN, of=load_bank)
def start_kin_search(course_module):
    service.start_search(actor=web.actor(), now=clock.now(), course_module=course_module)
    return _back_to_list(course_module)


@bp.get("/kin/searches/<search_id>")
@requires(Permission.ITEM_KIN, of=load_search)
def show_kin_search(search):
    """How far it is: a part of the list's page, asked for every few seconds."""
    return render_template("bank/_kin_search.html", search=search, is_part=True)


@bp.post("/kin/searches/<search_id>/stop")
@requires(Permission.ITEM_KIN, of=load_search)
def stop_kin_search(search):
    service.stop_search(actor=web.actor(), now=clock.now(), search=search)
    flash(_("The search was stopped. What it found stays."), "success")
    return _back_to_list(search.course_module)


# --- two items ---


@bp.get("/items/<item_id>/kin/<other_id>")
@requires(Permission.ITEM_KIN, of=load_comparison)
def show_kin(compared):
    note_reading(compared.first, compared.second)
    return render_template(
        "bank/show_kin.html", compared=compared, plans=service.merge_plans(web.actor(), compared), back=_back(compared)
    )


def _back(compared) -> str:
    """The item from whose page one came, by public id; empty: one came from the list."""
    given = request.values.get("back", "")
    return given if given in (compared.first.item.public_id, compared.second.item.public_id) else ""


def _given(compared) -> dict:
    return {
        "actor": web.actor(), "now": clock.now(), "first": compared.first.item, "second": compared.second.item,
    }  # fmt: skip


def _decided(compared):
    back = _back(compared)
    if back:
        return redirect(url_for("bank.show_item", item_id=back))
    return _back_to_list(compared.course_module)


@bp.post("/items/<item_id>/kin/<other_id>/dismiss")
@requires(Permission.ITEM_KIN, of=load_comparison)
def dismiss_kin(compared):
    service.dismiss_kin(**_given(compared))
    flash(_("Noted: %(codes)s are not the same. They are not proposed again.", codes=_codes(compared)), "success")
    return _decided(compared)


@bp.post("/items/<item_id>/kin/<other_id>/reopen")
@requires(Permission.ITEM_KIN, of=load_comparison)
def reopen_kin(compared):
    service.reopen_kin(**_given(compared))
    flash(_("%(codes)s wait for a decision again.", codes=_codes(compared)), "success")
    return _decided(compared)


@bp.post("/items/<item_id>/kin/<other_id>/enemies")
@requires(Permission.ITEM_KIN, of=load_comparison)
def make_enemies(compared):
    service.make_enemies(**_given(compared), reason=web.clean_text(request.form.get("reason", "")))
    flash(_("%(codes)s never meet in one paper from now on.", codes=_codes(compared)), "success")
    return _decided(compared)


@bp.post("/items/<item_id>/kin/<other_id>/variants")
@requires(Permission.ITEM_KIN, of=load_comparison)
def make_variants(compared):
    service.make_variants(**_given(compared))
    flash(_("%(codes)s are variants now: a paper takes at most one of them.", codes=_codes(compared)), "success")
    return _decided(compared)


@bp.post("/items/<item_id>/kin/<other_id>/merge")
@requires(Permission.ITEM_KIN, of=load_comparison)
def merge_kin(compared):
    """The field ``lives`` names the item that lives on; the page showed before what will happen."""
    items = {version.item.public_id: version.item for version in (compared.first, compared.second)}
    lives = items.pop(request.form.get("lives", ""), None)
    if lives is None:
        raise InvalidInput(_("Choose which of the two items lives on."))
    goes = next(iter(items.values()))
    lives = service.merge_items(actor=web.actor(), now=clock.now(), lives=lives, goes=goes)
    flash(_("%(goes)s was merged into %(lives)s.", goes=goes.code, lives=lives.code), "success")
    return redirect(url_for("bank.show_item", item_id=lives.public_id))


def _codes(compared) -> str:
    return _("%(first)s and %(other)s", first=compared.first.item.code, other=compared.second.item.code)


# --- enemies and variants ---


@bp.get("/modules/<module_id>/enemies")
@requires(Permission.ITEM_KIN, of=load_bank)
def list_enemies(course_module):
    enemy_sets, groups = service.list_enemy_sets(course_module), service.list_variant_groups(course_module)
    items = [member.item for one in enemy_sets for member in one.members] + [
        item for _g, some in groups for item in some
    ]
    return render_template(
        "bank/list_enemies.html", course_module=course_module, enemy_sets=enemy_sets, groups=groups,
        names=service.list_kin_names(items),
    )  # fmt: skip


def _to_enemies(course_module):
    return redirect(url_for("bank.list_enemies", module_id=course_module.public_id))


@bp.route("/modules/<module_id>/enemies/new", methods=["GET", "POST"])
@requires(Permission.ITEM_KIN, of=load_bank)
def new_enemy_set(course_module):
    form = EnemiesForm()
    if request.method == "GET":
        form.codes.data = web.clean_text(request.args.get("codes", ""))[:200]

    def write(items):
        service.write_enemy_set(
            actor=web.actor(), now=clock.now(), course_module=course_module, items=items, reason=form.reason.data or ""
        )

    return _save_members(form, course_module, write) or _ask_members("enemies", form, course_module)


@bp.route("/enemies/<set_id>", methods=["GET", "POST"])
@requires(Permission.ITEM_KIN, of=load_enemy_set)
def edit_enemy_set(enemy_set):
    form, course_module = EnemiesForm(), enemy_set.course_module
    if request.method == "GET":
        form.codes.data = " ".join(sorted(member.item.code for member in enemy_set.members))
        form.reason.data = enemy_set.reason

    def write(items):
        service.revise_enemy_set(
            actor=web.actor(), now=clock.now(), enemy_set=enemy_set, items=items, reason=form.reason.data or ""
        )

    dissolve_url = url_for("bank.dissolve_enemy_set", set_id=enemy_set.public_id)
    return _save_members(form, course_module, write) or _ask_members("enemies", form, course_module, dissolve_url)


@bp.post("/enemies/<set_id>/dissolve")
@requires(Permission.ITEM_KIN, of=load_enemy_set)
def dissolve_enemy_set(enemy_set):
    course_module = enemy_set.course_module
    service.dissolve_enemy_set(actor=web.actor(), now=clock.now(), enemy_set=enemy_set)
    flash(_("The set is dissolved: its items may meet in one paper again."), "success")
    return _to_enemies(course_module)


@bp.route("/modules/<module_id>/variants/new", methods=["GET", "POST"])
@requires(Permission.ITEM_KIN, of=load_bank)
def new_variant_group(course_module):
    form = VariantsForm()
    if request.method == "GET":
        form.codes.data = web.clean_text(request.args.get("codes", ""))[:200]

    def write(items):
        service.write_variant_group(
            actor=web.actor(), now=clock.now(), course_module=course_module, items=items, name=form.name.data or ""
        )

    return _save_members(form, course_module, write) or _ask_members("variants", form, course_module)


@bp.route("/variants/<group_id>", methods=["GET", "POST"])
@requires(Permission.ITEM_KIN, of=load_variant_group)
def edit_variant_group(group):
    form, course_module = VariantsForm(), group.course_module
    if request.method == "GET":
        form.codes.data = " ".join(item.code for item in service.list_variants(group))
        form.name.data = group.name

    def write(items):
        service.revise_variant_group(
            actor=web.actor(), now=clock.now(), group=group, items=items, name=form.name.data or ""
        )

    dissolve_url = url_for("bank.dissolve_variant_group", group_id=group.public_id)
    return _save_members(form, course_module, write) or _ask_members("variants", form, course_module, dissolve_url)


@bp.post("/variants/<group_id>/dissolve")
@requires(Permission.ITEM_KIN, of=load_variant_group)
def dissolve_variant_group(group):
    course_module = group.course_module
    service.dissolve_variant_group(actor=web.actor(), now=clock.now(), group=group)
    flash(_("The group is dissolved: its items stand alone again."), "success")
    return _to_enemies(course_module)


def _save_members(form, course_module, write):
    """Read the codes and write; None when the form has to be shown (again)."""
    if not form.validate_on_submit():
        return None
    items, unknown = service.read_codes(course_module, form.codes.data)
    if unknown:
        form.codes.errors = [
            _("There is no item %(codes)s in this bank. Correct it; the rest is kept.", codes=", ".join(unknown))
        ]
        return None
    try:
        write(items)
    except InvalidInput as refused:
        form.codes.errors = [*form.codes.errors, refused.message]
        return None
    flash(_("Saved: %(codes)s.", codes=", ".join(item.code for item in items)), "success")
    return _to_enemies(course_module)


def _ask_members(what: str, form, course_module, dissolve_url: str = ""):
    page = render_template(
        "bank/edit_enemies.html", what=what, f=form, course_module=course_module, dissolve_url=dissolve_url
    )
    return page, 422 if form.errors else 200
