#include "domain/queue.h"

#include <string.h>

enum { HOW_BOUNDARY = 2, HOW_OVERLAP = 3 }; /* wg_how of geo/resolver.h */

static const struct {
  const char *name, *en, *zh;
} words[WG_QUEUE_REASONS] = {
    [WG_Q_NONE] = {"none", "", ""},
    [WG_Q_SEALED] = {"sealed", "It is about a worker, so nobody in the field is given it.",
                     "涉及工作人员，不交由网格人员办理。"},
    [WG_Q_NO_GRID] = {"no-grid", "It is in no grid: say whose it is.", "不在任何网格内，须由中心指定归属。"},
    [WG_Q_OVERLAP] = {"overlap", "It is inside several grids that overlap.", "同时位于多个重叠的网格内。"},
    [WG_Q_BOUNDARY] = {"boundary", "It is on the line between grids.", "位于网格分界线上。"},
    [WG_Q_CONTESTED] = {"contested", "The position is less exact than the grid's edge is near.",
                        "定位误差范围跨越网格边界，归属存疑。"},
    [WG_Q_NOBODY] = {"nobody", "Nobody answers for it now.", "目前无人负责。"},
};

const char *wg_queue_name(wg_queue_reason r) { return (unsigned)r < WG_QUEUE_REASONS ? words[r].name : ""; }

bool wg_queue_parse(const char *text, wg_queue_reason *out) {
  for (int r = WG_Q_NONE + 1; r < WG_QUEUE_REASONS; r++)
    if (strcmp(text, words[r].name) == 0) {
      *out = (wg_queue_reason)r;
      return true;
    }
  return false;
}

const char *wg_queue_sentence(wg_queue_reason r, const char *lang) {
  if ((unsigned)r >= WG_QUEUE_REASONS) return "";
  return lang && strncmp(lang, "zh", 2) == 0 ? words[r].zh : words[r].en;
}

/* The centre has not sent it on yet. */
static bool with_centre(wg_state s) {
  return s == WG_S_REPORTED || s == WG_S_ACCEPTED || s == WG_S_VERIFYING || s == WG_S_FILED ||
         s == WG_S_RETURNED;
}

bool wg_queue_asks_accuracy(const wg_incident *i) {
  return with_centre(i->state) && i->has_position && i->accuracy_m > 0 && i->grid[0];
}

wg_queue_reason wg_queue_of(const wg_incident *i, bool orgs, bool contested) {
  bool nobody = !i->responsible && !orgs;
  if (i->suspended_at) return WG_Q_NONE;
  if (!with_centre(i->state)) return nobody && i->state == WG_S_DISPATCHED ? WG_Q_NOBODY : WG_Q_NONE;
  if (i->class_ == WG_SEALED) return WG_Q_SEALED;
  if (!i->grid[0]) return WG_Q_NO_GRID;
  if (i->how == HOW_OVERLAP) return WG_Q_OVERLAP;
  if (i->how == HOW_BOUNDARY) return WG_Q_BOUNDARY;
  if (contested) return WG_Q_CONTESTED;
  return nobody ? WG_Q_NOBODY : WG_Q_NONE;
}

int64_t wg_queue_clock(const wg_incident *i) {
  int64_t at = wg_incident_step_due(i);
  if (!at) at = i->handle_due;
  return at ? at : INT64_MAX;
}
