"""聊天流与它的管理器"""

import asyncio
import hashlib
import threading
import time
from typing import Dict, List, Optional

from src.chat.message_receive.message import GroupInfo, MessageRecv, UserInfo
from src.common.database.database_model import ChatStreams
from src.common.logger import get_logger
from src.common.message.tenant_context import get_current_agent_id, get_current_tenant_id
from src.common.structure.context_aware_map import ContextAwareMap

logger = get_logger("chat_stream")

SAVE_INTERVAL = 300


class ChatStream:
    """一个群聊或私聊"""

    def __init__(
        self,
        stream_id: str,
        platform: str,
        user_info: UserInfo,
        group_info: Optional[GroupInfo] = None,
        *,
        tenant_id: Optional[str] = None,
        agent_id: Optional[str] = None,
    ) -> None:
        self.stream_id = stream_id
        self.platform = platform
        self.user_info = user_info
        self.group_info = group_info
        self.tenant_id = tenant_id or get_current_tenant_id()
        self.agent_id = agent_id or get_current_agent_id()
        self.create_time = time.time()
        self.last_active_time = self.create_time
        self.saved = False

    @classmethod
    def from_row(cls, row: ChatStreams) -> "ChatStream":
        group = GroupInfo(row.platform, row.group_id, row.group_name or "") if row.group_id else None
        user = UserInfo(row.platform, row.user_id, row.user_nickname)
        stream = cls(row.stream_id, row.platform, user, group, tenant_id=row.tenant_id, agent_id=row.agent_id)
        stream.create_time = row.create_time
        stream.last_active_time = row.last_active_time
        stream.saved = True
        return stream

    def update_active_time(self) -> None:
        self.last_active_time = time.time()
        self.saved = False


class ChatManager:
    """聊天流管理器，单例"""

    _instance: Optional["ChatManager"] = None
    _initialized = False
    _save_lock = threading.Lock()

    def __new__(cls) -> "ChatManager":
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __init__(self) -> None:
        if self._initialized:
            return
        self.streams: ContextAwareMap = ContextAwareMap()
        self.last_messages: Dict[str, MessageRecv] = {}
        self._initialized = True

    async def _initialize(self) -> None:
        """启动时加载全部聊天流"""
        try:
            await self.load_all_streams()
            logger.info(f"聊天管理器就绪，共 {len(self.streams)} 个聊天")
        except Exception as e:
            logger.error(f"聊天管理器启动失败: {e}")

    async def _auto_save_task(self) -> None:
        """定期保存全部聊天流"""
        while True:
            await asyncio.sleep(SAVE_INTERVAL)
            try:
                await self._save_all_streams()
                logger.info("聊天流自动保存完成")
            except Exception as e:
                logger.error(f"聊天流自动保存失败: {e}")

    def _cache_stream(self, stream: ChatStream) -> None:
        """放进聊天流自己的租户"""
        self.streams.set_with_context(stream.stream_id, stream, stream.tenant_id, stream.agent_id or "")

    def register_message(self, message: MessageRecv) -> None:
        """记下每个聊天流的最后一条消息"""
        info = message.message_info
        stream_id = self._generate_stream_id(info.platform, info.user_info, info.group_info)
        self.last_messages[stream_id] = message

    @staticmethod
    def _generate_stream_id(
        platform: str, user_info: Optional[UserInfo], group_info: Optional[GroupInfo] = None
    ) -> str:
        """由租户、代理、平台与群或用户得到聊天流 id"""
        tenant_id = get_current_tenant_id()
        agent_id = get_current_agent_id()
        if not tenant_id or not agent_id:
            raise RuntimeError("chat_id 生成需要有效的租户和代理上下文")
        if group_info:
            target = f"group:{group_info.group_id}"
        elif user_info:
            target = f"private:{user_info.user_id}"
        else:
            raise ValueError("用户信息和群信息不能都为空")
        return hashlib.md5(f"{tenant_id}|{agent_id}|{platform}|{target}".encode()).hexdigest()

    async def get_or_create_stream(
        self, platform: str, user_info: UserInfo, group_info: Optional[GroupInfo] = None
    ) -> ChatStream:
        stream_id = self._generate_stream_id(platform, user_info, group_info)
        stream = self.streams.get(stream_id)
        if stream is None:
            stream = await asyncio.to_thread(self._load_one, stream_id)
        if stream is None:
            stream = ChatStream(stream_id, platform, user_info, group_info)
        stream.update_active_time()
        if stream.group_info and user_info.user_id:
            stream.user_info = user_info
        self.streams[stream_id] = stream
        await self._save_stream(stream)
        return stream

    def get_stream(self, stream_id: str) -> Optional[ChatStream]:
        stream = self.streams.get(stream_id)
        if stream is None:
            logger.debug(f"没有聊天流 {stream_id}")
        return stream

    def get_stream_by_info(
        self, platform: str, user_info: UserInfo, group_info: Optional[GroupInfo] = None
    ) -> Optional[ChatStream]:
        return self.streams.get(self._generate_stream_id(platform, user_info, group_info))

    def get_stream_name(self, stream_id: str) -> Optional[str]:
        """群名，或“某人的私聊”"""
        stream = self.get_stream(stream_id)
        if stream is None:
            return None
        if stream.group_info:
            return stream.group_info.group_name or f"群聊{stream.group_info.group_id}"
        return f"{stream.user_info.user_nickname}的私聊"

    @staticmethod
    def _load_one(stream_id: str) -> Optional[ChatStream]:
        row = ChatStreams.get_or_none(ChatStreams.stream_id == stream_id)
        return ChatStream.from_row(row) if row else None

    async def _save_stream(self, stream: ChatStream) -> None:
        if stream.saved:
            return

        def _db_save() -> None:
            group = stream.group_info
            fields = {
                "platform": stream.platform,
                "user_id": stream.user_info.user_id,
                "user_nickname": stream.user_info.user_nickname,
                "group_id": group.group_id if group else None,
                "group_name": group.group_name if group else None,
                "create_time": stream.create_time,
                "last_active_time": stream.last_active_time,
            }
            with self._save_lock:
                if not ChatStreams.update(**fields).where(ChatStreams.stream_id == stream.stream_id).execute():
                    ChatStreams.create(stream_id=stream.stream_id, **fields)

        await asyncio.to_thread(_db_save)
        stream.saved = True

    async def _save_all_streams(self) -> None:
        for stream in self.streams.values():
            await self._save_stream(stream)

    async def load_all_streams(self) -> None:
        """从数据库加载全部聊天流"""

        def _db_load() -> List[ChatStreams]:
            # 原生查询不受租户限制
            return list(ChatStreams.raw("SELECT * FROM chatstreams"))

        rows = await asyncio.to_thread(_db_load)
        self.streams.clear()
        for row in rows:
            self._cache_stream(ChatStream.from_row(row))


chat_manager: Optional[ChatManager] = None


def get_chat_manager() -> ChatManager:
    """全局聊天流管理器"""
    global chat_manager
    if chat_manager is None:
        chat_manager = ChatManager()
    return chat_manager
