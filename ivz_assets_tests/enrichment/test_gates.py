"""Every gate of the enrichment: data that only it is about are corrupted, and it alone stops them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ivz_assets.deliveries.ledger import GATE
from ivz_assets.enrichment import expectations, recompute, schema, stage
from ivz_assets.enrichment.workbook import Parsed
from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets.quality.stage import GateFailed
from ivz_assets_tests.enrichment.delivering import BUURTEN, Change, Region, counts, not_held


def woz(share: float = 1.0, value: float = 250) -> list[dict[str, Any]]:
    """An average that every neighbourhood has, for the first share of them."""
    areas = BUURTEN[: round(share * len(BUURTEN))]
    return [
        {"gebied_code": area, "periode": 2025, "indicator": "gemiddelde_woz_waarde", "waarde": value + number}
        for number, area in enumerate(areas)
    ]


def with_first(**changes: Any) -> Change:
    """Changes the first figure that was read, as a fault in reading it would."""
    return lambda parsed: replace(parsed, figures=(replace(parsed.figures[0], **changes), *parsed.figures[1:]))


def loaded(region: Region) -> int:
    """Figures in the raw table."""
    return int(region.store.rows("SELECT count(*) AS n FROM raw_enrichments")[0]["n"])


@pytest.mark.usefixtures("without_schema")
def test_what_is_just_within_the_limits_passes(region: Region) -> None:
    region.put(counts(2024, areas=BUURTEN[:20]))
    wrong = [{**row, "waarde": "veel"} for row in counts()[10:16]]
    sound = [*woz(share=0.5), *counts(factor=2.9, areas=BUURTEN[:10])]
    assert region.stopped_by([*sound, *wrong], with_first(waarde=5000.0)) == []
    assert loaded(region) == 20 + 25 + 6


def test_delivery_schema(region: Region) -> None:
    assert region.stopped_by(woz(), with_first(niveau="straat")) == ["raw_enrichments.niveau.isin"]
    assert loaded(region) == 0


def test_delivery_key(region: Region) -> None:
    def twice(parsed: Parsed) -> Parsed:
        return replace(parsed, figures=(*parsed.figures, parsed.figures[0]), aangeleverd=parsed.aangeleverd + 1)

    assert region.stopped_by(woz(), twice) == ["raw_enrichments.sleutel_uniek"]


def test_delivery_row_conservation(region: Region) -> None:
    lost: Change = lambda parsed: replace(parsed, figures=parsed.figures[1:])  # noqa: E731
    assert region.stopped_by(woz(), lost) == ["raw_enrichments.rijen_behouden"]
    assert loaded(region) == 0


@pytest.mark.usefixtures("without_schema")
def test_delivery_rejected(region: Region) -> None:
    wrong = [{**row, "waarde": "veel"} for row in counts()[:7]]
    assert region.stopped_by([*wrong, *counts()[7:]]) == ["raw_enrichments.aandeel_afgekeurd"]


@pytest.mark.usefixtures("without_schema")
def test_delivery_range(region: Region) -> None:
    assert region.stopped_by(woz(), with_first(waarde=5001.0)) == ["raw_enrichments.binnen_bereik"]


@pytest.mark.usefixtures("without_schema")
def test_delivery_age(region: Region) -> None:
    assert region.stopped_by(counts(2020)) == ["raw_enrichments.ouderdom"]


@pytest.mark.usefixtures("without_schema")
def test_delivery_areas(region: Region) -> None:
    assert region.stopped_by(woz(share=14 / 30)) == ["raw_enrichments.aandeel_gebieden"]


@pytest.mark.usefixtures("without_schema")
def test_delivery_ratio(region: Region) -> None:
    region.put(counts(2024))
    assert region.stopped_by(counts(2025, factor=3.2)) == ["raw_enrichments.verhouding"]


def test_rejected_figures_of_a_small_delivery_stop_it_only_when_they_are_all(region: Region) -> None:
    wrong = {**counts()[0], "waarde": "veel"}
    assert region.profile("levering", [wrong]) == [("Gemeente Enschede", 1.0)]
    assert region.profile("levering", [wrong, *counts()[1:4]]) == [("Gemeente Enschede", 0.0)]


def test_a_correction_of_a_few_areas_is_judged_with_what_was_there(region: Region) -> None:
    region.put(woz())
    expected = [("Gemeente Enschede", "gemiddelde_woz_waarde", "buurt", "2025", 1.0)]
    assert region.profile("gebieden", woz(share=0.1)) == expected


def test_areas_of_a_count_are_compared_with_the_period_before(region: Region) -> None:
    region.put(counts(2024, areas=BUURTEN[:20]))
    expected = [("Gemeente Enschede", "jeugdhulp", "buurt", "2025", 0.45)]
    assert region.profile("gebieden", counts(2025, areas=BUURTEN[:9])) == expected


def test_a_count_of_which_only_the_areas_with_any_are_listed_may_vary(region: Region) -> None:
    region.put(counts(2024, areas=BUURTEN[:14]))
    expected = [("Gemeente Enschede", "jeugdhulp", "buurt", "2025", 1.0)]
    assert region.profile("gebieden", counts(2025, areas=BUURTEN[:2])) == expected


def test_a_ratio_is_to_the_same_supplier_and_over_enough_areas(region: Region) -> None:
    region.put(counts(2024))
    assert region.profile("perioden", counts(2025, factor=3), leverancier="Woningcorporatie") == []
    assert region.profile("perioden", counts(2025, factor=3)[:9]) == []
    assert region.profile("perioden", counts(2025, factor=3)) == [("Gemeente Enschede", "jeugdhulp", "2025", 3.0)]


def test_a_percentage_lies_between_0_and_100_whatever_the_catalogue_says(region: Region) -> None:
    region.put(counts())
    region.store.connection.execute("UPDATE raw_enrichments SET eenheid = 'procent', waarde = 100")
    region.store.connection.execute("UPDATE raw_enrichments SET waarde = 101 WHERE rij IN (2, 3, 4)")
    figures = region.store.ibis.sql(region.made("municipal_enrichments"))
    profile = expectations.figure_profiles(figures, recompute.indicators(region.store))["cijfers"].frame
    assert profile[["leverancier", "indicator", "aandeel_buiten_bereik"]].values.tolist() == [
        ["Gemeente Enschede", "jeugdhulp", 0.1]
    ]


@pytest.mark.usefixtures("without_schema")
def test_a_person_lets_the_cell_of_a_supplier_through_and_no_other(region: Region) -> None:
    region.put([*counts(2024), *counts(2024, indicator="wmo_voorzieningen")])
    # What the intake does beside a file that failed, so that a person can decide about it.
    region.store.connection.execute(
        "INSERT INTO gate_results VALUES ('raw_enrichments', 99, 'expectations', false, 'proef', now()::TIMESTAMP, ?)",
        [
            '[{"verwachting": "raw_enrichments.verhouding", "kolom": "verhouding", "cellen": [{"leverancier": '
            '"Gemeente Enschede", "indicator": "jeugdhulp", "periode": "2025", "verhouding": "3.2"}]}]'
        ],
    )
    until = region.settings.current_date()
    region.ledger.decide(region.settings.now(), GATE, "raw_enrichments.verhouding", "nieuwe telling", until=until)
    both = [*counts(2025, factor=3.2), *counts(2025, factor=3.2, indicator="wmo_voorzieningen")]
    with pytest.raises(GateFailed) as stopped:
        region.load(both)
    (finding,) = [item for verdict in stopped.value.verdicts for item in verdict.bevindingen]
    assert finding.verwachting == "raw_enrichments.verhouding"
    assert [cell["indicator"] for cell in finding.cellen] == ["wmo_voorzieningen"]


# The stage: what cannot come through the intake is changed in raw, as damage would


@pytest.mark.usefixtures("without_schema")
def test_stage_range(region: Region) -> None:
    region.put(counts())
    region.store.connection.execute("UPDATE raw_enrichments SET waarde = 50001 WHERE rij = 2")
    assert not_held(region.build().verdicts) == ["municipal_enrichments.binnen_bereik"]
    assert not region.store.exists("municipal_enrichments")


@pytest.mark.usefixtures("without_schema")
def test_stage_row_conservation(region: Region) -> None:
    region.put(counts())
    region.store.connection.execute("UPDATE deliveries SET rijen = rijen + 1")
    assert not_held(region.build().verdicts) == ["enrichment_accounts.rijen_behouden"]


def test_stage_figures_are_those_of_the_accounts(region: Region) -> None:
    region.put(counts())
    tables = recompute.tables(region.store, region.ledger, region.settings)
    found = {str(model.name): expression for model, expression in tables}
    lost = found["municipal_enrichments"].limit(29)
    assert stage.row_conservation(found["enrichment_accounts"], found["municipal_enrichments"]).passed
    assert not_held([stage.row_conservation(found["enrichment_accounts"], lost)]) == ["enrichment_accounts.rijen_behouden"]


def test_stage_schema_of_the_figures(region: Region) -> None:
    region.put(counts())
    region.store.connection.execute("UPDATE raw_enrichments SET eenheid = NULL WHERE rij = 2")
    assert not_held(region.build().verdicts) == ["municipal_enrichments.eenheid.not_nullable"]


@pytest.mark.parametrize(
    ("name", "damage", "expectation"),
    [
        ("enrichment_quarantine", "UPDATE raw_enrichments SET regels = 'Fout!' WHERE rij = 32", "regels.str_matches"),
        ("enrichment_accounts", "UPDATE deliveries SET rijen = -1", "rijen.greater_than_or_equal_to"),
        ("enrichment_rule_counts", "UPDATE raw_enrichment_problems SET ernst = 'erg'", "ernst.isin"),
    ],
)
def test_stage_schema_of_the_tables_beside_it(region: Region, name: str, damage: str, expectation: str) -> None:
    region.put([*counts(), {**counts()[0], "gebied_code": "BU01539999"}])
    model = getattr(schema, name.upper())

    def judged() -> list[str]:
        with region.store.transaction():
            staged = region.store.stage(model, region.store.ibis.sql(region.made(name)))
            return not_held([schema_gate(staged, model)])

    assert judged() == []
    region.store.connection.execute(damage)
    assert judged() == [f"{name}.{expectation}"]
