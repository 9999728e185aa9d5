"""PURE. Our styles: Times New Roman 13, Vietnamese; a paragraph's style says what it is."""

from lxml import etree

from exambank.interchange.formats.word.writing.xml import element, valued

_FONT = "Times New Roman"
# id: (name that people see, based on, what comes next, paragraph options, run options)
_PARAGRAPHS = {
    "EbTitle": ("Tên ngân hàng câu hỏi", {"jc": "center", "after": 240, "next": True}, {"b": True, "size": 32}),
    "EbPaperTitle": ("Tên đề", {"jc": "center", "after": 240, "next": True}, {"b": True, "size": 32}),
    "EbKeyTitle": ("Tiêu đề đáp án", {"jc": "center", "before": 240, "after": 120, "next": True}, {"b": True,
    "size": 28}),
    "EbTopic": ("Chủ đề", {"before": 240, "after": 120, "next": True, "outline": 0}, {"b": True, "size": 28}),
    "EbQuestion": ("Câu hỏi", {"before": 120, "next": True}, {}),
    "EbInner": ("Câu hỏi trong tình huống", {"before": 120, "next": True}, {}),
    "EbCase": ("Tình huống", {"before": 120, "next": True}, {"i": True}),
    "EbText": ("Phần tiếp theo", {}, {}),
    "EbHead": ("Đề mục lớn trong câu", {"before": 60}, {"b": True, "size": 28}),
    "EbSubhead": ("Đề mục nhỏ trong câu", {"before": 60}, {"b": True}),
    "EbQuote": ("Đoạn trích", {"left": 567}, {}),
    "EbCode": ("Đoạn mã", {}, {"font": "Courier New", "size": 22}),
    "EbBullet": ("Gạch đầu dòng", {"left": 720, "hanging": 360}, {}),
    "EbNumber": ("Danh sách đánh số", {"left": 720, "hanging": 360}, {}),
    "EbPicture": ("Hình của câu hỏi", {"jc": "center", "before": 60}, {}),
    "EbOption": ("Phương án", {"left": 284}, {}),
    "EbPrompt": ("Ý hỏi", {"left": 284}, {}),
    "EbChoices": ("Lựa chọn của ô trống", {"left": 284}, {}),
    "EbKey": ("Đáp án", {"left": 284}, {"colour": "C00000"}),
    "EbGuide": ("Hướng dẫn chấm", {"left": 284, "next": True}, {}),
    "EbModel": ("Đáp án mẫu", {"left": 284}, {}),
    "EbFollow": ("Câu hỏi thêm", {"left": 284}, {}),
    "EbSolution": ("Lời giải", {"left": 284}, {}),
    "EbNote": ("Ghi chú câu hỏi", {"left": 284, "after": 0}, {"size": 20, "colour": "7F7F7F"}),
    "EbCell": ("Ô của bảng", {"after": 0}, {}),
    "EbCellHead": ("Ô tiêu đề của bảng", {"jc": "center", "after": 0}, {"b": True}),
    "EbGap1": ("Khoảng trống sau bảng", {"after": 0}, {"size": 12}),
    "EbCentre": ("Dòng giữa", {"jc": "center", "after": 0}, {}),
    "EbCentreBold": ("Dòng giữa đậm", {"jc": "center", "after": 0}, {"b": True}),
    "EbCentreItalic": ("Dòng giữa nghiêng", {"jc": "center", "after": 0}, {"i": True}),
    "EbDocTitle": ("Tên văn bản", {"jc": "center", "before": 120, "after": 60, "next": True}, {"b": True, "size": 28}),
    "EbPart": ("Phần của đề", {"before": 160, "after": 60, "next": True}, {"b": True}),
    "EbWrite": ("Dòng trả lời", {"left": 284}, {}),
    "EbSmallCell": ("Ô nhỏ của bảng", {"after": 0}, {"size": 22}),
    "EbSmallHead": ("Ô tiêu đề nhỏ của bảng", {"jc": "center", "after": 0}, {"b": True, "size": 22}),
    "EbSmallCentre": ("Ô nhỏ giữa", {"jc": "center", "after": 0}, {"size": 22}),
    "EbFooter": ("Chân trang", {"jc": "center"}, {"size": 22}),
}  # fmt: skip
_TABLES = {
    "EbTable": "Bảng",
    "EbGrid": "Bảng kẻ ô",
    "EbMatching": "Bảng ghép cặp",
    "EbRubric": "Bảng hướng dẫn chấm",
    "EbKeys": "Bảng đáp án",
    "EbBare": "Bảng không kẻ",
}
_WITHOUT_LINES = {"EbBare"}


def styles_xml() -> bytes:
    """The part ``word/styles.xml``."""
    language = element("lang", val="vi-VN", eastAsia="vi-VN", bidi="ar-SA")
    fonts = element("rFonts", ascii=_FONT, hAnsi=_FONT, eastAsia=_FONT, cs=_FONT)
    run_defaults = element("rPrDefault", element("rPr", fonts, valued("sz", 26), valued("szCs", 26), language))
    spacing = element("spacing", after=60, line=264, lineRule="auto")
    root = element("styles", element("docDefaults", run_defaults, element("pPrDefault", element("pPr", spacing))))
    root.append(
        element("style", valued("name", "Normal"), element("qFormat"), type="paragraph", default=1, styleId="Normal")
    )
    root.append(_character("DefaultParagraphFont", "Default Paragraph Font", is_default=True))
    normal = element(
        "tblCellMar",
        *(
            element(side, w=width, type="dxa")
            for side, width in (("top", 0), ("left", 108), ("bottom", 0), ("right", 108))
        ),
    )
    root.append(element("style", valued("name", "Normal Table"), element("tblPr", element("tblInd", w=0, type="dxa"),
    normal),
                        type="table", default=1, styleId="TableNormal"))  # fmt: skip
    root.append(_character("EbLabel", "Nhãn"))
    root.append(_character("EbGap", "Ô trống"))
    for key, (name, look, letters) in _PARAGRAPHS.items():
        root.append(_paragraph(key, name, look, letters))
    for key, name in _TABLES.items():
        root.append(_table(key, name))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _character(key: str, name: str, *, is_default: bool = False):
    made = element("style", valued("name", name), type="character", styleId=key)
    if is_default:
        made.set(made.tag.replace("style", "default"), "1")
    else:
        made.append(element("qFormat"))
        made.set(made.tag.replace("style", "customStyle"), "1")
    return made


def _paragraph(key: str, name: str, look: dict, letters: dict):
    properties = element("pPr")
    if look.get("next"):
        properties.append(element("keepNext"))
    if "before" in look or "after" in look:
        properties.append(element("spacing", before=look.get("before", 0), after=look.get("after", 60)))
    if "left" in look:
        hanging = {"hanging": look["hanging"]} if "hanging" in look else {}
        properties.append(element("ind", left=look["left"], **hanging))
    if "jc" in look:
        properties.append(valued("jc", look["jc"]))
    if "outline" in look:
        properties.append(valued("outlineLvl", look["outline"]))
    made = element("style", valued("name", name), valued("basedOn", "Normal"), element("qFormat"), properties,
                   type="paragraph", customStyle=1, styleId=key)  # fmt: skip
    made.append(_letters(letters))
    return made


def _letters(look: dict):
    properties = element("rPr")
    if "font" in look:
        properties.append(element("rFonts", ascii=look["font"], hAnsi=look["font"], cs=look["font"]))
    for mark in ("b", "i"):
        if look.get(mark):
            properties.append(element(mark))
    if "colour" in look:
        properties.append(valued("color", look["colour"]))
    if "size" in look:
        properties.extend([valued("sz", look["size"]), valued("szCs", look["size"])])
    return properties


def _table(key: str, name: str):
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    line = "nil" if key in _WITHOUT_LINES else "single"
    borders = element("tblBorders", *(element(side, val=line, sz=4, space=0, color="auto") for side in sides))
    return element("style", valued("name", name), valued("basedOn", "TableNormal"), element("tblPr", borders),
                   type="table", customStyle=1, styleId=key)  # fmt: skip
