/* States of an incident, and the sentence that says why it is whose. */
#include "domain/incident.h"

#include <stdio.h>
#include <string.h>

static const struct {
  const char *name, *en, *zh;
  bool open;
} states[WG_STATES] = {
    [WG_S_REPORTED] = {"reported", "Reported", "已上报", true},
    [WG_S_ACCEPTED] = {"accepted", "Accepted", "已受理", true},
    [WG_S_REFUSED] = {"refused", "Refused", "不予受理", false},
    [WG_S_VERIFYING] = {"verifying", "Being verified", "核实中", true},
    [WG_S_FILED] = {"filed", "Filed", "已立案", true},
    [WG_S_VOID] = {"void", "Void", "已作废", false},
    [WG_S_REVIEW] = {"review", "Under review", "审核中", true},
    [WG_S_DISPATCHED] = {"dispatched", "Dispatched", "已交办", true},
    [WG_S_CLAIMED] = {"claimed", "Claimed", "已认领", true},
    [WG_S_HANDLING] = {"handling", "Being handled", "办理中", true},
    [WG_S_RETURNED] = {"returned", "Returned", "已回退", true},
    [WG_S_DONE] = {"done", "Done", "处置完成", true},
    [WG_S_CHECKED] = {"checked", "Checked", "已核查", true},
    [WG_S_CLOSED] = {"closed", "Closed", "已结案", false},
    [WG_S_EVALUATED] = {"evaluated", "Evaluated", "已评价", false},
    [WG_S_MERGED] = {"merged", "Merged", "已并案", false},
};

static bool is_zh(const char *lang) { return lang && strncmp(lang, "zh", 2) == 0; }

const char *wg_state_name(wg_state s) { return (unsigned)s < WG_STATES ? states[s].name : ""; }
const char *wg_state_title(wg_state s, const char *lang) {
  if ((unsigned)s >= WG_STATES) return "";
  return is_zh(lang) ? states[s].zh : states[s].en;
}
bool wg_state_open(wg_state s) { return (unsigned)s < WG_STATES && states[s].open; }
bool wg_state_parse(const char *text, wg_state *out) {
  for (int s = 0; s < WG_STATES; s++)
    if (strcmp(text, states[s].name) == 0) {
      *out = (wg_state)s;
      return true;
    }
  return false;
}

static const char *const supervision_name[WG_SUPERVISIONS] = {"none", "ordinary", "yellow", "red", "listed"};
const char *wg_supervision_name(wg_supervision s) {
  return (unsigned)s < WG_SUPERVISIONS ? supervision_name[s] : "";
}
bool wg_supervision_parse(const char *text, wg_supervision *out) {
  for (int s = 0; s < WG_SUPERVISIONS; s++)
    if (strcmp(text, supervision_name[s]) == 0) {
      *out = (wg_supervision)s;
      return true;
    }
  return false;
}

const char *wg_party_how_name(wg_party_how how) {
  static const char *const name[WG_P_HOWS] = {"handed", "co", "copied", "former"};
  return (unsigned)how < WG_P_HOWS ? name[how] : "";
}

/* --- why ------------------------------------------------------------------------------------------------ */

/* The values of wg_how in geo/resolver.h, which this room may not include; a test compares the two. */
enum { HOW_NONE, HOW_INSIDE, HOW_BOUNDARY, HOW_OVERLAP, HOW_NEAREST };

static const char *text_or(const char *text, const char *other) { return text && text[0] ? text : other; }

/* What the sentences call the plan's network: the base one has a name in Chinese. */
static char *network_words(wg_arena *a, const struct wg_why *w, bool zh) {
  const char *network = text_or(w->network, "base");
  if (zh && strcmp(network, "base") == 0) return wg_arena_strdup(a, "基础网格");
  return wg_arena_printf(a, zh ? "%s " : "%s", network);
}

/* "grid 330702001001001 “First grid” (plan base v3)" */
static char *grid_words(wg_arena *a, const struct wg_why *w, bool zh) {
  const char *code = text_or(w->grid_code, "?"), *network = network_words(a, w, zh);
  const char *name = text_or(w->grid_name, "");
  if (strcmp(name, code) == 0) name = "";
  if (!network) return NULL;
  const char *open = name[0] ? "“" : "", *close = name[0] ? "”" : "";
  if (zh)
    return wg_arena_printf(a, "网格%s%s%s%s（%s方案第 %lld 版）", code, open, name, close, network,
                           (long long)w->plan_version);
  return wg_arena_printf(a, "grid %s%s%s%s%s (plan %s v%lld)", code, name[0] ? " " : "", open, name, close,
                         network, (long long)w->plan_version);
}

/* The first half: where the point lies. Ends without a mark. */
static char *where_words(wg_arena *a, const struct wg_why *w, bool zh) {
  const char *network = network_words(a, w, zh);
  if (!network) return NULL;
  if (w->placeless && !(w->grid_code && w->grid_code[0]))
    return wg_arena_strdup(a, zh ? "上报只有地点文字、没有坐标"
                                 : "The report gives a place in words and no position");
  if (w->how == HOW_NONE || !w->grid_code || !w->grid_code[0]) {
    if (!w->plan_version)
      return wg_arena_printf(a, zh ? "%s尚无方案" : "Network %s has no plan yet", network);
    return wg_arena_printf(
        a, zh ? "该点不在任何网格内（%s方案第 %lld 版）" : "The point is in no grid (plan %s v%lld)", network,
        (long long)w->plan_version);
  }
  const char *grid = grid_words(a, w, zh);
  if (!grid) return NULL;
  switch (w->how) {
  case HOW_BOUNDARY:
    return wg_arena_printf(a,
                           zh ? "该点在几个网格的分界线上，编码最小的是%s"
                              : "The point is on the boundary of several grids; the smallest code is %s",
                           grid);
  case HOW_OVERLAP:
    return wg_arena_printf(a,
                           zh ? "该点同时在几个重叠的网格内，编码最小的是%s"
                              : "The point is inside several overlapping grids; the smallest code is %s",
                           grid);
  case HOW_NEAREST:
    if (!(w->metres > 0)) /* not known any more */
      return wg_arena_printf(
          a, zh ? "该点不在任何网格内，最近的是%s" : "The point is in no grid; the nearest is %s", grid);
    return wg_arena_printf(a,
                           zh ? "该点不在任何网格内，%.2f 米外最近的是%s"
                              : "The point is in no grid; the nearest, %.2f m away, is %s",
                           w->metres, grid);
  default:
    return wg_arena_printf(a, zh ? "该点在%s内" : "The point is inside %s", grid);
  }
}

/* The second half: whose it is. A name that is not to be shown leaves the post. */
static char *whose_words(wg_arena *a, const struct wg_why *w, bool zh) {
  const wg_assignment *as = w->assigned;
  const char *post = wg_post_title(as->post, zh ? "zh" : "en");
  const char *who = text_or(w->worker, zh ? "一名人员" : "someone");
  const char *away = text_or(w->away, "");
  bool named = w->worker && w->worker[0];
  switch (as->rule) {
  case WG_ASSIGN_QUEUE_NO_GRID:
    return wg_arena_strdup(a, zh ? "因此进入中心待派队列" : "so the report waits in the centre's queue");
  case WG_ASSIGN_QUEUE_NO_STAFF:
    return wg_arena_strdup(a, zh ? "该网格无人负责，因此进入乡镇（街道）中心待派队列"
                                 : "nobody serves it, so the report waits in the township centre's queue");
  case WG_ASSIGN_QUEUE_OFF_DUTY:
    return wg_arena_strdup(
        a, zh ? "此时无人值班且未设网格长，因此进入乡镇（街道）中心待派队列"
              : "nobody is on duty and it has no grid lead, so the report waits in the township "
                "centre's queue");
  case WG_ASSIGN_QUEUE_SEALED:
    return wg_arena_strdup(a, zh ? "此类事项不经网格人员，直接进入乡镇（街道）中心队列"
                                 : "such matters pass by the grid's own people, so the report waits in the "
                                   "township centre's queue");
  case WG_ASSIGN_QUEUE_LEAVE:
    return wg_arena_strdup(a, zh ? "当班人员均在休假且无人代岗，因此进入乡镇（街道）中心待派队列"
                                 : "whoever would be on duty is on leave and nobody stands in, so the report "
                                   "waits in the township centre's queue");
  case WG_ASSIGN_NEXT_POST:
    if (zh) return wg_arena_printf(a, "%s休假，由当班的%s%s负责", away[0] ? away : "前一岗位人员", post, who);
    return wg_arena_printf(a, "%s is on leave, and %s, %s, is on duty, so the report is theirs",
                           away[0] ? away : "the one before", who, post);
  case WG_ASSIGN_COVER:
    if (zh) return wg_arena_printf(a, "该网格暂无人值班，由临时兼管的%s负责", who);
    return wg_arena_printf(
        a, "none of its own is on duty and %s covers it for a time, so the report is theirs", who);
  case WG_ASSIGN_RULES:
    break;
  case WG_ASSIGN_ON_DUTY:
    if (!named)
      return wg_arena_printf(a, zh ? "%s正在值班，由其负责" : "its %s is on duty, so the report is theirs",
                             post);
    if (zh) return wg_arena_printf(a, "%s%s正在值班，由其负责", post, who);
    return wg_arena_printf(a, "%s, %s, is on duty, so the report is theirs", who, post);
  case WG_ASSIGN_STAND_IN:
    if (zh) return wg_arena_printf(a, "%s%s不在岗，由代岗人%s负责", post, away, who);
    return wg_arena_printf(a, "%s stands in for %s%s%s, so the report is theirs", who,
                           away[0] ? away : "its ", away[0] ? ", " : "", post);
  case WG_ASSIGN_LEAD:
    if (as->stands_for && zh)
      return wg_arena_printf(a, "此时无人值班，网格长%s不在岗，由代岗人%s负责", away, who);
    if (as->stands_for)
      return wg_arena_printf(
          a, "nobody is on duty, so the report goes to %s, who stands in for the grid lead%s%s", who,
          away[0] ? " " : "", away);
    if (!named)
      return wg_arena_strdup(a, zh ? "此时无人值班，由网格长负责"
                                   : "nobody is on duty, so the report goes to its grid lead");
    return wg_arena_printf(
        a, zh ? "此时无人值班，由网格长%s负责" : "nobody is on duty, so the report goes to the grid lead, %s",
        who);
  }
  return wg_arena_strdup(a, "");
}

char *wg_why_sentence(wg_arena *arena, const struct wg_why *why, const char *lang) {
  bool zh = is_zh(lang);
  const char *where = where_words(arena, why, zh);
  if (!where) return NULL;
  if (!why->assigned) return wg_arena_printf(arena, zh ? "%s。" : "%s.", where);
  const char *whose = whose_words(arena, why, zh);
  if (!whose) return NULL;
  const char *joint = zh ? "，" : why->assigned->rule == WG_ASSIGN_QUEUE_NO_GRID ? ", " : "; ";
  return wg_arena_printf(arena, zh ? "%s%s%s。" : "%s%s%s.", where, joint, whose);
}
