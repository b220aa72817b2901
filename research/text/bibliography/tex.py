"""TeX's markup in BibTeX fields as Unicode, and back.

Letters, signs and blanks become what they print, groups and commands that only change the look go. What is
not in the table stays as written, with its arguments: `\\chsf{刘华春}`. A line break is `\\\\`.
"""

import re
import unicodedata

from research.text.bibliography.tex_table import ACCENTS, ALONE, FORMATS, GREEK, LETTERS, MATH, SIGNS
from research.text.cjk import is_cjk

_MARKUP = re.compile(r"[\\{}~$\t\n]|--|``|''|[?!]`| {2}|^ | $")
_TOKEN = re.compile(
    r"""
      \\char(?P<code>[0-9]{1,7})(?![0-9])\ ?
    | \\(?P<newline>\\)[ \t]*\n?[ \t]*
    | \\(?P<lone>[`'^"~=.])(?:\{\}|\ \{\})
    | \\(?P<accent>[`'^"~=.]|[uvHrcdbkt](?![A-Za-z]))[ \t\n]*
    | \\(?P<word>[A-Za-z@]+\*?)(?P<after>(?:\[[^\[\]{}\\]*\])?[ \t\n]*)
    | \\(?P<sign>.)
    | (?P<open>\{)
    | (?P<close>\})
    | (?P<tie>~)
    | (?P<dashes>---?)
    | (?P<quote>``|''|[?!]`)
    | \$(?P<math>[^$]*)\$
    | (?P<paragraph>[ \t]*\n[ \t]*\n[ \t\n]*)
    | (?P<blank>[ \t\n]+)
    | (?P<text>[^\\{}~$`'?!\-\ \t\n]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SIGN = {",": "\u2009", ";": " ", ":": " ", "-": "", "/": "", "@": "", "!": "", "\n": " ", "\t": " "}
_QUOTES = {"``": "“", "''": "”", "?`": "¿", "!`": "¡"}
_PLAIN_MATH = re.compile(r"(?:\\[A-Za-z]+[ ]*|[0-9A-Za-z+\-=<>/.,:;%|()\[\] ])*")
_COMMAND = re.compile(r"\\([A-Za-z]+) *")
_DOTLESS = {"ı": "i", "ȷ": "j"}


def decode(text: str) -> str:
    """The field's text in Unicode."""
    return _Decoder(text).decoded() if _MARKUP.search(text) else text


class _Decoder:
    def __init__(self, text: str) -> None:
        self.source, self.out = text, list[str]()
        self.accents: list[str] = []  # waiting for their letter
        self.groups: list[bool] = []  # whether the braces of each open group are kept
        self.argument = False  # whether a group that begins here is an unknown command's

    def decoded(self) -> str:
        for token in _TOKEN.finditer(self.source):
            kind = token.lastgroup or ""
            if kind == "after":
                kind = "word"
            argument, self.argument = self.argument, False
            if kind in ("open", "close"):
                getattr(self, kind)(argument)
            else:
                self.emit(getattr(self, kind)(token, token[kind]))
        return "".join(self.out)

    def emit(self, text: str) -> None:
        if text and self.accents:
            letter = _DOTLESS.get(text[0], text[0])
            marks = "".join(ACCENTS[accent] for accent in reversed(self.accents))
            text, self.accents = unicodedata.normalize("NFC", letter + marks) + text[1:], []
        self.out.append(text)

    def open(self, argument: bool) -> None:
        self.groups.append(argument)
        if argument:
            self.out.append("{")

    def close(self, _argument: bool) -> None:
        kept = self.groups.pop() if self.groups else True
        if kept:
            self.out.append("}")
            self.argument = True

    def code(self, _token: re.Match[str], number: str) -> str:
        return chr(int(number)) if int(number) < 0x110000 else ""

    def accent(self, _token: re.Match[str], name: str) -> str:
        self.accents.append(name)
        return ""

    def lone(self, _token: re.Match[str], name: str) -> str:
        return ALONE[name]

    def word(self, token: re.Match[str], name: str) -> str:
        name, after = token["word"], token["after"]
        if name in FORMATS and not after.startswith("["):
            return ""
        if name == "quad" and self.out and is_cjk(self.out[-1][-1:] or " "):
            return "\u3000"
        for table in (LETTERS, SIGNS, GREEK):
            if name in table and not after.startswith("["):
                return table[name]
        self.argument = not after or after.endswith("]")
        return f"\\{name}{after}"

    def newline(self, _token: re.Match[str], _break: str) -> str:
        return "\n"

    def sign(self, _token: re.Match[str], sign: str) -> str:
        return _SIGN.get(sign, sign)

    def math(self, _token: re.Match[str], formula: str) -> str:
        return decode_math(formula) if _PLAIN_MATH.fullmatch(formula) and formula else f"${formula}$"

    def tie(self, _token: re.Match[str], _tie: str) -> str:
        return "\u00a0"

    def dashes(self, _token: re.Match[str], dashes: str) -> str:
        return "–" if len(dashes) == 2 else "—"

    def quote(self, _token: re.Match[str], quote: str) -> str:
        return _QUOTES[quote]

    def paragraph(self, _token: re.Match[str], _blank: str) -> str:
        return "\n\n"

    def blank(self, _token: re.Match[str], _blank: str) -> str:
        return " "

    def text(self, _token: re.Match[str], text: str) -> str:
        return text


def decode_math(formula: str) -> str:
    """The formula in Unicode if all its commands are in the table, else as written, in its dollar signs."""
    names = _COMMAND.findall(formula)
    if not names or not all(name in MATH for name in names):
        return f"${formula}$"
    return _COMMAND.sub(lambda found: MATH[found[1]], formula)


# --- writing -------------------------------------------------------------------------------------------

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "\u00a0": "~",
    "\t": r"\char9{}",
}  # fmt: skip
_ESCAPED = re.compile(r"[\\{}~^&%$#_\u00a0\t]|-(?=-)|`(?=`)|'(?=')|[?!](?=`)|\n| +")
_CAPITALS = re.compile("[0-9A-Za-zÀ-ɏͰ-ԯ]+")  # in Latin, Greek and Cyrillic


def encode(text: str, *, keep_capitals: bool = False) -> str:
    """TeX that `decode` reads as the text; braces are balanced, and no line begins with blanks.

    `keep_capitals` sets words that would lose theirs in a style in braces: {AI}, {iPhone}.
    """
    encoded = _ESCAPED.sub(lambda found: _escape(found, text), text)
    return _CAPITALS.sub(_protected, encoded) if keep_capitals else encoded


def _escape(found: re.Match[str], text: str) -> str:
    sign = found[0]
    if sign == "\n":
        return "\\\\\n"
    if sign[0] == " ":
        edges = (text[found.start() - 1 : found.start()] or "\n") + (
            text[found.end() : found.end() + 1] or "\n"
        )
        return sign if len(sign) == 1 and "\n" not in edges and "\t" not in edges else "\\ " * len(sign)
    return _ESCAPES.get(sign) or sign + "{}"


def _protected(word: re.Match[str]) -> str:
    capital = any(letter.isupper() for letter in word[0][1:])
    return f"{{{word[0]}}}" if capital and len(word[0]) < 60 else word[0]


# --- addresses and paths -------------------------------------------------------------------------------

_VERBATIM = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "newline": "\n"}
_VERBATIM_SIGNS = {sign: f"\\{name}{{}}" for name, sign in _VERBATIM.items()}
_COMMANDS = re.compile(
    r"\\(textbackslash|textbraceleft|textbraceright|newline)\{\}"
    r"|\\textasciitilde(?:\{\}| ?)|\{?\\([_%&#~$^{}])(?:\{\}|(?<=\{..)\})?|(?<![ \t])[ \t]*\n[ \t]*"
)


def decode_verbatim(text: str) -> str:
    """An address or a path; what programs escape in it all the same (`\\_`, `{\\%}`) is taken back."""
    text = text[1:-1] if text.startswith("{") and text.endswith("}") and text.count("{") == 1 else text

    def sign(found: re.Match[str]) -> str:
        return _VERBATIM.get(found[1] or "") or found[2] or ("~" if found[0].startswith("\\") else "")

    return _COMMANDS.sub(sign, text)


def encode_verbatim(text: str) -> str:
    """What `decode_verbatim` reads as the text; braces are balanced."""
    return re.sub(r"[\\{}\n]", lambda found: _VERBATIM_SIGNS[found[0]], text)
