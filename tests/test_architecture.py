"""Holds the rule for where things go, the import direction and the ceilings (architecture §1)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "desktop").rglob("*.py"))

# a layer may import its own level and those below it; `cli` never imports `ui`
LEVEL = {"app": 4, "cli": 4, "ui": 3, "exchange": 2, "models": 1, "base": 0}
LIBRARY_HOME = {
    "PySide6": {"ui", "app"},
    "sqlite_utils": {"models"},
    "sqlcipher3": {"models"},
    "openpyxl": {"exchange"},
    "python_calamine": {"exchange"},
    "reportlab": {"exchange"},
    "pypdfium2": {"exchange"},
    "pyrage": {"exchange"},
    "msoffcrypto": {"exchange"},
}
NETWORK = {
    "socket", "ssl", "http", "urllib", "ftplib", "smtplib", "socketserver", "xmlrpc", "requests",
    "asyncio", "telnetlib", "poplib", "imaplib", "aiohttp", "httpx",
}  # fmt: skip
FILE_LINES, FUNCTION_LINES, MAIN_WINDOW_LINES = 500, 60, 300


def layer(path: Path) -> str:
    parts = path.relative_to(ROOT / "desktop").parts
    if len(parts) > 1:
        return parts[0]
    return {"app.py": "app", "__main__.py": "cli"}.get(parts[0], "base")


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(tree: ast.AST) -> Iterator[str]:
    """Every imported module, `from a import b` as both a and a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_imports_only_go_down(path: Path) -> None:
    mine = layer(path)
    for name in imported(parsed(path)):
        parts = name.split(".")
        if parts[0] != "desktop" or len(parts) < 2:
            continue
        other = parts[1] if parts[1] in LEVEL else "base"
        assert LEVEL[other] <= LEVEL[mine], f"{module_name(path)} imports {name} above itself"
        assert (mine, other) != ("cli", "ui"), f"{module_name(path)} needs no window: {name}"
        assert (mine, other) != ("app", "cli"), f"{module_name(path)} imports {name}"


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_each_library_is_used_in_its_own_layer_and_none_reaches_the_network(path: Path) -> None:
    for name in imported(parsed(path)):
        top = name.split(".")[0]
        homes = LIBRARY_HOME.get(top)
        assert homes is None or layer(path) in homes, f"{module_name(path)} imports {name}"
        assert top not in NETWORK, f"{module_name(path)} imports {name}"
        # QLocalServer, which lets a second start raise the first window, is the one exception
        assert name != "PySide6.QtNetwork" or module_name(path).startswith("desktop.ui."), name


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_files_and_functions_stay_small_enough_to_read(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")
    limit = MAIN_WINDOW_LINES if path.name == "main_window.py" else FILE_LINES
    assert lines <= limit, f"{path.name}: {lines} lines"
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= FUNCTION_LINES, f"{path.name}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_every_module_and_function_says_its_types_and_what_it_is_for(path: Path) -> None:
    tree = parsed(path)
    assert ast.get_docstring(tree), f"{path} does not say what it is for"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and not isinstance(node, ast.Lambda):
            assert node.returns is not None or node.name == "__init__", f"{path}: {node.name}"
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, f"{path}: {node.name} imports inside a function"


def test_no_two_modules_import_each_other_in_a_circle() -> None:
    known = {module_name(path): path for path in SOURCES}
    arrows = {
        name: {other for other in imported(parsed(path)) if other in known and other != name}
        for name, path in known.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail[trail.index(name) :], name))
        if name in done:
            return
        for other in sorted(arrows[name]):
            # a package's __init__ is loaded before its parts, importing it back is no circle here
            if not name.startswith(other + "."):
                visit(other, (*trail, name))
        done.add(name)

    for name in known:
        visit(name, ())


def test_screens_and_file_formats_hold_no_sql() -> None:
    for path in SOURCES:
        if layer(path) in {"ui", "exchange", "app"}:
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    words = node.value.lstrip().split(" ", 1)[0]
                    assert words not in {"SELECT", "INSERT", "UPDATE", "DELETE"}, (
                        f"{module_name(path)}:{node.lineno} holds SQL"
                    )
