"""A plugin in a repository of its own, with a handler of the process's start."""

from __future__ import annotations

from textwrap import indent

from codemods.analysis.symbols import Symbol
from codemods.survey.plugins.start_handler import StartHandler
from codemods.survey.plugins.start_handlers import PluginStart, starts_of
from tests.conftest import survey_of
from tests.forms import form_repository

MODULE = "plugins.form_plugin.plugin"
HEAD = """
import atexit
import json

from src.plugin_system import (
    BaseEventHandler, BasePlugin, EventHandlerInfo, EventType, register_plugin, send_api
)
from src.config.config import global_config
"""
FOOT = """

@register_plugin
class FormPlugin(BasePlugin):
    plugin_name = "form_plugin"

    def get_plugin_components(self):
        return [{components}]
"""
PAIR = "(Start.get_handler_info(), Start)"
# One line of each kind: of a tenant's, of the process's, and of nobody's.
TENANT, PROCESS, NOBODYS = "print(global_config.bot)", "atexit.register(print)", "print('hello')"


def plugin(text: str, components: str = PAIR, **others: str) -> PluginStart:
    """What the plugin of these classes does when the process starts."""
    files = {"plugin.py": HEAD + text + FOOT.format(components=components)}
    (start,) = starts_of(
        survey_of(form_repository(files | {f"{name}.py": other for name, other in others.items()})).program
    )
    return start


def handler(body: str, event: str = "EventType.ON_START", before: str = "", attributes: str = "") -> str:
    """A handler of an event that does this."""
    more = f"    {attributes}\n" if attributes else ""
    head = f"class Start(BaseEventHandler):\n    event_type = {event}\n    handler_name = 'start'\n{more}\n"
    return f"{before}\n\n{head}    async def execute(self, message):\n{indent(body, '        ')}\n"


def decided(text: str, components: str = PAIR, **others: str) -> StartHandler:
    """What becomes of its one handler of the start."""
    (found,) = plugin(text, components, **others).handlers
    return found


def name(qualname: str) -> Symbol:
    return Symbol(MODULE, qualname)
