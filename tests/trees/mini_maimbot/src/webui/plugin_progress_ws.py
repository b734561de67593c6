"""插件安装进度推送"""

import os
from typing import Any, Dict, Set

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from src.common.logger import get_logger
from src.config.config import PROJECT_ROOT

logger = get_logger("webui.plugin_progress")

router = APIRouter()

active_connections: Set[WebSocket] = set()

current_progress: Dict[str, Any] = {"stage": "idle", "progress": 0}


async def broadcast_progress(progress: Dict[str, Any]) -> None:
    """记下进度并推送给所有页面"""
    current_progress.update(progress)
    dead: Set[WebSocket] = set()
    for websocket in active_connections:
        try:
            await websocket.send_json(current_progress)
        except Exception:
            dead.add(websocket)
    active_connections.difference_update(dead)


@router.post("/plugins/fetch")
async def fetch_plugins(path: str = ""):
    """看一遍插件目录，并推送进度"""
    await broadcast_progress({"stage": "loading", "path": path})
    return {"plugins": sorted(os.listdir(PROJECT_ROOT / "plugins"))}


@router.websocket("/ws/plugin-progress")
async def websocket_plugin_progress(websocket: WebSocket):
    """进度页面的连接，先收到当前进度"""
    await websocket.accept()
    active_connections.add(websocket)
    try:
        await websocket.send_json(current_progress)
        while True:
            if await websocket.receive_text() == "ping":
                await websocket.send_text("pong")
    except WebSocketDisconnect:
        logger.debug("进度页面已断开")
    finally:
        active_connections.discard(websocket)
