"""黑话管理，不用装饰器登记路由"""

from typing import Any, Dict, Optional

from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect
from pydantic import BaseModel

from src.common.database.database_model import Jargon
from src.common.logger import get_logger
from src.webui.auth import get_current_token

logger = get_logger("webui.jargon")

router = APIRouter(prefix="/jargon", tags=["Jargon"])


class JargonCreateRequest(BaseModel):
    """新建的内容"""

    content: str
    meaning: Optional[str] = None


def _jargon_to_dict(row: Jargon) -> Dict[str, Any]:
    return {"id": row.id, "content": row.content, "meaning": row.meaning}


async def list_jargon(token: str = Depends(get_current_token)):
    """黑话列表"""
    return {"success": True, "data": [_jargon_to_dict(row) for row in Jargon.select()]}


async def create_jargon(request: JargonCreateRequest, token: str = Depends(get_current_token)):
    """新建黑话"""
    return {"success": True, "data": _jargon_to_dict(Jargon.create(**request.model_dump()))}


async def get_jargon_limits():
    """长度限制"""
    return {"max_length": 32}


async def explain_jargon(websocket: WebSocket):
    """逐个解释收到的黑话"""
    await websocket.accept()
    try:
        while True:
            content = await websocket.receive_text()
            try:
                row = Jargon.get_or_none(Jargon.content == content)
                await websocket.send_json({"content": content, "meaning": row.meaning if row else None})
            except Exception as e:
                logger.error(f"解释黑话失败: {e}")
                await websocket.send_json({"content": content, "error": str(e)})
    except WebSocketDisconnect:
        logger.info("黑话解释的连接已断开")


router.add_api_route("/list", list_jargon, methods=["GET"])
router.add_api_route("/create", endpoint=create_jargon, methods=["POST"])
router.add_api_route("/limits", get_jargon_limits, methods=["GET"])
router.add_api_websocket_route("/ws", explain_jargon)
