"""WebUI 的主路由"""

from typing import Optional

from fastapi import APIRouter, Cookie, Header, HTTPException, Response
from pydantic import BaseModel, Field

from src.common.logger import get_logger
from src.config.config import MMC_VERSION
from src.webui.auth import clear_auth_cookie, set_auth_cookie, verify_auth_token_from_cookie_or_header
from src.webui.bom_routes import router as bom_router
from src.webui.config_routes import router as config_router
from src.webui.crlf_routes import router as crlf_router
from src.webui.emoji_routes import router as emoji_router
from src.webui.export_routes import router as export_router
from src.webui.expression_routes import router as expression_router
from src.webui.gbk_routes import router as gbk_router
from src.webui.jargon_routes import router as jargon_router
from src.webui.knowledge_routes import router as knowledge_router
from src.webui.logs_ws import router as logs_router
from src.webui.person_routes import router as person_router
from src.webui.plugin_progress_ws import router as plugin_progress_router
from src.webui.routers.system import router as system_router
from src.webui.statistics_routes import router as statistics_router
from src.webui.tenant_routes import router as tenant_router
from src.webui.token_manager import get_token_manager

logger = get_logger("webui.api")

router = APIRouter(prefix="/api/webui", tags=["WebUI"])

for child in (
    statistics_router,
    person_router,
    emoji_router,
    expression_router,
    export_router,
    jargon_router,
    tenant_router,
    config_router,
    knowledge_router,
    crlf_router,
    bom_router,
    gbk_router,
    logs_router,
    plugin_progress_router,
    system_router,
):
    router.include_router(child)


class TokenVerifyRequest(BaseModel):
    """验证令牌的请求"""

    token: str = Field(..., description="访问令牌")


class TokenVerifyResponse(BaseModel):
    """验证令牌的结果"""

    valid: bool
    message: str
    is_first_setup: bool = False


@router.get("/health")
async def health_check():
    """健康检查"""
    return {"status": "healthy", "service": "mini WebUI", "version": MMC_VERSION}


@router.post("/auth/verify", response_model=TokenVerifyResponse)
async def verify_token(request: TokenVerifyRequest, response: Response):
    """验证令牌并设置 Cookie"""
    try:
        manager = get_token_manager()
        if not manager.verify_token(request.token):
            return TokenVerifyResponse(valid=False, message="Token 无效或已过期")
        set_auth_cookie(response, request.token)
        return TokenVerifyResponse(valid=True, message="Token 验证成功", is_first_setup=manager.is_first_setup())
    except Exception as e:
        logger.error(f"Token 验证失败: {e}")
        raise HTTPException(status_code=500, detail="Token 验证失败") from e


@router.post("/auth/logout")
async def logout(response: Response):
    """登出"""
    clear_auth_cookie(response)
    return {"success": True, "message": "已成功登出"}


@router.get("/auth/check")
async def check_auth_status(maibot_session: Optional[str] = Cookie(None), authorization: Optional[str] = Header(None)):
    """是否已登录"""
    try:
        return {"authenticated": verify_auth_token_from_cookie_or_header(maibot_session, authorization)}
    except HTTPException:
        return {"authenticated": False}


@router.get("/setup/status")
async def get_setup_status(maibot_session: Optional[str] = Cookie(None), authorization: Optional[str] = Header(None)):
    """是否还需要首次配置"""
    verify_auth_token_from_cookie_or_header(maibot_session, authorization)
    return {"is_first_setup": get_token_manager().is_first_setup()}
