/* Weekly shifts as people write them.
 *
 *   shifts = part { (";" | newline) part }        part  = [days] times
 *   days   = day ["-" day] { "," day ["-" day] }  times = time "-" time { "," time "-" time }
 *
 * A day is Mon … Sunday, 1 … 7, 周一 … 周日, 星期一 …, or a word for several. A range of days may run over
 * the week's end (Sat-Mon). Full-width punctuation, 至, 到 and ~ are taken as their plain forms. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "domain/staff.h"

enum { MAX_TEXT = 2000, DAILY = 127, WEEKDAYS = 31, WEEKEND = 96 };

typedef struct parser {
  const char *p;
  wg_shift *out;
  int max, n;
  wg_err *err;
} parser;

static bool take(parser *in, const char *word) {
  size_t n = strlen(word);
  if (strncmp(in->p, word, n) != 0) return false;
  in->p += n;
  return true;
}

static void space(parser *in) {
  while (take(in, " ") || take(in, "\t") || take(in, "　")) {}
}

static bool take_any(parser *in, const char *const *words) {
  for (; *words; words++)
    if (take(in, *words)) return true;
  return false;
}

static const char *const dashes[] = {"-", "–", "—", "－", "~", "～", "至", "到", NULL};
static const char *const commas[] = {",", "，", "、", NULL};
static const char *const ends[] = {";", "；", "\n", "\r", NULL};
static const char *const colons[] = {":", "：", NULL};

static wg_status bad(parser *in, const char *en, const char *zh) {
  char here[28];
  size_t n = strnlen(in->p, sizeof here - 1);
  while (n && in->p[n] && ((unsigned char)in->p[n] & 0xc0) == 0x80) n--; /* cut between characters */
  memcpy(here, in->p, n);
  here[n] = '\0';
  wg_status st =
      wg_fail_code(in->err, WG_INVALID, "bad-shift", "shifts",
                   WG_T("shifts: %s, at \"%s\"; write them like Mon-Fri 08:00-18:00", "%s%s"), en, here);
  if (in->err)
    snprintf(in->err->zh, sizeof in->err->zh, "班次：%s（在“%s”处）；应类似“周一至周五 8:00-18:00”", zh,
             here);
  return st;
}

/* A word in letters: whole, so that "Monkey" is no day. */
static bool word(parser *in, const char *text) {
  size_t n = strlen(text);
  if (strncasecmp(in->p, text, n) != 0 || isalpha((unsigned char)in->p[n])) return false;
  in->p += n;
  if (*in->p == '.') in->p++;
  return true;
}

/* One day, 0 Monday … 6, or a bit set of several in *set. False when there is no day here. */
static bool day(parser *in, int *d, unsigned *set) {
  static const char *const names[7][4] = {
      {"monday", "mon", "mo", "一"},      {"tuesday", "tue", "tues", "二"}, {"wednesday", "wed", "we", "三"},
      {"thursday", "thu", "thurs", "四"}, {"friday", "fri", "fr", "五"},    {"saturday", "sat", "sa", "六"},
      {"sunday", "sun", "su", "日"},
  };
  *set = 0;
  for (*d = 0; *d < 7; ++*d)
    for (int k = 0; k < 3; k++)
      if (word(in, names[*d][k])) return true;
  static const struct {
    const char *text;
    unsigned set;
  } several[] = {{"daily", DAILY},     {"every day", DAILY},  {"weekdays", WEEKDAYS},
                 {"weekend", WEEKEND}, {"weekends", WEEKEND}, {"每天", DAILY},
                 {"每日", DAILY},      {"工作日", WEEKDAYS},  {"周末", WEEKEND}};
  for (size_t i = 0; i < sizeof several / sizeof *several; i++)
    if (word(in, several[i].text)) {
      *set = several[i].set;
      return true;
    }
  const char *start = in->p;
  bool prefixed = take(in, "周") || take(in, "星期") || take(in, "礼拜");
  for (*d = 0; *d < 7; ++*d)
    if (take(in, names[*d][3])) return true; /* also bare: 周一、三、五 */
  *d = 6;
  if (prefixed && take(in, "天")) return true;
  in->p = start;
  /* A lone digit, and not the hour of a time. */
  if (*in->p >= '1' && *in->p <= '7' && !isdigit((unsigned char)in->p[1]) && in->p[1] != ':' &&
      strncmp(in->p + 1, "：", 3) != 0) {
    *d = *in->p++ - '1';
    return true;
  }
  return false;
}

static unsigned span(int from, int to) {
  unsigned set = 0;
  for (int d = from;; d = (d + 1) % 7) {
    set |= 1u << d;
    if (d == to) return set;
  }
}

/* The days that stand before times; *set stays 0 when there are none. */
static wg_status days(parser *in, unsigned *set) {
  *set = 0;
  for (;;) {
    int from, to;
    unsigned several;
    space(in);
    if (!day(in, &from, &several))
      return *set ? bad(in, "a day is missing after the comma", "逗号后缺少星期") : WG_OK;
    space(in);
    if (several)
      *set |= several;
    else if (take_any(in, dashes)) {
      space(in);
      if (!day(in, &to, &several) || several)
        return bad(in, "the range of days has no end", "星期范围不完整");
      *set |= span(from, to);
    } else
      *set |= 1u << from;
    space(in);
    if (!take_any(in, commas)) return WG_OK;
  }
}

static bool number(parser *in, int max, int *out) {
  int v = 0, digits = 0;
  for (; isdigit((unsigned char)*in->p) && digits < 2; in->p++, digits++) v = v * 10 + (*in->p - '0');
  *out = v;
  return digits && !isdigit((unsigned char)*in->p) && v <= max;
}

static wg_status clock_time(parser *in, int *minute) {
  int h, m;
  space(in);
  const char *at = in->p;
  if (!isdigit((unsigned char)*in->p)) return bad(in, "a time like 08:00 is missing", "缺少时间（如 8:00）");
  if (!number(in, 24, &h) || !take_any(in, colons) || !number(in, 59, &m) || (h == 24 && m)) {
    in->p = at;
    return bad(in, "a time must be from 00:00 to 24:00", "时间应在 00:00 至 24:00 之间");
  }
  *minute = h * 60 + m;
  space(in);
  return WG_OK;
}

static wg_status times(parser *in, unsigned set) {
  for (;;) {
    int from = 0, to = 0;
    wg_status st = clock_time(in, &from);
    if (st) return st;
    if (from == 24 * 60) return bad(in, "a shift cannot start at 24:00", "班次不能从 24:00 开始");
    if (!take_any(in, dashes)) return bad(in, "the end of the shift is missing", "缺少班次结束时间");
    if ((st = clock_time(in, &to))) return st;
    if (in->n == in->max)
      return wg_fail(in->err, WG_TOO_LARGE, "shifts", WG_T("more than %d shifts", "班次超过 %d 个"), in->max);
    in->out[in->n++] = (wg_shift){.weekdays = (uint8_t)set, .from = (int16_t)from, .to = (int16_t)to};
    /* After a comma another time of the same days, or a new part that starts with a day. */
    const char *before = in->p;
    if (!take_any(in, commas)) return WG_OK;
    int d;
    unsigned several;
    space(in);
    const char *next = in->p;
    if (day(in, &d, &several)) {
      in->p = before;
      return WG_OK;
    }
    in->p = next;
  }
}

wg_status wg_shifts_parse(const char *text, wg_shift *out, int max, int *n, wg_err *err) {
  *n = 0;
  if (strlen(text) > MAX_TEXT)
    return wg_fail(err, WG_TOO_LARGE, "shifts", WG_T("shifts: longer than %d bytes", "班次文字超过 %d 字节"),
                   MAX_TEXT);
  parser in = {text, out, max, 0, err};
  for (;;) {
    space(&in);
    if (take_any(&in, ends)) continue;
    if (!*in.p) break;
    unsigned set;
    wg_status st = days(&in, &set);
    if (!st) st = times(&in, set ? set : DAILY);
    if (st) return st;
    if (*in.p && !take_any(&in, ends) && !take_any(&in, commas))
      return bad(&in, "this is not understood", "无法识别");
  }
  *n = in.n;
  return WG_OK;
}
