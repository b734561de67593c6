"""表情包管理，处理函数大多是同步的"""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Optional

from fastapi import APIRouter, Cookie, File, Header, HTTPException, UploadFile
from fastapi.responses import FileResponse

from src.chat.emoji_system.emoji_manager import get_emoji_manager, get_registered_emoji_storage_dir
from src.common.database.database_model import Emoji
from src.common.logger import get_logger
from src.common.utils.tenant_storage import ensure_storage_subdir
from src.webui.auth import verify_auth_token_from_cookie_or_header

logger = get_logger("webui.emoji")

router = APIRouter(prefix="/emoji", tags=["Emoji"])

ALLOWED_SUFFIXES = {".png", ".jpg", ".gif", ".webp"}
THUMBNAIL_BYTES = 64

_thumbnail_executor = ThreadPoolExecutor(max_workers=2, thread_name_prefix="thumbnail")


def verify_auth_token(maibot_session: Optional[str] = None, authorization: Optional[str] = None) -> bool:
    """验证令牌"""
    return verify_auth_token_from_cookie_or_header(maibot_session, authorization)


def _generate_thumbnail(emoji_hash: str) -> Path:
    """生成缩略图，在线程池里运行；这里只截取文件开头"""
    emoji = Emoji.get(Emoji.emoji_hash == emoji_hash)
    target = ensure_storage_subdir("emoji_thumbs") / f"{emoji_hash}.thumb"
    if not target.exists():
        target.write_bytes(Path(emoji.full_path).read_bytes()[:THUMBNAIL_BYTES])
    return target


@router.get("/formats")
def get_formats():
    """支持的格式"""
    return {"formats": sorted(ALLOWED_SUFFIXES)}


@router.get("/list")
def get_emoji_list(maibot_session: Optional[str] = Cookie(None), authorization: Optional[str] = Header(None)):
    """表情包列表"""
    verify_auth_token(maibot_session, authorization)
    try:
        data = [
            {"emoji_hash": emoji.emoji_hash, "description": emoji.description, "usage_count": emoji.usage_count}
            for emoji in Emoji.select().order_by(Emoji.record_time.desc())
        ]
        return {"success": True, "total": len(data), "data": data}
    except Exception as e:
        logger.error(f"获取表情包列表失败: {e}")
        return {"success": False, "total": 0, "data": [], "error": str(e)}


@router.get("/stats/summary")
def get_emoji_stats(maibot_session: Optional[str] = Cookie(None), authorization: Optional[str] = Header(None)):
    """内存中的表情包数量"""
    verify_auth_token(maibot_session, authorization)
    return {"success": True, "in_memory": get_emoji_manager().emoji_num}


@router.post("/upload")
def upload_emoji(
    file: UploadFile = File(..., description="表情包文件"),
    description: str = "",
    maibot_session: Optional[str] = Cookie(None),
    authorization: Optional[str] = Header(None),
):
    """上传表情包"""
    verify_auth_token(maibot_session, authorization)
    suffix = Path(file.filename or "").suffix.lower()
    if suffix not in ALLOWED_SUFFIXES:
        raise HTTPException(status_code=400, detail=f"不支持的格式: {suffix}")
    try:
        content = file.file.read()
        emoji_hash = hashlib.md5(content).hexdigest()
        if Emoji.get_or_none(Emoji.emoji_hash == emoji_hash):
            raise HTTPException(status_code=409, detail="已存在相同的表情包")
        path = Path(get_registered_emoji_storage_dir()) / f"{emoji_hash}{suffix}"
        path.write_bytes(content)
        Emoji.create(emoji_hash=emoji_hash, full_path=str(path), format=suffix[1:], description=description)
        return {"success": True, "emoji_hash": emoji_hash}
    except HTTPException:
        raise
    except Exception as e:
        logger.error(f"上传表情包失败: {e}")
        raise HTTPException(status_code=500, detail=f"上传表情包失败: {e}") from e


@router.get("/{emoji_hash}/thumbnail")
async def get_thumbnail(
    emoji_hash: str, maibot_session: Optional[str] = Cookie(None), authorization: Optional[str] = Header(None)
):
    """缩略图"""
    verify_auth_token(maibot_session, authorization)
    try:
        loop = asyncio.get_running_loop()
        path = await loop.run_in_executor(_thumbnail_executor, _generate_thumbnail, emoji_hash)
    except Emoji.DoesNotExist as e:
        raise HTTPException(status_code=404, detail="表情包不存在") from e
    except Exception as e:
        logger.error(f"生成缩略图失败: {e}")
        raise HTTPException(status_code=500, detail=f"生成缩略图失败: {e}") from e
    return FileResponse(path, media_type="application/octet-stream")


@router.delete("/{emoji_hash}")
def delete_emoji(
    emoji_hash: str, maibot_session: Optional[str] = Cookie(None), authorization: Optional[str] = Header(None)
):
    """删除表情包"""
    verify_auth_token(maibot_session, authorization)
    emoji = Emoji.get_or_none(Emoji.emoji_hash == emoji_hash)
    if emoji is None:
        raise HTTPException(status_code=404, detail="表情包不存在")
    Path(emoji.full_path).unlink(missing_ok=True)
    emoji.delete_instance()
    return {"success": True, "message": "表情包已删除"}
