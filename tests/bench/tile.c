/* Tiles of a coverage of 100 000 polygons, uncached, for tests/bench/tile.sh, which times PostGIS beside it.
 *
 * Makes the coverage (tessellation.h) and its pyramid, says what that cost, then obeys lines on standard
 * input: time Z N            draws the five tiles of zoom Z around the coverage's middle, N times each, and
 * prints milliseconds a tile without and with gzip, features and bytes of the middle one tiles Z prints the
 * five tiles as "x y" compare Z X Y FILE  FILE holds what the peer drew, "code area" per line, the area in
 * square tile units; every feature of a square pixel or more must be in both. Prints how many were compared.
 * Without input it times the zooms by itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "../unit/tile_check.h"
#include "base/compress.h"
#include "base/crypto.h"
#include "tessellation.h"
#include "tile/pyramid.h"

enum { TILES = 5, VISIBLE = WG_TILE_PIXEL * WG_TILE_PIXEL, LIMIT = 256 << 20 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static long peak_mb(void) {
  struct rusage r;
  getrusage(RUSAGE_SELF, &r);
  return r.ru_maxrss / 1024;
}

/* The code and the name that bench_coverage writes, kept as a snapshot would keep them. */
struct named {
  char code[20], name[20];
};

static struct named *names_make(uint32_t n) {
  struct named *names = malloc(n * sizeof *names);
  for (uint32_t i = 0; names && i < n; i++) {
    snprintf(names[i].code, sizeof names[i].code, "990101%03u%03u%03u", (1 + i / 10000) % 1000,
             1 + i / 100 % 100, 1 + i % 100);
    snprintf(names[i].name, sizeof names[i].name, "网格%u", (i + 1) % 10000000);
  }
  return names;
}

static void tags(void *ctx, uint32_t i, wg_mvt *m) {
  const struct named *names = ctx;
  wg_mvt_str(m, "code", names[i].code);
  wg_mvt_str(m, "name", names[i].name);
}

struct ours {
  wg_pyramid *p;
  wg_tile_source source;
};

static wg_status draw(const struct ours *o, wg_tile_id id, wg_buf *out, wg_tile_drawn *drawn) {
  wg_mvt *m;
  wg_status st = wg_mvt_new("grids", LIMIT, &m);
  if (!st) st = wg_pyramid_tile(o->p, id, &o->source, m, drawn);
  if (!st) st = wg_mvt_finish(m, out);
  if (m) wg_mvt_free(m);
  return st;
}

/* Tile i of zoom z: the middle, then its four neighbours. */
static wg_tile_id tile_at(uint8_t z, int i) {
  tess t = TESS_100K;
  wg_mpt m = wg_mercator((wg_pt){t.box.x0 + (t.box.x1 - t.box.x0) / 2, t.box.y0 + (t.box.y1 - t.box.y0) / 2});
  static const int step[TILES][2] = {{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}};
  uint32_t x = ((uint32_t)m.x + (1u << 30)) >> (31 - z), y = ((uint32_t)m.y + (1u << 30)) >> (31 - z);
  return (wg_tile_id){z, (x + (uint32_t)step[i][0]) & ((1u << z) - 1),
                      (y + (uint32_t)step[i][1]) & ((1u << z) - 1)};
}

static int time_zoom(const struct ours *o, uint8_t z, int rounds) {
  double plain = 0, packed = 0;
  size_t bytes = 0, gzip_bytes = 0;
  wg_tile_drawn first = {0};
  for (int gzip = 0; gzip < 2; gzip++) {
    double start = now();
    for (int i = 0; i < rounds * TILES; i++) {
      wg_buf raw, gz;
      wg_tile_drawn drawn;
      wg_buf_init(&raw, LIMIT);
      wg_buf_init(&gz, LIMIT);
      if (draw(o, tile_at(z, i % TILES), &raw, &drawn)) return 1;
      if (gzip && raw.len && wg_gzip(raw.data, raw.len, 1, &gz)) return 1;
      if (i == 0) {
        bytes = raw.len;
        gzip_bytes = gz.len;
        first = drawn;
      }
      wg_buf_deinit(&raw);
      wg_buf_deinit(&gz);
    }
    *(gzip ? &packed : &plain) = (now() - start) * 1e3 / (rounds * TILES);
  }
  printf("%.4f %.4f %u %zu %zu\n", plain, packed, first.features, bytes, gzip_bytes);
  return 0;
}

struct peer {
  char code[24];
  double area;
};

static int by_code(const void *a, const void *b) {
  return strcmp(((const struct peer *)a)->code, ((const struct peer *)b)->code);
}

static struct peer *read_peer(const char *path, size_t *n) {
  FILE *f = fopen(path, "r");
  size_t cap = 200000;
  struct peer *p = f ? malloc(cap * sizeof *p) : NULL;
  *n = 0;
  while (p && *n < cap && fscanf(f, "%23s %lf", p[*n].code, &p[*n].area) == 2) ++*n;
  if (f) fclose(f);
  if (p) qsort(p, *n, sizeof *p, by_code);
  return p;
}

/* Some of it lies in the tile, not only in its buffer. */
static bool reaches_in(const mvt_feature *f) {
  int64_t x0 = INT64_MAX, x1 = INT64_MIN, y0 = INT64_MAX, y1 = INT64_MIN;
  for (uint32_t i = 0; i < f->n_pts; i++) {
    if (f->pts[i].x < x0) x0 = f->pts[i].x;
    if (f->pts[i].x > x1) x1 = f->pts[i].x;
    if (f->pts[i].y < y0) y0 = f->pts[i].y;
    if (f->pts[i].y > y1) y1 = f->pts[i].y;
  }
  return x1 > 0 && x0 < WG_TILE_EXTENT && y1 > 0 && y0 < WG_TILE_EXTENT;
}

static int compare(const struct ours *o, wg_tile_id id, const char *path) {
  size_t n, both = 0, bad = 0;
  struct peer *theirs = read_peer(path, &n);
  char *seen = theirs ? calloc(n + 1, 1) : NULL;
  wg_buf raw;
  wg_buf_init(&raw, LIMIT);
  mvt_tile t = {0};
  if (!seen || draw(o, id, &raw, NULL) || !mvt_read(raw.data, raw.len, &t) || !mvt_check_ours(&t)) {
    fprintf(stderr, "cannot compare: %s\n", t.why);
    return 1;
  }
  const mvt_layer *l = &t.layers[0];
  for (uint32_t i = 0; t.n_layers && i < l->n_features; i++) {
    const mvt_feature *f = &l->features[i];
    const mvt_value *v = mvt_tag(l, f, "code");
    struct peer key = {.area = 0};
    snprintf(key.code, sizeof key.code, "%.*s", (int)v->n, v->text);
    struct peer *found = bsearch(&key, theirs, n, sizeof *theirs, by_code);
    int64_t area2 = 0;
    for (uint32_t k = 0; k < f->n_paths; k++) area2 += f->paths[k].area2;
    if (found) {
      seen[found - theirs] = 1;
      both++;
    } else if (area2 >= 2 * VISIBLE && reaches_in(f)) {
      bad++;
    }
  }
  for (size_t i = 0; i < n; i++) bad += !seen[i] && theirs[i].area >= VISIBLE;
  printf("%zu %zu\n", both, bad);
  mvt_free(&t);
  wg_buf_deinit(&raw);
  free(theirs);
  free(seen);
  return bad > 0;
}

static int obey(const struct ours *o) {
  char line[4096], path[3900];
  int bad = 0;
  while (fgets(line, sizeof line, stdin)) {
    unsigned z, x, y, n;
    if (sscanf(line, "time %u %u", &z, &n) == 2 && z <= WG_TILE_MAX_ZOOM) {
      bad |= time_zoom(o, (uint8_t)z, (int)n);
    } else if (sscanf(line, "tiles %u", &z) == 1 && z <= WG_TILE_MAX_ZOOM) {
      for (int i = 0; i < TILES; i++)
        printf("%u %u%c", tile_at((uint8_t)z, i).x, tile_at((uint8_t)z, i).y, i + 1 < TILES ? ' ' : '\n');
    } else if (sscanf(line, "compare %u %u %u %3899s", &z, &x, &y, path) == 4) {
      bad |= compare(o, (wg_tile_id){(uint8_t)z, x, y}, path);
    } else {
      fprintf(stderr, "not understood: %s", line);
      bad = 1;
    }
    fflush(stdout);
  }
  return bad;
}

int main(int argc, char **argv) {
  tess t = TESS_100K;
  wg_shapes s;
  wg_shapes_init(&s);
  if (wg_crypto_init() || tess_make(&t, &s)) return 1;
  long before = peak_mb();
  double start = now();
  struct ours all = {NULL, {names_make(s.n), NULL, NULL, tags}}, *o = &all;
  if (!o->source.ctx || wg_pyramid_new(&s, &o->p)) return 1;
  double took = now() - start;
  wg_pyramid_stats stats;
  wg_pyramid_stats_of(o->p, &stats);
  printf("pyramid: %u polygons, %u vertices as given, %u in %u arcs; made in %.2f s with %ld MB on the way, "
         "holds %.1f MB\n",
         stats.features, s.n_pts, stats.vertices, stats.arcs, took, peak_mb() - before,
         (double)stats.bytes / 1e6);
  fflush(stdout);
  wg_shapes_deinit(&s);
  int bad = took > 3 || peak_mb() - before > 400;
  if (argc > 1 && strcmp(argv[1], "-") == 0) {
    bad |= obey(o);
  } else {
    for (uint8_t z = 0; z <= WG_TILE_MAX_ZOOM; z++) {
      printf("z%-2u ms, ms with gzip, features, bytes, gzip bytes: ", z);
      bad |= time_zoom(o, z, z < 10 ? 2 : 20);
    }
  }
  wg_pyramid_free(o->p);
  free(o->source.ctx);
  return bad;
}
