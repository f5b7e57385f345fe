"""The usual way, part 1: raw texts to incidents and quarantine with pandas. Same rules as the package, written for frames."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

BLANKS = " \t\n\r\v\f"
TAIL = r"([ T]\d{1,2}:\d{2}(:\d{2}([.]\d+)?)?)?$"
DUTCH = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d{2}|\d{2})" + TAIL)
ISO = re.compile(r"^((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})" + TAIL)
COMPACT = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
SERIAL = re.compile(r"^([2-7]\d{4})([.,]\d+)?$")
CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(:\d{2}([.,]\d+)?)?$")
DOT = re.compile(r"^(\d{2}|[1-9])[.](\d{2})$")
SHORT = re.compile(r"^(\d{1,2})(\d{2})$")
STAMP = re.compile(r"^\d{4}-\d{2}-\d{2}[ T](\d{2}):(\d{2})(:\d{2}([.]\d+)?)?$")
FRACTION = re.compile(r"^(0|1|0?[.,]\d+|1[.,]0+)$")
ACCENTS = str.maketrans("áàäâéèëêíìïîóòöôúùüû", "aaaaeeeeiiiioooouuuu")
XY = r"^\s*[xX]?[:=]?\s*(\d{4,6}(?:[.]\d+)?)\s*[,;/ ]\s*[yY]?[:=]?\s*(\d{4,6}(?:[.]\d+)?)\s*$"


@dataclass(frozen=True)
class Region:
    """Code lists and limits of the region."""

    klassen: pd.DataFrame
    woonplaatsen: pd.DataFrame
    gemeenten: pd.DataFrame
    noemers: pd.DataFrame
    buurten: pd.DataFrame
    box: tuple[int, int, int, int]


def trimmed(texts: pd.Series) -> pd.Series:
    """Texts without blanks around them; an empty one is missing."""
    return texts.str.replace("\u00a0", " ", regex=False).str.strip(BLANKS).replace("", None)


def dates(texts: pd.Series) -> pd.Series:
    """Dates: the usual shape at once, the other shapes one by one."""
    clean = trimmed(texts)
    found = pd.to_datetime(clean, format="%d-%m-%Y", errors="coerce")
    odd = clean[clean.notna() & found.isna()]
    if len(odd):
        found.loc[odd.index] = pd.to_datetime(odd.map(_odd_date), errors="coerce")
    return found.dt.as_unit("us")


def _odd_date(text: str) -> str | None:
    if match := DUTCH.match(text):
        day, month, year = match.group(1, 2, 3)
        return f"{'20' + year if len(year) == 2 else year}-{int(month):02d}-{int(day):02d}"
    if match := ISO.match(text) or COMPACT.match(text):
        return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
    if match := SERIAL.match(text):
        return str((pd.Timestamp("1899-12-30") + pd.Timedelta(days=int(match[1]))).date())
    return None


def minutes(texts: pd.Series) -> pd.Series:
    """Minutes since midnight: the usual shape at once, the other shapes one by one."""
    clean = trimmed(texts)
    parts = clean.str.extract(r"^([01]\d|2[0-3]):([0-5]\d)$")
    found = pd.to_numeric(parts[0]) * 60 + pd.to_numeric(parts[1])
    odd = clean[clean.notna() & found.isna()]
    if len(odd):
        found.loc[odd.index] = odd.map(_odd_minutes).astype(float)
    return found


def _odd_minutes(text: str) -> float:
    text = re.sub(r"\s*(uur|u)[.]?$", "", text)
    for shape in (CLOCK, DOT, SHORT, STAMP):
        if match := shape.match(text):
            hour, minute = int(match[1]), int(match[2])
            return hour * 60 + minute if minute <= 59 and (hour <= 23 or (hour == 24 and minute == 0)) else np.nan
    return float(np.floor(float(text.replace(",", ".")) * 1440 + 0.5)) if FRACTION.match(text) else np.nan


def yes_no(texts: pd.Series) -> pd.Series:
    """True, False or missing."""
    return trimmed(texts).str.lower().map({"j": True, "ja": True, "n": False, "nee": False}).astype("boolean")


def place(texts: pd.Series) -> pd.Series:
    """Place names for comparison."""
    lower = trimmed(texts).str.lower().str.replace(r"\s+", " ", regex=True)
    return lower.str.translate(ACCENTS).str.replace("'", "", regex=False).str.replace(".", "", regex=False)


def typed(raw: pd.DataFrame, deliveries: pd.DataFrame, region: Region) -> pd.DataFrame:
    """Every raw row with its typed values, rules, identity and status."""
    rows = raw.rename(
        columns={name: f"t_{name}" for name in raw.columns if name not in ("levering_id", "blad", "rij", "xy_status")}
    )
    rows = rows.merge(deliveries, on="levering_id", how="left", validate="many_to_one")
    rows["maatschappelijke_klasse"] = (
        rows["t_maatschappelijke_klasse"].str.replace(r"\s+", "", regex=True).str.upper().replace("", None)
    )
    klassen = region.klassen[["maatschappelijke_klasse", "subcategorie", "categorie", "soort"]]
    rows = rows.merge(klassen, on="maatschappelijke_klasse", how="left")
    for name in ("datum_registratie", "datum_kennisname", "begindatum", "einddatum"):
        rows[name] = dates(rows[f"t_{name}"])
    for name in ("begintijd", "eindtijd"):
        rows[name] = minutes(rows[f"t_{name}"])
    rows = _with_area(rows, region)
    _add_moments(rows)
    for name in ("aangifte", "poging"):
        rows[name] = yes_no(rows[f"t_{name}"])
    rows["projectcode"] = trimmed(rows["t_projectcode"]).str.upper()
    rows["dagdeel_geleverd"] = rows["t_dagdeel"].str.lower().str.extract("(nacht|ochtend|middag|avond)")[0]
    hour = rows["begin_tijdstip"].dt.hour
    rows["dagdeel_berekend"] = pd.cut(hour, [-1, 5, 11, 17, 23], labels=["nacht", "ochtend", "middag", "avond"]).astype(object)
    rows["dagdeel"] = rows["dagdeel_berekend"].fillna(rows["dagdeel_geleverd"])
    rows["datum_voorval"] = (
        rows["begin_tijdstip"]
        .dt.normalize()
        .fillna(rows["begindatum"])
        .fillna(rows["datum_kennisname"])
        .fillna(rows["datum_registratie"])
    )
    point = rows["t_locatie_xy"].str.extract(XY).astype(float)
    rows["rd_x"], rows["rd_y"] = point[0], point[1]
    _add_rules(rows, region)
    _add_identity(rows)
    return rows


def _with_area(rows: pd.DataFrame, region: Region) -> pd.DataFrame:
    compact = rows["t_buurt_code"].str.replace(r"\s+", "", regex=True).str.upper()
    digits = compact.str.extract(r"^(?:BU)?(\d{7,8})$")[0].str.zfill(8).replace("00000000", None)
    rows["geleverde_code"] = "BU" + digits
    rows["plaats"] = place(rows["t_plaatsnaam"])
    places = region.woonplaatsen.assign(plaats=place(region.woonplaatsen["plaatsnaam"]))[
        ["plaats", "gemeente_code"]
    ].drop_duplicates()
    rows = rows.merge(places.rename(columns={"gemeente_code": "plaats_gemeente"}), on="plaats", how="left")
    gemeente = ("GM" + digits.str[:4]).fillna(rows["plaats_gemeente"])
    inside = gemeente.isin(region.gemeenten["gemeente_code"])
    outside = gemeente.notna() & ~inside
    known = outside | (inside & rows["geleverde_code"].isin(region.buurten["buurt_code"]))
    rows["gemeente_code"] = gemeente.fillna("GMXXXX")
    rows["buurt_code"] = rows["geleverde_code"].where(known & digits.notna(), "BU" + rows["gemeente_code"].str[2:6] + "XXXX")
    rows["binnen_regio"], rows["buurt_bepaling"] = ~outside, np.where(known, "gemeten", "onbekend")
    return rows


def _add_moments(rows: pd.DataFrame) -> None:
    for name, day, clock in (("begin", "begindatum", "begintijd"), ("eind", "einddatum", "eindtijd")):
        moment = (rows[day] + pd.to_timedelta(rows[clock], unit="m")).dt.as_unit("us")
        changed = (moment.dt.day >= 25) & (moment.dt.dayofweek == 6) & (moment.dt.hour == 2)
        rows[f"{name}_overgeslagen"] = changed & (moment.dt.month == 3)
        rows[f"{name}_dubbel"] = changed & (moment.dt.month == 10)
        rows[f"{name}_tijdstip"] = moment.where(~rows[f"{name}_overgeslagen"], moment + pd.Timedelta(hours=1))


def _add_rules(rows: pd.DataFrame, region: Region) -> None:
    def unreadable(name: str) -> pd.Series:
        return trimmed(rows[f"t_{name}"]).notna() & rows[name].isna()

    def blank(name: str) -> pd.Series:
        return trimmed(rows[f"t_{name}"]).isna()

    def other_shape(names: tuple[str, ...], pattern: str) -> pd.Series:
        odd = pd.Series(False, index=rows.index)
        for name in names:
            odd |= rows[name].notna() & ~rows[f"t_{name}"].str.match(pattern, na=True)
        return odd

    known_class = rows["categorie"].notna()
    late = rows["datum_registratie"] > rows["geleverd_op"].dt.normalize()
    covered = rows["datum_registratie"].between(rows["dekking_van"], rows["dekking_tot"])
    x_min, x_max, y_min, y_max = region.box
    located = rows["rd_x"].notna() & rows["rd_y"].notna()
    unknown = rows["buurt_bepaling"] == "onbekend"
    reject = {
        "klasse_ontbreekt": rows["maatschappelijke_klasse"].isna(),
        "klasse_onbekend": rows["maatschappelijke_klasse"].notna() & ~known_class,
        "registratiedatum_ontbreekt": blank("datum_registratie"),
        "registratiedatum_ongeldig": unreadable("datum_registratie"),
        "registratie_in_toekomst": late,
        "begindatum_ongeldig": unreadable("begindatum"),
        "begin_na_registratie": rows["begindatum"] > rows["datum_registratie"],
    }
    mark = {
        "klasse_vorm": known_class & (rows["t_maatschappelijke_klasse"] != rows["maatschappelijke_klasse"]),
        "buurtcode_vorm": rows["geleverde_code"].notna() & (rows["t_buurt_code"] != rows["geleverde_code"]),
        "buurt_omgezet": rows["buurt_bepaling"].isin(["omgezet", "geschat"]),
        "datumvorm": other_shape(("datum_registratie", "datum_kennisname", "begindatum", "einddatum"), r"^\d{2}-\d{2}-\d{4}$"),
        "tijdvorm": other_shape(("begintijd", "eindtijd"), r"^([01]\d|2[0-3]):\d{2}$"),
        "jn_vorm": (rows["aangifte"].notna() & ~rows["t_aangifte"].isin(["J", "N"]))
        | (rows["poging"].notna() & ~rows["t_poging"].isin(["J", "N"])),
        "xy_niet_toegestaan": rows["xy_status"] == "verwijderd",
        "zomertijd_bestaat_niet": rows["begin_overgeslagen"] | rows["eind_overgeslagen"],
        "begindatum_ontbreekt": blank("begindatum"),
        "buurt_onbekend": unknown & (rows["gemeente_code"] != "GMXXXX"),
        "plaats_onbekend": unknown & (rows["gemeente_code"] == "GMXXXX"),
        "buiten_regio": ~rows["binnen_regio"],
        "registratie_buiten_levering": rows["datum_registratie"].notna() & ~covered & ~late,
        "kennisnamedatum_ongeldig": unreadable("datum_kennisname"),
        "einddatum_ongeldig": unreadable("einddatum"),
        "tijd_ongeldig": unreadable("begintijd") | unreadable("eindtijd"),
        "begintijd_ontbreekt": blank("begintijd"),
        "begintijd_standaard": rows["begintijd"] == 0,
        "eindtijd_ontbreekt": blank("einddatum") | blank("eindtijd"),
        "eind_voor_begin": ((rows["eind_tijdstip"] < rows["begin_tijdstip"]) & ~rows["begin_dubbel"])
        | (rows["einddatum"] < rows["begindatum"]),
        "zomertijd_dubbel": rows["begin_dubbel"],
        "dagdeel_afwijkend": rows["dagdeel_geleverd"].notna()
        & rows["dagdeel_berekend"].notna()
        & (rows["dagdeel_geleverd"] != rows["dagdeel_berekend"]),
        "aangifte_ongeldig": unreadable("aangifte") | unreadable("poging"),
        "xy_onleesbaar": (rows["xy_status"] == "bewaard") & ~located,
        "xy_buiten_regio": located & ~(rows["rd_x"].between(x_min, x_max) & rows["rd_y"].between(y_min, y_max)),
    }
    for column, rules in (("redenen", reject), ("kenmerken", mark)):
        text = np.full(len(rows), "", dtype=object)
        for rule, hit in rules.items():
            hits = hit.to_numpy(dtype=bool, na_value=False)
            text[hits] += rule + " "
        rows[column] = pd.Series(text, index=rows.index).str.rstrip().replace("", None)
    rows["zwerfrij"] = rows["datum_registratie"].notna() & ~covered


def _add_identity(rows: pd.DataFrame) -> None:
    def readable(value: pd.Series, name: str) -> pd.Series:
        return value.fillna("?" + trimmed(rows[f"t_{name}"]))

    def day(name: str) -> pd.Series:
        return rows[name].dt.strftime("%Y-%m-%d").astype(object)

    def truth(name: str) -> pd.Series:
        return rows[name].map({True: "true", False: "false"}).astype(object)

    parts = [rows["maatschappelijke_klasse"], rows["geleverde_code"], rows["plaats"]]
    parts += [readable(day(name), name) for name in ("datum_registratie", "datum_kennisname")]
    for name, column, clock in (("begin", "begindatum", "begintijd"), ("eind", "einddatum", "eindtijd")):
        moment = rows[f"{name}_tijdstip"]
        parts.append(moment.dt.strftime("%Y-%m-%d %H:%M:%S").astype(object).fillna(readable(day(column), column)))
        number = rows[clock].astype("Int64").astype("string").astype(object).where(rows[clock].notna(), None)
        parts.append(readable(number, clock).where(moment.isna(), None))
    parts += [rows["dagdeel"].where(rows["begin_tijdstip"].isna(), None), readable(truth("aangifte"), "aangifte")]
    parts += [readable(truth("poging"), "poging"), rows["projectcode"]]
    columns = [part.where(part.notna(), None).tolist() for part in parts]
    rows["incident_hash"] = [
        hashlib.sha256("".join("-" if part is None else f"{len(part)}:{part}" for part in row).encode()).hexdigest()
        for row in zip(*columns, strict=True)
    ]
    rows.sort_values(["levering_id", "rij"], inplace=True)
    rows["volgnummer"] = (rows.groupby(["levering_id", "incident_hash"]).cumcount() + 1).astype("int32")


def with_status(rows: pd.DataFrame, deliveries: pd.DataFrame) -> pd.DataFrame:
    """Newest delivery wins per registration date it covers; a stray row gives way to whoever speaks for its date."""
    ranked = deliveries.sort_values(["geleverd_op", "volgorde"]).reset_index(drop=True)
    speaker: dict[pd.Timestamp, tuple[int, str]] = {}
    for rank, delivery in enumerate(ranked.itertuples(index=False)):
        speaker |= dict.fromkeys(pd.date_range(delivery.dekking_van, delivery.dekking_tot), (rank, delivery.levering_id))
    speaks = rows["datum_registratie"].map({date: name for date, (_, name) in speaker.items()})
    speaks_rank = rows["datum_registratie"].map({date: rank for date, (rank, _) in speaker.items()})
    rank = rows["levering_id"].map({name: rank for rank, name in enumerate(ranked["levering_id"])})
    dated = rows["datum_registratie"].notna()
    superseded = (~dated & ~rows["levering_id"].isin({name for _, name in speaker.values()})) | (
        dated & ~rows["zwerfrij"] & speaks.notna() & (speaks != rows["levering_id"])
    )
    superseded |= rows["zwerfrij"] & (speaks_rank > rank)
    rows["status"] = np.select([superseded, rows["redenen"].notna()], ["vervangen", "quarantaine"], "incident")
    rows["rang"] = rank
    key = ["incident_hash", "volgnummer"]
    strays = rows[rows["zwerfrij"] & (rows["status"] == "incident")].sort_values("rang", ascending=False)
    standing = rows.loc[~rows["zwerfrij"] & (rows["status"] == "incident"), key].drop_duplicates().assign(staat=True)
    again = strays.duplicated(key) | strays[key].merge(standing, on=key, how="left")["staat"].notna().to_numpy()
    rows.loc[strays.index[again], "status"] = "vervangen"
    return rows
