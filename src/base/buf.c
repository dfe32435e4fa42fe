#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void wg_buf_init(wg_buf *buf, size_t max) { *buf = (wg_buf){.max = max}; }

void wg_buf_deinit(wg_buf *buf) {
  free(buf->data);
  *buf = (wg_buf){.max = buf->max};
}

void wg_buf_reset(wg_buf *buf) {
  buf->len = 0;
  buf->status = WG_OK;
}

char *wg_buf_reserve(wg_buf *buf, size_t n) {
  if (buf->status) return NULL;
  if (n > buf->max || buf->len > buf->max - n) {
    buf->status = WG_TOO_LARGE;
    return NULL;
  }
  size_t need = buf->len + n + 1; /* one for the NUL of wg_buf_str */
  if (need > buf->cap) {
    size_t cap = buf->cap ? buf->cap * 2 : 256;
    if (cap < need) cap = need;
    char *p = realloc(buf->data, cap);
    if (!p) {
      buf->status = WG_NO_MEMORY;
      return NULL;
    }
    buf->data = p;
    buf->cap = cap;
  }
  return buf->data + buf->len;
}

void wg_buf_add(wg_buf *buf, const void *bytes, size_t n) {
  char *p = wg_buf_reserve(buf, n);
  if (!p || !n) return;
  memcpy(p, bytes, n);
  buf->len += n;
}

void wg_buf_add_str(wg_buf *buf, const char *text) { wg_buf_add(buf, text, strlen(text)); }
void wg_buf_add_char(wg_buf *buf, char c) {
  char *p = wg_buf_reserve(buf, 1);
  if (!p) return;
  *p = c;
  buf->len++;
}

void wg_buf_printf(wg_buf *buf, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  char small[256];
  int n = vsnprintf(small, sizeof small, format, args);
  if (n >= 0 && (size_t)n < sizeof small) {
    wg_buf_add(buf, small, (size_t)n);
  } else if (n >= 0) {
    char *p = wg_buf_reserve(buf, (size_t)n); /* reserve keeps one byte for vsnprintf's NUL */
    if (p) {
      vsnprintf(p, (size_t)n + 1, format, again);
      buf->len += (size_t)n;
    }
  }
  va_end(again);
  va_end(args);
}

const char *wg_buf_str(wg_buf *buf) {
  if (buf->status || !wg_buf_reserve(buf, 0)) return "";
  buf->data[buf->len] = 0;
  return buf->data;
}

char *wg_buf_take(wg_buf *buf, size_t *len) {
  wg_buf_str(buf);
  char *p = buf->data;
  if (len) *len = buf->len;
  *buf = (wg_buf){.max = buf->max};
  return p;
}
