"""Notes of each support file how commits had it, so that trees with those are brought up to date.

`python -m tests.tools.earlier COMMIT...`, before a release: with every commit that was released, or all that touched
recipes/support where none is named.
"""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict

import tomlkit

from codemods.knowledge.earlier import as_on_unix, digest
from codemods.knowledge.recipes import recipes_folder

FOLDER = recipes_folder() / "support"
HEAD = "Digests and sizes of the support files that earlier releases wrote: tests/tools/earlier.py notes them."


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=FOLDER, check=True, capture_output=True).stdout


def noted(commits: list[str]) -> dict[str, dict[str, int]]:
    """The digests by file, each with the size, those that are noted already first."""
    path = FOLDER / "earlier.toml"
    known = tomlkit.parse(path.read_text(encoding="utf-8")).unwrap() if path.exists() else {}
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    found |= known
    for commit in commits or _git("log", "--format=%H", "--", ".").decode().split():
        for name in _git("ls-tree", "--name-only", commit, "./").decode().split():
            if name.endswith(".py") and (FOLDER / name).exists():
                data = _git("show", f"{commit}:./{name}")
                found[name][digest(data)] = len(as_on_unix(data))
    return {name: found[name] for name in sorted(found)}


def main(commits: list[str]) -> None:
    document = tomlkit.document()
    document.add(tomlkit.comment(HEAD))
    for name, sizes in noted(commits).items():
        document[name] = sizes
    (FOLDER / "earlier.toml").write_text(tomlkit.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
