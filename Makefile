# Two commands do everything: `make demo` shows it, `make test` checks it. Both make their own environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The tests start hundreds of processes: none compiles again what another has.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check lint bench growth kill fuzz snapshots catalog reference schema clean

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("tenantize needs Python 3.11 or newer: make PYTHON=python3.11 ..." \
		if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

demo: $(READY)
	@$(BIN)/python -m tests.demo

# Each worker begins with a part of its own and takes over of the others' once that is done: what the tests of a file
# share is made once, and nobody waits while another makes it.
test: lint
	$(BIN)/python -m pytest -n auto --dist worksteal

# While one works: what is judged and edited, on small inputs; no forms, no behaviour, no processes.
check: lint
	$(BIN)/python -m pytest -n auto tests/analysis tests/knowledge tests/survey tests/commands \
		$(addprefix tests/test_,house.py tree.py changes.py places.py)

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# With MAIMBOT_TREE=<a checkout>, on that tree; else on the sample, multiplied to 200 files.
bench: $(READY)
	@$(BIN)/python -m tests.bench

# The sample, multiplied to 10,000 files, 500 of its plugins: some minutes.
growth: $(READY)
	@$(BIN)/python -m tests.growth

# kill -9 at 1,000 random moments of apply and 500 of undo, and full disks: some minutes.
kill: $(READY)
	@$(BIN)/python -m tests.journal.random_moments

# 10,000 mutants of the sample's files, and of MAIMBOT_TREE's where that is set, through audit and plan: a third of an
# hour of processor time, and two thirds with MAIMBOT_TREE.
fuzz: $(READY)
	@$(BIN)/python -m tests.fuzz.run

snapshots: $(READY)
	$(BIN)/python -m pytest tests/recipes --snapshot-update

# Gathers what the code says into the catalog of Chinese texts, and compiles it.
catalog: $(READY)
	@$(BIN)/python -m tests.tools.catalog

# Writes what `tenantize explain` says into recipes/README.md.
reference: $(READY)
	@$(BIN)/python -m tests.tools.reference

# Writes the schema of the audit's JSON.
schema: $(READY)
	@$(BIN)/python -m tests.tools.schema

clean:
	rm -rf $(VENV) dist
