"""Where ids that are shortened in paths are to be named whole, and where what is shortened is no name of a folder."""

from __future__ import annotations

import pytest

from codemods.places import Handover, Place
from codemods.survey.tenant_folders.names import name_sites
from tests.survey.shared_state.small import PATH, small

ABOVE = """
import os
import re
from pathlib import Path


def short(text):
    return re.sub("[^a-z]", "_", text)


"""
NONE = {
    "whole": "def folder(tenant_id):\n    return Path('data') / tenant_id\n",
    "compared": "def work(tenant_id):\n    return short(tenant_id) == 'admin'\n",
    "no id": "def folder(title):\n    return Path('data') / short(title)\n",
    "beside the whole": "def folder(tenant_id):\n    return Path('data') / tell(short(tenant_id), tenant_id)\n",
    "what a call answers": "def folder():\n    return Path('data') / short(get_current_tenant_id())\n",
}
SOME = {
    "in the function that shortens": (
        "def folder(tenant_id):\n    return Path('data') / short(tenant_id)\n",
        [Handover("short", "re.sub", "2", "text")],
    ),
    "in both functions of a name that shorten": (
        "def short(text): return text.lower()\n\n\ndef folder(tenant_id): return Path('data') / short(tenant_id)\n",
        [Handover("short", "re.sub", "2", "text"), Handover("short#2", "text.lower", "self", "text")],
    ),
    "where it stands, as others call the function too": (
        "def folder(tenant_id, title):\n    return os.path.join(short(tenant_id), short(title))\n",
        [Handover("folder", "short", "0", "tenant_id")],
    ),
    "a method": (
        "def folder(tenant_id):\n    return Path('data').joinpath(tenant_id.lower())\n",
        [Handover("folder", "tenant_id.lower", "self", "tenant_id")],
    ),
    "under a name": (
        "def folder(chat):\n    part = short(chat.tenant_id)\n    return Path('data') / part\n",
        [Handover("short", "re.sub", "2", "text")],
    ),
}


def places(text: str) -> list[Place]:
    return [site.place for site in name_sites(small(ABOVE + text)) if site.path == PATH]


@pytest.mark.parametrize("form", NONE)
def test_stays(form: str) -> None:
    assert places(NONE[form]) == []


@pytest.mark.parametrize("form", SOME)
def test_is_named_whole(form: str) -> None:
    text, found = SOME[form]
    assert places(text) == found
