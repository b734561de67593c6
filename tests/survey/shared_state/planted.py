"""Small pieces that are written into the migrated sample: leaks that the audit must name, and right code.

The line that a finding must stand at ends in `# leak`. `place` says what the piece becomes: a plugin, a file of WebUI
routes, a module of the plugin APIs, or a module of the chat.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import dedent

_MARK = "# leak"
_PLUGIN_HEAD = """
from src.common.database.database_model import Messages
from src.manager.async_task_manager import AsyncTask, async_task_manager
from src.plugin_system import (
    BaseAction, BaseCommand, BaseEventHandler, BasePlugin, BaseTool, EventType, register_plugin, send_api,
)
"""
_PLUGIN_FOOT = """

@register_plugin
class ThisPlugin(BasePlugin):
    plugin_name = "{name}"
    enable_plugin = True

    def get_plugin_components(self):
        return [{components}]
"""
_WEBUI_HEAD = """
from fastapi import APIRouter, Cookie, Depends, Request, WebSocket

from src.common.database.database_model import Messages
from src.webui.auth import verify_auth_token_from_cookie_or_header as ask
from src.webui.tenant import own_connections, webui_tenant

router = APIRouter(prefix="/planted")
__all__ = ["own_connections", "router", "webui_tenant"]  # not every piece uses each


def rows_of(chat):
    return [row.processed_plain_text for row in Messages.select().where(Messages.chat_id == chat)]
"""
_API_HEAD = """
from src.common.database.database_model import Messages
from src.common.message.tenant_context import current_tenant_id
"""
_CHAT_HEAD = """
from src.common.database.database_model import Messages


async def heard(message):
    return [row.processed_plain_text for row in Messages.select()]
"""
_INFO = {
    "BaseEventHandler": "get_handler_info",
    "BaseCommand": "get_command_info",
    "BaseAction": "get_action_info",
    "BaseTool": "get_tool_info",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece, by name: where it goes, and its code without what all such files begin and end with."""

    name: str
    place: str
    code: str

    @property
    def path(self) -> str:
        folders = {"webui": "src/webui", "api": "src/plugin_system/apis", "chat": "src/chat"}
        suffix = {"webui": "_routes", "api": "_api", "chat": ""}
        if self.place == "plugin":
            return f"plugins/{self.name}/plugin.py"
        return f"{folders[self.place]}/{self.name}{suffix[self.place]}.py"

    @property
    def text(self) -> str:
        code = dedent(self.code).strip("\n") + "\n"
        if self.place != "plugin":
            return {"webui": _WEBUI_HEAD, "api": _API_HEAD, "chat": _CHAT_HEAD}[self.place] + "\n\n" + code
        found = [
            f"({node.name}.{_INFO[base.id]}(), {node.name})"
            for node in ast.parse(code).body
            if isinstance(node, ast.ClassDef)
            for base in node.bases
            if isinstance(base, ast.Name) and base.id in _INFO
        ]
        foot = _PLUGIN_FOOT.format(name=self.name, components=", ".join(found))
        return _PLUGIN_HEAD + "\n\n" + code + ("" if "(BasePlugin)" in code else foot)

    @property
    def files(self) -> dict[str, bytes]:
        found = {self.path: self.text.encode()}
        if self.place == "plugin":
            found[f"plugins/{self.name}/__init__.py"] = b""
        return found

    @property
    def leaks(self) -> tuple[int, ...]:
        """The lines, from 1, at which a finding must stand."""
        return tuple(number for number, line in enumerate(self.text.splitlines(), 1) if line.endswith(_MARK))


def command(name: str, above: str, body: str) -> Piece:
    """A plugin's command that does this, below what stands above it in its module."""
    lines = "".join(f"        {line}\n" for line in dedent(body).strip("\n").splitlines())
    head = "class Do(BaseCommand):\n    command_name = 'do'\n\n    async def execute(self):\n"
    return Piece(name, "plugin", f"{dedent(above).strip(chr(10))}\n\n\n{head}{lines}")


def files_of(pieces: Sequence[Piece]) -> dict[str, bytes]:
    return {path: data for piece in pieces for path, data in piece.files.items()}
