/* What the import tests share: a temporary folder, files made by GDAL or by hand, the shared test data. */
#ifndef WG_TESTS_IO_SUPPORT_H
#define WG_TESTS_IO_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "base/status.h"

static char io_folder[256];

static inline int io_setup(void **state) {
  (void)state;
  snprintf(io_folder, sizeof io_folder, "%s/wangge-io-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
  GDALAllRegister();
  return mkdtemp(io_folder) ? 0 : -1;
}
static inline int io_teardown(void **state) {
  (void)state;
  return VSIRmdirRecursive(io_folder);
}

static inline const char *io_path(const char *name) {
  static char path[8][600];
  static int at;
  at = (at + 1) % 8;
  snprintf(path[at], sizeof path[at], "%s/%s", io_folder, name);
  return path[at];
}
/* A file with these bytes. */
static inline const char *io_file_bytes(const char *name, const void *bytes, size_t n) {
  const char *path = io_path(name);
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(bytes, 1, n, f), n);
  assert_int_equal(fclose(f), 0);
  return path;
}
static inline const char *io_file(const char *name, const char *text) {
  return io_file_bytes(name, text, strlen(text));
}

/* A file of the shared data, or the test is skipped, saying so. */
static inline const char *io_shared(const char *name) {
  static char path[8][1024];
  static int at;
  at = (at + 1) % 8;
  const char *dir = getenv("WG_SHARED_DATA");
  if (dir)
    snprintf(path[at], sizeof path[at], "%s/%s", dir, name);
  else
    snprintf(path[at], sizeof path[at], "%s/../shared/data/%s", WG_SOURCE_DIR, name);
  if (access(path[at], R_OK) != 0) {
    print_message("%s is absent: skipped\n", path[at]);
    skip();
  }
  return path[at];
}

/* Fails the test with the error's text. */
static inline void io_ok(wg_status st, const wg_err *err) {
  if (st) fail_msg("%s: %s", wg_status_name(st), err->en);
}
static inline void io_tells(const wg_err *err, const char *part) {
  if (!strstr(err->en, part)) fail_msg("\"%s\" does not tell \"%s\"", err->en, part);
  assert_true(err->zh[0] != 0);
}

/* A layer in a new file: fields "name:s" text, "name:i" integer, "name:r" real, separated by spaces. */
typedef struct io_made {
  GDALDatasetH data;
  OGRLayerH layer;
} io_made;
static inline io_made io_make(const char *driver, const char *path, const char *layer, int epsg,
                              OGRwkbGeometryType type, const char *fields, char **layer_options) {
  io_made m = {0};
  GDALDriverH d = GDALGetDriverByName(driver);
  assert_non_null(d);
  m.data = GDALCreate(d, path, 0, 0, 0, GDT_Unknown, NULL);
  assert_non_null(m.data);
  OGRSpatialReferenceH srs = NULL;
  if (epsg) {
    srs = OSRNewSpatialReference(NULL);
    assert_int_equal(OSRImportFromEPSG(srs, epsg), OGRERR_NONE);
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
  }
  m.layer = GDALDatasetCreateLayer(m.data, layer, srs, type, layer_options);
  assert_non_null(m.layer);
  char copy[400], *save = NULL;
  snprintf(copy, sizeof copy, "%s", fields);
  for (char *f = strtok_r(copy, " ", &save); f; f = strtok_r(NULL, " ", &save)) {
    char *colon = strrchr(f, ':');
    *colon = 0;
    OGRFieldType t = colon[1] == 'i' ? OFTInteger : colon[1] == 'r' ? OFTReal : OFTString;
    OGRFieldDefnH defn = OGR_Fld_Create(f, t);
    assert_int_equal(OGR_L_CreateField(m.layer, defn, TRUE), OGRERR_NONE);
    OGR_Fld_Destroy(defn);
  }
  if (srs) OSRRelease(srs);
  return m;
}
/* A feature: geometry as WKT (NULL: none), then one text per field (NULL: null). */
static inline void io_add(io_made m, const char *wkt, ...) {
  OGRFeatureDefnH defn = OGR_L_GetLayerDefn(m.layer);
  OGRFeatureH f = OGR_F_Create(defn);
  va_list args;
  va_start(args, wkt);
  for (int i = 0; i < OGR_FD_GetFieldCount(defn); i++) {
    const char *text = va_arg(args, const char *);
    if (text) OGR_F_SetFieldString(f, i, text);
  }
  va_end(args);
  if (wkt) {
    OGRGeometryH g = NULL;
    char *text = (char *)(uintptr_t)wkt;
    assert_int_equal(OGR_G_CreateFromWkt(&text, NULL, &g), OGRERR_NONE);
    OGR_F_SetGeometryDirectly(f, g);
  }
  assert_int_equal(OGR_L_CreateFeature(m.layer, f), OGRERR_NONE);
  OGR_F_Destroy(f);
}
static inline void io_done(io_made m) { GDALClose(m.data); }

/* "POLYGON((x0 y0, …))" of a box. */
static inline const char *io_box(double x0, double y0, double x1, double y1) {
  static char text[8][400];
  static int at;
  at = (at + 1) % 8;
  snprintf(text[at], sizeof text[at],
           "POLYGON((%.10f %.10f,%.10f %.10f,%.10f %.10f,%.10f %.10f,%.10f %.10f))", x0, y0, x1, y0, x1, y1,
           x0, y1, x0, y0);
  return text[at];
}

#endif
