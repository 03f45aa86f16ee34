# `make serve` and `make test` do all set-up themselves; `make` alone lists the targets.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup serve test test-fast test-long lint wheel bench lock check-locks npm graphiql \
	screenshots schema-changes clean
.PHONY: python runtime dev clients node-modules graphiql-files

BIN := $(VENV)/bin
PIP_FLAGS := --quiet --no-input --disable-pip-version-check
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate

# A virtual environment depends on the folder it was made in and on the Python it was
# made with: where either has gone, set-up starts afresh.
MADE := $(VENV)/made-in-$(shell pwd -P | cksum | cut -d ' ' -f 1)
ifeq ($(shell [ -e $(MADE) ] && $(BIN)/python -c 'print("alive")' 2>/dev/null),alive)
ANY_PYTHON := $(BIN)/python
else
ANY_PYTHON := $(PYTHON)
.PHONY: $(MADE)
endif

# Stamps: what is installed is newer than what asks for it.
RUNTIME := $(VENV)/runtime-installed
DEV := $(VENV)/dev-installed

# Clients of other people, for a few tests. The generator of Python ones wants an older
# graphql-core than we do, so it has an environment of its own. PyPI's gql is in a folder apart:
# in the checkout, "import gql" finds the folder of that name.
NPM := tests/clients/node_modules/.package-lock.json
GENERATOR := $(VENV)/clients/installed
GQL_CLIENT := $(VENV)/gql-client/installed

# Locks that nothing but a few tests, the bench and builds without npm install.
OTHER_LOCKS := tests/clients/requirements.lock tests/clients/gql.lock tests/bench/peers/datasette.lock \
	tests/bench/peers/tools.lock server/graphiql/npm.lock

# Only one make at a time sets this checkout up; a second one waits, and then finds the stamps.
# The lock is on the Makefile: it leaves no file behind, and the kernel releases it on exit.
define RUN_LOCKED
import fcntl, os, sys
lock = os.open("Makefile", os.O_RDONLY)
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("Waiting for another make to set this checkout up ...", file=sys.stderr)
    fcntl.flock(lock, fcntl.LOCK_EX)
except OSError:
    pass  # This file system has no locks.
os.set_inheritable(lock, True)
os.execvp(sys.argv[1], sys.argv[1:])
endef
export RUN_LOCKED
SET_UP = "$(ANY_PYTHON)" -c "$$RUN_LOCKED" $(MAKE) --no-print-directory

# A worker takes tests from another when it has none left. Workers and the processes that they
# start share compiled modules.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --dist worksteal --numprocesses
# Coverage nearly doubles a test's time, and sees nothing of other processes. So tests that take long
# (of hypothesis, slow ones, and those that start processes) run without it, beside the others.
LONG := process or slow or hypothesis
# They wait a lot, so there is one worker more than there are cores.
MANY = $$(($$(getconf _NPROCESSORS_ONLN) + 1))
COVERAGE := --cov=store --cov=gql --cov=feeds --cov=server --cov-report=term --cov-fail-under=95

help: ## list the targets
	@echo 'newsgraph: a folder of news documents, served as a graph and as feeds'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1~\2/p' Makefile | \
		awk -F '~' '{ printf "%-22s%s\n", $$1, $$2 }'

setup: python ## make .venv with everything for running and developing
	@$(SET_UP) dev graphiql-files
	@echo 'Set up in $(VENV): now `make serve` or `make test`.'

serve: python ## import seeds/ and serve it (HOST=127.0.0.1 PORT=8000)
	@$(SET_UP) runtime graphiql-files
	@$(BIN)/newsgraph serve seeds/ --host "$(HOST)" --port "$(PORT)"

test: python ## run every test, and measure coverage
	@$(SET_UP) dev clients graphiql-files
	@report=$$(mktemp) && trap 'kill $$covering 2>/dev/null; rm -f "$$report"' EXIT && \
	trap 'exit 130' INT TERM && { \
		$(PYTEST) auto --hypothesis-profile=ci -m "not ($(LONG))" $(COVERAGE) >"$$report" 2>&1 & \
		covering=$$!; \
		$(PYTEST) $(MANY) --hypothesis-profile=ci -m "$(LONG)"; status=$$?; \
		wait $$covering; status=$$((status | $$?)); \
		cat "$$report"; exit $$status; }

test-fast: python ## run the tests that start no process and are not slow
	@$(SET_UP) dev
	@$(PYTEST) auto --hypothesis-profile=fast -m "not process and not slow"

test-long: python ## look for new failures with 30 times as many examples (TESTS=tests/gql)
	@$(SET_UP) dev
	@$(PYTEST) auto -m hypothesis --hypothesis-profile=long --timeout 0 $(TESTS)

lint: python ## check format, lint and types
	@$(SET_UP) dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

wheel: python ## build the wheel that pipx and uv install, in dist/
	@$(SET_UP) dev graphiql-files
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist . >$(VENV)/build.log || { cat $(VENV)/build.log >&2; exit 1; }
	@ls dist/*.whl

bench: python ## measure the server and others, and write docs/performance.md (QUICK=1: a short run)
	@$(SET_UP) dev
	@$(BIN)/python -m tests.bench $(if $(QUICK),--quick) $(BENCH)

lock: python ## write the lock files again (UPGRADE=--upgrade: with the newest versions)
	@[ -x $(BIN)/uv ] || $(SET_UP) dev
	$(UV_COMPILE) pyproject.toml $(UPGRADE) --group dev --output-file requirements-dev.lock
	$(UV_COMPILE) pyproject.toml --group build --constraints requirements-dev.lock \
		--output-file requirements.lock
	$(UV_COMPILE) --group pyproject.toml:build --constraints requirements-dev.lock \
		--output-file requirements-build.lock
	$(UV_COMPILE) --group pyproject.toml:npm $(UPGRADE) --output-file server/graphiql/npm.lock
	$(UV_COMPILE) tests/clients/requirements.in $(UPGRADE) \
		--output-file tests/clients/requirements.lock
	$(UV_COMPILE) tests/clients/gql.in $(UPGRADE) --constraints requirements.lock \
		--output-file tests/clients/gql.lock
	$(UV_COMPILE) tests/bench/peers/datasette.in $(UPGRADE) \
		--output-file tests/bench/peers/datasette.lock
	$(UV_COMPILE) tests/bench/peers/tools.in $(UPGRADE) \
		--output-file tests/bench/peers/tools.lock

check-locks: python ## install every lock file, and the wheel as a tool, into new environments
	@made=$$(mktemp -d) && trap 'rm -rf "$$made"' EXIT && \
	$(MAKE) --no-print-directory VENV="$$made/runtime" runtime && \
	$(MAKE) --no-print-directory VENV="$$made/dev" dev && \
	for lock in $(OTHER_LOCKS); do \
		echo "Checking $$lock ..."; \
		"$$made/dev/bin/python" -m pip $(PIP_FLAGS) install --dry-run --ignore-installed \
			$(LOCKED) "$$lock" >"$$made/log" 2>&1 || { cat "$$made/log" >&2; exit 1; }; \
	done && \
	echo 'Checking "uv tool install" of the wheel ...' && \
	{ "$$made/dev/bin/python" -m build --wheel --no-isolation --outdir "$$made/dist" . && \
		UV_TOOL_DIR="$$made/tools" UV_TOOL_BIN_DIR="$$made/bin" "$$made/dev/bin/uv" tool install \
			--python "$$made/dev/bin/python" --constraints requirements.lock \
			--build-constraints requirements-build.lock "$$made"/dist/*.whl && \
		"$$made/bin/newsgraph" --version; } >"$$made/log" 2>&1 || { cat "$$made/log" >&2; exit 1; }

screenshots: python ## take the pictures of the README again (needs Chromium)
	@$(SET_UP) dev graphiql-files
	@$(BIN)/python -m tests.browser.readme_screenshots

schema-changes: python ## list the breaking changes of the GraphQL schema (SINCE=git:HEAD)
	@$(SET_UP) dev
	@$(BIN)/python -m tests.schema_changes "$(or $(SINCE),git:HEAD)"

graphiql: python ## download the files of GraphiQL from npm if they are missing (needs no Node.js)
	@$(SET_UP) graphiql-files

npm: python ## install the npm packages that some tests need (needs Node.js)
	@$(SET_UP) node-modules

clean: ## remove all generated files except the database
	rm -rf tests/clients/node_modules tests/clients/made server/graphiql/fetched server/graphiql/.fetching-*
	rm -rf .venv build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What follows is run by SET_UP, one make at a time.
runtime: $(RUNTIME); @:
dev: $(DEV); @:
clients: $(GENERATOR) $(GQL_CLIENT); @:
node-modules: $(NPM); @:

# No stamp: the files' digests say whether they are there. Where they cannot be had, all else works.
graphiql-files: $(MADE)
	@$(BIN)/python -m newsgraph.server.graphiql.download

# A lock is complete: no dependency is resolved, so a newer release on the index changes nothing.
# What has no wheel (feedgen) is built with requirements-build.lock, not with the newest tools.
LOCKED := --no-deps --no-build-isolation --require-hashes --requirement
# pip 23.0 and older build feedgen without it by a way that setuptools has dropped; a pip that no
# longer has the option ignores the variable.
export PIP_USE_PEP517 := 1

# pip's words matter only where it fails. A source distribution has no links.
define install
@[ -e newsgraph/server ] || ln -s ../gql ../feeds ../store ../server newsgraph/
@echo 'Installing $(1) (the first time takes about a minute) ...'
@{ pip() { $(BIN)/python -m pip "$$@"; } && \
	pip install $(PIP_FLAGS) $(LOCKED) requirements-build.lock && \
	pip install $(PIP_FLAGS) $(LOCKED) $(1) && \
	pip install $(PIP_FLAGS) --no-deps --no-build-isolation --editable . && \
	pip check --disable-pip-version-check; } >$(VENV)/pip.log 2>&1 || { cat $(VENV)/pip.log >&2; exit 1; }
endef

$(DEV): requirements-dev.lock requirements-build.lock pyproject.toml $(MADE)
	$(call install,requirements-dev.lock)
	@touch $(RUNTIME) $@

$(RUNTIME): requirements.lock requirements-build.lock pyproject.toml $(MADE)
	$(call install,requirements.lock)
	@touch $@

$(GENERATOR): tests/clients/requirements.lock $(MADE)
	@echo 'Installing $< ...'
	@{ $(BIN)/python -m venv --clear $(@D) && \
		$(@D)/bin/python -m pip $(PIP_FLAGS) install $(LOCKED) $< && \
		$(@D)/bin/python -m pip $(PIP_FLAGS) check; } >$(VENV)/pip.log 2>&1 || \
		{ cat $(VENV)/pip.log >&2; exit 1; }
	@touch $@

$(GQL_CLIENT): tests/clients/gql.lock $(MADE)
	@echo 'Installing $< ...'
	@rm -rf $(@D)
	@$(BIN)/python -m pip $(PIP_FLAGS) install --target $(@D)/packages $(LOCKED) $<
	@touch $@

$(NPM): tests/clients/package-lock.json tests/clients/package.json tests/clients/.npmrc
	@cd tests/clients && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

$(MADE):
	@"$(PYTHON)" -m venv --clear $(VENV)
	@touch $@

# Set-up needs a Python that can make virtual environments, unless there is one already.
ifeq ($(ANY_PYTHON),$(PYTHON))
python:
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
endif
