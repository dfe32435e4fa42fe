/* Stored geometry: hostile bytes are refused, and what decodes is the canonical form of itself. */
#include <string.h>

#include "base/buf.h"
#include "base/shape.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  wg_shapes shapes, again;
  wg_shapes_init(&shapes);
  wg_shapes_init(&again);
  if (!wg_shapes_decode(bytes, n, &shapes)) {
    for (uint32_t f = 0; f < shapes.n; f++) wg_shapes_box(&shapes, f);
    wg_buf out, twice;
    wg_buf_init(&out, (size_t)64 << 20);
    wg_buf_init(&twice, (size_t)64 << 20);
    wg_shapes_encode(&shapes, &out);
    FUZZ_HOLDS(!wg_buf_status(&out) && !wg_shapes_decode(out.data, out.len, &again));
    FUZZ_HOLDS(again.n == shapes.n && again.n_pts == shapes.n_pts);
    wg_shapes_encode(&again, &twice);
    FUZZ_HOLDS(out.len == twice.len && memcmp(out.data, twice.data, out.len) == 0);
    wg_buf_deinit(&out);
    wg_buf_deinit(&twice);
  }
  wg_shapes_deinit(&shapes);
  wg_shapes_deinit(&again);
  return 0;
}
