# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
# Many tests wait for a browser or a platform: three workers keep two processors busy. Servers that are killed come last and
# have the machine for themselves, because what they are asked (is anybody answered too late?) depends on it.
WORKERS ?= 3
MESSAGES ?= 2000
KILLS ?= 40
SEQUENCES ?= 10000
# Each worker and each server that is started would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check words eval learn soak lanes perf lock clean

run: $(READY)
	$(BIN)/uketome serve --demo

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not soak"
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m soak $$(grep -rl mark.soak tests --include="test_*.py")

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy

# What stands twice or for nothing in the ear's words and rules, and which expressions no labelled message says.
words: $(READY)
	$(BIN)/python -m tests.intents.linting

soak: $(READY)
	$(BIN)/python -m tests.faults.soak --messages $(MESSAGES) --kills $(KILLS)

# Meetings, plans, referrals and teams in every order: who reads what in the end, and is the case ever without an owner?
lanes: $(READY)
	LANES=$(SEQUENCES) $(BIN)/python -m pytest -q -s tests/handoff/casework/test_lanes.py

# How well the ear hears and the search finds, tuned and untouched sets side by side, beside plain baselines.
eval: $(READY)
	$(BIN)/python -m tests.evaluation

perf: $(READY)
	$(BIN)/python -m tests.perf ack
	$(BIN)/python -m tests.perf ready
	$(BIN)/python -m tests.perf memory
	$(BIN)/python -m tests.perf understand
	$(BIN)/python -m tests.perf typo
	$(BIN)/python -m tests.perf scale
	$(BIN)/python -m tests.perf peers
	$(BIN)/python -m tests.perf desk
	$(BIN)/python -m tests.perf case
	$(BIN)/python -m tests.perf live
	$(BIN)/python -m tests.perf outbox

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed; this is %d.%d. Say: make PYTHON=python3.12 ..." % v)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

# Learns the leanings of the ear anew from tests/intents/heard; some minutes, and the file is committed.
learn: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check scipy
	$(BIN)/python -m tests.intents.learning

# Renews the pinned versions and hashes; the file names no index address.
lock: $(READY)
	$(BIN)/python -m pip install --quiet uv
	printf 'setuptools>=80\nwheel\n' | $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --quiet --extra test pyproject.toml - -o requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
