#include "cli/import_change.h"

#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"

struct comparing {
  const wg_plan *old, *fresh;
  uint32_t open;
};

/* Rings begin at their smallest vertex, so the same land has the same points in the same order. */
static bool same_shape(const wg_shapes *a, uint32_t f, const wg_shapes *b, uint32_t g) {
  uint32_t pa = a->part[f], pb = b->part[g], parts = a->part[f + 1] - pa;
  if (parts != b->part[g + 1] - pb) return false;
  for (uint32_t p = 0; p < parts; p++) {
    uint32_t ra = a->ring[pa + p], rb = b->ring[pb + p], rings = a->ring[pa + p + 1] - ra;
    if (rings != b->ring[pb + p + 1] - rb) return false;
    for (uint32_t r = 0; r < rings; r++) {
      uint32_t va = a->vert[ra + r], vb = b->vert[rb + r], n = a->vert[ra + r + 1] - va;
      if (n != b->vert[rb + r + 1] - vb) return false;
      if (n && memcmp(a->pts + va, b->pts + vb, n * sizeof *a->pts) != 0) return false;
    }
  }
  return true;
}

static bool leaves(const struct comparing *x, const char *network, const char *grid) {
  return strcmp(network, x->old->network) == 0 && wg_plan_find(x->old, grid) != WG_NO_INDEX &&
         wg_plan_find(x->fresh, grid) == WG_NO_INDEX;
}

static wg_status count_incident(void *ctx, const void *row) {
  struct comparing *x = ctx;
  const wg_incident *i = row;
  x->open += wg_state_open(i->state) && leaves(x, i->network, i->grid);
  return WG_OK;
}

/* Who loses ground: only asked when a grid goes. */
static wg_status count_stranded(wg_store *s, wg_arena *arena, struct comparing *x, wg_plan_change *out,
                                wg_err *err) {
  wg_roster roster = {0};
  wg_status st = s->incidents_live(s, arena, INT64_MAX, count_incident, x, err);
  if (!st) st = s->roster_load(s, arena, &roster, err);
  for (uint32_t i = 0; !st && i < roster.n_posts; i++)
    out->posts += leaves(x, roster.post[i].network, roster.post[i].grid);
  out->open_incidents = x->open;
  return st;
}

static void count_grids(const wg_plan *old, const wg_plan *fresh, wg_plan_change *out) {
  for (uint32_t i = 0; i < fresh->n; i++) {
    uint32_t was = wg_plan_find(old, fresh->grid[i].code);
    if (was == WG_NO_INDEX)
      out->added++;
    else if (old->shapes.part && same_shape(&old->shapes, was, &fresh->shapes, i))
      out->same++;
    else
      out->reshaped++;
  }
  out->removed = old->n - out->same - out->reshaped;
}

wg_status wg_plan_compare(wg_store *s, const wg_plan *fresh, wg_plan_change *out, wg_err *err) {
  wg_arena arena;
  wg_plan old = {0};
  *out = (wg_plan_change){0};
  wg_arena_init(&arena);
  wg_status st = s->read_begin(s, err);
  if (st) return st;
  st = s->plan_version(s, fresh->network, &out->before, err);
  if (!st && out->before) st = s->plan_load(s, &arena, fresh->network, 0, &old, err);
  if (!st && out->before)
    count_grids(&old, fresh, out);
  else
    out->added = fresh->n;
  struct comparing x = {.old = &old, .fresh = fresh};
  if (!st && out->removed) st = count_stranded(s, &arena, &x, out, err);
  s->read_end(s);
  wg_arena_clear(&arena);
  return st;
}

void wg_print_plan_change(const wg_plan_change *c, int64_t after) {
  if (!c->before) {
    wg_cli_say("change: the network is new: version %" PRId64 ", %u grids",
               "变化：该网格体系为新建：第 %" PRId64 " 版，%u 个网格", after, c->added);
    return;
  }
  wg_cli_say("change: version %" PRId64 " → %" PRId64
             ": %u grids added, %u removed, %u changed in shape, %u unchanged",
             "变化：第 %" PRId64 " 版 → 第 %" PRId64
             " 版：新增 %u 个网格，移除 %u 个，边界变化 %u 个，未变 %u 个",
             c->before, after, c->added, c->removed, c->reshaped, c->same);
  if (c->removed)
    wg_cli_say("  in the removed grids: %u open incidents (they keep the grid they have), %u posts of staff "
               "(import staff again to place them)",
               "  被移除的网格内：未结事件 %u 件（保留原网格），人员岗位 %u 个（请重新导入人员以调整）",
               c->open_incidents, c->posts);
}
