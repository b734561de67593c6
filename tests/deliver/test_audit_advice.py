"""What the audit's last line promises is what 'tenantize diff' does."""

from __future__ import annotations

from pathlib import Path

from codemods.deliver.reports.sections import audit_of
from codemods.tree import open_checkout
from tests.conftest import plan_of, survey_of

PLUGIN = '''"""A thread that a plugin starts, which no recipe for plugins mends."""
import threading

from src.config.config import global_config
from src.plugin_system import BaseCommand, BasePlugin, register_plugin


def work():
    print(global_config.bot.nickname)


class Say(BaseCommand):
    async def execute(self):
        threading.Thread(target=work).start()


@register_plugin
class Plugin(BasePlugin):
    def get_plugin_components(self):
        return [(Say.get_command_info(), Say)]
'''


def test_a_plugin_is_promised_nothing_of_recipes_for_trees(tmp_path: Path) -> None:
    (tmp_path / "_manifest.json").write_text("{}", encoding="utf-8")
    (tmp_path / "plugin.py").write_text(PLUGIN, encoding="utf-8")
    checkout = open_checkout(tmp_path)
    audit = audit_of(checkout, survey_of(checkout))
    assert audit.open >= 1
    assert plan_of(checkout).changes == ()
    assert audit.advice == ""
