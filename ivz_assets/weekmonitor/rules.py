"""What each row rule looks at, as a predicate over standardised rows. Its text and severity are in ``reference/rules.csv``."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.settings import Settings
from ivz_assets.weekmonitor import parsing
from ivz_assets.weekmonitor.reference import rules

_JUDGED = (
    "levering_id", "blad", "rij", "incident_hash", "volgnummer", "maatschappelijke_klasse", "subcategorie", "categorie", "soort",
    "buurt_code", "buurt_bepaling", "gemeente_code", "binnen_regio", "buurt_herkend", "datum_registratie", "datum_kennisname",
    "datum_voorval", "begindatum", "begin_tijdstip", "eind_tijdstip", "dagdeel", "aangifte", "poging", "projectcode",
    "rd_x", "rd_y", "dekking_van", "dekking_tot", "redenen", "kenmerken",
)  # fmt: skip


def with_rules(rows: ir.Table, settings: Settings) -> ir.Table:
    """Standardised rows with what the rules say of them, without the delivered texts.

    Returns:
        The typed columns, ``redenen`` (ids of the rules that reject the row) and ``kenmerken`` (ids of those that repaired or
        flagged it), both with blanks between and NULL when there are none, ``afgekeurd``, and ``zwerfrij``: registered outside
        the cover of its delivery.
    """
    predicates = _predicates(rows, settings)
    if missing := {rule.regel for rule in rules()} ^ predicates.keys():
        raise ValueError(f"rules.csv and rules.py disagree about {', '.join(sorted(missing))}")
    rows = rows.mutate(redenen=_joined(predicates, ("afkeuren",)), kenmerken=_joined(predicates, ("herstellen", "markeren")))
    return rows.select(
        *_JUDGED,
        buurt_code_geleverd=rows.tekst_buurt_code,
        afgekeurd=rows.redenen.notnull(),
        zwerfrij=(~rows.datum_registratie.between(rows.dekking_van, rows.dekking_tot)).fill_null(False),
    )


def hit(rows: ir.Table, *names: str) -> ir.BooleanValue:
    """Whether one of the rules touched the row; over rows of ``with_rules``."""
    texts = ibis.literal(" ") + rows.redenen.fill_null("") + " " + rows.kenmerken.fill_null("") + " "
    found = ibis.literal(False)
    for name in names:
        found = found | texts.contains(f" {name} ")
    return found


def rule_counts(rows: ir.Table) -> ir.Table:
    """Rows of ``with_rules`` counted per delivery and rule: levering_id, regel, aantal; only rules that touched a row."""
    texts = ibis.union(*[rows.select("levering_id", regels=rows[column]) for column in ("redenen", "kenmerken")])
    texts = texts.filter(texts.regels.notnull()).group_by(["levering_id", "regels"]).aggregate(rijen=ibis._.count())
    single = texts.select("levering_id", "rijen", regel=texts.regels.split(" ").unnest())
    return single.group_by(["levering_id", "regel"]).aggregate(aantal=single.rijen.sum().cast(dt.int64))


def in_region(rows: ir.Table, settings: Settings) -> ir.BooleanValue:
    """Whether rd_x and rd_y (metres) lie in the region's box; NULL without coordinates."""
    return rows.rd_x.between(settings.rd_x_min, settings.rd_x_max) & rows.rd_y.between(settings.rd_y_min, settings.rd_y_max)


def _joined(predicates: Mapping[str, ir.BooleanValue], severities: tuple[str, ...]) -> ir.StringValue:
    """The ids of the rules of these severities that hit the row, with a blank between them; NULL when none did."""
    text = ibis.literal("")
    for rule in rules():
        if rule.ernst in severities:
            text = text + ibis.ifelse(predicates[rule.regel].fill_null(False), rule.regel + " ", "")
    return text.rstrip().nullif("")


def _predicates(rows: ir.Table, settings: Settings) -> dict[str, ir.BooleanValue]:
    text = {name.removeprefix("tekst_"): parsing.trimmed(rows[name]) for name in rows.columns if name.startswith("tekst_")}

    def unreadable(field: str, value: ir.Value) -> ir.BooleanValue:
        return text[field].notnull() & value.isnull()

    after_delivery = rows.datum_registratie > rows.geleverd_op.date()
    in_cover = rows.datum_registratie.between(rows.dekking_van, rows.dekking_tot)
    known_area = rows.buurt_bepaling != "onbekend"
    # In the hour that comes twice 02:10 may come after 02:50.
    end_before_begin = ((rows.eind_tijdstip < rows.begin_tijdstip) & ~rows.begin_dubbel) | (rows.einddatum < rows.begindatum)
    return {
        "klasse_ontbreekt": rows.maatschappelijke_klasse.isnull(),
        "klasse_onbekend": rows.maatschappelijke_klasse.notnull() & ~rows.klasse_bekend,
        "registratiedatum_ontbreekt": text["datum_registratie"].isnull(),
        "registratiedatum_ongeldig": unreadable("datum_registratie", rows.datum_registratie),
        "registratie_in_toekomst": after_delivery,
        "begindatum_ongeldig": unreadable("begindatum", rows.begindatum),
        "begin_na_registratie": rows.begindatum > rows.datum_registratie,
        "klasse_vorm": rows.klasse_bekend & (rows.tekst_maatschappelijke_klasse != rows.maatschappelijke_klasse),
        "buurtcode_vorm": rows.geleverde_code.notnull() & (rows.tekst_buurt_code != rows.geleverde_code),
        "buurt_omgezet": rows.buurt_bepaling.isin(["omgezet", "geschat"]),
        "datumvorm": rows.datum_eigen_vorm,
        "tijdvorm": rows.tijd_eigen_vorm,
        "jn_vorm": _other_spelling(rows.tekst_aangifte, rows.aangifte) | _other_spelling(rows.tekst_poging, rows.poging),
        "xy_niet_toegestaan": rows.xy_status == "verwijderd",
        "zomertijd_bestaat_niet": rows.begin_overgeslagen | rows.eind_overgeslagen,
        "begindatum_ontbreekt": text["begindatum"].isnull(),
        "buurt_onbekend": ~known_area & (rows.gemeente_code != "GMXXXX"),
        "plaats_onbekend": ~known_area & (rows.gemeente_code == "GMXXXX"),
        "buiten_regio": ~rows.binnen_regio,
        "registratie_buiten_levering": ~in_cover & ~after_delivery,
        "kennisnamedatum_ongeldig": unreadable("datum_kennisname", rows.datum_kennisname),
        "einddatum_ongeldig": unreadable("einddatum", rows.einddatum),
        "tijd_ongeldig": unreadable("begintijd", rows.begintijd_minuten) | unreadable("eindtijd", rows.eindtijd_minuten),
        "begintijd_ontbreekt": text["begintijd"].isnull(),
        "begintijd_standaard": rows.begintijd_minuten == 0,
        "eindtijd_ontbreekt": text["einddatum"].isnull() | text["eindtijd"].isnull(),
        "eind_voor_begin": end_before_begin,
        "zomertijd_dubbel": rows.begin_dubbel,
        "dagdeel_afwijkend": rows.dagdeel_geleverd != rows.dagdeel_berekend,
        "aangifte_ongeldig": unreadable("aangifte", rows.aangifte) | unreadable("poging", rows.poging),
        "xy_onleesbaar": (rows.xy_status == "bewaard") & (rows.rd_x.isnull() | rows.rd_y.isnull()),
        "xy_buiten_regio": ~in_region(rows, settings),
    }


def _other_spelling(text: ir.StringValue, value: ir.BooleanValue) -> ir.BooleanValue:
    return value.notnull() & ~text.isin(["J", "N"])
