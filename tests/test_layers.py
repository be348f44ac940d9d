"""Imports go one way, and never in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOWER = {
    "results": (),
    "checks": ("results",),
    "spiders": ("results", "checks.matters"),
    "probes.browsers": ("results", "checks", "spiders"),
    "probes.cities": ("results", "checks", "spiders"),
    "probes.runs": ("results", "checks", "spiders", "probes"),
    "probes.cli": ("results", "checks", "spiders", "probes", "fixtures"),
    "probes": ("results", "checks", "spiders", "probes"),
}
"""What each room may import besides itself; the longest name that fits a module is its room."""
UPPER = ("probes.runs", "probes.cli")
"""What the probes themselves know nothing of."""


def room_of(module: str) -> str:
    return max((each for each in LOWER if within(module, each)), key=len)


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


def allowed(module: str, imported: str) -> bool:
    room = room_of(module)
    if within(imported, room) and (room != "probes" or not any(within(imported, each) for each in UPPER)):
        return True
    if not any(within(imported, each) for each in LOWER[room]):
        return False
    above = {"probes": UPPER, "probes.runs": ("probes.cli",)}.get(room, ())
    return not any(within(imported, each) for each in above)


def modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in ("results", "checks", "spiders", "probes")
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def imports(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of the house that a file imports, those for type checkers alone left out."""
    tree = ast.parse(path.read_text("utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                inner = f"{node.module}.{each.name}"
                yield inner if inner in known else node.module


def test_imports_go_one_way() -> None:
    known = modules()
    assert len(known) > 250
    wrong = [
        f"{module} imports {imported}"
        for module, path in known.items()
        for imported in imports(path, known)
        if imported.split(".")[0] in ("results", "checks", "spiders", "probes", "fixtures", "tests")
        and not allowed(module, imported)
    ]
    assert not wrong


def test_no_import_runs_in_a_circle() -> None:
    known = modules()
    # a package may open what lies in it
    graph = {
        module: {each for each in imports(path, known) if each in known and not within(each, module)}
        for module, path in known.items()
    }
    TopologicalSorter(graph).prepare()
