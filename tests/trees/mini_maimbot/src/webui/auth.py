"""WebUI 的身份验证"""

from typing import Optional

from fastapi import Cookie, Header, HTTPException, Response

from src.webui.token_manager import get_token_manager

COOKIE_NAME = "maibot_session"


def _find_token(maibot_session: Optional[str], authorization: Optional[str]) -> Optional[str]:
    if maibot_session:
        return maibot_session
    if authorization and authorization.startswith("Bearer "):
        return authorization[len("Bearer ") :]
    return None


def get_current_token(maibot_session: Optional[str] = Cookie(None), authorization: Optional[str] = Header(None)) -> str:
    """依赖：取得有效的令牌，否则 401"""
    token = _find_token(maibot_session, authorization)
    if not token:
        raise HTTPException(status_code=401, detail="未提供有效的认证信息")
    if not get_token_manager().verify_token(token):
        raise HTTPException(status_code=401, detail="Token 无效或已过期")
    return token


def verify_auth_token_from_cookie_or_header(
    maibot_session: Optional[str] = None, authorization: Optional[str] = None
) -> bool:
    """由 Cookie 或请求头验证，失败时 401"""
    get_current_token(maibot_session, authorization)
    return True


def set_auth_cookie(response: Response, token: str) -> None:
    response.set_cookie(COOKIE_NAME, token, max_age=7 * 24 * 3600, httponly=True, samesite="lax")


def clear_auth_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE_NAME)
