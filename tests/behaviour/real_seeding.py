"""How a tenant of a real checkout comes to what it owns, by the tree's own ways."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest import mock

from tests.behaviour.real_tenants import NUMBERS, PLATFORM, owner_of, picture
from tests.behaviour.sample import Pair, module

PLUGIN = """
from src.plugin_system import (
    ActionActivationType, BaseAction, BaseCommand, BaseEventHandler, BasePlugin, BaseTool, EventType, register_plugin
)


class Act(BaseAction):
    action_name = "NAME_action"
    action_description = "NAME-action-description"
    activation_type = ActionActivationType.ALWAYS
    action_parameters = {}
    action_require = []
    associated_types = []

    async def execute(self):
        return True, ""


class Command(BaseCommand):
    command_name = "NAME_command"
    command_description = "NAME-command-description"
    command_pattern = "^/NAME$"

    async def execute(self):
        return True, "", 0


class Tool(BaseTool):
    name = "NAME_tool"
    description = "NAME-tool-description"
    parameters = []
    available_for_llm = True

    async def execute(self, function_args):
        return {}


class Handler(BaseEventHandler):
    event_type = EventType.ON_MESSAGE
    handler_name = "NAME_event_handler"
    handler_description = "NAME-handler-description"

    async def execute(self, message):
        return True, True, None, None, None


@register_plugin
class Plugin(BasePlugin):
    plugin_name = "NAME_plugin"
    enable_plugin = True
    dependencies = []
    python_dependencies = []
    config_file_name = "config.toml"
    config_schema = {}

    def get_plugin_components(self):
        return [
            (Act.get_action_info(), Act),
            (Command.get_command_info(), Command),
            (Tool.get_tool_info(), Tool),
            (Handler.get_handler_info(), Handler),
        ]
"""

# A tenant's plugins: one that runs, one whose components are all switched off, one that is not loaded.
RUNNING, OFF, SPARE = "{}", "{}_off", "{}_spare"


def write_plugin(name: str) -> None:
    folder = Path("plugins") / f"{name}_plugin"
    folder.mkdir()
    (folder / "plugin.py").write_text(PLUGIN.replace("NAME", name), encoding="utf-8")
    manifest = {
        "manifest_version": 1,
        "name": f"{name} plugin",
        "version": "1.0.0",
        "description": f"{name}-plugin-description",
        "author": {"name": "tenantize"},
    }
    (folder / "_manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def announcements() -> Any:
    return module("plugin_system.core.global_announcement_manager").global_announcement_manager


def configure(pair: Pair, name: str) -> None:
    """The tenant's own configuration, put where the tree keeps what it has loaded."""
    config = module("config.config")
    whole = copy.deepcopy(config.base_global_config)
    whole.bot.nickname, whole.bot.qq_account, whole.bot.platform = f"{name}-bot-name", f"{name}-bot", PLATFORM
    whole.mood.emotion_style = f"{name}-style"
    models = copy.deepcopy(config.base_model_config)
    for task in vars(models.model_task_config).values():
        task.model_list = [f"{name}-model"]
    key = config._TENANT_CONFIG_PROVIDER._build_route_key(*pair)
    config._TENANT_CONFIG_PROVIDER._global_cache.get(key, lambda: whole)
    config._TENANT_CONFIG_PROVIDER._model_cache.get(key, lambda: models)


async def seed_plugins(tenants: Iterable[str]) -> None:
    for folder in Path("plugins").glob("*_plugin"):
        if owner_of(folder.name):
            shutil.rmtree(folder)
    for name in tenants:
        for form in (RUNNING, OFF, SPARE):
            write_plugin(form.format(name))
        Path(f"more_{name}").mkdir(exist_ok=True)
    core = module("plugin_system.core.plugin_manager")
    core.plugin_manager.load_all_plugins()
    for name in tenants:
        await core.plugin_manager.remove_registered_plugin(f"{SPARE.format(name)}_plugin")
        for info in core.component_registry.get_plugin_info(f"{OFF.format(name)}_plugin").components:
            await core.component_registry.disable_component(info.name, info.component_type)


async def register_emoji(name: str, number: int) -> str:
    emojis = module("chat.emoji_system.emoji_manager")
    data = picture(name, number)
    (Path(emojis.get_emoji_storage_dir()) / f"{name}-{number}.png").write_bytes(data)
    if not await emojis.get_emoji_manager().register_emoji_by_filename(f"{name}-{number}.png"):
        raise RuntimeError(f"the emoji {number} of {name} could not be registered")
    return hashlib.md5(data).hexdigest()


def received(name: str, stream: Any) -> Any:
    """The last message of a chat, as it came in."""
    group = stream.group_info
    return module("chat.message_receive.message").MessageRecv(
        {
            "message_info": {
                "platform": PLATFORM,
                "message_id": f"{name}-last",
                "time": time.time(),
                "user_info": stream.user_info.to_dict(),
                "group_info": group.to_dict() if group else {},
                "format_info": {"content_format": "", "accept_format": ""},
                "template_info": {"template_items": {}},
            },
            "raw_message": f"{name}-last-text",
            "processed_plain_text": f"{name}-last-text",
        }
    )


def message_row(name: str, stream: Any, number: int) -> dict[str, Any]:
    from_bot = number == 0
    return {
        "message_id": f"{name}-message-{number}",
        "time": time.time() - 9000 + number,
        "chat_id": stream.stream_id,
        "processed_plain_text": f"{name}-text-{number}",
        "user_platform": PLATFORM,
        "user_id": f"{name}-bot" if from_bot else f"{name}-user",
        "user_nickname": f"{name}-bot-name" if from_bot else f"{name}-nick",
        "chat_info_stream_id": stream.stream_id,
        "chat_info_platform": PLATFORM,
        "chat_info_user_platform": PLATFORM,
        "chat_info_user_id": f"{name}-user",
        "chat_info_user_nickname": f"{name}-nick",
        "chat_info_group_platform": PLATFORM,
        "chat_info_group_id": f"{name}-group",
        "chat_info_group_name": f"{name}-group-name",
        "chat_info_create_time": time.time(),
        "chat_info_last_active_time": time.time(),
    }


def add_messages(name: str, group: Any, rows: Any) -> list[Any]:
    for number in range(NUMBERS[name]):
        rows.Messages.create(**message_row(name, group, number))
    found: list[Any] = module("common.message_repository").find_messages({"chat_id": group.stream_id})
    return found


async def seed_managers(name: str, group: Any, private: Any) -> None:
    number = NUMBERS[name]
    flows = module("chat.heart_flow.heartflow")
    moods = module("mood.mood_manager").mood_manager
    frequencies = module("chat.frequency_control.frequency_control").frequency_control_manager
    replyers = module("chat.replyer.replyer_manager").replyer_manager
    for stream in (group, private):
        moods.get_mood_by_chat_id(stream.stream_id).mood_state = f"{name}-mood"
        control = frequencies.get_or_create_frequency_control(stream.stream_id)
        control.set_talk_frequency_adjust(1 + number / 10)
        replyers.get_replyer(chat_id=stream.stream_id)
        with (
            mock.patch.object(flows.HeartFChatting, "start", _start_nothing),
            mock.patch.object(flows.BrainChatting, "start", _start_nothing),
        ):
            chat = await flows.heartflow.get_or_create_heartflow_chat(stream.stream_id)
        if hasattr(chat, "question_probability_multiplier"):
            chat.question_probability_multiplier = float(number)
        off = announcements()
        off.disable_specific_chat_action(stream.stream_id, f"{name}-off-action")
        off.disable_specific_chat_command(stream.stream_id, f"{name}-off-command")
        off.disable_specific_chat_tool(stream.stream_id, f"{name}-off-tool")
        off.disable_specific_chat_event_handler(stream.stream_id, f"{name}-off-event_handler")


async def _start_nothing(_: Any) -> None:
    """In the place of a chat's loop."""
