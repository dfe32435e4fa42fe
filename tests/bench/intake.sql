\set x random(1190100000, 1199900000)
\set y random(285100000, 294900000)
INSERT INTO report (at, lon, lat, geom, category, description, client_id, grid_code)
SELECT now(), :x / 1e7, :y / 1e7, p.geom, 'c1', 'a report of the benchmark', gen_random_uuid(),
       (SELECT code FROM grid WHERE ST_Covers(grid.geom, p.geom) ORDER BY code LIMIT 1)
FROM (SELECT ST_SetSRID(ST_MakePoint(:x / 1e7, :y / 1e7), 4326) AS geom) p;
