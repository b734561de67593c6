"""Trees of any size: the sample's modules and plugins, copied beside themselves until there are enough of them."""

from __future__ import annotations

import shutil
import sys
from itertools import count
from pathlib import Path

from codemods.tree import open_checkout
from tests.conftest import SAMPLE, copy_of


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


if __name__ == "__main__":
    multiplied(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
