"""The gates on what is made from raw: each expectation is broken once, and it alone speaks; the old version stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import pytest

from ivz_assets.dashboard import recompute as dashboard_recompute
from ivz_assets.dashboard import stage as dashboard_stage
from ivz_assets.dashboard import transform as dashboard_transform
from ivz_assets.deliveries.ledger import GATE, Ledger
from ivz_assets.quality.stage import remember
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.weekmonitor import recompute, stage, transform
from ivz_assets_tests.quality.workshop import Workshop, failed, names, opened
from ivz_assets_tests.warehouse.region import TODAY, Region, fingerprint, in_copy

# What the fixtures of this page make is dear: one worker makes it once.
pytestmark = pytest.mark.xdist_group("stage_gates")

WEEK = "DATE '2026-03-09'"
IN_WEEK = f"datum_registratie BETWEEN {WEEK} AND {WEEK} + 6"
LUCK = "(hash(incident_hash, volgnummer) % 100)"


@pytest.fixture(scope="module")
def shop(region: Region, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """The region with three times its incidents (so that every expectation has enough to judge), and no fireworks."""
    with pytest.MonkeyPatch.context() as patch:
        settings = in_copy(region.after, tmp_path_factory.mktemp("gates"), patch)
        with opened(settings) as found:
            recompute.placed_rows(found.store, Ledger(found.store), settings)
            found.store.connection.execute(
                "CREATE TEMP TABLE ruim AS SELECT * REPLACE (volgnummer + 10 * n AS volgnummer) FROM incidents, range(3) AS t(n) "
                "WHERE subcategorie <> 'Vuurwerk'"
            )
            found.store.connection.execute("ALTER TABLE ruim DROP COLUMN n")
            yield found


def judged(shop: Workshop, *changes: str, allowed_until: Any = None) -> list[Verdict]:
    """The verdicts of the weekmonitor's gates on the incidents after these changes; everything is undone afterwards."""
    store = shop.store
    store.connection.execute("BEGIN")
    try:
        store.connection.execute("CREATE OR REPLACE TEMP TABLE veranderd AS FROM ruim")
        store.connection.execute("CREATE OR REPLACE TEMP TABLE rekening AS FROM delivery_accounts")
        for change in changes:
            store.connection.execute(change)
        staged = {
            "incidents": store.ibis.table("veranderd", database=("temp", "main")),
            "incident_locations": store.ibis.table("incident_locations"),
            "delivery_accounts": store.ibis.table("rekening", database=("temp", "main")),
        }
        ledger = Ledger(store)
        if allowed_until:
            # What is let through are the cells that stopped before: the same judgement, remembered.
            stopped = stage.judge(store, ledger, shop.settings, staged)
            remember(store, stopped, store.next_version(), "proef", shop.settings.now())
            ledger.decide(
                shop.settings.now(), GATE, "incidents.volume_zelfde_week", "staking", who="analist", until=allowed_until
            )
        return stage.judge(store, ledger, shop.settings, staged)
    finally:
        store.connection.execute("ROLLBACK")


def test_the_unchanged_incidents_pass_with_every_expectation_judged(shop: Workshop) -> None:
    verdicts = judged(shop)
    assert failed(verdicts) == {}
    assert {f"{item.tabel}.{item.controle}": item.beoordeeld for item in verdicts}["incidents.expectations"] >= 12


UNKNOWN = f"UPDATE veranderd SET buurt_code = 'BU' || gemeente_code[3:] || 'XXXX' WHERE {IN_WEEK} AND {LUCK} < 40"
# Evenly over the municipalities: by chance a small one would lose nearly everything, of which another expectation speaks.
FEWER = f"""
DELETE FROM veranderd WHERE (incident_hash, volgnummer) IN (
    SELECT (incident_hash, volgnummer) FROM veranderd WHERE {IN_WEEK}
    QUALIFY row_number() OVER (PARTITION BY gemeente_code ORDER BY incident_hash, volgnummer) % 10 >= 3
)
"""
MORE = f"""
INSERT INTO veranderd SELECT * EXCLUDE (n) REPLACE (volgnummer + 100 * n AS volgnummer)
FROM veranderd, range(1, 3) AS t(n) WHERE {IN_WEEK} AND (n = 1 OR {LUCK} < 60)
"""
RARE = f"""
SELECT subcategorie FROM veranderd WHERE datum_registratie >= DATE '2025-09-08'
AND subcategorie IN (SELECT subcategorie FROM veranderd WHERE {IN_WEEK}) GROUP BY ALL ORDER BY count(*), subcategorie LIMIT 1
"""
JUMP = f"""
INSERT INTO veranderd SELECT * EXCLUDE (n) REPLACE (volgnummer + 1000 + n AS volgnummer)
FROM (SELECT * FROM veranderd WHERE {IN_WEEK} AND subcategorie = ({RARE}) LIMIT 1), range(60) AS t(n)
"""
FUTURE = """
UPDATE veranderd SET datum_voorval = DATE '2026-04-05' WHERE incident_hash = (SELECT min(incident_hash) FROM veranderd)
"""


@pytest.mark.parametrize(
    ("expectation", "change", "limit"),
    [
        ("geen_gat_in_registratieweken", "DELETE FROM beurten WHERE datum = DATE '2026-02-04'", "hoogstens 0"),
        ("aandeel_onbekende_buurt", UNKNOWN, "hoogstens 0.08"),
        ("verdeling_dagdeel", f"UPDATE veranderd SET dagdeel = 'nacht' WHERE {IN_WEEK}", "hoogstens 0.65"),
        ("volume_zelfde_week", FEWER, "0.55 tot en met 1.8"),
        ("volume_zelfde_week", MORE, "0.55 tot en met 1.8"),
        ("sprong_in_klasse", JUMP, "hoogstens 4"),
        ("elke_gemeente_aanwezig", "DELETE FROM veranderd WHERE gemeente_code = 'GM0168'", "minstens 1"),
        ("niet_in_toekomst", FUTURE, "hoogstens 0"),
    ],
    ids=["gap", "unknown", "part of day", "fewer", "more", "jump", "municipality", "future"],
)
def test_each_expectation_on_the_incidents_speaks_alone(shop: Workshop, expectation: str, change: str, limit: str) -> None:
    verdicts = judged(shop, change)
    assert set(failed(verdicts)) == {"incidents.expectations"}
    (finding,) = failed(verdicts)["incidents.expectations"]
    assert finding.verwachting == f"incidents.{expectation}"
    assert finding.grens == limit
    assert finding.waargenomen.endswith("cellen")
    assert 1 <= len(finding.cellen) <= 20
    assert len(finding.verwijzingen) <= 20
    assert all(set(item) == {"levering_id", "rij"} for item in finding.verwijzingen)
    if expectation not in ("elke_gemeente_aanwezig",):
        assert finding.verwijzingen


def test_no_incident_at_all_fails(shop: Workshop) -> None:
    found = names(judged(shop, "DELETE FROM veranderd"))
    assert "incidents.elke_gemeente_aanwezig" in found
    assert "incidents.datum.gevuld" in found


@pytest.mark.parametrize("status", ["incident", "quarantaine", "vervangen"])
def test_a_row_with_no_status_or_two_is_found(shop: Workshop, status: str) -> None:
    verdicts = judged(shop, f"UPDATE rekening SET {status} = {status} + 1 WHERE levering_id LIKE '2026-W10%'")
    assert set(failed(verdicts)) == {"delivery_accounts.row_conservation"}
    (finding,) = failed(verdicts)["delivery_accounts.row_conservation"]
    assert finding.waargenomen == "1 leveringen tellen niet op"
    assert [item["levering_id"][:8] for item in finding.verwijzingen] == ["2026-W10"]


def test_a_person_lets_one_expectation_through_until_a_day(shop: Workshop) -> None:
    passed = judged(shop, FEWER, allowed_until=TODAY)
    assert failed(passed) == {}
    (told,) = [text for item in passed for text in item.doorgelaten]
    assert told.startswith("incidents.volume_zelfde_week, week_maandag 2026-03-09: ")
    assert told.endswith("doorgelaten door analist tot en met 2026-03-23: staking")
    assert names(judged(shop, FEWER, allowed_until=TODAY.replace(day=22))) == ["incidents.volume_zelfde_week"]
    other = judged(shop, FEWER, "DELETE FROM veranderd WHERE gemeente_code = 'GM0168'", allowed_until=TODAY)
    assert names(other) == ["incidents.elke_gemeente_aanwezig"]


# The dashboard


def dashboard_judged(shop: Workshop, change: str) -> list[Verdict]:
    """The verdict of the dashboard's suite on its counts after this change."""
    store = shop.store
    store.connection.execute("CREATE OR REPLACE TEMP TABLE tellingen AS FROM dashboard_incident_counts")
    store.connection.execute(change)
    staged = {name: store.ibis.table(name) for name in ("dim_gebied", "dim_klasse")}
    return dashboard_recompute.judge(
        store, shop.settings, {**staged, "dashboard_incident_counts": store.ibis.table("tellingen", database=("temp", "main"))}
    )


ONE = "WHERE rowid = 77"


@pytest.mark.parametrize(
    ("expectations", "change"),
    [
        ([], "SELECT 1"),
        (
            ["alle_niveaus"],
            "DELETE FROM tellingen WHERE datumbasis = 'voorgevallen' AND gebied_niveau = 'wijk' AND periode_soort = 'maand' "
            "AND klasse_niveau = 'klasse'",
        ),
        (["totalen_gelijk"], f"UPDATE tellingen SET aantal = aantal + 1, aantal_misdrijven = aantal_misdrijven + 1 {ONE}"),
        (["misdrijf_en_incident"], f"UPDATE tellingen SET aantal_incidenten = aantal_incidenten + 1 {ONE}"),
        (["pogingen"], f"UPDATE tellingen SET aantal_pogingen = aantal + 1 {ONE}"),
        (["sleutels_bekend"], f"UPDATE tellingen SET gebied_sleutel = 'BU99999999' {ONE}"),
        (["sleutels_bekend"], f"UPDATE tellingen SET klasse_sleutel = 'Q999' {ONE}"),
    ],
)
def test_each_expectation_on_the_dashboard_speaks_alone(shop: Workshop, expectations: list[str], change: str) -> None:
    verdicts = dashboard_judged(shop, change)
    assert names(verdicts) == [f"dashboard_incident_counts.{name}" for name in expectations]
    for finding in verdicts[0].bevindingen:
        assert finding.waargenomen
        assert finding.uitleg


def test_no_counts_at_all_fail(shop: Workshop) -> None:
    assert "dashboard_incident_counts.totalen.gevuld" in names(dashboard_judged(shop, "DELETE FROM tellingen"))


# A whole attempt: the old version stays


def test_a_bad_value_in_the_incidents_is_stopped_by_their_schema(full: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = transform.incidents
    before = {name: fingerprint(full.store.connection, name) for name in ("incidents", "quarantine", "delivery_accounts")}
    version = full.store.version("incidents").versie

    def spoiled(rows: Any) -> Any:
        found = whole(rows)
        return found.mutate(
            soort=ibis.ifelse(found.rij == 5, "overtreding", found.soort),
            gemeente_code=found.gemeente_code.nullif("GM0153"),
        )

    monkeypatch.setattr(transform, "incidents", spoiled)
    outcome = stage.build(full.store, full.settings, "slechte-run")
    assert not outcome.passed
    assert set(failed(outcome.verdicts)) == {"incidents.schema"}
    found = {finding.kolom: finding for finding in failed(outcome.verdicts)["incidents.schema"]}
    assert set(found) == {"soort", "gemeente_code"}
    assert found["soort"].verwachting == "incidents.soort.isin"
    assert found["gemeente_code"].verwachting == "incidents.gemeente_code.not_nullable"
    assert {item["rij"] for item in found["soort"].verwijzingen} == {"5"}
    assert len(found["gemeente_code"].verwijzingen) == 20
    assert "overtreding" not in str(outcome.verdicts)
    assert {name: fingerprint(full.store.connection, name) for name in before} == before
    assert full.store.version("incidents").versie == version
    tried = [item for item in full.store.versions() if item.run_id == "slechte-run"]
    assert {item.tabel for item in tried if not item.goedgekeurd} >= {"incidents", "quarantine", "rule_counts"}
    (protected,) = (full.settings.protected_folder / "gates" / "slechte-run").iterdir()
    assert "overtreding" in protected.read_text(encoding="utf-8")
    assert protected.stat().st_mode & 0o777 == 0o600


def test_a_bad_count_is_stopped_by_the_schema_of_the_dashboard(full: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = dashboard_transform.dashboard_incident_counts
    before = fingerprint(full.store.connection, "dashboard_incident_counts")

    def spoiled(*arguments: Any) -> Any:
        found = whole(*arguments)
        return found.mutate(aantal_pogingen=ibis.ifelse(found.periode == "2026-03", -1, found.aantal_pogingen).cast("int32"))

    monkeypatch.setattr(dashboard_transform, "dashboard_incident_counts", spoiled)
    outcome = dashboard_stage.build(full.store, full.settings, "slechte-run")
    assert set(failed(outcome.verdicts)) == {"dashboard_incident_counts.schema"}
    assert names(outcome.verdicts) == ["dashboard_incident_counts.aantal_pogingen.greater_than_or_equal_to"]
    assert fingerprint(full.store.connection, "dashboard_incident_counts") == before
