"""What a tree talks to, on this machine: language models that answer anything, and the service that knows tenants."""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .tree import forget
from .words import WORD

_ADDRESS = re.compile(r'^(\s*base_url\s*=\s*)"[^"]*"', re.MULTILINE)
_CLIENT = re.compile(r'^(\s*client_type\s*=\s*)"[^"]*"', re.MULTILINE)
_WAITING = re.compile(r"^(\s*(?:max_retry|retry_interval)\s*=\s*)\d+", re.MULTILINE)
# At what times of the day a bot would rather not talk.
_RULES = re.compile(r"^(\s*enable_talk_value_rules\s*=\s*)true", re.MULTILINE)
# What the message server of a tree reads, where the tree keeps that out of its repository.
_MESSAGES = """
[maimconfig]
url = "{url}"
timeout = 2
retry_count = 1
[api_server]
host = "127.0.0.1"
port = 0
path = "/ws"
[logging]
log_level = "CRITICAL"
enable_connection_log = false
enable_message_log = false
"""
# A fresh checkout writes its configuration and ends, once for each file.
_STARTS = 4
_VECTOR = [0.5] * 64


class Services:
    """Both of them behind one port. `prompts`: the key of each request to a model, and all that it said."""

    def __init__(self, planning: Sequence[str] = (), plan: str = "") -> None:
        self._planning, self._plan = planning, plan
        self.prompts: list[tuple[str, str]] = []
        # What is answered for a path that ends so.
        self.answers: dict[str, Any] = {"/plugins/settings": []}
        self._open = 0
        self._lock = threading.Lock()
        services = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(errors="replace")
                self._answer(services.answered(self.path, self.headers.get("Authorization", ""), body))

            def do_GET(self) -> None:
                self._answer(services.answered(self.path, self.headers.get("Authorization", ""), ""))

            def handle_one_request(self) -> None:
                with services._lock:
                    services._open += 1
                try:
                    super().handle_one_request()
                finally:
                    with services._lock:
                        services._open -= 1

            def _answer(self, answer: Any) -> None:
                data = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="tenantize-services", daemon=True).start()

    @property
    def is_busy(self) -> bool:
        """Whether somebody is being answered."""
        return self._open > 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answered(self, path: str, key: str, body: str) -> Any:
        """What a request is answered."""
        if "embeddings" in path:
            self.prompts.append((key.removeprefix("Bearer "), body))
            return {"object": "list", "model": "canary", "data": [_embedding()], "usage": _usage()}
        if "completions" in path:
            self.prompts.append((key.removeprefix("Bearer "), body))
            return _completion(self._said(body))
        found = [answer for end, answer in self.answers.items() if path.partition("?")[0].endswith(end)]
        return found[0] if found else {"success": True, "data": None}

    def _said(self, body: str) -> str:
        """What a model says: the plan to reply where it is asked for one, else the last word that it was told."""
        if self._plan and all(text in body for text in self._planning):
            return self._plan
        return "好的" + "".join(WORD.findall(body)[-1:])

    def configure(self, tree: Path, configuration: str) -> None:
        """Import the tree's configuration, which writes one where there is none, and ends the process then."""
        sys.path.insert(0, str(tree))
        os.environ["MAIM_CONFIG_URL"] = self.url
        for start in range(_STARTS):
            try:
                self.write_into(tree)
                importlib.import_module(configuration)
                return
            except SystemExit:
                if start == _STARTS - 1:
                    raise
                forget("src")

    def write_into(self, tree: Path) -> None:
        """Have a tree's configuration name these services and no others."""
        for path in (tree / "config").glob("*.toml"):
            text = _ADDRESS.sub(rf'\g<1>"{self.url}/v1"', path.read_text(encoding="utf-8"))
            text = _WAITING.sub(r"\g<1>1", _CLIENT.sub(r'\g<1>"openai"', text))
            text = _RULES.sub(r"\g<1>false", text)
            path.write_text(text, encoding="utf-8")
        server = tree / "src" / "common" / "message"
        if server.is_dir() and not (server / "config.toml").exists():
            (server / "config.toml").write_text(_MESSAGES.format(url=self.url), encoding="utf-8")


def _usage() -> dict[str, int]:
    return {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


def _embedding() -> dict[str, Any]:
    return {"object": "embedding", "index": 0, "embedding": _VECTOR}


def _completion(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "id": "canary",
        "object": "chat.completion",
        "created": 1,
        "model": "canary",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": _usage(),
    }
