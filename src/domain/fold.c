#include "domain/fold.h"

#include <stddef.h>
#include <string.h>

enum kind { INT64, INT, BOOL, BITS, CODE, STATE };
#define F(kind, name)                                                                                        \
  { #name, kind, offsetof(wg_incident, name) }

/* By name: the order of the members of a body. */
static const struct field {
  const char *name;
  enum kind kind;
  size_t at;
} fields[] = {
    F(INT64, accept_due),
    F(BOOL, approved),
    F(CODE, area),
    {"assign_for", INT64, offsetof(wg_incident, assigned.stands_for)},
    {"assign_post", INT, offsetof(wg_incident, assigned.post)},
    {"assign_rule", INT, offsetof(wg_incident, assigned.rule)},
    {"assign_staff", INT64, offsetof(wg_incident, assigned.staff)},
    F(CODE, category),
    F(CODE, centre),
    {"class", INT, offsetof(wg_incident, class_)},
    F(INT64, closed_at),
    F(INT, days_asked),
    F(INT, days_granted),
    F(INT64, doer),
    F(CODE, grid),
    F(INT64, handle_due),
    F(INT64, held_since),
    F(INT, how),
    F(INT64, merged_into),
    F(CODE, network),
    F(CODE, org),
    F(BOOL, overdue),
    F(INT64, parent),
    F(INT64, plan_version),
    F(INT64, responsible),
    F(INT, returns),
    F(STATE, review_from),
    F(BOOL, review_owed),
    F(INT, reworks),
    F(INT64, rule),
    F(BOOL, ruled),
    F(INT, score),
    F(INT, severity),
    F(STATE, state),
    F(INT64, step_due),
    F(INT, supervised),
    F(INT64, suspended_at),
    F(INT64, suspended_until),
    F(BITS, told),
    F(BOOL, urgent),
    F(INT64, work_due),
    F(INT64, work_since),
};
enum { FIELDS = sizeof fields / sizeof *fields };

_Static_assert(sizeof(wg_state) == sizeof(int) && sizeof(wg_supervision) == sizeof(int) &&
                   sizeof(wg_class) == sizeof(int) && sizeof(wg_post_kind) == sizeof(int),
               "enumerations are read as int");

static const void *at(const wg_incident *i, const struct field *f) { return (const char *)i + f->at; }

static int64_t number(const wg_incident *i, const struct field *f) {
  switch (f->kind) {
  case INT64:
    return *(const int64_t *)at(i, f);
  case BOOL:
    return *(const bool *)at(i, f);
  case BITS:
    return *(const uint32_t *)at(i, f);
  case INT:
  case STATE:
    return *(const int *)at(i, f);
  case CODE:
    break;
  }
  return 0;
}

static bool same(const wg_incident *a, const wg_incident *b, const struct field *f) {
  if (f->kind == CODE) return strcmp(at(a, f), at(b, f)) == 0;
  return number(a, f) == number(b, f);
}

const char *wg_incident_differs(const wg_incident *a, const wg_incident *b) {
  for (int k = 0; k < FIELDS; k++)
    if (!same(a, b, &fields[k])) return fields[k].name;
  return NULL;
}

void wg_incident_diff(wg_jw *w, const wg_incident *before, const wg_incident *after) {
  for (int k = 0; k < FIELDS; k++) {
    const struct field *f = &fields[k];
    if (same(before, after, f)) continue;
    if (f->kind == CODE)
      wg_jw_member_str(w, f->name, at(after, f));
    else if (f->kind == STATE)
      wg_jw_member_str(w, f->name, wg_state_name((wg_state)number(after, f)));
    else if (f->kind == BOOL)
      wg_jw_member_bool(w, f->name, number(after, f) != 0);
    else
      wg_jw_member_int(w, f->name, number(after, f));
  }
}

static wg_status put(wg_incident *i, const struct field *f, const wg_json *set) {
  void *to = (char *)i + f->at;
  const char *text = NULL;
  int64_t n = 0;
  wg_state state;
  wg_status st;
  switch (f->kind) {
  case CODE:
    st = wg_json_str(set, f->name, WG_OPTIONAL, WG_CODE_LEN - 1, &text, NULL); /* it may be empty */
    if (!st && !text) return WG_CORRUPT;
    if (!st) memcpy(to, text, strlen(text) + 1);
    return st;
  case STATE:
    st = wg_json_str(set, f->name, WG_REQUIRED, 32, &text, NULL);
    if (st || !wg_state_parse(text, &state)) return WG_CORRUPT;
    *(wg_state *)to = state;
    return WG_OK;
  case BOOL:
    return wg_json_bool(set, f->name, WG_REQUIRED, to, NULL);
  case INT64:
    return wg_json_int(set, f->name, WG_REQUIRED, INT64_MIN, INT64_MAX, to, NULL);
  case INT:
    st = wg_json_int(set, f->name, WG_REQUIRED, INT32_MIN, INT32_MAX, &n, NULL);
    if (!st) *(int *)to = (int)n;
    return st;
  case BITS:
    st = wg_json_int(set, f->name, WG_REQUIRED, 0, UINT32_MAX, &n, NULL);
    if (!st) *(uint32_t *)to = (uint32_t)n;
    return st;
  }
  return WG_CORRUPT;
}

struct folding {
  wg_incident *i;
  const wg_json *set;
};

static wg_status fold_member(const char *name, wg_json *value, void *ctx) {
  struct folding *x = ctx;
  (void)value;
  for (int k = 0; k < FIELDS; k++)
    if (strcmp(fields[k].name, name) == 0) return put(x->i, &fields[k], x->set) ? WG_CORRUPT : WG_OK;
  return WG_CORRUPT;
}

wg_status wg_incident_fold(wg_incident *i, const wg_json *set, wg_err *err) {
  struct folding x = {i, set};
  if (!wg_json_each((wg_json *)(uintptr_t)set, fold_member, &x)) return WG_OK;
  return wg_fail(err, WG_CORRUPT, "set", WG_T("an event's changes cannot be read", "事件的变更内容无法读取"));
}

/* --- the first event -------------------------------------------------------------------------------------
 */

/* The values of wg_how in geo/resolver.h, which this room may not include; a test compares the two. */
static int how_of(const char *name) {
  static const char *const how[] = {"none", "inside", "boundary", "overlap", "nearest"};
  for (int k = 0; k < (int)(sizeof how / sizeof *how); k++)
    if (strcmp(name, how[k]) == 0) return k;
  return -1;
}

static const struct field *find(const char *name) {
  for (int k = 0; k < FIELDS; k++)
    if (strcmp(fields[k].name, name) == 0) return &fields[k];
  return NULL;
}

static wg_status words(wg_incident *i, const wg_json *body) {
  const char *class_ = NULL, *how = NULL, *post = NULL;
  wg_status st = wg_json_str(body, "class", WG_REQUIRED, 16, &class_, NULL);
  if (!st) st = wg_json_str(body, "how", WG_REQUIRED, 16, &how, NULL);
  if (!st) st = wg_json_str(body, "post", WG_OPTIONAL, 16, &post, NULL);
  if (st || !wg_class_parse(class_, &i->class_)) return WG_CORRUPT;
  i->how = how_of(how);
  if (i->how < 0 || (post && !wg_post_parse(post, &i->assigned.post))) return WG_CORRUPT;
  return WG_OK;
}

wg_status wg_incident_of_report(wg_incident *i, const wg_json *body, wg_err *err) {
  static const char *const plain[] = {
      "accept_due", "area",   "assign_rule",  "category",    "closed_at", "grid",     "handle_due", "network",
      "overdue",    "parent", "plan_version", "responsible", "rule",      "severity", "state",      "told"};
  memset(i, 0, sizeof *i);
  i->version = 1;
  wg_status st = words(i, body);
  for (size_t k = 0; !st && k < sizeof plain / sizeof *plain; k++)
    if (wg_json_has(body, plain[k])) st = put(i, find(plain[k]), body);
  if (!st) st = wg_json_int(body, "stands_for", WG_OPTIONAL, 0, INT64_MAX, &i->assigned.stands_for, NULL);
  i->assigned.staff = i->responsible;
  if (!st) return WG_OK;
  return wg_fail(err, WG_CORRUPT, "body", WG_T("a report's event cannot be read", "上报日志的内容无法读取"));
}
