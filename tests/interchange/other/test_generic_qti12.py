"""QTI 1.2 that says nothing of Canvas: keys and shares come from the response processing alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.interchange.formats import canvas
from exambank.interchange.formats.canvas.parsing import decoded, read_document, slices_of
from exambank.interchange.neutral import Source
from tests.interchange.other.samples import choices, codes_of, earns, equal, item, keys_of, material, quiz, typed


def entry_of(markup: str):
    return canvas.read(Source(quiz(markup), "quiz.xml")).entries[0]


def test_a_wrong_option_that_costs_the_same_everywhere_is_a_penalty():
    rules = earns(equal("a"), "4") + earns(equal("b"), "-1") + earns(equal("c"), "-1")
    draft = entry_of(item("Hỏi", choices("1", "2", "3"), rules)).draft
    assert (keys_of(draft), draft.content["scoring"]) == (["1"], {"wrong": "0.25"})


def test_an_option_that_earns_a_part_is_told_since_it_earns_nothing_here():
    entry = entry_of(item("Hỏi", choices("1", "2", "3"), earns(equal("a"), "10") + earns(equal("b"), "5")))
    assert (keys_of(entry.draft), codes_of(entry)) == (["1"], ["part_points_lost"])


def test_two_options_that_earn_all_are_a_multiple_choice_with_a_warning():
    entry = entry_of(item("Hỏi", choices("1", "2", "3"), earns(equal("a")) + earns(equal("c"))))
    assert (entry.draft.kind, keys_of(entry.draft)) == ("multiple_choice", ["1", "3"])
    assert codes_of(entry) == ["several_right_singly"]


def test_an_option_that_is_called_right_but_earns_less_is_told():
    rules = earns(equal("a"), "10") + earns(equal("b"), "5", attributes=' correctanswer="Yes"')
    entry = entry_of(item("Hỏi", choices("1", "2"), rules))
    assert keys_of(entry.draft) == ["1"]
    assert "key_disagrees" in codes_of(entry)


@pytest.mark.parametrize(
    ("costs", "rule", "is_exact"),
    [(("0", "0"), "none", True), (("-50", "-50"), "true", True), (("-100", "-100"), "all", True),
     (("-10", "-10"), "true", False), (("-50", "0"), "true", False)],
)  # fmt: skip
def test_weights_of_several_right_options_become_the_nearest_rule_that_is_not_milder(costs, rule, is_exact):
    rules = earns(equal("a"), "50", "Add") + earns(equal("b"), "50", "Add")
    rules += "".join(earns(equal(ident), cost, "Add") for ident, cost in zip("cd", costs, strict=True))
    entry = entry_of(item("Hỏi", choices("1", "2", "3", "4", cardinality="Multiple"), rules))
    assert entry.draft.content["scoring"]["rule"] == rule
    assert ("weights_simplified" in codes_of(entry)) is not is_exact


def test_blanks_in_the_midst_of_the_text_are_gaps_in_their_places():
    body = typed("f1") + material("của chúng ta", "text/plain") + typed("f2") + material("mùa hè", "text/plain")
    rule = earns(equal("đông", "f1", case="Yes") + equal("thành", "f2"))
    draft = entry_of(item("Bây giờ là mùa", body, rule)).draft
    first, second = (f'<span data-gap="{gap["token"]}"></span>' for gap in draft.content["gaps"])
    assert draft.stem == f"Bây giờ là mùa {first} của chúng ta {second} mùa hè"
    assert [gap["accepted"][0]["text"] for gap in draft.content["gaps"]] == ["đông", "thành"]


def test_a_blank_that_no_rule_knows_is_an_essay_and_one_with_a_key_is_not():
    assert entry_of(item("Viết", typed())).draft.kind == "essay"
    assert entry_of(item("Gõ", typed(), earns(equal("x")))).draft.kind == "short_text"


def test_lesser_answers_keep_their_share_of_the_points():
    draft = entry_of(item("Gõ", typed(), earns(equal("hòa bình"), "3") + earns(equal("yên ổn"), "1"))).draft
    assert [(row["text"], row["share"]) for row in draft.content["accepted"]] == [
        ("hòa bình", "1"),
        ("yên ổn", "0.333333"),
    ]


def test_an_answer_that_has_only_to_stand_in_what_is_typed_gets_stars():
    rule = earns('<varsubstring respident="response1">ếch</varsubstring>')
    draft = entry_of(item("Gõ", typed(), rule)).draft
    assert draft.content["accepted"][0]["text"] == "*ếch*"
    assert draft.content["scoring"]["wildcards"]


def test_mathml_beside_the_text_becomes_a_formula():
    math = '<material><m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mn>7</m:mn></m:math></material>'
    draft = entry_of(item("Tính", math + choices("1", "2"), earns(equal("a")))).draft
    assert draft.stem == 'Tính <span data-tex="7"></span>'


def test_comments_a_doctype_and_prefixes_change_nothing():
    markup = (
        '<!DOCTYPE q:questestinterop SYSTEM "ims_qtiasiv1p2.dtd"><q:questestinterop xmlns:q="urn:x"><!-- <item/> -->'
        '<q:item ident="i"><q:presentation><q:material><q:mattext>Hỏi<!-- gì --> đó?</q:mattext></q:material>'
        '<q:response_lid ident="r"><q:render_choice><q:response_label ident="a"><q:material><q:mattext>1</q:mattext>'
        '</q:material></q:response_label><q:response_label ident="b"><q:material><q:mattext>2</q:mattext></q:material>'
        "</q:response_label></q:render_choice></q:response_lid></q:presentation><q:resprocessing><q:respcondition>"
        '<q:conditionvar><q:varequal respident="r">b</q:varequal></q:conditionvar><q:setvar>1</q:setvar>'
        "</q:respcondition></q:resprocessing></q:item></q:questestinterop>"
    )
    (entry,) = canvas.read(Source(markup.encode(), "q.xml")).entries
    assert (entry.draft.stem, keys_of(entry.draft)) == ("Hỏi đó?", ["2"])


# --- bytes ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_are_read_in_the_encodings_that_exporters_use(encoding):
    body = quiz(item("Tiếng Việt", choices("Huế", "Vinh"), earns(equal("a")))).decode()
    body = body.replace('encoding="UTF-8"', 'encoding="UTF-16"' if encoding == "utf-16" else 'encoding="UTF-8"')
    assert canvas.read(Source(body.encode(encoding), "q.xml")).entries[0].draft.stem == "Tiếng Việt"


def test_a_declaration_that_lies_about_utf_8_is_not_believed():
    body = quiz(item("Tiếng Việt", choices("1", "2"), earns(equal("a")))).replace(b"UTF-8", b"ISO-8859-1", 1)
    assert canvas.read(Source(body, "q.xml")).entries[0].draft.stem == "Tiếng Việt"
    assert decoded("<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>".encode("latin-1")) == "<a>é</a>"


def test_a_broken_declaration_or_a_stray_sign_is_mended_and_told():
    good = quiz(item("<p>a</p>", choices("1", "2"), earns(equal("a"))))
    assert canvas.read(Source(good.replace(b'1.0" ', b'1.0"'), "q.xml")).entries[0].draft.stem == "a"
    reading = canvas.read(Source(good.replace(b"&lt;p&gt;a", b"& &lt;p&gt;a &nbsp;"), "q.xml"))
    assert reading.notices == (("xml_mended", {"files": "XML"}),)
    assert "read_from_broken_xml" in codes_of(reading.entries[0])
    assert reading.entries[0].draft.stem == "&amp;<p>a</p>"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["<item a='>'>x</item>", "<!-- <item> -->", "<![CDATA[</item>]]>", "<item/>", "words",
                                 "<items>y</items>", "<item><b>z</b></item>"]), max_size=8))  # fmt: skip
def test_the_bytes_of_every_item_are_found_whatever_stands_between(pieces):
    markup = f"<root>{''.join(pieces)}</root>"
    document = read_document(markup.encode())
    assert len(slices_of(markup)) == len(document.items)
    assert [document.bytes_of(number).decode() for number in range(len(document.items))] == [
        piece for piece in pieces if piece.startswith(("<item ", "<item>", "<item/"))
    ]
