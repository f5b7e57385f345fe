"""Tests of the synthetic region."""
