"""The results of an exam as QTI: one file a candidate, keys only when the results are published."""

import io
import zipfile

import pytest
from lxml import etree

from exambank import clock
from exambank.bank.interactions import REGISTRY
from exambank.db import db, unit_of_work
from exambank.interchange import service
from exambank.interchange.formats.qti_results import VERSIONS
from exambank.interchange.formats.qti_write.answers import answers_of
from exambank.marking import service as marking
from tests.bank.kinds import EXAMPLES, KINDS, key_payload, stem_of
from tests.interchange.drafts import ALL
from tests.interchange.qti_write.packages import item_of, write
from tests.interchange.qti_write.player import declared
from tests.marking.factories import (
    choice,
    make_essay,
    make_exam,
    make_item,
    make_learner,
    make_paper_set,
    make_sitting,
    make_version,
)
from tests.people import actor_of

NAMESPACES = {
    version: f"http://www.imsglobal.org/xsd/imsqti_result_v{version.replace('.', 'p')}" for version in VERSIONS
}


def opened(body: bytes) -> dict:
    """The results by their file names."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}


def values(result, item: str, variable: str = "RESPONSE", part: str = "candidateResponse") -> list[str] | None:
    """The values of a variable of an item; None where that part is not there."""
    path = f"{{*}}itemResult[@identifier='{item}']/{{*}}responseVariable[@identifier='{variable}']/{{*}}{part}"
    found = result.find(path)
    return [one.text for one in found] if found is not None else None


def score(element) -> str | None:
    """The score of a test or an item."""
    return element.findtext("{*}outcomeVariable[@identifier='SCORE']/{*}value")


@pytest.fixture
def held(people):
    """A closed exam with a choice, a number and an essay; the first candidate answered all, the second nothing."""
    numeric = REGISTRY["numeric"].normalise({"answers": [{"value": "3.5"}]})
    versions = [make_version(people, "CH01"), make_item(people, "Số 2", "numeric", numeric), make_essay(people)]
    paper_set = make_paper_set(people, [versions], points="2")
    exam = make_exam(people, paper_set)
    given = {1: choice("ch01a"), 2: {"value": "3,5", "unit": ""}, 3: {"text": "Bài làm\ncủa tôi"}}
    sittings = [
        make_sitting(exam, make_learner(at), paper_set.papers[0], payloads, number=f"{at:03d}")
        for at, payloads in enumerate((given, {}), start=1)
    ]
    with unit_of_work():
        for sitting in sittings:
            db.session.get(type(sitting), sitting.id).closed_by = "candidate"
    marking.ensure_marked(exam)
    return exam


@pytest.mark.parametrize("version", sorted(VERSIONS))
def test_each_candidate_has_a_file_with_what_was_given_and_got(held, version):
    results = opened(service.results_qti(held, version))
    assert sorted(results) == ["001-LX001.xml", "002-LX002.xml"]
    first = results["001-LX001.xml"]
    assert first.tag == f"{{{NAMESPACES[version]}}}assessmentResult"
    assert first.find("{*}context").get("sourcedId") == "LX001"
    sessions = {one.get("sourceID"): one.get("identifier") for one in first.find("{*}context")}
    assert sessions["urn:exambank:exam"] == held.public_id
    assert sessions["urn:exambank:candidate-number"] == "001"
    items = first.findall("{*}itemResult")
    assert [one.get("identifier") for one in items] == ["CH01", "So-2", "TL1"]
    assert [one.get("sequenceIndex") for one in items] == ["1", "2", "3"]
    assert values(first, "CH01") == ["A"]
    assert values(first, "So-2") == ["3.5"]
    assert values(first, "TL1") == ["Bài làm\ncủa tôi"]
    assert values(results["002-LX002.xml"], "CH01") == []


def test_what_a_person_has_still_to_mark_has_no_score(held):
    first, second = opened(service.results_qti(held, "3.0")).values()
    assert first.find("{*}itemResult[3]").get("sessionStatus") == "pendingResponseProcessing"
    assert score(first.find("{*}testResult")) is None
    assert [score(one) for one in second.findall("{*}itemResult")] == ["0", "0", "0"]
    assert score(second.find("{*}testResult")) == "0"
    assert second.find("{*}itemResult").get("sessionStatus") == "final"


@pytest.mark.parametrize(("state", "keys"), [("draft", None), ("published", ["A"]), ("frozen", ["A"])])
def test_right_answers_go_out_only_after_the_results_are_published(held, state, keys):
    with unit_of_work():
        db.session.get(type(held), held.id).result_state = state
    for result in opened(service.results_qti(held, "2.2")).values():
        assert values(result, "CH01", part="correctResponse") == keys
    assert (b"correctResponse" in etree.tostring(result)) == (keys is not None)


def test_a_correction_counts_in_the_score(people):
    versions = [make_version(people, "CH01"), make_version(people, "CH02")]
    paper_set = make_paper_set(people, [versions], points="5")
    exam = make_exam(people, paper_set)
    sitting = make_sitting(exam, make_learner(1), paper_set.papers[0], {1: choice("ch01b"), 2: choice("ch02a")})
    with unit_of_work():
        db.session.get(type(sitting), sitting.id).closed_by = "deadline"
    marking.ensure_marked(exam)
    marking.correct(
        actor=actor_of(people.quality), now=clock.now(), exam=exam, version=versions[0], kind="credit_all",
        options=[], reason="Câu hỏi sai",
    )  # fmt: skip
    (result,) = opened(service.results_qti(exam, "3.0")).values()
    assert [score(one) for one in result.findall("{*}itemResult")] == ["5", "5"]
    assert score(result.find("{*}testResult")) == "10"
    assert result.findtext("{*}testResult/{*}outcomeVariable[@identifier='MARK']/{*}value") == "10"


def test_the_right_response_of_every_kind_has_the_names_of_its_item():
    for draft in ALL:
        item = item_of(write("qti21", draft).body)
        content = REGISTRY[draft.kind].normalise(EXAMPLES[draft.kind])
        answers = answers_of(draft.kind, content, key_payload(draft.kind, content))
        assert [one.identifier for one in answers] == list(declared(item))
        right = {one.identifier: sorted(one.given) for one in answers if one.correct and one.base_type != "string"}
        assert right == {name: sorted(declared(item)[name]) for name in right}
    assert {stem_of(kind) for kind in KINDS}


def test_the_files_are_offered_where_marks_are_seen(held, people, sign_in):
    client = sign_in(people.officer)
    url = f"/interchange/exams/{held.public_id}/results-qti.zip"
    assert url in client.get(f"/marking/{held.public_id}").text
    answer = client.get(url)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(opened(answer.data)) == 2
    assert client.get(url + "?version=2.2").status_code == 200
    assert client.get(url + "?version=9").status_code == 404
    assert sign_in(people.learner).get(url).status_code == 404
