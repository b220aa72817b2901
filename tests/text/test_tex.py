"""TeX's markup and BibTeX's names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.text.bibliography.bibtex_names import read_bibtex_names, write_bibtex_names
from research.text.bibliography.names import read_names
from research.text.bibliography.tex import decode, decode_verbatim, encode, encode_verbatim


class TestTex:
    @pytest.mark.parametrize(
        ("tex", "text"),
        [
            (r"{\"o}\"{o}\"o{\"{\i}}\v{c}\c cx\~n", "öööïčçxñ"),
            (r"\'{\^o} \aa ngström \O{} \ss", "ố ångström Ø ß"),
            (r"a -- b---c~d \& \% \_ \# \$ \{x\}", "a – b—c\u00a0d & % _ # $ {x}"),
            (r"\textit{a {AI} b} {\em c} \emph{d}", "a AI b c d"),
            (r"``a'' ?`b", "“a” ¿b"),
            (r"O'Neil `x'", "O'Neil `x'"),
            (r"\textasciitilde O \LaTeX{} x\textbackslash{}y", "~O LaTeX x\\y"),
            (r"\chsf{刘华春} \foo[1]{a}{b}", r"\chsf{刘华春} \foo[1]{a}{b}"),
            (r"Duo\-qi", "Duoqi"),
            (r"信息\quad 资源, a\quad b", "信息\u3000资源, a\u2003b"),
            (r"1$\Sigma$g+ $5 and $6 $E=mc^2$", "1Σg+ $5 and $6 $E=mc^2$"),
            ("a\n   b\n\n  c\\\\\nd", "a b\n\nc\nd"),
            ("铁路　标准", "铁路　标准"),
        ],
    )
    def test_markup_is_read(self, tex: str, text: str) -> None:
        assert decode(tex) == text

    @given(
        st.text(alphabet="{}\\%@#\"'`$&~^_<>-?! \n\t\u00a0阿AbEx01é", max_size=40)
        | st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]))
    )
    def test_any_text_comes_back(self, text: str) -> None:
        assert decode(encode(text)) == text
        assert decode(encode(text, keep_capitals=True)) == text
        assert encode(text).count("{") == encode(text).count("}")

    @pytest.mark.parametrize(
        ("tex", "text"),
        [
            (r"http://a.b/c\_d\%20{\&}e", "http://a.b/c_d%20&e"),
            (r"http://a.b/\textasciitilde{}c~d--e_f", "http://a.b/~c~d--e_f"),
            ("http://a.b/\n   c", "http://a.b/c"),
        ],
    )
    def test_addresses_are_read_as_they_are(self, tex: str, text: str) -> None:
        assert decode_verbatim(tex) == text

    @given(st.text(alphabet="{}\\%~_$ab:/\n", max_size=30))
    def test_any_address_comes_back(self, text: str) -> None:
        assert decode_verbatim(encode_verbatim(text)) == text


class TestNames:
    @pytest.mark.parametrize(
        ("tex", "names"),
        [
            ("刘松", [{"literal": "刘松"}]),
            ("刘 松", [{"literal": "刘 松"}]),
            ("林, 秀贞", [{"family": "林", "given": "秀贞"}]),
            ("{刘}, {松}", [{"family": "刘", "given": "松"}]),
            ("{{东方不败}}", [{"literal": "东方不败"}]),
            ("{Barnes and Noble} and {others}", [{"literal": "Barnes and Noble"}, {"literal": "others"}]),
            ("Youngre Noh", [{"family": "Noh", "given": "Youngre"}]),
            (
                "Ludwig van Beethoven",
                [{"non-dropping-particle": "van", "family": "Beethoven", "given": "Ludwig"}],
            ),
            (
                "Charles Louis de la Vall{\\'e}e Poussin",
                [{"non-dropping-particle": "de la", "family": "Vallée Poussin", "given": "Charles Louis"}],
            ),
            ("Jungen, {Ch}", [{"family": "Jungen", "given": "Ch"}]),
            ("Sodeman, Jr., William A.", [{"family": "Sodeman", "suffix": "Jr.", "given": "William A."}]),
            ("Smith~J.", [{"family": "J.", "given": "Smith"}]),
            (
                "family=Gogh, given=Vincent, prefix=van, useprefix=true",
                [{"non-dropping-particle": "van", "family": "Gogh", "given": "Vincent"}],
            ),
            ("A and B and ", [{"literal": "A"}, {"literal": "B"}]),
            ("", []),
        ],
    )
    def test_they_are_split_as_bibtex_does(self, tex: str, names: list[dict[str, str]]) -> None:
        assert read_bibtex_names(tex) == names
        assert read_bibtex_names(write_bibtex_names(names)) == names

    @given(st.text(alphabet="{}\\%,;=~ \n阿AbéndA", max_size=30) | st.text(max_size=30))
    def test_any_names_come_back(self, text: str) -> None:
        names = read_names(text.replace("\r", "\n"))
        assert read_bibtex_names(write_bibtex_names(names)) == names
