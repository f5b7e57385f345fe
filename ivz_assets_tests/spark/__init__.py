"""The pure functions on PySpark beside DuckDB. Runs with ``make test-spark``; the ordinary suite leaves this folder out."""
