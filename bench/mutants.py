"""Files broken at random, from a seed: bytes flipped, cut, doubled, swapped, hostile pieces put in, in zips too."""

import io
import random
import zipfile
import zlib

HOSTILE = (
    b"\0", b"\xff\xfe", b"<", b">", b"&", b"&#0;", b"&#xD800;", b"]]>", b"<![CDATA[", b"{", b"}", b"=", b"~",
    b"\\", b"->", b'<!DOCTYPE x [<!ENTITY a "b">]>', b"<question type='multichoice'>", b"<item>",
    b"<choiceInteraction/>", b"NaN", b"1e999", b"-1", b"99999999999999999999", b"%s%n", b"../../../etc/passwd",
    b"http://127.0.0.1/x", b"\xe1\xbb", b"\xcc\x81" * 40, b"<p>" * 60, b"(" * 400, b"{" * 300, b"[[" * 200,
    b"\\frac" * 100, b"A." * 50, b"\n\n\n", b"\t" * 30, b"::" * 30, "Câu 1. ".encode() * 5,
    b"<w:r><w:t>x</w:t></w:r>", b"<m:oMath><m:f/></m:oMath>", b'"', b"null", b"[]", b"{}", b"true",
)  # fmt: skip
_MOST_CHANGES = 6


def mutant(body: bytes, rng: random.Random) -> bytes:
    """One broken copy of a file; of a zip as often the files within it as the zip itself."""
    if body.startswith(b"PK") and rng.random() < 0.8:
        return _mutant_archive(body, rng)
    changed = bytearray(body)
    for _turn in range(rng.randint(1, _MOST_CHANGES)):
        _change(changed, rng)
    return bytes(changed)


def _change(body: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(body) + 1)
    length = min(int(rng.expovariate(1 / 40)) + 1, 4000)
    act = rng.randrange(7)
    if act == 0 and body:
        body[at % len(body)] = rng.randrange(256)
    elif act == 1:
        del body[at : at + length]
    elif act == 2:
        body[at:at] = body[at : at + length] * rng.randint(1, 4)
    elif act == 3:
        body[at:at] = rng.choice(HOSTILE)
    elif act == 4:
        other = rng.randrange(len(body) + 1)
        body[at : at + length], body[other : other + length] = body[other : other + length], body[at : at + length]
    elif act == 5 and rng.random() < 0.2:
        del body[at:]
    else:
        body[at : at + length] = rng.choice(HOSTILE)


def _mutant_archive(body: bytes, rng: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            files = [(name, archive.read(name)) for name in archive.namelist()]
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError):
        return body
    place = rng.randrange(len(files)) if files else 0
    act = rng.randrange(6)
    if files and act == 0:
        del files[place]
    elif files and act == 1:
        files[place] = (rng.choice(["../evil.xml", "/abs.xml", "a\\b.xml", "x" * 300, "nested.zip"]), files[place][1])
    elif files:
        name, inner = files[place]
        changed = bytearray(inner)
        for _turn in range(rng.randint(1, _MOST_CHANGES)):
            _change(changed, rng)
        files[place] = (name, bytes(changed))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inner in files:
            archive.writestr(zipfile.ZipInfo(name), inner)
    return target.getvalue()
