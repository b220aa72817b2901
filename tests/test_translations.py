"""Chinese is complete, and what is compiled is what is written."""

import ast
import gettext
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PO = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"


def entries() -> dict[str, str]:
    """msgid → msgstr (of a plural: the first), read from the text."""
    found = {}
    for block in PO.read_text(encoding="utf-8").split("\n\n"):
        if "#, fuzzy" in block or block.startswith("#~"):
            continue
        fields = {"msgid": "", "msgstr": ""}
        current = ""
        for line in block.splitlines():
            if match := re.match(r'(msgid|msgstr|msgid_plural|msgctxt)(?:\[0\])? "(.*)"$', line):
                current = match[1]
                fields[current] = match[2]
            elif line.startswith('"'):
                fields[current] += line[1:-1]
        if fields["msgid"]:
            found[plain(fields["msgid"])] = plain(fields["msgstr"])
    return found


def plain(text: str) -> str:
    """Without what marks line breaks, quotes and backslashes in a catalogue."""
    return re.sub(r"\\(.)", lambda escaped: {"n": "\n", "t": "\t"}.get(escaped[1], escaped[1]), text)


def test_every_message_of_the_code_is_collected():
    """Within an f-string `makemessages` may not find it."""
    said = {
        str(call.args[0].value)
        for file in (ROOT / "research").rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy")
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(said) > 500
    assert said - entries().keys() == set()


def test_every_message_is_translated():
    assert len(entries()) > 250
    assert [msgid for msgid, msgstr in entries().items() if not msgstr] == []


def test_nothing_is_left_unsure_or_stale():
    text = PO.read_text(encoding="utf-8")
    assert "#, fuzzy" not in text
    assert "\n#~" not in text


def test_placeholders_are_kept():
    pattern = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
    for msgid, msgstr in entries().items():
        assert sorted(set(pattern.findall(msgid))) == sorted(set(pattern.findall(msgstr))), msgid


def test_what_is_compiled_is_what_is_written():
    with PO.with_suffix(".mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)
    for msgid, msgstr in entries().items():
        assert msgstr in (catalog.gettext(msgid), catalog.ngettext(msgid, msgid, 2)), msgid


def test_every_message_of_the_code_is_in_the_catalogue(tmp_path):
    if not shutil.which("xgettext"):
        pytest.skip("GNU gettext is not installed, so the messages of the code cannot be collected")
    copy = tmp_path / "site"
    for folder in ("research", "config", "templates", "locale"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", copy)
    command = [sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    fresh = (copy / PO.relative_to(ROOT)).read_text(encoding="utf-8")
    new = [
        block
        for block in fresh.split("\n\n")
        if re.search(r'msgstr(\[0\])? ""$', block, re.M) and "Project-Id" not in block
    ]
    assert new == []
