"""How each public function of a real checkout's plugin API is called: for whatever tenant's ids it is given."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.behaviour.real_seeding import OFF, SPARE
from tests.behaviour.real_tenants import LATE, NEW, PLATFORM, Owned, picture_text
from tests.behaviour.sample import module

PACKAGE = "plugin_system.apis"
# Before every message, and behind all of them.
BEGIN, END = 0.0, 4e9
# They run while plugins are imported, before any tenant exists.
EXEMPT = {"logging_api.get_logger", "plugin_register_api.register_plugin"}
KINDS = ("ACTION", "COMMAND", "TOOL", "EVENT_HANDLER")

Arguments = Callable[[Owned], dict[str, Any]]


@dataclass(frozen=True)
class Call:
    """One call: a function by module and name, a word for this way to call it, and its arguments."""

    function: str
    way: str
    arguments: Arguments
    # It changes what every tenant uses.
    whole_process: bool = False

    @property
    def id(self) -> str:
        return f"{self.function} {self.way}".strip()

    def target(self) -> Callable[..., Any]:
        api, *path = self.function.split(".")
        found: Callable[..., Any] = functools.reduce(getattr, path, module(f"{PACKAGE}.{api}"))
        return found


def public_functions() -> set[str]:
    """Every public function that the modules of the plugin API define, and every static method of their classes."""
    package = module(PACKAGE)
    found = {name for name in EXEMPT if hasattr(module(f"{PACKAGE}.{name.split('.')[0]}"), name.split(".")[1])}
    for info in pkgutil.iter_modules(package.__path__):
        api = importlib.import_module(f"{package.__name__}.{info.name}")
        for name, value in vars(api).items():
            if name.startswith("_") or getattr(value, "__module__", "") != api.__name__:
                continue
            if inspect.isfunction(value):
                found.add(f"{info.name}.{name}")
            elif inspect.isclass(value):
                methods = [key for key, each in vars(value).items() if isinstance(each, staticmethod | classmethod)]
                found |= {f"{info.name}.{name}.{key}" for key in methods if not key.startswith("_")}
    return found


def _models() -> Any:
    return module("common.database.database_model")


@functools.cache
def plain_model() -> Any:
    """A plugin's own model of a table of the tree's: peewee's, so nothing filters it."""
    import peewee

    class PlainActions(peewee.Model):
        tenant_id = peewee.TextField()
        action_id = peewee.TextField()
        time = peewee.DoubleField(default=1.0)
        action_name = peewee.TextField(default="plain")
        action_data = peewee.TextField(default="{}")
        action_done = peewee.BooleanField(default=False)
        action_build_into_prompt = peewee.BooleanField(default=False)
        action_prompt_display = peewee.TextField(default="")
        chat_id = peewee.TextField(default="")
        chat_info_stream_id = peewee.TextField(default="")
        chat_info_platform = peewee.TextField(default="")

        class Meta:
            database = module("common.database.database").db
            table_name = "action_records"

    return PlainActions


def _action(own: Owned, **more: Any) -> dict[str, Any]:
    """A row of ActionRecords, of no chat."""
    return {
        "time": 1.0,
        "action_name": f"{own.name}-given",
        "action_data": "{}",
        "action_prompt_display": "",
        "chat_id": "",
        "chat_info_stream_id": "",
        "chat_info_platform": PLATFORM,
        **more,
    }


def _kind(name: str) -> Any:
    return module("plugin_system.base.component_types").ComponentType[name]


def _task_config(own: Owned) -> Any:
    """A configuration of models, as get_available_models gives it."""
    import copy

    config = copy.deepcopy(module("config.config").base_model_config.model_task_config.utils)
    config.model_list = [f"{own.name}-model"]
    return config


def _reply_set(own: Owned) -> Any:
    replies = module("common.data_models.message_data_model").ReplySetModel()
    replies.add_text_content(f"{own.name}-said")
    return replies


def _nothing(_: Owned) -> dict[str, Any]:
    return {}


def _streams() -> list[Call]:
    calls = []
    for prefix, by_group, by_user in (
        ("chat_api.", "get_stream_by_group_id", "get_stream_by_user_id"),
        ("chat_api.ChatManager.", "get_group_stream_by_group_id", "get_private_stream_by_user_id"),
    ):
        for name in ("get_all_streams", "get_group_streams", "get_private_streams"):
            calls.append(Call(prefix + name, "", _nothing))
            calls.append(Call(prefix + name, "everywhere", lambda own: {"platform": _everywhere()}))
        calls.append(Call(prefix + "get_streams_summary", "", _nothing))
        calls.append(Call(prefix + by_group, "", lambda own: {"group_id": f"{own.name}-group"}))
        calls.append(Call(prefix + by_user, "", lambda own: {"user_id": own.user_id}))
        calls.append(Call(prefix + "get_stream_type", "", lambda own: {"chat_stream": own.group}))
        calls.append(Call(prefix + "get_stream_info", "", lambda own: {"chat_stream": own.group}))
    return calls


def _everywhere() -> Any:
    return module(f"{PACKAGE}.chat_api").SpecialTypes.ALL_PLATFORMS


def _of_a_chat() -> list[Call]:
    def chat(**more: Any) -> Arguments:
        return lambda own: {"chat_id": own.group.stream_id, **more}

    ask = {"prompt": "say something"}
    return [
        Call("auto_talk_api.get_question_probability_multiplier", "", chat()),
        Call("auto_talk_api.set_question_probability_multiplier", "", chat(multiplier=9.0)),
        Call("frequency_api.get_current_talk_value", "", chat()),
        Call("frequency_api.get_talk_frequency_adjust", "", chat()),
        Call("frequency_api.set_talk_frequency_adjust", "", chat(talk_frequency_adjust=4.0)),
        Call("mood_api.get_mood_by_chat_id", "", chat()),
        Call("generator_api.get_replyer", "by id", chat()),
        Call("generator_api.get_replyer", "by stream", lambda own: {"chat_stream": own.private}),
        Call("generator_api.generate_reply", "by id", chat(reply_reason="asked")),
        Call("generator_api.generate_reply", "by stream", lambda own: {"chat_stream": own.private}),
        Call("generator_api.rewrite_reply", "by id", chat(raw_reply="raw", reason="asked", reply_to="")),
        Call("generator_api.rewrite_reply", "by stream", lambda own: {"chat_stream": own.private, "raw_reply": "raw"}),
        Call("generator_api.generate_response_custom", "by id", chat(**ask)),
        Call("generator_api.generate_response_custom", "by stream", lambda own: {"chat_stream": own.private, **ask}),
        Call(
            "generator_api.process_human_text",
            "",
            lambda own: {"content": "hello", "enable_splitter": True, "enable_chinese_typo": False},
        ),
    ]


def _components() -> list[Call]:
    api = "component_manage_api"

    def by_kind(kind: str, **more: Any) -> Arguments:
        return lambda own: {"component_name": own.component(_kind(kind)), "component_type": _kind(kind), **more}

    def switched_off(kind: str) -> Arguments:
        return lambda own: {
            "component_name": f"{OFF.format(own.name)}_{_kind(kind).value}",
            "component_type": _kind(kind),
        }

    def local(kind: str, *, off: bool) -> Arguments:
        return lambda own: {
            "component_name": f"{own.name}-off-{_kind(kind).value}" if off else own.component(_kind(kind)),
            "component_type": _kind(kind),
            "stream_id": own.group.stream_id,
        }

    calls = [
        Call(f"{api}.get_all_plugin_info", "", _nothing),
        Call(f"{api}.get_plugin_info", "", lambda own: {"plugin_name": f"{own.name}_plugin"}),
        Call(f"{api}.get_registered_action_info", "", lambda own: {"action_name": f"{own.name}_action"}),
        Call(f"{api}.get_registered_command_info", "", lambda own: {"command_name": f"{own.name}_command"}),
        Call(f"{api}.get_registered_tool_info", "", lambda own: {"tool_name": f"{own.name}_tool"}),
        Call(
            f"{api}.get_registered_event_handler_info",
            "",
            lambda own: {"event_handler_name": f"{own.name}_event_handler"},
        ),
        Call("tool_api.get_tool_instance", "", lambda own: {"tool_name": f"{own.name}_tool"}),
        Call(
            "tool_api.get_tool_instance",
            "in a chat",
            lambda own: {"tool_name": f"{own.name}_tool", "chat_stream": own.group},
        ),
        Call("tool_api.get_llm_available_tool_definitions", "", _nothing),
    ]
    for kind in KINDS:
        typed: Arguments = functools.partial(_typed, kind)
        way = kind.lower()
        calls += [
            Call(f"{api}.get_component_info", way, by_kind(kind)),
            Call(f"{api}.get_components_info_by_type", way, typed),
            Call(f"{api}.get_enabled_components_info_by_type", way, typed),
            Call(f"{api}.globally_enable_component", way, switched_off(kind), whole_process=True),
            Call(f"{api}.globally_disable_component", way, by_kind(kind), whole_process=True),
            Call(f"{api}.locally_enable_component", way, local(kind, off=True)),
            Call(f"{api}.locally_disable_component", way, local(kind, off=False)),
            Call(
                f"{api}.get_locally_disabled_components",
                way,
                lambda own, kind=kind: {  # type: ignore[misc]
                    "stream_id": own.group.stream_id,
                    "component_type": _kind(kind),
                },
            ),
        ]
    return calls


def _typed(kind: str, _: Owned) -> dict[str, Any]:
    return {"component_type": _kind(kind)}


def _plugins() -> list[Call]:
    def plugin(own: Owned) -> dict[str, Any]:
        return {"plugin_name": f"{own.name}_plugin"}

    def spare(own: Owned) -> dict[str, Any]:
        return {"plugin_name": f"{SPARE.format(own.name)}_plugin"}

    return [
        Call("plugin_manage_api.list_loaded_plugins", "", _nothing),
        Call("plugin_manage_api.list_registered_plugins", "", _nothing),
        Call("plugin_manage_api.get_plugin_path", "", plugin),
        Call("plugin_manage_api.remove_plugin", "", plugin, whole_process=True),
        Call("plugin_manage_api.reload_plugin", "", plugin, whole_process=True),
        Call("plugin_manage_api.load_plugin", "", spare, whole_process=True),
        Call(
            "plugin_manage_api.add_plugin_directory",
            "",
            lambda own: {"plugin_directory": f"more_{own.name}"},
            whole_process=True,
        ),
        Call("plugin_manage_api.rescan_plugin_directory", "", _nothing, whole_process=True),
    ]


def _configuration() -> list[Call]:
    return [
        Call("config_api.get_global_config", "", lambda own: {"key": "bot.nickname"}),
        Call("config_api.get_global_config", "unknown key", lambda own: {"key": "bot.no_such_key", "default": "none"}),
        Call(
            "config_api.get_plugin_config",
            "",
            lambda own: {"plugin_config": {"a": {"b": f"{own.name}-value"}}, "key": "a.b"},
        ),
        Call("llm_api.get_available_models", "", _nothing),
        Call("llm_api.generate_with_model", "", lambda own: {"prompt": "hi", "model_config": _task_config(own)}),
        Call(
            "llm_api.generate_with_model_with_tools",
            "",
            lambda own: {"prompt": "hi", "model_config": _task_config(own), "tool_options": []},
        ),
        Call(
            "llm_api.generate_with_model_with_tools_by_message_factory",
            "",
            lambda own: {"message_factory": lambda client: [], "model_config": _task_config(own)},
        ),
    ]


def _database() -> list[Call]:
    def rows(**more: Any) -> Arguments:
        """The row of an owner, found by its id."""
        return lambda own: {
            "model_class": _models().ActionRecords,
            "filters": {"action_id": f"{own.name}-action"},
            **{key: value(own) if callable(value) else value for key, value in more.items()},
        }

    def plain(**more: Any) -> Arguments:
        return lambda own: {**rows(**more)(own), "model_class": plain_model()}

    def saved(by: str | None, **more: Any) -> Arguments:
        """A row that is saved, perhaps over the owner's; values may be given for each owner."""

        def arguments(own: Owned) -> dict[str, Any]:
            given = {key: value(own) if callable(value) else value for key, value in more.items()}
            data = {"action_id": f"{own.name}-{by or 'new'}", **given}
            if by:
                return {
                    "model_class": _models().ActionRecords,
                    "data": {**_action(own), **data},
                    "key_field": "action_id",
                    "key_value": f"{own.name}-{by}",
                }
            return {"model_class": _models().ActionRecords, "data": {**_action(own), **data}}

        return arguments

    def named(own: Owned) -> str:
        return own.name

    def given_away(own: Owned) -> str:
        return own.other

    def new(own: Owned) -> dict[str, Any]:
        return _action(own, action_id=f"{own.name}-new")

    query, get, save = "database_api.db_query", "database_api.db_get", "database_api.db_save"
    done = {"action_done": True}
    away: Arguments = lambda own: {"tenant_id": own.other}  # noqa: E731
    return [
        Call(query, "get", rows(query_type="get")),
        Call(query, "get one", rows(query_type="get", single_result=True)),
        Call(query, "get all", lambda own: {"model_class": _models().Messages, "order_by": ["-time"], "limit": 9}),
        Call(query, "count", rows(query_type="count")),
        Call(
            query,
            "create",
            lambda own: {"model_class": _models().ActionRecords, "query_type": "create", "data": new(own)},
        ),
        Call(
            query,
            "create naming the tenant",
            lambda own: {
                "model_class": _models().ActionRecords,
                "query_type": "create",
                "data": {**new(own), "tenant_id": own.name},
            },
        ),
        Call(query, "update", rows(query_type="update", data=done)),
        Call(query, "update giving away", rows(query_type="update", data=away)),
        Call(query, "delete", rows(query_type="delete")),
        Call(query, "plain get", plain(query_type="get")),
        Call(query, "plain count", plain(query_type="count")),
        Call(query, "plain update", plain(query_type="update", data=done)),
        Call(query, "plain delete", plain(query_type="delete")),
        Call(get, "", rows()),
        Call(get, "one", rows(single_result=True)),
        Call(get, "all", lambda own: {"model_class": _models().Messages, "order_by": "-time"}),
        Call(get, "plain", plain()),
        Call(get, "plain all", lambda own: {"model_class": plain_model()}),
        Call(save, "new", saved(None)),
        Call(save, "new naming the tenant", saved(None, tenant_id=named)),
        Call(save, "over", saved("action", action_done=True)),
        Call(save, "over, giving away", saved("action", tenant_id=given_away)),
        Call(
            save,
            "plain over",
            lambda own: {
                "model_class": plain_model(),
                "data": {"action_id": f"{own.name}-action", "tenant_id": own.name, "action_done": True},
                "key_field": "action_id",
                "key_value": f"{own.name}-action",
            },
        ),
        Call(
            "database_api.store_action_info",
            "",
            lambda own: {"chat_stream": own.group, "thinking_id": f"{own.name}-new", "action_name": "given"},
        ),
        Call(
            "database_api.store_action_info",
            "over",
            lambda own: {"chat_stream": own.group, "thinking_id": f"{own.name}-action", "action_name": "given"},
        ),
    ]


def _emojis() -> list[Call]:
    def late_look(own: Owned) -> str:
        return f"{own.name}-look-at-{own.name}-picture-{LATE}"

    api = "emoji_api"
    return [
        Call(f"{api}.get_by_description", "", lambda own: {"description": f"{own.name}-reply"}),
        Call(f"{api}.get_random", "", lambda own: {"count": 20}),
        Call(f"{api}.get_by_emotion", "", lambda own: {"emotion": f"{own.name}-reply"}),
        Call(f"{api}.get_count", "", _nothing),
        Call(f"{api}.get_info", "", _nothing),
        Call(f"{api}.get_emotions", "", _nothing),
        Call(f"{api}.get_all", "", _nothing),
        Call(f"{api}.get_descriptions", "", _nothing),
        Call(
            f"{api}.register_emoji",
            "",
            lambda own: {"image_base64": picture_text(own.name, NEW), "filename": f"{own.name}-new.png"},
        ),
        # The late one of acme stands in the list that beta's maintenance has left.
        Call(f"{api}.delete_emoji", "", lambda own: {"emoji_hash": own.emojis[-1]}),
        Call(
            f"{api}.delete_emoji_by_description",
            "",
            lambda own: {"description": late_look(own)},
        ),
        Call(f"{api}.delete_emoji_by_description", "of all", lambda own: {"description": "look"}),
    ]


def _messages() -> list[Call]:
    api = "message_api"
    window = {"start_time": BEGIN, "end_time": END}

    def chat(**more: Any) -> Arguments:
        return lambda own: {"chat_id": own.group.stream_id, **more}

    def people(**more: Any) -> Arguments:
        return lambda own: {"person_ids": [own.user_id], **more}

    def people_in_chat(own: Owned) -> dict[str, Any]:
        return {"chat_id": own.group.stream_id, "person_ids": [own.user_id], **window}

    def messages(own: Owned) -> dict[str, Any]:
        return {"messages": list(own.messages)}

    return [
        Call(f"{api}.get_messages_by_time", "", lambda own: dict(window)),
        Call(f"{api}.get_messages_by_time", "but the bot's", lambda own: {**window, "filter_mai": True}),
        Call(f"{api}.get_messages_by_time_in_chat", "", chat(**window)),
        Call(f"{api}.get_messages_by_time_in_chat_inclusive", "", chat(**window, filter_mai=True)),
        Call(f"{api}.get_messages_by_time_in_chat_for_users", "", people_in_chat),
        Call(f"{api}.get_random_chat_messages", "", lambda own: dict(window)),
        Call(f"{api}.get_messages_by_time_for_users", "", people(**window)),
        Call(f"{api}.get_messages_before_time", "", lambda own: {"timestamp": END}),
        Call(f"{api}.get_messages_before_time_in_chat", "", chat(timestamp=END)),
        Call(f"{api}.get_messages_before_time_for_users", "", people(timestamp=END)),
        Call(f"{api}.get_recent_messages", "", chat()),
        Call(f"{api}.count_new_messages", "", chat()),
        Call(f"{api}.count_new_messages_for_users", "", people_in_chat),
        Call(f"{api}.build_readable_messages_to_str", "", messages),
        Call(
            f"{api}.build_readable_messages_to_str", "with actions", lambda own: {**messages(own), "show_actions": True}
        ),
        Call(f"{api}.build_readable_messages_with_details", "", messages),
        Call(
            f"{api}.get_person_ids_from_messages",
            "",
            lambda own: {"messages": [{"user_platform": PLATFORM, "user_id": own.user_id}]},
        ),
        Call(f"{api}.filter_mai_messages", "", messages),
        Call(f"{api}.translate_pid_to_description", "", lambda own: {"pid": f"{own.name}-image"}),
        Call("person_api.get_person_id", "", lambda own: {"platform": PLATFORM, "user_id": own.user_id}),
        Call("person_api.get_person_value", "", lambda own: {"person_id": own.person_id, "field_name": "nickname"}),
        Call("person_api.get_person_id_by_name", "", lambda own: {"person_name": f"{own.name}-nick"}),
    ]


def _sending() -> list[Call]:
    def to(**more: Any) -> Arguments:
        return lambda own: {"stream_id": own.group.stream_id, **more}

    def answering(own: Owned) -> dict[str, Any]:
        return {"text": "hello", "stream_id": own.group.stream_id, "set_reply": True, "reply_message": own.messages[-1]}

    picture = picture_text("nobody", NEW + 1)
    return [
        Call("send_api.db_message_to_message_recv", "", lambda own: {"message_obj": own.messages[-1]}),
        Call("send_api.text_to_stream", "", to(text="hello")),
        Call("send_api.text_to_stream", "answering", answering),
        Call("send_api.emoji_to_stream", "", to(emoji_base64=picture)),
        Call("send_api.image_to_stream", "", to(image_base64=picture)),
        Call("send_api.command_to_stream", "", to(command="do")),
        Call("send_api.custom_to_stream", "", to(message_type="text", content="hello")),
        Call(
            "send_api.custom_reply_set_to_stream",
            "",
            lambda own: {"reply_set": _reply_set(own), "stream_id": own.group.stream_id},
        ),
    ]


def all_calls() -> list[Call]:
    groups = (_streams, _of_a_chat, _components, _plugins, _configuration, _database, _emojis, _messages, _sending)
    return [call for group in groups for call in group()]
