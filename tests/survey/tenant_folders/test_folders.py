"""Where the names of folders and files that become each tenant's own get their value."""

from __future__ import annotations

from codemods.places import Place, Role, State
from codemods.survey.tenant_folders.folders import folder_sites
from tests.survey.shared_state.small import PATH, served

ABOVE = "from pathlib import Path\n\nNOTES = Path('data/notes')\n"


def places(body: str) -> list[Place]:
    return [site.place for site in folder_sites(served(body, ABOVE)) if site.path == PATH]


def test_what_is_only_read_stays() -> None:
    assert places("print((NOTES / chat).read_text())") == []


def test_a_name_moves_where_it_gets_its_value() -> None:
    assert places("(NOTES / chat).write_text(chat)") == [State("<module>", "NOTES", Role.FIRST)]
