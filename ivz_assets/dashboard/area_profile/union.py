"""Putting tables under each other whose columns differ in nothing but whether NULL is declared. No domain."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir


def together(tables: Sequence[ir.Table]) -> ir.Table:
    """The rows of all tables; ibis will not union a NOT NULL column with a computed one, so every column may be NULL."""
    return ibis.union(*(nullable(table) for table in tables))


def nullable(table: ir.Table) -> ir.Table:
    """The table with types that say nothing about NULL."""
    return table.cast({name: kind(nullable=True) for name, kind in table.schema().items()})
