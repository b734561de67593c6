"""日志推送"""

import json
from typing import Any, Dict, List, Set

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from src.common.logger import LOG_FILE, get_logger

logger = get_logger("webui.logs_ws")

router = APIRouter(tags=["logs"])

# 所有打开着的日志页面
active_connections: Set[WebSocket] = set()


def recent_logs(limit: int = 100) -> List[Dict[str, Any]]:
    """日志文件里最近的日志，旧的在前"""
    if not LOG_FILE.exists():
        return []
    lines = LOG_FILE.read_text(encoding="utf-8").splitlines()
    found: List[Dict[str, Any]] = []
    for line in reversed(lines):
        if len(found) >= limit:
            break
        entry = json.loads(line)
        found.append({"module": entry["module"], "level": entry["level"], "message": entry["event"]})
    return list(reversed(found))


@router.websocket("/ws/logs")
async def websocket_logs(websocket: WebSocket):
    """日志页面的连接"""
    await websocket.accept()
    active_connections.add(websocket)
    try:
        for entry in recent_logs():
            await websocket.send_json(entry)
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
