"""PURE. What a candidate sees of a QTI 1.2 item: texts and places to answer, in their order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from exambank.interchange.formats.canvas.materials import Materials, joined, plain
from exambank.interchange.safety.xml import local_name

RESPONSES = {"response_lid": "choice", "response_str": "text", "response_num": "number", "response_xy": "point",
             "response_grp": "choice", "response_extension": "other"}  # fmt: skip
MOST_ATTRIBUTES = 100
_RENDERS = {"render_choice": "choice", "render_fib": "typed", "render_hotspot": "hotspot", "render_slider": "slider",
            "render_extension": "other"}  # fmt: skip


@dataclass(frozen=True)
class Label:
    """One thing to choose. ``attributes`` are those of its element (New Quizzes say there how a blank is typed)."""

    ident: str
    html: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        return plain(self.html)


@dataclass(frozen=True)
class Response:
    """One place to answer. ``prompt`` is the text that belongs to it alone, ``name`` the same as plain words."""

    ident: str
    form: str  # choice, text, number, point, other: what is answered
    render: str  # choice, typed, hotspot, slider, ordering, other: how it is shown
    cardinality: str  # single, multiple, ordered
    prompt: str
    labels: tuple[Label, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return plain(self.prompt)


@dataclass(frozen=True)
class Presentation:
    """Texts (str) and responses in their order; ``shown_matches`` are the right-hand texts of Blackboard."""

    pieces: tuple[str | Response, ...]
    shown_matches: tuple[str, ...] = ()

    @cached_property
    def responses(self) -> list[Response]:
        return [one for one in self.pieces if isinstance(one, Response)]

    @cached_property
    def stem(self) -> str:
        """The text without its places to answer."""
        return joined([one for one in self.pieces if isinstance(one, str)])


def read_presentation(item, materials: Materials) -> Presentation:
    """The presentation of an ``item``; one without any has no pieces."""
    pieces: list[str | Response] = []
    matches: list[str] = []
    for element in item.iterchildren():
        if local_name(element) == "presentation":
            _walk(element, materials, pieces, matches)
    return Presentation(tuple(one for one in pieces if one), tuple(matches))


def _walk(element, materials: Materials, pieces: list, matches: list[str]) -> None:
    """Collect what stands in an element; a flow that holds one response and its text is that response's prompt."""
    for child in element.iterchildren():
        name = local_name(child)
        if name in RESPONSES:
            pieces.append(_response(child, materials))
        elif name == "material":
            pieces.append(materials.html_of_material(child))
        elif (child.get("class") or "").upper() == "RIGHT_MATCH_BLOCK":
            matches.extend(_matches(child, materials))
        elif name in ("flow", "flow_mat", "presentation_material"):
            own: list[str | Response] = []
            _walk(child, materials, own, matches)
            pieces.extend(_as_prompt(own) if _is_in_response_block(child) else own)
        elif name:
            _walk(child, materials, pieces, matches)


def _is_in_response_block(flow) -> bool:
    parent = flow.getparent()
    return parent is not None and (parent.get("class") or "").upper() == "RESPONSE_BLOCK"


def _as_prompt(pieces: list) -> list:
    responses = [one for one in pieces if isinstance(one, Response)]
    texts = [one for one in pieces if isinstance(one, str) and one]
    if len(responses) != 1 or not texts or responses[0].prompt:
        return pieces
    one = responses[0]
    prompted = Response(
        one.ident, one.form, one.render, one.cardinality, joined(texts), one.labels, one.attributes
    )  # fmt: skip
    return [prompted]


def _matches(block, materials: Materials) -> Iterator[str]:
    for flow in block.iterchildren():
        if local_name(flow):
            yield materials.html_of(flow)


def _response(element, materials: Materials) -> Response:
    renders = [one for one in element.iterchildren() if local_name(one) in _RENDERS]
    render = _RENDERS[local_name(renders[0])] if renders else "other"
    if any(local_name(one) == "ims_render_object" for one in element.iter()):
        render = "ordering" if _cardinality(element) == "ordered" else render
    inside = {id(one) for one in renders}
    outside = [one for one in element.iterchildren() if local_name(one) and id(one) not in inside]
    prompt = joined([materials.html_of(one) for one in outside])
    labels = tuple(_labels(element, materials)) if render in ("choice", "ordering", "other") else ()
    # an ordering may have a text above and below its lines
    loose = [one for render in renders for one in render.iterchildren() if local_name(one) == "material"]
    prompt = joined([prompt, *(materials.html_of_material(one) for one in loose)])
    attributes = {**attributes_of(renders[0]), **attributes_of(element)} if renders else attributes_of(element)
    form = RESPONSES[local_name(element)]
    return Response(element.get("ident") or "", form, render, _cardinality(element), prompt, labels, attributes)


def attributes_of(element) -> dict[str, str]:
    """The attributes of an element; one with very many of them is no question's, and slow to read."""
    if len(element.attrib) > MOST_ATTRIBUTES:
        return {}
    return {str(name): value for name, value in element.attrib.items()}


def _cardinality(element) -> str:
    return (element.get("rcardinality") or "single").strip().lower()


def _labels(element, materials: Materials) -> Iterator[Label]:
    for label in element.iter():
        if local_name(label) == "response_label":
            yield Label(label.get("ident") or "", materials.html_of(label), attributes_of(label))
