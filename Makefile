# The jobs of the project; each sets up what it needs. On Windows: see the README for the same lines.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-spark ui bench soak lint format lock clean screenshots dictionary
.DEFAULT_GOAL := help

help:
	@echo "make demo         set up, load the sample region, run every gate, publish"
	@echo "make test         set up and run the tests"
	@echo "make test-spark   the transformations on PySpark beside DuckDB (needs Java 17)"
	@echo "make ui           the Dagster UI on http://127.0.0.1:3000"
	@echo "make bench        measure: reading, weekly_refresh against the usual way, loading, neighbourhoods"
	@echo "make soak         kill runs and publications over and over"
	@echo "make lint         lint, format check, types, definitions check"
	@echo "make dictionary   renew docs/data_dictionary from the models"
	@echo "make screenshots  renew the pictures of the README (needs Chromium)"
	@echo "make clean        remove the demo's data and caches; keeps your own data folder elsewhere"

.venv/installed: requirements.lock .ci/installer.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.version_info >= (3, 11) or sys.exit('Python 3.11 or newer is needed; set PYTHON=python3.12, say')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .ci/installer.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --no-deps --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

demo: .venv/installed
	$(BIN)/ivz demo

test: .venv/installed
	$(BIN)/python -m pytest -n auto --dist loadgroup

test-spark: .venv/installed
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r .ci/spark.lock
	IVZ_SPARK=1 $(BIN)/python -m pytest -n 0 ivz_assets_tests/spark

ui: .venv/installed
	$(BIN)/ivz ui

bench: .venv/installed
	$(BIN)/python -m bench

soak: .venv/installed
	IVZ_SOAK_KILLS=300 $(BIN)/python -m pytest -n 2 ivz_assets_tests/publication/test_killed.py \
		ivz_assets_tests/orchestration/test_chain.py ivz_assets_tests/warehouse/test_faults.py

lint: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/dg check defs

format: .venv/installed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock:
	$(PYTHON) -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-strip-extras \
		--extra dev --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	echo "uv" | $(PYTHON) -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" - -o .ci/installer.lock
	sed -n 's/^ *"\(pyspark==[0-9.]*\)".*/\1/p' pyproject.toml | $(PYTHON) -m uv pip compile --quiet --universal --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" - -o .ci/spark.lock
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-strip-extras --custom-compile-command "make lock" bench/usual_way.in -o bench/usual_way.lock

clean:
	@test -e data/sample/manifest.json || test ! -e data/warehouse || \
		{ echo "data/ holds deliveries that are not the demo's; remove them by hand if you mean it"; exit 1; }
	rm -rf data/sample data/landing data/warehouse data/published data/quality data/protected data/dagster data/reference \
		data/settings.env .env .pytest_cache .mypy_cache .ruff_cache .hypothesis bench/results

dictionary: .venv/installed
	$(BIN)/python -m docs.dictionary

screenshots: .venv/installed
	$(BIN)/python -m docs.screenshots
