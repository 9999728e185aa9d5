"""Small files of our own in the dialects that are read: QTI 1.2 (Canvas), Blackboard, Open edX."""

import io
import tarfile
import zipfile
from html import escape

NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"


def material(words: str, kind: str = "text/html") -> str:
    return f'<material><mattext texttype="{kind}">{escape(words, quote=False)}</mattext></material>'


def labels(*texts: str, **attributes: str) -> str:
    """Labels a, b, c ... with these texts."""
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return "".join(
        f'<response_label ident="{ident}"{given}>{material(text, "text/plain")}</response_label>'
        for ident, text in zip("abcdefghij", texts, strict=False)
    )


def choices(*texts: str, ident: str = "response1", cardinality: str = "Single") -> str:
    return (
        f'<response_lid ident="{ident}" rcardinality="{cardinality}"><render_choice>{labels(*texts)}</render_choice>'
        "</response_lid>"
    )


def typed(ident: str = "response1", **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<response_str ident="{ident}" rcardinality="Single"><render_fib{given}><response_label ident="answer1"/>'
        "</render_fib></response_str>"
    )


def equal(value: str, ident: str = "response1", **attributes: str) -> str:
    given = "".join(f' {name}="{text}"' for name, text in attributes.items())
    return f'<varequal respident="{ident}"{given}>{escape(value)}</varequal>'


def earns(condition: str, score: str = "100", action: str = "Set", attributes: str = "") -> str:
    return (
        f"<respcondition{attributes}><conditionvar>{condition}</conditionvar>"
        f'<setvar action="{action}" varname="SCORE">{score}</setvar></respcondition>'
    )


def field(name: str, value: str) -> str:
    return (
        f"<qtimetadatafield><fieldlabel>{name}</fieldlabel><fieldentry>{escape(value)}</fieldentry></qtimetadatafield>"
    )


def item(
    stem: str, body: str, rules: str = "", *, kind: str = "", more: str = "", ident: str = "i1", **fields: str
) -> str:
    """An item of QTI 1.2; ``fields`` are what it says of itself, ``more`` stands behind the rules."""
    said = {**({"question_type": kind} if kind else {}), **fields}
    told = "".join(field(name, value) for name, value in said.items())
    return (
        f'<item ident="{ident}" title="Câu hỏi"><itemmetadata><qtimetadata>{told}</qtimetadata></itemmetadata>'
        f"<presentation>{material(stem)}{body}</presentation>"
        '<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
        f"{rules}</resprocessing>{more}</item>"
    )


def quiz(*items: str, title: str = "Kiểm tra") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><questestinterop xmlns="{NAMESPACE}"><assessment ident="q1" '
        f'title="{title}"><section ident="root_section">{"".join(items)}</section></assessment></questestinterop>'
    ).encode()


def zipped(files: dict[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in files.items():
            archive.writestr(path, body)
    return made.getvalue()


def tarred(files: dict[str, bytes | str], links: dict[str, str] | None = None) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for path, body in files.items():
            content = body.encode() if isinstance(body, str) else body
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for path, target in (links or {}).items():
            member = tarfile.TarInfo(path)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return made.getvalue()


def keys_of(draft) -> list[str]:
    """The texts of the right options."""
    return [row["html"] for row in draft.content["options"] if row["is_key"]]


def codes_of(entry) -> list[str]:
    return [problem.code for problem in entry.problems]


def pairs_of(draft) -> dict[str, str]:
    targets = {row["token"]: row["html"] for row in draft.content["targets"]}
    return {row["html"]: targets.get(draft.content["pairs"].get(row["token"]), "") for row in draft.content["options"]}
