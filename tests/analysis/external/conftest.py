from pathlib import Path

import pytest

from exambank.analysis.external import Wishes, as_scores, build_report, mark, read_groups, read_keys, read_responses
from tests.psychometrics.conftest import folder  # noqa: F401 (a fixture)


@pytest.fixture
def write(tmp_path):
    """Writes a file and gives its path: ``write("r.csv", "candidate,I1\\nA,1\\n")``."""

    def written(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


@pytest.fixture
def report_of(write):
    """The report and its notes on files given as text."""

    def told(responses: str, key: str | None = None, groups: str | None = None, **wishes):
        path = write("responses.csv", responses)
        if key is None:
            marked = as_scores(read_responses(path, are_answers=False))
        else:
            keys = read_keys(write("key.csv", key))
            marked = mark(read_responses(path, are_answers=True, keyed=keys), keys)
        grouped = read_groups(write("groups.csv", groups), marked.candidates) if groups else None
        return build_report(marked, Wishes(**wishes), grouped)

    return told
