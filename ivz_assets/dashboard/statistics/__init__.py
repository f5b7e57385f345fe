"""Statistical methods over numbers already aggregated: numpy and scipy, no tables, no store, no Dutch sentences."""
