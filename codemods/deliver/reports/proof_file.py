"""A proof as JSON: written for programs, and read again to be shown beside an audit."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from codemods.deliver.reports.document import Part
from codemods.errors import TenantizeError
from codemods.messages import phrase
from codemods.prove.guest.shapes import Logged
from codemods.prove.proof import VERDICTS, Outcome, Proof, Way


class AuditOf(Part, frozen=True, kw_only=True):
    """What the audit says of a way; "" where it does not name it."""

    verdict: str
    reason: str


class WayOf(Part, frozen=True, kw_only=True):
    """One way, and what became of it."""

    section: str
    path: str
    name: str
    before: Outcome
    after: Outcome
    audit: AuditOf
    fault_of_the_audit: bool
    lost_by_the_migration: bool = False


class ProofDocument(Part, frozen=True, kw_only=True):
    """All of a proof."""

    schema: Literal[1] = 1
    tree: str
    python: str
    seconds: float
    # Of each section, before and after, how many ways became what.
    sums: dict[str, dict[str, dict[str, int]]]
    ways: list[WayOf]
    logged: list[Logged]


def proof_document(proof: Proof) -> ProofDocument:
    """All of it, for programs."""
    return ProofDocument(
        tree=proof.tree,
        python=proof.python,
        seconds=round(proof.seconds, 1),
        sums={
            item.section: {
                "before": dict(zip(VERDICTS, item.before, strict=True)),
                "after": dict(zip(VERDICTS, item.after, strict=True)),
            }
            for item in proof.sums
        },
        ways=[
            WayOf(
                section=way.section,
                path=way.path,
                name=way.name,
                before=way.before,
                after=way.after,
                audit=AuditOf(verdict=way.audited, reason=way.reason),
                fault_of_the_audit=way.is_fault,
                lost_by_the_migration=way.is_lost,
            )
            for way in proof.ways
        ],
        logged=list(proof.logged),
    )


def read_proof(path: Path) -> Proof:
    """The proof of a file that 'prove --format json' wrote. Raises TenantizeError for any other."""
    try:
        document = msgspec.json.decode(path.read_bytes(), type=ProofDocument)
    except OSError as error:
        raise TenantizeError(
            phrase("{path} cannot be read ({error}): mend that, then run again.", path=path, error=error.strerror)
        ) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise TenantizeError(
            phrase("{path} is no proof ({error}): 'tenantize prove --format json' makes one.", path=path, error=error)
        ) from error
    ways = tuple(
        Way(
            way.section,
            way.path,
            way.name,
            way.before,
            way.after,
            audited=way.audit.verdict,
            reason=way.audit.reason,
            is_fault=way.fault_of_the_audit,
            is_lost=way.lost_by_the_migration,
        )
        for way in document.ways
    )
    return Proof(document.tree, document.python, document.seconds, ways, tuple(document.logged))
