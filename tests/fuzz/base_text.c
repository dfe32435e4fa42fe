/* The small readers: times, numbers, codes, encodings, gzip. */
#include <math.h>
#include <string.h>

#include "base/charset.h"
#include "base/compress.h"
#include "base/text.h"
#include "base/time.h"
#include "fuzz/fuzz.h"

static void times_and_numbers(const char *text) {
  int64_t ms = 0, whole = 0;
  double number = 0;
  if (wg_time_parse(text, &ms)) {
    char out[WG_TIME_LEN];
    int64_t again = 0;
    wg_time_format(ms, out);
    FUZZ_HOLDS(wg_time_parse(out, &again) && again == ms);
  }
  if (wg_text_double(text, &number)) FUZZ_HOLDS(isfinite(number) && !strpbrk(text, "xXpPnN "));
  wg_text_int(text, &whole);
  if (wg_text_code(text)) FUZZ_HOLDS(strlen(text) >= 1 && strlen(text) <= WG_TEXT_CODE_MAX);
}

static void encodings(const uint8_t *bytes, size_t n) {
  static const char *const names[] = {"GB18030", "Big5", "UTF-16", "UTF-8", "windows-1252"};
  wg_charset_look(bytes, n, true);
  wg_charset_look(bytes, n, false);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    wg_charset *c = NULL;
    wg_buf out;
    wg_buf_init(&out, (size_t)8 << 20);
    FUZZ_HOLDS(!wg_charset_open(names[i], &c, NULL));
    wg_status st = wg_charset_feed(c, bytes, n / 2, false, &out);
    if (!st) st = wg_charset_feed(c, bytes + n / 2, n - n / 2, true, &out);
    if (!st && !memchr(out.len ? out.data : "", 0, out.len))
      FUZZ_HOLDS(wg_text_utf8(out.len ? out.data : "", out.len));
    wg_buf_deinit(&out);
    wg_charset_free(c);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  char *text = fuzz_text(bytes, n);
  times_and_numbers(text);
  if (wg_text_utf8((const char *)bytes, n)) FUZZ_HOLDS(!memchr(bytes, 0, n) && wg_text_chars(text) <= n);
  free(text);
  encodings(bytes, n);
  wg_buf out;
  wg_buf_init(&out, (size_t)1 << 20);
  if (!wg_gunzip(bytes, n, (size_t)1 << 20, &out)) FUZZ_HOLDS(out.len <= (size_t)1 << 20);
  wg_buf_deinit(&out);
  return 0;
}
