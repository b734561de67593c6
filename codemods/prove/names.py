"""What the guest must know of a tree: its names, as knowledge has them, and what the audit points at."""

from __future__ import annotations

from collections.abc import Iterable

from codemods.analysis.symbols import Symbol
from codemods.prove.guest.shapes import Names
from codemods.survey.survey import Survey
from codemods.survey.verdicts import EntryPoint

GATEWAY, SHARED, MINUTES, RESTART = "gateway", "shared-state", "minutes", "restart"
# How a tree is run: no recipe asks for these.
_APPLICATION = "src.webui.webui_server:WebUIServer"
_TOKEN = "src.webui.token_manager:get_token_manager"
_CONFIGURATION = "src.config.config"
_LOGGER = "src.common.logger:get_logger"
_PLUGINS = "src.plugin_system.core.plugin_manager:PluginManager.load_all_plugins"
_STORAGE = "src.common.utils.tenant_storage:tenant_storage_root"
_PLUGIN_SETTINGS = "src.plugin_system.utils.saas_utils:_fetch_settings_from_api"


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
        loops=_texts(points.chat_loops),
        tasks=_texts(points.tasks),
        event_handlers=_texts(points.event_handlers),
        components=_texts(state.plugins.components),
        running=list(state.plugins.running),
        startup=_texts(points.startup)[0],
        tenant_event=points.tenant_event,
        webui=list(points.webui),
        application=_APPLICATION,
        token=_TOKEN,
        configuration=_CONFIGURATION,
        logger=_LOGGER,
        plugins=_PLUGINS,
        storage=_STORAGE,
        plugin_settings=_PLUGIN_SETTINGS,
    )


def holders_of(survey: Survey) -> list[str]:
    """What outlives a call, by the names of the audit."""
    modules = {file.path: file.module for file in survey.program.files.values()}
    found = set()
    for item in survey.entry_points(SHARED):
        home = modules.get(item.home)
        found.add(f"{home}:{item.qualname}" if home else item.qualname)
    return sorted(found)


def _name(survey: Survey, item: EntryPoint) -> str:
    modules = {file.path: file.module for file in survey.program.files.values()}
    return f"{modules[item.path]}:{item.qualname}"


def _texts(symbols: Iterable[object]) -> list[str]:
    return sorted(str(symbol) for symbol in symbols if isinstance(symbol, Symbol))
