"""Signs that have no form: a file for people cannot show them, and some cannot hold them."""

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def without_controls(text: str) -> str:
    """Line feeds only, and a blank for each control character."""
    return _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
