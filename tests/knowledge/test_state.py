"""The state of recipes/state, and holders that a user adds to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from codemods.analysis.symbols import Symbol
from codemods.errors import TenantizeError
from codemods.knowledge.recipes import recipes_folder
from codemods.knowledge.state import Holder, load_state, read_holders, with_holders

STREAMS = Symbol("src.chat.message_receive.chat_stream", "ChatManager.streams")


def test_names_are_symbols_from_the_start() -> None:
    state = load_state()
    assert state.holders[STREAMS] == Holder("streams", STREAMS, "partition", "chat")
    assert state.gate.map.name == "ContextAwareMap"
    assert STREAMS in state.gate.partitioned


def test_a_mistake_in_state_is_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    shutil.copytree(recipes_folder() / "state", folder)
    path = folder / "context.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("guards =", "gards ="), encoding="utf-8")
    with pytest.raises(TenantizeError, match=r"context\.toml: unknown key `gards`: did you mean `guards`\?"):
        load_state(folder)
    other = path.rename(folder / "contexts.toml")
    with pytest.raises(TenantizeError, match=r"contexts\.toml is no part of the state: did you mean `context`\?"):
        load_state(folder)
    other.unlink()
    with pytest.raises(TenantizeError, match=r"context\.toml cannot be read"):
        load_state(folder)


TOPICS = 'name = "t"\nat = "src.topics:topics"\n'
WRONG = {
    "an unknown scope": (f'{TOPICS}scope = "share"\n', '`holder[1].scope` is "share": choose from "admin", "filter"'),
    "an unknown key": (f'{TOPICS}scope = "guard"\nkey = "id"\n', '`holder[1].key` is "id": choose from'),
    "no scope": (TOPICS, "`holder[1]` has no key `scope`"),
    "something else": (f'{TOPICS}scope = "guard"\nwhy = "?"\n', "unknown key `why` in `holder[1]`: known: at, key,"),
    "a place that is none": (
        'name = "t"\nat = "src.topics.topics"\nscope = "guard"\n',
        '`holder[1].at` is "src.topics.topics": write module:name or module:Class.attribute.',
    ),
    "a place that is no text": ('name = "t"\nat = 3\nscope = "guard"\n', "`holder[1].at` is 3: write module:name"),
    "no TOML": ("name = \n", "is no TOML"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_holder_that_is_none_is_refused(mistake: str, tmp_path: Path) -> None:
    entry, sentence = WRONG[mistake]
    path = tmp_path / "holders.toml"
    path.write_text(f"[[holder]]\n{entry}", encoding="utf-8")
    with pytest.raises(TenantizeError, match=r"holders\.toml") as error:
        read_holders(path)
    assert sentence in str(error.value)


def test_a_file_that_names_no_holder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.toml").touch()
    with pytest.raises(TenantizeError, match="names no holder"):
        read_holders(tmp_path / "empty.toml")


def test_a_holder_at_the_place_of_another_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "holders.toml"
    path.write_text(f'[[holder]]\nname = "mine"\nat = "{STREAMS}"\nscope = "guard"\n', encoding="utf-8")
    state = load_state()
    mine = with_holders(state, read_holders(path))
    assert mine.holders[STREAMS] == Holder("mine", STREAMS, "guard", "", str(path))
    assert len(mine.holders) == len(state.holders)
