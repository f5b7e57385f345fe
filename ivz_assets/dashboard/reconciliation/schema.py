"""The model of the reconciliation: a comparison per area, period and kind of crime. No computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.dashboard.reconciliation.mapping import NIVEAUS
from ivz_assets.open_police.schema import PERIODE_SOORTEN, TABELLEN
from ivz_assets.warehouse.model import column, table

SLUIT_AAN, WIJKT_AF, NIET_TE_VERGELIJKEN = OORDELEN = ("sluit aan", "wijkt af", "niet te vergelijken")
ONVOLLEDIG, GEEN_CIJFER, VOORLOPIG = REDENEN = (
    "de leveringen beslaan de periode niet helemaal",
    "de politie geeft geen cijfer",
    "de open tabel is over deze maand nog niet volledig",
)

DASHBOARD_RECONCILIATION = table(
    "dashboard_reconciliation",
    "Sluit de weekmonitor aan bij de open cijfers van de politie? Alleen misdrijven, per gemeente en voor de regio, per maand en "
    "jaar, voor elke soort misdrijf die te vergelijken is. Onze misdrijven tellen op de dag van registratie, de enige waarover "
    "een levering volledig is; de politie telt op de maand waarin zij ervan hoorde en per voorval alleen het zwaarste misdrijf, "
    "zodat kleine verschillen gewoon zijn. Een afwijking is een vraag en geen fout.",
    {
        "gebied_niveau": column(dt.string, "Niveau van het gebied; kleine aantallen alleen voor de regio", own_words=NIVEAUS),
        "gebied_sleutel": column(dt.string, "Sleutel naar dim_gebied: gemeente of regio"),
        "periode_soort": column(dt.string, "Soort periode", own_words=PERIODE_SOORTEN),
        "periode": column(dt.string, "Sleutel naar dim_periode: 2026-02 of 2025"),
        "politie_code": column(dt.string, "Soort misdrijf in de indeling van de politie; met + een som van soorten"),
        "politie_titel": column(dt.string, "Naam van die soort"),
        "subcategorieen": column(dt.string, "Onze subcategorieën die ermee worden vergeleken, met puntkomma's"),
        "aansluitbaar": column(
            dt.string, "Of de indelingen op elkaar passen: ja, of deels (dan is de band breder)", own_words=("ja", "deels")
        ),
        "aantal_weekmonitor": column(dt.int32, "Misdrijven in de weekmonitor", at_least=0, unit="misdrijven"),
        "aantal_open": column(
            dt.int32, "Misdrijven in de open tabel; leeg is niet gegeven, nooit nul", nullable=True, at_least=0, unit="misdrijven"
        ),
        "verschil": column(dt.int32, "Weekmonitor min open tabel", nullable=True, unit="misdrijven"),
        "verschil_aandeel": column(
            dt.float64, "Verschil als aandeel van het open cijfer; leeg als dat er niet is of nul is", nullable=True
        ),
        "band_laag": column(
            dt.int32, "Laagste open cijfer dat bij ons aantal past (95%, verruimd met 10% of bij deels 50%)", at_least=0,
            unit="misdrijven",
        ),
        "band_hoog": column(dt.int32, "Hoogste open cijfer dat bij ons aantal past", at_least=0, unit="misdrijven"),
        "oordeel": column(dt.string, "Sluit aan, wijkt af of niet te vergelijken", own_words=OORDELEN),
        "reden": column(dt.string, "Waarom er niet te vergelijken is", nullable=True, own_words=REDENEN),
        "toelichting": column(dt.string, "De vergelijking in een zin"),
        "tabel": column(dt.string, "Open tabel van de politie", allowed=tuple(TABELLEN)),
        "gewijzigd": column(dt.string, "Datum waarop die tabel het laatst is gewijzigd"),
    },
    key=("gebied_sleutel", "periode", "politie_code"),
    published_as="aansluiting_politie",
)  # fmt: skip

PUBLISHED = (DASHBOARD_RECONCILIATION,)
"""What a release holds of this topic."""
