# Two commands do everything: `make demo` shows the product, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

NODE_PACKAGES := crm/salesforce crm/hubspot tests/referees

.PHONY: demo test lint bench sbom clean node

demo: $(VENV)/.installed
	@$(BIN)/kam demo --no-serve

test: $(VENV)/.tested node
	$(BIN)/nox --no-venv

lint: $(VENV)/.tested
	$(BIN)/nox --no-venv -s lint types

bench: $(VENV)/.tested
	$(BIN)/python -m benchmarks

# What is installed with us, under which licence: dist/sbom.cdx.json.
sbom: $(VENV)/.tested
	$(BIN)/python -m pip install --quiet --editable '.[postgres,keyring,pdf]'
	$(BIN)/python requirements/sbom.py

# Checks that need Node run where it is, and say so where it is not.
node:
	@if command -v npm >/dev/null 2>&1; then \
	  $(MAKE) --no-print-directory $(addsuffix /node_modules/.installed,$(NODE_PACKAGES)); \
	else \
	  echo "npm was not found: the checks of $(NODE_PACKAGES) are skipped"; \
	fi

NPM_FLAGS := --ignore-scripts --no-audit --no-fund --silent

# npm's "ci" stumbles over optional packages of other systems: "install" keeps to the lock as well.
%/node_modules/.installed: %/package-lock.json
	@echo "Installing the Node packages of $* ..."
	@cd $* && { npm ci $(NPM_FLAGS) 2>/dev/null || npm install --no-save $(NPM_FLAGS); } \
	  && touch node_modules/.installed || echo "npm failed in $*: its checks are skipped"

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing kam-connector into $(VENV) (the first time takes a minute) ..."
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.tested: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[test,postgres,keyring]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist .nox
