"""The tests, in folders named after the package's own."""
