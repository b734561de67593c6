"""聊天流列表，这个文件带有 BOM"""

from fastapi import APIRouter, Depends

from src.common.database.database_model import ChatStreams
from src.webui.auth import get_current_token

router = APIRouter(prefix="/bom", tags=["Streams"])


@router.get("/streams")
async def get_saved_streams(token: str = Depends(get_current_token)):
    """数据库中的聊天流"""
    return {"streams": [row.stream_id for row in ChatStreams.select()]}
