#!/usr/bin/env bash
# Durable intake at 64 connections: reports over HTTP into wangge (parsed, checked, resolved to grid and worker,
# numbered, hash-chained, synced to disk before the 201) beside "insert a report with its owner" in PostGIS
# (prepared, fsync on, Debian's settings), on one coverage of 100 000 polygons, in alternating rounds. At the
# end PostGIS names the owner of every report that wangge stored in a sample: all must be equal.
# Environment: ROUNDS (3), SECONDS_EACH (8), NX, NY (400, 250), BUILD (build/release).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
. tests/bench/postgis.sh
rounds=${ROUNDS:-3} each=${SECONDS_EACH:-8} build=${BUILD:-build/release}
wangge=$build/wangge

dir=$(mktemp -d "${TMPDIR:-/var/tmp}/wangge-intake.XXXXXX")
server=
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }
  postgis_stop
  rm -rf "$dir"
}

echo "the coverage, in both"
"$build/bench_coverage" "$dir/grids.geojson" "${NX:-400}" "${NY:-250}"
postgis_start
trap finish EXIT
postgis_coverage "$dir/grids.geojson"
psql -qX -v ON_ERROR_STOP=1 <<'SQL'
CREATE TABLE report (id bigserial PRIMARY KEY, at timestamptz NOT NULL, lon double precision NOT NULL,
  lat double precision NOT NULL, geom geometry(Point, 4326) NOT NULL, category text NOT NULL, description text,
  client_id uuid NOT NULL UNIQUE, grid_code text);
CREATE INDEX ON report USING gist (geom);
SQL
"$wangge" init --db "$dir/w.db" >/dev/null
"$wangge" import grids "$dir/grids.geojson" --db "$dir/w.db" >/dev/null
awk -v n=$((${NX:-400} * ${NY:-250})) 'BEGIN { print "code,name,grid,post"
  for (i = 0; i < n; i++) printf "w%06d,工作人员%d,990101%03d%03d%03d,manager\n", i + 1, i + 1, 1 + i / 10000, 1 + int(i / 100) % 100, 1 + i % 100 }' \
  >"$dir/staff.csv"
"$wangge" import staff "$dir/staff.csv" --db "$dir/w.db" >/dev/null
echo "bench-password-64" | "$wangge" user add bench --db "$dir/w.db" --role dispatcher --area 990101000000 >/dev/null
WG_TOKEN=$("$wangge" token bench --db "$dir/w.db")
export WG_TOKEN

"$wangge" serve --db "$dir/w.db" --listen 127.0.0.1:0 >"$dir/serve.out" 2>"$dir/serve.err" &
server=$!
until grep -q 'listening on' "$dir/serve.out"; do kill -0 "$server" || { cat "$dir/serve.err"; exit 1; }; read -rt 0.05 <> <(:) || true; done
url=$(sed -n 's/.*listening on \(http[^ ]*\).*/\1/p' "$dir/serve.out" | head -n 1)
WG_CATEGORY=$(curl -s -H "Authorization: Bearer $WG_TOKEN" "$url/api/v1/categories" | node -e '
  let s = ""; process.stdin.on("data", (d) => (s += d)).on("end", () => console.log(JSON.parse(s).items.find((c) => !c.retired && c.class === "ordinary").code))')
export WG_CATEGORY

wrk_round() { # seconds run -> "per-second requests failed p50 p99"
  WG_RUN=$2 wrk -t2 -c64 -d"$1"s -s tests/bench/intake.lua "$url" | tee -a "$dir/wrk.out" | awk '$1 == "RESULT" { print $2, $3, $4, $5, $6 }'
}
pg_round() { # seconds -> tps
  pgbench -n -M prepared -c 64 -j 2 -T "$1" -f tests/bench/intake.sql 2>/dev/null | awk '/^tps/ { printf "%.0f", $3 } /failed/ && $5 != 0 { exit 1 }'
}

# The server makes up keys and indexes after a burst: nothing of that may fall into the other's round.
busy() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }
settle() {
  local before now
  before=$(busy)
  while read -rt 3 _ <> <(:) || true; do # its tender comes every 5 s at the latest
    now=$(busy)
    [ $((now - before)) -gt 20 ] || { read -rt 3 _ <> <(:) || true; [ $(($(busy) - now)) -gt 20 ] || break; }
    before=$(busy)
  done
}

echo "warming up"
pg_round 2 >/dev/null
read -r _ total failures _ <<<"$(wrk_round 2 0)"
printf '%-8s %14s %10s %10s %16s %8s %16s\n' round 'wangge /s' 'p50 ms' 'p99 ms' 'PostGIS /s' ratio 'server µs each'
for ((i = 1; i <= rounds; i++)); do
  settle
  tps=$(pg_round "$each")
  work=$(busy)
  read -r rate n bad p50 p99 <<<"$(wrk_round "$each" "$i")"
  total=$((total + n)) failures=$((failures + bad))
  settle
  cpu=$(awk "BEGIN { printf \"%.0f\", ($(busy) - $work) * 1e6 / $(getconf CLK_TCK) / $n }")
  printf '%-8s %14s %10s %10s %16s %8s %16s\n' "$i" "$rate" "$p50" "$p99" "$tps" "$(awk "BEGIN { printf \"%.1f\", $rate / $tps }")" "$cpu"
  echo "$rate $tps" >>"$dir/rounds"
done
kill "$server" && wait "$server" && server=
[ "$failures" -eq 0 ] || { echo "$failures requests failed"; grep -v RESULT "$dir/wrk.out" | tail -n 20; exit 1; }

echo "the answers"
"$wangge" export incidents "$dir/incidents.csv" --db "$dir/w.db" >/dev/null
stored=$(($(wc -l <"$dir/incidents.csv") - 1))
# wrk counts answers; up to 64 requests a round were under way when it stopped
[ "$stored" -ge "$total" ] && [ "$stored" -le $((total + 64 * (rounds + 1))) ] ||
  { echo "wrk got $total answers, and $stored incidents are stored"; exit 1; }
node -e '
  const { readFileSync } = require("node:fs");
  const [head, ...rows] = readFileSync(process.argv[1], "utf8").trim().split(/\r?\n/);
  const names = head.split(","), at = ["lon", "lat", "grid"].map((n) => names.indexOf(n));
  if (at.includes(-1)) throw new Error("columns: " + head);
  const step = Math.max(1, Math.floor(rows.length / 50000));
  for (let i = 0; i < rows.length; i += step) { const c = rows[i].split(","); console.log(at.map((k) => c[k].replaceAll("\"", "")).join("\t")); }' \
  "$dir/incidents.csv" >"$dir/sample.tsv"
psql -qXAt -v ON_ERROR_STOP=1 -c 'CREATE TEMP TABLE s (lon double precision, lat double precision, grid text)' \
  -c "\\copy s FROM '$dir/sample.tsv' WITH (NULL '')" \
  -c "SELECT count(*), count(*) FILTER (WHERE grid IS DISTINCT FROM (SELECT code FROM grid g
        WHERE ST_Covers(g.geom, ST_SetSRID(ST_MakePoint(lon, lat), 4326)) ORDER BY code LIMIT 1)) FROM s" >"$dir/compared"
IFS='|' read -r compared different <"$dir/compared"
echo "$stored reports stored, $compared owners compared with PostGIS, $different differ"
[ "$compared" -gt 0 ] && [ "$different" -eq 0 ]
"$wangge" check --db "$dir/w.db" | tail -n 1
sort -n "$dir/rounds" | awk '{ a[NR] = $1; b[NR] = $2 } END { n = asort_(b, NR); m = int((NR + 1) / 2)
    printf "ROW\tdurable intake, 64 connections\t%d /s\tPostGIS insert with owner\t%d /s\t%.2f\t3\n", a[m], b[m], a[m] / b[m] }
  function asort_(v, n,   i, j, t) { for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j] < v[j - 1]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t } return n }'
