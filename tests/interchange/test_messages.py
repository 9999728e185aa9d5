"""The sentences of all formats: one code, one sentence."""

from collections import Counter

import pytest

from exambank.interchange import messages


@pytest.mark.parametrize("name", ["FILES", "PROBLEMS", "NOTICES", "PLACES"])
def test_no_two_areas_use_the_same_code(name):
    codes = Counter(code for area in messages.AREAS for code in getattr(area, name, {}))
    assert [code for code, times in codes.items() if times > 1] == []
