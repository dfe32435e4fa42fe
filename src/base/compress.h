/* gzip and raw deflate by libdeflate. */
#ifndef WG_BASE_COMPRESS_H
#define WG_BASE_COMPRESS_H

#include <stddef.h>

#include "base/buf.h"

/* Appends one gzip member (members may be joined by concatenation). level 1–12. Deterministic. */
wg_status wg_gzip(const void *bytes, size_t n, int level, wg_buf *out);
/* Inflates one or more gzip members; refuses to give more than max bytes (WG_TOO_LARGE), WG_CORRUPT. */
wg_status wg_gunzip(const void *bytes, size_t n, size_t max, wg_buf *out);

#endif
