"""平台回调：外部平台用它验证回调地址"""

from typing import Dict, List, Optional, Tuple, Type

from fastapi import APIRouter

from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventType,
    MaiMessages,
    get_logger,
    register_plugin,
)
from src.webui.webui_server import get_webui_server

logger = get_logger("webhook_plugin")

router = APIRouter(prefix="/plugins/webhook", tags=["webhook"])


@router.post("/verify")
async def verify_address(body: Dict[str, str]):
    """平台验证地址时，原样返回它给的 challenge"""
    return {"challenge": body.get("challenge", "")}


class WebhookStart(BaseEventHandler):
    """启动时登记接口"""

    event_type = EventType.ON_START
    handler_name = "webhook_start"
    handler_description = "登记平台回调接口"

    async def execute(self, message: Optional[MaiMessages]):
        app = get_webui_server().app
        app.include_router(router)
        logger.info("平台回调接口已登记")
        return True, True, "平台回调接口已登记", None, None


@register_plugin
class WebhookPlugin(BasePlugin):
    """平台回调"""

    plugin_name = "webhook_plugin"
    enable_plugin = True

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [(WebhookStart.get_handler_info(), WebhookStart)]
