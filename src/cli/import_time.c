#include "cli/import_time.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* The moment at which the zone's clock shows this; of two, the first. */
static int64_t at_zone(const wg_zone *zone, struct tm tm) {
  int64_t local = (int64_t)timegm(&tm) * 1000;
  int64_t guess = local - (int64_t)wg_zone_local(zone, local).offset * 1000;
  return local - (int64_t)wg_zone_local(zone, guess).offset * 1000;
}

/* "21:45", "21:45:10", "09:45:10 PM", "" */
static bool read_clock(const char *text, struct tm *tm) {
  int h = 0, m = 0, s = 0, used = 0;
  text += strspn(text, " T");
  if (!*text) return true;
  if (sscanf(text, "%2d:%2d%n", &h, &m, &used) < 2) return false;
  text += used;
  if (sscanf(text, ":%2d%n", &s, &used) == 1) text += used;
  if (*text == '.') text += 1 + strspn(text + 1, "0123456789");
  text += strspn(text, " ");
  bool pm = strcasecmp(text, "PM") == 0, am = strcasecmp(text, "AM") == 0;
  if ((pm || am) && (h < 1 || h > 12)) return false;
  if (*text && !pm && !am) return false;
  if ((pm || am) && h == 12) h = 0;
  if (pm) h += 12;
  if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60) return false;
  tm->tm_hour = h, tm->tm_min = m, tm->tm_sec = s;
  return true;
}

bool wg_import_time(const wg_zone *zone, const char *text, int64_t *ms) {
  if (wg_time_parse(text, ms)) return true;
  int y = 0, mo = 0, d = 1, used = 0;
  size_t digits = strspn(text, "0123456789");
  if (digits == 8 && sscanf(text, "%4d%2d%2d%n", &y, &mo, &d, &used) == 3) {
  } else if (digits == 4 && (sscanf(text, "%4d-%2d-%2d%n", &y, &mo, &d, &used) == 3 ||
                             sscanf(text, "%4d/%2d/%2d%n", &y, &mo, &d, &used) == 3)) {
  } else if (digits == 4 && sscanf(text, "%4d-%2d%n", &y, &mo, &used) == 2) {
    d = 1;
  } else if (digits <= 2 && sscanf(text, "%2d/%2d/%4d%n", &mo, &d, &y, &used) == 3) {
  } else {
    return false;
  }
  if (y < 1900 || y > 2200 || mo < 1 || mo > 12 || d < 1 || d > 31) return false;
  struct tm tm = {.tm_year = y - 1900, .tm_mon = mo - 1, .tm_mday = d};
  if (!read_clock(text + used, &tm)) return false;
  struct tm checked = tm;
  timegm(&checked);
  if (checked.tm_mon != mo - 1) return false; /* 31 February */
  *ms = at_zone(zone, tm);
  return true;
}
