"""日志推送"""

from typing import Any, Dict, Set

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from src.common.logger import get_logger

logger = get_logger("webui.logs_ws")

router = APIRouter(tags=["logs"])

# 所有打开着的日志页面
active_connections: Set[WebSocket] = set()


@router.websocket("/ws/logs")
async def websocket_logs(websocket: WebSocket):
    """日志页面的连接"""
    await websocket.accept()
    active_connections.add(websocket)
    try:
        while True:
            if await websocket.receive_text() == "ping":
                await websocket.send_text("pong")
    except WebSocketDisconnect:
        logger.debug("日志页面已断开")
    finally:
        active_connections.discard(websocket)


async def broadcast_log(entry: Dict[str, Any]) -> None:
    """推送一条日志给所有页面"""
    for connection in list(active_connections):
        try:
            await connection.send_json(entry)
        except Exception:
            active_connections.discard(connection)
