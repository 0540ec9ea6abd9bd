# Two commands do everything: `make demo` shows the product, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint bench clean

demo: $(VENV)/.installed
	@$(BIN)/kam demo --no-serve

test: $(VENV)/.tested
	$(BIN)/nox --no-venv

lint: $(VENV)/.tested
	$(BIN)/nox --no-venv -s lint types

bench: $(VENV)/.tested
	$(BIN)/python -m benchmarks

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
