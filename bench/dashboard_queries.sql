-- Twenty questions of a dashboard page, each ending with a semicolon; the comment before it is its name.
-- Trend of a category in a municipality
SELECT periode_begin, aantal, aantal_laag, aantal_hoog, aantal_vorig_jaar, volledigheid FROM cijfers
WHERE datumbasis = 'voorgevallen' AND gebied_sleutel = 'GM0153' AND periode_soort = 'maand' AND klasse_sleutel = 'categorie: Vermogensdelicten' ORDER BY 1;
-- All subcategories of a municipality in the newest year to date
SELECT k.klasse_naam, c.aantal, c.verschil_vorig_jaar, c.toets_vorig_jaar, c.voorbehoud FROM cijfers c JOIN dim_klasse k USING (klasse_sleutel)
WHERE c.datumbasis = 'voorgevallen' AND c.gebied_sleutel = 'GM0141' AND c.klasse_niveau = 'subcategorie'
AND c.periode = (SELECT max(periode) FROM dim_periode WHERE periode_soort = 'jaar tot nu') ORDER BY c.aantal DESC;
-- Neighbourhoods of a municipality by rate, twelve months
SELECT g.gebied_naam, c.aantal, c.per_1000, c.per_1000_laag, c.per_1000_hoog, c.rang FROM cijfers c JOIN dim_gebied g USING (gebied_sleutel)
WHERE c.datumbasis = 'voorgevallen' AND c.gebied_niveau = 'buurt' AND g.gemeente_code = 'GM0164' AND c.klasse_sleutel = 'subcategorie: Woninginbraak'
AND c.periode_soort = '12 maanden' ORDER BY c.per_1000 DESC NULLS LAST LIMIT 20;
-- A map of all neighbourhoods, twelve months
SELECT c.gebied_sleutel, c.per_1000, g.breedtegraad, g.lengtegraad FROM cijfers c JOIN dim_gebied g USING (gebied_sleutel)
WHERE c.datumbasis = 'voorgevallen' AND c.gebied_niveau = 'buurt' AND c.klasse_sleutel = 'totaal: misdrijven' AND c.periode_soort = '12 maanden';
-- The map with borders
SELECT g.gebied_sleutel, g.grens_geojson, c.per_1000 FROM dim_gebied g LEFT JOIN (SELECT * FROM cijfers WHERE datumbasis = 'voorgevallen'
AND klasse_sleutel = 'categorie: Overlast en vernieling' AND periode = '2025') c USING (gebied_sleutel) WHERE g.gebied_niveau = 'buurt';
-- Municipalities beside each other, a year
SELECT g.gebied_naam, k.categorie, c.aantal, c.per_1000, c.rang FROM cijfers c JOIN dim_gebied g USING (gebied_sleutel) JOIN dim_klasse k USING (klasse_sleutel)
WHERE c.datumbasis = 'voorgevallen' AND c.gebied_niveau = 'gemeente' AND c.klasse_niveau = 'categorie' AND c.periode = '2025' ORDER BY 1, 2;
-- Weeks of a wijk
SELECT periode, aantal, aantal_vorige_periode, gemiddelde_vijf_jaar FROM cijfers WHERE datumbasis = 'voorgevallen' AND gebied_sleutel = 'WK015301'
AND periode_soort = 'week' AND klasse_sleutel = 'categorie: Geweldsdelicten' ORDER BY periode;
-- Largest changes that are no chance, region
SELECT k.klasse_naam, c.aantal, c.gemiddelde_vijf_jaar, c.verhouding_gemiddelde, c.toets_gemiddelde FROM cijfers c JOIN dim_klasse k USING (klasse_sleutel)
WHERE c.datumbasis = 'voorgevallen' AND c.gebied_niveau = 'regio' AND c.klasse_niveau = 'subcategorie' AND c.periode = '2026-02' AND c.toets_gemiddelde < 0.05 ORDER BY c.toets_gemiddelde;
-- Registered in the newest weeks, per municipality
SELECT g.gebied_naam, c.periode, c.aantal FROM cijfers c JOIN dim_gebied g USING (gebied_sleutel) WHERE c.datumbasis = 'geregistreerd'
AND c.gebied_niveau = 'gemeente' AND c.klasse_sleutel = 'totaal: misdrijven' AND c.periode_soort = 'week' AND c.periode >= '2026-W01' ORDER BY 1, 2;
-- Attempts and declarations of a class
SELECT periode, aantal, aantal_pogingen, aantal_aangiften FROM incident_aantallen WHERE datumbasis = 'voorgevallen' AND gebied_sleutel = 'GM0153'
AND periode_soort = 'maand' AND klasse_sleutel = 'B20' ORDER BY periode;
-- Heat map of a municipality
SELECT weekdag, uur, sum(gewicht) FROM drukke_uren WHERE gebied_sleutel = 'GM0153' AND periode_soort = 'jaar' AND periode = '2025'
AND klasse_sleutel = 'categorie: Geweldsdelicten' GROUP BY ALL ORDER BY ALL;
-- Heat map of a neighbourhood with what is left out
SELECT u.weekdag, u.uur, sum(u.gewicht), any_value(d.aandeel_weggelaten) FROM drukke_uren u JOIN drukke_uren_dekking d USING (gebied_sleutel, periode, seizoen, klasse_sleutel)
WHERE u.gebied_sleutel = (SELECT min(gebied_sleutel) FROM dim_gebied WHERE gemeente_code = 'GM0164' AND gebied_niveau = 'buurt') AND u.klasse_niveau = 'categorie' GROUP BY ALL;
-- Part of the day by season, region
SELECT d.seizoen, h.dagdeel, sum(d.gewicht) FROM drukke_uren d JOIN dim_uur h USING (uur) WHERE d.gebied_niveau = 'regio' AND d.klasse_sleutel = 'subcategorie: Woninginbraak'
AND d.periode_soort = 'jaar' GROUP BY ALL ORDER BY ALL;
-- Hot neighbourhoods of the newest window
SELECT g.gebied_naam, a.klasse_sleutel, a.ontwikkeling, a.gi_z, a.q_waarde FROM aandachtsbuurten a JOIN dim_gebied g USING (gebied_sleutel) WHERE a.oordeel = 'heet'
AND a.periode = (SELECT max(periode) FROM aandachtsbuurten) ORDER BY a.gi_z DESC;
-- Squares of a class
SELECT vlak, midden_breedtegraad, midden_lengtegraad, aantal FROM aandachtsvlakken WHERE soort = 'vlak' ORDER BY aantal DESC LIMIT 100;
-- Signals of the newest week and month
SELECT periode, gebied_sleutel, klasse_sleutel, aantal, verwacht, band_hoog, zin FROM signalen WHERE signaal AND nieuwste;
-- Completeness beside the newest months
SELECT klasse_sleutel, periode, aandeel_binnen, aandeel_laag, aandeel_hoog FROM volledigheid WHERE periode_soort = 'maand' AND klasse_niveau = 'categorie' ORDER BY 1, 2;
-- Profile of a municipality beside similar ones
SELECT kenmerk, eenheid, waarde, waarde_regio, waarde_vergelijkbaar FROM gebiedsprofiel_cijfers WHERE gebied_sleutel = 'GM0153' AND jaar = 2025;
-- Agreement with the open police figures
SELECT * FROM aansluiting_politie WHERE oordeel = 'wijkt af' LIMIT 100;
-- Caveats and freshness
SELECT q.*, d.* FROM kwaliteit q, (SELECT count(*) AS duidingen FROM duiding) d;
