# make run    everything on a fresh machine: .venv, pinned packages, the app on http://localhost:8501
# make test   lint, types, unit tests, page tests and browser tests
# make nightly  every exported script, of every method, run and compared: a minute or two
# make setup  only prepares .venv
PYTHON ?= python3
PORT ?= 8501
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# The tests start hundreds of processes, each of which would compile the lab anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test setup lint types unit browser nightly pictures clean
.DELETE_ON_ERROR:

run: setup
	$(BIN)/streamlit run app.py --server.port $(PORT)

setup: $(VENV)/.runtime

# Types are checked beside the unit tests, which often wait for processes of their own.
test: $(VENV)/.dev $(VENV)/.oracle $(VENV)/.chromium lint
	$(MAKE) -j2 types unit
	$(MAKE) browser

# Stamps, not directories: an interrupted install is made again.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; PYTHON=python3.12 make … chooses one."; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	touch $@

$(VENV)/.runtime: requirements.txt $(VENV)/.python
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt requirements-peers.txt requirements-export.txt $(VENV)/.runtime
	$(PIP) -r requirements-dev.txt
	touch $@

# The official package has our import name: it lives in a folder of its own and only tests load it.
$(VENV)/.oracle: $(VENV)/.python
	$(PIP) --no-deps --upgrade --target $(VENV)/oracle sam_sps==1.0.0
	touch $@

# Only the choice is remembered; whether a browser is there is asked each time.
$(VENV)/.chromium: $(VENV)/.dev FORCE
	$(BIN)/python -m tests.chromium > $@
FORCE:

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	nice $(BIN)/mypy

# Side by side, file by file: a file's cluster or app is started once. JOBS=1 make … runs one after the other.
# In the order of the folders: the longest files, those of runs, are then not the last ones.
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

# Runs train on every core: beside another test they would miss their time limits.
TRAINING := tests/browser/test_runs.py tests/browser/test_long_runs.py tests/browser/test_robustness.py
# Only files with such tests are read: reading all takes ten seconds.
IN_BROWSER = $(sort $(shell grep -rl "mark\.browser" --include="test_*.py" tests))

unit: $(VENV)/.dev $(VENV)/.oracle
	$(PYTEST) -m "not browser and not nightly"

browser: $(VENV)/.dev $(VENV)/.chromium
	$(PYTEST) -m browser $(filter-out $(TRAINING),$(IN_BROWSER))
	$(BIN)/python -m pytest -m browser $(TRAINING)

nightly: $(VENV)/.dev
	$(PYTEST) -m nightly

# Pictures of every page, light and dark, wide and narrow, into build/pictures; the README's picture anew.
pictures: $(VENV)/.dev $(VENV)/.chromium
	$(BIN)/python -m tests.screenshots build/pictures

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
