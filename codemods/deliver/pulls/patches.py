"""The pulls as a folder of patches for `git am`, with a cover letter and each pull's description."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from codemods.deliver.pulls.branches import Branch
from codemods.deliver.pulls.repository import Repository
from codemods.deliver.pulls.wording import Wording
from codemods.errors import TenantizeError
from codemods.messages import phrase
from codemods.tree import require_no_link

COVER_LETTER = "0000-cover-letter.md"
_OURS = re.compile(r"\d{4}-.+\.(patch|md)")


def write_patches(
    repository: Repository,
    branches: Sequence[Branch],
    texts: Mapping[str, str],
    overview: Sequence[str],
    words: Wording,
    folder: Path,
) -> list[str]:
    """Write a patch a commit, in order, and the texts; the names of the files.

    Those of an earlier run go. Raises TenantizeError for a folder that holds anything else.
    """
    files: dict[str, bytes] = {}
    total = sum(len(branch.commits) for branch in branches)
    number = 0
    for branch in branches:
        files[f"{number + 1:04}-{branch.pull.name}.md"] = texts[branch.name].encode(errors="replace")
        for commit, part in zip(branch.commits, branch.pull.parts, strict=True):
            number += 1
            prefix = f"PATCH {number:0{len(str(total))}}/{total}"
            name = f"{number:04}-{branch.pull.name}-{part.recipe.name}.patch"
            files[name] = repository.patch(commit.id, number, prefix)
    files[COVER_LETTER] = _letter(overview, total, repository.head[:12], words)
    try:
        _write(repository.root, folder, files)
    except OSError as error:
        raise TenantizeError(
            phrase("{folder} cannot be written ({reason}): name another folder.", folder=folder, reason=error.strerror)
        ) from error
    return sorted(files)


def _letter(overview: Sequence[str], count: int, head: str, words: Wording) -> bytes:
    return words.letter.format(overview="\n".join(overview), count=count, head=head).encode()


def require_ours(root: Path, folder: Path) -> list[str]:
    """The names of a folder's files, none where it is not there.

    Raises TenantizeError where they are somebody's, or links that the checkout at `root` brings along.
    """
    there = [file.name for file in folder.iterdir()] if folder.is_dir() else []
    for name in (COVER_LETTER, *there):
        require_no_link(root, folder / name)
    if there and COVER_LETTER not in there:
        raise TenantizeError(
            phrase(
                "{folder} holds other files than tenantize's patches: name a new folder or an empty one.", folder=folder
            )
        )
    return there


def _write(root: Path, folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files, the letter first: it tells the next run whose folder this is, also when this one is cut off."""
    folder.mkdir(parents=True, exist_ok=True)
    there = require_ours(root, folder)
    for name in sorted(files):
        (folder / name).write_bytes(files[name])
    for name in there:
        if _OURS.fullmatch(name) and name not in files:
            (folder / name).unlink()
