"""Tests of the dashboard tables."""
