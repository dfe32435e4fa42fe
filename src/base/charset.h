/* Text in other encodings, turned into UTF-8 by ICU: GB18030 (which holds GBK and GB2312), Big5, Latin, … */
#ifndef WG_BASE_CHARSET_H
#define WG_BASE_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"

/* ICU's own name of an encoding ("gbk", "936", "UTF8", "ISO-8859-1", "CP1252"), or NULL when it knows none.
 * GBK and GB2312 become GB18030, which holds both. Static. */
const char *wg_charset_name(const char *name);

bool wg_charset_single_byte(const char *name); /* every byte is a character: Latin code pages and the like */

typedef struct wg_charset wg_charset; /* a converter with its state: one stream, one thread */
/* WG_INVALID (field "encoding") for an unknown name. */
wg_status wg_charset_open(const char *name, wg_charset **out, wg_err *err);
void wg_charset_free(wg_charset *c);
/* Appends n bytes of the stream as UTF-8; a character cut at the end waits for the next call. `last` ends the
 * stream and makes the converter fresh. WG_INVALID at bytes that are no text in this encoding. */
wg_status wg_charset_feed(wg_charset *c, const void *bytes, size_t n, bool last, wg_buf *out);

/* What bytes seem to be. `whole`: they are the whole text (else a character may be cut at the end). */
typedef enum wg_charset_guess {
  WG_CHARSET_ASCII, /* no byte above 127: every encoding would do */
  WG_CHARSET_UTF8,
  WG_CHARSET_UTF16, /* a byte order mark of UTF-16 */
  WG_CHARSET_GB,    /* not UTF-8, and sound GB18030 with the common Han characters that real text has */
  WG_CHARSET_UNKNOWN
} wg_charset_guess;
wg_charset_guess wg_charset_look(const void *bytes, size_t n, bool whole);

/* The tally behind the guess, for text that comes in many short pieces (the cells of a table). */
typedef struct wg_charset_tally {
  bool high, not_utf8, not_gb;
  size_t gb_chars, gb_common;
} wg_charset_tally;
void wg_charset_count(wg_charset_tally *t, const void *bytes, size_t n, bool whole);
wg_charset_guess wg_charset_decide(const wg_charset_tally *t);

#endif
