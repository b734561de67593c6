"""What the guest must know of a tree: its names, as knowledge has them, and what the audit points at."""

from __future__ import annotations

from collections.abc import Iterable

from codemods.analysis.symbols import Symbol
from codemods.prove.guest.shapes import Names
from codemods.survey.survey import Survey
from codemods.survey.verdicts import BAD, EntryPoint

GATEWAY, SHARED, MINUTES, RESTART = "gateway", "shared-state", "minutes", "restart"
# How a tree is run: no recipe asks for these.
_APPLICATION = "src.webui.webui_server:WebUIServer"
_TOKEN = "src.webui.token_manager:get_token_manager"
_CONFIGURATION = "src.config.config"
_LOGGER = "src.common.logger:get_logger"
_PLUGINS = "src.plugin_system.core.plugin_manager:PluginManager.load_all_plugins"
_STORAGE = "src.common.utils.tenant_storage:tenant_storage_root"
_PLANNING = ["target_message_id", "```json"]
_PLAN = '想好了\n```json\n{"action": "reply", "target_message_id": "m1", "reason": "有人说话"}\n```'


def names_of(survey: Survey) -> Names:
    """The names of a tree."""
    state = survey.program.state
    points, access = state.entry_points, state.access
    return Names(
        scope=sorted(map(str, state.context.scopes))[0],
        key_parser=str(points.key_parser),
        gateways=sorted({_name(survey, item) for item in survey.entry_points(GATEWAY) if item.path.startswith("src/")}),
        apis=state.apis.package,
        exempt=sorted(state.apis.exempt),
        models=_texts(state.models.bases),
        columns=list(state.models.columns),
        chat_manager=str(access.chat_manager),
        chat_id=access.chat_id,
        sends=_texts(access.sends),
        tasks=_texts(points.tasks),
        event_handlers=_texts(points.event_handlers),
        components=_texts(state.plugins.components),
        running=list(state.plugins.running),
        startup=_texts(points.startup)[0],
        webui=list(points.webui),
        application=_APPLICATION,
        token=_TOKEN,
        configuration=_CONFIGURATION,
        logger=_LOGGER,
        plugins=_PLUGINS,
        storage=_STORAGE,
        planning=_PLANNING,
        plan=_PLAN,
    )


def holders_of(survey: Survey) -> list[str]:
    """What outlives a call, by the names of the audit."""
    return sorted(_held(survey))


def mended_of(survey: Survey, migrated: Survey) -> list[str]:
    """What of it the first audit calls insecure, and the second does not."""
    bad = [{name for name, verdict in _held(each).items() if verdict in BAD} for each in (survey, migrated)]
    return sorted(bad[0] - bad[1])


def _held(survey: Survey) -> dict[str, str]:
    """The verdict on each holder, by its name."""
    modules = {file.path: file.module for file in survey.program.files.values()}
    found = {}
    for item in survey.entry_points(SHARED):
        home = modules.get(item.home)
        found[f"{home}:{item.qualname}" if home else item.qualname] = item.verdict
    return found


def _name(survey: Survey, item: EntryPoint) -> str:
    modules = {file.path: file.module for file in survey.program.files.values()}
    return f"{modules[item.path]}:{item.qualname}"


def _texts(symbols: Iterable[object]) -> list[str]:
    return sorted(str(symbol) for symbol in symbols if isinstance(symbol, Symbol))
