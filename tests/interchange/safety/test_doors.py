"""Archives and XML at the door: what they may be, and what is refused with which reason."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.interchange.neutral import UnreadableFile
from exambank.interchange.safety.archives import Archive
from exambank.interchange.safety.xml import local_name, namespace, parse_xml


def packed(*files: tuple[str, bytes], method=zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, body in files:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, body)
    return target.getvalue()


def refusal(body: bytes, act=Archive) -> str:
    with pytest.raises(UnreadableFile) as refused:
        act(body)
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../evil.xml", "archive_path"), ("a/../../evil.xml", "archive_path"), ("/etc/passwd", "archive_path"),
        ("C:evil.xml", "archive_path"), ("..\\evil.xml", "archive_path"), ("inner.zip", "archive_nested"),
        ("a/b.tar", "archive_nested"), ("x.RAR", "archive_nested"),
    ],
)  # fmt: skip
def test_a_path_outside_or_an_archive_within_is_refused(name, code):
    assert refusal(packed(("a.xml", b"<a/>"), (name, b"x"))) == code


def test_a_bomb_is_refused_before_it_is_unpacked():
    assert refusal(packed(("a.xml", b"\0" * 30_000_000))) == "archive_bomb"


def test_a_zip_that_lies_about_its_size_is_stopped_while_it_is_read():
    body = bytearray(packed(("a.xml", b"A" * 70_000_000)))
    at = body.rindex(b"PK\x01\x02")
    body[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    archive = Archive(bytes(body))
    with pytest.raises(UnreadableFile):
        archive.read("a.xml")


def test_junk_of_other_systems_is_passed_over():
    archive = Archive(packed(("__MACOSX/._a.xml", b"x"), (".DS_Store", b"x"), ("a.xml", b"<a/>"), ("d/Thumbs.db", b"")))
    assert list(archive) == ["a.xml"]


def test_what_is_no_zip_or_cut_off_is_broken():
    assert refusal(b"PK\x03\x04 no") == "archive_broken"
    assert refusal(packed(("a", b"x"))[:-10]) == "archive_broken"


def test_an_address_is_looked_for_beside_the_file_and_from_the_root():
    archive = Archive(packed(("items/a.xml", b""), ("items/img/hình 1.png", b""), ("b.png", b"")))
    assert archive.find("img/h%C3%ACnh%201.png", "items/a.xml") == "items/img/hình 1.png"
    assert archive.find("../b.png", "items/a.xml") == "b.png"
    assert archive.find("b.png?x#y", "items/a.xml") == "b.png"
    for strange in ("http://x/b.png", "", "#b", "../../b2.png", "file:///b.png"):
        assert archive.find(strange, "items/a.xml") is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml_entities"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'.encode("utf-16"), "xml_entities"),
        (b"<a><b></a>", "xml_broken"), (b"", "xml_broken"), (b"<a" + b" b='1'" * 2, "xml_broken"),
        (b"<a " + b" ".join(b"x%d='1'" % n for n in range(3000)) + b"/>", "xml_too_large"),
        (b"<a>" * 5000, "xml_broken"),
    ],
)  # fmt: skip
def test_xml_that_is_broken_or_hostile_is_refused(body, code):
    assert refusal(body, parse_xml) == code


def test_a_doctype_alone_is_read_and_nothing_is_fetched():
    root = parse_xml(b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/none.dtd"><a x="1">t</a>')
    assert (root.tag, root.text) == ("a", "t")


def test_names_are_told_without_namespace_and_prefix():
    root = parse_xml(b'<q:a xmlns:q="urn:x"><b/><!-- c --></q:a>')
    assert [local_name(one) for one in root.iter()] == ["a", "b", ""]
    assert [namespace(one) for one in root.iter()] == ["urn:x", "", ""]


def test_mending_keeps_what_signs_stand_for():
    root = parse_xml(b"<a><b>x &lt; y &amp; z</b><c>&nbsp;</a>", recover=True)
    assert "x < y & z" in "".join(root.itertext())


@given(st.text(alphabet="<>/ab=\"'&;#x!-[]", max_size=60))
def test_any_text_is_xml_or_is_refused(words):
    for recover in (False, True):
        try:
            root = parse_xml(words.encode(), recover=recover)
        except UnreadableFile as error:
            told = error.code
        else:
            told = "xml_" + local_name(root)
        assert told.startswith("xml_")
