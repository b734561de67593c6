"""另一个聊天室，只在网页之间转发"""

import uuid
from typing import Any, Dict, List

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from src.common.database.database_model import Messages
from src.common.logger import get_logger

logger = get_logger("webui.room")

router = APIRouter(prefix="/api/room", tags=["Room"])

ROOM_ID = "webui_room"


class RoomHub:
    """聊天室的全部连接"""

    def __init__(self) -> None:
        self.connections: List[WebSocket] = []

    async def join(self, websocket: WebSocket) -> None:
        await websocket.accept()
        self.connections.append(websocket)

    def leave(self, websocket: WebSocket) -> None:
        if websocket in self.connections:
            self.connections.remove(websocket)

    async def broadcast(self, message: Dict[str, Any]) -> None:
        for connection in self.connections:
            await connection.send_json(message)

    async def broadcast_except(self, sender: WebSocket, message: Dict[str, Any]) -> None:
        """发给除自己以外的人"""
        for connection in list(self.connections):
            if connection is not sender:
                await connection.send_json(message)


hub = RoomHub()


@router.get("/stats")
async def get_room_stats():
    """在线人数"""
    return {"online": len(hub.connections)}


@router.websocket("/ws")
async def websocket_room(websocket: WebSocket):
    """聊天室的连接"""
    await hub.join(websocket)
    try:
        await hub.broadcast_except(websocket, {"type": "joined", "online": len(hub.connections)})
        while True:
            data = await websocket.receive_json()
            try:
                if data.get("type") == "recent":
                    rows = Messages.select().where(Messages.chat_id == ROOM_ID).order_by(Messages.time)
                    texts = [row.processed_plain_text for row in rows]
                    await websocket.send_json({"type": "recent", "messages": texts})
                elif data.get("type") == "say":
                    text = str(data.get("content", ""))
                    Messages.create(message_id=uuid.uuid4().hex, chat_id=ROOM_ID, processed_plain_text=text)
                    await hub.broadcast({"type": "said", "content": text})
            except RuntimeError as e:
                logger.error(f"聊天室出错: {e}")
                await websocket.send_json({"type": "error", "content": str(e)})
    except WebSocketDisconnect:
        logger.info("有人离开了聊天室")
    finally:
        hub.leave(websocket)
