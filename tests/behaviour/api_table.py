"""One row, or more, for every public function of the sample's plugin APIs: how to call it, and what a stranger gets.

`its` is whose ids the call names. A call that names nobody's asks for the caller's own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from tests.behaviour.sample import Pair, current_pair, module
from tests.behaviour.world import OWNER, SISTER, SPARE, STRANGER, Things, World, component, model, task_config


class Stranger(Enum):
    """What a call with another tenant's ids comes to, once the tree is migrated."""

    # As if that tenant had never been: nothing found, the caller's own entries only, or a new one of the caller's own.
    KNOWS_NOTHING = "knows nothing"
    # A TenantAccessError, and nothing has changed.
    IS_REFUSED = "is refused"
    # Whatever it is, nothing of the other tenant's has changed.
    DOES_NO_HARM = "does no harm"
    # The same as for everybody: no tenant's state is touched.
    IS_ANYBODY = "is anybody"


Call = Callable[[Any, Things], Any]
KNOWS_NOTHING, IS_REFUSED = Stranger.KNOWS_NOTHING, Stranger.IS_REFUSED
DOES_NO_HARM, IS_ANYBODY = Stranger.DOES_NO_HARM, Stranger.IS_ANYBODY


@dataclasses.dataclass(frozen=True)
class Row:
    function: str
    call: Call
    # Or what each of the others is answered, where the tree's own switch of plugins decides.
    stranger: Stranger | Mapping[Pair, Any] = KNOWS_NOTHING
    variant: str = ""
    # Changes what every tenant uses: for the admin tenant alone.
    whole_process: bool = False
    # Refused to the owner as well: a table that does not say whose its rows are.
    nobodys: bool = False
    prepare: Callable[[World], Any] | None = None

    @property
    def id(self) -> str:
        return f"{self.function}[{self.variant}]" if self.variant else self.function

    @property
    def needs_tenant(self) -> bool:
        return self.stranger is not IS_ANYBODY


def others(stranger: Any, sister: Any) -> dict[Pair, Any]:
    """What those are answered who have the notebook plugin only, and who have the hello_world plugin only."""
    return {STRANGER: {"answers": stranger}, SISTER: {"answers": sister}}


TOOL, ACTION, COMMAND, HANDLER = "TOOL", "ACTION", "COMMAND", "EVENT_HANDLER"
LOOK_UP, TAKE, LIST = (
    f"{kind} {name} of notebook_plugin"
    for kind, name in (("tool", "look_up_note"), ("action", "take_note"), ("command", "list_notes"))
)
HELLO = "event_handler hello_message of hello_world_plugin"
TOOL_DEFINITION = {"name": "look_up_note", "description": "由标题查笔记", "parameters": {"title": "笔记的标题"}}

AUTO_TALK = [
    Row(
        "auto_talk_api.set_question_probability_multiplier",
        lambda api, its: api.set_question_probability_multiplier(its.group, 7),
        IS_REFUSED,
    ),
    Row(
        "auto_talk_api.get_question_probability_multiplier",
        lambda api, its: api.get_question_probability_multiplier(its.group),
    ),
]


def _chat_rows(place: str, group: str, user: str) -> list[Row]:
    """The chat functions, as functions of the module and as static methods of its class."""
    return [
        Row(f"{place}.get_all_streams", lambda api, its: api.get_all_streams()),
        Row(f"{place}.get_group_streams", lambda api, its: api.get_group_streams()),
        Row(f"{place}.get_private_streams", lambda api, its: api.get_private_streams()),
        Row(f"{place}.{group}", lambda api, its: getattr(api, group)(its.group_id)),
        Row(f"{place}.{user}", lambda api, its: getattr(api, user)(its.user_id)),
        Row(f"{place}.get_stream_type", lambda api, its: api.get_stream_type(its.stream()), IS_ANYBODY),
        Row(f"{place}.get_stream_info", lambda api, its: api.get_stream_info(its.stream()), IS_ANYBODY),
        Row(f"{place}.get_streams_summary", lambda api, its: api.get_streams_summary()),
    ]


CHAT = [
    *_chat_rows("chat_api", "get_stream_by_group_id", "get_stream_by_user_id"),
    *_chat_rows("chat_api.ChatManager", "get_group_stream_by_group_id", "get_private_stream_by_user_id"),
]


def _local_rows(kind: str) -> list[Row]:
    """The switches of one chat, of which there is one for each type of component."""
    api = "component_manage_api"
    return [
        Row(
            f"{api}.locally_enable_component",
            lambda api, its: api.locally_enable_component("look_up_note", component(kind), its.group),
            IS_REFUSED,
            kind.lower(),
        ),
        Row(
            f"{api}.locally_disable_component",
            lambda api, its: api.locally_disable_component("take_note", component(kind), its.group),
            IS_REFUSED,
            kind.lower(),
        ),
        Row(
            f"{api}.get_locally_disabled_components",
            lambda api, its: api.get_locally_disabled_components(its.group, component(kind)),
            variant=kind.lower(),
        ),
    ]


COMPONENTS = [
    Row(
        "component_manage_api.get_all_plugin_info",
        lambda api, its: sorted(api.get_all_plugin_info()),
        others(["notebook_plugin"], ["hello_world_plugin"]),
    ),
    Row(
        "component_manage_api.get_plugin_info",
        lambda api, its: api.get_plugin_info("notebook_plugin"),
        others(["notebook_plugin", ["take_note", "list_notes", "look_up_note"]], None),
    ),
    Row(
        "component_manage_api.get_component_info",
        lambda api, its: api.get_component_info("look_up_note", component(TOOL)),
        others(LOOK_UP, None),
    ),
    Row(
        "component_manage_api.get_components_info_by_type",
        lambda api, its: api.get_components_info_by_type(component(TOOL)),
        others({"look_up_note": LOOK_UP}, {}),
    ),
    Row(
        "component_manage_api.get_enabled_components_info_by_type",
        lambda api, its: api.get_enabled_components_info_by_type(component(COMMAND)),
        others({"list_notes": LIST}, {}),
    ),
    Row(
        "component_manage_api.get_registered_action_info",
        lambda api, its: api.get_registered_action_info("take_note"),
        others(TAKE, None),
    ),
    Row(
        "component_manage_api.get_registered_command_info",
        lambda api, its: api.get_registered_command_info("list_notes"),
        others(LIST, None),
    ),
    Row(
        "component_manage_api.get_registered_tool_info",
        lambda api, its: api.get_registered_tool_info("look_up_note"),
        others(LOOK_UP, None),
    ),
    Row(
        "component_manage_api.get_registered_event_handler_info",
        lambda api, its: api.get_registered_event_handler_info("hello_message"),
        others(None, HELLO),
    ),
    Row(
        "component_manage_api.globally_enable_component",
        lambda api, its: api.globally_enable_component("look_up_note", component(TOOL)),
        IS_REFUSED,
        whole_process=True,
        prepare=lambda world: world.registry.disable_component("look_up_note", component(TOOL)),
    ),
    Row(
        "component_manage_api.globally_disable_component",
        lambda api, its: api.globally_disable_component("hello_message", component(HANDLER)),
        IS_REFUSED,
        whole_process=True,
    ),
    *(row for kind in (ACTION, COMMAND, TOOL, HANDLER) for row in _local_rows(kind)),
]

CONFIGURATION = [
    Row("config_api.get_global_config", lambda api, its: api.get_global_config("bot.nickname")),
    Row("config_api.get_global_config", lambda api, its: api.get_global_config("bot.none", "默认"), variant="default"),
    Row(
        "config_api.get_plugin_config",
        lambda api, its: api.get_plugin_config({"section": {"key": its.text}}, "section.key"),
        IS_ANYBODY,
    ),
]


def _database_rows(table: str, key: str, **content: Any) -> list[Row]:
    """What is asked of a model that says whose its rows are, whether or not its base filters them."""

    def row(function: str, variant: str, call: Call, stranger: Stranger = KNOWS_NOTHING) -> Row:
        return Row(f"database_api.{function}", call, stranger, f"{table}, {variant}")

    def one(its: Things) -> dict[str, str]:
        return {key: getattr(its, key)}

    def whose(its: Things) -> dict[str, str]:
        return {"tenant_id": its.tenant, "agent_id": its.agent}

    def new(its: Things) -> dict[str, Any]:
        return {key: "new"} | content | whose(its)

    def taken(its: Things) -> dict[str, Any]:
        return {"id": its.row_id(model(table), key, getattr(its, key)), key: "taken"} | content

    return [
        row("db_query", "get", lambda api, its: api.db_query(model(table), filters=one(its))),
        row("db_query", "get all", lambda api, its: api.db_query(model(table), order_by=[f"-{key}"], limit=9)),
        row("db_query", "get by tenant", lambda api, its: api.db_query(model(table), filters=whose(its))),
        row("db_query", "get one", lambda api, its: api.db_query(model(table), filters=one(its), single_result=True)),
        row("db_query", "count", lambda api, its: api.db_query(model(table), query_type="count", filters=one(its))),
        row("db_query", "count all", lambda api, its: api.db_query(model(table), query_type="count")),
        row("db_query", "update", lambda api, its: api.db_query(model(table), content, "update", one(its))),
        row("db_query", "update all", lambda api, its: api.db_query(model(table), content, "update")),
        row("db_query", "delete", lambda api, its: api.db_query(model(table), None, "delete", one(its))),
        row("db_query", "delete all", lambda api, its: api.db_query(model(table), query_type="delete")),
        row("db_query", "create for", lambda api, its: api.db_query(model(table), new(its), "create"), IS_REFUSED),
        row("db_query", "give to", lambda api, its: api.db_query(model(table), whose(its), "update"), IS_REFUSED),
        row("db_query", "take", lambda api, its: api.db_query(model(table), taken(its), "create"), DOES_NO_HARM),
        row("db_get", "one", lambda api, its: api.db_get(model(table), one(its), single_result=True)),
        row("db_get", "all", lambda api, its: api.db_get(model(table), order_by=key, limit=9)),
        row("db_save", "new", lambda api, its: api.db_save(model(table), new(its)), IS_REFUSED),
        row("db_save", "named", lambda api, its: api.db_save(model(table), new(its), key, "new"), IS_REFUSED),
        row(
            "db_save",
            "give to",
            lambda api, its: api.db_save(model(table), whose(its), key, getattr(Things(_caller()), key)),
            IS_REFUSED,
        ),
        row(
            "db_save",
            "take",
            lambda api, its: api.db_save(model(table), taken(its), key, getattr(Things(_caller()), key)),
            DOES_NO_HARM,
        ),
    ]


def _caller() -> Pair:
    """Who calls; nobody's own things are asked for where nobody does."""
    tenant, agent = current_pair()
    return (tenant, agent) if tenant and agent else OWNER


DATABASE = [
    *_database_rows("ActionRecords", "action_id", action_name="new"),
    *_database_rows("Note", "title", content="new"),
    Row(
        "database_api.db_save",
        lambda api, its: api.db_save(
            model("ActionRecords"), {"action_id": its.action_id, "action_name": "new"}, "action_id", its.action_id
        ),
        variant="ActionRecords, by key",
    ),
    Row(
        "database_api.db_query",
        lambda api, its: api.db_query(model("ActionRecords"), {"action_id": "new", "action_name": "new"}, "create"),
        variant="ActionRecords, create",
    ),
    *(
        Row(f"database_api.{function}", call, IS_REFUSED, f"Word, {variant}", nobodys=True)
        for function, variant, call in (
            ("db_query", "get", lambda api, its: api.db_query(model("Word"))),
            ("db_query", "count", lambda api, its: api.db_query(model("Word"), query_type="count")),
            ("db_query", "create", lambda api, its: api.db_query(model("Word"), {"word": "new"}, "create")),
            ("db_query", "update", lambda api, its: api.db_query(model("Word"), {"word": "new"}, "update")),
            ("db_query", "delete", lambda api, its: api.db_query(model("Word"), query_type="delete")),
            ("db_get", "all", lambda api, its: api.db_get(model("Word"))),
            ("db_save", "new", lambda api, its: api.db_save(model("Word"), {"word": "new"})),
            ("db_save", "by key", lambda api, its: api.db_save(model("Word"), {"meaning": "new"}, "word", "shared")),
        )
    ),
    Row(
        "database_api.store_action_info",
        lambda api, its: api.store_action_info(thinking_id=its.action_id, action_name="new", action_data={"a": "b"}),
    ),
]

EMOJIS = [
    Row("emoji_api.get_by_description", lambda api, its: api.get_by_description(its.emoji_description)),
    Row("emoji_api.get_random", lambda api, its: api.get_random(9)),
    Row("emoji_api.get_by_emotion", lambda api, its: api.get_by_emotion(its.emotion)),
    Row("emoji_api.get_count", lambda api, its: api.get_count()),
    Row("emoji_api.get_info", lambda api, its: api.get_info()),
    Row("emoji_api.get_emotions", lambda api, its: api.get_emotions()),
    Row("emoji_api.get_all", lambda api, its: api.get_all()),
    Row("emoji_api.get_descriptions", lambda api, its: api.get_descriptions()),
    Row("emoji_api.register_emoji", lambda api, its: api.register_emoji("bmV3", "new"), variant="new"),
    Row("emoji_api.register_emoji", lambda api, its: api.register_emoji(its.picture, "again"), variant="registered"),
    Row("emoji_api.delete_emoji", lambda api, its: api.delete_emoji(its.emoji_hash)),
    Row(
        "emoji_api.delete_emoji_by_description",
        lambda api, its: api.delete_emoji_by_description(its.emoji_description),
    ),
]

FREQUENCY = [
    Row("frequency_api.get_current_talk_value", lambda api, its: api.get_current_talk_value(its.group), IS_REFUSED),
    Row(
        "frequency_api.set_talk_frequency_adjust",
        lambda api, its: api.set_talk_frequency_adjust(its.group, 0.5),
        IS_REFUSED,
    ),
    Row(
        "frequency_api.get_talk_frequency_adjust",
        lambda api, its: api.get_talk_frequency_adjust(its.group),
        IS_REFUSED,
    ),
]


def _generator_rows(kind: str) -> list[Row]:
    """What generates for a chat, which is named by its id or handed in as an object."""
    calls: list[tuple[str, str, Call]] = [
        ("get_replyer", "id", lambda api, its: api.get_replyer(chat_id=getattr(its, kind))),
        ("get_replyer", "stream", lambda api, its: api.get_replyer(its.stream(kind))),
        (
            "generate_reply",
            "id",
            lambda api, its: api.generate_reply(chat_id=getattr(its, kind), extra_info="一。二。三。四"),
        ),
        (
            "generate_reply",
            "stream",
            lambda api, its: api.generate_reply(its.stream(kind), action_data={"reason": "问"}),
        ),
        ("rewrite_reply", "id", lambda api, its: api.rewrite_reply(chat_id=getattr(its, kind), raw_reply="原话")),
        (
            "rewrite_reply",
            "stream",
            lambda api, its: api.rewrite_reply(its.stream(kind), reply_data={"raw_reply": "原话"}),
        ),
        (
            "generate_response_custom",
            "id",
            lambda api, its: api.generate_response_custom(chat_id=getattr(its, kind), prompt="问"),
        ),
        (
            "generate_response_custom",
            "stream",
            lambda api, its: api.generate_response_custom(its.stream(kind), prompt="问"),
        ),
    ]
    return [
        Row(f"generator_api.{function}", call, IS_REFUSED, f"{variant} of a {kind} chat")
        for function, variant, call in calls
    ]


GENERATOR = [
    *_generator_rows("group"),
    *_generator_rows("private"),
    Row("generator_api.process_human_text", lambda api, its: api.process_human_text("一。二。三。四。", True, True)),
]

LLM = [
    Row("llm_api.get_available_models", lambda api, its: api.get_available_models()),
    Row("llm_api.generate_with_model", lambda api, its: api.generate_with_model("问", task_config())),
    Row(
        "llm_api.generate_with_model_with_tools",
        lambda api, its: api.generate_with_model_with_tools("look_up", task_config(), [{"name": "look_up"}]),
    ),
    Row(
        "llm_api.generate_with_model_with_tools_by_message_factory",
        lambda api, its: api.generate_with_model_with_tools_by_message_factory(
            lambda client: ["问", "答"], task_config()
        ),
    ),
]

LATER = 9_999_999_999.0
MESSAGES = [
    Row("message_api.get_messages_by_time", lambda api, its: api.get_messages_by_time(0, LATER)),
    Row(
        "message_api.get_messages_by_time",
        lambda api, its: api.get_messages_by_time(0, LATER, filter_mai=True),
        variant="without the bot's",
    ),
    Row(
        "message_api.get_messages_by_time_in_chat",
        lambda api, its: api.get_messages_by_time_in_chat(its.group, 0, LATER, 2, "earliest", True, True, 5),
    ),
    Row(
        "message_api.get_messages_by_time_in_chat_inclusive",
        lambda api, its: api.get_messages_by_time_in_chat_inclusive(its.group, 0, LATER),
    ),
    Row(
        "message_api.get_messages_by_time_in_chat_for_users",
        lambda api, its: api.get_messages_by_time_in_chat_for_users(its.group, 0, LATER, [its.user_id]),
    ),
    Row("message_api.get_random_chat_messages", lambda api, its: api.get_random_chat_messages(0, LATER)),
    Row(
        "message_api.get_messages_by_time_for_users",
        lambda api, its: api.get_messages_by_time_for_users(0, LATER, [its.user_id, "10000"]),
    ),
    Row("message_api.get_messages_before_time", lambda api, its: api.get_messages_before_time(LATER)),
    Row(
        "message_api.get_messages_before_time_in_chat",
        lambda api, its: api.get_messages_before_time_in_chat(its.private, LATER, filter_mai=True),
    ),
    Row(
        "message_api.get_messages_before_time_for_users",
        lambda api, its: api.get_messages_before_time_for_users(LATER, [its.user_id]),
    ),
    Row("message_api.get_recent_messages", lambda api, its: api.get_recent_messages(its.group)),
    Row("message_api.count_new_messages", lambda api, its: api.count_new_messages(its.group)),
    Row(
        "message_api.count_new_messages_for_users",
        lambda api, its: api.count_new_messages_for_users(its.group, 0, LATER, [its.user_id, "10000"]),
    ),
    Row(
        "message_api.build_readable_messages_to_str",
        lambda api, its: api.build_readable_messages_to_str(its.messages()),
    ),
    Row(
        "message_api.build_readable_messages_with_details",
        lambda api, its: api.build_readable_messages_with_details(its.messages()),
    ),
    Row(
        "message_api.get_person_ids_from_messages",
        lambda api, its: api.get_person_ids_from_messages([{"user_platform": "qq", "user_id": its.user_id}] * 2),
    ),
    Row("message_api.filter_mai_messages", lambda api, its: api.filter_mai_messages(its.messages())),
    Row("message_api.translate_pid_to_description", lambda api, its: api.translate_pid_to_description(its.picture_id)),
]

MOOD = [Row("mood_api.get_mood_by_chat_id", lambda api, its: api.get_mood_by_chat_id(its.group), IS_REFUSED)]

PERSONS = [
    Row("person_api.get_person_id", lambda api, its: api.get_person_id("qq", its.user_id)),
    Row("person_api.get_person_value", lambda api, its: api.get_person_value(its.person_id, "nickname", "没有")),
    Row("person_api.get_person_id_by_name", lambda api, its: api.get_person_id_by_name(its.person_name)),
]

PLUGINS = [
    Row(
        "plugin_manage_api.list_loaded_plugins",
        lambda api, its: sorted(api.list_loaded_plugins()),
        others(["notebook_plugin"], ["hello_world_plugin"]),
    ),
    Row(
        "plugin_manage_api.list_registered_plugins",
        lambda api, its: sorted(api.list_registered_plugins()),
        others(["notebook_plugin"], ["hello_world_plugin"]),
    ),
    Row(
        "plugin_manage_api.get_plugin_path",
        lambda api, its: api.get_plugin_path("notebook_plugin"),
        {STRANGER: {"answers": "./plugins/notebook_plugin"}, SISTER: {"raises": "ValueError"}},
    ),
    *(
        Row(f"plugin_manage_api.{function}", call, IS_REFUSED, variant, whole_process=True, prepare=prepare)
        for function, variant, call, prepare in (
            ("remove_plugin", "", lambda api, its: api.remove_plugin("notebook_plugin"), None),
            ("reload_plugin", "", lambda api, its: api.reload_plugin("notebook_plugin"), None),
            (
                "load_plugin",
                "",
                lambda api, its: api.load_plugin("notebook_plugin"),
                lambda world: world.plugins.remove_registered_plugin("notebook_plugin"),
            ),
            ("load_plugin", "unknown", lambda api, its: api.load_plugin("no_plugin"), None),
            ("add_plugin_directory", "", lambda api, its: api.add_plugin_directory(str(SPARE)), None),
            (
                "rescan_plugin_directory",
                "",
                lambda api, its: api.rescan_plugin_directory(),
                lambda world: world.plugins.add_plugin_directory(str(SPARE)),
            ),
        )
    ),
    Row("plugin_register_api.register_plugin", lambda api, its: api.register_plugin(_plugin()).plugin_name, IS_ANYBODY),
    Row("logging_api.get_logger", lambda api, its: api.get_logger("a plugin").name, IS_ANYBODY),
]


def _plugin() -> type:
    """A plugin class that nobody has registered."""
    base = module("plugin_system.base.base_plugin").BasePlugin
    return type("ExemptPlugin", (base,), {"plugin_name": "exempt_plugin", "__module__": "src.plugin_system"})


SENDING = [
    Row(f"send_api.{function}", call, IS_REFUSED, variant)
    for function, variant, call in (
        ("text_to_stream", "", lambda api, its: api.text_to_stream("一句话", its.group)),
        (
            "text_to_stream",
            "a reply",
            lambda api, its: api.text_to_stream("回复", its.private, set_reply=True, reply_message=its.messages()[0]),
        ),
        ("text_to_stream", "not stored", lambda api, its: api.text_to_stream("一句", its.group, storage_message=False)),
        ("emoji_to_stream", "", lambda api, its: api.emoji_to_stream(its.picture, its.group)),
        ("image_to_stream", "", lambda api, its: api.image_to_stream(its.picture, its.group)),
        ("command_to_stream", "", lambda api, its: api.command_to_stream({"name": "x"}, its.group)),
        ("custom_to_stream", "", lambda api, its: api.custom_to_stream("video", "x", its.group)),
        (
            "custom_reply_set_to_stream",
            "",
            lambda api, its: api.custom_reply_set_to_stream(its.reply_set(), its.group),
        ),
    )
] + [
    Row(
        "send_api.db_message_to_message_recv",
        lambda api, its: api.db_message_to_message_recv(its.messages()[0]),
        IS_ANYBODY,
    )
]

TOOLS = [
    Row(
        "tool_api.get_tool_instance",
        lambda api, its: api.get_tool_instance("look_up_note"),
        others([{"notebook": {"max_notes": 100}}, None], None),
    ),
    Row(
        "tool_api.get_llm_available_tool_definitions",
        lambda api, its: api.get_llm_available_tool_definitions(),
        others([["look_up_note", TOOL_DEFINITION]], []),
    ),
]

ROWS = [
    *AUTO_TALK,
    *CHAT,
    *COMPONENTS,
    *CONFIGURATION,
    *DATABASE,
    *EMOJIS,
    *FREQUENCY,
    *GENERATOR,
    *LLM,
    *MESSAGES,
    *MOOD,
    *PERSONS,
    *PLUGINS,
    *SENDING,
    *TOOLS,
]
