"""笔记本：动作记笔记，命令列出笔记，工具让模型查笔记"""

from typing import Any, Dict, List, Optional, Tuple, Type

from src.common.message import get_current_agent_id, get_current_tenant_id
from src.plugin_system import (
    BaseAction,
    BaseCommand,
    BasePlugin,
    BaseTool,
    ComponentInfo,
    database_api,
    register_plugin,
)

from .tables import Note


def _owner() -> Dict[str, str]:
    return {"tenant_id": get_current_tenant_id(), "agent_id": get_current_agent_id()}


class TakeNote(BaseAction):
    """记一条笔记"""

    action_name = "take_note"
    action_description = "记一条笔记"

    async def execute(self) -> Tuple[bool, str]:
        note = {**_owner(), "title": self.action_data["title"], "content": self.action_data.get("content", "")}
        saved = await database_api.db_save(Note, note, key_field="title", key_value=note["title"])
        return saved is not None, "已记下" if saved else "没有记下"


class ListNotes(BaseCommand):
    """列出笔记的标题"""

    command_name = "list_notes"
    command_description = "列出笔记"
    command_pattern = r"^/笔记$"

    async def execute(self) -> Tuple[bool, Optional[str], bool]:
        notes = await database_api.db_get(Note, filters=_owner(), order_by="title")
        return True, "、".join(note["title"] for note in notes), True


class LookUpNote(BaseTool):
    """查一条笔记"""

    name = "look_up_note"
    description = "由标题查笔记"
    parameters = {"title": "笔记的标题"}
    available_for_llm = True

    async def execute(self, function_args: Dict[str, Any]) -> Dict[str, Any]:
        filters = {**_owner(), "title": function_args["title"]}
        note = await database_api.db_get(Note, filters=filters, single_result=True)
        return {"name": self.name, "content": note["content"] if note else "没有这条笔记"}


@register_plugin
class NotebookPlugin(BasePlugin):
    """笔记本"""

    plugin_name = "notebook_plugin"
    enable_plugin = True
    config_schema = {"notebook": {"max_notes": 100}}

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type]]:
        return [
            (TakeNote.get_action_info(), TakeNote),
            (ListNotes.get_command_info(), ListNotes),
            (LookUpNote.get_tool_info(), LookUpNote),
        ]
