"""A real checkout at work: two tenants on the gateway and an admin on the WebUI, for ten minutes of its clock. Runs
inside the tree, and once more on what the first run left; a model on loopback answers with a word of whoever speaks.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sqlite3
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from unittest import mock

from codemods.prove.guest.asgi import Socket
from codemods.prove.guest.services import Services
from tests.behaviour.real import create_tables
from tests.behaviour.sample import current_pair, inside, module

TENANTS = {"a": ("tenant-a", "bot"), "b": ("tenant-b", "bot")}
# So many times faster than the machine's goes the clock that the tree sees.
FASTER, MINUTES, ROUNDS = 20, 10, 6
_WORD = re.compile(r"zq([abd])\d+")
# What a tenant's own work says where it has none, meets another's, or cannot be stored.
_TENANT_ERROR = re.compile(r"TenantContext|TenantAccess|[Tt]enant context|租户上下文|UNIQUE constraint|不属于租户")
_PLAN = '想好了\n```json\n{"action": "reply", "target_message_id": "m1", "reason": "有人说话"}\n```'


class Model(Services):
    """Replies with a word of whoever the prompt is about, or with the plan to reply."""

    def __init__(self) -> None:
        super().__init__()
        self.mixed = 0

    def answered(self, path: str, key: str, body: str) -> Any:
        answer = super().answered(path, key, body)
        if "completions" in path:
            said = "".join(str(message.get("content")) for message in json.loads(body)["messages"])
            speakers = set(_WORD.findall(said))
            self.mixed += len(speakers) > 1
            plans = "target_message_id" in said and "```json" in said
            answer["choices"][0]["message"]["content"] = _PLAN if plans else f"好的zq{min(speakers, default='x')}0"
        return answer


class Notes(logging.Handler):
    """The errors that the tree logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(str(record.msg)[:400])


class Whole:
    """One run of the tree."""

    def __init__(self, number: int) -> None:
        self.number, self.model, self.notes = number, Model(), Notes()
        self.sent: list[tuple[str, str]] = []
        self.frames: list[str] = []
        self.said: dict[str, list[str]] = {name: [] for name in (*TENANTS, "d")}
        self.ran: Counter[str] = Counter()

    async def run(self) -> dict[str, Any]:
        self.model.write_into(Path.cwd())
        os.environ["MAIM_CONFIG_URL"] = self.model.url
        config = Path("config/bot_config.toml")
        config.write_text(
            config.read_text(encoding="utf-8").replace(
                "enable_talk_value_rules = true", "enable_talk_value_rules = false"
            ),
            encoding="utf-8",
        )
        module("main")
        _all_tables()
        logging.getLogger().addHandler(self.notes)
        with ExitStack() as stood:
            self._stand_in(stood)
            system = module("main").MainSystem()
            await system.initialize()
            await self._talk()
            await self._stop()
        return self._seen()

    def _stand_in(self, stood: ExitStack) -> None:
        real_time, real_sleep, begun = time.time, asyncio.sleep, time.time()
        sender, home = module("chat.message_receive.uni_message_sender"), module("common.message.api")
        show, run_for = sender._send_message, module("manager.async_task_manager").AsyncTask.run_for

        async def sleep(delay: float, result: Any = None) -> Any:
            return await real_sleep(delay / FASTER, result)

        async def send(message: Any, *given: Any, **more: Any) -> bool:
            self.sent.append((str(current_pair()[0]), str(message.processed_plain_text)))
            if message.message_info.platform == "webui":
                return bool(await show(message, *given, **more))
            return True

        async def counted(task: Any, tenant: str, agent: str) -> Any:
            self.ran[tenant] += 1
            return await run_for(task, tenant, agent)

        async def parse(key: str) -> Any:
            tenant, agent = TENANTS[key]
            return {"tenant_id": tenant, "agent_id": agent, "format_valid": True}

        stood.enter_context(mock.patch.object(time, "time", lambda: begun + (real_time() - begun) * FASTER))
        stood.enter_context(mock.patch.object(asyncio, "sleep", sleep))
        stood.enter_context(mock.patch.object(sender, "_send_message", send))
        stood.enter_context(mock.patch.object(home, "parse_api_key", parse))
        stood.enter_context(mock.patch.object(module("manager.async_task_manager").AsyncTask, "run_for", counted))

    async def _talk(self) -> None:
        """What all three say, in turn, and what goes on by itself in the ten minutes."""
        ends = time.time() + MINUTES * 60
        web = module("webui.webui_server").WebUIServer().app
        token = str(module("webui.token_manager").get_token_manager().get_token())
        socket = Socket(web, "/api/chat/ws?user_id=webui_user_d", {"Cookie": f"maibot_session={token}"})
        for turn in range(ROUNDS):
            for name in TENANTS:
                await self._message(name, turn, group=turn % 2 == 0)
            socket.say({"type": "message", "content": self._word("d", turn), "user_name": "admin"})
            await asyncio.sleep(MINUTES * 60 / ROUNDS / 2)
        while time.time() < ends:
            await asyncio.sleep(5)
        self.frames = list(socket.frames)
        await socket.close()

    def _word(self, name: str, turn: int) -> str:
        word = f"zq{name}{self.number}0{turn}"
        self.said[name].append(word)
        return word

    async def _message(self, name: str, turn: int, *, group: bool) -> None:
        from maim_message.message import (  # type: ignore[import-not-found]
            APIMessageBase,
            BaseMessageInfo,
            GroupInfo,
            MessageDim,
            Seg,
            SenderInfo,
            UserInfo,
        )

        word = self._word(name, turn)
        sender = SenderInfo(
            user_info=UserInfo(platform="qq", user_id="7", user_nickname="someone"),
            group_info=GroupInfo(platform="qq", group_id="9", group_name="everybody") if group else None,
        )
        info = BaseMessageInfo(platform="qq", message_id=word, time=time.time(), sender_info=sender)
        text = Seg(type="text", data=f"{word} 你好吗")
        message = APIMessageBase(
            message_info=info, message_segment=text, message_dim=MessageDim(api_key=name, platform="qq")
        )
        await module("common.message.api").message_handler(message, {"api_key": name, "uuid": name})

    async def _stop(self) -> None:
        await module("manager.async_task_manager").async_task_manager.stop_and_wait_all_tasks()
        await module("chat.message_receive.chat_stream").get_chat_manager()._save_all_streams()

    def _seen(self) -> dict[str, Any]:
        admin = module("common.message.tenant_context").admin_pair()[0]
        names = {**{pair[0]: name for name, pair in TENANTS.items()}, admin: "d"}
        crossed = [sent for sent in self.sent if set(_WORD.findall(sent[1])) - {names.get(sent[0], "")}]
        return {
            "prompts": len(self.model.prompts),
            "mixed prompts": self.model.mixed,
            "sent": dict(Counter(names.get(tenant, tenant) for tenant, _ in self.sent)),
            "crossed sends": crossed,
            "crossed frames": [frame for frame in self.frames if set(_WORD.findall(frame)) - {"d"}],
            "frames": len(self.frames),
            "ran": {names.get(tenant, tenant): count for tenant, count in self.ran.items()},
            "tenant errors": [text for text in self.notes.texts if _TENANT_ERROR.search(text)],
            "errors": dict(Counter(re.sub(r"\d+", "", text)[:120] for text in self.notes.texts)),
            "streams": {name: self._streams(tenant) for tenant, name in names.items()},
            **_rows(names, self.said),
        }

    def _streams(self, tenant: str) -> int:
        agents = {pair[0]: pair for pair in (*TENANTS.values(), module("common.message.tenant_context").admin_pair())}
        with inside(agents[tenant]):
            return len(module("chat.message_receive.chat_stream").get_chat_manager().streams)


def _all_tables() -> None:
    from maim_db.core.models import ALL_MODELS  # type: ignore[import-not-found]

    create_tables()
    for model in ALL_MODELS:
        try:
            model.create_table(safe=True)
        except Exception as error:  # one that the tree has under the same name
            print(f"{model.__name__}: {error!r}", file=sys.stderr)


def _rows(names: dict[str, str], said: dict[str, list[str]]) -> dict[str, Any]:
    """Words in rows of another tenant, words that no row of their own tenant's messages has, and how many there are."""
    found: dict[str, set[str]] = {name: set() for name in said}
    crossed, messages = [], Counter[str]()
    with closing(sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"))) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            cursor = database.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            for values in cursor if "tenant_id" in columns else ():
                row = dict(zip(columns, values, strict=True))
                owner, text = names.get(row["tenant_id"], ""), " ".join(map(str, values))
                crossed += [f"{table} of {owner}: {text[:200]}"] if set(_WORD.findall(text)) - {owner} else []
                if table == "messages" and owner:
                    messages[owner] += 1
                    found[owner] |= {match.group() for match in _WORD.finditer(text)}
    lost = {name: sorted(set(words) - found[name]) for name, words in said.items() if set(words) - found[name]}
    return {"crossed rows": crossed, "lost": lost, "messages": dict(messages)}


def main(output: str) -> None:
    number = 2 if Path(output).exists() else 1
    seen = asyncio.run(asyncio.wait_for(Whole(number).run(), 600))
    Path(output).write_text(json.dumps(seen, ensure_ascii=False, default=str), encoding="utf-8")
    # The tree's background threads need not be waited for.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
