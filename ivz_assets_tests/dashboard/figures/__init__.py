"""Tests of the figures per area, period and class."""
