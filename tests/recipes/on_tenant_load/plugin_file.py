"""A form is a plugin: the text of its plugin.py, or of several files. `plugin` adds what every plugin.py has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from textwrap import dedent

Form = str | Mapping[str, str]

# What plugins take from the plugin system, as far as forms use it.
NAMES = (
    *("BaseEventHandler", "BasePlugin", "EventHandlerInfo", "EventType", "MaiMessages"),
    *("chat_api", "get_logger", "register_plugin", "send_api"),
)

GREETS = """    async def execute(self, message: MaiMessages | None):
        for stream in chat_api.get_group_streams():
            await send_api.text_to_stream("我上线了", stream.stream_id)
        return True, True, "已问候", None, None
"""
# A route of the process's, which forms register at the WebUI's server.
SERVER = "from src.webui.webui_server import get_webui_server\n\n"
ANSWER = """async def answer():
    return {"alive": True}


"""
REGISTERED = '''

@{ps}register_plugin
class FormPlugin({ps}BasePlugin):
    """示例插件"""

    plugin_name = "form_plugin"
    enable_plugin = True

    def get_plugin_components(self):
        return [{pairs}]
'''


def plugin(text: str) -> str:
    """A form's plugin.py, with what it uses, imported or defined, and a plugin class that registers its handlers."""
    code = f"{dedent(text).strip()}\n".replace("    ...\n", GREETS)
    imports, code = code.split("\n\n\n", 1) if code.startswith(("import ", "from ")) else ("", code)
    # Constants and loggers stand right below the imports.
    parts = imports.split("\n\n")
    is_import = [part.startswith(("import ", "from ")) for part in parts] if imports else []
    below = "".join(f"{part}\n\n" for part, own in zip(parts, is_import, strict=False) if not own)
    imports = "".join(f"{part}\n\n" for part, own in zip(parts, is_import, strict=False) if own)
    if ", answer)" in code and "def answer" not in code:
        code = ANSWER + code
        imports += SERVER if SERVER.strip() not in imports else ""
    code = (below + "\n" if below else "") + code
    if "def get_plugin_components" not in code:
        handlers = re.findall(r"^class (\w+)\((?:ps\.)?BaseEventHandler\)", code, re.MULTILINE)
        pairs = [f"({name}.get_handler_info(), {name})" for name in handlers]
        ps = "ps." if "ps." in code else ""
        code += REGISTERED.format(pairs=", ".join(pairs), ps=ps)
    names = [name for name in NAMES if re.search(rf"(?<![\w.]){name}\b", code) and name not in imports]
    if names:
        line = f"from src.plugin_system import {', '.join(names)}\n\n"
        several = "from src.plugin_system import (\n" + "".join(f"    {name},\n" for name in names) + ")\n\n"
        imports += line if len(line) < 110 else several
    space = "" if below else "\n"
    return f'"""示例插件"""\n\n{imports}{space}{code}'
