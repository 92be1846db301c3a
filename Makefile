# Everything a developer does: `make run`, `make test`; see README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SOURCES := $(shell find desktop resources -type f ! -name '*.pyc')

.PHONY: setup run test test-long bench lint installer lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml installers/linux/prepare.sh
	@PYTHON=$(PYTHON) sh installers/linux/prepare.sh
	@echo "正在准备运行环境（只在第一次或依赖有变时）……"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

# the sample month is done again only when the program changed
out/README.txt: $(READY) $(SOURCES)
	@$(BIN)/jinlin tour out

run: out/README.txt
	@echo "成果在 out/，说明见 out/README.txt。"
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		$(BIN)/jinlin --profile out/profile --passphrase-file out/passphrase.txt open; \
	fi

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: lint
	@$(BIN)/python -m pytest -m "not long" -n 2

test-long: $(READY)
	@PYTHON=$(PYTHON) sh installers/linux/prepare.sh --long
	@$(BIN)/python -m pytest -m long -n 2

bench: $(READY)
	@for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

installer: $(READY)
	@sh installers/linux/build-deb.sh

# uv (https://docs.astral.sh/uv) must be installed to change the locked set
lock:
	@uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header -q -c constraints.txt -o requirements.lock

clean:
	@rm -rf out build dist .mypy_cache .ruff_cache .hypothesis
