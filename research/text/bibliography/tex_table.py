"""TeX's commands for letters and signs, as far as bibliographies have them, and their Unicode."""

# Before a letter: https://www.latex-project.org/help/documentation/encguide.pdf
ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331", "t": "\u0361",
}  # fmt: skip
# Before an empty group the accent stands alone: \~{}
ALONE = {"`": "`", "'": "'", "^": "^", "~": "~", '"': "¨", "=": "¯", ".": "˙"}

LETTERS = {
    "ss": "ß", "SS": "ẞ", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø",
    "O": "Ø",
    "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ",
    "ng": "ŋ", "NG": "Ŋ",
}  # fmt: skip

SIGNS = {
    "S": "§", "P": "¶", "copyright": "©", "textcopyright": "©", "pounds": "£", "textsterling": "£",
    "euro": "€", "texteuro": "€", "textyen": "¥", "yen": "¥", "textcent": "¢", "dag": "†", "ddag": "‡",
    "textdagger": "†", "textdaggerdbl": "‡", "textregistered": "®", "texttrademark": "™",
    "textdegree": "°", "degree": "°", "textmu": "µ", "textordfeminine": "ª", "textordmasculine": "º",
    "textonehalf": "½", "textonequarter": "¼", "textthreequarters": "¾", "textnumero": "№",
    "textendash": "–", "textemdash": "—", "textellipsis": "…", "ldots": "…", "dots": "…",
    "textbullet": "•", "textperiodcentered": "·", "textquoteleft": "‘", "textquoteright": "’",
    "textquotedblleft": "“", "textquotedblright": "”", "quotesinglbase": "‚", "quotedblbase": "„",
    "guillemotleft": "«", "guillemotright": "»", "guillemetleft": "«", "guillemetright": "»",
    "guilsinglleft": "‹", "guilsinglright": "›", "textexclamdown": "¡", "textquestiondown": "¿",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textbraceleft": "{",
    "textbraceright": "}", "lbrace": "{", "rbrace": "}", "textbar": "|", "textless": "<", "textgreater": ">",
    "textunderscore": "_", "textdollar": "$", "textquotesingle": "'", "textquotedbl": '"',
    "textasciigrave": "`", "textasteriskcentered": "*", "slash": "/", "TeX": "TeX", "LaTeX": "LaTeX",
    "BibTeX": "BibTeX", "quad": "\u2003", "qquad": "\u2003\u2003", "enspace": "\u2002", "thinspace": "\u2009",
    "newline": "\n", "textzwnj": "\u200c",
}  # fmt: skip

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip

MATH = {
    **GREEK,
    "times": "×", "pm": "±", "mp": "∓", "cdot": "·", "div": "÷", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥",
    "neq": "≠", "ne": "≠", "approx": "≈", "sim": "∼", "equiv": "≡", "propto": "∝", "infty": "∞",
    "rightarrow": "→", "to": "→", "leftarrow": "←", "Rightarrow": "⇒", "leftrightarrow": "↔", "uparrow": "↑",
    "downarrow": "↓", "partial": "∂", "nabla": "∇", "in": "∈", "cup": "∪", "cap": "∩", "subset": "⊂",
    "prime": "′", "circ": "∘", "ell": "ℓ", "star": "⋆", "ast": "∗", "cdots": "⋯", "langle": "⟨",
    "rangle": "⟩",
}  # fmt: skip

# Their argument stays, they go.
FORMATS = frozenset(
    [
        *(
            "textit",
            "textbf",
            "textsc",
            "textsl",
            "textrm",
            "textsf",
            "texttt",
            "textup",
            "textmd",
            "textnormal",
        ),
        *("emph", "text", "mbox", "hbox", "ensuremath", "mkbibemph", "mkbibbold", "mkbibitalic", "mathrm"),
        *(
            "textsuperscript",
            "textsubscript",
            "url",
            "path",
            "nolinkurl",
            "NoCaseChange",
            "uppercase",
            "normalfont",
        ),
        *(
            "it",
            "em",
            "bf",
            "sc",
            "sl",
            "rm",
            "sf",
            "tt",
            "itshape",
            "bfseries",
            "scshape",
            "upshape",
            "protect",
        ),
    ]
)
