"""The usual way, part 3: the same pandera models and Great Expectations suites, on pandas frames."""

from __future__ import annotations

import os

import pandas as pd

DELIVERY = r"^\d{4}-W\d{2}-[0-9a-f]{10}$"
LEVELS = ["datumbasis", "gebied_niveau", "periode_soort", "klasse_niveau"]
WEEK = pd.Timedelta(weeks=1)


class CheckFailed(Exception):
    """A check did not hold."""


def models() -> dict[str, object]:
    """Per table its pandera schema: types, keys, nullability, allowed values and patterns."""
    import pandera.pandas as pa

    def text(*checks: object, nullable: bool = False) -> pa.Column:
        return pa.Column(object, list(checks), nullable=nullable)

    def whole(kind: str = "int32", least: int = 0) -> pa.Column:
        return pa.Column(kind, pa.Check.ge(least))

    def moment(nullable: bool = False) -> pa.Column:
        return pa.Column("datetime64[us]", nullable=nullable)

    match, isin = pa.Check.str_matches, pa.Check.isin
    delivery, row = text(match(DELIVERY)), whole("int32", 1)
    raw_texts = {name: text(nullable=True) for name in RAW_TEXTS}
    truth = pa.Column("boolean", nullable=True)
    return {
        "raw_weekmonitor": pa.DataFrameSchema(
            {
                "levering_id": delivery, "blad": text(), "rij": row, **raw_texts,
                "xy_status": text(isin(["geen", "bewaard", "verwijderd"])),
            },
            unique=["levering_id", "rij"], strict=True,
        ),
        "incidents": pa.DataFrameSchema(
            {
                "incident_hash": text(match(r"^[0-9a-f]{64}$")), "volgnummer": row, "levering_id": delivery, "rij": row,
                "maatschappelijke_klasse": text(), "subcategorie": text(), "categorie": text(),
                "soort": text(isin(["misdrijf", "incident"])),
                "buurt_code": text(match(r"^BU[0-9X]{8}$")),
                "buurt_bepaling": text(isin(["gemeten", "omgezet", "geschat", "onbekend"])),
                "buurt_code_geleverd": text(nullable=True),
                "gemeente_code": text(match(r"^GM[0-9X]{4}$")), "binnen_regio": pa.Column(bool), "datum_registratie": moment(),
                "datum_kennisname": moment(nullable=True), "datum_voorval": moment(), "begin_tijdstip": moment(nullable=True),
                "eind_tijdstip": moment(nullable=True),
                "dagdeel": text(isin(["nacht", "ochtend", "middag", "avond"]), nullable=True),
                "aangifte": truth, "poging": truth, "projectcode": text(nullable=True), "kenmerken": text(nullable=True),
            },
            unique=["incident_hash", "volgnummer"], strict=True,
        ),
        "quarantine": pa.DataFrameSchema(
            {"levering_id": delivery, "blad": text(), "rij": row, "regels": text(match(r"^[a-z_]+( [a-z_]+)*$")), **raw_texts},
            unique=["levering_id", "rij"], strict=True,
        ),
        "dashboard_incident_counts": pa.DataFrameSchema(
            {
                "datumbasis": text(isin(["voorgevallen", "geregistreerd"])),
                "gebied_niveau": text(isin(["buurt", "wijk", "gemeente", "regio"])),
                "gebied_sleutel": text(), "periode_soort": text(isin(["week", "maand", "jaar"])),
                "periode": text(match(r"^\d{4}(-W?\d{2})?$")),
                "periode_begin": pa.Column("datetime64[ns]"),
                "klasse_niveau": text(isin(["klasse", "subcategorie", "categorie"])),
                "klasse_sleutel": text(), "aantal": whole(least=1), "aantal_misdrijven": whole(), "aantal_incidenten": whole(),
                "aantal_pogingen": whole(), "aantal_aangiften": whole(), "aantal_omgezet": whole(),
            },
            unique=["datumbasis", "gebied_sleutel", "periode", "klasse_sleutel"], strict=True,
        ),
        "dim_gebied": pa.DataFrameSchema({"gebied_sleutel": text()}, unique=["gebied_sleutel"]),
        "dim_datum": pa.DataFrameSchema({"week_sleutel": text(match(r"^\d{4}-W\d{2}$"))}, unique=["datum"]),
        "dim_klasse": pa.DataFrameSchema({"klasse_sleutel": text()}, unique=["klasse_sleutel"]),
    }  # fmt: skip


RAW_TEXTS = (
    "maatschappelijke_klasse", "maatschappelijke_klasse_omschrijving", "buurt_code", "buurt_naam", "plaatsnaam",
    "datum_registratie", "datum_kennisname", "begindatum", "begintijd", "einddatum", "eindtijd", "dagdeel", "aangifte",
    "poging", "projectcode", "locatie_xy",
)  # fmt: skip


def check_model(name: str, frame: pd.DataFrame) -> None:
    """Every row of a frame against its pandera model."""
    models()[name].validate(frame, lazy=True)  # type: ignore[attr-defined]


def check_suite(name: str, frame: pd.DataFrame, limits: dict[str, tuple[float | None, float | None]]) -> None:
    """A Great Expectations suite: every column between its limits and filled.

    Raises:
        CheckFailed: one is not.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import great_expectations.expectations as gxe

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    suite = gx.ExpectationSuite(name=name)
    for column, (low, high) in limits.items():
        suite.add_expectation(gxe.ExpectColumnValuesToBeBetween(column=column, min_value=low, max_value=high))
        suite.add_expectation(gxe.ExpectColumnValuesToNotBeNull(column=column))
    batch = context.data_sources.add_pandas(name).add_dataframe_asset(name).add_batch_definition_whole_dataframe(name)
    result = batch.get_batch(batch_parameters={"dataframe": frame}).validate(suite)
    if frame.empty or not result.success:
        raise CheckFailed(f"{name}: {[item.expectation_config.kwargs for item in result.results if not item.success]}")


def check_delivery(rows: pd.DataFrame) -> None:
    """Shares of a delivery's rows that can be read."""
    reasons = rows["redenen"].fillna("")
    frame = pd.DataFrame(
        {
            "rijen": [len(rows)],
            "registratiedatum": 1 - reasons.str.contains("registratiedatum_").mean(),
            "in_dekking": rows["datum_registratie"].between(rows["dekking_van"], rows["dekking_tot"]).mean(),
            "klasse": 1 - reasons.str.contains("klasse_").mean(),
            "begindatum": rows["begindatum"].notna().mean(),
            "buurt": (rows["buurt_bepaling"] != "onbekend").mean(),
            "afgekeurd": rows["redenen"].notna().mean(),
        }
    )
    limits = {"registratiedatum": (0.95, None), "in_dekking": (0.9, None), "klasse": (0.95, None), "begindatum": (0.95, None)}
    check_suite("levering", frame, {"rijen": (1, None), **limits, "buurt": (0.8, None), "afgekeurd": (None, 0.03)})


def check_incidents(incidents: pd.DataFrame, deliveries: pd.DataFrame, gemeenten: pd.Series, today: pd.Timestamp) -> None:
    """Weeks, volume, jumps, municipalities and dates, as a careful analyst looks at them."""
    rows = incidents[incidents["binnen_regio"]]
    week = rows["datum_registratie"] - pd.to_timedelta(rows["datum_registratie"].dt.dayofweek, unit="D")
    rows = rows.assign(week=week, onbekend=rows["buurt_code"].str.endswith("XXXX"))
    spans = zip(deliveries["dekking_van"], deliveries["dekking_tot"], strict=True)
    days = pd.Series(sorted({day for first, last in spans for day in pd.date_range(first, last)}))
    covered = days.groupby(days - pd.to_timedelta(days.dt.dayofweek, unit="D")).nunique()
    last = today.normalize() - pd.Timedelta(days=today.dayofweek + 7)
    first = last - 25 * WEEK
    weeks = pd.DataFrame({"dagen": covered})
    weeks["onbekend"] = rows.groupby("week")["onbekend"].mean()
    weeks["dagdeel"] = rows.groupby("week")["dagdeel"].agg(lambda part: part.value_counts(normalize=True).max())
    check_suite(
        "week", weeks.loc[first:last].reset_index(), {"dagen": (7, None), "onbekend": (None, 0.08), "dagdeel": (None, 0.65)}
    )
    whole = covered.index[covered == 7]
    per_week = rows[rows["week"].isin(whole)].groupby("week").size().rename("aantal").reset_index()
    earlier = _earlier(per_week, [])
    means = earlier.groupby("week")["aantal_eerder"].mean().rename("verwacht").reset_index()
    total = per_week.merge(means, on="week")
    total = total[total["week"].between(first, last) & (total["verwacht"] >= 100)]
    check_suite("volume", total.assign(verhouding=total["aantal"] / total["verwacht"]), {"verhouding": (0.55, 1.8)})
    per_class = rows[rows["week"].isin(whole)].groupby(["week", "subcategorie"]).size().rename("aantal").reset_index()
    per_class["eigen"] = per_class.groupby("subcategorie")["aantal"].transform(
        lambda count: count.shift().rolling(26, min_periods=1).mean()
    )
    # A year that lacks the week itself says nothing of its peak; New Year's Eve lies in week 52, 53 or 1
    years = earlier.loc[(earlier["nummer"] == earlier["nummer_eerder"]) | (earlier["nummer"] == 53), ["week", "jaar_eerder"]]
    years = years.drop_duplicates()
    peaks = _earlier(per_class, ["subcategorie"]).merge(years, on=["week", "jaar_eerder"])
    peaks = peaks.groupby(["week", "subcategorie", "jaar_eerder"])["aantal_eerder"].max()
    peaks = peaks.groupby(["week", "subcategorie"]).sum().rename("pieken").reset_index()
    per_class = per_class.merge(years.groupby("week").size().rename("jaren").reset_index(), on="week")
    per_class = per_class.merge(peaks, on=["week", "subcategorie"], how="left")
    per_class["verwacht"] = per_class["pieken"].fillna(0) / per_class["jaren"]
    level = per_class[["eigen", "verwacht"]].max(axis=1).clip(lower=1)
    judged = per_class.assign(sprong=per_class["aantal"] / level)
    judged = judged[judged["week"].between(first, last) & (judged["aantal"] >= 50)]
    check_suite("subcategorie", judged, {"sprong": (None, 4)})
    recent = rows[rows["datum_registratie"] > rows["datum_registratie"].max() - pd.Timedelta(days=91)][
        "gemeente_code"
    ].value_counts()
    check_suite("gemeente", gemeenten.to_frame("gemeente").assign(recent=gemeenten.map(recent).fillna(0)), {"recent": (1, None)})
    late = (incidents["datum_registratie"] > today) | (incidents["datum_voorval"] > today)
    check_suite("datum", late.groupby(incidents["levering_id"]).sum().rename("toekomst").reset_index(), {"toekomst": (None, 0)})


def _earlier(counted: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Each count beside those of the same week and its neighbours in earlier years (suffix ``_eerder``)."""
    iso = counted["week"].dt.isocalendar()
    counted = counted.assign(jaar=iso["year"].astype(int), nummer=iso["week"].astype(int))
    if key:
        pairs = counted.merge(counted, on=key, suffixes=("", "_eerder"))
    else:
        pairs = counted.merge(counted, how="cross", suffixes=("", "_eerder"))
    distance = (pairs["nummer"] - pairs["nummer_eerder"]).abs()
    return pairs[(pairs["jaar_eerder"] < pairs["jaar"]) & ((distance <= 1) | (distance >= 51))]


def check_counts(counts: pd.DataFrame, incidents: pd.DataFrame, dim_gebied: pd.DataFrame, dim_klasse: pd.DataFrame) -> None:
    """Every combination of levels adds up to the incidents of the region, and every key has its dimension."""
    totals = counts.groupby(LEVELS)[["aantal", "aantal_misdrijven", "aantal_incidenten"]].sum().reset_index()
    totals["verschil"] = totals["aantal"] - int(incidents["binnen_regio"].sum())
    totals["gesplitst"] = totals["aantal"] - totals["aantal_misdrijven"] - totals["aantal_incidenten"]
    too_many = counts["aantal_pogingen"] > counts["aantal"]
    totals["pogingen"] = int(too_many.sum())
    if len(totals) != 72:
        raise CheckFailed(f"{len(totals)} combinations of levels instead of 72")
    check_suite("totalen", totals, {"verschil": (0, 0), "gesplitst": (0, 0), "pogingen": (0, 0)})
    orphans = [
        (~pd.Series(counts[key].unique()).isin(dimension[key])).sum()
        for key, dimension in (("gebied_sleutel", dim_gebied), ("klasse_sleutel", dim_klasse))
    ]
    check_suite("sleutels", pd.DataFrame({"zonder": orphans}), {"zonder": (0, 0)})
