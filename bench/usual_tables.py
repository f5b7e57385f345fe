"""The usual way, part 2: dimensions and counts with pandas groupby."""

from __future__ import annotations

import pandas as pd

from bench.usual_cleaning import Region

PERIODS = {"week": ("W", "%G-W%V"), "maand": ("M", "%Y-%m"), "jaar": ("Y", "%Y")}
MEASURES = ["aantal", "aantal_misdrijven", "aantal_incidenten", "aantal_pogingen", "aantal_aangiften", "aantal_omgezet"]


def counts(incidents: pd.DataFrame, regio: str) -> pd.DataFrame:
    """Counts per date basis, area, period and class, on every level of each."""
    rows = incidents[incidents["binnen_regio"]]
    areas = {
        "buurt": rows["buurt_code"],
        "wijk": "WK" + rows["buurt_code"].str[2:8],
        "gemeente": rows["gemeente_code"],
        "regio": pd.Series(regio, index=rows.index),
    }
    classes = {
        "klasse": rows["maatschappelijke_klasse"],
        "subcategorie": "subcategorie: " + rows["subcategorie"],
        "categorie": "categorie: " + rows["categorie"],
    }
    # Grouping by categories is several times faster than by texts.
    areas = {level: keys.astype("category") for level, keys in areas.items()}
    classes = {level: keys.astype("category") for level, keys in classes.items()}
    measures = pd.DataFrame(
        {
            "aantal": 1,
            "aantal_misdrijven": rows["soort"].eq("misdrijf").astype("int32"),
            "aantal_incidenten": rows["soort"].eq("incident").astype("int32"),
            "aantal_pogingen": rows["poging"].fillna(False).astype("int32"),
            "aantal_aangiften": rows["aangifte"].fillna(False).astype("int32"),
            "aantal_omgezet": rows["buurt_bepaling"].isin(["omgezet", "geschat"]).astype("int32"),
        },
        index=rows.index,
    ).astype("int32")
    found = []
    for basis, column in (("voorgevallen", "datum_voorval"), ("geregistreerd", "datum_registratie")):
        for kind, (frequency, label) in PERIODS.items():
            begin = rows[column].dt.to_period(frequency).dt.start_time
            for area_level, area in areas.items():
                for class_level, klasse in classes.items():
                    keys = {"gebied_sleutel": area, "periode_begin": begin, "klasse_sleutel": klasse}
                    grouped = measures.assign(**keys).groupby(list(keys), observed=True, sort=False)[MEASURES].sum().reset_index()
                    grouped["datumbasis"], grouped["periode_soort"] = basis, kind
                    grouped["gebied_niveau"], grouped["klasse_niveau"] = area_level, class_level
                    starts = grouped["periode_begin"].drop_duplicates()
                    grouped["periode"] = grouped["periode_begin"].map(dict(zip(starts, starts.dt.strftime(label), strict=True)))
                    found.append(grouped.astype({"gebied_sleutel": object, "klasse_sleutel": object}))
    table = pd.concat(found, ignore_index=True)
    table[MEASURES] = table[MEASURES].astype("int32")
    columns = [
        "datumbasis",
        "gebied_niveau",
        "gebied_sleutel",
        "periode_soort",
        "periode",
        "periode_begin",
        "klasse_niveau",
        "klasse_sleutel",
    ]
    return table[columns + MEASURES]


def dim_datum(first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """A row per day."""
    day = pd.Series(pd.date_range(first, last))
    week = day.dt.isocalendar()
    return pd.DataFrame(
        {
            "datum": day, "jaar": day.dt.year, "kwartaal": day.dt.quarter, "maand": day.dt.month,
            "iso_jaar": week["year"].astype("int32"), "iso_week": week["week"].astype("int32"), "weekdag": day.dt.dayofweek + 1,
            "week_sleutel": day.dt.strftime("%G-W%V"), "maand_sleutel": day.dt.strftime("%Y-%m"),
            "jaar_sleutel": day.dt.strftime("%Y"),
        }
    )  # fmt: skip


def dim_klasse(region: Region) -> pd.DataFrame:
    """Classes, subcategories and categories; a level above a class has a denominator when all its classes have the same."""
    listed = region.klassen.merge(
        region.noemers.rename(columns={"reden": "noemer_reden"}), on="maatschappelijke_klasse", how="left"
    )

    def shared(above: str) -> pd.Series:
        return listed.groupby(above)["noemer"].agg(lambda found: found.iloc[0] if found.nunique() == 1 else None)

    level = listed.assign(
        klasse_sleutel=listed["maatschappelijke_klasse"], klasse_niveau="klasse", klasse_naam=listed["omschrijving"]
    )
    sub = listed[["subcategorie", "categorie"]].drop_duplicates()
    sub = sub.assign(
        klasse_sleutel="subcategorie: " + sub["subcategorie"],
        klasse_niveau="subcategorie",
        klasse_naam=sub["subcategorie"],
        noemer=sub["subcategorie"].map(shared("subcategorie")),
    )
    names = pd.DataFrame({"categorie": [*listed["categorie"].unique(), "Verkeer"]})
    top = names.assign(
        klasse_sleutel="categorie: " + names["categorie"],
        klasse_niveau="categorie",
        klasse_naam=names["categorie"],
        noemer=names["categorie"].map(shared("categorie")),
    )
    columns = [
        "klasse_sleutel", "klasse_niveau", "klasse_naam", "maatschappelijke_klasse", "subcategorie", "categorie", "noemer",
        "noemer_reden", "soort",
    ]  # fmt: skip
    return pd.concat([level, sub, top], ignore_index=True)[columns]


def dim_gebied(incidents: pd.DataFrame, raw: pd.DataFrame, region: Region, regio: str) -> pd.DataFrame:
    """Areas on every level: the listed neighbourhoods and those that incidents name."""
    inside = incidents[incidents["binnen_regio"] & ~incidents["buurt_code"].str.endswith("XXXX")]
    named = inside[["levering_id", "rij", "buurt_code", "datum_registratie"]].merge(
        raw[["levering_id", "rij", "buurt_naam"]], on=["levering_id", "rij"]
    )
    latest = named.sort_values("datum_registratie").groupby("buurt_code")["buurt_naam"].last()
    gemeenten = dict(zip(region.gemeenten["gemeente_code"], region.gemeenten["gemeente_naam"], strict=True)) | {
        "GMXXXX": "Gemeente onbekend"
    }
    names = latest.to_dict() | dict(zip(region.buurten["buurt_code"], region.buurten["buurt_naam"], strict=True))
    names |= {f"BU{code[2:]}XXXX": f"Onbekend ({name})" for code, name in gemeenten.items()}
    wijken = dict(zip(region.buurten["wijk_code"], region.buurten["wijk_naam"], strict=True))
    rows = []
    for code, name in sorted(names.items()):
        wijk, gemeente = f"WK{code[2:8]}", f"GM{code[2:6]}"
        place = gemeenten[gemeente]
        wijken.setdefault(wijk, f"Onbekend ({place})" if wijk.endswith("XX") else f"Wijk {wijk[6:8]} {place}")
        rows.append((code, "buurt", name, wijk, wijken[wijk], gemeente, place, "X" in code[2:]))
    rows += sorted(
        {(wijk, "wijk", name, wijk, name, gemeente, place, "X" in wijk) for _, _, _, wijk, name, gemeente, place, _ in rows}
    )
    rows += [(code, "gemeente", name, None, None, code, name, "X" in code) for code, name in gemeenten.items()]
    rows.append((regio, "regio", "Twente", None, None, None, None, False))
    columns = [
        "gebied_sleutel",
        "gebied_niveau",
        "gebied_naam",
        "wijk_code",
        "wijk_naam",
        "gemeente_code",
        "gemeente_naam",
        "onbekend",
    ]
    return pd.DataFrame(rows, columns=columns)
