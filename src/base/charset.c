/* Encodings by ICU's converters, and a guess between UTF-8 and GB18030.
 *
 * GB18030 text from the trade is told from Latin text by where its characters lie: the first level of GB 2312
 * (lead bytes B0–D7, trail bytes A1–FE) holds the 3 755 commonest characters, and symbols lie in A1–A9. Latin
 * text that happens to be sound GB18030 ("Zürich": FC 72) falls outside both. */
#include "base/charset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/ucnv.h>

#include "base/text.h"

enum { PIVOT = 1024, STEP = 4096 };

struct wg_charset {
  UConverter *from, *to;
  UChar pivot[PIVOT], *pivot_source, *pivot_target;
  bool fresh;
};

const char *wg_charset_name(const char *name) {
  static const char *const gb[] = {"gbk", "gb2312", "gb18030", "cp936",
                                   "936", "ms936",  "euc-cn",  "windows-936"};
  for (size_t i = 0; i < sizeof gb / sizeof *gb; i++)
    if (!strcasecmp(name, gb[i])) return "GB18030";
  if (!strcasecmp(name, "utf8") || !strcasecmp(name, "65001")) return "UTF-8";
  if (!strcasecmp(name, "950") || !strcasecmp(name, "cp950")) return "Big5";
  if (strnlen(name, 65) > 64) return NULL;
  /* ".cpg" files say "ANSI 1250" or a bare code page */
  char page[72];
  const char *digits = strncasecmp(name, "ansi ", 5) ? name : name + 5;
  if (*digits && digits[strspn(digits, "0123456789")] == 0) {
    snprintf(page, sizeof page, "cp%s", digits);
    name = page;
  }
  UErrorCode e = U_ZERO_ERROR;
  const char *known = ucnv_getAlias(name, 0, &e);
  return U_SUCCESS(e) && known ? known : NULL;
}

bool wg_charset_single_byte(const char *name) {
  UErrorCode e = U_ZERO_ERROR;
  UConverter *c = ucnv_open(name, &e);
  bool single = U_SUCCESS(e) && ucnv_getType(c) != UCNV_UTF8 && ucnv_getMaxCharSize(c) == 1;
  if (U_SUCCESS(e)) ucnv_close(c);
  return single;
}

wg_status wg_charset_open(const char *name, wg_charset **out, wg_err *err) {
  *out = NULL;
  const char *known = wg_charset_name(name);
  if (!known)
    return wg_fail_code(err, WG_INVALID, "encoding-unknown", "encoding",
                        WG_T("\"%.60s\" is no encoding that is known here; give utf-8, gb18030, big5 …",
                             "“%.60s”不是已知的字符编码；请给出 utf-8、gb18030、big5 等"),
                        name);
  wg_charset *c = calloc(1, sizeof *c);
  if (!c) return WG_NO_MEMORY;
  UErrorCode e = U_ZERO_ERROR;
  c->from = ucnv_open(known, &e);
  c->to = ucnv_open("UTF-8", &e);
  if (U_SUCCESS(e)) ucnv_setToUCallBack(c->from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &e);
  if (U_FAILURE(e)) {
    wg_charset_free(c);
    return wg_fail(err, WG_IO, "encoding", WG_T("ICU cannot convert from %s", "ICU 无法从 %s 转换"), known);
  }
  c->pivot_source = c->pivot_target = c->pivot;
  c->fresh = true;
  *out = c;
  return WG_OK;
}

void wg_charset_free(wg_charset *c) {
  if (!c) return;
  if (c->from) ucnv_close(c->from);
  if (c->to) ucnv_close(c->to);
  free(c);
}

wg_status wg_charset_feed(wg_charset *c, const void *bytes, size_t n, bool last, wg_buf *out) {
  const char *source = bytes, *end = source + n;
  for (;;) {
    char *room = wg_buf_reserve(out, STEP);
    if (!room) return wg_buf_status(out);
    char *target = room;
    UErrorCode e = U_ZERO_ERROR;
    ucnv_convertEx(c->to, c->from, &target, room + STEP, &source, end, c->pivot, &c->pivot_source,
                   &c->pivot_target, c->pivot + PIVOT, c->fresh, last, &e);
    c->fresh = false;
    out->len += (size_t)(target - room);
    if (e == U_BUFFER_OVERFLOW_ERROR) continue;
    if (last || U_FAILURE(e)) {
      ucnv_reset(c->from);
      ucnv_reset(c->to);
      c->pivot_source = c->pivot_target = c->pivot;
      c->fresh = true;
    }
    return U_FAILURE(e) ? WG_INVALID : WG_OK;
  }
}

/* The length of one GB18030 character at p, 0 when there is none, -1 when the text is cut inside it. */
static int gb_char(const unsigned char *p, size_t n) {
  if (p[0] < 0x80) return 1;
  if (p[0] < 0x81 || p[0] > 0xfe) return 0;
  if (n < 2) return -1;
  if (p[1] >= 0x40 && p[1] != 0x7f && p[1] <= 0xfe) return 2;
  if (p[1] < 0x30 || p[1] > 0x39) return 0;
  if (n < 3) return -1;
  if (p[2] < 0x81 || p[2] > 0xfe) return 0;
  if (n < 4) return -1;
  return p[3] >= 0x30 && p[3] <= 0x39 ? 4 : 0;
}

static void count_gb(wg_charset_tally *t, const unsigned char *p, size_t n, bool whole) {
  for (size_t i = 0; i < n && !t->not_gb;) {
    int k = gb_char(p + i, n - i);
    if (k < 0) {
      if (whole) t->not_gb = true;
      return;
    }
    if (k == 0) {
      t->not_gb = true;
      return;
    }
    if (k > 1) {
      bool common =
          k == 2 && p[i + 1] >= 0xa1 && (p[i] <= 0xa9 ? p[i] >= 0xa1 : p[i] >= 0xb0 && p[i] <= 0xd7);
      t->gb_chars++;
      t->gb_common += common;
    }
    i += (size_t)k;
  }
}

/* n without a character that is cut at its end. */
static size_t utf8_whole(const unsigned char *p, size_t n) {
  for (size_t back = 1; back <= 3 && back <= n; back++) {
    unsigned char c = p[n - back];
    if (c < 0x80) break;
    if (c >= 0xc0) {
      size_t need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
      return need > back ? n - back : n;
    }
  }
  return n;
}

void wg_charset_count(wg_charset_tally *t, const void *bytes, size_t n, bool whole) {
  const unsigned char *p = bytes;
  size_t i = 0;
  while (i < n && p[i] < 0x80) i++;
  if (i == n) return;
  t->high = true;
  size_t sound = whole ? n : utf8_whole(p, n);
  if (!t->not_utf8 && !wg_text_utf8((const char *)p, sound)) t->not_utf8 = true;
  count_gb(t, p, n, whole);
}

wg_charset_guess wg_charset_decide(const wg_charset_tally *t) {
  if (!t->high) return WG_CHARSET_ASCII;
  if (!t->not_utf8) return WG_CHARSET_UTF8;
  if (!t->not_gb && t->gb_common * 2 >= t->gb_chars && t->gb_chars > 0) return WG_CHARSET_GB;
  return WG_CHARSET_UNKNOWN;
}

wg_charset_guess wg_charset_look(const void *bytes, size_t n, bool whole) {
  const unsigned char *p = bytes;
  if (n >= 2 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff))) return WG_CHARSET_UTF16;
  wg_charset_tally t = {0};
  wg_charset_count(&t, bytes, n, whole);
  return wg_charset_decide(&t);
}
