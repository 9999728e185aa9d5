"""PURE. The package: a zip with its manifest at the root, the test, one file an item, and the pictures."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from exambank.interchange.formats.qti_write.booklet import Reference, write_test
from exambank.interchange.formats.qti_write.items import Item, write_item
from exambank.interchange.formats.qti_write.metadata import LOM, item_metadata, package_metadata
from exambank.interchange.formats.qti_write.names import Register
from exambank.interchange.formats.qti_write.nodes import Node, Version, plain_document
from exambank.interchange.neutral import REFUSED, WARNING, Bundle, Loss, MediaFile, Problem, Raw, Written

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LOM_SCHEMA = "http://www.imsglobal.org/xsd/imsmd_loose_v1p3p2.xsd"
_WRITTEN_AT = (1980, 1, 1, 0, 0, 0)  # the same items give the same bytes
TEST = "assessment.xml"
LANGUAGE = "vi"


@dataclass
class _Package:
    """What grows while the items are written."""

    version: Version
    files: dict[str, bytes] = field(default_factory=dict)
    resources: list[Node] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    names: Register = field(default_factory=lambda: Register("TEST", "MANIFEST"))


def write_package(bundle: Bundle, version: Version) -> Written:
    """All items of the bundle, and the raw ones of this same version as they came."""
    package = _Package(version)
    media = _media_paths(bundle.media)
    hrefs = {key: f"../{path}" for key, path in media.items()}
    resources = {key: f"MEDIA-{number}" for number, key in enumerate(media, start=1)}
    shown: dict[str, None] = {}
    for index, draft in enumerate(bundle.drafts):
        identifier = package.names.identifier(draft.identifier or draft.name, f"Q{index + 1:04d}")
        item = write_item(draft, identifier, version, hrefs)
        shown.update(dict.fromkeys(item.media))
        path = f"items/{identifier}.xml"
        package.files[path] = item.body
        metadata = item_metadata(draft, item.title, item.interactions, version, LANGUAGE)
        package.resources.append(_item_resource(item, path, metadata, [resources[key] for key in item.media], version))
        topic = draft.topic_names[0] if draft.topic_names else ""
        package.references.append(Reference(identifier, path, topic, draft.points, item.largest))
        package.losses += [Loss(index, problem) for problem in item.losses]
    for index, raw in enumerate(bundle.raws):
        _add_raw(package, index, raw)
    for key in shown:
        package.files[media[key]] = bundle.media[key].body
        package.resources.append(_resource(resources[key], "webcontent", media[key]))
    return _written(package, bundle)


def _written(package: _Package, bundle: Bundle) -> Written:
    title = bundle.title or "exambank"
    is_linear = bundle.choices.get("navigation") == "linear"
    test = write_test(title, package.references, package.version, is_linear=is_linear)
    items = [Node("dependency", identifierref=one.identifier) for one in package.references]
    resource = _resource("TEST", f"imsqti_test_xml{package.version.code}", TEST, items)
    manifest = _manifest(bundle.title, [resource, *package.resources], package.version)
    body = _zip({"imsmanifest.xml": manifest, TEST: test, **package.files})
    return Written(body, ".zip", "application/zip", tuple(package.losses))


def _zip(files: Mapping[str, bytes]) -> bytes:
    """The files in their order; pictures are packed already, so they are only stored."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, body in files.items():
            entry = zipfile.ZipInfo(path, _WRITTEN_AT)
            entry.external_attr = 0o644 << 16
            method = zipfile.ZIP_DEFLATED if path.endswith((".xml", ".svg")) else zipfile.ZIP_STORED
            archive.writestr(entry, body, compress_type=method, compresslevel=6)
    return target.getvalue()


def _media_paths(media: Mapping[str, MediaFile]) -> dict[str, str]:
    names = Register()
    return {key: "media/" + names.file(one.name, one.media_type) for key, one in media.items()}


# --- items kept as they came ---

_UNFIT = re.compile(r"[:\0]")
_DEEPEST = 8


def _add_raw(package: _Package, index: int, raw: Raw) -> None:
    """A raw item of this version in a folder of its own, with the files that belong to it beside it."""
    if raw.format != package.version.name:
        values = {"format": raw.format, "wanted": package.version.name}
        package.losses.append(Loss(index, Problem("qti_raw_other", REFUSED, values=values), is_raw=True))
        return
    identifier = package.names.identifier(raw.identifier or raw.name, f"RAW{index + 1:04d}")
    folder = f"raw/{identifier}"
    files = {unquote(name).replace("\\", "/"): body for name, body in raw.files}
    # deep enough for what the item names outside its own folder ("../pictures/a.png") to lie in this one
    depth = max((posixpath.normpath(name).split("/").count("..") for name in files), default=0)
    path = posixpath.join(folder, *["in"] * min(depth, _DEEPEST), f"item{raw.suffix or '.xml'}")
    package.files[path] = raw.body
    beside = []
    for name, body in files.items():
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
        if not inside.startswith(folder + "/") or _UNFIT.search(inside) or inside in package.files:
            problem = Problem("qti_raw_file_left_out", WARNING, values={"path": name[:200]})
            package.losses.append(Loss(index, problem, is_raw=True))
            continue
        package.files[inside] = body
        beside.append(inside)
    kind = f"imsqti_item_xml{package.version.code}"
    package.resources.append(_resource(identifier, kind, path, [Node("file", href=quote(one)) for one in beside]))
    package.references.append(Reference(identifier, path, "", "", "1"))


# --- manifest ---


def _item_resource(item: Item, path: str, metadata: Node, media: list[str], version: Version) -> Node:
    found = Node("resource", metadata, Node("file", href=path), identifier=item.identifier, href=path)
    found.attributes["type"] = f"imsqti_item_xml{version.code}"
    return found.add(*(Node("dependency", identifierref=one) for one in media))


def _resource(identifier: str, kind: str, path: str, others: Iterable[Node] = ()) -> Node:
    return Node("resource", Node("file", href=path), *others, identifier=identifier, type=kind, href=path)


def _manifest(title: str, resources: list[Node], version: Version) -> bytes:
    root = Node(
        "manifest",
        package_metadata(title, version, LANGUAGE),
        Node("organizations"),
        Node("resources", *resources),
        xmlns=version.packaging,
        xmlns__imsmd=LOM,
        xmlns__imsqti=version.metadata,
        xmlns__xsi=_XSI,
        xsi__schemaLocation=f"{version.packaging} {version.packaging_schema} {LOM} {_LOM_SCHEMA}",
        identifier="MANIFEST",
    )
    return plain_document(root)
