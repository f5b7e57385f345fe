"""Tests of the weekmonitor stage: from texts to incidents, and the ledger behind them."""
