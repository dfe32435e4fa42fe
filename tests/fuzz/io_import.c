/* Boundary files: any bytes as GeoJSON, KML, zipped shapefile or CSV. What is taken is whole: codes rise,
 * shapes decode from what they encode to, every refusal has its sentence. GDAL reads beneath, so this one is
 * slow. */
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "fuzz/fuzz.h"
#include "geo/io/import.h"

static const char *ending(const uint8_t *bytes, size_t n) {
  if (n && bytes[0] == '{') return "geojson";
  if (n && bytes[0] == '<') return "kml";
  if (n > 1 && bytes[0] == 'P' && bytes[1] == 'K') return "zip";
  return "csv";
}

static void check(const wg_import *in) {
  for (uint32_t i = 0; i < in->n; i++) {
    FUZZ_HOLDS(wg_text_code(in->row[i].code));
    if (i) FUZZ_HOLDS(strcmp(in->row[i - 1].code, in->row[i].code) < 0);
    if (in->row[i].name) FUZZ_HOLDS(wg_text_utf8(in->row[i].name, strlen(in->row[i].name)));
    FUZZ_HOLDS(in->row[i].area_m2 >= 0);
  }
  FUZZ_HOLDS(in->shapes.n == in->n);
  for (uint32_t i = 0; i < in->n_refused; i++) {
    const wg_refusal *r = &in->refused[i];
    FUZZ_HOLDS(r->en && r->en[0] && r->zh && r->zh[0] && wg_text_utf8(r->en, strlen(r->en)) &&
               wg_text_utf8(r->zh, strlen(r->zh)));
  }
  wg_buf out;
  wg_shapes again;
  wg_buf_init(&out, (size_t)64 << 20);
  wg_shapes_init(&again);
  wg_shapes_encode(&in->shapes, &out);
  FUZZ_HOLDS(!wg_buf_status(&out) && !wg_shapes_decode(out.data, out.len, &again) &&
             again.n_pts == in->shapes.n_pts);
  wg_shapes_deinit(&again);
  wg_buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  char path[96];
  snprintf(path, sizeof path, "/tmp/wangge-fuzz-%ld.%s", (long)getpid(), ending(bytes, n));
  FILE *f = fopen(path, "wb");
  if (!f) return 0;
  size_t put = fwrite(bytes, 1, n, f);
  if (fclose(f) == 0 && put == n) {
    wg_import in;
    wg_err err = {0};
    wg_import_options o = {.path = path, .check = true};
    wg_status st = wg_import_read(&o, &in, &err);
    if (st)
      FUZZ_HOLDS(err.en[0] && err.zh[0] && wg_text_utf8(err.en, strlen(err.en)));
    else {
      check(&in);
      wg_import_deinit(&in);
    }
  }
  unlink(path);
  return 0;
}
