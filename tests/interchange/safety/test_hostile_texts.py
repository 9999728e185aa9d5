"""What nobody types: texts and files on which a careless pattern would work for hours end at once."""

import io
import zipfile

import pytest

from exambank.interchange.formats import detect, read_file
from exambank.interchange.formats.canvas.materials import joined
from exambank.interchange.formats.canvas.scoring import number_in
from exambank.interchange.formats.moodle.markdown import html_of_markdown
from exambank.interchange.formats.moodle.weights import read_percent
from exambank.interchange.neutral import Source, UnreadableFile
from exambank.interchange.safety.xml import parse_xml
from exambank.interchange.texts import read_html
from exambank.interchange.texts.formulas import split_formulas

ITEM = (
    '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="a" title="t"><responseDeclaration'
    ' identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>A</value></correctResponse>'
    "</responseDeclaration><itemBody><p>{}</p><choiceInteraction responseIdentifier='R' maxChoices='1'>"
    "<simpleChoice identifier='A'>a</simpleChoice><simpleChoice identifier='B'>b</simpleChoice></choiceInteraction>"
    "</itemBody></assessmentItem>"
)
SECTION = '<assessmentSection xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="s" title="s">{}</assessmentSection>'
INCLUDE = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{}"/>'


def moodle(inner: str, kind: str = "multichoice", words: str = "x") -> bytes:
    return (
        f'<quiz><question type="{kind}"><name><text>n</text></name><questiontext format="html"><text><![CDATA[{words}]]>'
        f"</text></questiontext>{inner}</question></quiz>"
    ).encode()


def package(*files: tuple[str, str]) -> Source:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, words in files:
            archive.writestr(name, words)
    return Source(target.getvalue(), "a.zip")


@pytest.mark.parametrize("opening", ["\\(", "\\[", "[mathjax]", "[mathjaxinline]", "\\begin{align}", "\\(\\["])
def test_formulas_that_are_never_closed_are_words(opening):
    words = opening * 200_000
    assert split_formulas(words) == [(words, False)]


@pytest.mark.parametrize(
    "markup",
    [
        "<![CDATA[" * 100_000,
        "<p " + " ".join(f"a{number}" for number in range(200_000)) + ">x</p>",
        '<span style="' + "text-decoration:" * 100_000 + '">x</span>',
    ],
)
def test_markup_that_makes_a_parser_look_again_and_again_is_read_once(markup):
    assert len(read_html(markup).html) <= 2 * len(markup)


def test_a_tag_with_a_long_picture_is_still_a_tag():
    found = read_html(
        f'x <img alt="một hai ba" src="data:image/png;base64,{"A" * 20_000}">', picture=lambda *_: "0" * 36
    )
    assert found.html == f'x <img data-media="{"0" * 36}" alt="một hai ba">'


def test_of_very_many_missing_pictures_the_first_hundred_are_told():
    found = read_html("".join(f'<img src="{number}.png">' for number in range(20_000)))
    assert len(found.problems) == 100


@pytest.mark.parametrize("sign", ["\\(", "\\[", "<!--", "**a ", "*a ", "~~a "])
def test_markdown_whose_signs_are_never_closed_stays_as_it_is(sign):
    assert html_of_markdown(sign * (40_000 // len(sign)))


def test_markdown_formulas_and_emphasis_are_still_read():
    assert html_of_markdown(r"**a*b** \(x_1\) *c* ~~d~~ <!-- n --> $$y$$ \[\{z\}\]") == (
        r"<p><strong>a*b</strong> \(x_1\) <em>c</em> <s>d</s> <!-- n --> $$y$$ \[\{z\}\]</p>"
    )


@pytest.mark.parametrize("written", ["1e999999999", "1e-999999999", "9" * 100_000, "1." + "9" * 100_000])
def test_numbers_out_of_all_proportion_are_none(written):
    assert read_percent(written) is None
    assert number_in(written) is None


def test_texts_in_very_many_pieces_are_joined_as_a_few_are():
    assert joined(["a", "", "b", "<p>c</p>", "d"]) == "<p>a b</p><p>c</p><p>d</p>"
    assert len(joined(["<p>a</p>"] * 100_000)) == 800_000


def test_marks_of_gaps_that_the_text_itself_holds_are_words():
    words = "EXGAP0000000zEXGAP EXGAPffffffffEXGAP {1:SA:=a}"
    entry = read_file(Source(moodle("", "cloze", words), "a.xml")).entries[0]
    assert "EXGAP0000000zEXGAP EXGAPffffffffEXGAP" in entry.draft.stem
    gift = read_file(Source(b"::n:: EXGAPffffffffEXGAP {=a} b EXGAPzzzzzzzzEXGAP {=c} d", "a.gift")).entries[0]
    assert "EXGAPffffffffEXGAP" in gift.draft.stem
    assert len(gift.draft.content["gaps"]) == 2


@pytest.mark.parametrize(
    "words", ["// [id:" * 50_000 + "\n::n::x {=a ~b}", "::n::x {=a\n" + ("\n" * 150 + "} {=b\n") * 2_000]
)
def test_gift_with_comments_and_brackets_that_go_on_and_on_is_read(words):
    assert read_file(Source(words.encode(), "a.gift")).entries


def test_a_moodle_file_of_questions_that_are_never_closed_is_refused_at_once():
    with pytest.raises(UnreadableFile, match="too_many_questions"):
        read_file(Source(b"<quiz>" + b'<question type="x">' * 100_000, "a.xml"))


def test_very_many_problems_that_are_kept_raw_each_keep_their_own_text():
    body = "<library>" + "<problem><customresponse cfn='x'/></problem>" * 2_000 + "</library>"
    entries = read_file(Source(body.encode(), "a.xml")).entries
    assert {entry.raw.body for entry in entries} == {b"<problem><customresponse cfn='x'/></problem>"}


@pytest.mark.parametrize("place", ["²", "9" * 5_000])
def test_a_place_in_an_order_that_is_no_number_is_no_place(place):
    body = (
        '<POOL><QUESTIONLIST/><QUESTION_ORDER id="q"><BODY><TEXT>x</TEXT></BODY><ANSWER id="a"><TEXT>a</TEXT></ANSWER>'
        f'<ANSWER id="b"><TEXT>b</TEXT></ANSWER><GRADABLE><CORRECTANSWER answer_id="a" order="{place}"/>'
        f'<CORRECTANSWER answer_id="b" order="{place}"/></GRADABLE></QUESTION_ORDER></POOL>'
    )
    assert len(read_file(Source(body.encode(), "a.dat")).entries) == 1


def test_sections_and_parts_that_name_each_other_many_times_are_walked_once():
    sections = [
        (f"s{n}.xml", SECTION.format(f'<assessmentSectionRef identifier="x" href="s{n + 1}.xml"/>' * 2))
        for n in range(28)
    ]
    last = ("s28.xml", SECTION.format('<assessmentItemRef identifier="r" href="i.xml"/>'))
    test = (
        "t.xml",
        SECTION.format('<assessmentSectionRef identifier="x" href="s0.xml"/>').replace("Section x", "Test x"),
    )
    entries = read_file(package(("i.xml", ITEM.format("x")), test, *sections, last), "qti21").entries
    assert [entry.status for entry in entries] == ["accepted"]
    parts = [(f"p{n}.xml", f"<div>{INCLUDE.format(f'p{n + 1}.xml') * 10}y</div>") for n in range(9)]
    entries = read_file(package(("i.xml", ITEM.format(INCLUDE.format("p0.xml"))), *parts, ("p9.xml", "<div/>"))).entries
    assert "part_missing" in {problem.code for problem in entries[0].problems}


def test_a_tree_of_millions_of_elements_is_not_even_begun():
    with pytest.raises(UnreadableFile, match="xml_too_large"):
        parse_xml(b"<a>" + b"<b/>" * 4_000_001 + b"</a>")


@pytest.mark.parametrize("words", ["<a" * 40_000, "<!--" * 20_000, '<img alt="' + "<img " * 16_000])
def test_what_a_file_is_is_told_at_once_or_not_at_all(words):
    with pytest.raises(UnreadableFile):
        detect(Source(words.encode(), "a.xml"))
