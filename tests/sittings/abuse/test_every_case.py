"""Each case of the catalogue that concerns the room has a test that bears its number."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent.parent.parent
WANTED = {*range(1, 38), 41, 50, 53, *range(57, 83), 102}
FILES = [*Path(__file__).parent.glob("test_*.py"), TESTS / "browser" / "test_case_102.py"]


def test_every_case_that_concerns_the_room_has_a_named_test():
    numbered = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and re.match(r"test_\d", node.name):
                numbered |= {int(found) for found in re.findall(r"(?<=_)\d{1,3}(?=_)", node.name[:16])}
    assert WANTED - numbered == set()
