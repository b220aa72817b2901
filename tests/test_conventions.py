"""The shape of the code, kept by tests: who may import whom, who may write, and how long a thing may be."""

import ast
import re
import socket
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 60

# Imports run to the left only: a module knows those of the lines above it, and its own line.
LAYERS = [
    {"text", "charts", "sparklines", "linkwatch", "storage"},
    {"models"},
    {"cells", "rows"},
    {"plans", "merging"},
    {"sheets"},
    {"search"},
    {"queries"},
    {"freezing"},
    {"actions"},
    {"importing", "batches", "exporting", "packages", "written_notes", "checking"},
    {"known_sources", "source_merging", "text_files"},
    {"note_files", "argdown_files", "bibliographies"},
    {"admin", "views", "feeds", "context", "templatetags", "management", "apps"},
    {"urls"},
]


@cache
def modules() -> dict[str, ast.Module]:
    """All modules of the project but its migrations, by dotted name."""
    files = [
        file for folder in ("config", "research", "tests") for file in sorted((ROOT / folder).rglob("*.py"))
    ]
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            file.read_text(encoding="utf-8"), str(file)
        )
        for file in files
        if "migrations" not in file.parts
    }


def of_research() -> dict[str, ast.Module]:
    return {name: tree for name, tree in modules().items() if name.startswith("research.")}


def imports(tree: ast.AST) -> set[str]:
    """Dotted names, as far as they are modules: `from research import rows` imports `research.rows`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            module = node.module or ""
            names = {f"{module}.{alias.name}" for alias in node.names}
            inner = names & modules().keys()
            found |= inner | ({module} if len(inner) < len(names) else set())
    return found


def layer(module: str) -> int:
    name = module.split(".")[1]
    places = [place for place, names in enumerate(LAYERS) if name in names]
    assert places, f"research.{name} has no place yet: give it one in LAYERS"
    return places[0]


class TestImports:
    def test_they_run_leftward_only(self) -> None:
        wrong = [
            f"{name} imports {imported}"
            for name, tree in of_research().items()
            for imported in imports(tree)
            if imported.startswith("research.") and layer(imported) > layer(name)
        ]
        assert wrong == []

    def test_text_and_charts_know_no_models(self) -> None:
        known = {
            imported for name, tree in of_research().items() if layer(name) == 0 for imported in imports(tree)
        }
        assert [
            name for name in known if name.startswith("django.db") or name.startswith("research.models")
        ] == []

    def test_there_are_no_circles(self) -> None:
        graph = {name: imports(tree) & modules().keys() - {name} for name, tree in modules().items()}
        try:
            list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            pytest.fail(" → ".join(error.args[1]))

    def test_nothing_happens_behind_the_writer_s_back(self) -> None:
        hidden = ("django.db.models.signals", "django.dispatch")
        wrong = [
            name
            for name, tree in modules().items()
            if any(found.startswith(hidden) for found in imports(tree))
        ]
        assert wrong == []

    def test_the_project_does_not_import_its_tests(self) -> None:
        wrong = [
            name for name, tree in of_research().items() if any(x.startswith("tests") for x in imports(tree))
        ]
        assert wrong == []


class TestLength:
    def test_a_module_fits_in_the_mind(self) -> None:
        lengths = {name: max(ends(tree), default=0) for name, tree in modules().items()}
        assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}

    def test_a_function_fits_on_a_screen(self) -> None:
        lengths = {
            f"{name}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
            for name, tree in modules().items()
            if not name.startswith("tests.")  # a test may set out its data at length
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
        }
        assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION} == {}


def ends(tree: ast.AST) -> Iterator[int]:
    return (node.end_lineno or 0 for node in ast.walk(tree) if hasattr(node, "end_lineno"))


def calls(tree: ast.AST, *names: str) -> Iterator[tuple[ast.Call, ast.Attribute]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node, node.func


class TestVisibility:
    """What the public may see is said once, in `models/base.py`; others say `.public()` or `is_public`."""

    PUBLIC = (
        "search",
        "queries",
        "views",
        "feeds",
        "downloads",
        "context",
        "templatetags",
        "exporting",
        "packages",
        "cells",
        "rows",
    )

    def test_no_public_code_filters_by_status_itself(self) -> None:
        wrong = [
            f"{name}:{node.lineno}"
            for name, tree in of_research().items()
            if name.split(".")[1] in self.PUBLIC
            for node in ast.walk(tree)
            if (isinstance(node, ast.keyword) and re.search(r"(^|__)status($|__)", node.arg or ""))
            or (isinstance(node, ast.Attribute) and node.attr in ("PUBLISHED", "DRAFT", "REVIEW"))
            or (isinstance(node, ast.Constant) and node.value in ("published", "draft", "review"))
        ]
        assert wrong == []

    def test_no_public_template_does(self) -> None:
        templates = [file for file in (ROOT / "templates").rglob("*.html") if "admin" not in file.parts]
        wrong = [
            file.name
            for file in templates
            if re.search(r"\bstatus\b\s*[=!]=", file.read_text(encoding="utf-8"))
        ]
        assert wrong == []


class TestOneWriter:
    """Records are written in `actions`; passages, which follow from them, in `search.py`."""

    WRITERS = ("actions", "search")
    ALWAYS = ("bulk_create", "bulk_update", "create", "get_or_create", "update_or_create")

    def test_nobody_else_writes(self) -> None:
        wrong = [
            f"{name}:{call.lineno} .{method.attr}()"
            for name, tree in of_research().items()
            if name.split(".")[1] not in self.WRITERS
            for call, method in calls(tree, "save", "delete", "update", *self.ALWAYS)
            if self.writes(call, method)
        ]
        assert wrong == []

    @staticmethod
    def writes(call: ast.Call, method: ast.Attribute) -> bool:
        if isinstance(method.value, ast.Name) and method.value.id == "actions":
            return False
        if method.attr == "update":  # of a query set: by keyword; of a dict or a digest: by position
            return bool(call.keywords) and not call.args
        if method.attr == "delete":  # of a query set or a record: bare; of a cache: by key
            return not call.args
        if method.attr == "save":  # a form that only builds the record; a workbook, into a file
            return not call.args and not any(keyword.arg == "commit" for keyword in call.keywords)
        return True

    @pytest.mark.parametrize(
        "code",
        ["record.save()", "record.delete()", "Case.objects.update(title='')", "found.bulk_create(records)"],
    )
    def test_this_test_sees_a_write(self, code: str) -> None:
        ((call, method),) = calls(ast.parse(code), "save", "delete", "update", *self.ALWAYS)
        assert self.writes(call, method)


class TestTheNetwork:
    @pytest.mark.parametrize("host", ["192.0.2.1", "example.org"])
    def test_no_test_reaches_beyond_this_machine(self, host: str) -> None:
        with pytest.raises(RuntimeError, match=host):
            socket.create_connection((host, 80), timeout=1)

    def test_this_machine_is_reached(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=1).close()
