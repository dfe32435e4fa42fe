#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/utf8.h>

bool wg_text_utf8(const char *bytes, size_t n) {
  if (n > INT32_MAX || memchr(bytes, 0, n)) return false;
  for (int32_t i = 0; i < (int32_t)n;) {
    UChar32 c;
    U8_NEXT((const uint8_t *)bytes, i, (int32_t)n, c);
    if (c < 0) return false;
  }
  return true;
}

bool wg_text_has_han(const char *text) {
  int32_t n = (int32_t)strlen(text);
  for (int32_t i = 0; i < n;) {
    UChar32 c;
    U8_NEXT((const uint8_t *)text, i, n, c);
    if ((c >= 0x3400 && c <= 0x9fff) || (c >= 0x20000 && c <= 0x3ffff) || (c >= 0xf900 && c <= 0xfaff))
      return true;
  }
  return false;
}

size_t wg_text_chars(const char *text) {
  size_t n = 0;
  for (; *text; text++) n += (*text & 0xc0) != 0x80;
  return n;
}

bool wg_text_code(const char *text) {
  size_t n = strlen(text);
  if (n < 1 || n > WG_TEXT_CODE_MAX || text[0] == ' ' || text[n - 1] == ' ' || !wg_text_utf8(text, n))
    return false;
  for (size_t i = 0; i < n; i++)
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f || strchr("/\\\"<>,;", text[i])) return false;
  return true;
}

bool wg_text_plain_code(const char *text) {
  size_t n = strlen(text);
  if (n < 1 || n > 32) return false;
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c >= 0x80 || (!isalnum(c) && c != '.' && c != '_' && c != '-')) return false;
  }
  return true;
}

bool wg_text_double(const char *text, double *out) {
  if (!*text || text[strspn(text, "0123456789+-.eE")])
    return false; /* strtod takes hexadecimal, inf and nan too */
  char *end;
  double v = strtod(text, &end);
  if (*end || !isfinite(v)) return false;
  *out = v;
  return true;
}

bool wg_text_int(const char *text, int64_t *out) {
  if (!*text || isspace((unsigned char)*text)) return false;
  char *end;
  errno = 0;
  long long v = strtoll(text, &end, 10);
  if (*end || errno) return false;
  *out = v;
  return true;
}
