# Two commands do all the set-up: `make serve` and `make test`.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: serve test lint types imports unit browser-tools lock bench quality clean tune

serve: $(VENV)/.run
	@$(BIN)/cityrights serve --port $(PORT)

test: lint types imports unit

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

imports: $(VENV)/.test
	$(BIN)/lint-imports

unit: $(VENV)/.test browser-tools
	$(BIN)/pytest -n auto --dist loadfile

# Debian's Chromium for the browser tests, where we may install it; else they skip and say so.
browser-tools:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-core fonts-noto-cjk >/dev/null; } \
	  || echo "no Chromium here: the browser tests will be skipped"

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is older than 3.11; say which to use: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "making $(VENV) and installing what is needed, with checked hashes (once)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.python requirements/build.txt requirements/run.txt pyproject.toml
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/dev.txt requirements/other-whoosh.txt
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --upgrade --target $(VENV)/other-whoosh --require-hashes -r requirements/other-whoosh.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.test requirements/bench.txt
	@$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@

# The lock files, for who changes dependencies; needs uv.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --output-file requirements/run.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group dev --constraint requirements/run.txt --output-file requirements/dev.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group dev --group bench --constraint requirements/dev.txt --output-file requirements/bench.txt pyproject.toml
	printf 'whoosh-reloaded==2.7.5\n' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --output-file requirements/other-whoosh.txt -
	printf 'hatchling\neditables\n' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --constraint requirements/run.txt --output-file requirements/build.txt -

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks.bundled

# The figures of the page "How good is this search?", from the judged sets beside the project.
SETS ?= ../shared/catalogue/relevance
quality: $(VENV)/.test
	$(BIN)/python -m benchmarks.quality --sets $(SETS)

# The weights of the ranking against the judged queries, cross-validated (ten minutes).
tune: $(VENV)/.test
	$(BIN)/python -m benchmarks.tune --sets $(SETS)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
