/* Smaller copies of photos, by a library. They hold the picture and nothing that the camera wrote beside it.
 */
#ifndef WG_MEDIA_PHOTO_H
#define WG_MEDIA_PHOTO_H

#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

enum {
  WG_PHOTO_THUMB = 320, /* points of the longer side */
  WG_PHOTO_PUBLIC = 1600
};
/* A JPEG, turned upright, its longer side at most `side`. Takes up to 0.2 s and some 150 MB: never on an
 * epoll thread. WG_UNPROCESSABLE: it cannot be drawn (broken, or too many points). */
wg_status wg_photo_small(const void *bytes, size_t n, int side, wg_buf *out, wg_err *err);

/* A JPEG that nobody took: a street under a sky, different for each number. For demonstrations. */
wg_status wg_photo_drawn(uint64_t number, wg_buf *out);

#endif
