# exambank: `make run` sets everything up and serves; `make test` sets everything up and runs every test.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
# what was done already; kept inside the environment, so that both go together
DONE := $(VENV)/done
export PATH := $(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

SOURCES := package.json package-lock.json .npmrc $(shell find static -path static/dist -prune -o -type f -print 2>/dev/null)
CATALOGUES := $(wildcard exambank/translations/*/LC_MESSAGES/*.po)
# nothing waits for ever: a test run that hangs is ended, and fails
TESTS := timeout -k 30 2400 $(BIN)/python -m pytest -q

.PHONY: help run install test lint bench screenshots translations clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | column -t -s "$$(printf '\t')"

run: install ## set up, fill a demonstration when there is no database, serve on 127.0.0.1:PORT
	@exambank demo --if-empty
	@exec exambank serve --port $(PORT)

install: $(DONE)/python static/dist/manifest.json $(DONE)/catalogues ## python packages, browser files, catalogues

$(DONE)/environment:
	@deploy/ensure-packages python3-venv
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(DONE) && touch $@

$(DONE)/python: $(DONE)/environment setup.cfg pyproject.toml requirements.lock
	pip install -q -c requirements.lock -e '.[build]'
	@touch $@

static/dist/manifest.json: $(DONE)/python $(SOURCES)
	npm ci --silent
	PYTHON=$(BIN)/python node static/build.mjs
	@touch $@

$(DONE)/catalogues: $(DONE)/python $(CATALOGUES)
	pybabel -q compile -d exambank/translations
	@touch $@

$(DONE)/test: $(DONE)/python
	pip install -q -c requirements.lock -e '.[build,test]'
	@touch $@

$(DONE)/system: $(DONE)/environment
	@deploy/ensure-packages chromium postgresql-15
	@touch $@

# Chromium of five years ago, for the exam room's tests alone
$(DONE)/old-browser: $(DONE)/python tests/browser/five_years/package-lock.json
	cd tests/browser/five_years && npm ci --silent
	@touch $@

# the browser's tests mostly wait for a page, so they run beside the others; what they said is shown at the end
test: install $(DONE)/test $(DONE)/system $(DONE)/old-browser ## set up and run every test; those in a browser one after the other
	@mkdir -p build; failed=0; \
	$(TESTS) -m browser > build/browser-tests.txt 2>&1 & in_browser=$$!; \
	$(TESTS) -n 2 --dist loadfile -m "not browser and not reference" || failed=1; \
	wait $$in_browser || failed=1; \
	cat build/browser-tests.txt; exit $$failed

lint: $(DONE)/test ## ruff
	ruff check . && ruff format --check .

bench: install ## measure; nothing is asserted here
	python -m bench.figures
	python -m bench.all

screenshots: install $(DONE)/test $(DONE)/system ## take the README's pictures into screenshots/
	python -m bench.screenshots

translations: $(DONE)/python ## bring the texts of the interface into both catalogues
	@mkdir -p build
	pybabel -q extract --ignore-dirs '.*' -F exambank/translations.cfg -k _l -k lazy_gettext --no-location --sort-output -o build/messages.pot exambank templates
	pybabel -q update -i build/messages.pot -d exambank/translations --no-fuzzy-matching --ignore-obsolete

clean: ## forget what was built (the database stays)
	rm -rf $(VENV) node_modules static/dist build
