# The commands of the project. `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 5000
# Nothing is written beside the sources, and no process compiles what another has compiled.
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/.venv/pycache
unexport PYTHONDONTWRITEBYTECODE
export FLASK_APP := app.py

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# Installed through uv (seconds), with plain pip as the fall-back; the stamp holds what was installed.
.venv/run.stamp: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv 2>/dev/null || true
	@$(BIN)/python -m uv pip install -q --python $(BIN)/python --require-hashes -r requirements.txt \
	  || $(BIN)/python -m pip install -q --require-hashes -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	@$(BIN)/python -m uv pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.txt \
	  || $(BIN)/python -m pip install -q --require-hashes -r requirements-dev.txt
	@touch $@

run: .venv/run.stamp  ## install, migrate, load sample data if empty, serve on http://127.0.0.1:5000 with the worker (PORT=… to change)
	@PORT=$(PORT) $(BIN)/python deploy/run.py

test: .venv/dev.stamp  ## the whole suite: both databases and the real browser
	@$(BIN)/python deploy/test.py $(ARGS)

lint: .venv/dev.stamp  ## ruff, mypy (strict), djlint, and that generated files are fresh
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/python deploy/css.py --check && $(BIN)/python deploy/vendor.py --check

bench: .venv/dev.stamp  ## pages, kept pages, submissions with a kill, growth (ARGS=--only-search, --only-cache, --only-readers, --only-typing, --only-uptake …)
	@$(BIN)/python -m tests.bench.run $(ARGS)

screenshots: .venv/dev.stamp  ## take the README's pictures of the real pages
	@$(BIN)/python -m deploy.screenshots

demo: .venv/run.stamp  ## load the sample data into the database
	@$(BIN)/flask db upgrade && $(BIN)/flask demo

css: .venv/run.stamp  ## put static/css together into static/sakrad.css
	@$(BIN)/python deploy/css.py

messages: .venv/run.stamp  ## collect the words for translation and compile the English
	@$(BIN)/pybabel -q extract -F sakrad/translations/babel.cfg -k lazy_gettext -o sakrad/translations/messages.pot . \
	  && $(BIN)/pybabel -q update -i sakrad/translations/messages.pot -d sakrad/translations --no-fuzzy-matching \
	  && $(BIN)/pybabel -q compile -d sakrad/translations

lock: .venv/run.stamp  ## lock the dependencies again
	@$(BIN)/python -m uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	@$(BIN)/python -m uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements-dev.in -o requirements-dev.txt

clean:  ## remove the virtual environment, the local database and caches
	@rm -rf .venv instance .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help run test lint bench screenshots demo css messages lock clean
