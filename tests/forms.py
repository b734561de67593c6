"""Forms of code in a small tree of their own, and snapshots of what a recipe makes of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from codemods.plan.make import Plan
from codemods.tree import Checkout, SourceFile, module_name
from tests.conftest import SAMPLE, plan_of

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"

# The parts of the sample tree that forms stand on.
_STANDING_ON = (
    "src/common/logger.py",
    "src/common/message_repository.py",
    "src/common/message/tenant_context.py",
    "src/common/utils/tenant_storage.py",
    "src/common/database/database.py",
    "src/common/database/database_model.py",
    "src/config/config.py",
    "src/chat/message_receive/bot.py",
    "src/chat/message_receive/chat_stream.py",
    "src/webui/auth.py",
    "src/webui/token_manager.py",
    *(
        path.relative_to(SAMPLE).as_posix()
        for folder in ("src/chat/message_receive", "src/manager", "src/plugin_system")
        for path in sorted((SAMPLE / folder).rglob("*.py"))
    ),
)
FORM = "src/webui/form_routes.py"
# The sample's plugin APIs, which a plan of all recipes would edit for every form.
APIS = "src/plugin_system/apis/"
FORM_PLUGIN = "form_plugin"


class RecipeSnapshots(SingleFileSnapshotExtension):
    """One Markdown file a form, in `snapshots/<recipe>/`."""

    _write_mode = WriteMode.TEXT
    file_extension = "md"

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        file = Path(test_location.filepath)
        # A recipe with many forms has a folder of tests.
        name = file.stem.removeprefix("test_") if file.parent.name == "recipes" else file.parent.name
        recipe = name.replace("_", "-")
        return str(SNAPSHOTS / recipe)

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        form = re.search(r"\[(.*)\]$", test_location.testname)
        name = form.group(1) if form else test_location.methodname.removeprefix("test_")
        return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def form_tree(files: Mapping[str, str | bytes], *, without: str = "/") -> Checkout:
    """A checkout of the forms and what they stand on, but for the modules of one folder; nothing of it is on disk."""
    paths = [path for path in _STANDING_ON if not path.startswith(without) or path.endswith("__init__.py")]
    contents = {path: (SAMPLE / path).read_bytes() for path in paths}
    contents |= {path: _bytes(text) for path, text in files.items()}
    return Checkout(SAMPLE, tuple(SourceFile(path, module_name(path), data) for path, data in sorted(contents.items())))


def form_repository(files: Mapping[str, str | bytes]) -> Checkout:
    """A checkout of a plugin in a repository of its own, with no MaiMBot around it; nothing of it is on disk."""
    place = f"plugins/{FORM_PLUGIN}/"
    sources = [SourceFile(path, module_name(place + path), _bytes(text)) for path, text in sorted(files.items())]
    return Checkout(SAMPLE.parent / FORM_PLUGIN, tuple(sources), FORM_PLUGIN)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode()


def after(checkout: Checkout, plan: Plan) -> Checkout:
    """The checkout as it is once the plan is applied."""
    return checkout.changed({change.path: change.after for change in plan.changes})


def shown(title: str, files: Mapping[str, str | bytes], recipe: str, *, stands_on: tuple[str, ...] = ()) -> str:
    """What a recipe makes of forms in a tree, to be read."""
    checkout = form_tree(files)
    if stands_on:
        checkout = after(checkout, plan_of(checkout, *stands_on))
    return shown_plan(title, files, checkout, plan_of(checkout, recipe))


def shown_plan(title: str, files: Mapping[str, str | bytes], checkout: Checkout, plan: Plan) -> str:
    """What a plan makes of forms: each file after, what changed in it, and what is left to a person."""
    parts = [f"# {title}\n"]
    changed = {change.path: change for change in plan.changes}
    for path in files:
        before = checkout.by_path[path].data.decode()
        change = changed.get(path)
        newlines = ", its lines end in CRLF" if "\r\n" in before else ""
        before = before.replace("\r\n", "\n")
        parts.append(f"## {path}, before{newlines}\n\n```python\n{before}```\n")
        if change is None:
            parts.append("Stays as it is.\n")
            continue
        diff = difflib.unified_diff(before.splitlines(), change.after.decode().splitlines(), lineterm="", n=2)
        parts.append("## after\n\n```diff\n" + "\n".join(list(diff)[2:]) + "\n```\n")
    findings = [f"- {item.path}:{item.line} {item.reason}" for item in plan.findings]
    if findings:
        parts.append("## For a person to decide\n\n" + "\n".join(findings) + "\n")
    return "\n".join(parts)
