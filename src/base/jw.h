/* JSON out: appends to a buffer, puts the commas itself. Nesting is at most 62 deep. The caller pairs the
 * begin and end calls and names the members; strings must be valid UTF-8. */
#ifndef WG_BASE_JW_H
#define WG_BASE_JW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

typedef struct wg_jw {
  wg_buf *buf;
  uint64_t comma; /* bit d: depth d already has an item */
  int depth;
  bool after_key;
} wg_jw;

void wg_jw_init(wg_jw *w, wg_buf *buf);
void wg_jw_begin_object(wg_jw *w);
void wg_jw_end_object(wg_jw *w);
void wg_jw_begin_array(wg_jw *w);
void wg_jw_end_array(wg_jw *w);
void wg_jw_key(wg_jw *w, const char *name);
void wg_jw_str(wg_jw *w, const char *text); /* NULL writes null */
void wg_jw_int(wg_jw *w, int64_t value);
void wg_jw_num(wg_jw *w, double value,
               int decimals);                  /* fixed decimals, trailing zeros cut; null if not finite */
void wg_jw_degrees(wg_jw *w, int32_t lattice); /* a lattice integer as exact decimal degrees */
void wg_jw_bool(wg_jw *w, bool value);
void wg_jw_null(wg_jw *w);
void wg_jw_time(wg_jw *w, int64_t ms);      /* RFC 3339 in UTC */
void wg_jw_raw(wg_jw *w, const char *json); /* JSON text as it stands; NULL or "" writes null */

void wg_jw_member_str(wg_jw *w, const char *name, const char *text);
void wg_jw_member_int(wg_jw *w, const char *name, int64_t value);
void wg_jw_member_num(wg_jw *w, const char *name, double value, int decimals);
void wg_jw_member_bool(wg_jw *w, const char *name, bool value);
void wg_jw_member_time(wg_jw *w, const char *name, int64_t ms);
void wg_jw_member_raw(wg_jw *w, const char *name, const char *json);

#endif
