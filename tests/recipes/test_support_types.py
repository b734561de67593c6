"""The files that a tree gets are sound to mypy, on Python 3.10 and in the migrated sample, where their imports lead."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from codemods.knowledge.recipes import all_recipes
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, copy_of, plan_of

CONTEXT, LOADING, BACKGROUND, WEBUI = (
    *("src/common/message/tenant_context.py", "src/common/message/tenant_loading.py"),
    *("src/common/message/tenant_background.py", "src/webui/tenant.py"),
)
# What mypy says of lines that are right, by file: the code, and the line.
KNOWN = {
    # Containers that the tree's style does not annotate.
    (LOADING, "var-annotated", "_loading = contextvars.ContextVar("),
    (LOADING, "var-annotated", "_tenants = {}"),
    (LOADING, "var-annotated", "_loops = []"),
    (WEBUI, "var-annotated", "_reported = {}"),
    (LOADING, "var-annotated", "self.done = concurrent.futures.Future()"),
    # A name that is given a value of another type on purpose.
    (LOADING, "arg-type", "results.append((False, True, str(error), None, None))"),
    (WEBUI, "assignment", "added[_TASKS] = BackgroundTasks"),
    (LOADING, "assignment", "handlers = {id(handler): handler for handler in handlers}"),
    (LOADING, "attr-defined", "waiting = [handler for handler in handlers.values() "),
    ("src/plugin_system/utils/plugin_service.py", "var-annotated", "_told = set()"),
    (BACKGROUND, "assignment", 'own = getattr(loop, "_own_tenant", None) or _pair_knowing(loop)'),
    # What a check before rules out, in a way that mypy does not follow.
    (BACKGROUND, "return-value", "return pair if all(pair) else None"),
    (BACKGROUND, "return-value", "return own"),
    (BACKGROUND, "arg-type", "return current if current and get_chat_manager().get_stream(chat_id)"),
    (CONTEXT, "misc", "yield _state_var.get()"),
    ("src/common/message/tenant_local.py", "arg-type", "if self._values.setdefault(pair, made) is made"),
    # What is handed on as it came.
    (CONTEXT, "arg-type", "await self._entered.__aexit__(*exc_info)"),
    # Attributes of functions and of bound methods, and a wrapper that is sync where the function is.
    ("src/common/message/tenant_access.py", "attr-defined", "rows = Model.select.__func__("),
    ("src/common/message/known_tenants.py", "attr-defined", "query = Model.select.__func__("),
    # Libraries without types.
    ("src/common/database/migrate_tenant_unique.py", "import-untyped", "from playhouse.migrate import"),
    (WEBUI, "misc", "def wrapper(*args, **kwargs):"),
    (WEBUI, "attr-defined", "wrapper.__signature__ = _with_connection(handler, name)"),
    # A list of its own, for the map may change while it is gone through.
    ("src/common/structure/context_aware_map.py", "override", "def values(self) -> Collection[VT]:"),
}
STRICT = ("--check-untyped-defs", "--warn-redundant-casts", "--warn-unreachable", "--strict-equality")
REPORT = re.compile(r"^(?P<path>[^:\n]+):(?P<line>\d+): error: (?P<what>.*)  \[(?P<code>[\w-]+)\]$", re.MULTILINE)


def migrated_sample(folder: Path) -> Path:
    tree = copy_of(SAMPLE, folder / "tree")
    for change in plan_of(open_checkout(SAMPLE)).changes:
        (tree / change.path).parent.mkdir(parents=True, exist_ok=True)
        (tree / change.path).write_bytes(change.after)
    return tree


def reported(tree: Path, paths: list[str]) -> set[tuple[str, str, str]]:
    """What mypy reports of some files of a tree: the file, the code, and the line."""
    command = [sys.executable, "-m", "mypy", "--config-file=", "--cache-dir=/dev/null", "--python-version=3.10"]
    command += ["--explicit-package-bases", "--follow-imports=silent", *STRICT, *paths]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = set()
    for report in REPORT.finditer(done.stdout):
        lines = (tree / report["path"]).read_text(encoding="utf-8").splitlines()
        found.add((report["path"], report["code"], lines[int(report["line"]) - 1].strip()))
    return found


def test_mypy_finds_nothing_in_what_a_tree_gets_but_what_is_known(tmp_path: Path) -> None:
    tree = migrated_sample(tmp_path)
    targets = sorted({support.target for recipe in all_recipes() for support in recipe.supports})
    found = reported(tree, targets)
    known = {(path, code, line) for path, code, line in found for known in KNOWN if is_known(path, code, line, known)}
    assert found - known == set()
    assert {known for known in KNOWN if not any(is_known(*each, known) for each in found)} == set()


def is_known(path: str, code: str, line: str, known: tuple[str, str, str]) -> bool:
    return (path, code) == known[:2] and line.startswith(known[2])


def test_a_mistake_in_what_a_tree_gets_is_found(tmp_path: Path) -> None:
    tree = migrated_sample(tmp_path)
    target = tree / "src/common/message/tenant_door.py"
    target.write_text(target.read_text(encoding="utf-8") + "\n\ndef broken():\n    return door_is_open.nothing\n")
    assert ("src/common/message/tenant_door.py", "attr-defined", "return door_is_open.nothing") in reported(
        tree, ["src/common/message/tenant_door.py"]
    )
