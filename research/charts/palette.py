"""The look of a drawing that leaves the site: the colours of tokens.css, said in the file itself."""

from collections.abc import Mapping

LIGHT = {
    "paper": "#fbfaf6", "ink": "#1c1b19", "muted": "#625e56", "rule": "#dcd6c9",
    "w1": "#9a5b00", "w2": "#1d5fb8", "w3": "#2f7d4f", "w4": "#7a4fb0",
    "w5": "#5e6b00", "w6": "#b02a6b", "w7": "#00798a", "w8": "#5b5b5b",
}  # fmt: skip
DARK = {
    "paper": "#161513", "ink": "#ece8e0", "muted": "#a8a297", "rule": "#38352f",
    "w1": "#e0a04a", "w2": "#7fb0f5", "w3": "#79c797", "w4": "#c3a2ee",
    "w5": "#b9c655", "w6": "#f08cbb", "w7": "#5fc6d6", "w8": "#b9b9b9",
}  # fmt: skip
SANS = '"PingFang SC","Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",system-ui,sans-serif'
SERIF = '"Source Han Serif SC","Noto Serif CJK SC","Songti SC","SimSun",serif'


def colours(palette: Mapping[str, str]) -> str:
    """The rules that give each class its colour."""
    witnesses = "".join(f".w{place}{{color:{palette[f'w{place}']}}}" for place in range(1, 9))
    return (
        f"svg{{color:{palette['ink']}}}.paper{{fill:{palette['paper']}}}{witnesses}"
        f".quiet{{fill:{palette['muted']}}}.rule{{stroke:{palette['rule']}}}"
    )


def style(*, dark: bool) -> str:
    """The style sheet of a file of its own; with `dark` it follows the reader's scheme."""
    night = f"@media (prefers-color-scheme:dark){{{colours(DARK)}}}" if dark else ""
    return (
        f"text{{fill:currentColor;font:12px {SANS}}}"
        f".siglum{{font-family:{SERIF};font-weight:700}}.title{{font:700 19px {SERIF}}}"
        "path{fill:none;stroke:currentColor}.mark{fill:currentColor}.line,.range{stroke-width:1.6}"
        ".axis{stroke-opacity:.7}.lead{stroke-width:.8;stroke-dasharray:1 3}.light{opacity:.55}"
        ".d1{stroke-dasharray:6 3}.d2{stroke-dasharray:2 3}.d3{stroke-dasharray:8 3 2 3}"
        f"{colours(LIGHT)}{night}"
    )
