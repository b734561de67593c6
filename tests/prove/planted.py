"""Planted pieces of the audit's tests, written into the migrated sample and run."""

from __future__ import annotations

import ast
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

from codemods.prove.copies import copy_tree
from codemods.prove.guest.shapes import CROSSED, GROUPS, Task
from codemods.prove.names import holders_of, names_of
from codemods.prove.process import Guest
from codemods.tree import Checkout, open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after
from tests.prove.conftest import PYTHON
from tests.survey.shared_state.planted import Piece, files_of

SERVER = "src/webui/webui_server.py"
LAST_ROUTER = "            self.app.include_router(room_router)\n"
BOT = "src/chat/message_receive/bot.py"
STORED = "        await self.storage.store_message(message, stream)\n"
STATE = ["what ", "rows ", "files", "prompts"]


def crossed_in(pieces: Sequence[Piece], folder: Path) -> set[str]:
    """The names of the pieces that something crossed through, of all that run at once in one tree."""
    tree = _tree_with([_with_own_table(piece) for piece in pieces])
    copy_tree(SAMPLE, folder / "tree")
    for file in tree.files:
        path = folder / "tree" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    with sqlite3.connect(folder / "tree" / "data" / "words.db") as words:
        words.execute("create table words (text)")  # as whoever installs it would have made it
    for piece in pieces:
        if piece.place == "plugin":
            manifest = {"name": piece.name, "description": piece.name, "version": "1"}
            (folder / "tree" / piece.path).with_name("_manifest.json").write_text(json.dumps(manifest))
    return _crossed(pieces, tree, folder)


def _with_own_table(piece: Piece) -> Piece:
    """A piece whose tables are no other's, though its models are called as another's."""
    models = re.sub(r"^( *)class Meta:\n", rf'\g<0>\1    table_name = "{piece.name}"\n', piece.code, flags=re.MULTILINE)
    return replace(piece, code=models)


def _tree_with(pieces: Sequence[Piece]) -> Checkout:
    """The migrated sample with the pieces: its application includes their routers, its bot hands them messages."""
    sample = open_checkout(SAMPLE)
    migrated = after(sample, plan_of(sample))
    routers = "".join(
        f"            from src.webui.{piece.name}_routes import router as {piece.name}\n"
        f"            self.app.include_router({piece.name}, prefix='/{piece.name}')\n"
        for piece in pieces
        if piece.place == "webui"
    )
    handed = "".join(
        f"        from src.chat.{piece.name} import {name}\n"
        f"        await {name}({{**message_data, 'templates': {{'greeting': message_data['raw_message']}}}})\n"
        for piece in pieces
        if piece.place == "chat"
        for name in _taking_messages(piece)
    )
    edited = {}
    for path, place, more in ((SERVER, LAST_ROUTER, routers), (BOT, STORED, handed)):
        text = migrated.by_path[path].data.decode()
        assert place in text
        edited[path] = text.replace(place, place + more).encode()
    return migrated.changed({**files_of(pieces), **edited})


def _taking_messages(piece: Piece) -> list[str]:
    """The coroutine functions of a piece that take a message and nothing else."""
    found = [node for node in ast.parse(dedent(piece.code)).body if isinstance(node, ast.AsyncFunctionDef)]
    return [node.name for node in found if [each.arg for each in node.args.args] == ["message"]]


def _crossed(pieces: Sequence[Piece], tree: Checkout, folder: Path) -> set[str]:
    survey = survey_of(tree)
    names = {tree.by_path[piece.path].module: piece.name for piece in pieces}
    holders = [name for name in holders_of(survey) if name.partition(":")[0] in (*names, "os")]
    task = Task(
        tree=str(folder / "tree"),
        database=str(folder / "tree.db"),
        groups=[group for group in GROUPS if group != "restart"],
        names=names_of(survey),
        within=[*STATE, *names],
        holders=holders,
        call_seconds=10.0,
        cpu_seconds=120,
        memory=8 << 30,
    )
    found: dict[str, bool] = defaultdict(bool)
    for seen in Guest(PYTHON, folder, "the planted sample").run(task).seen:
        found[seen.module] |= seen.verdict == CROSSED
        for crossing in seen.crossings:
            found[crossing.came_out.partition(":")[0]] |= crossing.is_holder
    return {name for module, name in names.items() if found[module]}
