"""消息查询，出错时记日志并返回空结果"""

from typing import Any, Dict, List, Optional

from src.common.database.database_model import Messages
from src.common.logger import get_logger

logger = get_logger("message_repository")


def _conditions(message_filter: Dict[str, Any]) -> List[Any]:
    """{"chat_id": "x", "time": {"$gt": 1}} 形式的过滤条件"""
    result: List[Any] = []
    for name, value in message_filter.items():
        field = getattr(Messages, name)
        if not isinstance(value, dict):
            result.append(field == value)
            continue
        for operator, operand in value.items():
            if operator == "$gt":
                result.append(field > operand)
            elif operator == "$lt":
                result.append(field < operand)
            else:
                raise ValueError(f"未知的操作符: {operator}")
    return result


def find_messages(message_filter: Dict[str, Any], limit: int = 0) -> List[Dict[str, Any]]:
    try:
        query = Messages.select()
        conditions = _conditions(message_filter)
        if conditions:
            query = query.where(*conditions)
        query = query.order_by(Messages.time.desc())
        if limit > 0:
            query = query.limit(limit)
        return [_to_dict(row) for row in reversed(list(query))]
    except Exception as e:
        logger.error(f"查找消息失败: {e}")
        return []


def count_messages(message_filter: Dict[str, Any]) -> int:
    try:
        query = Messages.select()
        conditions = _conditions(message_filter)
        if conditions:
            query = query.where(*conditions)
        return query.count()
    except Exception as e:
        logger.error(f"统计消息失败: {e}")
        return 0


def _to_dict(row: Optional[Messages]) -> Dict[str, Any]:
    return dict(row.__data__) if row is not None else {}
