"""Whether the drawn incidents show in numbers what the sample promises in words."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest

from ivz_assets.sample.hot_neighbourhoods import KINDS
from ivz_assets.sample.incidents import Rows, began_in, registered_in
from ivz_assets.sample.invented_areas import WONEN, areas
from ivz_assets.sample.patterns import day_number
from ivz_assets.sample.reference_data import klassen
from ivz_assets.sample.spatial_patterns import FEW_PEOPLE, HIGHEST_RATE
from ivz_assets.settings import Settings

SEED = 20260323


@cache
def year(number: int) -> Rows:
    """A year at full size, by begin date."""
    return np.concatenate([began_in(SEED, 1.0, number, month) for month in range(1, 13)])


def of(rows: Rows, **wanted: str) -> Rows:
    """The rows whose class has these properties."""
    listed = [all(getattr(klasse, name) == value for name, value in wanted.items()) for klasse in klassen()]
    return rows[np.array(listed)[rows["klasse"]]]


@pytest.mark.parametrize("number", [2015, 2019, 2023, 2025])
def test_about_sixty_thousand_a_year(number: int) -> None:
    spans = [(date(number, 1, 1), date(number, 12, 31))]
    assert len(next(registered_in(SEED, 1.0, spans))) == pytest.approx(60_000, rel=0.07)


def test_scale_is_proportional() -> None:
    assert len(began_in(SEED, 0.1, 2025, 6)) == pytest.approx(0.1 * len(began_in(SEED, 1.0, 2025, 6)), rel=0.12)


def test_burglary_falls_and_online_fraud_rises() -> None:
    burglary = [len(of(year(number), subcategorie="Woninginbraak")) for number in (2015, 2019, 2025)]
    assert burglary[0] > 1.2 * burglary[1] > 1.4 * burglary[2]
    fraud = [len(of(year(number), code="F600")) for number in (2015, 2019, 2025)]
    assert fraud[2] > 1.4 * fraud[1] > 1.7 * fraud[0]


def test_corona_lowers_burglary_and_nightlife_and_raises_nuisance() -> None:
    for subcategorie, low, high in (
        ("Woninginbraak", 0, 0.85),
        ("Zakkenrollerij", 0, 0.7),
        ("Horeca", 0, 0.7),
        ("Jeugdoverlast", 1.15, 2),
    ):
        ratio = len(of(year(2020), subcategorie=subcategorie)) / len(of(year(2019), subcategorie=subcategorie))
        assert low < ratio < high, subcategorie


def test_new_year_is_the_peak_of_fireworks() -> None:
    fireworks = of(year(2024), code="E36")
    peak = np.isin(fireworks["begin_dag"], [day_number(date(2024, 1, 1)), day_number(date(2024, 12, 31))])
    assert peak.mean() > 0.15
    first_hours = fireworks[fireworks["begin_dag"] == day_number(date(2024, 1, 1))]["begin_minuut"]
    assert (first_hours < 4 * 60).mean() > 0.5


def test_bicycles_vanish_overnight() -> None:
    bicycles = of(year(2024), code="A72")
    known = bicycles[(bicycles["begin_minuut"] > 0) & (bicycles["eind_minuut"] >= 0)]
    overnight = (known["begin_minuut"] >= 18 * 60) & (known["eind_dag"] == known["begin_dag"] + 1)
    assert 0.45 < overnight.mean() < 0.75
    assert (known["eind_minuut"][overnight] >= 6 * 60).mean() > 0.9


def test_nuisance_peaks_in_summer_weekends_and_burglary_in_the_dark() -> None:
    rows = np.concatenate([year(2023), year(2024)])
    month = rows["begin_dag"].astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12 + 1
    weekend = (rows["begin_dag"] + 3) % 7 >= 4
    nuisance = np.isin(rows["klasse"], np.unique(of(rows, code="E35")["klasse"]))
    summer = ((month == 7) & nuisance & weekend).sum()
    winter = ((month == 1) & nuisance & weekend).sum()
    assert summer > 2 * winter
    burglary = np.isin(rows["klasse"], np.unique(of(rows, code="A20")["klasse"]))
    assert (np.isin(month, (11, 12, 1)) & burglary).sum() > 1.3 * (np.isin(month, (4, 5, 6)) & burglary).sum()


def test_two_delays_and_late_registrations() -> None:
    rows = year(2024)
    registration = rows["registratie"] - rows["kennisname"]
    assert registration.min() == 0
    assert registration.max() == 14
    fraud = of(rows, code="F600")
    assert 10 < (fraud["kennisname"] - fraud["begin_dag"]).mean() < 40
    total = rows["registratie"] - rows["begin_dag"]
    assert 0.02 < (total > 30).mean() < 0.08
    assert total.min() >= 0
    assert total.max() < 365


def test_a_third_has_no_end_and_clean_rows_are_in_order() -> None:
    rows = year(2024)
    ended = rows["eind_dag"] >= 0
    assert 0.3 < 1 - ended.mean() < 0.4
    begin = rows["begin_dag"].astype(np.int64) * 1440 + np.maximum(rows["begin_minuut"], 0)
    end = rows["eind_dag"].astype(np.int64) * 1440 + rows["eind_minuut"]
    assert (end >= begin)[ended].all()
    assert (rows["kennisname"] >= rows["eind_dag"])[ended].mean() > 0.99


def test_points_only_for_the_allowed_classes_and_inside_the_region() -> None:
    rows = year(2025)
    allowed = np.array([klasse.xy_toegestaan for klasse in klassen()])
    assert allowed.sum() == 15
    assert ((rows["rd_x"] >= 0) == allowed[rows["klasse"]]).all()
    located = rows[rows["rd_x"] >= 0]
    box = Settings.model_fields
    for axis in ("rd_x", "rd_y"):
        assert located[axis].min() >= box[f"{axis}_min"].default
        assert located[axis].max() <= box[f"{axis}_max"].default


def test_cities_and_hot_neighbourhoods_have_higher_rates() -> None:
    where = areas(SEED, 1)
    counts = np.bincount(year(2025)["buurt"], minlength=len(where.buurt_code))

    def rate(code: str) -> float:
        own = where.gemeente_code == code
        return float(counts[own].sum() / where.inwoners[own].sum())

    assert rate("GM0153") > 2 * rate("GM0183")
    for place in where.hot:
        classes = [klasse.ruimte in KINDS[place.kind] for klasse in klassen()]
        of_kind = year(2025)["buurt"][np.array(classes)[year(2025)["klasse"]]]
        rates = np.bincount(of_kind, minlength=len(where.buurt_code)) / where.inwoners
        own = list(place.members)
        usual = np.median(rates[(where.gemeente_code == where.gemeente_code[own[0]]) & (where.soort == WONEN)])
        assert np.average(rates[own], weights=where.inwoners[own]) > 2 * usual


def test_no_neighbourhood_draws_more_than_the_highest_rate() -> None:
    where = areas(SEED, 1)
    share_of_people = where.inwoners / where.inwoners.sum()
    for name, cumulative in where.cumulative.items():
        rates = np.diff(cumulative, prepend=0) / share_of_people
        assert rates[where.inwoners >= FEW_PEOPLE].max() < 1.01 * HIGHEST_RATE, name
