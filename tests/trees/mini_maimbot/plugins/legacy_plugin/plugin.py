"""老功能：在线程里写备份、记住称呼、配置地址的接口"""

import threading
from typing import List, Optional, Tuple, Type

from src.common.database.database_model import Messages, PersonInfo
from src.config.config import PROJECT_ROOT
from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventType,
    MaiMessages,
    chat_api,
    register_plugin,
    send_api,
)
from src.webui.webui_server import get_webui_server

from .titles import TITLES, title_of

# 等着写进备份的消息
BACKLOG: List[str] = []


def _write_backup() -> None:
    """在线程里写文件"""
    path = PROJECT_ROOT / "data" / "backup.txt"
    path.parent.mkdir(exist_ok=True)
    with open(path, "a", encoding="utf-8") as f:
        while BACKLOG:
            f.write(BACKLOG.pop() + "\n")


async def answer_status():
    """接口：老功能还在"""
    return {"alive": True, "title": title_of("")}


class BackupStart(BaseEventHandler):
    """把已有的消息交给线程去写"""

    event_type = EventType.ON_START
    handler_name = "backup_start"
    handler_description = "备份消息"

    async def execute(self, message: Optional[MaiMessages]):
        BACKLOG.extend(row.processed_plain_text for row in Messages.select())
        threading.Thread(target=_write_backup, daemon=True).start()
        return True, True, "备份已开始", None, None


class TitleStart(BaseEventHandler):
    """由认识的人准备称呼"""

    event_type = EventType.ON_START
    handler_name = "title_start"
    handler_description = "准备称呼"

    async def execute(self, message: Optional[MaiMessages]):
        TITLES.update({person.user_id: f"{person.nickname}老师" for person in PersonInfo.select()})
        return True, True, "称呼已就绪", None, None


class HookStart(BaseEventHandler):
    """接口的地址来自配置"""

    event_type = EventType.ON_START
    handler_name = "hook_start"
    handler_description = "登记接口，告诉大家地址"

    async def execute(self, message: Optional[MaiMessages]):
        path = self.get_config("hook.path", "/plugins/legacy/status")
        get_webui_server().app.add_api_route(path, answer_status, methods=["POST"])
        for stream in chat_api.get_private_streams():
            await send_api.text_to_stream(f"接口: {path}", stream.stream_id)
        return True, True, "接口已登记", None, None


@register_plugin
class LegacyPlugin(BasePlugin):
    """老功能"""

    plugin_name = "legacy_plugin"
    enable_plugin = True
    config_schema = {"hook": {"path": "/plugins/legacy/status"}}

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [
            (BackupStart.get_handler_info(), BackupStart),
            (TitleStart.get_handler_info(), TitleStart),
            (HookStart.get_handler_info(), HookStart),
        ]
