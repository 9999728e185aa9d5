"""The house rules that a machine can keep: imports downhill, pure code pure, every route guarded, mirrors."""

import ast
import re
from pathlib import Path

import pytest

from exambank.permissions import Permission

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "exambank"
LAYERS = [
    {"home"}, {"interchange", "documents"}, {"analysis", "grades"}, {"marking"}, {"sittings"}, {"exams"},
    {"assembly"}, {"bank"}, {"courses"}, {"accounts"},
]  # fmt: skip
DOMAINS = [name for layer in LAYERS for name in sorted(layer)]
KERNEL = {"web", "audit", "errors", "db", "clock", "config", "text", "permissions", "jobs", "logs", "console", "cores"}
DOORS = {"service", "models", "rules"}
PURE = [
    "text.py",
    "permissions.py",
    "psychometrics",
    "assembly/engine",
    "assembly/seal",
    "sittings/rescue",
    "analysis/external",
    "analysis/charts",
    "analysis/groups.py",
    "sittings/versions.py",
    "exams/seb",
    *[f"{name}/rules" for name in DOMAINS],
    *[f"{name}/rules.py" for name in DOMAINS],
]
STOPWATCHES = {("assembly/engine/why/deciding.py", "time.monotonic")}  # for the solver's limit, never for a result
IMPURE_ROOTS = {
    "flask",
    "sqlalchemy",
    "wtforms",
    "flask_wtf",
    "flask_babel",
    "flask_sqlalchemy",
    "time",
    "random",
    "huey",
}


def sources(where: Path = HOUSE) -> list[Path]:
    return sorted(where.rglob("*.py")) if where.is_dir() else [where] if where.exists() else []


def imports_of(path: Path) -> list[tuple[str, int]]:
    """Every imported name, dotted, with its line; also those inside functions."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def depth(domain: str) -> int:
    return next(at for at, layer in enumerate(LAYERS) if domain in layer)


def test_imports_run_downhill_only():
    wrong = []
    for domain in DOMAINS:
        for path in sources(HOUSE / domain):
            for name, line in imports_of(path):
                parts = name.split(".")
                if parts[0] != "exambank" or len(parts) < 2 or parts[1] in KERNEL | {"psychometrics", domain}:
                    continue
                if parts[1] not in DOMAINS or depth(parts[1]) <= depth(domain):
                    wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert wrong == []


# The registry of item types is the bank's second door: a type is rendered, parsed and scored up the whole road.
SHARED = {("bank", "interactions")}


def test_a_domain_enters_another_by_its_doors_only():
    wrong = []
    for domain in DOMAINS:
        for path in sources(HOUSE / domain):
            for name, line in imports_of(path):
                parts = name.split(".")
                is_foreign = parts[0] == "exambank" and len(parts) > 2 and parts[1] in DOMAINS and parts[1] != domain
                if is_foreign and parts[2] not in DOORS and (parts[1], parts[2]) not in SHARED:
                    wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert wrong == []


def test_the_kernel_knows_no_domain():
    wrong = [
        f"{path.name}:{line} imports {name}"
        for path in HOUSE.glob("*.py")
        if path.stem in KERNEL
        for name, line in imports_of(path)
        if name.startswith("exambank.") and name.split(".")[1] in DOMAINS
    ]
    assert wrong == []


@pytest.mark.parametrize("part", PURE)
def test_pure_code_imports_no_framework_and_reads_no_clock(part):
    wrong = []
    for path in sources(HOUSE / part):
        for name, line in imports_of(path):
            if (str(path.relative_to(HOUSE)), name) in STOPWATCHES:
                continue
            if name.split(".")[0] in IMPURE_ROOTS or name.startswith("exambank.db"):
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
        source = path.read_text(encoding="utf-8")
        for call in ("datetime.now", "datetime.today", "date.today", "np.random.seed", "time.time"):
            if call in source:
                wrong.append(f"{path.relative_to(ROOT)} calls {call}")
    assert wrong == []


def test_psychometrics_imports_nothing_of_ours():
    wrong = [
        f"{path.name}:{line} {name}"
        for path in sources(HOUSE / "psychometrics")
        for name, line in imports_of(path)
        if name.startswith("exambank.") and not name.startswith("exambank.psychometrics")
    ]
    assert wrong == []


def test_no_import_hides_inside_a_function():
    wrong = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [child for child in ast.walk(node) if isinstance(child, ast.Import | ast.ImportFrom)]
                wrong += [f"{path.relative_to(ROOT)}:{child.lineno}" for child in inner]
    assert wrong == []


def test_views_neither_commit_nor_add():
    wrong = []
    for domain in DOMAINS:
        for path in [*sources(HOUSE / domain / "views"), *sources(HOUSE / domain / "views.py")]:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if re.search(r"session\.(add|add_all|commit|delete|merge)\(|unit_of_work", line):
                    wrong.append(f"{path.relative_to(ROOT)}:{number}")
    assert wrong == []


def test_no_file_is_longer_than_400_lines():
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: count for name, count in long.items() if count > 400} == {}


def test_every_route_states_its_permission(app):
    bare = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not isinstance(getattr(app.view_functions[rule.endpoint], "permission", None), Permission)
    ]
    assert bare == []


def test_every_get_route_with_an_id_loads_its_object(app):
    """A view that gets a bare id from the URL could hold what its user may not see."""
    plain = {"int", "string", "default"}
    wrong = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.arguments and rule.endpoint != "static" and not getattr(view, "loads", False):
            wrong.append(rule.rule)
    assert wrong == [], plain


def test_endpoints_have_templates_of_their_own_package(app):
    folder = ROOT / "templates"
    strange = [
        path.name
        for path in folder.iterdir()
        if path.is_dir() and path.name not in {*DOMAINS, "_macros", "errors", "interactions"}
    ]
    assert strange == []


def test_tests_mirror_the_packages():
    for domain in DOMAINS:
        for part in ("rules", "service", "views"):
            if (HOUSE / domain / f"{part}.py").exists() or (HOUSE / domain / part).is_dir():
                tests = list((ROOT / "tests" / domain).glob(f"test_{part}*.py"))
                assert tests, f"tests/{domain}/test_{part}.py is missing"


FORBIDDEN = re.compile(r"""\sstyle=|\son[a-z]+=|hx-on|<style|js:|hx-trigger="[^"]*\[|<script(?![^>]*\bsrc=)""")


def test_templates_hold_nothing_inline():
    wrong = []
    for path in (ROOT / "templates").rglob("*.html"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if FORBIDDEN.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert wrong == []


def test_templates_call_no_service():
    wrong = [
        path.name for path in (ROOT / "templates").rglob("*.html") if "service." in path.read_text(encoding="utf-8")
    ]
    assert wrong == []
