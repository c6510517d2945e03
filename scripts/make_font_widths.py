#!/usr/bin/env python3
"""make_font_widths.py - writes sim/chart/font_widths_table.h: how wide characters of our two typefaces are.

    apt-get install fonts-inter fonts-jetbrains-mono python3-fonttools
    /usr/bin/python3 scripts/make_font_widths.py >sim/chart/font_widths_table.h

Advance widths are facts read from the fonts Inter (regular and semibold, with the feature "tnum": tabular figures) and
JetBrains Mono (regular), in thousandths of an em. Kerning is left out: it narrows a line by a per cent or less. Same fonts,
same bytes; the versions stand in the file that is written.
"""
import sys
from fontTools.ttLib import TTFont

INTER = "/usr/share/fonts/opentype/inter/Inter-%s.otf"
MONO = "/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf"
FIRST, LAST = 0x20, 0x17F
# Punctuation, Greek as far as formulas go, arrows, signs and the shapes that labels use.
BEYOND = ("\u0394\u03a3\u03a9\u03b1\u03b2\u03b3\u03b4\u03b5\u03bb\u03bc\u03c0\u03c1\u03c3\u03c4\u03c6\u03c9"
          "\u2002\u2003\u2007\u2008\u2009\u200a\u200b\u2010\u2011\u2012\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e"
          "\u2020\u2022\u2026\u202f\u2030\u2032\u2033\u2039\u203a\u2044\u20ac\u2122\u2190\u2191\u2192\u2193\u2194\u2195"
          "\u2196\u2197\u2198\u2199\u21b5\u21e7\u2205\u2206\u2211\u2212\u221a\u221e\u2248\u2260\u2264\u2265\u2303\u2318"
          "\u25a0\u25a1\u25b2\u25b3\u25b6\u25b7\u25bc\u25bd\u25c0\u25c6\u25c7\u25cb\u25cf\u2713\u2717\u2b22")


def tabular(font):
    """Glyph -> glyph of the feature tnum."""
    swap = {}
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != "tnum":
            continue
        for index in record.Feature.LookupListIndex:
            for sub in table.LookupList.Lookup[index].SubTable:
                sub = getattr(sub, "ExtSubTable", sub)
                swap.update(getattr(sub, "mapping", {}))
    return swap


def widths(path):
    """(version, {code point: thousandths of an em})"""
    font = TTFont(path)
    names, advance, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    swap = tabular(font) if "GSUB" in font else {}
    known = {}
    for code in [*range(FIRST, LAST + 1), *map(ord, BEYOND)]:
        if code in names:
            glyph = swap.get(names[code], names[code])
            known[code] = round(advance[glyph][0] * 1000 / em)
    return font["name"].getDebugName(5).split(";")[0], known


def rows(values, each=16):
    for i in range(0, len(values), each):
        yield "    " + ", ".join(str(v) for v in values[i:i + each]) + ","


def main():
    version, regular = widths(INTER % "Regular")
    _, semibold = widths(INTER % "SemiBold")
    mono_version, mono = widths(MONO)
    if len(set(mono.values())) != 1:
        sys.exit("make_font_widths.py: the monospaced face is not")
    print(f"""/* font_widths_table.h - advance widths in thousandths of an em, 0: not in the font.
 *
 * Written by scripts/make_font_widths.py from Inter ({version}; tabular figures) and JetBrains Mono
 * ({mono_version}), both under the SIL Open Font License 1.1. */
#ifndef TEPID_CHART_FONT_WIDTHS_TABLE_H
#define TEPID_CHART_FONT_WIDTHS_TABLE_H

#include <stdint.h>

/* clang-format off */
#define MONO_WIDTH {mono[ord("0")]}
#define FIRST_CODE {FIRST:#x}
#define LAST_CODE {LAST:#x}
""")
    for name, known in (("regular", regular), ("semibold", semibold)):
        print(f"static const uint16_t {name}_widths[LAST_CODE - FIRST_CODE + 1] = {{")
        print("\n".join(rows([known.get(code, 0) for code in range(FIRST, LAST + 1)])))
        print("};\n")
    print("/* Ascending. */\nstatic const struct {\n    uint32_t code;\n    uint16_t regular, semibold;\n} "
          "other_widths[] = {")
    items = [f"{{{c:#x}, {regular[c]}, {semibold[c]}}}" for c in sorted(set(map(ord, BEYOND))) if c in regular]
    print("\n".join(rows(items, 6)))
    print("};\n/* clang-format on */\n\n#endif")


main()
