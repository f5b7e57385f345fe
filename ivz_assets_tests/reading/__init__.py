"""Tests of reading one delivered file."""
