"""PURE. The signs of school mathematics and beyond: LaTeX names and the characters they mean."""


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def names(listed: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(listed.split())


# The first name of a character is the one that is written.
GREEK = _pairs(
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ varkappa ϰ "
    "lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ "
    "chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω digamma ϝ"
)
CONSTANTS = _pairs(
    "infty ∞ partial ∂ nabla ∇ emptyset ∅ varnothing ∅ ell ℓ hbar ℏ hslash ℏ Re ℜ Im ℑ wp ℘ aleph ℵ beth ℶ imath ı "
    "jmath ȷ forall ∀ exists ∃ nexists ∄ top ⊤ bot ⊥ angle ∠ measuredangle ∡ sphericalangle ∢ triangle △ degree ° "
    "prime ′ backprime ‵ square □ Box □ blacksquare ■ bigstar ★ diamondsuit ♢ heartsuit ♡ clubsuit ♣ spadesuit ♠ "
    "sharp ♯ flat ♭ natural ♮ checkmark ✓ complement ∁ eth ð mho ℧ copyright © circledR ® pounds £ yen ¥ S § P ¶ "
    "dag † ddag ‡ lozenge ◊ Diamond ◊ blacktriangle ▲ blacktriangledown ▼"
)
BIG = _pairs(
    "sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ oiint ∯ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ "
    "bigotimes ⨂ bigodot ⨀ biguplus ⨄ bigsqcup ⨆"
)
BINARY = _pairs(
    "pm ± mp ∓ times × div ÷ cdot ⋅ ast ∗ star ⋆ circ ∘ bullet ∙ cap ∩ cup ∪ setminus ∖ smallsetminus ∖ wedge ∧ land ∧ "
    "vee ∨ lor ∨ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ uplus ⊎ sqcap ⊓ sqcup ⊔ amalg ⨿ dagger † ddagger ‡ wr ≀ "
    "diamond ⋄ bigcirc ◯ bigtriangleup △ bigtriangledown ▽ triangleleft ◃ triangleright ▹ boxplus ⊞ boxminus ⊟ "
    "boxtimes ⊠ boxdot ⊡ ltimes ⋉ rtimes ⋊ neg ¬ lnot ¬ dotplus ∔ Cap ⋒ Cup ⋓ barwedge ⊼ veebar ⊻ triangledown ▽"
)
RELATIONS = _pairs(
    "le ≤ leq ≤ leqslant ⩽ ge ≥ geq ≥ geqslant ⩾ ne ≠ neq ≠ equiv ≡ approx ≈ sim ∼ simeq ≃ cong ≅ propto ∝ varpropto ∝ "
    "ll ≪ gg ≫ lll ⋘ ggg ⋙ in ∈ notin ∉ ni ∋ owns ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ supsetneq ⊋ "
    "sqsubset ⊏ sqsupset ⊐ sqsubseteq ⊑ sqsupseteq ⊒ perp ⟂ parallel ∥ mid ∣ nmid ∤ nparallel ∦ vdash ⊢ dashv ⊣ "
    "models ⊨ vDash ⊨ Vdash ⊩ nvdash ⊬ nvDash ⊭ asymp ≍ doteq ≐ doteqdot ≑ prec ≺ succ ≻ preceq ⪯ succeq ⪰ "
    "smile ⌣ frown ⌢ bowtie ⋈ approxeq ≊ eqsim ≂ backsim ∽ lesssim ≲ gtrsim ≳ lessgtr ≶ gtrless ≷ triangleq ≜ "
    "nless ≮ ngtr ≯ nleq ≰ ngeq ≱ nsim ≁ ncong ≇ nprec ⊀ nsucc ⊁ nsubseteq ⊈ nsupseteq ⊉ coloneqq ≔ eqqcolon ≕ "
    "therefore ∴ because ∵ between ≬ Subset ⋐ Supset ⋑ trianglelefteq ⊴ trianglerighteq ⊵ vartriangleleft ⊲ "
    "vartriangleright ⊳ backepsilon ∍ risingdotseq ≓ fallingdotseq ≒ circeq ≗ bumpeq ≏ Bumpeq ≎ leqq ≦ geqq ≧ lneq ⪇ "
    "gneq ⪈ lneqq ≨ gneqq ≩"
)
ARROWS = _pairs(
    "to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ uparrow ↑ "
    "downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ Updownarrow ⇕ mapsto ↦ longmapsto ⟼ longrightarrow ⟶ "
    "longleftarrow ⟵ longleftrightarrow ⟷ Longrightarrow ⟹ implies ⟹ Longleftarrow ⟸ impliedby ⟸ "
    "Longleftrightarrow ⟺ iff ⟺ hookrightarrow ↪ hookleftarrow ↩ rightharpoonup ⇀ rightharpoondown ⇁ leftharpoonup ↼ "
    "leftharpoondown ↽ rightleftharpoons ⇌ leftrightharpoons ⇋ rightleftarrows ⇄ leftrightarrows ⇆ nearrow ↗ "
    "searrow ↘ swarrow ↙ nwarrow ↖ nrightarrow ↛ nleftarrow ↚ nRightarrow ⇏ nLeftarrow ⇍ nLeftrightarrow ⇎ "
    "nleftrightarrow ↮ rightsquigarrow ⇝ leadsto ⇝ twoheadrightarrow ↠ rightrightarrows ⇉ leftleftarrows ⇇ "
    "upuparrows ⇈ downdownarrows ⇊ circlearrowleft ↺ circlearrowright ↻ curvearrowleft ↶ curvearrowright ↷ "
    "upharpoonright ↾ upharpoonleft ↿ downharpoonright ⇂ downharpoonleft ⇃ Rrightarrow ⇛ Lleftarrow ⇚ "
    "dashrightarrow ⇢ dashleftarrow ⇠ multimap ⊸"
)
DOTS = _pairs("ldots … dots … dotsc … dotso … cdots ⋯ dotsb ⋯ dotsm ⋯ dotsi ⋯ vdots ⋮ ddots ⋱ mathellipsis …")
BRACKETS = _pairs(
    "langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lbrace { rbrace } lbrack [ rbrack ] vert | lvert | rvert | "
    "Vert ‖ lVert ‖ rVert ‖ backslash \\ lgroup ⟮ rgroup ⟯ ulcorner ⌜ urcorner ⌝ llcorner ⌞ lrcorner ⌟ "
    "lmoustache ⎰ rmoustache ⎱ llbracket ⟦ rrbracket ⟧"
)
RARER = _pairs(
    "lnsim ⋦ lnapprox ⪉ npreceq ⋠ precnsim ⋨ precnapprox ⪹ ntriangleleft ⋪ ntrianglelefteq ⋬ subsetneqq ⫋ gnsim ⋧ "
    "gnapprox ⪊ nsucceq ⋡ succnsim ⋩ succnapprox ⪺ nVDash ⊯ ntriangleright ⋫ ntrianglerighteq ⋭ supsetneqq ⫌ nVdash ⊮ "
    "precneqq ⪵ succneqq ⪶ unlhd ⊴ unrhd ⊵ vartriangle △ circledS Ⓢ Finv Ⅎ Game ⅁ blacklozenge ⧫ diagup ╱ diagdown ╲ "
    "daleth ℸ gimel ℷ eqslantless ⪕ lessapprox ⪅ lessdot ⋖ lesseqgtr ⋚ lesseqqgtr ⪋ backsimeq ⋍ subseteqq ⫅ "
    "preccurlyeq ≼ curlyeqprec ⋞ precsim ≾ precapprox ⪷ Vvdash ⊪ smallsmile ⌣ smallfrown ⌢ eqslantgtr ⪖ gtrapprox ⪆ "
    "gtrdot ⋗ gtreqless ⋛ gtreqqless ⪌ eqcirc ≖ thicksim ∼ thickapprox ≈ supseteqq ⫆ succcurlyeq ≽ curlyeqsucc ⋟ "
    "succsim ≿ succapprox ⪸ shortmid ∣ shortparallel ∥ pitchfork ⋔ blacktriangleleft ◀ blacktriangleright ▶ llless ⋘ "
    "gggtr ⋙ lhd ⊲ rhd ⊳ Join ⋈ Doteq ≑ doublebarwedge ⩞ divideontimes ⋇ leftthreetimes ⋋ rightthreetimes ⋌ "
    "curlywedge ⋏ "
    "curlyvee ⋎ circleddash ⊝ circledast ⊛ centerdot ⋅ intercal ⊺ doublecap ⋒ doublecup ⋓ twoheadleftarrow ↞ "
    "leftarrowtail ↢ looparrowleft ↫ Lsh ↰ origof ⊶ imageof ⊷ leftrightsquigarrow ↭ rightarrowtail ↣ looparrowright ↬ "
    "Rsh ↱ restriction ↾ surd √ gt > lt < circledcirc ⊚ lparen ( rparen ) oiiint ∰ smallint ∫ intop ∫ cdotp ⋅ ldotp . "
    "maltese ✠ And & plusmn ± infin ∞ isin ∈ sub ⊂ sube ⊆ supe ⊇ rarr → larr ← rArr ⇒ lArr ⇐ hArr ⇔ harr ↔ lrarr ↔ "
    "lrArr ⇔ Rarr ⇒ Larr ⇐ Harr ⇔ Lrarr ⇔ uarr ↑ darr ↓ lang ⟨ rang ⟩ sdot ⋅ bull ∙ exist ∃ empty ∅ mapsfrom ↤ "
    "vcentcolon : ratio : dblcolon ∷ coloncolon ∷ colonequals ≔ coloneq ≔ equalscolon ≕ notni ∌ lq ‘ rq ′ Dagger ‡ "
    "clubs ♣ spades ♠ hearts ♡ diamonds ♢ sect § alef ℵ nshortmid ∤ nshortparallel ∦ lBrace ⦃ rBrace ⦄"
)
RARER_LETTERS = _pairs(
    "varGamma Γ varDelta Δ varTheta Θ varLambda Λ varXi Ξ varPi Π varSigma Σ varUpsilon Υ varPhi Φ varPsi Ψ varOmega Ω "
    "Alpha Α Beta Β Epsilon Ε Zeta Ζ Eta Η Iota Ι Kappa Κ Mu Μ Nu Ν Omicron Ο Rho Ρ Tau Τ Chi Χ thetasym ϑ weierp ℘ "
    "image ℑ real ℜ"
)
NUMBER_SETS = {"N": "N", "R": "R", "Z": "Z", "Q": "Q", "C": "C", "reals": "R", "Reals": "R", "natnums": "N",
               "cnums": "C",
               "Complex": "C", "Bbbk": "k"}  # fmt: skip
FUNCTIONS = names(
    "sin cos tan cot sec csc arcsin arccos arctan arcctg arctg cotg ctg tg cosec cth sh ch th sinh cosh tanh coth "
    "log ln lg exp lim limsup liminf max min sup inf det dim ker gcd deg arg hom Pr inj projlim injlim argmax "
    "argmin mod sgn rank lcm arccot arcsec arccsc sech csch diag tr Tr Res Re Im erf ƯCLN BCNN ƯC BC "
)
LATEX_FUNCTIONS = names(
    "sin cos tan cot sec csc arcsin arccos arctan arcctg arctg cotg ctg tg cosec cth sh ch th sinh cosh tanh coth "
    "log ln lg exp lim limsup liminf max min sup inf det dim ker gcd deg arg hom Pr argmax argmin injlim projlim "
)
STACKING = names("lim limsup liminf max min sup inf det gcd Pr injlim projlim argmax argmin ")
INTEGRALS = frozenset("∫∬∭∮∯")

# Marks: the LaTeX command, the character as MathML stacks it, and the combining one that Word keeps.
ACCENTS = {
    "hat": ("^", "\u0302"), "widehat": ("^", "\u0302"), "tilde": ("~", "\u0303"), "widetilde": ("~", "\u0303"),
    "bar": ("¯", "\u0304"), "overline": ("‾", "\u0305"), "vec": ("→", "\u20d7"), "overrightarrow": ("→", "\u20d7"),
    "overleftarrow": ("←", "\u20d6"), "overleftrightarrow": ("↔", "\u20e1"), "dot": ("˙", "\u0307"),
    "ddot": ("¨", "\u0308"), "dddot": ("⃛", "\u20db"), "check": ("ˇ", "\u030c"), "widecheck": ("ˇ", "\u030c"),
    "breve": ("˘", "\u0306"), "acute": ("´", "\u0301"), "grave": ("`", "\u0300"), "mathring": ("˚", "\u030a"),
    "overbrace": ("⏞", "⏞"), "overgroup": ("⏠", "⏠"),
    "underline": ("_", "\u0332"), "underbrace": ("⏟", "⏟"), "underrightarrow": ("→", "\u20ef"),
    "underleftarrow": ("←", "\u20ee"), "undergroup": ("⏡", "⏡"), "utilde": ("~", "\u0330"),
}  # fmt: skip
UNDER = frozenset({"underline", "underbrace", "underrightarrow", "underleftarrow", "undergroup", "utilde"})
WIDE = {
    "hat": "widehat", "tilde": "widetilde", "bar": "overline", "vec": "overrightarrow", "check": "widecheck",
}  # fmt: skip
BRACES = frozenset({"overbrace", "underbrace", "overgroup", "undergroup"})

STYLES = {
    "mathrm": "normal", "mathbf": "bold", "mathit": "italic", "mathbb": "double-struck", "mathcal": "script",
    "mathscr": "script", "mathfrak": "fraktur", "mathsf": "sans-serif", "mathtt": "monospace",
    "boldsymbol": "bold-italic", "bm": "bold-italic",
}  # fmt: skip
STYLE_COMMANDS = {
    "normal": "mathrm", "bold": "mathbf", "italic": "mathit", "double-struck": "mathbb", "script": "mathcal",
    "fraktur": "mathfrak", "sans-serif": "mathsf", "monospace": "mathtt", "bold-italic": "boldsymbol",
}  # fmt: skip

STRETCHED_ARROWS = {
    "xrightarrow": "→", "xleftarrow": "←", "xleftrightarrow": "↔", "xRightarrow": "⇒", "xLeftarrow": "⇐",
    "xLeftrightarrow": "⇔", "xrightleftharpoons": "⇌", "xleftrightharpoons": "⇋", "xmapsto": "↦",
    "xhookrightarrow": "↪", "xhookleftarrow": "↩",
}  # fmt: skip
SPACES = {
    ",": "0.167em",
    ":": "0.222em",
    ";": "0.278em",
    "!": "-0.167em",
    " ": "0.333em",
    "quad": "1em",
    "qquad": "2em",
}
NEGATED = {
    "=": "≠", "∈": "∉", "∋": "∌", "<": "≮", ">": "≯", "≤": "≰", "≥": "≱", "≡": "≢", "∼": "≁", "≃": "≄", "≅": "≇",
    "≈": "≉",
    "⊂": "⊄", "⊃": "⊅", "⊆": "⊈", "⊇": "⊉", "∣": "∤", "∥": "∦", "→": "↛", "←": "↚", "⇒": "⇏", "⇐": "⇍", "⇔": "⇎",
    "∃": "∄",
    "⊢": "⊬", "⊨": "⊭", "≺": "⊀", "≻": "⊁", "↔": "↮",
}  # fmt: skip

LETTERS = {**GREEK, **RARER_LETTERS, **{name: char for name, char in CONSTANTS.items() if char in "∞∂∇∅ℓℏℜℑ℘ℵℶıȷ"}}
LETTERS.update({name: char for name, char in RARER.items() if char in set(LETTERS.values())})
SIGNS = {**CONSTANTS, **BINARY, **RELATIONS, **ARROWS, **DOTS, **BRACKETS, **BIG, **RARER}
SIGNS = {name: char for name, char in SIGNS.items() if name not in LETTERS}


def _first_names(*tables: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in tables:
        for name, char in table.items():
            found.setdefault(char, name)
    return found


# which name is written for a character; the reverse of the tables above
NAMES = _first_names(
    LETTERS, BIG, RELATIONS, ARROWS, BINARY, DOTS, {k: v for k, v in BRACKETS.items() if v not in "{}[]|\\"}, SIGNS
)
NAMES.update({
    "‖": "|", "{": "{", "}": "}", "\\": "backslash", "−": "-", "°": "degree", "·": "cdot", "•": "bullet", "∆": "Delta",
    "µ": "mu", "Ω": "Omega", "¬": "neg", "∥": "parallel", "⟨": "langle", "⟩": "rangle", "〈": "langle", "〉": "rangle",
    "≢": "not\\equiv", "⊄": "not\\subset", "⊅": "not\\supset", "∌": "not\\ni", "≄": "not\\simeq", "≉": "not\\approx",
    "†": "dagger", "‡": "ddagger", "⩽": "leqslant", "⩾": "geqslant", "∙": "bullet", "◦": "circ", "○": "bigcirc",
    "⟂": "perp", "▵": "triangle", "⊥": "perp", "∖": "setminus", "✔": "checkmark", "△": "triangle", "□": "square",
    "∫": "int", "⌣": "smile", "⌢": "frown", "∣": "mid", "∼": "sim", "≈": "approx",
})  # fmt: skip
for _char in "[]|-<>().:&‘":
    NAMES.pop(_char, None)
RELATION_CHARS = (
    frozenset(RELATIONS.values()) | frozenset("=<>") | frozenset(NEGATED.values()) | frozenset(ARROWS.values())
)
STAND_ALONE_BIG = frozenset(BIG.values())
# LaTeX's special letters, and what stands for a character that a keyboard has
ESCAPED = {"%": "\\%", "#": "\\#", "&": "\\&", "_": "\\_", "$": "\\$", "{": "\\{", "}": "\\}"}
INVISIBLE = frozenset("\u2061\u2062\u2063\u2064\u200b\u200c\u200d\u2060\ufeff")
CANONICAL = {
    "-": "−", "–": "−", "·": "⋅", "•": "∙", "∆": "Δ", "µ": "μ", "\u2126": "Ω", "\u2329": "⟨", "\u232a": "⟩",
    "\u3008": "⟨",
    "\u3009": "⟩", "▵": "△", "◦": "∘", "‘": "′", "’": "′", "'": "′", "⁄": "/", "∕": "/", "∶": ":", "￢": "¬", "⊥": "⟂",
    "ⅆ": "d", "ⅇ": "e", "ⅈ": "i", "‐": "−", "‑": "−", "⟘": "⟂", "⊺": "T", "✔": "✓", "〖": "", "〗": "", "▒": "",
}  # fmt: skip

# what readers take for a mark over or under, by the character that stands there
OVER_MARKS = {char: name for name, (char, _own) in reversed(ACCENTS.items()) if name not in UNDER}
OVER_MARKS.update({"ˆ": "hat", "̂": "hat", "˜": "tilde", "∼": "tilde", "̃": "tilde", "-": "bar", "−": "bar",
"―": "bar", "_": "bar",
              "̄": "bar", "̅": "overline", "⃗": "vec", "⇀": "vec", "̇": "dot", ".": "dot", "̈": "ddot", "⎴": "overgroup",
              "︷": "overbrace", "̌": "check", "─": "bar", "‾": "bar", "¯": "bar"})  # fmt: skip
UNDER_MARKS = {"_": "underline", "̲": "underline", "‾": "underline", "¯": "underline", "―": "underline",
               "-": "underline",
           "−": "underline", "⏟": "underbrace", "︸": "underbrace", "⎵": "undergroup", "⏝": "undergroup"}  # fmt: skip
WORD_ACCENTS = {own: name for name, (_char, own) in reversed(ACCENTS.items()) if name not in UNDER}
WORD_ACCENTS.update({"^": "hat", "~": "tilde", "¯": "bar", "‾": "overline", "→": "vec", "\u20d1": "vec",
"\u20d0": "vec",
                 "˙": "dot", "¨": "ddot", "ˇ": "check", "˘": "breve", "´": "acute", "`": "grave", "\u0305": "overline",
                 "\u0304": "bar", "\u033f": "overline", "⏞": "overbrace",
                 "\u20d7": "vec", "←": "overleftarrow"})  # fmt: skip
WORD_GROUPS = {("⏟", "bot"): "underbrace", ("⏞", "top"): "overbrace", ("⏠", "top"): "overgroup", ("⏡",
               "bot"): "undergroup",
           ("→", "bot"): "", ("\u0332", "bot"): "underline", ("_", "bot"): "underline", ("¯", "top"): "overline",
           ("~", "bot"): "utilde", ("^", "top"): "widehat"}  # fmt: skip
