#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compress.h"
#include "base/crypto.h"
#include "tile/cache.h"

enum { LIMIT_BODY = 256 << 20 };

/* wg_tile_body is its first member; the gzip bytes follow. */
struct counted {
  wg_tile_body body;
  atomic_uint holders;
};

static wg_tile_body *new_body(size_t n) {
  struct counted *c = calloc(1, sizeof *c + n);
  if (!c) return NULL;
  atomic_init(&c->holders, 1);
  c->body.n = n;
  c->body.gzip = n ? c + 1 : NULL;
  return &c->body;
}

wg_status wg_tile_body_new(const void *raw, size_t n, int level, bool capped, wg_tile_body **out) {
  *out = NULL;
  wg_buf gz;
  wg_buf_init(&gz, LIMIT_BODY);
  wg_status st = n ? wg_gzip(raw, n, level, &gz) : WG_OK;
  wg_tile_body *b = st ? NULL : new_body(gz.len);
  if (b) {
    if (gz.len) memcpy((struct counted *)b + 1, gz.data, gz.len);
    b->raw_n = n;
    b->capped = capped;
    wg_hash(n ? raw : "", n, b->hash);
    *out = b;
  } else if (!st) {
    st = WG_NO_MEMORY;
  }
  wg_buf_deinit(&gz);
  return st;
}

wg_status wg_tile_join(wg_tile_body *const *parts, size_t n, wg_tile_body **out) {
  if (n == 1) {
    *out = wg_tile_body_keep(parts[0]);
    return WG_OK;
  }
  *out = NULL;
  size_t total = 0;
  for (size_t i = 0; i < n; i++) total += parts[i]->n;
  if (total > LIMIT_BODY) return WG_TOO_LARGE;
  wg_tile_body *b = new_body(total);
  if (!b) return WG_NO_MEMORY;
  wg_hasher h;
  wg_hasher_begin(&h);
  char *p = (char *)((struct counted *)b + 1);
  for (size_t i = 0; i < n; i++) {
    if (parts[i]->n) p = mempcpy(p, parts[i]->gzip, parts[i]->n);
    b->raw_n += parts[i]->raw_n;
    b->capped |= parts[i]->capped;
    wg_hasher_field(&h, parts[i]->hash, sizeof parts[i]->hash);
  }
  wg_hasher_end(&h, b->hash);
  *out = b;
  return WG_OK;
}

wg_tile_body *wg_tile_body_keep(wg_tile_body *b) {
  atomic_fetch_add_explicit(&((struct counted *)b)->holders, 1, memory_order_relaxed);
  return b;
}

void wg_tile_body_drop(wg_tile_body *b) {
  if (b && atomic_fetch_sub_explicit(&((struct counted *)b)->holders, 1, memory_order_acq_rel) == 1) free(b);
}

void wg_tile_etag(const wg_tile_body *b, bool gzip, char out[WG_ETAG_LEN]) {
  char hex[17];
  wg_hex(b->hash, 8, hex);
  snprintf(out, WG_ETAG_LEN, "\"%s-%c\"", hex, gzip ? 'g' : 'i');
}
