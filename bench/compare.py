"""Do two DuckDB files hold the same rows? By an order-free sum of row hashes, and by column when they do not."""

from __future__ import annotations

from pathlib import Path

import duckdb


def differences(ours: Path, theirs: Path, table: str, their_table: str | None = None) -> list[str]:
    """What differs between ``table`` of two warehouses, in our types; nothing when they are equal.

    Of a dimension only what both have is compared: ours has more columns, and levels of classes.
    """
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{ours}' AS ours (READ_ONLY)")
        connection.execute(f"ATTACH '{theirs}' AS theirs (READ_ONLY)")
        columns = connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE ours.{table})").fetchall()
        sources = (f"ours.main.{table}", f"theirs.{their_table or 'main.' + table}")
        if table.startswith("dim_"):
            shared = {name for (name, *_) in connection.execute(f"DESCRIBE {sources[1]}").fetchall()}
            columns = [(name, kind) for name, kind in columns if name in shared]
        if table == "dim_klasse":
            sources = (f"(FROM {sources[0]} WHERE klasse_niveau NOT IN ('thema', 'totaal'))", sources[1])
        row = "hash(" + ", ".join(f'"{name}"::{kind}' for name, kind in columns) + ")"
        first, second = (_sums(connection, source, [row]) for source in sources)
        if first == second:
            return []
        found = [f"{first[0]} rows against {second[0]}"] if first[0] != second[0] else []
        hashes = [f'hash("{name}"::{kind})' for name, kind in columns]
        first, second = (_sums(connection, source, hashes) for source in sources)
        named = [name for (name, _), one, other in zip(columns, first[1:], second[1:], strict=True) if one != other]
        return found + ([f"columns {', '.join(named)}"] if named else ["the same values in other rows"])


def _sums(connection: duckdb.DuckDBPyConnection, source: str, hashes: list[str]) -> tuple[int, ...]:
    sums = ", ".join(f"coalesce(sum(({item})::HUGEINT), 0)" for item in hashes)
    found = connection.execute(f"SELECT count(*), {sums} FROM {source}").fetchone()
    assert found is not None
    return tuple(int(value) for value in found)
