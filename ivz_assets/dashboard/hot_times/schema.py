"""The models of the hot times: weights per hour of the week, and apart what was counted and left out. No computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt
import pandera.ibis as pa

from ivz_assets.dashboard.schema import GEBIED_NIVEAUS, KLASSE_NIVEAUS
from ivz_assets.warehouse.model import column, table

SEIZOENEN = ("winter", "lente", "zomer", "herfst")
PERIODE_SOORTEN = ("jaar", "12 maanden")

FEWEST = 30
"""Counted incidents below which an hour of the week says nothing: it then holds less than a fifth of an incident on average."""

_SLEUTEL = ("gebied_sleutel", "periode", "seizoen", "klasse_sleutel")

_EENHEID = "registraties"
_SEIZOEN = (
    "Meteorologisch seizoen van de begindatum: winter is januari, februari en december van de periode zelf (bij een jaar dus van "
    "hetzelfde kalenderjaar), zodat de seizoenen samen de periode zijn"
)


def _levels() -> dict[str, pa.Column]:
    return {
        "gebied_niveau": column(dt.string, "Niveau van het gebied", own_words=GEBIED_NIVEAUS),
        "gebied_sleutel": column(dt.string, "Sleutel naar dim_gebied"),
        "periode_soort": column(
            dt.string,
            "Soort periode: kalenderjaar, of de nieuwste twaalf afgesloten maanden. Een jaar dat begon voor de eerste dag van de "
            "leveringen staat er niet (daarvan is maar een deel bekend), tenzij er nog geen ander jaar is",
            own_words=PERIODE_SOORTEN,
        ),
        "periode": column(dt.string, "Sleutel naar dim_periode; de periode waarin het voorval begon"),
        "seizoen": column(dt.string, _SEIZOEN, own_words=SEIZOENEN),
        "klasse_niveau": column(dt.string, "Niveau van de klasse", own_words=KLASSE_NIVEAUS),
        "klasse_sleutel": column(dt.string, "Sleutel naar dim_klasse"),
    }


def _enough() -> dict[str, pa.Column]:
    return {
        "voldoende": column(
            dt.boolean, f"Minstens {FEWEST} meegetelde registraties in dit seizoen; trek anders geen conclusie over een uur"
        ),
        "voldoende_periode": column(
            dt.boolean, f"Minstens {FEWEST} meegetelde registraties in de hele periode; voor wie de seizoenen optelt"
        ),
    }


DASHBOARD_HOT_TIMES = table(
    "dashboard_hot_times",
    "Drukke uren: aoristisch gewicht per gebied, klasse, weekdag en uur (lokale kloktijd). Een registratie waarvan alleen bekend "
    "is dat zij tussen begin en einde viel, is naar rato over die uren verdeeld; samen tellen haar gewichten op tot 1 (Ratcliffe "
    "2002). Kies één niveau of soort van elk en tel de seizoenen op voor de hele periode; wat er niet staat is nul. Wat niet te "
    "plaatsen was, staat in drukke_uren_dekking. Ruwe BVH-registraties, alleen voor intern gebruik.",
    {
        **_levels(),
        "weekdag": column(dt.int32, "Dag van de week; maandag is 1", allowed=range(1, 8)),
        "uur": column(dt.int32, "Uur van de dag, 0 tot en met 23; sleutel naar dim_uur", allowed=range(24)),
        "gewicht": column(dt.float64, "Aoristisch gewicht van het uur", at_least=0, unit=_EENHEID),
        **_enough(),
    },
    key=(*_SLEUTEL, "weekdag", "uur"),
    published_as="drukke_uren",
)

DASHBOARD_HOT_TIMES_COVERAGE = table(
    "dashboard_hot_times_coverage",
    "Hoeveel registraties de drukke uren dragen en hoeveel er niet te plaatsen waren, per gebied, klasse, periode en seizoen. "
    "Aantallen zijn optelbaar over seizoenen, aandelen niet. Kies één niveau of soort van elk.",
    {
        **_levels(),
        "aantal": column(dt.int32, "Registraties waarvan het voorval in de periode begon", at_least=1, unit=_EENHEID),
        "aantal_meegeteld": column(dt.int32, "Waarvan in drukke_uren", at_least=0, unit=_EENHEID),
        "aantal_te_lang": column(
            dt.int32, "Waarvan weggelaten omdat begin en einde een week (168 uur) of meer uiteen liggen", at_least=0,
            unit=_EENHEID,
        ),
        "aantal_zonder_tijd": column(
            dt.int32, "Waarvan weggelaten omdat de begintijd ontbreekt of 00:00 is, wat bijna altijd onbekend betekent",
            at_least=0, unit=_EENHEID,
        ),
        "aantal_exact": column(
            dt.int32, "Van de meegetelde: het einde is bekend en ligt hoogstens een uur na het begin", at_least=0, unit=_EENHEID
        ),
        "aantal_zonder_einde": column(
            dt.int32, "Van de meegetelde: het einde is onbekend; het uur van het begin telt", at_least=0, unit=_EENHEID
        ),
        "aantal_eind_voor_begin": column(
            dt.int32, "Van de meegetelde: het einde ligt voor het begin; het uur van het begin telt", at_least=0, unit=_EENHEID
        ),
        "aantal_dubbel_uur": column(
            dt.int32, "Van de meegetelde: begonnen in het uur dat door de wintertijd twee keer voorkomt", at_least=0,
            unit=_EENHEID,
        ),
        "aandeel_weggelaten": column(dt.float64, "Deel van aantal dat niet te plaatsen was, van 0 tot 1", at_least=0),
        "aandeel_exact": column(
            dt.float64, "Deel van aantal_meegeteld dat op een uur nauwkeurig bekend is; leeg als niets meetelt", nullable=True,
            at_least=0,
        ),
        **_enough(),
    },
    key=_SLEUTEL,
    published_as="drukke_uren_dekking",
)  # fmt: skip

PUBLISHED = (DASHBOARD_HOT_TIMES, DASHBOARD_HOT_TIMES_COVERAGE)
"""What a release holds."""
