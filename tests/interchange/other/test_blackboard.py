"""Blackboard's pools in both dialects and its text for uploading."""

import pytest

from exambank.interchange.formats import blackboard, detect
from exambank.interchange.neutral import RAW, REFUSED, Source, UnreadableFile, media_id
from tests.interchange.drafts import SMALL_PNG
from tests.interchange.other.samples import codes_of, keys_of, pairs_of, zipped

MANIFEST = (
    '<manifest xmlns:bb="http://www.blackboard.com/content-packaging/"><resources><resource bb:file="res00001.dat" '
    'type="assessment/x-bb-qti-pool" xml:base="res00001"/></resources></manifest>'
)


def text(words: str, name: str = "TEXT") -> str:
    return f"<{name}><![CDATA[{words}]]></{name}>"


def answers(*texts: str, name: str = "ANSWER", start: str = "a") -> str:
    return "".join(f'<{name} id="{start}{place}">{text(one)}</{name}>' for place, one in enumerate(texts, start=1))


def gradable(*keys: str, more: str = "") -> str:
    return f"<GRADABLE>{''.join(f'<CORRECTANSWER {key}/>' for key in keys)}{more}</GRADABLE>"


POOL = (
    '<?xml version="1.0" encoding="utf-8"?><POOL><TITLE value="Ngân hàng 1"/><QUESTIONLIST><QUESTION id="q1" points="2"/>'
    f"</QUESTIONLIST><QUESTION_TRUEFALSE id='q1'><BODY>{text('42 &lt; 43?')}</BODY>{answers('False', 'True')}"
    + gradable('answer_id="a2"', more=text("Giỏi", "FEEDBACK_WHEN_CORRECT"))
    + f"</QUESTION_TRUEFALSE><QUESTION_MULTIPLECHOICE id='q2'><BODY>{text('<b>Màu</b>?')}</BODY>"
    + answers("đỏ", "vàng") + gradable('answer_id="a2"')
    + f"</QUESTION_MULTIPLECHOICE><QUESTION_MULTIPLEANSWER id='q3'><BODY>{text('Chọn')}</BODY>"
    + answers("1", "2", "3") + gradable('answer_id="a1"', 'answer_id="a3"')
    + f"</QUESTION_MULTIPLEANSWER><QUESTION_MATCH id='q4'><BODY>{text('Xếp loại')}</BODY>"
    + answers("ếch", "mèo", "kỳ giông") + answers("thú", "lưỡng cư", name="CHOICE", start="c")
    + gradable('answer_id="a1" choice_id="c2"', 'answer_id="a2" choice_id="c1"', 'answer_id="a3" choice_id="c2"')
    + f"</QUESTION_MATCH><QUESTION_ESSAY id='q5'><BODY>{text('Viết')}</BODY>{answers('Mẫu')}<GRADABLE/></QUESTION_ESSAY>"
    + f"<QUESTION_FILLINBLANK id='q6'><BODY>{text('Kể tên ____')}</BODY>{answers('ếch', 'nhái')}</QUESTION_FILLINBLANK>"
    + f"<QUESTION_ORDER id='q7'><BODY>{text('Xếp')}</BODY>{answers('hai', 'một')}"
    + gradable('answer_id="a1" order="2"', 'answer_id="a2" order="1"')
    + f"</QUESTION_ORDER><QUESTION_HOTSPOT id='q8'><BODY>{text('Chỉ')}</BODY></QUESTION_HOTSPOT></POOL>"
)  # fmt: skip


def test_every_question_of_an_old_pool_is_read_with_its_key():
    reading = blackboard.read(Source(POOL.encode(), "res00001.dat"))
    drafts = [entry.draft for entry in reading.entries]
    assert [draft.kind for draft in drafts[:-1]] == [
        "true_false", "single_choice", "multiple_choice", "matching", "essay", "short_text", "ordering"
    ]  # fmt: skip
    assert (drafts[0].stem, drafts[0].points, keys_of(drafts[0])) == ("42 &lt; 43?", "2", ["Đúng"])
    assert keys_of(drafts[1]) == ["vàng"]
    assert keys_of(drafts[2]) == ["1", "3"]
    assert pairs_of(drafts[3]) == {"ếch": "lưỡng cư", "mèo": "thú", "kỳ giông": "lưỡng cư"}
    assert drafts[4].content["model_answer"] == "Mẫu"
    assert [row["text"] for row in drafts[5].content["accepted"]] == ["ếch", "nhái"]
    assert [row["html"] for row in drafts[6].content["options"]] == ["một", "hai"]
    assert (reading.title, drafts[0].topic_names) == ("Ngân hàng 1", ("Ngân hàng 1",))


def test_feedback_of_an_old_pool_is_the_explanation_and_what_is_not_played_keeps_its_bytes():
    reading = blackboard.read(Source(POOL.encode(), "res00001.dat"))
    assert reading.entries[0].draft.explanation == "<ul><li>✓ Giỏi</li></ul>"
    last = reading.entries[-1]
    assert (last.status, codes_of(last)) == (RAW, ["hotspot_question"])
    assert last.raw.body.decode() in POOL


# --- the newer dialect ---


def formatted(words: str) -> str:
    return (
        '<flow class="FORMATTED_TEXT_BLOCK"><material><mat_extension><mat_formattedtext type="HTML">'
        f"<![CDATA[{words}]]></mat_formattedtext></mat_extension></material></flow>"
        '<flow class="FILE_BLOCK"><material/></flow>'
    )


def question(kind: str, stem: str, response: str, rules: str, more: str = "") -> str:
    return (
        f"<item><itemmetadata><bbmd_asi_object_id>_1</bbmd_asi_object_id><bbmd_questiontype>{kind}</bbmd_questiontype>"
        "<qmd_absolutescore_max>2.0</qmd_absolutescore_max></itemmetadata><presentation><flow class='Block'>"
        f"<flow class='QUESTION_BLOCK'>{formatted(stem)}</flow>{response}</flow></presentation>"
        f"<resprocessing scoremodel='SumOfScores'><outcomes><decvar maxvalue='2.0' varname='SCORE'/></outcomes>{rules}"
        "<respcondition title='incorrect'><conditionvar><other/></conditionvar><setvar>0.0</setvar></respcondition>"
        f"</resprocessing>{more}</item>"
    )


def label(ident: str, words: str = "") -> str:
    return f'<flow_label class="Block"><response_label ident="{ident}">{formatted(words) if words else ""}</response_label></flow_label>'


def block(inner: str) -> str:
    return f"<flow class='RESPONSE_BLOCK'>{inner}</flow>"


def lid(*labels: str, ident: str = "response", cardinality: str = "Single") -> str:
    return f'<response_lid ident="{ident}" rcardinality="{cardinality}"><render_choice>{"".join(labels)}</render_choice></response_lid>'


def fib(ident: str = "response", rows: int = 1) -> str:
    return f'<response_str ident="{ident}"><render_fib columns="127" fibtype="String" rows="{rows}"/></response_str>'


def equals(value: str, ident: str = "response") -> str:
    return f'<varequal case="No" respident="{ident}">{value}</varequal>'


def right(condition: str) -> str:
    return (
        f"<respcondition title='correct'><conditionvar>{condition}</conditionvar>"
        "<setvar action='Set' variablename='SCORE'>SCORE.max</setvar></respcondition>"
    )


def pool(*items: str) -> str:
    return f'<questestinterop><assessment title="Bể câu hỏi"><section>{"".join(items)}</section></assessment></questestinterop>'


def read_one(markup: str):
    (entry,) = blackboard.read(Source(pool(markup).encode(), "res00001.dat")).entries
    return entry


def test_a_choice_of_the_newer_dialect_has_its_key_and_points():
    rule = right(equals("B")) + "<respcondition><conditionvar><varequal respident='A' case='No'/></conditionvar>" \
        "<setvar>0</setvar></respcondition>"  # fmt: skip
    entry = read_one(question("Multiple Choice", "<b>Màu</b>?", block(lid(label("A", "đỏ"), label("B", "vàng"))), rule))
    assert (entry.draft.kind, keys_of(entry.draft), entry.draft.points) == ("single_choice", ["vàng"], "2")
    assert entry.draft.stem == "<b>Màu</b>?"


def test_several_answers_and_partial_credit_of_the_newer_dialect():
    rule = right(f"<and>{equals('A')}<not>{equals('B')}</not>{equals('C')}</and>")
    body = block(lid(label("A", "1"), label("B", "2"), label("C", "3"), cardinality="Multiple"))
    whole = question("Multiple Answer", "Chọn", body, rule)
    assert keys_of(read_one(whole).draft) == ["1", "3"]
    partial = read_one(whole.replace("<qmd_abs", "<bbmd_partialcredit>true</bbmd_partialcredit><qmd_abs", 1))
    assert partial.draft.content["scoring"]["rule"] == "true"
    assert codes_of(partial) == ["weights_simplified"]


def test_a_blank_is_right_when_a_rule_says_correct_without_points():
    rule = (
        f"<respcondition title='X1'><conditionvar>{equals('ếch')}</conditionvar><displayfeedback linkrefid='correct'/>"
        "<displayfeedback linkrefid='X1'/></respcondition>"
    )
    entry = read_one(question("Fill in the Blank", "Kể ____", block(fib()), rule))
    assert (entry.draft.kind, entry.draft.content["accepted"][0]["text"]) == ("short_text", "ếch")


def test_several_blanks_stand_where_their_names_stand():
    rule = right(f"<and><or>{equals('đỏ', 'x')}{equals('hồng', 'x')}</or><or>{equals('xanh', 'y')}</or></and>")
    entry = read_one(question("Fill in the Blank Plus", "Hoa [x], lá [y]", block(fib("x") + fib("y")), rule))
    assert [[row["text"] for row in gap["accepted"]] for gap in entry.draft.content["gaps"]] == [
        ["đỏ", "hồng"],
        ["xanh"],
    ]
    assert entry.draft.stem.startswith("Hoa <span data-gap=")


def test_matches_are_told_by_their_place_since_their_labels_have_no_text():
    body = block("".join(
        f"<flow class='Block'>{formatted(words)}{lid(label(f'{name}1'), label(f'{name}2'), ident=name)}</flow>"
        for name, words in (("p", "mèo"), ("q", "ếch"))
    )) + "<flow class='RIGHT_MATCH_BLOCK'>" + "".join(
        f"<flow class='Block'>{formatted(words)}</flow>" for words in ("lưỡng cư", "thú")
    ) + "</flow>"  # fmt: skip
    rules = "".join(
        f"<respcondition><conditionvar>{equals(value, name)}</conditionvar><displayfeedback linkrefid='correct'/>"
        "</respcondition>" for name, value in (("p", "p2"), ("q", "q1"))
    )  # fmt: skip
    entry = read_one(question("Matching", "Xếp loại", body, rules))
    assert pairs_of(entry.draft) == {"mèo": "thú", "ếch": "lưỡng cư"}


def test_an_order_a_number_and_an_essay_of_the_newer_dialect():
    order = lid(label("A", "hai"), label("B", "một"), cardinality="Ordered")
    entry = read_one(question("Ordering", "Xếp", block(order), right(f"<and>{equals('B')}{equals('A')}</and>")))
    assert [row["html"] for row in entry.draft.content["options"]] == ["một", "hai"]
    condition = "<vargte respident='response'>3.1</vargte><varlte respident='response'>3.3</varlte>" + equals("3.2")
    number = block('<response_num ident="response"><render_fib fibtype="Decimal"/></response_num>')
    entry = read_one(question("Numeric", "Số?", number, right(condition)))
    assert [(row["value"], row["tolerance"]) for row in entry.draft.content["answers"]] == [("3.2", "0.1")]
    more = f"<itemfeedback ident='solution'><solution><solutionmaterial>{formatted('Mẫu')}</solutionmaterial></solution></itemfeedback>"
    entry = read_one(question("Essay", "Viết", block(fib(rows=8)), right(""), more))
    assert (entry.draft.kind, entry.draft.content["model_answer"]) == ("essay", "Mẫu")


def test_a_package_is_known_and_its_pictures_are_found_by_their_numbers():
    stem = '<img src="@X@EmbeddedFile.requestUrlStub@X@bbcswebdav/xid-12_1" alt="Hình">?'
    item = question(
        "True/False", stem, block(lid(label("true", "true"), label("false", "false"))), right(equals("true"))
    )
    body = zipped({"imsmanifest.xml": MANIFEST, "res00001.dat": pool(item), "csfiles/home_dir/__xid-12_1.png": SMALL_PNG,
                   "csfiles/home_dir/__xid-12_1.png.xml": "<lom/>", "res00002.dat": "<COURSE/>"})  # fmt: skip
    assert detect(Source(body, "pool.zip")) == "blackboard"
    reading = blackboard.read(Source(body, "pool.zip"))
    assert (reading.format, reading.title) == ("blackboard", "Bể câu hỏi")
    assert reading.entries[0].draft.stem == f'<img data-media="{media_id(SMALL_PNG)}" alt="Hình">?'


def test_a_package_of_old_pools_is_read_too():
    reading = blackboard.read(Source(zipped({"imsmanifest.xml": MANIFEST, "res00001.dat": POOL}), "pool.zip"))
    assert len(reading.entries) == 8
    assert dict(reading.entries[0].place.values)["path"] == "res00001.dat"


# --- the text with tabs ---

UPLOAD = "\n".join([
    "MC\tThủ đô?\tHuế\tincorrect\tHà Nội\tcorrect",
    'MA\t"Chọn ""hai"""\ta\tcorrect\tb\tIncorrect\tc\tcorrect',
    "TF\tTrời xanh\ttrue",
    "ESS\tViết\tmẫu",
    "ORD\tXếp\tmột\thai\tba",
    "MAT\tNối\ta\t1\tb\t2",
    "FIB\tKể\tếch\tnhái",
    "FIB_PLUS\tHoa [x], lá [y]\tx\tđỏ\thồng\t\ty\txanh",
    "NUM\tPi\t3.14\t0.01",
    "SR\tNgắn\tmẫu",
    "JUMBLED_SENTENCE\tCon [a] trên [b]\tmèo\ta\t\tchiếu\tb\t\tchó",
    "",
    "FIL\tNộp",
    "OP\tÝ kiến?",
    "XX\tkhông rõ",
    "MC\tthiếu",
])  # fmt: skip


def test_every_line_of_an_upload_is_one_entry():
    source = Source(UPLOAD.encode("utf-8-sig"), "upload.txt")
    assert detect(source) == "blackboard"
    reading = blackboard.read(source)
    kinds = [entry.draft.kind if entry.draft else entry.status for entry in reading.entries]
    assert kinds == [
        "single_choice", "multiple_choice", "true_false", "essay", "ordering", "matching", "short_text", "fill_in",
        "numeric", "essay", "fill_in", RAW, RAW, REFUSED, REFUSED,
    ]  # fmt: skip
    assert [dict(entry.place.values)["line"] for entry in reading.entries[-2:]] == [15, 16]


def test_the_keys_of_an_upload_are_right():
    drafts = [entry.draft for entry in blackboard.read(Source(UPLOAD.encode(), "upload.txt")).entries]
    assert keys_of(drafts[0]) == ["Hà Nội"]
    assert (drafts[1].stem, keys_of(drafts[1])) == ('Chọn "hai"', ["a", "c"])
    assert keys_of(drafts[2]) == ["Đúng"]
    assert [row["html"] for row in drafts[4].content["options"]] == ["một", "hai", "ba"]
    assert pairs_of(drafts[5]) == {"a": "1", "b": "2"}
    assert [[row["text"] for row in gap["accepted"]] for gap in drafts[7].content["gaps"]] == [["đỏ", "hồng"], ["xanh"]]
    assert drafts[8].content["answers"][0]["tolerance"] == "0.01"
    assert [next(row["text"] for row in gap["choices"] if row["is_key"]) for gap in drafts[10].content["gaps"]] == [
        "mèo", "chiếu"
    ]  # fmt: skip


def test_a_text_without_a_single_question_is_refused_with_advice():
    with pytest.raises(UnreadableFile) as caught:
        blackboard.read(Source(b"hello\nworld", "x.txt"))
    assert caught.value.code == "bank_upload_broken"
