#include "domain/notify.h"

#include <string.h>

#define HAND     WG_TELL_HAND
#define ORG      WG_TELL_ORG
#define HANDS    (HAND | ORG)
#define ORGS     WG_TELL_ORGS
#define CENTRE   WG_TELL_CENTRE
#define LEADERS  WG_TELL_LEADERS
#define REPORTER WG_TELL_REPORTER

/* clang-format off */
const wg_telling wg_tellings[] = {
    /* life */
    {"incident.reported",          HAND | CENTRE,              "New report", "新上报事件"},
    {"incident.accepted",          REPORTER,                   "Accepted", "已受理"},
    {"incident.refused",           REPORTER,                   "Not accepted", "不予受理"},
    {"incident.verifying",         HAND,                       "To be verified by you", "请核实"},
    {"incident.filed",             REPORTER,                   "Filed", "已立案"},
    {"incident.void",              REPORTER | HANDS,           "Voided", "已作废"},
    {"incident.review",            LEADERS,                    "Waits for your review", "待审核"},
    {"incident.approved",          CENTRE,                     "The review approved it", "审核通过"},
    {"incident.sent-back",         CENTRE,                     "The review sent it back", "审核退回"},
    {"incident.dispatched",        HANDS,                      "Dispatched to you", "已交办给您"},
    {"incident.transferred",       HANDS,                      "Transferred to you", "已转办给您"},
    {"incident.handed-down",       HANDS | CENTRE,             "Handed down", "已下派"},
    {"incident.escalated",         LEADERS | CENTRE,           "Escalated", "已上报上级"},
    {"incident.copied",            ORGS,                       "Copied to you", "抄告"},
    {"incident.claimed",           CENTRE,                     "Claimed", "已认领"},
    {"incident.returned",          CENTRE,                     "Returned", "已退回"},
    {"incident.handling",          REPORTER,                   "Being handled", "办理中"},
    {"incident.co-handled",        ORGS,                       "To be handled together", "协同办理"},
    {"incident.noted",             0,                          "A note", "办理记录"},
    {"incident.instructed",        HANDS | CENTRE,             "A leader's instruction", "领导批示"},
    {"incident.done",              CENTRE | REPORTER,          "Done", "处置完成"},
    {"incident.checked",           HANDS,                      "Checked", "核查通过"},
    {"incident.rework",            HANDS,                      "To be done again", "返工"},
    {"incident.closed",            REPORTER | HANDS,           "Closed", "已结案"},
    {"incident.evaluated",         HANDS,                      "Evaluated", "已评价"},
    {"incident.reopened",          REPORTER | HANDS | CENTRE,  "Reopened", "已重新办理"},
    /* overlays */
    {"incident.suspended",         REPORTER | HANDS,           "Suspended", "已缓办"},
    {"incident.resumed",           REPORTER | HANDS,           "Resumed", "已恢复办理"},
    {"incident.extension-asked",   CENTRE,                     "More time is asked for", "申请延期"},
    {"incident.extension-granted", HANDS,                      "More time granted", "延期已批准"},
    {"incident.extension-refused", HANDS,                      "More time refused", "延期未获批准"},
    {"incident.urgent",            HANDS | LEADERS | CENTRE,   "Made urgent", "加急"},
    {"incident.supervised",        HANDS | LEADERS | CENTRE,   "Under supervision", "已督办"},
    {"incident.unsupervised",      HANDS | CENTRE,             "Supervision ended", "督办已解除"},
    {"incident.merged",            REPORTER | HANDS,           "Merged into another", "已合并"},
    {"incident.split",             HANDS | CENTRE,             "Split", "已拆分"},
    {"incident.linked",            HANDS,                      "Linked to another", "已关联"},
    {"incident.overdue",           HANDS | CENTRE,             "Overdue", "已超期"},
    {"incident.attached",          HANDS,                      "Something was attached", "有新附件"},
};
/* clang-format on */
const int wg_tellings_count = sizeof wg_tellings / sizeof *wg_tellings;

const wg_telling *wg_telling_of(const char *kind) {
  for (int k = 0; k < wg_tellings_count; k++)
    if (strcmp(wg_tellings[k].kind, kind) == 0) return wg_tellings[k].whom ? &wg_tellings[k] : NULL;
  return NULL;
}

static bool in_force(const wg_viewer *v, int g, int64_t at) {
  return !(v->grant[g].from && at < v->grant[g].from) && !(v->grant[g].until && at >= v->grant[g].until);
}

/* As rights reach: below by the links, and what lies in no area is for the roots. */
static bool over(const wg_areas *areas, uint32_t grant, uint32_t target) {
  if (grant >= areas->n) return false;
  if (target == WG_NO_INDEX) return areas->parent[grant] == WG_NO_INDEX;
  return target < areas->n && wg_area_under(areas, target, grant);
}

static bool of_orgs(const char *org, const char *const *orgs) {
  for (; org[0] && orgs && *orgs; orgs++)
    if (strcmp(*orgs, org) == 0) return true;
  return false;
}

unsigned wg_tells(const wg_telling *t, const wg_areas *areas, const wg_viewer *v, const wg_target *i,
                  const char *org, int64_t actor, int64_t at) {
  unsigned why = 0;
  if (!v || !v->account || v->account == actor) return 0;
  if (i->reporter == v->account) why |= REPORTER;
  if (i->responsible && i->responsible == v->staff) why |= HAND;
  for (int g = 0; g < v->n_grants; g++) {
    if (!in_force(v, g, at)) continue;
    if (org[0] && strcmp(v->grant[g].org, org) == 0) why |= ORG;
    if (of_orgs(v->grant[g].org, i->orgs)) why |= ORGS;
    if (v->grant[g].role == WG_DISPATCHER && over(areas, v->grant[g].area, i->area)) why |= CENTRE;
    if (v->grant[g].role == WG_LEADER && over(areas, v->grant[g].area, i->area)) why |= LEADERS;
  }
  if (org[0] && (t->whom & HANDS) == HANDS) why &= ~(unsigned)HAND; /* it is in other hands */
  why &= t->whom;
  return why && wg_may(areas, v, WG_V_SEE_INCIDENT, i, at) ? why : 0;
}
