"""消息查询，出错时记日志并返回空结果"""

from typing import Any, Dict, List, Optional

from src.common.data_models.database_data_model import DatabaseMessages
from src.common.database.database_model import Messages
from src.common.logger import get_logger
from src.config.config import global_config

logger = get_logger("message_repository")


def _compare(field: Any, operator: str, operand: Any) -> Any:
    match operator:
        case "$gt":
            return field > operand
        case "$gte":
            return field >= operand
        case "$lt":
            return field < operand
        case "$lte":
            return field <= operand
        case "$in":
            return field.in_(operand)
        case _:
            raise ValueError(f"未知的操作符: {operator}")


def _conditions(message_filter: Dict[str, Any]) -> List[Any]:
    """{"chat_id": "x", "time": {"$gt": 1}} 形式的过滤条件"""
    result: List[Any] = []
    for name, value in message_filter.items():
        field = getattr(Messages, name)
        operands = value if isinstance(value, dict) else {"$in": [value]}
        result.extend(_compare(field, operator, operand) for operator, operand in operands.items())
    return result


def find_messages(
    message_filter: Dict[str, Any],
    limit: int = 0,
    limit_mode: str = "latest",
    filter_bot: bool = False,
    filter_command: bool = False,
    filter_intercept_message_level: Optional[int] = None,
) -> List[DatabaseMessages]:
    """符合条件的消息，按时间升序；limit 为 0 时不限"""
    try:
        query = Messages.select().where(*_conditions(message_filter))
        if filter_bot:
            query = query.where(Messages.user_id != global_config.bot.qq_account)
        if filter_command:
            query = query.where(~Messages.processed_plain_text.startswith("/"))
        if filter_intercept_message_level is not None:
            query = query.where(Messages.intercept_message_level <= filter_intercept_message_level)
        order = Messages.time.asc() if limit_mode == "earliest" else Messages.time.desc()
        query = query.order_by(order)
        if limit > 0:
            query = query.limit(limit)
        return sorted((DatabaseMessages.from_row(row) for row in query), key=lambda message: message.time)
    except Exception as e:
        logger.error(f"查找消息失败: {e}")
        return []


def count_messages(message_filter: Dict[str, Any]) -> int:
    try:
        return Messages.select().where(*_conditions(message_filter)).count()
    except Exception as e:
        logger.error(f"统计消息失败: {e}")
        return 0
