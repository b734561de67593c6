"""Every command runs by itself, as `python -m libcst.tool codemod` starts it, and decides from the one file alone."""

from __future__ import annotations

import contextlib
import importlib
import io
import subprocess
import sys
from pathlib import Path

import libcst.tool
import pytest

from codemods.knowledge.recipes import recipes_folder
from tests.conftest import SAMPLE

COMMANDS = Path(__file__).parents[2] / "codemods" / "commands"


def tool(command: str, *arguments: str) -> list[str]:
    return ["codemod", "-x", "--no-format", f"codemods.commands.{command}", *arguments]


def run(command: str, *arguments: str) -> str:
    """What LibCST's tool says when it runs the command, in this process; fails the test when it ends badly."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            status: int | str | None = libcst.tool.main("libcst.tool", tool(command, *arguments, "--jobs", "1"))
        except SystemExit as exit_:
            status = exit_.code
    assert status == 0, said.getvalue()
    return said.getvalue()


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "chat_routes.py"
    path.write_bytes((SAMPLE / "src/webui/chat_routes.py").read_bytes())
    return path


def test_decorate_functions(chat: Path) -> None:
    run("decorate_functions.DecorateFunctions", "--decorator", "src.webui.tenant:webui_tenant", str(chat))
    text = chat.read_text(encoding="utf-8")
    assert text.count("@webui_tenant\n") == 5
    assert "from src.webui.tenant import webui_tenant\n" in text


def test_in_a_process_of_its_own(chat: Path) -> None:
    arguments = ("--decorator", "src.webui.tenant:webui_tenant", str(chat))
    started = [sys.executable, "-m", "libcst.tool", *tool("decorate_functions.DecorateFunctions", *arguments)]
    done = subprocess.run(started, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert chat.read_text(encoding="utf-8").count("@webui_tenant\n") == 5


def test_filter_collections(chat: Path) -> None:
    run("filter_collections.FilterCollections", "--by", "src.webui.tenant:own_connections", str(chat))
    assert "list(own_connections(self.active_connections).keys())" in chat.read_text(encoding="utf-8")


def test_add_definitions(tmp_path: Path) -> None:
    path = tmp_path / "tenant_context.py"
    path.write_bytes((SAMPLE / "src/common/message/tenant_context.py").read_bytes())
    source = recipes_folder() / "support" / "tenant_context.py"
    run("add_definitions.AddDefinitions", str(path), "--source", str(source), "--places", "TenantContextError")
    assert "class TenantContextError(RuntimeError):" in path.read_text(encoding="utf-8")


def test_insert_first(chat: Path) -> None:
    run("insert_first.InsertFirst", str(chat), "--places", "websocket_chat", "--statement", "note({0})")
    assert "    note(" in chat.read_text(encoding="utf-8")


@pytest.fixture
def models(tmp_path: Path) -> Path:
    path = tmp_path / "database_model.py"
    path.write_bytes((SAMPLE / "src/common/database/database_model.py").read_bytes())
    return path


def test_add_bases(models: Path) -> None:
    run("add_bases.AddBases", str(models), "--places", "BaseModel", "--base", "src.rows:Writes")
    assert "class BaseModel(Writes, Model):\n" in models.read_text(encoding="utf-8")


def test_scope_unique(models: Path) -> None:
    said = ["--decorator", "src.rows:own", "--within", "tenant_id", "--places", "PersonInfo.person_id"]
    run("scope_unique.ScopeUnique", str(models), *said)
    assert '@own("person_id")\nclass PersonInfo(BaseModel):\n' in models.read_text(encoding="utf-8")


def test_tuple_keys(tmp_path: Path) -> None:
    path = tmp_path / "answers.py"
    path.write_bytes((SAMPLE / "src/chat/utils/answers.py").read_bytes())
    run("tuple_keys.TupleKeys", str(path), "--places", "_key", "--parts", "tenant_id", "agent_id")
    assert "return (tenant_id, agent_id or '')" in path.read_text(encoding="utf-8")


def test_import_names(tmp_path: Path) -> None:
    path = tmp_path / "rows.py"
    path.write_text("rows = own_rows(())\n", encoding="utf-8")
    run("import_names.ImportNames", str(path), "--places", '{"name": "own_rows", "module": "src.rows"}')
    assert path.read_text(encoding="utf-8").startswith("from src.rows import own_rows\n")


def test_name_whole(tmp_path: Path) -> None:
    path = tmp_path / "tenant_storage.py"
    path.write_bytes((SAMPLE / "src/common/utils/tenant_storage.py").read_bytes())
    place = '{"function": "_segment", "call": "_UNSAFE.sub", "argument": "1", "text": "value"}'
    run("name_whole.NameWhole", str(path), "--by", "src.files:whole", "--places", place)
    assert 'return whole(_UNSAFE.sub("_", value), value)' in path.read_text(encoding="utf-8")


def test_add_enum_member(tmp_path: Path) -> None:
    path = tmp_path / "component_types.py"
    path.write_bytes((SAMPLE / "src/plugin_system/base/component_types.py").read_bytes())
    member = ("--member", "ON_LOAD", "--value", "on_load")
    run("add_enum_member.AddEnumMember", str(path), *member, "--places", "EventType")
    assert '    ON_LOAD = "on_load"\n' in path.read_text(encoding="utf-8")


def plugin(name: str, folder: Path) -> Path:
    path = folder / "plugin.py"
    path.write_bytes((SAMPLE / "plugins" / name / "plugin.py").read_bytes())
    return path


FIRST_GREETING = '{"scope": "<module>", "text": "GREETING", "role": "first"}'
EVENTS = ("--event", "ON_START", "--becomes", "ON_TENANT_LOAD", "--enum", "src.plugin_system:EventType")


def test_make_per_tenant(tmp_path: Path) -> None:
    path = plugin("hello_world_plugin", tmp_path)
    places = (FIRST_GREETING, '{"scope": "HelloStartHandler.execute", "text": "GREETING"}')
    holder = "src.common.message.tenant_local:TenantLocal"
    run("make_per_tenant.MakePerTenant", str(path), "--holder", holder, "--places", *places)
    text = path.read_text(encoding="utf-8")
    assert f"from {holder.replace(':', ' import ')}\n" in text
    assert 'GREETING = TenantLocal("")\n' in text
    assert "GREETING.value = " in text


def test_wrap_values(tmp_path: Path) -> None:
    path = plugin("hello_world_plugin", tmp_path)
    run("wrap_values.WrapValues", str(path), "--function", "src.paths:own", "--places", FIRST_GREETING)
    text = path.read_text(encoding="utf-8")
    assert "from src.paths import own\n" in text
    assert 'GREETING = own("")\n' in text


def test_start_for_tenants(tmp_path: Path) -> None:
    path = tmp_path / "plugin.py"
    path.write_text("class P:\n    def __init__(self):\n        start(self.go())\n")
    place = '{"cls": "P", "handler": "PLoad", "statement": "start(self.go())"}'
    names = ("--becomes", "ON_TENANT_LOAD", "--enum", "src.a:EventType", "--base", "src.a:Base")
    run("start_for_tenants.StartForTenants", str(path), *names, "--places", place)
    assert "start(self.started_plugin.go())" in path.read_text(encoding="utf-8")


def test_register_handlers(tmp_path: Path) -> None:
    path = tmp_path / "plugin.py"
    path.write_text("class P:\n    def all(self):\n        return []\n")
    place = '{"function": "P.all", "handler": "Load", "module": ".a"}'
    run("register_handlers.RegisterHandlers", str(path), "--places", place)
    text = path.read_text(encoding="utf-8")
    assert "from .a import Load\n" in text
    assert "return [(Load.get_handler_info(), Load)]" in text


def test_subscribe_handlers(tmp_path: Path) -> None:
    path = plugin("greeting_plugin", tmp_path)
    run("subscribe_handlers.SubscribeHandlers", str(path), *EVENTS, "--places", "OnStartGreeting")
    assert "event_type = EventType.ON_TENANT_LOAD\n" in path.read_text(encoding="utf-8")


def test_split_handlers(tmp_path: Path) -> None:
    path = plugin("roster_plugin", tmp_path)
    halves = '["process", "process", "tenant", "tenant", "tenant", "both"]'
    registered = '{"cls": "RosterStart", "halves": [], "function": "RosterPlugin.get_plugin_components"}'
    places = (f'{{"cls": "RosterStart", "halves": {halves}}}', registered)
    run("split_handlers.SplitHandlers", str(path), *EVENTS, "--places", *places)
    assert "class RosterTenantLoad(RosterStart):\n" in path.read_text(encoding="utf-8")


def test_filter_calls(tmp_path: Path) -> None:
    path = tmp_path / "plugin_manage_api.py"
    path.write_text("def names():\n    return plugin_manager.list_loaded_plugins()\n", encoding="utf-8")
    place = '{"function": "names", "text": "plugin_manager.list_loaded_plugins()"}'
    own = "src.common.message.tenant_access:enabled_for_tenant"
    run("filter_calls.FilterCalls", str(path), "--by", own, "--places", place)
    assert "return enabled_for_tenant(plugin_manager.list_loaded_plugins())\n" in path.read_text(encoding="utf-8")


def manager(tmp_path: Path) -> Path:
    path = tmp_path / "mood_manager.py"
    path.write_text(
        "class Moods:\n    def __init__(self):\n        self.all = {}\n        self.count = 0\n", encoding="utf-8"
    )
    return path


def test_partition_mappings(tmp_path: Path) -> None:
    path = manager(tmp_path)
    map_class = "src.common.structure.context_aware_map:ContextAwareMap"
    run("partition_mappings.PartitionMappings", str(path), "--map", map_class, "--places", "Moods.all")
    assert "self.all = ContextAwareMap()\n" in path.read_text(encoding="utf-8")


def test_partition_attributes(tmp_path: Path) -> None:
    path = manager(tmp_path)
    attribute = "src.common.structure.tenant_attribute:TenantAttribute"
    run("partition_attributes.PartitionAttributes", str(path), "--attribute", attribute, "--places", "Moods.count")
    assert "class Moods:\n    count = TenantAttribute(int)\n" in path.read_text(encoding="utf-8")


def test_refuse_unscoped(tmp_path: Path) -> None:
    path = tmp_path / "api.py"
    path.write_bytes((SAMPLE / "src/common/message/api.py").read_bytes())
    refuse = ("--method", "message_process", "--refuse", "src.common.message.tenant_background:refuse_message")
    run(
        "refuse_unscoped.RefuseUnscoped", str(path), *refuse, "--places", '{"function": "message_handler", "number": 1}'
    )
    text = path.read_text(encoding="utf-8")
    assert "        await refuse_message(message, metadata)\n        return\n" in text
    assert text.count("await handler.message_process(message)") == 1


def test_carry_context(tmp_path: Path) -> None:
    path = tmp_path / "statistic.py"
    path.write_bytes((SAMPLE / "src/chat/utils/statistic.py").read_bytes())
    carrier = ("--by", "src.common.message.tenant_background:carry_context")
    call = '"call": "run_in_executor", "argument": "1", "text": "self._count_messages"'
    place = f'{{"function": "StatisticOutputTask.run", {call}}}'
    run("carry_context.CarryContext", str(path), *carrier, "--places", place)
    text = path.read_text(encoding="utf-8")
    assert 'loop.run_in_executor(executor, carry_context(self._count_messages), "webui")\n' in text
    assert text.count("carry_context(") == 1


def test_replace_module(tmp_path: Path) -> None:
    path = tmp_path / "context_aware_map.py"
    path.write_bytes((SAMPLE / "src/common/structure/context_aware_map.py").read_bytes())
    arguments = ("--source", "context_aware_map.py", "--places", "ContextAwareMap")
    run("replace_module.ReplaceModule", str(path), *arguments)
    assert path.read_bytes() == (recipes_folder() / "support" / "context_aware_map.py").read_bytes()


def test_wrap_returns(tmp_path: Path) -> None:
    path = tmp_path / "saas_utils.py"
    path.write_bytes((SAMPLE / "src/plugin_system/utils/saas_utils.py").read_bytes())
    arguments = ("--value", "[]", "--by", "src.plugins:otherwise", "--places", "_fetch_settings")
    run("wrap_returns.WrapReturns", str(path), *arguments)
    assert path.read_text(encoding="utf-8").count("return otherwise([])\n") == 2


def test_scope_logged(tmp_path: Path) -> None:
    path = tmp_path / "api.py"
    path.write_text("def receive(message, tenant_id, agent_id):\n    print(message)\n", encoding="utf-8")
    place = '{"function": "receive", "number": 0, "given": ["tenant_id", "agent_id"]}'
    run("scope_logged.ScopeLogged", str(path), "--scope", "src.common.tenant_logs:logging_for", "--places", place)
    assert "    with logging_for(tenant_id, agent_id):\n        print(message)\n" in path.read_text(encoding="utf-8")


def test_filter_loops(tmp_path: Path) -> None:
    path = tmp_path / "logs_ws.py"
    path.write_bytes((SAMPLE / "src/webui/logs_ws.py").read_bytes())
    place = '{"function": "recent_logs", "text": "line"}'
    run("filter_loops.FilterLoops", str(path), "--by", "src.common.tenant_logs:own_lines", "--places", place)
    assert "    for line in own_lines(reversed(lines)):\n" in path.read_text(encoding="utf-8")


def test_mask_logged(tmp_path: Path) -> None:
    path = tmp_path / "webui_server.py"
    path.write_bytes((SAMPLE / "src/webui/webui_server.py").read_bytes())
    place = '{"function": "WebUIServer._show_token", "text": "access_token"}'
    run("mask_logged.MaskLogged", str(path), "--by", "src.common.tenant_logs:masked", "--places", place)
    assert 'logger.debug("WebUI Token %s 可以使用", masked(access_token))\n' in path.read_text(encoding="utf-8")


def test_keep_below(tmp_path: Path) -> None:
    path = tmp_path / "webui_server.py"
    path.write_bytes((SAMPLE / "src/webui/webui_server.py").read_bytes())
    function = "WebUIServer._setup_static_files.<locals>.serve_spa"
    place = f'{{"function": "{function}", "text": "static_path / full_path"}}'
    run("keep_below.KeepBelow", str(path), "--by", "src.webui.tenant_files:below", "--places", place)
    assert "            file_path = below(static_path, full_path)\n" in path.read_text(encoding="utf-8")


def listed() -> dict[str, str]:
    """Every command, and what it says of itself."""
    found = {}
    for name in sorted({path.stem for path in COMMANDS.glob("*.py")} - {"__init__"}):
        module = importlib.import_module(f"codemods.commands.{name}")
        command = name.title().replace("_", "")
        found[f"{name}.{command}"] = getattr(module, command).DESCRIPTION
    return found


@pytest.mark.parametrize(("command", "description"), listed().items())
def test_every_command_describes_itself(command: str, description: str) -> None:
    assert description
    said = " ".join(run(command, "--help").split())
    assert description in said and "--places PLACE" in said
    assert f"test_{command.partition('.')[0]}" in globals(), "a command that nobody has started by itself"
