"""Counts, from the delivered texts alone, what each rule should find. Shares no code with the generator, on purpose."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import ivz_assets

REFERENCE = Path(ivz_assets.__file__).parent / "weekmonitor" / "reference"
REGION = {
    row["gemeente_code"][2:]
    for row in csv.DictReader(
        (Path(ivz_assets.__file__).parent / "neighbourhoods" / "reference" / "gemeenten.csv").open(encoding="utf-8")
    )
}
CLASSES = {
    row["maatschappelijke_klasse"]: row
    for row in csv.DictReader((REFERENCE / "maatschappelijke_klassen.csv").open(encoding="utf-8"))
}
PLACES = {row["plaatsnaam"] for row in csv.DictReader((REFERENCE / "woonplaats_gemeente.csv").open(encoding="utf-8"))}
BOX = (217_000, 272_000, 453_000, 502_000)
CLEAN_DATE = re.compile(r"\d{2}-\d{2}-\d{4}")
CLEAN_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
PARTS = ("nacht", "ochtend", "middag", "avond")


def any_date(text: str) -> date | None:
    """A date in any of the shapes that may be planted."""
    for shape in ("%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, shape).date()
        except ValueError:
            continue
    if re.fullmatch(r"20\d{6}", text):
        return datetime.strptime(text, "%Y%m%d").date()
    return date(1899, 12, 30) + timedelta(days=int(text)) if re.fullmatch(r"[34]\d{4}", text) else None


def any_minute(text: str) -> int | None:
    """Minutes since midnight in any of the shapes that may be planted."""
    if match := re.fullmatch(r"(\d{1,2}):(\d{2})", text) or re.fullmatch(r"(\d{2})(\d{2})", text):
        return int(match[1]) * 60 + int(match[2])
    return round(float(text) * 1440) if re.fullmatch(r"0\.\d+", text) else None


def last_sunday(year: int, month: int) -> date:
    """The Sunday of a clock change."""
    return max(date(year, month, day) for day in range(25, 32) if date(year, month, day).weekday() == 6)


def rules_of(row: dict[str, str], first: date, delivered: date) -> set[str]:
    """Every rule that one delivered row touches."""
    found: set[str] = set()
    code = re.sub(r"\s", "", row["maatschappelijke_klasse"]).upper()
    if not code:
        found.add("klasse_ontbreekt")
    elif code not in CLASSES:
        found.add("klasse_onbekend")
    elif code != row["maatschappelijke_klasse"]:
        found.add("klasse_vorm")

    dates = {name: any_date(row[name]) for name in ("datum_registratie", "datum_kennisname", "begindatum", "einddatum")}
    registered, begin, end = dates["datum_registratie"], dates["begindatum"], dates["einddatum"]
    if any(dates[name] and not CLEAN_DATE.fullmatch(row[name]) for name in dates):
        found.add("datumvorm")
    if not row["datum_registratie"]:
        found.add("registratiedatum_ontbreekt")
    elif registered is None:
        found.add("registratiedatum_ongeldig")
    elif registered > delivered:
        found.add("registratie_in_toekomst")
    elif registered < first:
        found.add("registratie_buiten_levering")
    if begin is None:
        found.add("begindatum_ongeldig")

    begins, ends = any_minute(row["begintijd"]), any_minute(row["eindtijd"])
    if any(row[name] and not CLEAN_TIME.fullmatch(row[name]) for name in ("begintijd", "eindtijd")):
        found.add("tijdvorm")
    if begin and begins is not None:
        for month, rule in ((3, "zomertijd_bestaat_niet"), (10, "zomertijd_dubbel")):
            if begin == last_sunday(begin.year, month) and 120 <= begins < 180:
                found.add(rule)
        starts = datetime.combine(begin, datetime.min.time()) + timedelta(minutes=begins)
        if registered and starts.date() > registered:
            found.add("begin_na_registratie")
        if end and ends is not None and datetime.combine(end, datetime.min.time()) + timedelta(minutes=ends) < starts:
            found.add("eind_voor_begin")
    elif begin and registered and begin > registered:
        found.add("begin_na_registratie")
    if end and ends is not None and 120 <= ends < 180 and end in {last_sunday(end.year, month) for month in (3, 10)}:
        found.add("einde in het uur van de klokwissel")
    if row["dagdeel"] and (begins is None or row["dagdeel"] != PARTS[begins % 1440 // 360]):
        found.add("dagdeel_afwijkend")
    if begins is not None and not row["dagdeel"]:
        found.add("dagdeel ontbreekt")

    for name in ("aangifte", "poging"):
        if row[name] == "?":
            found.add(f"{name}_ongeldig")
        elif row[name] not in ("J", "N"):
            found.add("jn_vorm")

    digits = re.sub(r"\s", "", row["buurt_code"]).upper().removeprefix("BU")
    if re.fullmatch(r"\d{7,8}", digits) and int(digits):
        if f"BU{digits.zfill(8)}" != row["buurt_code"]:
            found.add("buurtcode_vorm")
        if digits.zfill(8)[:4] not in REGION:
            found.add("buiten_regio")
    else:
        found.add("buurt_onbekend" if row["plaatsnaam"] in PLACES else "plaats_onbekend")

    if row["locatie_xy"]:
        x, y = (int(part) for part in row["locatie_xy"].split(","))
        if CLASSES.get(code, {}).get("xy_toegestaan") != "true":
            found.add("xy_niet_toegestaan")
        elif not (BOX[0] <= x <= BOX[1] and BOX[2] <= y <= BOX[3]):
            found.add("xy_buiten_regio")
    return found


def recount(rows: list[dict[str, str]], first: date, delivered: date) -> Counter[str]:
    """The manifest's ``planted`` of one file, but for the corrections, plus anything that should not be there."""
    counts: Counter[str] = Counter()
    for row in rows:
        touched = rules_of(row, first, delivered)
        counts.update(touched)
        if len(touched) > 1:
            counts[f"samen: {sorted(touched)}"] += 1
        counts["begintijd_standaard"] += row["begintijd"] == "00:00"
        counts["begintijd_ontbreekt"] += row["begintijd"] == ""
        counts["eindtijd_ontbreekt"] += row["einddatum"] == "" and row["eindtijd"] == ""
    counts["dubbele_rij"] = len(rows) - len({tuple(row.values()) for row in rows})
    return counts
