"""The audit as JUnit's XML, which CI servers show as tests: one for all that is judged, failing where it is open."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from codemods.deliver.reports.document import AuditDocument, DecisionOf, Item
from codemods.deliver.reports.issues import Issue, Unseen, below, open_issues, unseen
from codemods.terminal.text import printable


def junit(documents: Sequence[AuditDocument]) -> str:
    """A suite for each tree."""
    suites = Element("testsuites", name="tenantize")
    for document in documents:
        _add_suite(suites, document)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True)


def _add_suite(suites: Element, document: AuditDocument) -> None:
    issues = {id(issue.item): issue for issue in open_issues(document)}
    judged = [*document.entry_points, *document.api_functions]
    decided = [item for item in document.decided if not any(item.at == other.at for other in judged)]
    items: list[Item] = [*judged, *document.findings, *decided]
    unread = list(unseen(document))
    suite = SubElement(
        suites,
        "testsuite",
        name=below(document).rstrip("/") or "tenantize",
        tests=str(len(items) + len(unread)),
        failures=str(len(issues)),
        errors=str(len(unread)),
        skipped=str(sum(isinstance(item.decision, DecisionOf) and id(item) not in issues for item in items)),
    )
    for item in items:
        _add_case(suite, item, below(document), issues.get(id(item)))
    for each in unread:
        _add_error(suite, each)


def _add_error(suite: Element, unread: Unseen) -> None:
    path = printable(unread.path)
    case = SubElement(suite, "testcase", classname=path, name=path, file=path, line=str(unread.line))
    SubElement(case, "error", type="not read", message=printable(unread.text))


def _add_case(suite: Element, item: Item, folder: str, issue: Issue | None) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=printable(folder + item.path),
        name=printable(item.at.partition(":")[2] or item.at),
        file=printable(folder + item.path),
        line=str(item.line),
    )
    if issue is not None:
        failure = SubElement(case, "failure", type=item.verdict, message=printable(issue.text))
        failure.text = printable(f"{folder}{item.path}:{item.line}: {issue.text} [{item.at}]")
    elif isinstance(item.decision, DecisionOf):
        SubElement(case, "skipped", message=printable(f"{item.decision.answer}: {item.decision.why}"))
