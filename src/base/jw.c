#include "base/jw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"

void wg_jw_init(wg_jw *w, wg_buf *buf) { *w = (wg_jw){.buf = buf}; }

static void item(wg_jw *w) {
  if (w->after_key) {
    w->after_key = false;
    return;
  }
  uint64_t bit = 1ull << w->depth;
  if (w->comma & bit) wg_buf_add_char(w->buf, ',');
  w->comma |= bit;
}

static void begin(wg_jw *w, char c) {
  item(w);
  wg_buf_add_char(w->buf, c);
  if (w->depth < 62)
    w->depth++;
  else
    w->buf->status = WG_INTERNAL;
  w->comma &= ~(1ull << w->depth);
}

static void end(wg_jw *w, char c) {
  if (w->depth) w->depth--;
  wg_buf_add_char(w->buf, c);
}

void wg_jw_begin_object(wg_jw *w) { begin(w, '{'); }
void wg_jw_end_object(wg_jw *w) { end(w, '}'); }
void wg_jw_begin_array(wg_jw *w) { begin(w, '['); }
void wg_jw_end_array(wg_jw *w) { end(w, ']'); }

static void quoted(wg_buf *buf, const char *text) {
  wg_buf_add_char(buf, '"');
  const char *run = text;
  for (const char *p = text;; p++) {
    unsigned char c = (unsigned char)*p;
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    wg_buf_add(buf, run, (size_t)(p - run));
    run = p + 1;
    if (!c) break;
    if (c == '"')
      wg_buf_add(buf, "\\\"", 2);
    else if (c == '\\')
      wg_buf_add(buf, "\\\\", 2);
    else if (c == '\n')
      wg_buf_add(buf, "\\n", 2);
    else
      wg_buf_printf(buf, "\\u%04x", c);
  }
  wg_buf_add_char(buf, '"');
}

void wg_jw_key(wg_jw *w, const char *name) {
  item(w);
  quoted(w->buf, name);
  wg_buf_add_char(w->buf, ':');
  w->after_key = true;
}

void wg_jw_str(wg_jw *w, const char *text) {
  item(w);
  if (text)
    quoted(w->buf, text);
  else
    wg_buf_add(w->buf, "null", 4);
}

/* The decimal digits of v, at least `least` of them, before `end`; returns where they begin. By hand: an
 * answer has dozens of numbers, and printf takes a good part of its time. */
static char *digits(uint64_t v, int least, char *end) {
  char *p = end;
  for (; v || least > 0; v /= 10, least--) *--p = (char)('0' + v % 10);
  return p;
}

void wg_jw_int(wg_jw *w, int64_t value) {
  item(w);
  char text[24], *end = text + sizeof text;
  char *p = digits(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 1, end);
  if (value < 0) *--p = '-';
  wg_buf_add(w->buf, p, (size_t)(end - p));
}

/* A number with at most `decimals` digits after the point, as printf rounds it; false: it is too large or too
 * near the middle between two for doubles to tell, and printf must say. */
static bool decimal(wg_buf *buf, double value, int decimals) {
  static const double unit[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
  if (decimals < 0 || decimals > 12) return false;
  double scaled = fabs(value) * unit[decimals], whole = nearbyint(scaled);
  if (!(scaled < 1e15) || fabs(scaled - whole) > 0.25) return false;
  uint64_t v = (uint64_t)whole, split = (uint64_t)unit[decimals], rest = v % split;
  char text[32], *end = text + sizeof text, *p = end;
  if (rest) {
    for (; rest % 10 == 0; rest /= 10) decimals--;
    p = digits(rest, decimals, p);
    *--p = '.';
  }
  p = digits(v / split, 1, p);
  if (value < 0 && v) *--p = '-';
  wg_buf_add(buf, p, (size_t)(end - p));
  return true;
}

void wg_jw_num(wg_jw *w, double value, int decimals) {
  item(w);
  if (!isfinite(value)) {
    wg_buf_add(w->buf, "null", 4);
    return;
  }
  if (decimal(w->buf, value, decimals)) return;
  char text[400];
  int n = snprintf(text, sizeof text, "%.*f", decimals, value);
  if (decimals > 0) {
    while (n > 1 && text[n - 1] == '0') n--;
    if (n > 1 && text[n - 1] == '.') n--;
  }
  if (n == 2 && text[0] == '-' && text[1] == '0')
    wg_buf_add_char(w->buf, '0');
  else
    wg_buf_add(w->buf, text, (size_t)n);
}

void wg_jw_degrees(wg_jw *w, int32_t lattice) {
  item(w);
  uint64_t v = lattice < 0 ? (uint64_t) - (int64_t)lattice : (uint64_t)lattice, whole = v / 10000000,
           rest = v % 10000000;
  char text[24], *end = text + sizeof text, *p = end;
  if (rest) {
    int n = 7;
    for (; rest % 10 == 0; rest /= 10) n--;
    p = digits(rest, n, p);
    *--p = '.';
  }
  p = digits(whole, 1, p);
  if (lattice < 0) *--p = '-';
  wg_buf_add(w->buf, p, (size_t)(end - p));
}

void wg_jw_bool(wg_jw *w, bool value) {
  item(w);
  wg_buf_add_str(w->buf, value ? "true" : "false");
}

void wg_jw_null(wg_jw *w) {
  item(w);
  wg_buf_add(w->buf, "null", 4);
}

void wg_jw_time(wg_jw *w, int64_t ms) {
  char text[WG_TIME_LEN];
  wg_time_format(ms, text);
  wg_jw_str(w, text);
}

void wg_jw_raw(wg_jw *w, const char *json) {
  item(w);
  wg_buf_add_str(w->buf, json && *json ? json : "null");
}

void wg_jw_member_str(wg_jw *w, const char *name, const char *text) {
  wg_jw_key(w, name);
  wg_jw_str(w, text);
}
void wg_jw_member_int(wg_jw *w, const char *name, int64_t value) {
  wg_jw_key(w, name);
  wg_jw_int(w, value);
}
void wg_jw_member_num(wg_jw *w, const char *name, double value, int decimals) {
  wg_jw_key(w, name);
  wg_jw_num(w, value, decimals);
}
void wg_jw_member_bool(wg_jw *w, const char *name, bool value) {
  wg_jw_key(w, name);
  wg_jw_bool(w, value);
}
void wg_jw_member_time(wg_jw *w, const char *name, int64_t ms) {
  wg_jw_key(w, name);
  wg_jw_time(w, ms);
}
void wg_jw_member_raw(wg_jw *w, const char *name, const char *json) {
  wg_jw_key(w, name);
  wg_jw_raw(w, json);
}
