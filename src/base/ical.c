#include "base/ical.h"

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"

enum { OCCURRENCES = 400 }; /* of one event: yearly, and looked at from its first */

static const char special_day[] = "X-APPLE-SPECIAL-DAY";

bool wg_ical_is(const char *text, size_t n) {
  static const char begin[] = "BEGIN:VCALENDAR";
  while (n && (*text == '\xEF' || *text == '\xBB' || *text == '\xBF' || *text == ' ' || *text == '\r' ||
               *text == '\n' || *text == '\t'))
    text++, n--;
  return n >= sizeof begin - 1 && strncasecmp(text, begin, sizeof begin - 1) == 0;
}

struct reading {
  const wg_ical_options *o;
  wg_err *err;
  bool marked; /* some events say by special_day what they are */
  int row;
};

/* The value of a property that libical has no word for; NULL: there is none. */
static const char *x_value(icalcomponent *c, const char *name) {
  for (icalproperty *p = icalcomponent_get_first_property(c, ICAL_X_PROPERTY); p;
       p = icalcomponent_get_next_property(c, ICAL_X_PROPERTY)) {
    const char *is = icalproperty_get_x_name(p);
    if (is && strcasecmp(is, name) == 0) return icalproperty_get_x(p);
  }
  return NULL;
}

static bool is_working(icalcomponent *c, const char *summary) {
  static const char *const words[] = {"上班", "补班", "（班）", "(班)"};
  const char *special = x_value(c, special_day);
  if (special) return strcasecmp(special, "ALTERNATE-WORKDAY") == 0;
  for (icalproperty *p = icalcomponent_get_first_property(c, ICAL_CATEGORIES_PROPERTY); p;
       p = icalcomponent_get_next_property(c, ICAL_CATEGORIES_PROPERTY)) {
    const char *is = icalproperty_get_categories(p);
    if (is && (strcasecmp(is, "WORKING") == 0 || strcasecmp(is, "WORKDAY") == 0)) return true;
  }
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strstr(summary, words[i])) return true;
  return false;
}

/* The day of a date as it is written, whatever its zone. */
static int day_of(struct icaltimetype t) { return wg_day_number(t.year, t.month, t.day); }

static const char *field_of(const struct reading *r, char field[24]) {
  snprintf(field, 24, "rows.%d", r->row);
  return field;
}

static bool is_date(struct icaltimetype t) {
  return !icaltime_is_null_time(t) && t.year >= 1900 && t.year <= 2299 && t.month >= 1 && t.month <= 12 &&
         t.day >= 1 && t.day <= icaltime_days_in_month(t.month, t.year);
}

/* How many days an event has: its end is not one of them, unless it has a time after midnight. */
static int length_of(icalcomponent *c, struct icaltimetype start) {
  icalproperty *end = icalcomponent_get_first_property(c, ICAL_DTEND_PROPERTY);
  icalproperty *long_ = icalcomponent_get_first_property(c, ICAL_DURATION_PROPERTY);
  if (end) {
    struct icaltimetype t = icalproperty_get_dtend(end);
    if (!is_date(t)) return 0;
    bool over = t.is_date || (t.hour == 0 && t.minute == 0 && t.second == 0);
    int days = day_of(t) - day_of(start) + !over;
    return days ? days : start.is_date == t.is_date; /* one that ends as it begins is of that day */
  }
  if (!long_) return 1;
  struct icaldurationtype d = icalproperty_get_duration(long_);
  if (d.is_neg || d.weeks > 60 || d.days > 400 || d.hours > 9600) return 0;
  unsigned days = d.weeks * 7 + d.days + d.hours / 24;
  return days ? (int)days : 1;
}

static wg_status give(struct reading *r, wg_ical_event *e, struct icaltimetype at, int days) {
  if (r->o->only && at.year != r->o->only) return WG_OK;
  e->from = day_of(at);
  e->to = e->from + days - 1;
  return r->o->event(r->o->ctx, e, r->err);
}

static wg_status give_yearly(struct reading *r, wg_ical_event *e, icalproperty *rule,
                             struct icaltimetype start, int days) {
  struct icalrecurrencetype how = icalproperty_get_rrule(rule);
  char field[24];
  if (!r->o->only)
    return wg_fail_code(
        r->err, WG_UNPROCESSABLE, "recurring", "year",
        WG_T("the file has days of every year: say which year is meant", "文件含每年重复的日期：请指明年份"));
  if (how.freq != ICAL_YEARLY_RECURRENCE || how.interval < 1)
    return wg_fail_code(r->err, WG_UNPROCESSABLE, "recurring", field_of(r, field),
                        WG_T("this event recurs otherwise than yearly", "该日程的重复方式不是每年"));
  icalrecur_iterator *it = icalrecur_iterator_new(how, start);
  wg_status st = WG_OK;
  for (int k = 0; it && !st && k < OCCURRENCES; k++) {
    struct icaltimetype at = icalrecur_iterator_next(it);
    if (icaltime_is_null_time(at) || at.year > r->o->only) break;
    if (is_date(at)) st = give(r, e, at, days);
  }
  if (it) icalrecur_iterator_free(it);
  return st;
}

static wg_status read_event(struct reading *r, icalcomponent *c) {
  if (r->marked && !x_value(c, special_day)) return WG_OK;
  icalproperty *p = icalcomponent_get_first_property(c, ICAL_DTSTART_PROPERTY);
  icalproperty *rule = icalcomponent_get_first_property(c, ICAL_RRULE_PROPERTY);
  icalproperty *title = icalcomponent_get_first_property(c, ICAL_SUMMARY_PROPERTY);
  struct icaltimetype start = p ? icalproperty_get_dtstart(p) : icaltime_null_time();
  int days = is_date(start) ? length_of(c, start) : 0;
  char field[24];
  const char *summary = title ? icalproperty_get_summary(title) : NULL;
  if (days < 1 || days > WG_ICAL_DAYS)
    return wg_fail(
        r->err, WG_INVALID, field_of(r, field),
        WG_T("this event has no days, or more than a year of them", "该日程没有有效日期，或超过一年"));
  wg_ical_event e = {.row = r->row, .summary = summary ? summary : ""};
  e.working = is_working(c, e.summary);
  return rule ? give_yearly(r, &e, rule, start, days) : give(r, &e, start, days);
}

static wg_status read_calendar(struct reading *r, icalcomponent *calendar) {
  wg_status st = WG_OK;
  icalcomponent *c = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
  for (; c; c = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT))
    r->marked = r->marked || x_value(c, special_day);
  c = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
  for (; c && !st; c = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
    if (++r->row > WG_ICAL_EVENTS)
      return wg_fail(r->err, WG_TOO_LARGE, "", WG_T("more than %d events", "日程超过 %d 条"), WG_ICAL_EVENTS);
    st = read_event(r, c);
  }
  return st;
}

wg_status wg_ical_read(const char *text, size_t n, const wg_ical_options *o, wg_err *err) {
  struct reading r = {.o = o, .err = err};
  char *copy = wg_ical_is(text, n) ? strndup(text, n) : NULL;
  icalcomponent *root = copy ? icalparser_parse_string(copy) : NULL;
  free(copy);
  wg_status st = WG_OK;
  if (!root || icalcomponent_isa(root) == ICAL_NO_COMPONENT)
    st = wg_fail(err, WG_INVALID, "", WG_T("this is no iCalendar file", "不是有效的 iCalendar 文件"));
  else if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT)
    st = read_calendar(&r, root);
  else /* several calendars in one file */
    for (icalcomponent *c = icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT); c && !st;
         c = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT))
      st = read_calendar(&r, c);
  if (root) icalcomponent_free(root);
  return st;
}
