"""Files that two tenants write below one name, and the folders that ids name."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.behaviour.sample import ACME, ADMIN, Pair, Sample, inside, module

ODD_IDS: tuple[Pair, ...] = (("租户甲", "x"), ("租户乙", "x"), ("a/b", "x"), ("a_b", "x"), ("..", ".."), ("a~b", "x"))


def exports() -> Any:
    return module("chat.utils.exports")


def shared_folder() -> Path:
    """Where all exports lay before, and still do without a tenant."""
    return Path(str(exports().EXPORT_DIR))


async def exports_of_two_tenants(sample: Sample) -> Any:
    """What each reads of its export, and what is left of the admin's when the other has cleaned up."""
    shutil.rmtree(shared_folder(), ignore_errors=True)
    seen, paths = {}, {}
    for pair in (ADMIN, ACME):
        with inside(pair):
            paths[pair] = exports().export_chat("webui_room")
    for pair, path in paths.items():
        with inside(pair):
            seen[pair[0]] = path.read_text(encoding="utf-8").split("\n")
    with inside(ACME):
        cleaned = exports().clean_exports()
    with inside(ADMIN):
        return [seen, cleaned, paths[ADMIN].exists()]


async def exports_of_before(sample: Sample) -> Any:
    """Who has a file that was exported before there were folders for each, and whether it is still where it was."""
    storage = module("common.utils.tenant_storage")
    shutil.rmtree(shared_folder(), ignore_errors=True)
    for pair in (ADMIN, ACME):
        with inside(pair):
            for folder in Path(storage.tenant_storage_root()).glob("files*"):
                shutil.rmtree(folder)
    shared_folder().mkdir(parents=True)
    (shared_folder() / "old.txt").write_text("old", encoding="utf-8")
    cleaned = []
    for pair in (ACME, ADMIN, ADMIN):
        with inside(pair):
            cleaned.append(exports().clean_exports())
    return [cleaned, (shared_folder() / "old.txt").exists()]


async def folders_of_ids(sample: Sample) -> Any:
    """The folder of each of these, below where all are, or None outside of it."""
    storage = module("common.utils.tenant_storage")
    root = Path(storage._STORAGE_ROOT).resolve()
    found = []
    for pair in (ACME, *ODD_IDS):
        with inside(pair):
            own = Path(storage.tenant_storage_root()).resolve()
            found.append(own.relative_to(root).as_posix() if own.is_relative_to(root) and own != root else None)
    return found
