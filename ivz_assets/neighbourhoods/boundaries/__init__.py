"""Boundaries of neighbourhoods: from a map file to shapes, neighbours, overlap and pictures. No Dagster, no store."""
