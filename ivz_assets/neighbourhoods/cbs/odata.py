"""CBS over its v3 feed, with the client that the region's statisticians know. When a table is fetched is not decided here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import prod
from threading import Lock
from typing import Any
from urllib.parse import quote_plus

from ivz_assets.neighbourhoods.cbs.guard import PLAIN, Manners, PageGuard, open_session
from ivz_assets.neighbourhoods.cbs.library import cbsodata, cbsodata3
from ivz_assets.neighbourhoods.cbs.service import CbsPermanent, Column, TableEntry, columns_of, entries_of, entry_of, prefixes

LONGEST_FILTER = 1_900
"""Characters of a filter as sent. The query then stays below 2,048, which servers of the kind of CBS (IIS) bear by default."""

QUOTE = "'"
"""Ends a text in a filter; two of them are one within it."""

PAGE = 10_000
"""Rows that CBS gives in one answer."""

_STEERING = Lock()
"""cbsodata keeps its settings in its module, so one call at a time."""


class CbsOData:
    """A ``CbsService`` over HTTP. Proxies come from the environment; this machine is always spoken to directly."""

    def __init__(
        self, host: str, https: bool, timeout_seconds: float, attempts: int, pause_seconds: float, setting: str = "cbs_host"
    ) -> None:
        """As in the settings ``cbs_...``; ``host`` may have a port and comes from ``setting``. Nothing is asked yet."""
        self._manners = Manners(host, https, timeout_seconds, attempts, pause_seconds, setting)
        self._session = open_session(host)
        self._requests = 0

    @property
    def source(self) -> str:
        """The host."""
        return self._manners.host

    @property
    def requests(self) -> int:
        """Requests sent so far, repeated ones included."""
        return self._requests

    def catalogue(self) -> list[TableEntry]:
        """Every table there is, in one request."""
        wanted = ["Identifier", "Title", "Modified"]
        found = self._ask("catalogue", lambda: cbsodata.get_table_list(select=wanted, catalog_url=self.source))
        return entries_of(found)

    def table_entry(self, table_id: str) -> TableEntry:
        """What the table tells of itself."""
        resource = f"{table_id}/TableInfos"
        found = self._ask(resource, lambda: cbsodata.get_info(table_id, catalog_url=self.source))
        if found is None:
            raise CbsPermanent(f"{self.source}, {resource}: it is empty. Look the table up in the catalogue of CBS")
        return entry_of(found, f"{self.source}, {resource}")

    def columns(self, table_id: str) -> list[Column]:
        """Columns of a table, in one request."""
        return columns_of(self._meta(table_id, "DataProperties"))

    def regions(self, table_id: str, dimension: str, gemeenten: Sequence[str] | None) -> list[dict[str, Any]]:
        """Regions of a table, as Key and Title; one request per 10,000."""
        return self._limited(table_id, dimension, "Key", gemeenten, select=["Key", "Title"])

    def rows(self, table_id: str, dimension: str, gemeenten: Sequence[str] | None) -> list[dict[str, Any]]:
        """Rows of a table with all its columns; one request per 10,000."""
        return self._limited(table_id, "TypedDataSet", dimension, gemeenten)

    def members(self, table_id: str, dimension: str) -> list[dict[str, Any]]:
        """Members of a dimension that is not the region, as Key and Title."""
        return self._meta(table_id, dimension, select=["Key", "Title"])

    def cells(self, table_id: str, wanted: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
        """Rows of a table with these keys (as served, padding included) in these dimensions; no request asks for a page more."""
        return [row for filters in key_filters(wanted) for row in self._meta(table_id, "TypedDataSet", filters=filters)]

    def _limited(
        self, table_id: str, resource: str, column: str, gemeenten: Sequence[str] | None, **asked: Any
    ) -> list[dict[str, Any]]:
        if gemeenten is None:
            return self._meta(table_id, resource, **asked)
        return [
            row
            for filters in region_filters(column, gemeenten)
            for row in self._meta(table_id, resource, filters=filters, **asked)
        ]

    def _meta(self, table_id: str, resource: str, **asked: Any) -> list[dict[str, Any]]:
        # get_meta, also for the rows: get_data would fetch every resource and replace the codes by titles.
        return self._ask(
            f"{table_id}/{resource}", lambda: cbsodata.get_meta(table_id, resource, catalog_url=self.source, **asked)
        )

    def _ask(self, resource: str, call: Callable[[], Any]) -> Any:
        guard = PageGuard(self._session, self._manners, resource, self._count)
        with _steered(guard, self._manners.https):
            return call()

    def _count(self) -> None:
        self._requests += 1


def region_filters(column: str, gemeenten: Sequence[str]) -> Iterator[str]:
    """Filters that together hold every area of the municipalities, each short enough for one address.

    ``startswith`` because codes are padded, and because ``substringof('0153', ...)`` also finds BU02090153.
    """
    terms: list[str] = []
    for gemeente in gemeenten:
        own = [f"startswith({column},'{prefix}')" for prefix in prefixes(gemeente)]
        if terms and len(quote_plus(" or ".join(terms + own), safe=PLAIN)) > LONGEST_FILTER:
            yield " or ".join(terms)
            terms = []
        terms += own
    if terms:
        yield " or ".join(terms)


def key_filters(wanted: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Filters that together hold every combination of the keys, each short enough for one address and for one page."""
    if not all(wanted.values()):
        return
    terms = {
        column: " or ".join(f"{column} eq '{key.replace(QUOTE, 2 * QUOTE)}'" for key in keys) for column, keys in wanted.items()
    }
    text = " and ".join(f"({term})" for term in terms.values())
    if len(quote_plus(text, safe=PLAIN)) <= LONGEST_FILTER and prod(len(keys) for keys in wanted.values()) < PAGE:
        yield text
        return
    column = max((name for name in wanted if len(wanted[name]) > 1), key=lambda name: len(terms[name]), default=None)
    if column is None:
        raise ValueError(f"one key of each dimension is too long for an address: {text}")
    keys = wanted[column]
    for half in (keys[: len(keys) // 2], keys[len(keys) // 2 :]):
        yield from key_filters({**wanted, column: half})


@contextmanager
def _steered(guard: PageGuard, https: bool) -> Iterator[None]:
    """cbsodata while it asks through the guard; afterwards it is as it was for whoever else uses it."""
    with _STEERING:
        before = cbsodata.options.use_https, cbsodata3.Session
        cbsodata.options.use_https, cbsodata3.Session = https, lambda: guard
        try:
            yield
        finally:
            cbsodata.options.use_https, cbsodata3.Session = before
