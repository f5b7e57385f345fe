"""Tests of the hot spots."""
