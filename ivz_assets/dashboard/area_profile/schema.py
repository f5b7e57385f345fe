"""The model of the area profile. Columns, types, key, Dutch descriptions and units; no computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.dashboard.schema import GEBIED_NIVEAUS
from ivz_assets.warehouse.model import column, table

KENMERK_SOORTEN = ("cbs", "leverancier", "registraties")

FIGURE_COLUMNS = {
    "gebied_niveau": column(dt.string, "Niveau van het gebied", own_words=GEBIED_NIVEAUS),
    "gebied_sleutel": column(dt.string, "Sleutel naar dim_gebied"),
    "jaar": column(dt.int32, "Kalenderjaar; bij het CBS is 1 januari de peildatum", at_least=2013),
    "kenmerk_soort": column(
        dt.string, "Van wie het komt: het CBS, een gemeente of partner, of de registraties van de politie",
        own_words=KENMERK_SOORTEN,
    ),
    "kenmerk": column(
        dt.string, "Indicator (bij een leverancier met de waarde van de uitsplitsing), of sleutel naar dim_klasse"
    ),
    "kenmerk_naam": column(dt.string, "Naam van het kenmerk"),
    "eenheid": column(dt.string, "Eenheid van de waarde, of van het aantal als er geen waarde is"),
    "aantal": column(
        dt.float64, "Het aantal zelf, als het kenmerk telt; leeg is onbekend, geheim of onderdrukt, nooit nul", nullable=True
    ),
    "waarde": column(
        dt.float64,
        "Het kenmerk zoals gebieden ermee te vergelijken zijn (naar verhouding waar dat past); leeg is onbekend, onderdrukt, "
        "de noemer is te klein, of er past geen noemer bij de registraties, nooit nul",
        nullable=True,
    ),
    "waarde_jaar": column(dt.int32, "Jaar waaruit de waarde komt; eerder als het CBS het jaar niet heeft gevuld", nullable=True),
    "onderdrukt": column(dt.boolean, "Of het cijfer (of een deel van het jaar) niet wordt getoond omdat het te klein is"),
    "bron": column(dt.string, "CBS-tabel, leverancier, of de weekmonitor", nullable=True),
    "bewaren_tot": column(
        dt.date, "Laatste dag waarop het gebruikt mag worden, volgens de leverancier; leeg bij CBS en politie", nullable=True
    ),
}  # fmt: skip

REFERENCE_COLUMNS = {
    "stedelijkheid": column(
        dt.int32, "Klasse van het CBS, 1 zeer sterk tot 5 niet stedelijk, in het laatste jaar tot en met dit jaar",
        nullable=True, allowed=(1, 2, 3, 4, 5),
    ),
    "waarde_regio": column(dt.float64, "Hetzelfde van de hele regio; leeg als zij er niet van bekend is", nullable=True),
    "waarde_vergelijkbaar": column(
        dt.float64, "Mediaan van de vergelijkbare gebieden, dit gebied meegerekend; leeg als het er te weinig zijn", nullable=True
    ),
    "vergelijkbare_gebieden": column(
        dt.int32, "Gebieden van hetzelfde niveau en dezelfde stedelijkheid met een bekende waarde", at_least=0, unit="gebieden"
    ),
    "rang": column(
        dt.int32, "Plaats onder de vergelijkbare gebieden; 1 is de hoogste waarde. Leeg als het aantal nul is", nullable=True,
        at_least=1,
    ),
    "percentiel": column(
        dt.float64, "Aandeel van de vergelijkbare gebieden met een lagere waarde; gelijke tellen half", nullable=True, unit="%",
        at_least=0,
    ),
}  # fmt: skip

DASHBOARD_AREA_PROFILE = table(
    "dashboard_area_profile",
    "Kenmerken per gebied en jaar naast de regio en vergelijkbare gebieden. Kerncijfers: alle jaren van het CBS, van gebieden "
    "die er nu zijn. Registraties: de laatste vijf hele kalenderjaren op datum van het voorval, hoofdcategorieën en totalen van "
    "elk gebied, subcategorieën vanaf de gemeente; nul is hier nul. Thema's staan in hun eigen tabel.",
    {**FIGURE_COLUMNS, **REFERENCE_COLUMNS},
    key=("gebied_sleutel", "jaar", "kenmerk_soort", "kenmerk"),
    published_as="gebiedsprofiel_cijfers",
)
"""Budget of rows: under half a million for a region of 700 areas (33 indicators x 13 years, 7 x 5 registrations per area)."""

PUBLISHED = (DASHBOARD_AREA_PROFILE,)
