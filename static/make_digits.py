"""Make "Be Vietnam Digits": the ten digits of Be Vietnam Pro, outlines kept, each re-centred on one width.

Be Vietnam Pro has no tabular figures (1 is 385 units wide, 4 is 710), so clocks jump and columns do not align.
The companion face is used through unicode-range for clocks, table columns and chart labels; prose keeps the natural
figures. The licence (OFL, no reserved font name) allows it.

    python3 static/make_digits.py FONT_FOLDER OUT_FOLDER

The same input gives the same bytes. Needs fonttools and brotli.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FAMILY = "Be Vietnam Digits"
WIDTH = 640
WEIGHTS = (300, 400, 600)
DIGITS = range(0x30, 0x3A)


def make_digits(source: Path, target: Path) -> None:
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(
        layout_features=[],
        hinting=False,
        glyph_names=False,
        notdef_outline=True,
        drop_tables=["DSIG", "GDEF", "GPOS", "GSUB", "STAT"],
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=DIGITS)
    subsetter.subset(font)

    names, glyphs, cmap = font["name"], font.getGlyphSet(), font.getBestCmap()
    centred = {}
    for code in DIGITS:
        name = cmap[code]
        bounds = BoundsPen(glyphs)
        glyphs[name].draw(bounds)
        left, _, right, _ = bounds.bounds
        pen = TTGlyphPen(None)
        glyphs[name].draw(TransformPen(pen, (1, 0, 0, 1, round((WIDTH - (right - left)) / 2 - left), 0)))
        centred[name] = pen.glyph()
    for name, glyph in centred.items():
        font["glyf"][name] = glyph
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (WIDTH, glyph.xMin)
    for name_id in (1, 3, 4, 6, 16):
        if names.getDebugName(name_id):
            names.setName(FAMILY if name_id != 6 else FAMILY.replace(" ", ""), name_id, 3, 1, 0x409)
    font.flavor = "woff2"
    font.save(target)


def main(folder: str, out: str) -> None:
    Path(out).mkdir(parents=True, exist_ok=True)
    for weight in WEIGHTS:
        source = Path(folder) / f"be-vietnam-pro-latin-{weight}-normal.woff2"
        make_digits(source, Path(out) / f"be-vietnam-digits-{weight}.woff2")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
