"""Interpretation (duiding): what a reader must know of a figure, from rules and from notes of professionals."""
