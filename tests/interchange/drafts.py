"""Drafts of every kind, by example and at random, and how two of them are compared."""

from hypothesis import strategies as st

from exambank.bank.interactions import REGISTRY
from exambank.interchange.neutral import Draft, comparable, draft_of
from tests.bank.kinds import EXAMPLES, KINDS, stem_of

SMALL_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)

words = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="\u200b\ufeff"), min_size=1,
    max_size=40,
).map(lambda text: " ".join(text.split())).filter(bool)  # fmt: skip
SAMPLES = st.sampled_from(
    ["Hà Nội", "x < 3 & y > 2", "a=b~c#d{e}:f\\g", "“Tất cả”", "1, 2; 3", "100%", "C:\\Users", "]]>", "<b>", "đ ₫ €"]
)
phrases = st.one_of(SAMPLES, words)
formulas = st.sampled_from(["x^2", "\\frac{1}{2}", "\\sqrt{x+1}", "a_{ij} \\le 3"])


def as_html(phrase: str) -> str:
    return phrase.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@st.composite
def htmls(draw) -> str:
    """A text as an author leaves it: words, emphasis, a formula, paragraphs."""
    pieces = [as_html(draw(phrases))]
    for wrap in draw(st.lists(st.sampled_from(["<b>{}</b>", "<u>{}</u>", "H<sub>{}</sub>", "{}"]), max_size=2)):
        pieces.append(wrap.format(as_html(draw(phrases))))
    if draw(st.booleans()):
        pieces.append(f'<span data-tex="{as_html(draw(formulas))}"></span>')
    text = " ".join(pieces)
    return f"<p>{text}</p><p>{as_html(draw(phrases))}</p>" if draw(st.booleans()) else text


def example(kind: str, **labels) -> Draft:
    """The sound example of a kind."""
    return draft_of(kind, stem_of(kind), EXAMPLES[kind], **labels)


ALL = [example(kind) for kind in KINDS]


@st.composite
def choices(draw, kind: str = "single_choice") -> Draft:
    """A choice item with texts at random; every option differs from the others."""
    texts = draw(
        st.lists(
            htmls(),
            min_size=2,
            max_size=6,
            unique_by=lambda one: REGISTRY[kind].new_content([(one, 0)])["options"][0]["html"],
        )
    )
    keys = {draw(st.integers(0, len(texts) - 1))}
    if kind != "single_choice":
        keys |= draw(st.sets(st.integers(0, len(texts) - 1)))
    rows = [{"html": one, "is_key": place in keys} for place, one in enumerate(texts)]
    return draft_of(kind, draw(htmls()), {"options": rows})


def alike(one: Draft, other: Draft, ignoring: tuple[str, ...] = ()) -> bool:
    """Whether two drafts say the same, tokens and the named labels apart."""
    first, second = comparable(one), comparable(other)
    return all(first[name] == second[name] for name in first if name not in ignoring)
