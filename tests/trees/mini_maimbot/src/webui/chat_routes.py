"""WebUI 的本地聊天室"""

import time
import uuid
from typing import Any, Dict, List, Optional

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect
from pydantic import BaseModel

from src.chat.message_receive.bot import chat_bot
from src.common.database.database_model import Messages, PersonInfo
from src.common.logger import get_logger
from src.config.config import global_config

logger = get_logger("webui_chat")

router = APIRouter(prefix="/api/chat", tags=["LocalChat"])

WEBUI_CHAT_GROUP_ID = "webui_local_chat"
WEBUI_CHAT_PLATFORM = "webui"
WEBUI_USER_ID_PREFIX = "webui_user_"


class ChatHistoryMessage(BaseModel):
    """一条历史消息"""

    id: str
    type: str
    content: str
    timestamp: float
    sender_name: str
    is_bot: bool = False


class ChatHistoryManager:
    """聊天记录，来自 Messages 表"""

    def __init__(self, max_messages: int = 200) -> None:
        self.max_messages = max_messages

    def _message_to_dict(self, message: Messages) -> Dict[str, Any]:
        return ChatHistoryMessage(
            id=message.message_id,
            type="bot" if message.is_bot else "user",
            content=message.processed_plain_text,
            timestamp=message.time,
            sender_name=message.user_nickname,
            is_bot=message.is_bot,
        ).model_dump()

    def get_history(self, limit: int = 50) -> List[Dict[str, Any]]:
        try:
            rows = (
                Messages.select()
                .where(Messages.group_id == WEBUI_CHAT_GROUP_ID, Messages.platform == WEBUI_CHAT_PLATFORM)
                .order_by(Messages.time.desc())
                .limit(min(limit, self.max_messages))
            )
            return [self._message_to_dict(row) for row in reversed(list(rows))]
        except Exception as e:
            logger.error(f"加载聊天记录失败: {e}")
            return []

    def clear_history(self) -> int:
        try:
            return Messages.delete().where(Messages.group_id == WEBUI_CHAT_GROUP_ID).execute()
        except Exception as e:
            logger.error(f"清空聊天记录失败: {e}")
            return 0


chat_history = ChatHistoryManager()


class ChatConnectionManager:
    """聊天室的连接"""

    def __init__(self) -> None:
        self.active_connections: Dict[str, WebSocket] = {}
        self.user_sessions: Dict[str, str] = {}

    async def connect(self, websocket: WebSocket, session_id: str, user_id: str) -> None:
        await websocket.accept()
        self.active_connections[session_id] = websocket
        self.user_sessions[user_id] = session_id
        logger.info(f"会话 {session_id} 已连接")

    def disconnect(self, session_id: str, user_id: str) -> None:
        self.active_connections.pop(session_id, None)
        if self.user_sessions.get(user_id) == session_id:
            del self.user_sessions[user_id]
        logger.info(f"会话 {session_id} 已断开")

    async def send_message(self, session_id: str, message: Dict[str, Any]) -> None:
        if session_id in self.active_connections:
            try:
                await self.active_connections[session_id].send_json(message)
            except Exception as e:
                logger.error(f"发送消息失败: {e}")

    async def broadcast(self, message: Dict[str, Any]) -> None:
        """发给所有连接"""
        for session_id in list(self.active_connections.keys()):
            await self.send_message(session_id, message)


chat_manager = ChatConnectionManager()


def normalize_webui_user_id(user_id: Optional[str]) -> str:
    """保证用户 id 带有前缀"""
    if not user_id:
        return f"{WEBUI_USER_ID_PREFIX}{uuid.uuid4().hex[:16]}"
    return user_id if user_id.startswith(WEBUI_USER_ID_PREFIX) else f"{WEBUI_USER_ID_PREFIX}{user_id}"


def create_message_data(content: str, user_id: str, user_name: str, message_id: Optional[str] = None) -> Dict[str, Any]:
    """构造机器人能处理的消息"""
    return {
        "message_info": {
            "platform": WEBUI_CHAT_PLATFORM,
            "message_id": message_id or str(uuid.uuid4()),
            "time": time.time(),
            "user_info": {"platform": WEBUI_CHAT_PLATFORM, "user_id": user_id, "user_nickname": user_name},
            "group_info": {
                "platform": WEBUI_CHAT_PLATFORM,
                "group_id": WEBUI_CHAT_GROUP_ID,
                "group_name": "WebUI 本地聊天室",
            },
        },
        "message_segment": {"type": "seglist", "data": [{"type": "text", "data": content}]},
        "raw_message": content,
    }


@router.get("/history")
async def get_chat_history(limit: int = Query(default=50, ge=1, le=200)):
    """聊天记录"""
    history = chat_history.get_history(limit)
    return {"success": True, "messages": history, "total": len(history)}


@router.get("/persons")
async def get_persons(search: Optional[str] = Query(default=None), limit: int = Query(default=50, ge=1, le=200)):
    """可以扮演的人物"""
    try:
        query = PersonInfo.select()
        if search:
            query = query.where(PersonInfo.nickname.contains(search))
        persons = [
            {"person_id": person.person_id, "user_id": person.user_id, "nickname": person.nickname}
            for person in query.order_by(PersonInfo.last_know.desc()).limit(limit)
        ]
        return {"success": True, "persons": persons}
    except Exception as e:
        logger.error(f"获取人物列表失败: {e}")
        return {"success": False, "error": str(e), "persons": []}


@router.delete("/history")
async def clear_chat_history():
    """清空聊天记录"""
    deleted = chat_history.clear_history()
    return {"success": True, "message": f"已清空 {deleted} 条聊天记录"}


@router.get("/info")
async def get_chat_info():
    """聊天室信息"""
    return {
        "bot_name": global_config.bot.nickname,
        "platform": WEBUI_CHAT_PLATFORM,
        "group_id": WEBUI_CHAT_GROUP_ID,
        "active_sessions": len(chat_manager.active_connections),
    }


@router.websocket("/ws")
async def websocket_chat(
    websocket: WebSocket,
    user_id: Optional[str] = Query(default=None),
    user_name: Optional[str] = Query(default="WebUI用户"),
):
    """聊天室的 WebSocket"""
    session_id = str(uuid.uuid4())
    user_id = normalize_webui_user_id(user_id)
    await chat_manager.connect(websocket, session_id, user_id)

    try:
        await chat_manager.send_message(
            session_id,
            {
                "type": "session_info",
                "session_id": session_id,
                "user_id": user_id,
                "user_name": user_name,
                "bot_name": global_config.bot.nickname,
            },
        )
        await chat_manager.send_message(session_id, {"type": "history", "messages": chat_history.get_history(50)})

        while True:
            data = await websocket.receive_json()

            if data.get("type") == "message":
                content = data.get("content", "").strip()
                if not content:
                    continue
                current_name = data.get("user_name", user_name)
                message_id = str(uuid.uuid4())
                # 先让所有人看到这条消息
                await chat_manager.broadcast(
                    {
                        "type": "user_message",
                        "content": content,
                        "message_id": message_id,
                        "sender": {"name": current_name, "user_id": user_id, "is_bot": False},
                    }
                )
                message_data = create_message_data(content, user_id, current_name, message_id)
                try:
                    await chat_bot.message_process(message_data)
                except Exception as e:
                    logger.error(f"处理消息时出错: {e}")
                    await chat_manager.send_message(session_id, {"type": "error", "content": f"处理消息时出错: {e}"})

            elif data.get("type") == "ping":
                await chat_manager.send_message(session_id, {"type": "pong", "timestamp": time.time()})

    except WebSocketDisconnect:
        logger.info(f"会话 {session_id} 的 WebSocket 已断开")
    except Exception as e:
        logger.error(f"WebSocket 出错: {e}")
    finally:
        chat_manager.disconnect(session_id, user_id)


def get_webui_chat_broadcaster() -> ChatConnectionManager:
    """发送器用它把机器人的回复送到网页"""
    return chat_manager
