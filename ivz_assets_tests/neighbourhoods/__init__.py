"""Tests of the neighbourhood tables."""
