"""KEY.csv."""

import pytest

from exambank.analysis.external import UnusableFile, read_keys


def told(write, text) -> tuple:
    with pytest.raises(UnusableFile) as refusal:
        read_keys(write("key.csv", text))
    return refusal.value.code, refusal.value.line, refusal.value.column


def test_other_columns_mean_nothing(write):
    assert read_keys(write("k.csv", "note;Key;ITEM;note\nx;b, d;I1;x\n;A|C;2;\n")) == {"I1": "b, d", "2": "A|C"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("item,answer\nI1,A\n", ("no_such_column", 1, None)),
        ("item,key\n", ("no_keys", 1, None)),
        ("item,key\nI1,A\n\nI2,\n", ("no_key", 4, "key")),
        ("item,key\nI1,|\n", ("no_key", 2, "key")),
        ("item,key\n,A\n", ("no_item_name", 2, "item")),
        ("item,key\nI1,A\nI1,A\n", ("item_twice", 3, None)),
        ("item,key\nI1,A,B\n", ("ragged", 2, None)),
        ("item,key\nI1,\0\n", ("not_text", 2, None)),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(write, text, expected):
    assert told(write, text) == expected
