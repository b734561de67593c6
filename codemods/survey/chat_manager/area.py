"""Is the chat manager closed to whoever has no tenant?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemods.messages import phrase
from codemods.survey.area import Area, Row

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site, Unfit
    from codemods.survey.verdicts import EntryPoint, Finding


def _survey(program: TenantProgram) -> Iterable[EntryPoint | Finding]:
    from codemods.survey.chat_manager.gate import gate

    return gate(program)


def _sites(program: TenantProgram) -> Iterable[Site | Unfit]:
    from codemods.survey.chat_manager.gate import gate_sites

    return gate_sites(program)


AREA = Area(
    order=60,
    title="ChatManager",
    title_zh="ChatManager",
    kinds=("chat-manager",),
    places=("open-map", "chat-mapping", "chat-gate", "system-across", "system-each"),
    rows=(Row(("4.3",), "ChatManager", phrase("a safety gate, to be verified"), ("chat-manager",)),),
    survey=_survey,
    sites=_sites,
)
