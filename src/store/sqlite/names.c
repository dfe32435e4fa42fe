#include "names.h"

#include <string.h>

static int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

bool names_unhex(const char *hex, unsigned char out[WG_HASH_LEN]) {
  for (int i = 0; i < WG_HASH_LEN; i++) {
    int hi = digit(hex[2 * i]), lo = digit(hex[2 * i + 1]);
    if (hi < 0 || lo < 0) return false;
    out[i] = (unsigned char)(hi << 4 | lo);
  }
  return true;
}

static bool is_hash(const char *p, size_t n) {
  if (n != 2 * WG_HASH_LEN) return false;
  for (size_t i = 0; i < n; i++)
    if (digit(p[i]) < 0) return false;
  return true;
}

/* Bodies are compact JSON: a string is a name when a colon follows its closing quote. */
wg_status names_each(const char *body, size_t n, wg_status (*fn)(void *, const char *, size_t, const char *),
                     void *ctx) {
  const char *p = body, *end = body + n, *name = "";
  size_t n_name = 0;
  while ((p = memchr(p, '"', (size_t)(end - p)))) {
    const char *start = ++p;
    while (p < end && *p != '"') p += *p == '\\' ? 2 : 1;
    if (p >= end) return WG_OK;
    size_t len = (size_t)(p - start);
    p++;
    if (p < end && *p == ':') {
      name = start;
      n_name = len;
    } else if (is_hash(start, len)) {
      wg_status status = fn(ctx, name, n_name, start);
      if (status) return status;
    }
  }
  return WG_OK;
}
