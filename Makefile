# `make serve` and `make test` do all set-up themselves; `make` alone lists the targets.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup serve test lint bench lock npm graphiql screenshots generated schema-changes clean

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --no-input --disable-pip-version-check
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate

# A virtual environment depends on the folder it was made in and on the Python it was
# made with: where either has gone, set-up starts afresh.
MADE := .venv/made-in-$(shell pwd -P | cksum | cut -d ' ' -f 1)
ifneq ($(shell $(BIN)/python -c 'print("alive")' 2>/dev/null),alive)
.PHONY: $(MADE)
endif

# Stamps: what is installed is newer than what asks for it.
RUNTIME := .venv/runtime-installed
DEV := .venv/dev-installed

# Clients of other people, for a few tests. The generator of Python ones wants an older
# graphql-core than we do, so it has an environment of its own.
NPM := tests/clients/node_modules/.package-lock.json
GENERATOR := .venv/clients/installed

help: ## list the targets
	@echo 'newsgraph: a folder of news documents, served as a graph and as feeds'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1~\2/p' Makefile | \
		awk -F '~' '{ printf "%-22s%s\n", $$1, $$2 }'

setup: $(DEV) graphiql ## make .venv with everything for running and developing
	@echo 'Set up in .venv: now `make serve` or `make test`.'

serve: $(RUNTIME) graphiql ## import seeds/ and serve it (HOST=127.0.0.1 PORT=8000)
	@$(BIN)/newsgraph serve seeds/ --host "$(HOST)" --port "$(PORT)"

test: $(DEV) $(GENERATOR) graphiql ## run every test, and measure coverage
	@$(BIN)/python -m pytest --cov=store --cov=gql --cov=feeds \
		--cov-report=term --cov-fail-under=95

lint: $(DEV) ## check format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(DEV) ## measure the service beside others, into docs/performance.md (QUICK=1: shortly)
	@$(BIN)/python -m tests.bench $(if $(QUICK),--quick) $(BENCH)

lock: $(DEV) ## write the lock files anew (UPGRADE=--upgrade for the newest versions)
	$(UV_COMPILE) pyproject.toml $(UPGRADE) --group dev --output-file requirements-dev.lock
	$(UV_COMPILE) pyproject.toml --group build --constraints requirements-dev.lock \
		--output-file requirements.lock
	$(UV_COMPILE) --group pyproject.toml:npm $(UPGRADE) --output-file server/graphiql/npm.lock
	$(UV_COMPILE) tests/clients/requirements.in $(UPGRADE) \
		--output-file tests/clients/requirements.lock
	$(UV_COMPILE) tests/bench/peers/datasette.in $(UPGRADE) \
		--output-file tests/bench/peers/datasette.lock
	$(UV_COMPILE) tests/bench/peers/tools.in $(UPGRADE) \
		--output-file tests/bench/peers/tools.lock

screenshots: $(DEV) graphiql ## take the README's pictures anew (needs Chromium)
	@$(BIN)/python -m tests.browser.screenshots

generated: $(DEV) ## ask 5,000 generated operations of the engine and of a naive one
	@GENERATED_OPERATIONS=5000 $(BIN)/python -m pytest --timeout 0 tests/gql/test_generated.py

schema-changes: $(DEV) ## tell what a change of the schema breaks (SINCE=git:HEAD)
	@$(BIN)/python -m tests.schema_changes "$(or $(SINCE),git:HEAD)"

# No stamp: the files' digests say whether they are there. Where they cannot be had, all else works.
graphiql: $(MADE) ## fetch GraphiQL's files from npm, if they are not there (needs no Node.js)
	@$(BIN)/python -m server.graphiql.fetch

npm: $(NPM) ## fetch what a few tests need from npm (needs Node.js)

clean: ## remove everything made here, except the database
	rm -rf tests/clients/node_modules tests/clients/made server/graphiql/fetched server/graphiql/.fetching-*
	rm -rf .venv build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip's words matter only where it fails.
define install
@echo 'Installing $(1) (the first time takes about a minute) ...'
@{ $(PIP) install --require-hashes --requirement $(1) && \
	$(PIP) install --no-deps --no-build-isolation --editable .; } >.venv/pip.log 2>&1 || \
	{ cat .venv/pip.log >&2; exit 1; }
endef

$(DEV): requirements-dev.lock pyproject.toml $(MADE)
	$(call install,requirements-dev.lock)
	@touch $(RUNTIME) $@

$(RUNTIME): requirements.lock pyproject.toml $(MADE)
	$(call install,requirements.lock)
	@touch $@

$(GENERATOR): tests/clients/requirements.lock $(MADE)
	@echo 'Installing $< ...'
	@$(BIN)/python -m venv --clear $(@D)
	@$(@D)/bin/python -m pip --quiet --no-input --disable-pip-version-check install \
		--require-hashes --requirement $< >.venv/pip.log 2>&1 || { cat .venv/pip.log >&2; exit 1; }
	@touch $@

$(NPM): tests/clients/package-lock.json tests/clients/package.json tests/clients/.npmrc
	@cd tests/clients && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

$(MADE):
	@command -v "$(PYTHON)" >/dev/null || { printf '%s\n' >&2 \
		'There is no "$(PYTHON)" here, and newsgraph needs Python 3.11 or newer.' \
		'  Debian, Ubuntu:   apt-get install python3 python3-venv' \
		'  elsewhere:        install Python from your system, or from python.org' \
		'  already have it:  make PYTHON=/path/to/python3 $(MAKECMDGOALS)'; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { printf '%s\n' >&2 \
		"newsgraph needs Python 3.11 or newer; \"$(PYTHON)\" is $$("$(PYTHON)" --version 2>&1)." \
		'Name a newer one:  make PYTHON=python3.12 $(MAKECMDGOALS)'; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { printf '%s\n' >&2 \
		'"$(PYTHON)" cannot make virtual environments: its venv or ensurepip is missing.' \
		'  Debian, Ubuntu:   apt-get install python3-venv' \
		'  elsewhere:        make PYTHON=/path/to/a/whole/python3 $(MAKECMDGOALS)'; exit 1; }
	@"$(PYTHON)" -m venv --clear .venv
	@touch $@
