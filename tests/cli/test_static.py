"""Built files arrive packed where the browser unpacks them, with their type, and are kept for good under hashed names."""

import gzip
import re
from pathlib import Path

import pytest

from exambank import create_app
from tests.conftest import TEST_CONFIG


@pytest.fixture
def get(instance, tmp_path):
    app = create_app(TEST_CONFIG)
    app.static_folder = str(tmp_path / "static")
    dist = tmp_path / "static" / "dist"
    dist.mkdir(parents=True)
    for name in ("room-ABCD2345.js", "room-ABCD2345.css", "sw.js", "manifest.json"):
        (dist / name).write_bytes(b"plain " + name.encode())
        (dist / f"{name}.gz").write_bytes(gzip.compress(b"plain " + name.encode()))
    (dist / "be-vietnam-400-ABCD2345.woff2").write_bytes(b"font")
    (tmp_path / "secret.gz").write_bytes(b"no")

    def answer_to(path, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        with app.test_client().get(f"/static/{path}", headers=names) as answer:
            answer.get_data()  # read before the file is closed
        return answer

    return answer_to


@pytest.mark.parametrize(
    ("name", "kind"),
    [("room-ABCD2345.js", "text/javascript"), ("room-ABCD2345.css", "text/css"), ("manifest.json", "application/json")],
)
def test_the_packed_file_is_sent_with_the_type_of_the_plain_one(get, name, kind):
    answer = get(f"dist/{name}", Accept_Encoding="br, gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype == kind
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert gzip.decompress(answer.data) == b"plain " + name.encode()


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0"])
def test_who_cannot_unpack_gets_the_plain_file(get, accepted):
    answer = get("dist/room-ABCD2345.js", Accept_Encoding=accepted)
    assert "Content-Encoding" not in answer.headers
    assert answer.data == b"plain room-ABCD2345.js"
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_file_without_a_packed_one_is_sent_as_it_is(get):
    answer = get("dist/be-vietnam-400-ABCD2345.woff2", Accept_Encoding="gzip")
    assert (answer.data, answer.mimetype) == (b"font", "font/woff2")
    assert "Content-Encoding" not in answer.headers


def test_only_names_that_carry_their_content_are_kept_for_good(get):
    kept = {
        name: "immutable" in get(f"dist/{name}").headers.get("Cache-Control", "")
        for name in ("room-ABCD2345.js", "be-vietnam-400-ABCD2345.woff2", "sw.js", "manifest.json")
    }
    assert kept == {
        "room-ABCD2345.js": True,
        "be-vietnam-400-ABCD2345.woff2": True,
        "sw.js": False,
        "manifest.json": False,
    }


def test_a_known_file_is_not_sent_twice(get):
    first = get("dist/room-ABCD2345.js", Accept_Encoding="gzip")
    again = get("dist/room-ABCD2345.js", Accept_Encoding="gzip", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path", ["dist/../../secret", "dist/..%2F..%2Fsecret", "dist/none.js", "dist/room-ABCD2345.js.gz.gz"]
)
def test_nothing_outside_the_folder_and_nothing_unknown_is_sent(get, path):
    answer = get(path, Accept_Encoding="gzip")
    assert answer.status_code in {308, 404}


def test_the_build_names_its_files_by_their_content():
    """The pattern that decides what is kept for good fits what the build writes."""
    build = (Path(__file__).parent.parent.parent / "static" / "build.mjs").read_text(encoding="utf-8")
    assert re.search(r'entryNames: "\[name\]-\[hash\]"', build)
