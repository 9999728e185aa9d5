"""matchInteraction, associateInteraction, orderInteraction and gapMatchInteraction, in every version."""

import pytest

from tests.interchange.qti_read.samples import MAP, MATCH, VERSIONS, body, codes, read_parts, response

every_version = pytest.mark.parametrize("version", VERSIONS)


def rows(texts: str, tag: str = "simpleAssociableChoice") -> str:
    return "".join(
        f'<{tag} identifier="{one.partition("=")[0]}" matchMax="1">{one.partition("=")[2]}</{tag}>'
        for one in texts.split("|")
    )


def match(left: str = "a=Pháp|b=Ý", right: str = "x=Pa-ri|y=Rô-ma|z=Viên") -> str:
    sets = f"<simpleMatchSet>{rows(left)}</simpleMatchSet><simpleMatchSet>{rows(right)}</simpleMatchSet>"
    return f'<matchInteraction responseIdentifier="RESPONSE" maxAssociations="0"><prompt>Nối.</prompt>{sets}</matchInteraction>'


def pairs_of(entry) -> list[tuple[str, str]]:
    content = entry.draft.content
    targets = {row["token"]: row["html"] for row in content["targets"]}
    return [(row["html"], targets.get(content["pairs"].get(row["token"]))) for row in content["options"]]


def declared(correct: str = "", mapping: str = "", base: str = "directedPair") -> str:
    return response(correct, mapping, "multiple", base)


@every_version
def test_two_columns_are_a_matching_item(version):
    entry = read_parts(declared("a x|b y") + body(match()) + MATCH, version)
    assert entry.draft.kind == "matching"
    assert entry.status == "accepted"
    assert pairs_of(entry) == [("Pháp", "Pa-ri"), ("Ý", "Rô-ma")]
    assert len(entry.draft.content["targets"]) == 3
    assert entry.draft.content["scoring"] == {"rule": "all_or_nothing"}
    assert entry.draft.stem == "Nối."


def test_points_for_each_pair_are_kept_and_uneven_ones_told():
    even = read_parts(declared(mapping="a x=1|b y=1") + body(match()) + MAP)
    assert even.draft.content["scoring"] == {"rule": "per_pair"}
    assert even.status == "accepted"
    uneven = read_parts(declared(mapping="a x=1|b y=3") + body(match()) + MAP)
    assert "scoring_simplified" in codes(uneven)


def test_points_taken_away_for_a_wrong_pair_are_told():
    pairs = response("", "a x=1|b y=1", "multiple", "directedPair", bounds='defaultValue="-1"')
    entry = read_parts(pairs + body(match()) + MAP)
    assert entry.draft.content["scoring"] == {"rule": "per_pair"}
    assert codes(entry) == ["scoring_simplified"]


def test_the_columns_change_places_where_only_so_each_line_has_one_match():
    entry = read_parts(declared("a x|a y|b z") + body(match()) + MATCH)
    assert pairs_of(entry) == [("Pa-ri", "Pháp"), ("Rô-ma", "Pháp"), ("Viên", "Ý")]


def test_a_grid_of_true_and_false_is_a_cluster():
    entry = read_parts(declared("a x|b y") + body(match(right="x=Đúng|y=Sai")) + MATCH)
    assert entry.draft.kind == "true_false_cluster"
    assert [(row["html"], row["is_key"]) for row in entry.draft.content["options"]] == [("Pháp", True), ("Ý", False)]
    assert entry.draft.content["scoring"]["table"] == ["0", "0", "1"]


def test_lines_with_several_matches_become_questions_of_a_case():
    entry = read_parts(declared("a x|a y|b y|b z") + body(match()) + MATCH)
    assert entry.draft.kind == "case"
    first, _second = entry.draft.content["questions"]
    assert [row["html"] for row in first["content"]["options"] if row["is_key"]] == ["Pa-ri", "Rô-ma"]
    assert "scoring_simplified" in codes(entry)


def test_a_line_with_several_matches_beside_one_with_none_is_kept_as_it_came():
    entry = read_parts(declared("a x|a y|c y") + body(match("a=Pháp|b=Ý|c=Áo")) + MATCH)
    assert entry.status == "raw"
    assert codes(entry) == ["several_matches"]


@every_version
def test_pairs_among_one_list_are_matched(version):
    inner = rows("a=An|b=Bình|c=Chi|d=Dũng")
    text = f'<associateInteraction responseIdentifier="RESPONSE" maxAssociations="2">{inner}</associateInteraction>'
    entry = read_parts(declared("d b|a c", base="pair") + body(f"<p>Ghép đôi.</p>{text}") + MATCH, version)
    assert sorted(pairs_of(entry)) == [("An", "Chi"), ("Bình", "Dũng")]
    assert "pairs_in_columns" in codes(entry)


@every_version
def test_lines_stand_in_their_right_order(version):
    inner = rows("a=Một|b=Hai|c=Ba", "simpleChoice")
    text = f'<orderInteraction responseIdentifier="RESPONSE"><prompt>Xếp.</prompt>{inner}</orderInteraction>'
    entry = read_parts(response("c|a|b", cardinality="ordered") + body(text) + MATCH, version)
    assert entry.draft.kind == "ordering"
    assert entry.status == "accepted"
    assert [row["html"] for row in entry.draft.content["options"]] == ["Ba", "Một", "Hai"]
    assert entry.draft.content["scoring"] == {"rule": "all_or_nothing"}


def test_an_order_of_some_lines_is_kept_as_it_came():
    inner = rows("a=Một|b=Hai|c=Ba", "simpleChoice")
    text = f'<orderInteraction responseIdentifier="RESPONSE">{inner}</orderInteraction>'
    entry = read_parts(response("c|a", cardinality="ordered") + body(text) + MATCH)
    assert codes(entry) == ["order_of_some"]


@every_version
def test_words_to_drag_into_gaps_are_lists_at_the_gaps(version):
    text = (
        '<gapMatchInteraction responseIdentifier="RESPONSE"><prompt>Điền.</prompt>'
        f'{rows("h=Huế|n=Hà Nội", "gapText")}<p>Thủ đô: <gap identifier="g"/>.</p></gapMatchInteraction>'
    )
    entry = read_parts(declared("n g") + body(text) + MATCH, version)
    assert entry.draft.kind == "fill_in"
    assert entry.status == "accepted"
    (gap,) = entry.draft.content["gaps"]
    assert [(row["text"], row["is_key"]) for row in gap["choices"]] == [("Huế", False), ("Hà Nội", True)]
    assert entry.draft.stem == f'<p>Điền.</p><p>Thủ đô: <span data-gap="{gap["token"]}"></span>.</p>'


def test_pictures_to_drag_into_gaps_are_kept_as_they_came():
    text = (
        '<gapMatchInteraction responseIdentifier="RESPONSE"><gapImg identifier="h" matchMax="1">'
        '<object data="h.png" type="image/png"/></gapImg><p><gap identifier="g"/></p></gapMatchInteraction>'
    )
    entry = read_parts(declared("h g") + body(text) + MATCH)
    assert codes(entry)[0] == "gap_picture"
    assert entry.raw.body.startswith(b"<?xml")
