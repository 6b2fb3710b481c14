# Two commands do all set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# Else each of the hundreds of processes that the tests start would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test browser fast lint types walls bench pictures lock clean
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(READY) ## create .venv from the hashed lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Amends needs Python 3.11 or newer (set PYTHON=...)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## run the main job live on the embedded servers (DATA=FILE, EXIT=1)
	@$(BIN)/amends demo $(if $(DATA),--data "$(DATA)") $(if $(EXIT),--exit)

test: lint types walls browser ## everything CI checks
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

browser: $(READY) ## the browser of the console's tests, where it can be installed
	@$(BIN)/python -m tests.support.chromium

fast: $(READY) ## the pure core only, in seconds
	$(BIN)/pytest tests/core

lint: $(READY) ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## mypy, strict
	$(BIN)/mypy

walls: $(READY) ## import-linter: who may import whom
	$(BIN)/lint-imports

bench: $(READY) ## measure against the bare engine; writes build/bench.json
	$(BIN)/python -m tests.bench

pictures: $(READY) ## photograph the console's pages into docs/pictures
	$(BIN)/python -m tests.console.pictures

lock: $(READY) ## renew requirements.lock (hashes, no addresses; needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --all-extras --group dev pyproject.toml -o requirements.lock

clean: ## remove what make made
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
