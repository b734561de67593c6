"""开机报告：提供报告格式的接口，上线时汇报已有多少消息"""

from typing import List, Optional, Tuple, Type

from fastapi import APIRouter

from src.common.database.database_model import Messages
from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventHandlerInfo,
    EventType,
    MaiMessages,
    chat_api,
    get_logger,
    register_plugin,
    send_api,
)
from src.webui.webui_server import get_webui_server

logger = get_logger("report_plugin")

router = APIRouter(prefix="/plugins/report", tags=["report"])


@router.post("/formats")
async def list_formats():
    """可选的格式"""
    return {"formats": ["text"]}


class ReportStart(BaseEventHandler):
    """登记接口，并汇报"""

    event_type = EventType.ON_START
    handler_name = "report_start"
    handler_description = "登记报告接口，汇报消息数"

    async def execute(self, message: Optional[MaiMessages]):
        try:
            get_webui_server().app.include_router(router)
            count = Messages.select().count()
            for stream in chat_api.get_all_streams()[:1]:
                await send_api.text_to_stream(f"开机报告: {count} 条消息", stream.stream_id)
            return True, True, "已汇报", None, None
        except Exception as e:
            logger.error(f"开机报告失败: {e}")
            return False, True, f"开机报告失败: {e}", None, None


@register_plugin
class ReportPlugin(BasePlugin):
    """开机报告"""

    plugin_name = "report_plugin"
    enable_plugin = True

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        info = EventHandlerInfo(
            name="report_start",
            description="登记报告接口，汇报消息数",
            event_type=EventType.ON_START,
            weight=5,
        )
        return [(info, ReportStart)]
