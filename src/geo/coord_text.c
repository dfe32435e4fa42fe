#include "geo/coord_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TOKENS_MOST = 16, NUMBERS_MOST = 3 };

/* --- the reference system ----------------------------------------------------------------------------- */

static const struct {
  const char *word, *crs;
} systems[] = {
    {"wgs84", "wgs84"},  {"wgs-84", "wgs84"}, {"wgs 84", "wgs84"},       {"gps", "wgs84"},
    {"gcj02", "gcj02"},  {"gcj-02", "gcj02"}, {"高德", "gcj02"},         {"腾讯", "gcj02"},
    {"国测局", "gcj02"}, {"火星", "gcj02"},   {"bd09ll", "bd09"},        {"bd09", "bd09"},
    {"bd-09", "bd09"},   {"百度", "bd09"},    {"cgcs2000", "EPSG:4490"}, {"国家2000", "EPSG:4490"}};

static const char *const fillers[] = {"坐标系", "坐标", "地图", ":", "：", ",",
                                      "，",     ";",    "；",   "(", ")",  " "};

static const char *skip(const char *p, const char *end) {
  for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++) {
    size_t n = strlen(fillers[i]);
    if ((size_t)(end - p) < n || memcmp(p, fillers[i], n) != 0) continue;
    p += n;
    i = (size_t)-1;
  }
  return p;
}

static const char *skip_back(const char *p, const char *end) {
  for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++) {
    size_t n = strlen(fillers[i]);
    if ((size_t)(end - p) < n || memcmp(end - n, fillers[i], n) != 0) continue;
    end -= n;
    i = (size_t)-1;
  }
  return end;
}

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* "EPSG:4549" at p; returns its length, or 0. */
static size_t epsg_at(const char *p, const char *end) {
  if (end - p < 6 || strncasecmp(p, "EPSG:", 5) != 0) return 0;
  size_t n = 5;
  while (p + n < end && digit(p[n]) && n < 12) n++;
  return n > 5 && n <= 11 ? n : 0;
}

static void say(wg_coord_text *out, const char *crs, size_t n) {
  snprintf(out->crs, sizeof out->crs, "%.*s", (int)n, crs);
  if (strncasecmp(out->crs, "epsg:", 5) == 0) memcpy(out->crs, "EPSG:", 5);
  out->named = true;
}

/* Takes a name off the beginning. A code of digits must not run on into the coordinates. */
static const char *name_before(const char *p, const char *end, wg_coord_text *out) {
  size_t n = epsg_at(p, end);
  if (n && p + n < end && (p[n] == ' ' || p[n] == ',' || p[n] == ':')) {
    say(out, p, n);
    return skip(p + n, end);
  }
  for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
    size_t len = strlen(systems[i].word);
    if ((size_t)(end - p) <= len || strncasecmp(p, systems[i].word, len) != 0 || digit(p[len])) continue;
    say(out, systems[i].crs, strlen(systems[i].crs));
    return skip(p + len, end);
  }
  return p;
}

static const char *name_after(const char *p, const char *end, wg_coord_text *out) {
  for (const char *at = end - 6; at > p && at >= end - 11; at--)
    if (epsg_at(at, end) == (size_t)(end - at)) {
      say(out, at, (size_t)(end - at));
      return skip_back(p, at);
    }
  for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
    size_t len = strlen(systems[i].word);
    if ((size_t)(end - p) <= len || strncasecmp(end - len, systems[i].word, len) != 0) continue;
    say(out, systems[i].crs, strlen(systems[i].crs));
    return skip_back(p, end - len);
  }
  return end;
}

/* --- words --------------------------------------------------------------------------------------------- */

enum what { NUMBER, DEGREE, MINUTE, SECOND, SIDE };
struct token {
  enum what what;
  double number;
  char side; /* N S E W */
  bool whole;
};

static const struct {
  const char *word;
  enum what what;
  char side;
} marks[] = {{"°", DEGREE},       {"º", DEGREE},       {"度", DEGREE},      {"'", MINUTE},
             {"′", MINUTE},       {"’", MINUTE},       {"分", MINUTE},      {"\"", SECOND},
             {"″", SECOND},       {"”", SECOND},       {"秒", SECOND},      {"北纬", SIDE, 'N'},
             {"南纬", SIDE, 'S'}, {"东经", SIDE, 'E'}, {"西经", SIDE, 'W'}, {"北", SIDE, 'N'},
             {"南", SIDE, 'S'},   {"东", SIDE, 'E'},   {"西", SIDE, 'W'},   {"N", SIDE, 'N'},
             {"S", SIDE, 'S'},    {"E", SIDE, 'E'},    {"W", SIDE, 'W'}};

static size_t separator(const char *p, const char *end) {
  static const char *const all[] = {" ", "\t", ",", "，", ";", "；", "/", "、"};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    size_t n = strlen(all[i]);
    if ((size_t)(end - p) >= n && memcmp(p, all[i], n) == 0) return n;
  }
  return 0;
}

/* A number without an exponent ("30.2E" is east); a sign only where a number may begin. */
static const char *number(const char *p, const char *end, bool may_sign, struct token *t) {
  char text[32];
  size_t n = 0, digits = 0, points = 0;
  if (may_sign && p < end && (*p == '-' || *p == '+')) text[n++] = *p++;
  for (; p < end && (digit(*p) || *p == '.') && n < sizeof text - 1; p++) {
    points += *p == '.';
    digits += digit(*p);
    text[n++] = *p;
  }
  text[n] = 0;
  if (!digits || points > 1 || (p < end && (digit(*p) || *p == '.'))) return NULL;
  *t = (struct token){.what = NUMBER, .number = strtod(text, NULL), .whole = points == 0};
  return p;
}

static const char *mark(const char *p, const char *end, struct token *t) {
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    size_t n = strlen(marks[i].word);
    if ((size_t)(end - p) < n || strncasecmp(p, marks[i].word, n) != 0) continue;
    *t = (struct token){.what = marks[i].what, .side = marks[i].side};
    return p + n;
  }
  return NULL;
}

/* The words of the text; 0: it holds something else. */
static int split(const char *p, const char *end, struct token *t) {
  int n = 0;
  bool apart = true; /* a number may begin */
  while (p < end) {
    size_t gap = separator(p, end);
    if (gap) {
      p += gap;
      apart = true;
      continue;
    }
    if (n == TOKENS_MOST) return 0;
    const char *next = apart ? number(p, end, true, &t[n]) : NULL;
    if (!next) next = mark(p, end, &t[n]);
    if (!next) return 0;
    p = next;
    apart = t[n++].what != NUMBER;
  }
  return n;
}

/* --- angles -------------------------------------------------------------------------------------------- */

struct angle {
  double value;
  char side;
};

/* Degrees, minutes and seconds of the words from … to. */
static bool read_angle(const struct token *t, int from, int to, struct angle *out) {
  double part[NUMBERS_MOST];
  bool whole[NUMBERS_MOST];
  int n = 0, expected = DEGREE;
  *out = (struct angle){0, 0};
  for (int i = from; i < to; i++) {
    if (t[i].what == SIDE) {
      if (out->side) return false;
      out->side = t[i].side;
    } else if (t[i].what == NUMBER) {
      if (n == NUMBERS_MOST) return false;
      part[n] = t[i].number;
      whole[n++] = t[i].whole;
    } else if ((int)t[i].what != expected + n - 1 || t[i - 1].what != NUMBER) {
      return false; /* a mark stands behind its own number: the first degrees, then minutes, then seconds */
    }
  }
  if (!n) return false;
  double sum = fabs(part[0]), unit = 1;
  for (int k = 1; k < n; k++) {
    unit /= 60;
    if (!whole[k - 1] || signbit(part[k]) || part[k] >= 60) return false;
    sum += part[k] * unit;
  }
  bool minus = signbit(part[0]);
  if (out->side && minus) return false;
  out->value = minus || out->side == 'S' || out->side == 'W' ? -sum : sum;
  return true;
}

/* Where the second angle begins: behind the first letter, before the second, or at a number of its own. */
static int second_begins(const struct token *t, int n) {
  bool sides = false, degrees = false;
  for (int i = 0; i < n; i++) {
    sides = sides || t[i].what == SIDE;
    degrees = degrees || t[i].what == DEGREE;
  }
  for (int i = 1; i < n; i++) {
    if (sides && t[0].what == SIDE && t[i].what == SIDE) return i;
    if (sides && t[0].what != SIDE && t[i - 1].what == SIDE) return i;
    if (!sides && degrees && i + 1 < n && t[i].what == NUMBER && t[i + 1].what == DEGREE) return i;
  }
  return !sides && !degrees && n == 2 ? 1 : 0;
}

bool wg_coord_text_parse(const char *text, wg_coord_text *out) {
  const char *p = text, *end = text + strlen(text);
  struct token t[TOKENS_MOST];
  *out = (wg_coord_text){.crs = "wgs84"};
  p = skip(p, end);
  end = skip_back(p, end);
  p = name_before(p, end, out);
  if (!out->named && end > p) end = name_after(p, end, out);
  int n = split(p, end, t), second = n >= 2 ? second_begins(t, n) : 0;
  struct angle a, b;
  if (!second || !read_angle(t, 0, second, &a) || !read_angle(t, second, n, &b)) return false;
  if (!a.side != !b.side) return false;
  if (!a.side) {
    out->x = a.value;
    out->y = b.value;
    return true;
  }
  bool lat_first = a.side == 'N' || a.side == 'S', lon_second = b.side == 'E' || b.side == 'W';
  if (lat_first != lon_second) return false;
  out->sure = true;
  out->x = lat_first ? b.value : a.value;
  out->y = lat_first ? a.value : b.value;
  return true;
}
