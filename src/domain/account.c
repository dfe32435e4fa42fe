/* The one place where rights are decided. docs/rights.md says the same table in words. */
#include "domain/account.h"

#include <string.h>

#include "base/text.h"

static const char *const role_name[WG_ROLES] = {"admin",  "security",   "auditor", "planner", "dispatcher",
                                                "leader", "department", "worker",  "wall"};

const char *wg_role_name(wg_role role) { return (unsigned)role < WG_ROLES ? role_name[role] : ""; }

bool wg_role_parse(const char *text, wg_role *out) {
  for (int r = 0; r < WG_ROLES; r++)
    if (strcmp(text, role_name[r]) == 0) {
      *out = (wg_role)r;
      return true;
    }
  return false;
}

wg_status wg_account_name_check(const char *name, wg_err *err) {
  size_t n = strlen(name);
  bool plain = n >= 1 && n < sizeof((wg_account *)0)->name && wg_text_utf8(name, n) && name[0] != ' ' &&
               name[n - 1] != ' ';
  for (const char *p = name; *p; p++) plain = plain && (unsigned char)*p >= ' ' && *p != 127;
  if (plain) return WG_OK;
  return wg_fail(err, WG_INVALID, "name",
                 WG_T("a name has 1 to 64 bytes, without spaces at its ends and control characters",
                      "账号名为 1 到 64 个字节，首尾不能有空格，也不能含控制字符"));
}

/* clang-format off */
#define NO    WG_R_NO
#define PARTY WG_R_PARTY
#define AREA  WG_R_AREA
#define ALL   WG_R_ALL

/* role × verb → reach, and the highest class of incidents seen by area. The last row is the administrator's
 * where the three administrators are exclusive: the one who gives accounts then sees no incident. */
enum { ADMIN_EXCLUSIVE = WG_ROLES, ROWS };
static const struct {
  wg_reach reach[WG_VERBS];
  wg_class top;
} rights[ROWS] = {
    /*                    NONE PUBLIC SIGNED MAP   INCIDENT REPORT STAFF WORKERS POSITION EXPORT ADMIN AUDIT ACCOUNTS GRANT DIRECT WORK REVIEW */
    [WG_ADMIN]        = {{NO,  ALL,   ALL,   ALL,  ALL,     ALL,   ALL,  ALL,    ALL,     ALL,   ALL,  ALL, ALL,      ALL, ALL, ALL, ALL},  WG_RESTRICTED},
    [WG_SECURITY]     = {{NO,  ALL,   ALL,   ALL,  NO,      NO,    NO,   NO,     NO,      NO,    NO,   AREA, ALL,      AREA, NO, NO, NO}, WG_ORDINARY},
    [WG_AUDITOR]      = {{NO,  ALL,   ALL,   ALL,  NO,      NO,    NO,   NO,     NO,      NO,    NO,   ALL, ALL,      NO, NO, NO, NO},  WG_ORDINARY},
    [WG_PLANNER]      = {{NO,  ALL,   ALL,   AREA, AREA,    NO,    AREA, NO,     NO,      AREA,  NO,   NO, NO,       NO, NO, NO, NO},   WG_ORDINARY},
    [WG_DISPATCHER]   = {{NO,  ALL,   ALL,   AREA, AREA,    AREA,  AREA, AREA,   NO,      AREA,  NO,   NO, NO,       NO, AREA, AREA, NO},   WG_RESTRICTED},
    [WG_LEADER]       = {{NO,  ALL,   ALL,   AREA, AREA,    AREA,  AREA, AREA,   NO,      AREA,  NO,   NO, NO,       NO, AREA, AREA, AREA},   WG_SEALED},
    [WG_DEPARTMENT]   = {{NO,  ALL,   ALL,   AREA, PARTY,   ALL,   NO,   NO,     NO,      NO,    NO,   NO, NO,       NO, NO, PARTY, NO},   WG_ORDINARY},
    [WG_WORKER]       = {{NO,  ALL,   ALL,   AREA, PARTY,   ALL,   AREA, NO,     ALL,     NO,    NO,   NO, NO,       NO, NO, PARTY, NO},   WG_ORDINARY},
    [WG_WALL]         = {{NO,  ALL,   ALL,   AREA, AREA,    NO,    NO,   AREA,   NO,      NO,    NO,   NO, NO,       NO, NO, NO, NO},   WG_ORDINARY},
    [ADMIN_EXCLUSIVE] = {{NO,  ALL,   ALL,   ALL,  NO,      NO,    ALL,  NO,     NO,      ALL,   ALL,  NO, ALL,      NO, NO, NO, NO},   WG_ORDINARY},
};

#undef NO
#undef PARTY
#undef AREA
#undef ALL
/* clang-format on */

wg_reach wg_rights_reach(wg_role role, wg_verb verb) {
  return (unsigned)role < WG_ROLES && (unsigned)verb < WG_VERBS ? rights[role].reach[verb] : WG_R_NO;
}

wg_class wg_rights_class(wg_role role) { return (unsigned)role < WG_ROLES ? rights[role].top : WG_ORDINARY; }

/* The row of one grant, or -1 when it is not in force at the time. */
static int row_of(const wg_viewer *v, int g, int64_t at) {
  if (v->grant[g].from && at < v->grant[g].from) return -1;
  if (v->grant[g].until && at >= v->grant[g].until) return -1;
  wg_role role = v->grant[g].role;
  if ((unsigned)role >= WG_ROLES) return -1;
  return role == WG_ADMIN && v->exclusive ? ADMIN_EXCLUSIVE : (int)role;
}

static bool reaches_area(const wg_areas *areas, uint32_t grant, uint32_t target) {
  if (!areas || grant >= areas->n) return false;
  if (target == WG_NO_INDEX) return areas->parent[grant] == WG_NO_INDEX;
  return target < areas->n && wg_area_under(areas, target, grant);
}

/* Handed or copied to the grant's organisation, reported by this account, or in this worker's own grid. What
 * is sealed is (also) about workers: having the grid it lies in gives no sight of it. */
static bool is_party(const wg_viewer *v, const char *org, const wg_target *t) {
  if (t->reporter && t->reporter == v->account) return true;
  if (t->responsible && t->responsible == v->staff && t->class_ < WG_SEALED) return true;
  for (const char *const *o = t->orgs; o && *o && org[0]; o++)
    if (strcmp(*o, org) == 0) return true;
  return false;
}

bool wg_may(const wg_areas *areas, const wg_viewer *v, wg_verb verb, const wg_target *t, int64_t at) {
  if (verb == WG_V_PUBLIC) return true;
  if (!v || !v->account || verb <= WG_V_NONE || verb >= WG_VERBS) return false;
  if (verb == WG_V_SIGNED_IN) return true;
  bool by_class = verb == WG_V_SEE_INCIDENT || verb == WG_V_EXPORT || verb == WG_V_DIRECT ||
                  verb == WG_V_WORK || verb == WG_V_REVIEW;
  for (int g = 0; g < v->n_grants; g++) {
    int row = row_of(v, g, at);
    wg_reach reach = row < 0 ? WG_R_NO : rights[row].reach[verb];
    if (reach == WG_R_NO) continue;
    if (!t) return true;
    if (row != WG_WALL && is_party(v, v->grant[g].org, t)) return true; /* a screen is nobody's party */
    if (by_class && t->class_ > rights[row].top) continue;
    if (reach == WG_R_ALL) return true;
    if (reach == WG_R_AREA && reaches_area(areas, v->grant[g].area, t->area)) return true;
  }
  return false;
}

bool wg_nameless(const wg_viewer *v, int64_t at) {
  int in_force = 0, walls = 0;
  for (int g = 0; v && g < v->n_grants; g++) {
    int row = row_of(v, g, at);
    in_force += row >= 0;
    walls += row == WG_WALL;
  }
  return walls > 0 && walls == in_force;
}

int wg_rights_areas_of_class(const wg_areas *areas, const wg_viewer *v, wg_verb verb, wg_class class_,
                             int64_t at, uint32_t *area, int max, bool *all, wg_class *top) {
  uint32_t found[WG_VIEWER_GRANTS];
  int n = 0;
  *all = false;
  *top = WG_ORDINARY;
  for (int g = 0; v && g < v->n_grants; g++) {
    int row = row_of(v, g, at);
    wg_reach reach = row < 0 || (unsigned)verb >= WG_VERBS ? WG_R_NO : rights[row].reach[verb];
    if (reach < WG_R_AREA || rights[row].top < class_) continue;
    uint32_t a = v->grant[g].area;
    if (reach == WG_R_AREA && (!areas || a >= areas->n)) continue;
    if (rights[row].top > *top) *top = rights[row].top;
    if (reach == WG_R_ALL)
      *all = true;
    else
      found[n++] = a;
  }
  int kept = 0;
  for (int i = 0; i < n; i++) {
    bool topmost = true;
    for (int j = 0; j < n && topmost; j++)
      if (j != i && wg_area_under(areas, found[i], found[j]) && (found[i] != found[j] || j < i))
        topmost = false;
    if (!topmost) continue;
    if (kept < max) area[kept] = found[i];
    kept++;
  }
  return kept;
}

int wg_rights_areas(const wg_areas *areas, const wg_viewer *v, wg_verb verb, int64_t at, uint32_t *area,
                    int max, bool *all, wg_class *top) {
  return wg_rights_areas_of_class(areas, v, verb, WG_ORDINARY, at, area, max, all, top);
}
