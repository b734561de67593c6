"""花名册：提供整理昵称的接口，上线时说一说认识几个人"""

from typing import Dict, List, Optional, Tuple, Type

from fastapi import APIRouter

from src.common.database.database_model import PersonInfo
from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventType,
    MaiMessages,
    chat_api,
    get_logger,
    register_plugin,
    send_api,
)
from src.webui.webui_server import get_webui_server

logger = get_logger("roster_plugin")

router = APIRouter(prefix="/plugins/roster", tags=["roster"])


@router.post("/normalize")
async def normalize_nickname(body: Dict[str, str]):
    """去掉昵称首尾与中间多余的空白"""
    return {"nickname": " ".join(body.get("nickname", "").split())}


class RosterStart(BaseEventHandler):
    """登记接口，并报告认识的人数"""

    event_type = EventType.ON_START
    handler_name = "roster_start"
    handler_description = "登记昵称接口，报告认识的人数"

    async def execute(self, message: Optional[MaiMessages]):
        # 接口对所有人都一样
        get_webui_server().app.include_router(router)
        logger.info("昵称接口已登记")
        unit = self.get_config("roster.unit", "个人")
        known = PersonInfo.select().count()
        for stream in chat_api.get_group_streams():
            await send_api.text_to_stream(f"花名册: 认识 {known} {unit}", stream.stream_id)
        return True, True, "花名册已就绪", None, None


@register_plugin
class RosterPlugin(BasePlugin):
    """花名册"""

    plugin_name = "roster_plugin"
    enable_plugin = True
    config_schema = {"roster": {"unit": "个人"}}

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [(RosterStart.get_handler_info(), RosterStart)]
