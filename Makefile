# Two commands: `make weigh` weighs the Mexico case, `make test` passes the tests. Both install what they need into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CASE ?= mexico
FUTURES ?= 1536
SHARED ?= ../shared

.PHONY: weigh test fast check lint pin baseline reproduction model-page unknowable-page claims-page pages bench bench-quick oracle-values oracle-games clean

weigh: $(VENV)/run.stamp
	$(BIN)/crossroads weigh $(CASE) --futures $(FUTURES)

test: $(VENV)/dev.stamp
	$(BIN)/pytest -n 2

# The tests that take a moment each, for the time between two edits; `make test` runs all.
fast: $(VENV)/dev.stamp
	$(BIN)/pytest -n 2 -m "not slow and not browser"

check: $(VENV)/dev.stamp
	$(BIN)/crossroads check $(CASE)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy

# Pins every dependency with its hashes, without index lines.
pin: $(VENV)/dev.stamp
	$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --no-header --no-annotate --upgrade --extra dev --extra build --extra calibrate --extra cluster -o requirements-dev.txt pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --no-header --no-annotate --extra build -c requirements-dev.txt -o requirements.txt pyproject.toml

# Renews the pinned results of the Mexico case; needs a changelog line that begins "Changes results:".
baseline: $(VENV)/dev.stamp
	$(BIN)/python tests/cases/mexico_baseline.py

# Writes docs/model.md and its picture from the model of the Mexico case as it is now.
model-page: $(VENV)/dev.stamp
	$(BIN)/python -m crossroads.presentation.modelpage $(CASE) docs

# Renews docs/reproduction.md, the published cartel-size model beside what ours gives; SHARED is the findings folder.
reproduction: $(VENV)/dev.stamp
	$(BIN)/python tests/cases/reproduction.py $(SHARED)

# Writes docs/what-the-data-cannot-tell.md and its pictures; runs that `make weigh` has stored are used again.
unknowable-page: $(VENV)/dev.stamp
	$(BIN)/python -m crossroads.presentation.unknowablepage $(CASE) docs $(FUTURES) 1 out/runs

# Writes docs/mexico-claims.md: every claim with its verdict; what claims need beyond the options is run beside them.
claims-page: $(VENV)/dev.stamp
	$(BIN)/python -m crossroads.presentation.claimspage $(CASE) docs $(FUTURES) 1 out/runs

# Every page of docs that is made from the model and its runs.
pages: model-page unknowable-page claims-page

# Measures Crossroads against its peers and limits, and renews docs/benchmarks.md; under 20 minutes on two cores.
# The peers are installed into benchmarks/.envs, never into .venv. BENCH=--full runs 10 million runs too.
bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks $(BENCH)

bench-quick: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks --quick

# Asks pymcdm and scikit-criteria again for what tests/known/values.json holds; they live in benchmarks/.envs.
oracle-values: $(VENV)/dev.stamp
	$(BIN)/python -m tests.known.oracle_values

# Renews tests/known/games.json, Gambit's answers to games drawn at random; Gambit has an environment of its own.
oracle-games: $(VENV)/dev.stamp
	$(BIN)/python -m tests.known.oracle_games

clean:
	rm -rf $(VENV) benchmarks/.envs build dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

$(VENV)/dev.stamp: requirements-dev.txt pyproject.toml | $(BIN)/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@ $(VENV)/run.stamp
