# exambank: `make run` sets everything up and serves; `make test` sets everything up and runs every test.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
STAMPS := .stamps
export PATH := $(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

SOURCES := package.json package-lock.json $(shell find static -path static/dist -prune -o -type f -print 2>/dev/null)
CATALOGUES := $(wildcard exambank/translations/*/LC_MESSAGES/*.po)

.PHONY: help run install test test-fast browser-packages bench lint screenshots translations clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | column -t -s "$$(printf '\t')"

run: install ## set up, fill a demonstration when there is no database, serve on 127.0.0.1:PORT
	@exambank demo --if-empty
	@exec exambank serve --port $(PORT)

install: $(STAMPS)/assets $(STAMPS)/catalogues ## python packages, browser files, catalogues

$(STAMPS)/venv:
	@mkdir -p $(STAMPS)
	@deploy/ensure-packages python3-venv
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(STAMPS)/python: $(STAMPS)/venv setup.cfg pyproject.toml requirements.lock
	$(BIN)/pip install -q -c requirements.lock -e '.[build]'
	@touch $@

$(STAMPS)/assets: $(STAMPS)/python $(SOURCES)
	npm ci --silent
	node static/build.mjs
	@touch $@

$(STAMPS)/catalogues: $(STAMPS)/python $(CATALOGUES)
	pybabel -q compile -d exambank/translations
	@touch $@

$(STAMPS)/test: $(STAMPS)/python
	$(BIN)/pip install -q -c requirements.lock -e '.[build,test]'
	@touch $@

$(STAMPS)/system: $(STAMPS)/venv
	@deploy/ensure-packages chromium postgresql-15
	@touch $@

test: install $(STAMPS)/test $(STAMPS)/system ## set up and run every test
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not browser and not reference"
	$(BIN)/python -m pytest -q -m "browser"

lint: $(STAMPS)/test ## ruff
	ruff check . && ruff format --check .

bench: install ## measure; nothing is asserted here
	$(BIN)/python -m bench.all

screenshots: install $(STAMPS)/test $(STAMPS)/system ## take the README's pictures into screenshots/
	$(BIN)/python -m bench.screenshots

translations: $(STAMPS)/python ## collect the texts of the interface into both catalogues
	pybabel -q extract -F exambank/translations.cfg -k _l -k lazy_gettext --no-location --sort-output -o build/messages.pot exambank templates

clean: ## forget what was built (the database stays)
	rm -rf $(STAMPS) $(VENV) node_modules static/dist
