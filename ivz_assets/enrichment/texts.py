"""The words and the example rows of the template's first sheet. How it looks is ``template``'s."""

from __future__ import annotations

from datetime import date

STEPS = (
    ("titel", "Cijfers per gebied aanleveren voor het veiligheidsbeeld"),
    (
        "tekst",
        "Met dit bestand levert u cijfers aan per CBS-buurt, wijk of gemeente. Het gaat altijd om aantallen of gemiddelden per "
        "gebied en nooit om personen, adressen of losse gevallen.",
    ),
    ("kop", "Stap 1. Vul het blad Leverancier in"),
    ("tekst", "Wie levert, op welke grondslag, waarvoor, over welke dagen en hoe lang de gegevens bewaard mogen worden."),
    ("kop", "Stap 2. Zoek uw indicatoren op het blad Indicatoren"),
    (
        "tekst",
        "Daar staat per indicator de eenheid, de noemer (waarop een verhouding wordt berekend; die rekenen wij zelf uit), de "
        "soort periode en het laagste niveau. De laatste drie kolommen (uw_eenheid, uw_noemer, uw_periode_soort) zijn ingevuld "
        "zoals afgesproken: laat ze staan als uw cijfers zo zijn. Zijn ze anders, vul dan in wat u hebt: de cijfers van die "
        "indicator worden niet geladen totdat er een afspraak over is.",
    ),
    ("kop", "Stap 3. Vul het blad Cijfers in: één regel per gebied, periode en indicator"),
    (
        "tekst",
        "Plak cijfers als waarden, zonder formules. Nul is nul. Is een cijfer niet bekend of te klein om te noemen, vul dan "
        "'onbekend' in. Laat de waarde nooit leeg. Voeg geen kolommen of bladen toe: een bestand met een extra kolom of blad "
        "wordt in zijn geheel geweigerd.",
    ),
    ("kop", "Stap 4. Bewaar het bestand als .xlsx en lever het aan zoals afgesproken"),
    (
        "tekst",
        "Is er iets niet goed, dan krijgt u een lijst terug van alle problemen, met het blad, de cel en wat u kunt doen. Staan "
        "er gegevens over personen of adressen in, dan wordt het hele bestand geweigerd. De kolom toelichting "
        "wordt niet bewaard.",
    ),
    ("kop", "Voorbeeld van het blad Cijfers"),
)
"""Kind (titel, kop, tekst) and words, from top to bottom."""

EXAMPLE_ROWS: tuple[dict[str, str | float | date], ...] = (
    {"gebied_code": "BU00010101", "gebied_naam": "Voorbeeldbuurt", "periode": "2025", "indicator": "jeugdhulp", "waarde": 34},
    {"gebied_code": "BU00010102", "periode": "2025-01-01", "indicator": "bijstandsgerechtigden", "waarde": "onbekend"},
    {
        "gebied_code": "BU00010101", "periode": "2025-K3", "indicator": "hennepkwekerijen_pand", "uitsplitsing": "woning",
        "waarde": 2,
    },
    {
        "gebied_code": "GM0001", "periode": "2025", "indicator": "onveiligheidsgevoel", "waarde": 31.4, "marge_onder": 29.1,
        "marge_boven": 33.7,
    },
    {
        "gebied_code": "BU00010102", "indicator": "maatregelen", "uitsplitsing": "buurt_whatsappgroep", "waarde": 1,
        "begindatum": date(2025, 3, 1), "einddatum": date(2025, 11, 30), "toelichting": "Loopt af als de groep stopt",
    },
)  # fmt: skip
