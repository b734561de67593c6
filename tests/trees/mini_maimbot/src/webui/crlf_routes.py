"""最近的消息，这个文件用 CRLF 换行"""

from fastapi import APIRouter, Depends

from src.common.database.database_model import Messages
from src.webui.auth import get_current_token

router = APIRouter(prefix="/crlf", tags=["Recent"])


@router.get("/latest")
async def get_latest_message(token: str = Depends(get_current_token)):
    """最后一条消息"""
    row = Messages.select().order_by(Messages.time.desc()).first()
    return {"text": row.processed_plain_text if row else None}
