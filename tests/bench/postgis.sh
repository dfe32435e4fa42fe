# A throwaway PostgreSQL cluster with PostGIS for the benchmarks: Debian's packages, every setting as it comes
# (fsync and synchronous_commit on), a Unix socket and a data folder of its own, gone at the end. Sourced.
#
#   postgis_start            makes and starts it; PGHOST, PGPORT, PGUSER, PGDATABASE are set for psql and pgbench
#   postgis_coverage FILE    table grid(code text, geom polygon 4326) from any vector file with a field "code",
#                            indexed, clustered by its index, analysed
#   postgis_stop             ends and removes it (also when the shell ends)

postgis_start() {
  local bin
  bin=$(echo /usr/lib/postgresql/*/bin | tr ' ' '\n' | sort -V | tail -n 1)
  postgis_dir=$(mktemp -d "${TMPDIR:-/var/tmp}/wangge-postgis.XXXXXX")
  postgis_bin=$bin
  postgis_as=()
  if [ "$(id -u)" -eq 0 ]; then # the server refuses to run as root
    chown postgres "$postgis_dir"
    postgis_as=(runuser -u postgres --)
  fi
  trap postgis_stop EXIT
  (cd / && "${postgis_as[@]}" "$bin/initdb" -D "$postgis_dir/data" -E UTF8 --locale=C.UTF-8 -U postgres -A trust) >"$postgis_dir.log" 2>&1 &&
    (cd / && "${postgis_as[@]}" "$bin/pg_ctl" -D "$postgis_dir/data" -w -l "$postgis_dir/log" \
      -o "-k $postgis_dir -p 54329 -c listen_addresses=''" start) >>"$postgis_dir.log" 2>&1 || {
    cat "$postgis_dir.log" "$postgis_dir/log" >&2
    return 1
  }
  rm -f "$postgis_dir.log"
  export PGHOST=$postgis_dir PGPORT=54329 PGUSER=postgres PGDATABASE=postgres PGOPTIONS='--client-min-messages=warning'
  psql -qX -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION postgis' || return 1
}

postgis_coverage() {
  ogr2ogr -q -f PostgreSQL "PG:dbname=$PGDATABASE" "$1" -nln grid -nlt PROMOTE_TO_MULTI -lco GEOMETRY_NAME=geom \
    -lco FID=id -lco SPATIAL_INDEX=GIST --config PG_USE_COPY YES -gt 65536 || return 1
  psql -qX -v ON_ERROR_STOP=1 -c 'CREATE UNIQUE INDEX grid_code ON grid (code)' -c 'CLUSTER grid USING grid_geom_geom_idx' \
    -c 'VACUUM ANALYZE grid'
}

postgis_stop() {
  [ -n "${postgis_dir:-}" ] || return 0
  (cd / && "${postgis_as[@]}" "$postgis_bin/pg_ctl" -D "$postgis_dir/data" -m immediate stop) >/dev/null 2>&1 || true
  rm -rf "$postgis_dir" "$postgis_dir.log"
  postgis_dir=
}
