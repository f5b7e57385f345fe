"""Two streams in one ledger: each sees its own deliveries, and a decision reaches only the one it is about."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from ivz_assets.deliveries import landing
from ivz_assets.deliveries.ledger import WITHDRAWN, DeliveryFacts, Ledger, UnknownSubject, toestand
from ivz_assets.deliveries.streams import DELIVERY_ID, ENRICHMENT, WEEKMONITOR, stream_of
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

SHA = "ab" * 32
AT = datetime(2026, 3, 20, 9)


def facts(levering_id: str) -> DeliveryFacts:
    """A delivery of one row."""
    return DeliveryFacts(
        levering_id=levering_id, volgorde=1, bestand="x.xlsx", sha256=SHA, bytes=1, geleverd_op=AT, ingelezen_op=AT,
        soort="week", week="2026-W12", dekking_van=date(2026, 3, 16), dekking_tot=date(2026, 3, 22), rijen=1,
        eerste_registratie=None, laatste_registratie=None, blad="Blad1", overgeslagen="{}", xy_verwijderd=0, run_id="test",
    )  # fmt: skip


def test_streams_do_not_see_each_other() -> None:
    store = Store(duckdb.connect())
    police, partners = Ledger(store), Ledger(store, ENRICHMENT)
    police.add(facts("2026-W12-ababababab"))
    assert partners.deliveries() == []
    assert partners.by_sha256(SHA) is None
    assert partners.new_id("V2026-03-20", SHA) == "V2026-03-20-ababababab"
    partners.add(facts("V2026-03-20-ababababab"))
    assert [item.levering_id for item in police.deliveries()] == ["2026-W12-ababababab"]
    assert [item.levering_id for item in partners.deliveries()] == ["V2026-03-20-ababababab"]
    with pytest.raises(UnknownSubject, match="there is no delivery"):
        police.decide(AT, WITHDRAWN, "V2026-03-20-ababababab", "fout")
    partners.decide(AT, WITHDRAWN, "V2026-03-20-ababababab", "fout")
    assert [toestand(item) for item in police.state()] == ["geladen"]
    assert [toestand(item) for item in partners.state()] == ["teruggetrokken"]
    assert partners.new_id("V2026-03-20", SHA) == "V2026-03-20-ababababab-2"


def test_a_ledger_from_before_there_were_streams_is_the_weekmonitors() -> None:
    store = Store(duckdb.connect())
    Ledger(store).add(facts("2026-W12-ababababab"))
    store.connection.execute("ALTER TABLE deliveries DROP COLUMN stroom")
    assert [item.levering_id for item in Ledger(store).deliveries()] == ["2026-W12-ababababab"]
    assert Ledger(store, ENRICHMENT).deliveries() == []


@pytest.mark.parametrize(
    ("identifier", "stream"),
    [
        ("2026-W12-ababababab", WEEKMONITOR),
        ("2026-W12-ababababab-2", WEEKMONITOR),
        ("V2026-03-20-0123456789", ENRICHMENT),
        ("V2026-03-20-0123456789-3", ENRICHMENT),
    ],
)
def test_ids_tell_their_stream(identifier: str, stream: str) -> None:
    assert DELIVERY_ID.match(identifier)
    assert stream_of(identifier) == stream


def test_an_expectation_is_no_id() -> None:
    assert DELIVERY_ID.match("incidents.week_volume") is None
    assert DELIVERY_ID.match("V2026-03-20-0123") is None


def test_each_stream_has_its_landing_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    landing.prepare(settings)
    (settings.landing_folder / "week.xlsx").write_bytes(b"1")
    (settings.enrichment_landing_folder / "cijfers.xlsx").write_bytes(b"2")
    assert [path.name for path in landing.waiting(settings)] == ["week.xlsx"]
    assert [path.name for path in landing.waiting(settings, ENRICHMENT)] == ["cijfers.xlsx"]
    assert settings.enrichment_landing_folder.stat().st_mode & 0o077 == 0
