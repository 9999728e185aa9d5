import ast
from pathlib import Path

import exambank.psychometrics

FOLDER = Path(exambank.psychometrics.__file__).parent
ALLOWED = {"collections", "dataclasses", "enum", "functools", "math", "numpy", "scipy"}


def imported_modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_the_package_imports_nothing_but_numpy_scipy_and_itself():
    foreign = {
        (path.name, module)
        for path in FOLDER.rglob("*.py")
        for module in imported_modules(path)
        if module.split(".")[0] not in ALLOWED and not module.startswith("exambank.psychometrics")
    }

    assert foreign == set()


def test_every_public_name_is_documented():
    for name in exambank.psychometrics.__all__:
        assert getattr(exambank.psychometrics, name).__doc__
