#include "grams.h"

#include <stdint.h>
#include <string.h>

enum kind { SPACE, LETTER, WIDE };
enum {
  WORDS_MOST = 24, /* of a query: each is a walk over all texts that hold it, of a hundred common ones 5 s */
  WORDS_FIRST = 8  /* longer queries find so little that names that begin so need not come first */
};

/* The next code point of valid UTF-8; a stray byte counts as a space. */
static uint32_t next(const char **p) {
  const unsigned char *b = (const unsigned char *)*p;
  int n = b[0] < 0x80 ? 1 : b[0] >= 0xf0 ? 4 : b[0] >= 0xe0 ? 3 : b[0] >= 0xc0 ? 2 : 0;
  uint32_t c = n == 1 ? b[0] : n ? b[0] & (0xffu >> (n + 1)) : ' ';
  int i = 1;
  for (; i < n && (b[i] & 0xc0) == 0x80; i++) c = c << 6 | (b[i] & 0x3f);
  *p += i;
  return i < n ? ' ' : c;
}

static enum kind kind_of(uint32_t c) {
  if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) return LETTER;
  if (c < 0xc0) return SPACE;
  if ((c >= 0x2e80 && c <= 0x2fdf) || (c >= 0x3005 && c <= 0x3007) || (c >= 0x3040 && c <= 0x30ff))
    return WIDE;
  if ((c >= 0x3400 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7af) || (c >= 0xf900 && c <= 0xfaff))
    return WIDE;
  if (c >= 0x20000 && c <= 0x3ffff) return WIDE;
  if ((c >= 0x2000 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x303f) || (c >= 0xfe30 && c <= 0xfe4f))
    return SPACE;
  if (c >= 0xff00 && c <= 0xffef)
    return (c >= 0xff10 && c <= 0xff19) || (c >= 0xff21 && c <= 0xff5a) ? LETTER : SPACE;
  return LETTER;
}

void grams_words(const char *text, wg_buf *out) {
  enum kind last = SPACE;
  for (const char *p = text ? text : ""; *p;) {
    const char *start = p;
    enum kind k = kind_of(next(&p));
    if (k != SPACE) {
      if (out->len && (k == WIDE || last != LETTER)) wg_buf_add_char(out, ' ');
      wg_buf_add(out, start, (size_t)(p - start));
    }
    last = k;
  }
}

bool grams_match(const char *text, bool first, wg_buf *out) {
  enum kind last = SPACE;
  int words = 0;
  if (first) wg_buf_add_str(out, "name : (^");
  for (const char *p = text ? text : ""; *p;) {
    const char *start = p;
    enum kind k = kind_of(next(&p));
    if (k == WIDE || (k == LETTER && last != LETTER)) words++;
    if (words > WORDS_MOST) break;
    if (k == SPACE) {
      if (last != SPACE) wg_buf_add_char(out, '"');
    } else {
      if (last == SPACE)
        wg_buf_add_str(out, words > 1 ? " \"" : "\"");
      else if (k == WIDE || last == WIDE)
        wg_buf_add_char(out, ' ');
      wg_buf_add(out, start, (size_t)(p - start));
    }
    last = k;
  }
  if (last != SPACE) wg_buf_add_char(out, '"');
  if (words && last == LETTER) wg_buf_add_str(out, " *"); /* still being typed */
  if (first) wg_buf_add_char(out, ')');
  return words && !(first && words > WORDS_FIRST);
}
