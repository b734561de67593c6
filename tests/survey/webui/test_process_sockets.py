"""Sockets of the process: what becomes the admin's, and what is left."""

from __future__ import annotations

from functools import cache

import pytest

from codemods.places import Decorators, Place
from codemods.survey.program import TenantProgram
from codemods.survey.webui.broadcasts import shown_to_others
from codemods.survey.webui.process_sockets import asking_sites
from tests.survey.judging import program_of
from tests.survey.webui.test_broadcasts import HEAD, KEEP, KEPT, TELL

ROWS = "list(Messages.select())"
IMPORTS = "from src.common.database.database_model import Messages\n\n"
ASKS = "await tell('begun', wanted)"
LEFT = {
    "what nobody says": (KEPT + TELL, "await tell('begun')", KEEP),
    "asked of a tenant": (KEPT + TELL, f"await tell({ROWS}, wanted)", KEEP),
    "a socket of a tenant": (KEPT + TELL, ASKS, f"{KEEP}\n    await socket.send_json({ROWS})"),
    "connections that talk to each other": (KEPT + TELL, ASKS, f"{KEEP}\n    await tell(await socket.receive_text())"),
    "the admin's already": (KEPT + TELL, ASKS, f"require_admin_tenant()\n    {KEEP}"),
    "a socket that asks in its own way": (
        f"from src.webui.token_manager import get_token_manager\n{KEPT}{TELL}",
        ASKS,
        "if not get_token_manager().verify_token(socket.cookies.get('a')):\n        return\n    " + KEEP,
    ),
}
MENDED = {
    "told as they ask": (KEPT + TELL, ASKS, KEEP),
    "told as they open": (KEPT + TELL, ASKS, "await socket.send_json(last)"),
    "told through others": (
        f"{KEPT}{TELL}\n\nasync def begin(text):\n    await tell(text)\n",
        "await begin(wanted)",
        KEEP,
    ),
}
TEXTS = {
    f"src/webui/form_ws_{number}.py": HEAD.format(above=IMPORTS + parts[0], ask=parts[1], serve=parts[2])
    for number, parts in enumerate((*LEFT.values(), *MENDED.values()))
}
DECORATED = "from src.webui.tenant import {0}\n" + HEAD.format(above=KEPT + TELL, ask=ASKS, serve=KEEP).replace(
    "async def serve", "@{0}\nasync def serve"
)


@cache
def program() -> TenantProgram:
    return program_of(TEXTS)


def sites(form: str) -> list[tuple[str, Place]]:
    path = f"src/webui/form_ws_{[*LEFT, *MENDED].index(form)}.py"
    return [
        (site.on, site.place) for site in asking_sites(program()) if site.path == path and site.place.what == "serve"
    ]


@pytest.mark.parametrize("form", LEFT)
def test_what_no_recipe_gives_to_the_admin(form: str) -> None:
    assert not any(on == "process-socket" for on, _ in sites(form))


@pytest.mark.parametrize("form", MENDED)
def test_what_becomes_the_admins_asks_by_one_decorator(form: str) -> None:
    assert sites(form) == [("process-socket", Decorators("serve", 1))]


@pytest.mark.parametrize(("decorator", "count"), [("webui_token", 1), ("webui_admin", 0)])
def test_one_that_asks_for_the_token_alone_is_still_shown_to_all(decorator: str, count: int) -> None:
    path = "src/webui/form_ws.py"
    found = program_of({path: DECORATED.replace("{0}", decorator)})
    assert len([item for item in shown_to_others(found) if item.path == path]) == count
    assert len([site for site in asking_sites(found) if site.on == "process-socket" and site.path == path]) == count
