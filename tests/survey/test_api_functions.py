"""Which functions of the plugin APIs plugins may call."""

from __future__ import annotations

import pytest

from codemods.survey.api_functions import api_functions
from tests.survey.judging import program_of

TEXT = """
def public():
    def inner():
        pass


def _private():
    pass


class Api:
    @staticmethod
    def static():
        pass

    @classmethod
    def of_class(cls):
        pass

    def of_object(self):
        pass


class _Hidden:
    @staticmethod
    def static():
        pass
"""


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("src/plugin_system/apis/form_api.py", ["public", "Api.static", "Api.of_class"]),
        ("src/plugin_system/apis_of_old.py", []),
        ("src/plugin_system/core/form.py", []),
    ],
)
def test_public_functions_of_the_package_are_plugins_to_call(path: str, names: list[str]) -> None:
    program = program_of({path: TEXT})
    module = path.removesuffix(".py").replace("/", ".")
    assert [item.qualname for item in api_functions(program) if item.module == module] == names
