"""`make growth`: trees of any size, the sample's modules and plugins copied beside themselves, and what they cost.

Cost grows in a straight line: the CPU for a file of the largest tree is at most so many times that of the smallest.
All are read anew: of large trees nothing is kept.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from codemods.survey.cache import PLACE as CACHE
from codemods.tree import open_checkout
from tests.bench import MIB, TENANTIZE, run
from tests.conftest import SAMPLE, copy_of

# How many files, and how many of them are plugins' own.
SIZES = ((200, 10), (2000, 100), (10_000, 500))
LARGEST = SIZES[-1][0]
GROWTH_LIMIT = 1.3
MEMORY_LIMIT = 500 * MIB


def multiplied(target: Path, files: int, plugins: int) -> Path:
    """The sample, grown to so many Python files, of which so many plugins."""
    tree = copy_of(SAMPLE, target)
    folders = sorted(path.parent for path in (tree / "plugins").glob("*/plugin.py"))
    for number in range(max(plugins - len(folders), 0)):
        source = folders[number % len(folders)]
        shutil.copytree(source, source.with_name(f"{source.name}_{number}"))
    modules = [path for path in sorted((tree / "src").rglob("*.py")) if path.name != "__init__.py"]
    missing = files - len(open_checkout(tree).files)
    for number, _ in zip(count(), range(missing), strict=False):
        source = modules[number % len(modules)]
        shutil.copy(source, source.with_name(f"{source.stem}_{number}.py"))
    return tree


def with_handlers(tree: Path, count: int) -> None:
    """Add one file of so many handlers that need a tenant."""
    lines = [
        "from fastapi import APIRouter",
        "",
        "from src.common.database.database_model import PersonInfo",
        "",
        "router = APIRouter()",
    ]
    for number in range(count):
        lines += [
            "",
            "",
            f'@router.get("/many/{number}")',
            f"async def many_{number}():",
            "    return [person.person_name for person in PersonInfo.select()]",
        ]
    (tree / "src/webui/many_routes.py").write_text("\n".join(lines) + "\n", encoding="utf-8")


def with_literal(tree: Path, size: int) -> None:
    """Add one file of a single literal of so many bytes."""
    item = '    "word": ["one", 2, 3.0, None],\n'
    (tree / "src/words.py").write_text("WORDS = {\n" + item * (size // len(item)) + "}\n", encoding="utf-8")


def main() -> int:
    """Print the table; 1 when a limit is passed."""
    failed = False
    with tempfile.TemporaryDirectory(prefix="tenantize-growth-") as folder:
        print(f"{'':<8}{'tree':<24}{'CPU s':>8}{'ms a file':>11}{'of 200':>8}{'peak MiB':>10}")
        for command in ("audit", "diff"):
            first = 0.0
            for name, tree in _trees(Path(folder)):
                taken = run(*TENANTIZE, command, str(tree), **{CACHE: ""})
                files = len(open_checkout(tree).files)
                first = first or taken.cpu / files
                growth = taken.cpu / files / first
                over = taken.peak_bytes > MEMORY_LIMIT or (files >= LARGEST and growth > GROWTH_LIMIT)
                failed = failed or over
                row = f"{command:<8}{name:<24}{taken.cpu:>8.1f}{1000 * taken.cpu / files:>11.1f}"
                mark = "  over the limit" if over else ""
                print(f"{row}{growth:>8.2f}{taken.peak_bytes / MIB:>10.0f}{mark}", flush=True)
    return int(failed)


def _trees(folder: Path) -> Iterator[tuple[str, Path]]:
    """The trees to measure on, the smallest first; each is made once."""
    for files, plugins in SIZES:
        tree = folder / str(files)
        yield f"{files} files", tree if tree.exists() else multiplied(tree, files, plugins)
    for name, add, size in (("2,000 handlers", with_handlers, 2000), ("a literal of 3 MB", with_literal, 3_000_000)):
        tree = folder / add.__name__
        if not tree.exists():
            add(copy_of(SAMPLE, tree), size)
        yield name, tree


if __name__ == "__main__":
    sys.exit(main())
