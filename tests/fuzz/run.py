"""`make fuzz`: mutants of the sample's files, and of MAIMBOT_TREE's where that is set, through audit and plan.

What must hold of every tree: nothing but a sentence ends the work; what comes out compiles, has no name that nothing
defines and that was not there, and is changed only where the plan says so; and a second run changes nothing. The same
seed makes the same mutants: what is found is told with its batch, which `--batch` does again alone, and `--keep`
writes there what it is found in.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from codemods.changes import Change
from codemods.deliver.reports.audit import as_json, audit_document
from codemods.deliver.reports.lines import audit_lines
from codemods.deliver.reports.sections import audit_of
from codemods.errors import TenantizeError
from codemods.knowledge.recipes import chosen_recipes
from codemods.knowledge.state import load_state
from codemods.plan.make import make_plan
from codemods.survey.survey import Survey, survey_files
from codemods.tree import Checkout, open_checkout
from tests.conftest import SAMPLE
from tests.fuzz.checks import Trouble, troubles_of
from tests.fuzz.files import Mutants, changed_files
from tests.fuzz.mutate import mutant

# Every which file of a tree is a mutant at once: with more, little is left that a recipe can stand on.
ONE_OF = 3
# How many of the trees are mutants of the migrated tree, and how many mutants are of whole files.
MIGRATED, WHOLE = 0.3, 0.1


@dataclass
class Counts:
    """How many mutants there were, and what became of them."""

    mutants: int = 0
    unparsed: int = 0
    edited: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    troubles: list[tuple[str, Trouble]] = field(default_factory=list)


@dataclass(frozen=True)
class Base:
    """A tree that mutants are made of, and what a survey says of it as it is."""

    checkout: Checkout
    survey: Survey


@dataclass(frozen=True)
class Fuzz:
    """A tree as it is and as it is migrated, and what is counted of mutants; `scratch` is a folder to work in, and
    `keep` one for the trees in which something is found."""

    name: str
    plain: Base
    migrated: Base
    scratch: Path
    counts: Counts = field(default_factory=Counts)
    keep: Path | None = None
    # Changes that have been looked at: of most files that are no mutants, there is one.
    seen: set[Change] = field(default_factory=set)

    def batch(self, seed: str) -> None:
        """A tree with some of its files mutated, through audit and plan: where it is refused, without what is named,
        and in halves where nothing is."""
        base, mutants = self.mutants(seed)
        self.counts.mutants += len(mutants)
        gc.disable()  # as the command does
        self._try(seed, base, mutants, is_counted=True)
        gc.enable()
        gc.collect()

    def mutants(self, seed: str) -> tuple[Base, Mutants]:
        """The files of a batch, and of which tree they are."""
        dice = random.Random(seed)
        base = self.migrated if dice.random() < MIGRATED else self.plain
        files = dice.sample(base.checkout.files, len(base.checkout.files) // ONE_OF)
        others = dice.choices(base.checkout.files, k=len(files))
        merged = {} if base is self.migrated else {file.path: file.data for file in self.migrated.checkout.files}
        mutants: Mutants = {}
        for file, other in zip(files, others, strict=True):
            if dice.random() < WHOLE:
                mutants |= changed_files(file, other, merged, dice)
            else:
                mutants[file.path] = mutant(file.data, other.data, dice)
        same = {file.path: file.data for file in base.checkout.files}
        return base, {path: data for path, data in mutants.items() if data != same.get(path)}

    def _try(self, seed: str, base: Base, mutants: Mutants, *, is_counted: bool = False) -> None:
        checkout = with_mutants(base.checkout, mutants)
        try:
            survey = self._audit(base, checkout)
            self.counts.unparsed += len(survey.broken) if is_counted else 0
            self._plan(seed, checkout, survey, mutants)
        except TenantizeError as error:
            self.counts.refusals[str(error).partition(" ")[2][:60]] += 1
            named = {path for path in mutants if path in str(error)}
            rest = {path: data for path, data in mutants.items() if path not in named}
            for part in [rest] if named else _halves(mutants):
                if part:
                    self._try(seed, base, part)
        except Exception as error:  # whatever else it is, it is what is looked for
            self._ended(seed, base, mutants, error)

    def _ended(self, seed: str, base: Base, mutants: Mutants, error: Exception) -> None:
        """What ends the work is looked for in each half of the mutants, and told of all where it is in neither."""
        told = len(self.counts.troubles)
        for part in _halves(mutants):
            self._try(seed, base, part)
        if len(self.counts.troubles) == told:
            place = traceback.extract_tb(error.__traceback__)[-1]
            what = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
            self._found(seed, with_mutants(base.checkout, mutants), [Trouble(",".join(mutants), what)])

    def _found(self, seed: str, checkout: Checkout, troubles: Sequence[Trouble]) -> None:
        self.counts.troubles += [(seed, trouble) for trouble in troubles]
        for file in checkout.files if troubles and self.keep is not None else ():
            path = Path(self.keep or "", f"{self.name}-{seed}", file.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)

    def _audit(self, base: Base, checkout: Checkout) -> Survey:
        survey = survey_files(checkout.files, load_state(), 1, known=base.survey.known())
        as_json(audit_document(replace(checkout, root=self.scratch), survey, None), ascii_only=False).encode()
        "\n".join(audit_lines(audit_of(checkout, survey), "")).encode()
        return survey

    def _plan(self, seed: str, checkout: Checkout, survey: Survey, mutants: Mutants) -> None:
        if not survey.profile.is_migratable:
            raise TenantizeError(survey.profile.lack)
        plan = make_plan(checkout, survey, chosen_recipes(()))
        self.counts.edited += len(mutants.keys() & {change.path for change in plan.changes})
        self.counts.warnings.update(item.reason[:60] for item in plan.findings if "left alone" in item.reason[-40:])
        migrated = checkout.changed({change.path: change.after for change in plan.changes})
        again = make_plan(
            migrated, survey_files(migrated.files, load_state(), 1, known=survey.known()), chosen_recipes(())
        )
        found = [Trouble(change.path, "a second run changes it") for change in again.changes]
        folder = self.scratch / "ruff"
        found += troubles_of(
            replace(plan, changes=tuple(item for item in plan.changes if item not in self.seen)), folder
        )
        self.seen.update(item for item in plan.changes if item.path not in mutants)
        shutil.rmtree(folder)
        self._found(seed, checkout, found)


def _halves(mutants: Mutants) -> Iterator[Mutants]:
    """The two halves of several mutants; of one there are none."""
    items = list(mutants.items())
    if len(items) > 1:
        yield dict(items[: len(items) // 2])
        yield dict(items[len(items) // 2 :])


def with_mutants(checkout: Checkout, mutants: Mutants) -> Checkout:
    """A checkout with these files in the place of its own, or besides them, and without those that are gone."""
    changed = checkout.changed({path: data for path, data in mutants.items() if data is not None})
    return replace(changed, files=tuple(file for file in changed.files if mutants.get(file.path, b"") is not None))


def fuzz_of(root: Path, scratch: Path, keep: Path | None = None) -> Fuzz:
    checkout = open_checkout(root)
    plain = Base(checkout, survey_files(checkout.files, load_state(), 1))
    plan = make_plan(checkout, plain.survey, chosen_recipes(()))
    migrated = checkout.changed({change.path: change.after for change in plan.changes})
    return Fuzz(root.name, plain, Base(migrated, survey_files(migrated.files, load_state(), 1)), scratch, keep=keep)


def report(fuzz: Fuzz) -> Iterator[str]:
    counts = fuzz.counts
    yield (
        f"{fuzz.name}: {counts.mutants} mutants, of which {counts.unparsed} do not parse and {counts.edited} were "
        f"edited; {sum(counts.refusals.values())} trees refused with a sentence; {len(counts.troubles)} troubles"
    )
    for name, counter in (("refused", counts.refusals), ("left alone", counts.warnings)):
        yield from (f"  {name}: {count} × {text}" for text, count in counter.most_common(8))
    yield from (f"  batch {seed}: {trouble.path}: {trouble.what}" for seed, trouble in counts.troubles)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--batch", help="only this batch, as it was told")
    parser.add_argument("--keep", type=Path, help="a folder for the trees in which something is found")
    options = parser.parse_args(arguments)
    real = os.environ.get("MAIMBOT_TREE")
    roots = [SAMPLE, *([Path(real)] if real else [])]
    with tempfile.TemporaryDirectory() as scratch:
        fuzzes = [fuzz_of(root, Path(scratch), options.keep) for root in roots]
        gc.freeze()  # the trees stay
        for fuzz in fuzzes:
            number = 0
            while fuzz.counts.mutants < options.mutants // len(fuzzes):
                number += 1
                fuzz.batch(options.batch or f"{options.seed}-{number}")
                if options.batch:
                    break
            print(*report(fuzz), sep="\n", flush=True)
    return 1 if any(fuzz.counts.troubles for fuzz in fuzzes) else 0


if __name__ == "__main__":
    raise SystemExit(main())
