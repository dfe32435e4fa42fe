/* Writes the benchmarks' coverage (tessellation.h) as GeoJSON for `wangge import grids` and for PostGIS:
 * code, name, and polygons whose coordinates are lattice integers written with 7 digits, so that both sides
 * hold the same land. Codes are 6 + 3 + 3 + 3 digits under the district 990101: 100 grids in a community, 100
 * communities in a township.
 *
 * usage: bench_coverage OUT.geojson [NX NY] */
#include <stdio.h>
#include <stdlib.h>

#include "tessellation.h"

static void write_degrees(FILE *f, int32_t v) {
  fprintf(f, "%s%d.%07d", v < 0 ? "-" : "", abs(v) / 10000000, abs(v) % 10000000);
}

static void write_cell(FILE *f, const wg_shapes *s, uint32_t cell) {
  uint32_t ring = s->ring[s->part[cell]], first = s->vert[ring], n = s->vert[ring + 1] - first;
  fprintf(f,
          "%s\n{\"type\":\"Feature\",\"properties\":{\"code\":\"990101%03u%03u%03u\",\"name\":\"网格%u\"},"
          "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[",
          cell ? "," : "", 1 + cell / 10000, 1 + cell / 100 % 100, 1 + cell % 100, cell + 1);
  for (uint32_t i = 0; i <= n; i++) {
    wg_pt p = s->pts[first + i % n];
    fputs(i ? ",[" : "[", f);
    write_degrees(f, p.x);
    fputc(',', f);
    write_degrees(f, p.y);
    fputc(']', f);
  }
  fputs("]]}}", f);
}

int main(int argc, char **argv) {
  if (argc != 2 && argc != 4) {
    fputs("usage: bench_coverage OUT.geojson [NX NY]\n", stderr);
    return 2;
  }
  tess t = TESS_100K;
  if (argc == 4) {
    t.nx = (uint32_t)strtoul(argv[2], NULL, 10);
    t.ny = (uint32_t)strtoul(argv[3], NULL, 10);
  }
  wg_shapes s;
  wg_shapes_init(&s);
  if (tess_make(&t, &s)) return 1;
  FILE *f = fopen(argv[1], "w");
  if (!f) {
    perror(argv[1]);
    return 1;
  }
  fputs("{\"type\":\"FeatureCollection\",\"features\":[", f);
  for (uint32_t cell = 0; cell < s.n; cell++) write_cell(f, &s, cell);
  fputs("\n]}\n", f);
  int bad = ferror(f) | fclose(f);
  wg_shapes_deinit(&s);
  return bad ? 1 : 0;
}
