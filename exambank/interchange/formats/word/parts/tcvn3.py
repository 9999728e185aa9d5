"""PURE. The bytes 0x80 to 0xFF of the old fonts ".VnTime", ".VnArial" ...: TCVN 5712:1993, first table."""

# row by row, 0x80 to 0xFF; 0xB0 to 0xB4 are marks that join the letter before them
_ROWS = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨ",
    "ÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ",
    "\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ",
    "\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ",
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽ",
    "éẹềểễếệìỉỄẾỒĩíịò",
    "Ổỏõóọồổỗốộờởỡớợù",
    "ỖủũúụừửữứựỳỷỹýỵỐ",
)
TCVN3 = {0x80 + place: letter for place, letter in enumerate("".join(_ROWS))}
