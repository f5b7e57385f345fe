"""Tests of the tables of CBS: a real HTTP server on this machine, asked by the real client."""
