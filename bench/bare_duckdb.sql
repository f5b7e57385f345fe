-- The tables of the weekly chain as a DuckDB user would write them by hand. A name in braces is filled in by bare_duckdb.py.
-- No gates, no models, no Dagster: what the same work costs without them.

-- Code lists
CREATE TEMP TABLE klassen AS FROM read_csv('{klassen}', all_varchar = true);
CREATE TEMP TABLE gemeenten AS FROM read_csv('{gemeenten}', all_varchar = true);
CREATE TEMP TABLE buurten AS FROM read_csv('{buurten}', all_varchar = true);
CREATE TEMP TABLE klasse_noemers AS FROM read_csv('{klasse_noemers}', all_varchar = true);

CREATE OR REPLACE TEMP MACRO schoon(t) AS nullif(trim(replace(t, chr(160), ' '), ' ' || chr(9) || chr(10) || chr(13) || chr(11) || chr(12)), '');
CREATE OR REPLACE TEMP MACRO plaatsnaam(t) AS
    replace(replace(translate(regexp_replace(lower(schoon(t)), '\s+', ' ', 'g'), 'áàäâéèëêíìïîóòöôúùüû', 'aaaaeeeeiiiioooouuuu'), '''', ''), '.', '');
CREATE OR REPLACE TEMP MACRO buurtcode(t) AS
    nullif(regexp_extract(upper(regexp_replace(replace(t, chr(160), ' '), '\s+', '', 'g')), '^(?:BU)?(\d{{7,8}})$', 1), '');
CREATE OR REPLACE TEMP MACRO ja_nee(t) AS CASE WHEN lower(schoon(t)) IN ('j', 'ja') THEN true WHEN lower(schoon(t)) IN ('n', 'nee') THEN false END;
CREATE OR REPLACE TEMP MACRO ymd(j, m, d) AS try_cast(j || '-' || lpad(m, 2, '0') || '-' || lpad(d, 2, '0') AS DATE);
CREATE OR REPLACE TEMP MACRO minuten(u, m) AS CASE WHEN m <= 59 AND (u <= 23 OR (u = 24 AND m = 0)) THEN u * 60 + m END;
CREATE OR REPLACE TEMP MACRO uu_mm(u, m) AS minuten(try_cast(u AS INTEGER), try_cast(m AS INTEGER));

-- The ledger: the state of every delivery, and who speaks for which registration date, when
CREATE TEMP TABLE stand AS
WITH besluit AS (
    SELECT onderwerp, min(op) FILTER (soort = 'vastgehouden') AS vast, min(op) FILTER (soort = 'geaccepteerd') AS akkoord,
        min(op) FILTER (soort = 'teruggetrokken') AS terug
    FROM decisions GROUP BY onderwerp
)
SELECT levering_id, rijen, geleverd_op, dekking_van, dekking_tot,
    row_number() OVER (ORDER BY geleverd_op, volgorde) AS rang,
    CASE WHEN vast IS NULL THEN ingelezen_op ELSE akkoord END AS actief_van,
    terug AS actief_tot,
    CASE WHEN terug IS NOT NULL THEN 'teruggetrokken' WHEN vast IS NOT NULL AND akkoord IS NULL THEN 'vastgehouden' ELSE 'geladen' END AS toestand
FROM deliveries LEFT JOIN besluit ON onderwerp = levering_id
WHERE stroom = 'weekmonitor';

CREATE TEMP TABLE beurten AS
WITH dekking AS (
    SELECT unnest(generate_series(dekking_van, dekking_tot, INTERVAL 1 DAY))::DATE AS datum, levering_id, rang, actief_van, actief_tot
    FROM stand WHERE actief_van IS NOT NULL
),
momenten AS (SELECT datum, actief_van AS moment FROM dekking UNION SELECT datum, actief_tot FROM dekking WHERE actief_tot IS NOT NULL),
spreekt AS (
    SELECT m.datum, m.moment, arg_max(d.levering_id, d.rang) AS levering_id
    FROM momenten m LEFT JOIN dekking d
        ON d.datum = m.datum AND d.actief_van <= m.moment AND (d.actief_tot IS NULL OR m.moment < d.actief_tot)
    GROUP BY ALL
),
wissels AS (
    SELECT *, row_number() OVER w = 1 OR levering_id IS DISTINCT FROM lag(levering_id) OVER w AS nieuw
    FROM spreekt WINDOW w AS (PARTITION BY datum ORDER BY moment)
)
SELECT datum, levering_id, moment AS geldig_van, lead(moment) OVER w AS geldig_tot, lead(levering_id) OVER w AS opvolger
FROM wissels WHERE nieuw
WINDOW w AS (PARTITION BY datum ORDER BY moment)
QUALIFY levering_id IS NOT NULL;

CREATE TEMP TABLE sprekers AS
SELECT datum, b.levering_id AS spreker, s.rang AS spreker_rang FROM beurten b JOIN stand s USING (levering_id) WHERE geldig_tot IS NULL;

-- Texts repeat: every distinct one is read once
CREATE TEMP TABLE datum_teksten AS
WITH teksten AS (
    SELECT datum_registratie AS tekst FROM raw_weekmonitor UNION SELECT datum_kennisname FROM raw_weekmonitor
    UNION SELECT begindatum FROM raw_weekmonitor UNION SELECT einddatum FROM raw_weekmonitor
),
delen AS (
    SELECT tekst, schoon(tekst) AS t,
        regexp_extract(t, '^(\d{{1,2}})[-/.](\d{{1,2}})[-/.]((?:19|20)\d{{2}}|\d{{2}})([ T]\d{{1,2}}:\d{{2}}(:\d{{2}}([.]\d+)?)?)?$', ['d', 'm', 'j']) AS nl,
        regexp_extract(t, '^((?:19|20)\d{{2}})-(\d{{1,2}})-(\d{{1,2}})([ T]\d{{1,2}}:\d{{2}}(:\d{{2}}([.]\d+)?)?)?$', ['j', 'm', 'd']) AS iso,
        regexp_extract(t, '^((?:19|20)\d{{2}})(\d{{2}})(\d{{2}})$', ['j', 'm', 'd']) AS kort,
        try_cast(nullif(regexp_extract(t, '^([2-7]\d{{4}})([.,]\d+)?$', 1), '') AS INTEGER) AS dagnummer
    FROM teksten WHERE schoon(tekst) IS NOT NULL
)
SELECT tekst, NOT regexp_matches(tekst, '^\d{{2}}-\d{{2}}-\d{{4}}$') AS eigen_vorm,
    CASE
        WHEN nl.d <> '' THEN ymd(CASE WHEN length(nl.j) = 2 THEN '20' || nl.j ELSE nl.j END, nl.m, nl.d)
        WHEN iso.d <> '' THEN ymd(iso.j, iso.m, iso.d)
        WHEN kort.d <> '' THEN ymd(kort.j, kort.m, kort.d)
        ELSE DATE '1899-12-30' + dagnummer
    END AS waarde
FROM delen;

CREATE TEMP TABLE tijd_teksten AS
WITH teksten AS (SELECT begintijd AS tekst FROM raw_weekmonitor UNION SELECT eindtijd FROM raw_weekmonitor),
delen AS (
    SELECT tekst, regexp_replace(schoon(tekst), '\s*(uur|u)[.]?$', '', 'g') AS t,
        regexp_extract(t, '^(\d{{1,2}}):(\d{{2}})(:\d{{2}}([.,]\d+)?)?$', ['u', 'm']) AS klok,
        regexp_extract(t, '^(\d{{2}}|[1-9])[.](\d{{2}})$', ['u', 'm']) AS punt,
        regexp_extract(t, '^(\d{{1,2}})(\d{{2}})$', ['u', 'm']) AS kort,
        regexp_extract(t, '^\d{{4}}-\d{{2}}-\d{{2}}[ T](\d{{2}}):(\d{{2}})(:\d{{2}}([.]\d+)?)?$', ['u', 'm']) AS stempel
    FROM teksten WHERE schoon(tekst) IS NOT NULL
)
SELECT tekst, NOT regexp_matches(tekst, '^([01]\d|2[0-3]):\d{{2}}$') AS eigen_vorm,
    coalesce(
        CASE
            WHEN klok.u <> '' THEN uu_mm(klok.u, klok.m)
            WHEN punt.u <> '' THEN uu_mm(punt.u, punt.m)
            WHEN kort.u <> '' THEN uu_mm(kort.u, kort.m)
            WHEN stempel.u <> '' THEN uu_mm(stempel.u, stempel.m)
        END,
        CASE WHEN regexp_matches(t, '^(0|1|0?[.,]\d+|1[.,]0+)$') THEN round(try_cast(replace(t, ',', '.') AS DOUBLE) * 1440)::INTEGER END
    ) AS waarde
FROM delen;

CREATE TEMP TABLE klasse_teksten AS
SELECT tekst, code, k.subcategorie, k.categorie, k.soort, k.categorie IS NOT NULL AS bekend
FROM (SELECT DISTINCT maatschappelijke_klasse AS tekst, nullif(upper(regexp_replace(replace(tekst, chr(160), ' '), '\s+', '', 'g')), '') AS code FROM raw_weekmonitor)
LEFT JOIN klassen k ON k.maatschappelijke_klasse = code
WHERE code IS NOT NULL;

CREATE TEMP TABLE gebied_teksten AS
WITH paren AS (
    SELECT DISTINCT buurt_code AS tekst_code, plaatsnaam AS tekst_plaats, plaatsnaam(plaatsnaam) AS plaats,
        'BU' || nullif(lpad(buurtcode(buurt_code), 8, '0'), '00000000') AS code
    FROM raw_weekmonitor
),
plaatsen AS (SELECT DISTINCT plaatsnaam(plaatsnaam) AS plaats, gemeente_code FROM read_csv('{woonplaatsen}', all_varchar = true)),
geplaatst AS (
    SELECT p.*, coalesce('GM' || p.code[3:6], w.gemeente_code) AS gemeente,
        gemeente IS NOT NULL AND g.gemeente_code IS NULL AS buiten,
        g.gemeente_code IS NOT NULL AND b.buurt_code IS NOT NULL AS precies
    FROM paren p LEFT JOIN plaatsen w USING (plaats)
    LEFT JOIN gemeenten g ON g.gemeente_code = coalesce('GM' || p.code[3:6], w.gemeente_code)
    LEFT JOIN buurten b ON b.buurt_code = p.code
)
SELECT tekst_code, tekst_plaats, plaats, code AS geleverde_code, coalesce(gemeente, 'GMXXXX') AS gemeente_code,
    CASE WHEN (buiten OR precies) AND code IS NOT NULL THEN code ELSE 'BU' || coalesce(gemeente, 'GMXXXX')[3:6] || 'XXXX' END AS buurt_code,
    NOT buiten AS binnen_regio, CASE WHEN buiten OR precies THEN 'gemeten' ELSE 'onbekend' END AS buurt_bepaling
FROM geplaatst;

-- Every delivered row: typed, judged, with its identity and its one status
CREATE TEMP TABLE rijen AS
WITH getypeerd AS (
    SELECT r.* RENAME (maatschappelijke_klasse AS t_klasse, buurt_code AS t_buurt, datum_registratie AS t_registratie,
            datum_kennisname AS t_kennisname, begindatum AS t_begindatum, einddatum AS t_einddatum, begintijd AS t_begintijd,
            eindtijd AS t_eindtijd, dagdeel AS t_dagdeel, aangifte AS t_aangifte, poging AS t_poging, projectcode AS t_project),
        k.code AS maatschappelijke_klasse, k.subcategorie, k.categorie, k.soort, coalesce(k.bekend, false) AS klasse_bekend,
        g.plaats, g.geleverde_code, g.gemeente_code, g.buurt_code, g.buurt_bepaling, g.binnen_regio,
        d1.waarde AS datum_registratie, d2.waarde AS datum_kennisname, d3.waarde AS begindatum, d4.waarde AS einddatum,
        (d1.eigen_vorm AND d1.waarde IS NOT NULL) IS TRUE OR (d2.eigen_vorm AND d2.waarde IS NOT NULL) IS TRUE
            OR (d3.eigen_vorm AND d3.waarde IS NOT NULL) IS TRUE OR (d4.eigen_vorm AND d4.waarde IS NOT NULL) IS TRUE AS datum_eigen,
        t1.waarde AS begin_min, t2.waarde AS eind_min,
        (t1.eigen_vorm AND t1.waarde IS NOT NULL) IS TRUE OR (t2.eigen_vorm AND t2.waarde IS NOT NULL) IS TRUE AS tijd_eigen,
        d3.waarde::TIMESTAMP + to_minutes(begin_min) AS begin0, d4.waarde::TIMESTAMP + to_minutes(eind_min) AS eind0,
        ja_nee(r.aangifte) AS aangifte, ja_nee(r.poging) AS poging, upper(schoon(r.projectcode)) AS projectcode,
        nullif(regexp_extract(lower(r.dagdeel), '(nacht|ochtend|middag|avond)', 1), '') AS dagdeel_geleverd,
        try_cast(nullif(regexp_extract(x.locatie_xy, '{xy}', 1), '') AS DOUBLE) AS rd_x,
        try_cast(nullif(regexp_extract(x.locatie_xy, '{xy}', 2), '') AS DOUBLE) AS rd_y,
        s.geleverd_op::DATE AS geleverd, s.dekking_van, s.dekking_tot, s.rang, s.toestand
    FROM raw_weekmonitor r
    JOIN stand s USING (levering_id)
    LEFT JOIN raw_weekmonitor_xy x ON x.levering_id = r.levering_id AND x.rij = r.rij
    LEFT JOIN klasse_teksten k ON k.tekst = r.maatschappelijke_klasse
    LEFT JOIN gebied_teksten g ON g.tekst_code IS NOT DISTINCT FROM r.buurt_code AND g.tekst_plaats IS NOT DISTINCT FROM r.plaatsnaam
    LEFT JOIN datum_teksten d1 ON d1.tekst = r.datum_registratie
    LEFT JOIN datum_teksten d2 ON d2.tekst = r.datum_kennisname
    LEFT JOIN datum_teksten d3 ON d3.tekst = r.begindatum
    LEFT JOIN datum_teksten d4 ON d4.tekst = r.einddatum
    LEFT JOIN tijd_teksten t1 ON t1.tekst = r.begintijd
    LEFT JOIN tijd_teksten t2 ON t2.tekst = r.eindtijd
),
momenten AS (
    SELECT *,
        (month(begin0) = 3 AND day(begin0) >= 25 AND isodow(begin0) = 7 AND hour(begin0) = 2) IS TRUE AS begin_overgeslagen,
        (month(eind0) = 3 AND day(eind0) >= 25 AND isodow(eind0) = 7 AND hour(eind0) = 2) IS TRUE AS eind_overgeslagen,
        (month(begin0) = 10 AND day(begin0) >= 25 AND isodow(begin0) = 7 AND hour(begin0) = 2) IS TRUE AS begin_dubbel,
        CASE WHEN begin_overgeslagen THEN begin0 + INTERVAL 1 HOUR ELSE begin0 END AS begin_tijdstip,
        CASE WHEN eind_overgeslagen THEN eind0 + INTERVAL 1 HOUR ELSE eind0 END AS eind_tijdstip,
        CASE hour(begin_tijdstip) // 6 WHEN 0 THEN 'nacht' WHEN 1 THEN 'ochtend' WHEN 2 THEN 'middag' WHEN 3 THEN 'avond' END AS dagdeel_berekend,
        coalesce(dagdeel_berekend, dagdeel_geleverd) AS dagdeel,
        coalesce(begin_tijdstip::DATE, begindatum, datum_kennisname, datum_registratie) AS datum_voorval
    FROM getypeerd
),
beoordeeld AS (
    SELECT *,
        nullif(concat_ws(' ',
            CASE WHEN maatschappelijke_klasse IS NULL THEN 'klasse_ontbreekt' END,
            CASE WHEN maatschappelijke_klasse IS NOT NULL AND NOT klasse_bekend THEN 'klasse_onbekend' END,
            CASE WHEN schoon(t_registratie) IS NULL THEN 'registratiedatum_ontbreekt' END,
            CASE WHEN schoon(t_registratie) IS NOT NULL AND datum_registratie IS NULL THEN 'registratiedatum_ongeldig' END,
            CASE WHEN datum_registratie > geleverd THEN 'registratie_in_toekomst' END,
            CASE WHEN schoon(t_begindatum) IS NOT NULL AND begindatum IS NULL THEN 'begindatum_ongeldig' END,
            CASE WHEN begindatum > datum_registratie THEN 'begin_na_registratie' END), '') AS redenen,
        nullif(concat_ws(' ',
            CASE WHEN klasse_bekend AND t_klasse <> maatschappelijke_klasse THEN 'klasse_vorm' END,
            CASE WHEN t_buurt <> geleverde_code THEN 'buurtcode_vorm' END,
            CASE WHEN buurt_bepaling IN ('omgezet', 'geschat') THEN 'buurt_omgezet' END,
            CASE WHEN datum_eigen THEN 'datumvorm' END,
            CASE WHEN tijd_eigen THEN 'tijdvorm' END,
            CASE WHEN (aangifte IS NOT NULL AND t_aangifte NOT IN ('J', 'N')) OR (poging IS NOT NULL AND t_poging NOT IN ('J', 'N')) THEN 'jn_vorm' END,
            CASE WHEN xy_status = 'verwijderd' THEN 'xy_niet_toegestaan' END,
            CASE WHEN begin_overgeslagen OR eind_overgeslagen THEN 'zomertijd_bestaat_niet' END,
            CASE WHEN schoon(t_begindatum) IS NULL THEN 'begindatum_ontbreekt' END,
            CASE WHEN buurt_bepaling = 'onbekend' AND gemeente_code <> 'GMXXXX' THEN 'buurt_onbekend' END,
            CASE WHEN buurt_bepaling = 'onbekend' AND gemeente_code = 'GMXXXX' THEN 'plaats_onbekend' END,
            CASE WHEN NOT binnen_regio THEN 'buiten_regio' END,
            CASE WHEN datum_registratie NOT BETWEEN dekking_van AND dekking_tot AND datum_registratie <= geleverd THEN 'registratie_buiten_levering' END,
            CASE WHEN schoon(t_kennisname) IS NOT NULL AND datum_kennisname IS NULL THEN 'kennisnamedatum_ongeldig' END,
            CASE WHEN schoon(t_einddatum) IS NOT NULL AND einddatum IS NULL THEN 'einddatum_ongeldig' END,
            CASE WHEN (schoon(t_begintijd) IS NOT NULL AND begin_min IS NULL) OR (schoon(t_eindtijd) IS NOT NULL AND eind_min IS NULL) THEN 'tijd_ongeldig' END,
            CASE WHEN schoon(t_begintijd) IS NULL THEN 'begintijd_ontbreekt' END,
            CASE WHEN begin_min = 0 THEN 'begintijd_standaard' END,
            CASE WHEN schoon(t_einddatum) IS NULL OR schoon(t_eindtijd) IS NULL THEN 'eindtijd_ontbreekt' END,
            CASE WHEN (eind_tijdstip < begin_tijdstip AND NOT begin_dubbel) OR einddatum < begindatum THEN 'eind_voor_begin' END,
            CASE WHEN begin_dubbel THEN 'zomertijd_dubbel' END,
            CASE WHEN dagdeel_geleverd <> dagdeel_berekend THEN 'dagdeel_afwijkend' END,
            CASE WHEN (schoon(t_aangifte) IS NOT NULL AND aangifte IS NULL) OR (schoon(t_poging) IS NOT NULL AND poging IS NULL) THEN 'aangifte_ongeldig' END,
            CASE WHEN xy_status = 'bewaard' AND (rd_x IS NULL OR rd_y IS NULL) THEN 'xy_onleesbaar' END,
            CASE WHEN NOT (rd_x BETWEEN {rd_x_min} AND {rd_x_max} AND rd_y BETWEEN {rd_y_min} AND {rd_y_max}) THEN 'xy_buiten_regio' END), '') AS kenmerken,
        datum_registratie IS NOT NULL AND datum_registratie NOT BETWEEN dekking_van AND dekking_tot AS zwerfrij,
        [maatschappelijke_klasse, geleverde_code, plaats,
            coalesce(datum_registratie::VARCHAR, '?' || schoon(t_registratie)), coalesce(datum_kennisname::VARCHAR, '?' || schoon(t_kennisname)),
            coalesce(begin_tijdstip::VARCHAR, begindatum::VARCHAR, '?' || schoon(t_begindatum)),
            CASE WHEN begin_tijdstip IS NULL THEN coalesce(begin_min::VARCHAR, '?' || schoon(t_begintijd)) END,
            coalesce(eind_tijdstip::VARCHAR, einddatum::VARCHAR, '?' || schoon(t_einddatum)),
            CASE WHEN eind_tijdstip IS NULL THEN coalesce(eind_min::VARCHAR, '?' || schoon(t_eindtijd)) END,
            CASE WHEN begin_tijdstip IS NULL THEN dagdeel END,
            coalesce(aangifte::VARCHAR, '?' || schoon(t_aangifte)), coalesce(poging::VARCHAR, '?' || schoon(t_poging)), projectcode] AS delen,
        sha256(array_to_string(list_transform(delen, lambda deel: coalesce(length(deel) || ':' || deel, '-')), '')) AS incident_hash
    FROM momenten
)
SELECT b.* EXCLUDE (delen, begin0, eind0),
    (row_number() OVER (PARTITION BY b.levering_id, incident_hash ORDER BY rij))::INTEGER AS volgnummer,
    CASE
        WHEN toestand <> 'geladen' THEN toestand
        WHEN b.datum_registratie IS NULL AND b.levering_id NOT IN (SELECT spreker FROM sprekers) THEN 'vervangen'
        WHEN b.datum_registratie IS NOT NULL AND NOT zwerfrij AND spreker <> b.levering_id THEN 'vervangen'
        WHEN zwerfrij AND spreker_rang > rang THEN 'vervangen'
        WHEN redenen IS NOT NULL THEN 'quarantaine'
        ELSE 'incident'
    END AS status
FROM beoordeeld b LEFT JOIN sprekers ON sprekers.datum = b.datum_registratie;

UPDATE rijen SET status = 'vervangen'
WHERE zwerfrij AND status = 'incident' AND (levering_id, rij) IN (
    SELECT (z.levering_id, z.rij)
    FROM (SELECT *, row_number() OVER (PARTITION BY incident_hash, volgnummer ORDER BY rang DESC) AS beurt FROM rijen WHERE zwerfrij AND status = 'incident') z
    LEFT JOIN rijen s ON NOT s.zwerfrij AND s.status = 'incident' AND s.incident_hash = z.incident_hash AND s.volgnummer = z.volgnummer
    WHERE beurt > 1 OR s.rij IS NOT NULL
);

-- What follows from the rows
CREATE OR REPLACE TABLE incidents AS
SELECT incident_hash, volgnummer, levering_id, rij, maatschappelijke_klasse, subcategorie, categorie, soort, buurt_code, buurt_bepaling,
    t_buurt AS buurt_code_geleverd, gemeente_code, binnen_regio, datum_registratie, datum_kennisname, datum_voorval, begin_tijdstip,
    eind_tijdstip, dagdeel, aangifte, poging, projectcode, kenmerken
FROM rijen WHERE status = 'incident';

CREATE OR REPLACE TABLE quarantine AS
SELECT r.levering_id, r.blad, r.rij, redenen AS regels, t_klasse AS maatschappelijke_klasse, maatschappelijke_klasse_omschrijving,
    t_buurt AS buurt_code, buurt_naam, plaatsnaam, t_registratie AS datum_registratie, t_kennisname AS datum_kennisname,
    t_begindatum AS begindatum, t_begintijd AS begintijd, t_einddatum AS einddatum, t_eindtijd AS eindtijd, t_dagdeel AS dagdeel,
    t_aangifte AS aangifte, t_poging AS poging, t_project AS projectcode, x.locatie_xy
FROM rijen r LEFT JOIN raw_weekmonitor_xy x ON x.levering_id = r.levering_id AND x.rij = r.rij
WHERE status = 'quarantaine';

CREATE OR REPLACE TABLE delivery_accounts AS
SELECT s.levering_id, s.rijen, count_if(status = 'incident') AS incident, count_if(status = 'quarantaine') AS quarantaine,
    count_if(status = 'vervangen') AS vervangen, count_if(status = 'vastgehouden') AS vastgehouden, count_if(status = 'teruggetrokken') AS teruggetrokken
FROM stand s LEFT JOIN rijen r USING (levering_id) GROUP BY ALL;

CREATE OR REPLACE TABLE rule_counts AS
SELECT levering_id, regel, count(*) AS aantal
FROM (
    SELECT levering_id, unnest(string_split(concat_ws(' ', redenen, kenmerken), ' ')) AS regel
    FROM rijen WHERE redenen IS NOT NULL OR kenmerken IS NOT NULL
) GROUP BY ALL;

CREATE OR REPLACE TABLE incident_versions AS
WITH geldig AS (SELECT incident_hash, volgnummer, datum_registratie, levering_id, rang, zwerfrij FROM rijen WHERE redenen IS NULL),
vast AS (
    SELECT incident_hash, volgnummer, g.datum_registratie, g.levering_id, geldig_van, geldig_tot, opvolger
    FROM geldig g JOIN beurten b ON b.datum = g.datum_registratie AND b.levering_id = g.levering_id WHERE NOT zwerfrij
),
los AS (
    -- A stray is known while its delivery is active, until a newer delivery speaks for its date.
    SELECT g.incident_hash, g.volgnummer, g.datum_registratie, g.levering_id, s.actief_van,
        least(s.actief_tot, min(b.geldig_van)) AS einde, arg_min(n.levering_id, b.geldig_van) AS nieuwe, min(b.geldig_van) AS eerste
    FROM geldig g JOIN stand s USING (levering_id)
    LEFT JOIN (beurten b JOIN stand n ON n.levering_id = b.levering_id) ON b.datum = g.datum_registratie AND n.rang > g.rang
    WHERE zwerfrij AND s.actief_van IS NOT NULL
    GROUP BY g.incident_hash, g.volgnummer, g.datum_registratie, g.levering_id, s.actief_van, s.actief_tot
),
bekend AS (
    FROM vast
    UNION ALL
    SELECT incident_hash, volgnummer, datum_registratie, levering_id, actief_van, einde, CASE WHEN einde = eerste THEN nieuwe END
    FROM los WHERE einde IS NULL OR einde > actief_van
),
meer AS (SELECT incident_hash, volgnummer FROM bekend GROUP BY ALL HAVING count(*) > 1),
eilanden AS (
    SELECT *, sum(nieuw) OVER w AS eiland FROM (
        SELECT *, coalesce(geldig_tot, TIMESTAMP '9999-12-31') AS einde,
            coalesce((geldig_van > max(coalesce(geldig_tot, TIMESTAMP '9999-12-31')) OVER (
                PARTITION BY incident_hash, volgnummer ORDER BY geldig_van, coalesce(geldig_tot, TIMESTAMP '9999-12-31')
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))::INTEGER, 1) AS nieuw
        FROM bekend SEMI JOIN meer USING (incident_hash, volgnummer)
    ) WINDOW w AS (PARTITION BY incident_hash, volgnummer ORDER BY geldig_van, einde ROWS UNBOUNDED PRECEDING)
)
SELECT incident_hash, volgnummer, datum_registratie, geldig_van AS bekend_van, levering_id AS levering_van,
    geldig_tot AS bekend_tot, opvolger AS levering_tot
FROM bekend ANTI JOIN meer USING (incident_hash, volgnummer)
UNION ALL
SELECT incident_hash, volgnummer, min(datum_registratie), min(geldig_van), arg_min(levering_id, geldig_van),
    nullif(max(einde), TIMESTAMP '9999-12-31'), CASE WHEN max(einde) < TIMESTAMP '9999-12-31' THEN arg_max(opvolger, einde) END
FROM eilanden GROUP BY incident_hash, volgnummer, eiland;

-- Dimensions and counts
CREATE OR REPLACE TABLE dim_klasse AS
WITH k AS (SELECT klassen.*, noemer, reden FROM klassen LEFT JOIN klasse_noemers USING (maatschappelijke_klasse))
SELECT maatschappelijke_klasse AS klasse_sleutel, 'klasse' AS klasse_niveau, omschrijving AS klasse_naam, maatschappelijke_klasse, subcategorie, categorie,
    noemer, reden AS noemer_reden, soort FROM k
UNION ALL SELECT 'subcategorie: ' || subcategorie, 'subcategorie', subcategorie, NULL, subcategorie, categorie,
    CASE WHEN count(DISTINCT noemer) = 1 THEN any_value(noemer) END, NULL, NULL FROM k GROUP BY subcategorie, categorie
UNION ALL SELECT 'categorie: ' || categorie, 'categorie', categorie, NULL, NULL, categorie,
    CASE WHEN count(DISTINCT noemer) = 1 THEN any_value(noemer) END, NULL, NULL FROM k GROUP BY categorie
UNION ALL SELECT 'categorie: Verkeer', 'categorie', 'Verkeer', NULL, NULL, 'Verkeer', NULL, NULL, NULL;

CREATE OR REPLACE TABLE dim_datum AS
SELECT d::DATE AS datum, year(d)::INTEGER AS jaar, quarter(d)::INTEGER AS kwartaal, month(d)::INTEGER AS maand, isoyear(d)::INTEGER AS iso_jaar,
    weekofyear(d)::INTEGER AS iso_week, isodow(d)::INTEGER AS weekdag, strftime(d, '%G-W%V') AS week_sleutel,
    strftime(d, '%Y-%m') AS maand_sleutel, strftime(d, '%Y') AS jaar_sleutel
FROM generate_series((SELECT least(min(datum_voorval), DATE '{first_date}') FROM incidents)::TIMESTAMP, TIMESTAMP '{today}', INTERVAL 1 DAY) t(d);

CREATE OR REPLACE TABLE dim_gebied AS
WITH g AS (SELECT gemeente_code, gemeente_naam FROM gemeenten UNION ALL SELECT 'GMXXXX', 'Gemeente onbekend'),
namen AS (
    SELECT buurt_code, buurt_naam, 1 AS bron FROM buurten
    UNION ALL SELECT 'BU' || gemeente_code[3:6] || 'XXXX', 'Onbekend (' || gemeente_naam || ')', 1 FROM g
    UNION ALL SELECT i.buurt_code, coalesce(arg_max(r.buurt_naam, i.datum_registratie), i.buurt_code), 2
    FROM incidents i JOIN raw_weekmonitor r USING (levering_id, rij)
    WHERE i.binnen_regio AND NOT ends_with(i.buurt_code, 'XXXX') GROUP BY i.buurt_code
),
b AS (
    SELECT buurt_code, arg_min(buurt_naam, bron) AS naam, 'WK' || buurt_code[3:8] AS wijk_code, 'GM' || buurt_code[3:6] AS gemeente_code
    FROM namen GROUP BY buurt_code
),
w AS (
    SELECT b.wijk_code, b.gemeente_code, g.gemeente_naam, coalesce(any_value(l.wijk_naam),
        CASE WHEN ends_with(b.wijk_code, 'XX') THEN 'Onbekend (' || g.gemeente_naam || ')' ELSE 'Wijk ' || b.wijk_code[7:8] || ' ' || g.gemeente_naam END) AS wijk_naam
    FROM b JOIN g USING (gemeente_code) LEFT JOIN buurten l ON l.wijk_code = b.wijk_code
    GROUP BY b.wijk_code, b.gemeente_code, g.gemeente_naam
)
SELECT buurt_code AS gebied_sleutel, 'buurt' AS gebied_niveau, naam AS gebied_naam, wijk_code, wijk_naam, w.gemeente_code, gemeente_naam, contains(buurt_code[3:], 'X') AS onbekend
FROM b JOIN w USING (wijk_code)
UNION ALL SELECT wijk_code, 'wijk', wijk_naam, wijk_code, wijk_naam, gemeente_code, gemeente_naam, contains(wijk_code[3:], 'X') FROM w
UNION ALL SELECT gemeente_code, 'gemeente', gemeente_naam, NULL, NULL, gemeente_code, gemeente_naam, contains(gemeente_code[3:], 'X') FROM g
UNION ALL SELECT '{regio_code}', 'regio', '{regio_naam}', NULL, NULL, NULL, NULL, false;

-- Small numbers instead of texts while counting; the texts come back at the end
CREATE TEMP TABLE gebied AS SELECT gebied_sleutel AS sleutel, gebied_niveau AS niveau, (row_number() OVER ())::SMALLINT AS nr FROM dim_gebied;
CREATE TEMP TABLE klasse AS SELECT klasse_sleutel AS sleutel, klasse_niveau AS niveau, (row_number() OVER ())::SMALLINT AS nr FROM dim_klasse;

CREATE TEMP TABLE fijnste AS
WITH codes AS (
    SELECT datum_voorval, datum_registratie, b.nr AS buurt, w.nr AS wijk, g.nr AS gemeente, k.nr AS klasse, s.nr AS subcategorie, c.nr AS categorie,
        soort = 'misdrijf' AS misdrijf, poging, aangifte, buurt_bepaling IN ('omgezet', 'geschat') AS omgezet
    FROM incidents i
    JOIN gebied b ON b.sleutel = buurt_code JOIN gebied w ON w.sleutel = 'WK' || buurt_code[3:8] JOIN gebied g ON g.sleutel = gemeente_code
    JOIN klasse k ON k.sleutel = maatschappelijke_klasse JOIN klasse s ON s.sleutel = 'subcategorie: ' || i.subcategorie
    JOIN klasse c ON c.sleutel = 'categorie: ' || i.categorie
    WHERE binnen_regio
),
dagen AS (
    SELECT 1::TINYINT AS basis, datum_voorval AS dag, * EXCLUDE (datum_voorval, datum_registratie) FROM codes
    UNION ALL SELECT 2::TINYINT, datum_registratie, * EXCLUDE (datum_voorval, datum_registratie) FROM codes
),
per_dag AS (
    SELECT basis, dag, buurt, wijk, gemeente, klasse, subcategorie, categorie, count(*) AS n, count_if(misdrijf) AS m, count(*) FILTER (poging) AS p, count(*) FILTER (aangifte) AS a,
        count_if(omgezet) AS o
    FROM dagen GROUP BY ALL
)
SELECT basis, s.nr AS soort, date_trunc(s.deel, dag)::DATE AS begin, buurt, wijk, gemeente, (SELECT nr FROM gebied WHERE niveau = 'regio') AS regio,
    klasse, subcategorie, categorie, sum(n)::INTEGER AS n, sum(m)::INTEGER AS m, sum(p)::INTEGER AS p, sum(a)::INTEGER AS a, sum(o)::INTEGER AS o
FROM per_dag, (VALUES (1::TINYINT, 'week'), (2::TINYINT, 'month'), (3::TINYINT, 'year')) s(nr, deel)
GROUP BY ALL;

CREATE TEMP TABLE niveaus AS
{levels};

CREATE TEMP TABLE periodes AS
SELECT *, CASE soort WHEN 1 THEN strftime(begin, '%G-W%V') WHEN 2 THEN strftime(begin, '%Y-%m') ELSE strftime(begin, '%Y') END AS periode,
    CASE soort WHEN 1 THEN 'week' WHEN 2 THEN 'maand' ELSE 'jaar' END AS periode_soort
FROM (SELECT DISTINCT soort, begin FROM fijnste);

CREATE OR REPLACE TABLE dashboard_incident_counts AS
SELECT CASE basis WHEN 1 THEN 'voorgevallen' ELSE 'geregistreerd' END AS datumbasis, g.niveau AS gebied_niveau, g.sleutel AS gebied_sleutel,
    periode_soort, periode, begin AS periode_begin, k.niveau AS klasse_niveau, k.sleutel AS klasse_sleutel, n AS aantal,
    m AS aantal_misdrijven, n - m AS aantal_incidenten, p AS aantal_pogingen, a AS aantal_aangiften,
    o AS aantal_omgezet
FROM niveaus JOIN periodes USING (soort, begin) JOIN gebied g ON g.nr = gebied JOIN klasse k ON k.nr = klasse;
