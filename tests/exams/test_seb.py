"""Safe Exam Browser's keys and files, against published and hand-made vectors. No real SEB is part of any test."""

import gzip
import plistlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.exams import seb
from exambank.exams.seb import rncryptor

SETTINGS = {
    "startURL": "https://exam.example/attempt/1",
    "sendBrowserExamKey": True,
    "quitURL": "https://exam.example/seb/quit",
    "originatorVersion": "X",
    "emptyDict": {},
    "URLFilterRules": [{"action": 1, "active": True, "expression": r"a\.b/*"}],
    "examKeySalt": b"\x00\x01\x02",
    "tieng": "Kỳ thi",
}
KEY = "4929a32dd948430a49e04671682a0e67bdb009dbfdb5a91a7829fbd79dc15ccc"
AT = b"<plist><date>2026-01-02T03:04:05Z</date></plist>"
PAGE = "https://exam.example/attempt/1?page=2"
SENT = "78397d405124e0757d65b5951684a06d4714d872d8e3f855de974a0735427c5a"

# RNCryptor's own vectors for version 3: password, both salts and the IV, plain text, message
VECTORS = [
    ("a", "00" * 32, "",
     "03010000000000000000000000000000000000000000000000000000000000000000b3039be31cd7ece5e754f5c8da1700366631"
     "3ae8a89ddcf8e3cb41fdc130b2329dbe07d6f4d32c34e050c8bd7e933b12"),
    ("thepassword", "0001020304050607010203040506070802030405060708090a0b0c0d0e0f0001", "01",
     "03010001020304050607010203040506070802030405060708090a0b0c0d0e0f0001a1f8730e0bf480eb7b70f690abf21e029514"
     "164ad3c474a51b30c7eaa1ca545b7de3de5b010acbad0a9a13857df696a8"),
    ("中文密码", "0304050607000102040506070801020305060708090a0b0c0d0e0f0001020304", "23456789abcdef0123456701",
     "03010304050607000102040506070801020305060708090a0b0c0d0e0f00010203048a9e08bdec1c4bfe13e81fb85f009ab3ddb9"
     "1387e809c4ad86d9e8a6014557716657bd317d4bb6a7644615b3de402341"),
]  # fmt: skip


def test_settings_are_spelled_in_the_one_way_that_is_hashed():
    assert seb.seb_json(SETTINGS) == (
        '{"examKeySalt":"AAEC","quitURL":"https://exam.example/seb/quit","sendBrowserExamKey":true,'
        '"startURL":"https://exam.example/attempt/1","tieng":"Kỳ thi",'
        r'"URLFilterRules":[{"action":1,"active":true,"expression":"a\.b/*"}]}'
    )
    assert seb.config_key(SETTINGS) == KEY


def test_order_and_the_writing_version_do_not_matter_but_every_value_does():
    backwards = dict(reversed(SETTINGS.items()))
    assert seb.config_key({**backwards, "originatorVersion": "another"}) == KEY
    assert seb.config_key({**SETTINGS, "allowQuit": False}) != KEY
    nested = {"b": {"d": 1, "C": {}, "a": False}, "A": [{"z": 1, "Y": 2}], "at": plistlib.loads(AT)}
    assert seb.seb_json(nested) == '{"A":[{"Y":2,"z":1}],"at":"2026-01-02T03:04:05Z","b":{"a":false,"d":1}}'
    assert seb.seb_json({"at": datetime(2026, 1, 2, tzinfo=UTC), "x": 0.5}) == '{"at":"2026-01-02T00:00:00Z","x":0.5}'
    with pytest.raises(ValueError, match="NoneType"):
        seb.seb_json({"nothing": None})


def test_what_is_sent_belongs_to_one_address_and_never_to_its_fragment():
    assert seb.header_value(f"{PAGE}#q3", KEY) == SENT == seb.header_value(PAGE, KEY)


@pytest.mark.parametrize(
    ("given_value", "address"),
    [
        (None, PAGE),
        ("", PAGE),
        (SENT.upper(), PAGE),  # upper-case
        (f" {SENT}", PAGE),
        (SENT[:-1], PAGE),
        (f"{SENT}\n", PAGE),
        (KEY, PAGE),  # the bare key
        (SENT, "https://exam.example/attempt/1?page=3"),
        (SENT, "https://exam.example/attempt/2?page=2"),  # replayed from another attempt
        (SENT, "http://exam.example/attempt/1?page=2"),  # a proxy that took the s away
        (SENT, "https://exam.example:8443/attempt/1?page=2"),
        (SENT, "https://exam.example/attempt/1"),
    ],
)
def test_anything_else_than_the_exact_value_for_this_address_is_refused(given_value, address):
    assert seb.is_genuine(SENT, PAGE, KEY)
    assert not seb.is_genuine(given_value, address, KEY)


def test_a_browser_exam_key_is_wanted_beside_the_config_key_where_some_are_named():
    build = "ab" * 32
    both = seb.Proof(PAGE, SENT, seb.header_value(PAGE, build))
    assert seb.is_proven(both, KEY, ())
    assert seb.is_proven(both, KEY, ("cd" * 32, build))
    assert seb.is_proven(both, "", (build,))
    assert not seb.is_proven(both, KEY, ("cd" * 32,))
    assert not seb.is_proven(seb.Proof(PAGE, SENT), KEY, (build,))
    assert not seb.is_proven(seb.Proof(PAGE, None, both.request_hash), KEY, (build,))
    assert not seb.is_proven(both, "", ())  # nothing named: nothing proven


def test_the_address_is_rebuilt_as_the_browser_wrote_it():
    rebuilt = seb.request_address("https://thi.example", "/sit/a b", "/sit/a%20b?x=1", "x=1")
    assert rebuilt == "https://thi.example/sit/a%20b?x=1"
    assert seb.request_address("https://thi.example", "/sit/a", None, "") == "https://thi.example/sit/a"
    # a request line for another page than the one that is served is not believed
    assert seb.request_address("https://thi.example", "/sit/a", "/sit/b", "") == "https://thi.example/sit/a"


@pytest.mark.parametrize(
    ("page", "is_one"),
    [
        ("https://thi.example/sit/abc", True),
        ("https://thi.example/sit/abc/q/3", True),
        ("https://thi.example/sit/abc?x=1", True),
        ("https://thi.example/sit/abcd", False),
        ("https://thi.example/sit/abd", False),
        ("http://thi.example/sit/abc", False),
        ("https://thi.example.evil/sit/abc", False),
        ("https://thi.example/sit/abc/../abd", False),
        ("", False),
    ],
)
def test_a_page_that_proves_itself_by_script_must_belong_to_the_sitting(page, is_one):
    assert seb.is_page_of(page, "https://thi.example", "/sit/abc") is is_one


@pytest.mark.parametrize(("password", "fresh", "plain", "message"), VECTORS)
def test_encryption_agrees_with_the_published_vectors(password, fresh, plain, message):
    assert rncryptor.encrypt(bytes.fromhex(plain), password, bytes.fromhex(fresh)).hex() == message
    assert rncryptor.decrypt(bytes.fromhex(message), password).hex() == plain
    changed = bytearray.fromhex(message)
    changed[40] ^= 1
    with pytest.raises(rncryptor.WrongPassword):
        rncryptor.decrypt(bytes(changed), password)


def test_our_settings_open_our_pages_and_nothing_else():
    made = seb.exam_settings("https://thi.example:8443", "đóng 1", b"s" * 32)
    assert made["startURL"] == "https://thi.example:8443/sit/"
    assert [rule["expression"] for rule in made["URLFilterRules"]] == ["thi.example:8443/*"]
    assert made["sendBrowserExamKey"] is True
    assert made["browserWindowWebView"] == 3
    assert made["hashedQuitPassword"] == seb.password_hash("đóng 1")
    assert not made["allowSpellCheck"]
    assert made["allowDownloads"]  # the rescue file
    assert not made["allowUploads"]
    assert "đóng" not in seb.seb_json(made)
    assert seb.exam_settings("https://thi.example", "", b"s" * 32)["allowQuit"] is False


@settings(max_examples=15)
@given(
    origin=st.sampled_from(["https://thi.example", "http://192.168.1.10:8000", "https://[fd00::1]"]),
    quit_password=st.text(max_size=12),
    salt=st.binary(min_size=32, max_size=32),
    password=st.text(min_size=1, max_size=12),
)
def test_a_file_read_again_has_the_same_key_plain_or_locked(origin, quit_password, salt, password):
    made = seb.exam_settings(origin, quit_password, salt)
    key, plain = seb.config_key(made), seb.pack(made)
    locked = seb.seal(plain, password, salt)
    assert gzip.decompress(locked)[:4] == b"pswd"
    assert seb.config_key(seb.read_settings(plain)) == key
    assert seb.config_key(seb.read_settings(gzip.compress(b"plnd" + gzip.compress(plain)))) == key
    assert seb.read_settings(locked, password) == made
    for wrong, code in (("", "password_wanted"), (f"{password}!", "wrong_password")):
        with pytest.raises(seb.SebFileError) as refused:
            seb.read_settings(locked, wrong)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "unreadable"),
        (b"<html></html>", "unreadable"),
        (plistlib.dumps([1, 2]), "unreadable"),
        (plistlib.dumps({"a": 1}, fmt=plistlib.FMT_BINARY), "unreadable"),
        (gzip.compress(b"pkhs" + b"x" * 40, mtime=0), "other_lock"),
        (b"\x1f\x8b not gzip", "unreadable"),
        (b"x" * (1 << 21), "too_large"),
        (gzip.compress(b" " * (5 << 20), mtime=0), "too_large"),  # a bomb is not unpacked to the end
        (b"<?xml version='1.0'?><!DOCTYPE p [<!ENTITY a 'b'>]><plist><dict><key>&a;</key><true/></dict></plist>",
         "unreadable"),
        (b"<plist>" + b"<array>" * 5000 + b"</array>" * 5000 + b"</plist>", "unreadable"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_the_reason(body, code):
    with pytest.raises(seb.SebFileError) as refused:
        seb.read_settings(body, "x")
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("HTTPS://Thi.Example:443/sit/", "https://thi.example"),
        ("http://192.168.1.10:8000", "http://192.168.1.10:8000"),
        ("https://[FD00::1]:8443/x", "https://[fd00::1]:8443"),
        ("thi.example", None),
        ("ftp://thi.example", None),
        ("https://user@thi.example", None),
        ("https://thi example", None),
        ("https://", None),
        ("https://thi.example:99999", None),
    ],
)
def test_an_address_is_written_as_browsers_write_it(typed, origin):
    if origin is None:
        with pytest.raises(ValueError):
            seb.origin_of(typed)
    else:
        assert seb.origin_of(typed) == origin
        assert seb.start_link(origin, "/x") == origin.replace("http", "seb") + "/x"
