"""PURE. Options that speak of other options, and therefore must not move.

Two kinds: an option may speak of ALL the others ("Cả hai ý trên", "Không phương án nào đúng"): it keeps its place, the
others may be shuffled before it. Or it names some of them ("Ý 1 và ý 2", "A và C đều đúng"): then the whole order
stays, since a shuffle would change what the names mean.
"""

import re

from exambank import text

# Texts are compared folded: no marks, đ as d, small letters.
_NOUN = (
    "phuong an|dap an|lua chon|cau tra loi|tra loi|cau|y kien|y|noi dung|nhan dinh|phat bieu|menh de|khang dinh|"
    "luan diem|quan diem|truong hop|yeu to|dieu|muc|options?|answers?|statements?|choices?"
)
_VERDICT = (
    "dung|sai|khong dung|chua dung|khong sai|chinh xac|khong chinh xac|hop le|phu hop|dat|"
    "correct|right|wrong|true|false"
)
_EVERY = "tat ca|toan bo|ca|moi"
_MANY = "cac|nhung|hai|ba|bon|nam|sau|[2-9]"
# "cấp trên" is a superior, not a place on the page
_ABOVE = r"(?:o |neu |ke |noi |vua |da )*(?:(?<!cap )tren(?: day)?|neu|con lai)"
_SAYS = rf"(?: (?:deu|la|thi))*(?: (?:{_VERDICT}))?"

_ALL_OTHERS = tuple(
    re.compile(pattern)
    for pattern in (
        # Cả hai ý trên; Tất cả các loại xe trên; Hai phương án trên đều đúng; Các phương án còn lại
        rf"(?:{_EVERY}) (?:.* )?{_ABOVE}{_SAYS}",
        rf"(?:(?:{_MANY}) )+(?:{_NOUN}) {_ABOVE}{_SAYS}",
        # Cả ba ý; Tất cả các phương án đều sai; Cả hai đều đúng
        rf"(?:(?:{_EVERY}|{_MANY}) )*(?:{_EVERY})(?: (?:{_MANY}))*(?: (?:{_NOUN})){_SAYS}",
        rf"(?:{_EVERY})(?: (?:{_MANY}))*(?: (?:deu|la|thi))+ (?:{_VERDICT})",
        r"tat ca(?: (?:dung|sai))?|ca (?:hai|ba|bon|nam|[2-5])",
        # Hai phương án đều đúng; Các ý đều sai
        rf"(?:(?:{_MANY}) )+(?:{_NOUN})(?: (?:deu|la|thi))+ (?:{_VERDICT})",
        # Không phương án nào (đúng); Không có ý nào trong các ý trên; Không phải các phương án trên
        rf"khong(?: co| phai)?(?: (?:mot|bat ky|bat cu))? (?:{_NOUN}) (?:nao|het)(?: (?:trong|cua|trong so) .*)?"
        rf"(?: {_ABOVE})?{_SAYS}(?: {_ABOVE})?",
        rf"khong (?:phai|thuoc|co)(?: (?:la|trong))?(?: (?:{_EVERY}|{_MANY}|mot trong))* (?:{_NOUN}) {_ABOVE}",
        # Phương án khác; Một đáp án khác; Ý kiến khác
        rf"(?:(?:mot|cac|co) )?(?:{_NOUN}) khac",
        r"(?:all|none|both|neither|any|either)(?: of)?(?: the)?(?: (?:above|these|options|answers|choices))+"
        r"(?: (?:is|are))?(?: (?:correct|true|right|wrong|false))?",
    )
)
_LONGEST = 120  # a longer option states something of its own
_LETTERS = re.compile(r"\b([a-h])\b")
_NUMBERS = re.compile(r"\b([1-9]|i{1,3}|iv)\b")
_FILLER = re.compile(
    rf"\b(?:{_NOUN}|{_VERDICT}|ca|chi|co|gom|bao gom|deu|la|thi|cac|nhung|moi|hai|ba|bon|va|hoac|hay|voi|cung|con|"
    r"tat ca|and|or|both|only|all|are|is|but|not|khong|tren)\b"
)
_SPLITTING = re.compile(r"\b(dung|sai|chi|only|but|con|nhung)\b")  # A right but B wrong: not alike
_NAMES_IDEAS = re.compile(rf"\b(?:{_NOUN}|dung|sai|deu|chi|ca|only|both)\b")


def locked_options(option_texts: list[str]) -> list[bool]:
    """Tell for each option (plain text, in order) whether it must keep its place; all True: the whole order stays.

    An option that speaks of all others holds itself and whatever follows it: "above" must stay above.
    """
    count = len(option_texts)
    folded = [_fold(one) for one in option_texts]
    if any(_names_some(one, place, count) for place, one in enumerate(folded)):
        return [True] * count
    first = next((place for place, one in enumerate(folded) if place and _names_all(one, place, count)), count)
    return [place >= first for place in range(count)]


def is_order_fixed(locks: list[bool]) -> bool:
    """Whether nothing can move: at most one option is free."""
    return sum(not locked for locked in locks) <= 1


def _fold(option: str) -> str:
    """Fold an option and keep only words and figures."""
    return " ".join(re.sub(r"[^\w]+", " ", text.search_key(option)).split())


def _names_all(folded: str, place: int, count: int) -> bool:
    return _speaks_of_all(folded) or _lists_all(folded, place, count)


def _speaks_of_all(folded: str) -> bool:
    return len(folded) <= _LONGEST and any(pattern.fullmatch(folded) for pattern in _ALL_OTHERS)


def _lists_all(folded: str, place: int, count: int) -> bool:
    """Whether, as the last, it lists all the others alike ("Cả A, B, C"): letters are places, so they may change."""
    is_alike = len(set(_SPLITTING.findall(folded))) <= 1
    return place == count - 1 and count > 2 and is_alike and _letters_named(folded) == set("abcdefgh"[: count - 1])


def _names_some(folded: str, place: int, count: int) -> bool:
    """Whether it names particular options."""
    if len(folded) > _LONGEST or _speaks_of_all(folded):
        return False
    letters = _letters_named(folded)
    if letters:
        return not _lists_all(folded, place, count) and min(len(letters), 2) + _names_idea(folded) >= 2
    return _names_idea(folded) and _NUMBERS.search(folded) is not None and _only_names(folded, _NUMBERS)


def _letters_named(folded: str) -> frozenset[str]:
    letters = frozenset(_LETTERS.findall(folded))
    return letters if letters and _only_names(folded, _LETTERS) else frozenset()


def _only_names(folded: str, names: re.Pattern) -> bool:
    """Whether nothing is left but names of options and the small words that join them."""
    return not _FILLER.sub(" ", names.sub(" ", folded)).strip()


def _names_idea(folded: str) -> bool:
    return _NAMES_IDEAS.search(folded) is not None
