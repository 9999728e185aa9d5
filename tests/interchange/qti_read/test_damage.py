"""Damaged files: told or read, never a crash."""

from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.interchange.formats.judge import judge
from exambank.interchange.formats.qti import read
from exambank.interchange.messages import common, formulas, problem_message
from exambank.interchange.messages import qti as sentences
from exambank.interchange.neutral import STATUSES, WARNING, Problem, Source, UnreadableFile
from tests.interchange.qti_read.samples import MAP, body, choice, item, response

FIELD = '<p>Ghi: <textEntryInteraction responseIdentifier="R2"/></p>'
SOUND = item(
    response("A|C", "A=1|C=1|B=-1", "multiple", bounds='lowerBound="0"') + body(f"<p>Đọc.</p>{choice()}{FIELD}") + MAP
)
PIECES = (
    b"<",
    b">",
    b'"',
    b"</p>",
    b"<p>",
    b"&",
    b"&nbsp;",
    b"\0",
    b"choiceInteraction",
    b'="-1"',
    b'="1e999"',
    b"]]>",
)
KNOWN = {**common.PROBLEMS, **formulas.PROBLEMS, **sentences.PROBLEMS}


def read_anyhow(source: bytes):
    try:
        return judge(read(Source(source, "x.xml"))), None
    except UnreadableFile as refusal:
        return None, refusal


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(SOUND)), st.integers(0, 40), st.sampled_from(PIECES), st.integers(0, len(SOUND)))
def test_any_damage_is_told_or_read(start, length, piece, place):
    damaged = SOUND[:start] + SOUND[start + length :]
    damaged = damaged[:place] + piece + damaged[place:]
    reading, refusal = read_anyhow(damaged)
    if reading is None:
        assert refusal.code in {**common.FILES, **sentences.FILES}
        return
    for entry in reading.entries:
        assert entry.status in STATUSES
        assert entry.status != "raw" or entry.raw.body == damaged
        assert {problem.code for problem in entry.problems} <= KNOWN.keys()


def test_every_problem_is_told_in_a_sentence(app):
    values = dict.fromkeys(("name", "names", "path", "line", "count", "limit", "pattern"), "7")
    with app.app_context():
        for code in sentences.PROBLEMS:
            assert "%" not in problem_message(Problem(code, WARNING, values=values))
