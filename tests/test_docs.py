"""The docs are right: every file, command, target, setting and link that they name is there."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMED_FILE = re.compile(r"`((?:config|research|templates|tests|docs|fixtures|scripts|benchmarks)/[\w./-]*)`")


def named(pattern: str) -> list[tuple[str, str]]:
    return [
        (doc.name, found) for doc in DOCS for found in re.findall(pattern, doc.read_text(encoding="utf-8"))
    ]


def test_every_file_named_is_there():
    files = named(NAMED_FILE.pattern)
    assert len(files) > 15
    assert [(doc, name) for doc, name in files if not (ROOT / name).exists()] == []


def test_every_link_leads_somewhere():
    missing = []
    for doc in DOCS:
        for target in re.findall(r"\]\(([^)#\s]+)", doc.read_text(encoding="utf-8")):
            if not target.startswith("http") and not (doc.parent / target).exists():
                missing.append((doc.name, target))
    assert missing == []


def test_every_management_command_named_is_there():
    commands = named(r"manage\.py (\w+)")
    assert {name for _doc, name in commands} >= {"import_csv", "export_csv", "migrate"}
    assert [(doc, name) for doc, name in commands if name not in get_commands()] == []


def test_our_own_commands_take_the_options_that_the_docs_name():
    from django.core.management import load_command_class

    ours = ("import_csv", "export_csv", "export_package", "import_note", "export_note")
    for command in (*ours, "import_sources", "export_sources"):
        parser = load_command_class("research", command).create_parser("manage.py", command)
        known = {option for action in parser._actions for option in action.option_strings}
        for doc in DOCS:
            for line in re.findall(rf"manage\.py {command} ([^\n`]*)", doc.read_text(encoding="utf-8")):
                options = re.findall(r"--[\w-]+", line)
                assert set(options) <= known, (doc.name, line)


def test_every_make_target_named_is_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = named(r"`make (\w+)") + named(r"(?m)^make (\w+)")
    assert {name for _doc, name in targets} >= {"serve", "test"}
    assert [(doc, name) for doc, name in targets if f"\n{name}:" not in makefile] == []


def test_every_setting_named_is_read():
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "config").glob("*.py"))
    code += (ROOT / "research/management/commands/serve.py").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    settings_named = set(re.findall(r"(?m)^#?([A-Z_]+)=", example))
    assert len(settings_named) > 6
    assert [name for name in settings_named if f'"{name}"' not in code] == []
    deployment = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(?m)^([A-Z_]+)=", deployment)) <= settings_named


def test_every_decision_is_listed():
    decisions = ROOT / "docs/decisions"
    listed = (decisions / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in decisions.glob("0*.md") if path.name not in listed] == []


def test_the_columns_in_the_guide_are_columns():
    from research.rows import TABLES

    guide = (ROOT / "docs/guide.md").read_text(encoding="utf-8")
    columns = {column for codec in TABLES.values() for column in codec.columns}
    for name in re.findall(r"(?m)^\| `(\w+)`", guide):
        assert name in columns


@pytest.mark.parametrize(
    ("number", "words"), [("38 cases", "cases"), ("48 findings", "findings"), ("17 dated", "events")]
)
def test_the_numbers_in_the_readme_are_the_fixtures(seed, number, words):
    from research.models import Case, Event, Finding

    names = ["阿里巴巴", "腾讯"]
    counts = {
        "cases": Case.objects.public().filter(organization__name__in=names).count(),
        "findings": Finding.objects.public().filter(organization__name__in=names).count(),
        "events": Event.objects.public().count(),
    }
    assert number.startswith(str(counts[words]))
    assert number in (ROOT / "README.md").read_text(encoding="utf-8").replace("\n", " ")


def test_nothing_tracked_names_a_download_address():
    listed = subprocess.run(
        ["git", "ls-files", "*.lock"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    for name in listed.stdout.split() or ["requirements.lock", "requirements-dev.lock"]:
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")
