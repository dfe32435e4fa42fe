/* The door for files: what they are, what a camera wrote, and a smaller copy of what says it is a photo. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "media/exif.h"
#include "media/photo.h"
#include "media/sniff.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  wg_sniffed is;
  wg_exif exif;
  if (n > 1 << 16) return 0;
  if (wg_sniff(bytes, n, &is)) {
    FUZZ_HOLDS(wg_media_taken(is.type));
    FUZZ_HOLDS(!wg_media_is_image(is.type) == !(is.width && is.height));
  }
  if (wg_exif_read(bytes, n, &exif)) {
    FUZZ_HOLDS(!exif.has_place || (exif.lat >= -90 && exif.lat <= 90 && exif.lon >= -180 && exif.lon <= 180));
    FUZZ_HOLDS(!exif.has_time || strlen(exif.time) >= 19);
  }
  wg_buf out;
  wg_err err = {0};
  wg_buf_init(&out, 1 << 22);
  wg_status st = wg_photo_small(bytes, n, 64, &out, &err);
  wg_sniffed small;
  if (!st) FUZZ_HOLDS(wg_sniff(out.data, out.len, &small) && small.width <= 64 && small.height <= 64);
  wg_buf_deinit(&out);
  return 0;
}
