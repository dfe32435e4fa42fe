/* What the tile tests share: the shared data, random numbers, a layer drawn to bytes, GDAL as a second
 * reader. */
#ifndef WG_TESTS_TILE_SUPPORT_H
#define WG_TESTS_TILE_SUPPORT_H

#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>

#include "base/buf.h"
#include "tile/mvt.h"
#include "tile_check.h"

#include <math.h>

static inline void tile_data_path(char *out, size_t size, const char *name) {
  const char *dir = getenv("WG_SHARED_DATA");
  if (dir)
    snprintf(out, size, "%s/%s", dir, name);
  else
    snprintf(out, size, "%s/../shared/data/%s", WG_SOURCE_DIR, name);
}

/* SplitMix64. */
static inline uint64_t tile_random(uint64_t *seed) {
  uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}
static inline uint32_t tile_below(uint64_t *seed, uint32_t n) { return (uint32_t)(tile_random(seed) % n); }
static inline double tile_unit(uint64_t *seed) { return (double)(tile_random(seed) >> 11) * 0x1p-53; }

static inline wg_mvt *tile_layer(const char *name) {
  wg_mvt *m;
  assert_int_equal(wg_mvt_new(name, 64 << 20, &m), WG_OK);
  return m;
}

/* Finishes the layer into bytes, reads them strictly, and frees the layer. */
static inline void tile_finish(wg_mvt *m, wg_buf *bytes, mvt_tile *t) {
  wg_buf_init(bytes, 128 << 20);
  assert_int_equal(wg_mvt_finish(m, bytes), WG_OK);
  wg_mvt_free(m);
  bool ok = mvt_read(bytes->data, bytes->len, t) && mvt_check_ours(t);
  if (!ok) print_message("the tile breaks a rule: %s\n", t->why);
  assert_true(ok);
}

static inline void tile_done(wg_buf *bytes, mvt_tile *t) {
  mvt_free(t);
  wg_buf_deinit(bytes);
}

/* Opens the bytes with GDAL's MVT driver as tile z/x/y; NULL when it refuses. Close with tile_gdal_close. */
static inline GDALDatasetH tile_gdal(const void *bytes, size_t n, unsigned z, unsigned x, unsigned y) {
  GDALAllRegister();
  char options[3][24], path[64];
  snprintf(options[0], 24, "Z=%u", z);
  snprintf(options[1], 24, "X=%u", x);
  snprintf(options[2], 24, "Y=%u", y);
  const char *list[] = {options[0], options[1], options[2], "CLIP=NO", NULL};
  snprintf(path, sizeof path, "/vsimem/tile.mvt");
  VSIFCloseL(VSIFileFromMemBuffer(path, (GByte *)(uintptr_t)bytes, n, FALSE));
  const char *drivers[] = {"MVT", NULL};
  return GDALOpenEx(path, GDAL_OF_VECTOR, drivers, list, NULL);
}

static inline void tile_gdal_close(GDALDatasetH ds) {
  GDALClose(ds);
  VSIUnlink("/vsimem/tile.mvt");
}

#endif
