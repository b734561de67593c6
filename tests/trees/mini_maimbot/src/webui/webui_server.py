"""WebUI 服务器"""

import os
from typing import Optional

from fastapi import Cookie, FastAPI, Header
from fastapi.responses import FileResponse, JSONResponse

from src.common.logger import get_logger
from src.config.config import PROJECT_ROOT

logger = get_logger("webui_server")


class WebUIServer:
    """独立的 WebUI 服务器"""

    def __init__(self, host: str = "127.0.0.1", port: int = 8001) -> None:
        self.host = host
        self.port = port
        self.app = FastAPI(title="mini WebUI")
        self._register_api_routes()
        self._register_overview()
        self._setup_static_files()

    def _register_api_routes(self) -> None:
        """登记全部接口"""
        try:
            from src.webui.chat_routes import router as chat_router
            from src.webui.room_routes import router as room_router
            from src.webui.routes import router as webui_router

            self.app.include_router(webui_router)
            self.app.include_router(chat_router)
            self.app.include_router(room_router)
            logger.info("WebUI 接口已登记")
        except Exception as e:
            logger.error(f"登记 WebUI 接口失败: {e}", exc_info=True)

    def _register_overview(self) -> None:
        """首页的概况"""
        from src.chat.message_receive.chat_stream import get_chat_manager
        from src.common.database.database_model import Messages
        from src.webui.auth import verify_auth_token_from_cookie_or_header

        @self.app.get("/api/webui/overview")
        async def get_overview(
            maibot_session: Optional[str] = Cookie(None), authorization: Optional[str] = Header(None)
        ):
            """消息数与聊天流数"""
            verify_auth_token_from_cookie_or_header(maibot_session, authorization)
            return {"messages": Messages.select().count(), "streams": len(get_chat_manager().streams)}

    def _setup_static_files(self) -> None:
        """网页文件，必须最后登记"""
        static_path = PROJECT_ROOT / "webui" / "dist"

        @self.app.get("/{full_path:path}", include_in_schema=False)
        async def serve_spa(full_path: str):
            """单页应用：找不到的地址都给首页"""
            file_path = static_path / full_path
            if full_path and file_path.is_file():
                return FileResponse(file_path)
            index = static_path / "index.html"
            if index.exists():
                return FileResponse(index)
            return JSONResponse({"detail": "网页文件不存在"}, status_code=404)

    def _show_token(self) -> None:
        """在日志里给出登录用的 Token"""
        from src.webui.token_manager import get_token_manager

        logger.info(f"WebUI Token: {get_token_manager().get_token()}")
        access_token = get_token_manager().get_token()
        logger.debug("WebUI Token %s 可以使用", access_token)

    async def start(self) -> None:
        """启动服务器，uvicorn 是可选的"""
        try:
            import uvicorn
        except ImportError:
            logger.error("没有安装 uvicorn，WebUI 不会启动")
            return
        self._show_token()
        config = uvicorn.Config(self.app, host=self.host, port=self.port, log_config=None)
        logger.info(f"WebUI 地址: http://{self.host}:{self.port}")
        await uvicorn.Server(config).serve()


_webui_server: Optional[WebUIServer] = None


def get_webui_server() -> WebUIServer:
    """全局 WebUI 服务器"""
    global _webui_server
    if _webui_server is None:
        host = os.getenv("WEBUI_HOST", "127.0.0.1")
        port = int(os.getenv("WEBUI_PORT", "8001"))
        _webui_server = WebUIServer(host=host, port=port)
    return _webui_server
