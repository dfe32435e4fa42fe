#include "domain/duty.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTE = 60000 };

const char *wg_reassign_name(wg_reassign rule) {
  static const char *const name[] = {"keep", "next", "queue"};
  return (unsigned)rule < 3 ? name[rule] : "";
}

/* --- moments ----------------------------------------------------------------------------------------------
 */

typedef struct moments {
  int64_t after, until, *out;
  uint32_t n, max;
} moments;

/* Kept sorted; of too many the latest go. */
static void add(moments *m, int64_t at) {
  if (at <= m->after || at > m->until) return;
  uint32_t k = m->n;
  while (k && m->out[k - 1] > at) k--;
  if (k && m->out[k - 1] == at) return;
  if (m->n == m->max && k == m->n) return;
  uint32_t tail = m->n - k - (m->n == m->max);
  memmove(m->out + k + 1, m->out + k, tail * sizeof *m->out);
  m->out[k] = at;
  m->n += m->n < m->max;
}

/* Minute by minute, because a clock that jumps has its own idea of when 02:30 is. */
static void add_shifts(moments *m, const wg_roster *r) {
  uint8_t ends[1441] = {0};
  if (!r->n_shifts) return;
  for (uint32_t i = 0; i < r->n_shifts; i++) ends[r->shift[i].from] = ends[r->shift[i].to] = 1;
  ends[0] |= ends[1440];
  ends[0] = 1; /* days of the week begin */
  int64_t start = m->after - m->after % MINUTE;
  int offset = wg_zone_local(r->zone, start).offset;
  for (int64_t at = start + MINUTE; at <= m->until && m->n < m->max; at += MINUTE) {
    wg_local l = wg_zone_local(r->zone, at);
    if (ends[l.minute] || l.offset != offset) add(m, at);
    offset = l.offset;
  }
}

uint32_t wg_duty_changes(const wg_roster *r, int64_t after, int64_t until, int64_t *out, uint32_t max) {
  moments m = {after, until, out, 0, max};
  if (!max) return 0;
  add_shifts(&m, r);
  for (uint32_t i = 0; i < r->n_leaves; i++) add(&m, r->leave[i].from), add(&m, r->leave[i].until);
  for (uint32_t i = 0; i < r->n_covers; i++) add(&m, r->cover[i].from), add(&m, r->cover[i].until);
  for (uint32_t i = 0; i < r->n_stand_ins; i++) add(&m, r->stand_in[i].from), add(&m, r->stand_in[i].until);
  return m.n;
}

/* --- grids ------------------------------------------------------------------------------------------------
 */

static int place(const wg_post *p, const char *network, const char *grid) {
  int c = strcmp(p->network, network);
  return c ? c : strcmp(p->grid, grid);
}

bool wg_duty_manned(const wg_roster *r, const char *network, const char *grid, int64_t at,
                    const wg_local *now, uint32_t *cursor) {
  uint32_t k = *cursor;
  if (!k) {
    uint32_t n = 0;
    wg_roster_posts(r, network, grid, &k, &n);
  }
  while (k < r->n_posts && place(&r->post[k], network, grid) < 0) k++;
  bool manned = false;
  for (; k < r->n_posts && place(&r->post[k], network, grid) == 0; k++) {
    const wg_post *p = &r->post[k];
    if (manned || p->kind > WG_POST_LEAD) continue;
    if (p->kind < WG_POST_LEAD && !wg_in_shifts(r, p, now)) continue;
    manned = wg_present(r, p->staff, at) != 0;
  }
  *cursor = k;
  return manned || wg_covering(r, network, grid, at) != 0;
}

bool wg_duty_anywhere(const wg_roster *r, int64_t staff, int64_t at) {
  wg_local now = wg_zone_local(r->zone, at);
  for (uint32_t i = 0; i < r->n_posts; i++) {
    const wg_post *p = &r->post[i];
    bool maybe = p->staff == staff || r->n_stand_ins;
    if (maybe && p->kind <= WG_POST_LEAD && wg_in_shifts(r, p, &now) && wg_present(r, p->staff, at) == staff)
      return true;
  }
  for (uint32_t i = 0; i < r->n_covers; i++)
    if (r->cover[i].from <= at && at < r->cover[i].until && wg_present(r, r->cover[i].staff, at) == staff)
      return true;
  return false;
}
