"""数据库模型，所有读写都限定在当前租户内"""

import time
from typing import Any, List, Optional, Tuple

from peewee import BooleanField, FloatField, IntegerField, Model, TextField

from src.common.database.database import db
from src.common.logger import get_logger
from src.common.message.tenant_context import get_current_context

logger = get_logger("database_model")


def _require_pair() -> Tuple[str, Optional[str]]:
    """当前的（租户, 代理），没有上下文时报错"""
    state = get_current_context()
    if state is None:
        raise RuntimeError("Tenant context missing for database access")
    return state.tenant_id, state.agent_id


class BaseModel(Model):
    """带租户的基础模型"""

    tenant_id = TextField(index=True)

    class Meta:
        database = db

    @classmethod
    def _scope(cls) -> List[Any]:
        tenant_id, agent_id = _require_pair()
        conditions = [cls.tenant_id == tenant_id]
        if agent_id and "agent_id" in cls._meta.fields:
            conditions.append(cls.agent_id == agent_id)
        return conditions

    @classmethod
    def _owner(cls) -> dict:
        tenant_id, agent_id = _require_pair()
        owner = {"tenant_id": tenant_id}
        if "agent_id" in cls._meta.fields:
            owner["agent_id"] = agent_id or ""
        return owner

    @classmethod
    def select(cls, *fields):
        return super().select(*fields).where(*cls._scope())

    @classmethod
    def create(cls, **query):
        for name, value in cls._owner().items():
            query.setdefault(name, value)
        return super().create(**query)

    @classmethod
    def update(cls, __data=None, **update):
        return super().update(__data, **update).where(*cls._scope())

    @classmethod
    def delete(cls):
        return super().delete().where(*cls._scope())

    def save(self, force_insert=False, only=None):
        for name, value in self._owner().items():
            if not getattr(self, name):
                setattr(self, name, value)
        return super().save(force_insert=force_insert, only=only)

    def delete_instance(self, recursive=False, delete_nullable=False):
        _require_pair()
        return super().delete_instance(recursive, delete_nullable)


class ChatStreams(BaseModel):
    """聊天流"""

    agent_id = TextField(default="", index=True)
    stream_id = TextField(index=True)
    platform = TextField()
    user_id = TextField(default="")
    user_nickname = TextField(default="")
    group_id = TextField(null=True)
    group_name = TextField(null=True)
    create_time = FloatField(default=time.time)
    last_active_time = FloatField(default=time.time)


class Messages(BaseModel):
    """聊天消息"""

    agent_id = TextField(default="", index=True)
    message_id = TextField(index=True)
    time = FloatField(default=time.time)
    chat_id = TextField(index=True)
    platform = TextField(default="")
    group_id = TextField(null=True)
    user_id = TextField(default="")
    user_nickname = TextField(default="")
    processed_plain_text = TextField(default="")
    is_bot = BooleanField(default=False)
    intercept_message_level = IntegerField(default=0)


class PersonInfo(BaseModel):
    """认识的人"""

    agent_id = TextField(default="", index=True)
    person_id = TextField(unique=True, index=True)  # 由平台与用户算出
    platform = TextField(default="")
    user_id = TextField(default="")
    nickname = TextField(default="")
    person_name = TextField(null=True)
    memory_points = TextField(null=True)
    know_times = IntegerField(default=0)
    last_know = FloatField(default=time.time)


class Emoji(BaseModel):
    """表情包"""

    agent_id = TextField(default="", index=True)
    emoji_hash = TextField(index=True)
    full_path = TextField()
    format = TextField(default="png")
    description = TextField(default="")
    emotion = TextField(default="")  # 用逗号分隔
    usage_count = IntegerField(default=0)
    record_time = FloatField(default=time.time)

    class Meta:
        indexes = ((("emoji_hash", "format"), True), (("usage_count",), False))


class Expression(BaseModel):
    """表达方式"""

    agent_id = TextField(default="", index=True)
    situation = TextField()
    style = TextField()
    chat_id = TextField(default="")
    count = FloatField(default=1.0)


class Jargon(BaseModel):
    """黑话"""

    agent_id = TextField(default="", index=True)
    content = TextField()
    meaning = TextField(null=True)
    chat_id = TextField(default="")
    is_global = BooleanField(default=False)


class LLMUsage(BaseModel):
    """模型用量"""

    agent_id = TextField(default="", index=True)
    model_name = TextField()
    request_type = TextField(default="reply")
    total_tokens = IntegerField(default=0)
    timestamp = FloatField(default=time.time)


class Images(BaseModel):
    """收到的图片"""

    agent_id = TextField(default="", index=True)
    image_id = TextField(index=True)
    description = TextField(null=True)
    path = TextField(default="")
    timestamp = FloatField(default=time.time)


class ActionRecords(BaseModel):
    """执行过的动作"""

    agent_id = TextField(default="", index=True)
    action_id = TextField(index=True)
    time = FloatField(default=time.time)
    action_name = TextField()
    action_data = TextField(default="{}")
    action_done = BooleanField(default=False)
    action_reasoning = TextField(default="")
    action_build_into_prompt = BooleanField(default=False)
    action_prompt_display = TextField(default="")
    chat_id = TextField(default="", index=True)
    chat_info_stream_id = TextField(default="")
    chat_info_platform = TextField(default="")


MODELS = [ChatStreams, Messages, PersonInfo, Emoji, Expression, Jargon, LLMUsage, Images, ActionRecords]


def initialize_database() -> None:
    """建表，可以重复调用"""
    db.create_tables(MODELS, safe=True)
    logger.debug("数据库表已就绪")


initialize_database()
