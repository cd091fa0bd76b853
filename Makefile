# Two commands do everything: `make demo` and `make test`. Each sets up what it needs; nothing else is done by hand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
CHROMIUM ?= chromium

.DEFAULT_GOAL := help
.PHONY: help demo test test-browser test-crashes docs ui benchmarks wheel clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Volt needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt hatchling editables
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation --editable '.[dev]'
	touch $@

demo: $(INSTALLED) ## Two weeks of reports on the embedded sandbox, no account, no network
	$(BIN)/volt-agent demo

test: $(INSTALLED) ## Lint, types, layers and every test but those of the next two
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2

test-browser: $(INSTALLED) ## The HTML reports in a real Chromium; installs Debian's when there is none (needs root)
	@command -v $(CHROMIUM) >/dev/null || [ "$$(id -u)" = 0 ] || { echo "no $(CHROMIUM) here: install one, or let root install Debian's"; exit 1; }
	@command -v $(CHROMIUM) >/dev/null || { echo "installing Debian's chromium"; apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation --editable '.[dev,browser]'
	CHROMIUM="$$(command -v $(CHROMIUM))" $(BIN)/python -m pytest -m browser

test-crashes: $(INSTALLED) ## Runs that are ended, disturbed or killed at every step, and Volt inside another project: minutes
	$(BIN)/python -m pytest -n 2 -m "crash or project"

docs: $(INSTALLED) ## The documentation as a site, in site/; the commands of its handbook are run and compared
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation --editable '.[dev,docs]'
	@# Not --quiet: it hides warnings from --strict as well. The variable silences the note that the theme is maintained until May 2027.
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	$(BIN)/python -m pytest -m site

ui: $(INSTALLED) ## Dagster's UI on http://127.0.0.1:3000
	$(BIN)/volt-agent ui

benchmarks: $(INSTALLED) ## Print every figure of benchmarks/
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

wheel: $(INSTALLED) ## dist/volt_agent-*.whl
	$(BIN)/python -m build --no-isolation --wheel

clean: ## Remove what the other targets made, except data
	rm -rf $(VENV) dist build site .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
