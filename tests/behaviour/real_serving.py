"""The WebUI of a real checkout over a real server, for a browser, with a model that says what it was told. Runs inside
the tree, and writes where it is.

Each tenant has a person, a picture and an expression, named for it;
`POST /control/vanish/TENANT` does what no page can.
"""

from __future__ import annotations

import logging
import re
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from codemods.prove.guest.services import Services
from tests.behaviour.real import CONFIGURATION, create_tables
from tests.behaviour.sample import Pair, inside, module
from tests.behaviour.serve import picture, serve

TENANTS: dict[str, Pair] = {
    "admin": ("admin", "local"),
    "acme": ("acme", "bot"),
    "zeta": ("zeta", "bot"),
    "gone": ("gone", "bot"),
}


class Echo(Services):
    """Its models answer with whose words they were sent, so that a prompt that mixes tenants is seen in the chat."""

    def answered(self, path: str, key: str, body: str) -> Any:
        answer = super().answered(path, key, body)
        if "completions" in path:
            said = sorted(set(re.findall(r"word-of-(\w+)", body)))
            answer["choices"][0]["message"]["content"] = f"heard-{'-'.join(said)}"
        return answer


def main(output: str) -> None:
    services = Echo()
    services.configure(Path.cwd(), CONFIGURATION)
    module("main")  # some of its modules cannot be imported first
    create_tables()
    for number, name in enumerate(TENANTS, 1):
        with inside(TENANTS[name]):
            add_rows(name, number)
    logging.disable(logging.CRITICAL)
    app = module("webui.webui_server").WebUIServer().app
    tokens = module("webui.token_manager").get_token_manager()
    tokens.mark_setup_completed()
    app.post("/control/vanish/{tenant}")(vanish)
    serve(app, str(tokens.get_token()), output)


def add_rows(name: str, number: int) -> None:
    models, now = module("common.database.database_model"), time.time()
    path = Path("data") / f"picture-of-{name}.png"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(picture(number))
    models.PersonInfo.create(
        person_id=f"person-of-{name}",
        platform="qq",
        user_id=f"user-of-{name}",
        nickname=f"nick-of-{name}",
        person_name=f"person-of-{name}",
        is_known=True,
    )
    models.Expression.create(
        situation=f"situation-of-{name}",
        style=f"style-of-{name}",
        chat_id="chat",
        last_active_time=now,
        create_date=now,
    )
    models.Emoji.create(
        emoji_hash=f"emoji-of-{name}",
        full_path=str(path),
        format="png",
        description=f"emoji-of-{name}",
        emotion="",
        query_count=0,
        is_registered=True,
        is_banned=False,
        record_time=now,
        register_time=now,
        usage_count=0,
    )


def vanish(tenant: str) -> None:
    """Nothing is left by which the tree knows of a tenant."""
    database = module("common.database.database").db
    for table in database.get_tables():
        if "tenant_id" in {column.name for column in database.get_columns(table)}:
            database.execute_sql(f'DELETE FROM "{table}" WHERE tenant_id = ?', (tenant,))
    loading = module("common.message.tenant_loading")._tenants
    for pair in [pair for pair in loading if pair[0] == tenant]:
        del loading[pair]
    shutil.rmtree(Path("data") / "tenant_storage" / tenant, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
