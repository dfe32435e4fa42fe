#include "base/compress.h"

#include <libdeflate.h>

wg_status wg_gzip(const void *bytes, size_t n, int level, wg_buf *out) {
  struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);
  if (!c) return WG_NO_MEMORY;
  size_t bound = libdeflate_gzip_compress_bound(c, n);
  char *room = wg_buf_reserve(out, bound);
  size_t got = room ? libdeflate_gzip_compress(c, bytes, n, room, bound) : 0;
  libdeflate_free_compressor(c);
  if (!room) return wg_buf_status(out);
  if (!got) return WG_INTERNAL;
  out->len += got;
  return WG_OK;
}

wg_status wg_gunzip(const void *bytes, size_t n, size_t max, wg_buf *out) {
  struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
  if (!d) return WG_NO_MEMORY;
  wg_status st = WG_OK;
  const char *p = bytes;
  size_t room = n * 4 + 1024, made = 0;
  while (n && !st) {
    if (room > max - made) room = max - made;
    char *to = wg_buf_reserve(out, room ? room : 1);
    if (!to) {
      st = wg_buf_status(out);
      break;
    }
    size_t in = 0, got = 0;
    switch (libdeflate_gzip_decompress_ex(d, p, n, to, room, &in, &got)) {
    case LIBDEFLATE_SUCCESS:
      p += in;
      n -= in;
      made += got;
      out->len += got;
      break;
    case LIBDEFLATE_INSUFFICIENT_SPACE:
      if (room >= max - made) st = WG_TOO_LARGE;
      room *= 4;
      break;
    default:
      st = WG_CORRUPT;
    }
  }
  libdeflate_free_decompressor(d);
  return st;
}
