"""A plugin in its own repository: what it imports of itself, by whatever name its host knows it, leads home."""

from __future__ import annotations

import pytest

from codemods.analysis.facts import FileFacts
from codemods.analysis.reading import read_facts
from codemods.survey.at_home import at_home


def facts(path: str, module: str, text: str) -> FileFacts:
    read = read_facts(path, module, text.encode())
    assert isinstance(read, FileFacts)
    return read


@pytest.mark.parametrize(
    ("statement", "target"),
    [
        ("from plugins.say.words import hello", "plugins.mine.words:hello"),
        ("from src.plugins.say.words import hello", "plugins.mine.words:hello"),
        ("from plugins.say.other import hello", "plugins.say.other:hello"),
        ("from src.plugin_system import hello", "src.plugin_system:hello"),
    ],
    ids=["by its folder", "within src", "a module that it does not have", "the host's"],
)
def test_imports_lead_home(statement: str, target: str) -> None:
    plugin = facts("plugin.py", "plugins.mine.plugin", statement + "\n")
    words = facts("words.py", "plugins.mine.words", "hello = 1\n")
    assert str(at_home([plugin, words])[0].body.imports["hello"]) == target


def test_files_of_a_tree_stay_as_they_are() -> None:
    files = [facts("src/main.py", "src.main", "from plugins.say.words import hello\n")]
    assert at_home(files) is files


@pytest.mark.parametrize(
    ("above", "statement", "target"),
    [
        ("import sys\n", "from words import hello", "words:hello"),
        ("import sys\nsys.path.insert(0, 'here')\n", "from logging import hello", "logging:hello"),
        ("import sys\nsys.path.insert(0, 'here')\n", "from others import hello", "others:hello"),
        ("import sys\nsys.path.insert(0, 'here')\n", "from words import hello", "plugins.say.words:hello"),
        (
            "import sys\nif 'here' not in sys.path:\n    sys.path.append('here')\n",
            "import words as hello",
            "plugins.say.words:",
        ),
    ],
    ids=["nothing on the path", "Python's own", "a library's", "by its bare name", "as a module"],
)
def test_what_lies_in_a_folder_on_the_path_has_a_bare_name(above: str, statement: str, target: str) -> None:
    plugin = facts("plugins/say/plugin.py", "plugins.say.plugin", above + statement + "\n")
    words = facts("plugins/say/words.py", "plugins.say.words", "hello = 1\n")
    logs = facts("plugins/say/logging.py", "plugins.say.logging", "hello = 1\n")
    other = facts("src/main.py", "src.main", "from words import hello\n")
    led = at_home([plugin, words, logs, other])
    assert str(led[0].body.imports["hello"]).rstrip(":") == target.rstrip(":")
    assert str(led[3].body.imports["hello"]) == "words:hello"
