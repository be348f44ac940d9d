# `make demo` and `make test` set up all that they need, and are quick the second time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(PYTHON) setup/prepare.py
# one of every other family, none with a fault that takes minutes to show
DEMO_CITIES := chengdu,foshan,fuzhou,haerbin,qingdao,xining

.PHONY: demo test test-long installed bench lint audit fuzz lock clean

demo: $(VENV)/.ready-demo
	@mkdir -p demo
	@echo "Probing the practice portal of Shanghai (on loopback, no network) …"
	@$(BIN)/probe city shanghai --practice --db demo/probe.db
	@echo "Sweeping six more practice cities, a small sample of each …"
	@PROBE_SEARCH_REPEATS=1 $(BIN)/probe sweep --practice --cities $(DEMO_CITIES) --sample 3 --engines chromium,firefox --db demo/probe.db
	@$(BIN)/probe report --db demo/probe.db --output demo/report.html

test: $(VENV)/.ready-test
	@echo "Checking style and types …"
	@$(MAKE) --no-print-directory lint
	@echo "Running the tests …"
	@$(BIN)/pytest -q -m "not long and not alone" --numprocesses 3 --dist loadfile
	@echo "Running the tests that need the machine to themselves …"
	@$(BIN)/pytest -q -m "alone and not long"

test-long: $(VENV)/.ready-test
	@$(BIN)/pytest -q -m long
	@echo "Trying the properties many times over …"
	@PROPERTY_TIMES=20 $(BIN)/pytest -q -m property

# what `pip install .` brings is enough: a wheel in an environment of its own walks the main path
installed: $(VENV)/.ready-test
	@$(BIN)/pytest -q tests/safety/test_installed.py

bench: $(VENV)/.ready-test
	@for each in tests/benchmarks/bench_*.py; do echo "== $$each"; $(BIN)/python $$each || exit 1; done

lint: $(VENV)/.ready-test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check -q . && $(BIN)/mypy

# every parser of strangers' input for FUZZ_S seconds, led by coverage
FUZZ_S ?= 60
fuzz: $(VENV)/.ready-test
	@$(BIN)/pip install -q -e '.[fuzz]'
	@for each in address host guide challenge file_name file answer body matter retry_after sitemap rules reply zone; do \
		echo "== $$each"; $(BIN)/python tests/fuzz/fuzz.py $$each -max_total_time=$(FUZZ_S) -verbosity=0 || exit 1; done

# known vulnerabilities of what is pinned; 3 where no service for advisories can be reached
audit: $(VENV)/.ready-test
	@$(BIN)/python setup/audit.py setup/requirements.txt

# pinned versions with hashes; records no registry's address
lock:
	@$(BIN)/pip install -q uv
	@$(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o setup/requirements.txt
	@$(BIN)/uv pip compile -q pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o setup/requirements-dev.txt

$(VENV)/.ready-demo: pyproject.toml setup/requirements.txt setup/prepare.py
	@$(SETUP) demo

$(VENV)/.ready-test: pyproject.toml setup/requirements-dev.txt setup/prepare.py
	@$(SETUP) test

clean:
	rm -rf $(VENV) demo build dist .cache .mypy_cache .ruff_cache .pytest_cache
