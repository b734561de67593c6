"""The audit as SARIF, annotations and JUnit: valid, complete, and the same when lines or the language change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from codemods.cli import work
from codemods.deliver.reports.audit import audit_document
from codemods.deliver.reports.document import AuditDocument, UnreadPart
from codemods.deliver.reports.github import annotated
from codemods.deliver.reports.junit import junit
from codemods.deliver.reports.sarif import sarif
from codemods.messages import CHINESE, ENGLISH, speak
from codemods.survey.verdicts import NOT_JUDGED, UNSETTLED
from codemods.tree import open_checkout
from tests.checkouts import grow, maimbot
from tests.conftest import SAMPLE, survey_of
from tests.deliver.sarif_parts import validate

PLUGIN = '''"""A plugin that counts, for all tenants at once: its command and what it keeps are open."""
from src.plugin_system import BaseCommand

COUNTS = {}


class Count(BaseCommand):
    async def execute(self):
        COUNTS[self.message.chat_id] = 1
'''


ROUTES = """from fastapi import APIRouter

router = APIRouter()


@router.get("/x")
async def handler():
    return 1
"""


@pytest.fixture(scope="module")
def sample() -> AuditDocument:
    checkout = open_checkout(SAMPLE)
    return audit_document(checkout, survey_of(checkout), None)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other processes for trees of a file."""
    monkeypatch.setattr(work, "workers", lambda: 1)


@pytest.fixture
def chinese() -> Iterator[None]:
    speak(CHINESE)
    yield
    speak(ENGLISH)


def open_items(document: AuditDocument) -> list[str]:
    judged = [item for item in (*document.entry_points, *document.api_functions) if item.verdict in UNSETTLED]
    return [item.at for item in (*judged, *document.findings)]


def unjudged(root: Path) -> AuditDocument:
    """A tree in which no tenant is ever entered, with a file that is no Python, and one that nobody may read."""
    maimbot(root)
    grow(root, "src/main.py", text="def (:\n")
    grow(root, "src/webui/routes.py", text=ROUTES)
    return replace(audited(root), unread=[UnreadPart(path="src/secret.py", reason="permission denied")])


def audited(root: Path, name: str | None = None) -> AuditDocument:
    checkout = open_checkout(root)
    return audit_document(checkout, work.survey(checkout, None), name)


def counting(root: Path, text: str = PLUGIN) -> Path:
    grow(root, "_manifest.json", text="{}")
    return grow(root, "plugin.py", text=text)


def results(log: dict[str, Any]) -> list[dict[str, Any]]:
    return [result for run in log["runs"] for result in run["results"]]


def fingerprints(log: dict[str, Any]) -> list[str]:
    return [result["partialFingerprints"]["tenantize/v1"] for result in results(log)]


def test_sarif_has_a_valid_result_for_all_that_is_open(sample: AuditDocument) -> None:
    log = sarif([sample])
    validate(log)
    assert sorted(result["properties"]["at"] for result in results(log)) == sorted(open_items(sample))
    assert {result["level"] for result in results(log)} <= {"error", "warning"}
    assert len(set(fingerprints(log))) == len(results(log))


def test_a_way_is_a_code_flow_that_ends_at_what_it_reaches(sample: AuditDocument) -> None:
    ways = {
        item.at: item.call_path
        for item in (*sample.entry_points, *sample.api_functions, *sample.findings)
        if item.call_path
    }
    flows = {
        result["properties"]["at"]: result["codeFlows"] for result in results(sarif([sample])) if "codeFlows" in result
    }
    assert flows.keys() == ways.keys() & set(open_items(sample)) and flows
    for at, (flow,) in flows.items():
        steps = flow["threadFlows"][0]["locations"]
        assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in steps] == [
            station.line for station in ways[at]
        ]


def test_every_rule_has_help(sample: AuditDocument) -> None:
    rules = sarif([sample])["runs"][0]["tool"]["driver"]["rules"]
    assert all(rule["help"]["text"] and "```python" in rule["help"]["markdown"] for rule in rules)


def test_fingerprints_know_neither_lines_nor_the_language(tmp_path: Path, chinese: None) -> None:
    tree = counting(tmp_path / "counting")
    before = sarif([audited(tree)])
    speak(ENGLISH)
    counting(tree, "\n\n# a line above\n" + PLUGIN)
    after = sarif([audited(tree)])
    assert results(before)[0]["locations"] != results(after)[0]["locations"]
    assert fingerprints(before) == fingerprints(after) != []
    assert before["runs"][0]["tool"]["driver"]["language"] == "zh-CN"


def test_what_was_accepted_is_suppressed_with_its_reason(tmp_path: Path) -> None:
    tree = counting(tmp_path / "counting")
    decision = '[[decision]]\nat = "{}"\nis = "accepted"\nwhy = "a demo"\n'
    command, counts = open_items(audited(tree))
    grow(tree, "tenantize.toml", text=decision.format(command) + decision.format(counts))
    log = sarif([audited(tree)])
    validate(log)
    suppression = {"kind": "external", "status": "accepted", "justification": "accepted: a demo"}
    assert [result["suppressions"] for result in results(log)] == [[suppression]] * 2
    assert list(annotated([audited(tree)])) == []
    skipped = ElementTree.fromstring(junit([audited(tree)])).iter("skipped")
    assert [each.get("message") for each in skipped] == ["accepted: a demo"] * 2


def test_paths_of_several_trees_begin_with_the_tree(tmp_path: Path) -> None:
    log = sarif([audited(counting(tmp_path / name), f"plugins/{name}") for name in ("a b", "c")])
    validate(log)
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results(log)]
    assert sorted(set(places)) == ["plugins/a%20b/plugin.py", "plugins/c/plugin.py"]


def test_annotations_are_a_line_an_issue_and_escaped(sample: AuditDocument, tmp_path: Path) -> None:
    lines = list(annotated([sample]))
    assert len(lines) == len(open_items(sample))
    assert all(line.startswith(("::error file=", "::warning file=")) for line in lines)
    _, line = annotated([audited(counting(tmp_path / "counting"), "100%,a:b")])
    assert line.startswith(
        "::error file=100%25%2Ca%3Ab/plugin.py,line=9,col=9,title=tenantize%3A shared-state::COUNTS: "
    )


def test_junit_has_a_case_for_all_that_is_judged(sample: AuditDocument) -> None:
    (suite,) = ElementTree.fromstring(junit([sample]))
    judged = len(sample.entry_points) + len(sample.api_functions) + len(sample.findings)
    assert suite.get("tests") == str(judged) == str(len(suite))
    assert suite.get("failures") == str(len(open_items(sample))) == str(len(list(suite.iter("failure"))))


def test_what_is_not_judged_or_not_read_is_shown_everywhere(tmp_path: Path) -> None:
    document = unjudged(tmp_path)
    assert [item.verdict for item in document.entry_points] == [NOT_JUDGED]
    log = sarif([document])
    validate(log)
    assert [(result["properties"]["verdict"], result["level"]) for result in results(log)] == [(NOT_JUDGED, "warning")]
    notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert [note["message"]["text"] for note in notes] == ["invalid syntax", "permission denied"]
    assert [line.partition(",line=")[0] for line in annotated([document])] == [
        "::warning file=src/webui/routes.py",
        "::warning file=src/main.py",
        "::warning file=src/secret.py",
    ]
    (suite,) = ElementTree.fromstring(junit([document]))
    assert [suite.get(name) for name in ("tests", "failures", "errors")] == ["3", "1", "2"]
    errors = [case.get("name") for case in suite if case.find("error") is not None]
    assert errors == ["src/main.py", "src/secret.py"]
