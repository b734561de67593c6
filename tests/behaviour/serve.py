"""The sample's WebUI over a real server, for a browser: `python -m tests.behaviour.serve OUTPUT`, inside a copied tree.

Rows of three tenants, each with a picture of another width; `POST /control/…` does what no page can.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

import uvicorn

from tests.behaviour.sample import ACME, ADMIN, Pair, Sample, inside, module, token

ZETA: Pair = ("zeta", "bot")
# Of the tenants' pictures, by which a page shows whose it has.
WIDTHS = {"admin": 1, "acme": 2, "zeta": 3}


def picture(width: int) -> bytes:
    """A PNG that is so wide."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" + b"\x80\x40\x20" * width)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def main(output: str) -> None:
    sample = Sample()
    sample.start_afresh()
    models = sample.database
    with inside(ZETA):
        models.PersonInfo.create(person_id="person-zeta", platform="qq", user_id="user-zeta", nickname="nick-zeta")
        models.Emoji.create(emoji_hash="emoji-zeta", full_path="data/zeta.png", description="smile of zeta")
    for tenant, width in WIDTHS.items():
        Path(f"data/{tenant}.png").write_bytes(picture(width))
    for number in range(45):
        with inside((f"many-{number:02}", "bot")):
            models.Jargon.create(content="yyds", meaning=f"meaning of {number}")
    app = sample.own_app

    def made_anew(value: str) -> str:
        """The token, made anew by somebody else."""
        before = token()
        module("webui.token_manager").get_token_manager().update_token(value)
        return before

    def vanish(tenant: str) -> None:
        for model in models.MODELS:
            if "tenant_id" in model._meta.fields:
                models.db.execute_sql(f'DELETE FROM "{model._meta.table_name}" WHERE tenant_id = ?', (tenant,))
        loading = module("common.message.tenant_loading")._tenants
        for pair in [pair for pair in loading if pair[0] == tenant]:
            del loading[pair]

    saved: list[str] = []
    config = module("webui.config_routes").CONFIG_DIR / "bot_config.json"

    def count() -> int:
        """How often the configuration was saved."""
        if config.exists():
            config.unlink()
            saved.append("")
        return len(saved)

    for path, function in {"token/{value}": made_anew, "vanish/{tenant}": vanish, "saved": count}.items():
        app.post(f"/control/{path}")(function)
    serve(app, token(), output)


def serve(app: Any, token: str, output: str) -> None:
    """Serve an application on a free port, and say which, with its token."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        written = Path(output).with_suffix(".part")
        written.write_text(json.dumps({"port": listening.getsockname()[1], "token": token}), encoding="utf-8")
        written.rename(output)
        uvicorn.Server(uvicorn.Config(app, log_config=None)).run([listening])


if __name__ == "__main__":
    assert {ADMIN[0], ACME[0], ZETA[0]} == WIDTHS.keys()
    main(sys.argv[1])
