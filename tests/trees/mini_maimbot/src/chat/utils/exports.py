"""把聊天记录导出成文件"""

from pathlib import Path

from src.common.database.database_model import Messages
from src.config.config import PROJECT_ROOT

EXPORT_DIR = PROJECT_ROOT / "data" / "exports"


def export_chat(chat_id: str) -> Path:
    """一个聊天的全部消息，每行一条"""
    EXPORT_DIR.mkdir(parents=True, exist_ok=True)
    target = EXPORT_DIR / f"{chat_id}.txt"
    lines = [row.processed_plain_text for row in Messages.select().where(Messages.chat_id == chat_id)]
    target.write_text("\n".join(lines), encoding="utf-8")
    return target


def clean_exports() -> int:
    """删除导出过的文件，返回个数"""
    found = list(EXPORT_DIR.glob("*.txt"))
    for path in found:
        path.unlink()
    return len(found)
