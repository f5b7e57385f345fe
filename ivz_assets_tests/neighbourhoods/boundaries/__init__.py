"""Boundaries: maps of tiny squares of which surfaces, lengths and weights are known by hand."""
