/* Real boundary sets of the shared test data, read through GDAL's C API and brought onto the lattice the way
 * an import does: noded in the file's own coordinates, converted, rounded, mended. */
#ifndef WG_TESTS_IO_REAL_H
#define WG_TESTS_IO_REAL_H

#include <cpl_conv.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>

#include "geo/coverage.h"
#include "geo/crs.h"
#include "geo/lattice.h"
#include "geo_support.h"

typedef struct real_grow {
  wg_raw_shapes s;
  uint32_t cap_n, cap_parts, cap_rings, cap_pts;
} real_grow;

static inline void real_room(void **p, uint32_t *cap, uint32_t need, size_t size) {
  if (need < *cap) return;
  while (*cap <= need) *cap = *cap ? *cap * 2 : 256;
  *p = realloc(*p, *cap * size);
  assert_non_null(*p);
}

static inline void real_add_polygon(real_grow *g, OGRGeometryH polygon) {
  wg_raw_shapes *s = &g->s;
  real_room((void **)&s->ring, &g->cap_parts, s->n_parts + 1, sizeof *s->ring);
  s->ring[s->n_parts++] = s->n_rings;
  for (int i = 0; i < OGR_G_GetGeometryCount(polygon); i++) {
    OGRGeometryH ring = OGR_G_GetGeometryRef(polygon, i);
    int n = OGR_G_GetPointCount(ring);
    real_room((void **)&s->vert, &g->cap_rings, s->n_rings + 1, sizeof *s->vert);
    s->vert[s->n_rings++] = s->n_pts;
    for (int k = 0; k + 1 < n; k++) {
      real_room((void **)&s->xy, &g->cap_pts, s->n_pts + 1, 2 * sizeof *s->xy);
      s->xy[2 * s->n_pts] = OGR_G_GetX(ring, k);
      s->xy[2 * s->n_pts + 1] = OGR_G_GetY(ring, k);
      s->n_pts++;
    }
    s->vert[s->n_rings] = s->n_pts;
  }
  s->ring[s->n_parts] = s->n_rings;
}

static inline void real_add_feature(real_grow *g, OGRGeometryH geometry) {
  wg_raw_shapes *s = &g->s;
  real_room((void **)&s->part, &g->cap_n, s->n + 1, sizeof *s->part);
  s->part[s->n++] = s->n_parts;
  OGRwkbGeometryType type = geometry ? wkbFlatten(OGR_G_GetGeometryType(geometry)) : wkbUnknown;
  if (type == wkbPolygon) real_add_polygon(g, geometry);
  if (type == wkbMultiPolygon)
    for (int i = 0; i < OGR_G_GetGeometryCount(geometry); i++)
      real_add_polygon(g, OGR_G_GetGeometryRef(geometry, i));
  s->part[s->n] = s->n_parts;
}

/* Text of a column for each feature, one after the other in `names` (freed by the caller), when asked for. */
static inline char *real_crs(OGRLayerH layer) {
  OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(layer);
  char *wkt = NULL;
  if (srs) OSRExportToWkt(srs, &wkt);
  char *out = strdup(wkt && wkt[0] ? wkt : "wgs84");
  CPLFree(wkt);
  return out;
}

/* Reads `file` (below the shared data, with GDAL's /vsi prefix) and its layer (NULL: the first). The test is
 * skipped when it is absent. `group`, when not NULL, gets for each feature a number that is the same for the
 * same text in `field`; groups are counted in *n_groups. */
static inline void real_read(const char *prefix, const char *file, const char *inside, const char *layer_name,
                             wg_shapes *out, const char *field, uint32_t **group, uint32_t *n_groups) {
  char path[1024], full[2048];
  geo_data_path(path, sizeof path, file);
  snprintf(full, sizeof full, "%s%s%s", prefix, path, inside);
  GDALAllRegister();
  FILE *there = fopen(path, "rb");
  if (!there) {
    print_message("%s is absent: skipped\n", path);
    skip();
  }
  fclose(there);
  GDALDatasetH set = GDALOpenEx(full, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
  assert_non_null(set);
  OGRLayerH layer = layer_name ? GDALDatasetGetLayerByName(set, layer_name) : GDALDatasetGetLayer(set, 0);
  assert_non_null(layer);
  real_grow g = {0};
  char **texts = NULL;
  uint32_t n_texts = 0;
  OGR_L_ResetReading(layer);
  for (OGRFeatureH f; (f = OGR_L_GetNextFeature(layer));) {
    real_add_feature(&g, OGR_F_GetGeometryRef(f));
    if (field) {
      const char *text = OGR_F_GetFieldAsString(f, OGR_F_GetFieldIndex(f, field));
      uint32_t k = 0;
      while (k < n_texts && strcmp(texts[k], text)) k++;
      if (k == n_texts) {
        texts = realloc(texts, (n_texts + 1) * sizeof *texts);
        texts[n_texts++] = strdup(text);
      }
      *group = realloc(*group, g.s.n * sizeof **group);
      (*group)[g.s.n - 1] = k;
    }
    OGR_F_Destroy(f);
  }
  char *crs_name = real_crs(layer);
  GDALClose(set);
  if (n_groups) *n_groups = n_texts;
  for (uint32_t k = 0; k < n_texts; k++) free(texts[k]);
  free(texts);

  uint64_t inserted;
  wg_crs *crs = NULL;
  assert_int_equal(wg_coverage_node(&g.s, 0, &inserted), WG_OK);
  assert_int_equal(wg_crs_open(crs_name, &crs, NULL), WG_OK);
  assert_int_equal(wg_crs_to_wgs84(crs, g.s.xy, g.s.xy + 1, 2, g.s.n_pts), 0);
  wg_crs_free(crs);
  free(crs_name);
  wg_shapes raw;
  wg_shapes_init(&raw);
  wg_shapes_init(out);
  uint32_t mended = 0;
  for (uint32_t f = 0; f < g.s.n; f++) {
    assert_int_equal(wg_shapes_feature(&raw), WG_OK);
    for (uint32_t p = g.s.part[f]; p < g.s.part[f + 1]; p++) {
      assert_int_equal(wg_shapes_part(&raw), WG_OK);
      for (uint32_t r = g.s.ring[p]; r < g.s.ring[p + 1]; r++) {
        assert_int_equal(wg_shapes_ring(&raw), WG_OK);
        for (uint32_t v = g.s.vert[r]; v < g.s.vert[r + 1]; v++) {
          wg_pt at;
          assert_true(wg_lattice_from(g.s.xy[2 * v], g.s.xy[2 * v + 1], &at));
          assert_int_equal(wg_shapes_vertex(&raw, at), WG_OK);
        }
      }
    }
    unsigned bits;
    if (wg_coverage_mend(&raw, f, out, &bits, NULL)) assert_int_equal(wg_shapes_feature(out), WG_OK);
    mended += (bits & WG_MEND_SELF) != 0;
  }
  print_message("%s: %u features, %u vertices, %llu put into edges, %u crossed themselves\n", file, out->n,
                out->n_pts, (unsigned long long)inserted, mended);
  wg_raw_shapes_deinit(&g.s);
  wg_shapes_deinit(&raw);
}

#endif
