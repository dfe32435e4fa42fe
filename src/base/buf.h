/* A byte buffer that grows up to a stated limit. The first failure (memory, limit) sticks: later calls do
 * nothing, and wg_buf_status tells. */
#ifndef WG_BASE_BUF_H
#define WG_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct wg_buf {
  char *data; /* owned; not NUL-terminated, see wg_buf_str */
  size_t len, cap, max;
  wg_status status;
} wg_buf;

void wg_buf_init(wg_buf *buf, size_t max);
void wg_buf_deinit(wg_buf *buf);
void wg_buf_reset(wg_buf *buf); /* keeps the memory */
void wg_buf_add(wg_buf *buf, const void *bytes, size_t n);
void wg_buf_add_str(wg_buf *buf, const char *text);
void wg_buf_add_char(wg_buf *buf, char c);
void wg_buf_printf(wg_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for n more bytes at the end, or NULL; the caller writes and then adds to len. */
char *wg_buf_reserve(wg_buf *buf, size_t n);
/* The content as a C string (a NUL is put behind it), or "" after a failure. */
const char *wg_buf_str(wg_buf *buf);
/* Hands the memory to the caller, who frees it; the buffer is then empty. */
char *wg_buf_take(wg_buf *buf, size_t *len);
static inline wg_status wg_buf_status(const wg_buf *buf) { return buf->status; }

#endif
