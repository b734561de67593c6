"""数据库 API"""

import json
import time
from typing import Any, Dict, List, Optional, Type, Union

from peewee import DoesNotExist, Model

from src.common.logger import get_logger

logger = get_logger("database_api")

QUERY_TYPES = ("get", "create", "update", "delete", "count")


async def db_query(
    model_class: Type[Model],
    data: Optional[Dict[str, Any]] = None,
    query_type: Optional[str] = "get",
    filters: Optional[Dict[str, Any]] = None,
    limit: Optional[int] = None,
    order_by: Optional[List[str]] = None,
    single_result: Optional[bool] = False,
) -> Union[List[Dict[str, Any]], Dict[str, Any], int, None]:
    """
    查询、创建、更新、删除或计数

    Args:
        model_class: 任何 peewee 模型
        data: 创建或更新的内容
        query_type: get、create、update、delete 或 count
        filters: 字段名与应有的值
        limit: 最多几条
        order_by: 排序的字段，前面加 - 表示降序
        single_result: 只要一条
    """
    try:
        if query_type not in QUERY_TYPES:
            raise ValueError(f"query_type 必须是 {QUERY_TYPES} 之一")
        if query_type in ("create", "update") and not data:
            raise ValueError(f"{query_type} 需要 data")
        conditions = [getattr(model_class, field) == value for field, value in (filters or {}).items()]

        if query_type == "create":
            created = model_class.create(**data)
            return model_class.select().where(model_class.id == created.id).dicts().get()
        if query_type == "update":
            query = model_class.update(**data)
            return (query.where(*conditions) if conditions else query).execute()
        if query_type == "delete":
            query = model_class.delete()
            return (query.where(*conditions) if conditions else query).execute()

        query = model_class.select()
        if conditions:
            query = query.where(*conditions)
        if query_type == "count":
            return query.count()
        for field in order_by or []:
            column = getattr(model_class, field.lstrip("-"))
            query = query.order_by_extend(column.desc() if field.startswith("-") else column)
        if limit:
            query = query.limit(limit)
        rows = list(query.dicts())
        return next(iter(rows), None) if single_result else rows
    except DoesNotExist:
        return [] if not single_result else None
    except Exception as e:
        logger.error(f"[DatabaseAPI] 操作失败: {e}")
        return [] if query_type == "get" and not single_result else None


async def db_save(
    model_class: Type[Model], data: Dict[str, Any], key_field: Optional[str] = None, key_value: Optional[Any] = None
) -> Optional[Dict[str, Any]]:
    """更新 key_field 等于 key_value 的记录，没有时创建"""
    try:
        if key_value is not None and key_field:
            found = model_class.select().where(getattr(model_class, key_field) == key_value).limit(1)
            if existing := list(found):
                record = existing[0]
                for field, new in data.items():
                    setattr(record, field, new)
                record.save()
                return model_class.select().where(model_class.id == record.id).dicts().get()
        created = model_class.create(**data)
        return model_class.select().where(model_class.id == created.id).dicts().get()
    except Exception as e:
        logger.error(f"[DatabaseAPI] 保存失败: {e}")
        return None


async def db_get(
    model_class: Type[Model],
    filters: Optional[Dict[str, Any]] = None,
    limit: Optional[int] = None,
    order_by: Optional[str] = None,
    single_result: Optional[bool] = False,
) -> Union[List[Dict[str, Any]], Dict[str, Any], None]:
    """读取记录，是 db_query 的简化"""
    try:
        query = model_class.select()
        for field, wanted in (filters or {}).items():
            query = query.where(getattr(model_class, field) == wanted)
        if order_by:
            column = getattr(model_class, order_by.lstrip("-"))
            query = query.order_by(column.desc() if order_by.startswith("-") else column)
        if limit:
            query = query.limit(limit)
        rows = list(query.dicts())
        return next(iter(rows), None) if single_result else rows
    except Exception as e:
        logger.error(f"[DatabaseAPI] 读取失败: {e}")
        return [] if not single_result else None


async def store_action_info(
    chat_stream=None,
    action_build_into_prompt: bool = False,
    action_prompt_display: str = "",
    action_done: bool = True,
    thinking_id: str = "",
    action_data: Optional[dict] = None,
    action_name: str = "",
    action_reasoning: str = "",
) -> Optional[Dict[str, Any]]:
    """记录一个执行过的动作"""
    try:
        from src.common.database.database_model import ActionRecords

        stream_id = getattr(chat_stream, "stream_id", "")
        record = {
            "action_id": thinking_id or str(int(time.time() * 1000000)),
            "time": time.time(),
            "action_name": action_name,
            "action_data": json.dumps(action_data or {}, ensure_ascii=False),
            "action_done": action_done,
            "action_reasoning": action_reasoning,
            "action_build_into_prompt": action_build_into_prompt,
            "action_prompt_display": action_prompt_display,
            "chat_id": stream_id,
            "chat_info_stream_id": stream_id,
            "chat_info_platform": getattr(chat_stream, "platform", ""),
        }
        saved = await db_save(ActionRecords, data=record, key_field="action_id", key_value=record["action_id"])
        if not saved:
            logger.error(f"[DatabaseAPI] 没有记录下动作 {action_name}")
        return saved
    except Exception as e:
        logger.error(f"[DatabaseAPI] 记录动作出错: {e}")
        return None
