"""Hostile packages are refused with a reason, and no mutation of a file does more than that."""

import gzip
import io
import random
import tarfile

import pytest

from exambank.interchange.formats import blackboard, canvas, olx
from exambank.interchange.formats.olx.tarball import open_tarball
from exambank.interchange.neutral import Bundle, Source, UnreadableFile
from tests.interchange.drafts import ALL
from tests.interchange.other.samples import choices, earns, equal, item, quiz, tarred
from tests.interchange.other.test_blackboard import POOL, UPLOAD
from tests.interchange.other.test_olx import COURSE

PROBLEM = "<problem><p>x</p></problem>"


def refusal_of(body: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        olx.read(Source(body, "c.tar.gz"))
    return caught.value.code


@pytest.mark.parametrize("path", ["../p.xml", "/etc/p.xml", "a/../../p.xml", "C:/p.xml"])
def test_a_member_outside_its_folder_is_refused(path):
    assert refusal_of(tarred({path: PROBLEM})) == "archive_path"


@pytest.mark.parametrize("target", ["/etc/passwd", "problem/a.xml"])
def test_links_are_refused(target):
    assert refusal_of(tarred({"problem/a.xml": PROBLEM}, {"problem/b.xml": target})) == "archive_link"


def test_devices_are_refused():
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        member = tarfile.TarInfo("problem/a.xml")
        member.type = tarfile.CHRTYPE
        archive.addfile(member)
    assert refusal_of(made.getvalue()) == "archive_link"


def test_a_file_that_stands_there_twice_is_refused():
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for _time in range(2):
            archive.addfile(tarfile.TarInfo("problem/a.xml"), io.BytesIO(b""))
    assert refusal_of(made.getvalue()) == "archive_twice"


def test_a_package_that_unpacks_to_far_more_is_refused():
    huge = {"problem/a.xml": b"\0" * 12_000_000}
    assert refusal_of(tarred(huge)) == "archive_bomb"
    assert refusal_of(gzip.compress(b"\0" * 100)) == "archive_broken"


def test_a_size_that_is_a_lie_breaks_nothing():
    header = bytearray(tarfile.TarInfo("problem/a.xml").tobuf())
    header[124:136] = b"77777777777\0"
    checksum = sum(header[:148]) + 8 * 32 + sum(header[156:])
    header[148:156] = b"%06o\0 " % checksum
    assert refusal_of(gzip.compress(bytes(header))) == "archive_bomb"
    header[124:136] = b"\x80" + b"\xff" * 11
    assert refusal_of(gzip.compress(bytes(header))) == "archive_broken"


@pytest.mark.parametrize("style", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_long_names_are_read_in_every_style_of_tar(style):
    name = "course/" + "a" * 90 + "/" + "ố" * (20 if style != tarfile.USTAR_FORMAT else 5) + ".xml"
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz", format=style) as archive:
        member = tarfile.TarInfo(name)
        member.size = 3
        archive.addfile(member, io.BytesIO(b"abc"))
    assert open_tarball(made.getvalue(), lambda path: True) == {name: b"abc"}


@pytest.mark.parametrize("reader", [canvas.read, blackboard.read, olx.read])
def test_entities_are_never_resolved(reader):
    body = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><problem><questestinterop/><POOL/>&x;</problem>'
    with pytest.raises(UnreadableFile) as caught:
        reader(Source(body, "x.xml"))
    assert caught.value.code == "xml_entities"


def files() -> list[tuple]:
    package = canvas.write(Bundle("Đề", tuple(ALL))).body
    plain = quiz(item("Hỏi [x]", choices("1", "2"), earns(equal("a")), points_possible="1"))
    return [(canvas.read, plain), (canvas.read, package), (blackboard.read, POOL.encode()), (olx.read, tarred(COURSE)),
            (blackboard.read, UPLOAD.encode()), (olx.read, COURSE["course/problem/p1.xml"].encode())]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_no_mutation_of_a_file_does_more_than_refuse_it(seed):
    rng = random.Random(seed)
    for reader, body in files():
        for _turn in range(25):
            mutated = bytearray(body)
            for _change in range(rng.randint(1, 6)):
                at = rng.randrange(len(mutated))
                mutated[at : at + rng.randint(0, 8)] = rng.choice(
                    [b"<", b">", b"&", b"\0", b"]]>", b"<!--", b'"', b"999999999999", b"<item>", b"\xff", b"/", b"$"]
                )
            try:
                reading = reader(Source(bytes(mutated), "x"))
            except UnreadableFile:
                continue
            assert sum(reading.counts().values()) == len(reading.entries)
