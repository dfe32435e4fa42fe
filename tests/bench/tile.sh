#!/usr/bin/env bash
# An uncached vector tile of a coverage of 100 000 polygons: wangge's pyramid beside ST_AsMVT of PostGIS, on the same
# polygons, in alternating rounds. PostGIS gets its best: geometries kept in EPSG:3857 with a GiST index, clustered,
# the statement planned once (PL/pgSQL), timed inside the server, nothing sent. wangge is timed without and with gzip,
# which PostGIS does not do. Both draw the same five tiles per zoom; what they hold must be the same features, by code, down
# to a square pixel. Fails under ten times, gzip included.
# Environment: ROUNDS (5), BUILD (build/release).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
. tests/bench/postgis.sh
rounds=${ROUNDS:-5} build=${BUILD:-build/release}

dir=$(mktemp -d "${TMPDIR:-/var/tmp}/wangge-tile.XXXXXX")
finish() {
  postgis_stop
  rm -rf "$dir"
}
echo "the coverage, in both"
"$build/bench_coverage" "$dir/grids.geojson"
postgis_start
trap finish EXIT
postgis_coverage "$dir/grids.geojson"
psql -qX -v ON_ERROR_STOP=1 <<'SQL'
CREATE TABLE grid3857 AS SELECT id, code, name, ST_Transform(geom, 3857) AS geom FROM grid;
CREATE INDEX grid3857_geom ON grid3857 USING gist (geom);
CLUSTER grid3857 USING grid3857_geom;
VACUUM ANALYZE grid3857;
CREATE FUNCTION tile(z int, x int, y int) RETURNS bytea LANGUAGE plpgsql STABLE AS $$
DECLARE
  made bytea;
BEGIN
  SELECT ST_AsMVT(t, 'grids', 4096, 'geom', 'id') INTO made FROM (
    SELECT id, code, name, ST_AsMVTGeom(geom, ST_TileEnvelope(z, x, y), 4096, 64, true) AS geom
    FROM grid3857 WHERE geom && ST_TileEnvelope(z, x, y, margin => 64.0 / 4096)) t;
  RETURN made;
END $$;
-- milliseconds a tile: n times each of the five
CREATE FUNCTION tile_ms(z int, at int[], n int) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  start timestamptz := clock_timestamp();
  bytes bigint := 0;
BEGIN
  FOR i IN 1..n LOOP
    FOR k IN 0..4 LOOP
      bytes := bytes + length(tile(z, at[2 * k + 1], at[2 * k + 2]));
    END LOOP;
  END LOOP;
  RETURN 1000 * extract(epoch FROM clock_timestamp() - start) / (5 * n);
END $$;
SQL

coproc OURS { "$build/bench_tile" -; }
ours_pid=$OURS_PID
read -r line <&"${OURS[0]}"
echo "$line"
ours() {
  echo "$*" >&"${OURS[1]}"
  read -r answer <&"${OURS[0]}"
}

for z in 13 11; do
  ours tiles "$z"
  at=(${answer})
  list="{$(IFS=,; echo "${at[*]}")}"
  for k in 0 1 2 3 4; do
    x=${at[2 * k]} y=${at[2 * k + 1]}
    # what is drawn, and how much of it lies in the tile itself: the buffer is never seen
    psql -qXAt -F ' ' -v ON_ERROR_STOP=1 -c "SELECT code, coalesce(ST_Area(ST_AsMVTGeom(geom, ST_TileEnvelope($z, $x, $y), 4096, 0, true)), 0)
      FROM grid3857 WHERE geom && ST_TileEnvelope($z, $x, $y, margin => 64.0 / 4096)
      AND ST_AsMVTGeom(geom, ST_TileEnvelope($z, $x, $y), 4096, 64, true) IS NOT NULL" >"$dir/theirs"
    ours compare "$z" "$x" "$y" "$dir/theirs"
    read -r both bad <<<"$answer"
    echo "z$z/$x/$y: $both features in both, $bad visible in one only"
    [ "$both" -gt 0 ] && [ "$bad" -eq 0 ]
  done
  psql -qXAt -c "SELECT tile_ms($z, '$list', 3)" >/dev/null # warm
  ours time "$z" 20
  n=$((z == 13 ? 20 : 3))
  : >"$dir/rounds"
  printf '%-6s %12s %12s %14s %8s\n' "z$z" 'wangge ms' 'with gzip' 'PostGIS ms' ratio
  for ((i = 1; i <= rounds; i++)); do
    theirs=$(psql -qXAt -v ON_ERROR_STOP=1 -c "SELECT tile_ms($z, '$list', $n)")
    ours time "$z" $((n * 10))
    read -r plain packed features bytes packed_bytes <<<"$answer"
    awk -v a="$plain" -v b="$packed" -v c="$theirs" -v i="$i" 'BEGIN { printf "%-6d %12.3f %12.3f %14.3f %7.1fx\n", i, a, b, c, c / b }'
    echo "$plain $packed $theirs" >>"$dir/rounds"
  done
  echo "z$z: the middle tile has $features features, $bytes bytes, $packed_bytes with gzip; PostGIS $(psql -qXAt -c "SELECT length(tile($z, ${at[0]}, ${at[1]}))") bytes"
  awk -v z="$z" '
    function median(v, n,  i, j, t) { for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t } return v[int((n + 1) / 2)] }
    { n++; p[n] = $3 / $1; r[n] = $3 / $2; c[n] = $1; a[n] = $2; b[n] = $3 }
    END {
      m = median(p, n)
      printf "z%s ratio, tile for tile: min %.1f median %.1f max %.1f\n", z, p[1], m, p[n]
      printf "ROW\tuncached tile, zoom %s\t%.3f ms\tPostGIS ST_AsMVT\t%.2f ms\t%.1f\t10\n", z, median(c, n), median(b, n), m
      m = median(r, n)
      printf "z%s ratio, gzip included: min %.1f median %.1f max %.1f\n", z, r[1], m, r[n]
      printf "ROW\tuncached tile, zoom %s, and gzip\t%.3f ms\tPostGIS ST_AsMVT, no gzip\t%.2f ms\t%.1f\t10\n", z, median(a, n), median(b, n), m
      exit m < 10
    }' "$dir/rounds"
done
exec {OURS[1]}>&-
wait "$ours_pid"
