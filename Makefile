# The two commands: `make run` and `make test`. Everything they need is made by the rules below.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test gate bench clean

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "storyforge needs Python 3.11 or newer (make run PYTHON=python3.11)")'
	$(PYTHON) -m venv $(VENV)
