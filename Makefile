# Two commands: `make train` and `make test`. Both install what they need into .venv first; when nothing changed, that is skipped.
# Variables: PYTHON (an interpreter, 3.11 or newer), VENV, PRESET (for train), ARGS (passed on to the command).

VENV ?= .venv
PRESET ?= auto
ARGS ?=
BIN := $(VENV)/bin

.PHONY: install train test lint clean help

help:
	@echo "make train    train SmolLM2-135M with GRPO on this machine (about 15 minutes on 2 CPU cores)"
	@echo "make test     run the tests"
	@echo "make lint     formatting, lint, types, import rules"
	@echo "make install  create $(VENV) and install everything into it"
	@echo "make clean    remove $(VENV) and caches (trained models in runs/ stay)"

install:
	@VENV=$(VENV) ./.ci/install

train: install
	@$(BIN)/guru-grpo train --preset $(PRESET) $(ARGS)

test: install
	@$(BIN)/pytest -q -n 2 $(ARGS)

lint: install
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

clean:
	rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build dist
