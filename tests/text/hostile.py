"""Pieces of text that, repeated many thousand times, a careless parser takes very long over.

`python -m benchmarks hostile` measures that the time grows as the text does.
"""

MARKDOWN = [
    *("[", "*", ">", "![", "`", "[@", "[[", "[@{", "@{", "[[a|", "~~a", "**中。", "[a](", "[a]["),
    *("<", "> ", "- ", "<!--\n", "<!-- nocite: [@a]\n", "http://", "|", "\\", "&", "_a", "a\n", "# a\n"),
]
LINES_OF_A_NOTE = ["[", "- ", "((", "http://", "#", "190912-"]


def note_of(line: str) -> str:
    """A note with the line in each of its lists."""
    return f"## 参考\n\n- {line}\n\n## TODO\n- {line}\n\n## changelog\n- {line}"
