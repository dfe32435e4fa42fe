#include "engine/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "domain/setting.h"
#include "engine/calendars.h"
#include "engine/profile.h"
#include "geo/coverage.h"

/* --- holding and letting go -------------------------------------------------------------------------- */

static bool last(atomic_int *refs) { return atomic_fetch_sub(refs, 1) == 1; }

static void network_drop(wg_network *n) {
  if (!n || !last(&n->refs)) return;
  wg_resolver_free(n->resolver);
  wg_arena_clear(&n->arena);
  free(n);
}

static void land_drop(wg_land *l) {
  if (!l || !last(&l->refs)) return;
  if (l->extra && l->extra_free) l->extra_free(l->extra);
  for (uint32_t i = 0; i < l->n_networks; i++) network_drop(l->network[i]);
  wg_arena_clear(&l->arena);
  free(l);
}

static void people_drop(wg_people *x) {
  if (!x || !last(&x->refs)) return;
  wg_arena_clear(&x->arena);
  free(x);
}

static void catalogue_drop(wg_catalogue *x) {
  if (!x || !last(&x->refs)) return;
  wg_arena_clear(&x->arena);
  free(x);
}

static void accounts_drop(wg_accounts *x) {
  if (!x || !last(&x->refs)) return;
  wg_arena_clear(&x->arena);
  free(x);
}

static void settings_drop(wg_settings *x) {
  if (!x || !last(&x->refs)) return;
  wg_arena_clear(&x->arena); /* frees the calendars' zones */
  wg_zone_free(x->zone);
  free(x);
}

void wg_picture_hold(wg_picture *p) { atomic_fetch_add(&p->refs, 1); }

void wg_picture_drop(wg_picture *p) {
  if (!p || !last(&p->refs)) return;
  land_drop(p->land);
  people_drop(p->people); /* before settings: the roster points at the zone */
  catalogue_drop(p->catalogue);
  accounts_drop(p->accounts);
  settings_drop(p->settings);
  wg_arena_clear(&p->arena);
  free(p);
}

/* --- reading ------------------------------------------------------------------------------------------- */

static wg_status get_number(wg_store *store, wg_settings *s, const char *key, double *out, wg_err *err) {
  const char *text = NULL;
  wg_status st = store->setting_get(store, &s->arena, key, &text, err);
  *out = wg_setting_number(wg_setting_find(key), text);
  return st;
}

/* Those that the life of an incident follows. */
static wg_status load_life(wg_store *store, wg_settings *s, wg_err *err) {
  const struct {
    const char *key;
    int *to;
  } all[] = {{"points_listed", &s->points[WG_SUP_LISTED]},  {"points_red", &s->points[WG_SUP_RED]},
             {"points_yellow", &s->points[WG_SUP_YELLOW]},  {"return_limit", &s->return_limit},
             {"review_severity", &s->review_severity},      {"supervise_accept_red", &s->supervise[1]},
             {"supervise_accept_yellow", &s->supervise[0]}, {"supervise_handle_red", &s->supervise[3]},
             {"supervise_handle_yellow", &s->supervise[2]}, {"reassign", &s->reassign}};
  wg_status st = WG_OK;
  for (size_t k = 0; !st && k < sizeof all / sizeof *all; k++) {
    double value = 0;
    st = get_number(store, s, all[k].key, &value, err);
    *all[k].to = (int)value;
  }
  return st;
}

static wg_status load_settings(wg_store *store, wg_settings **out, wg_err *err) {
  wg_settings *s = calloc(1, sizeof *s);
  if (!s) return WG_NO_MEMORY;
  atomic_init(&s->refs, 1);
  const char *zone = NULL, *demo = NULL;
  double exclusive = 0, hours = 0, minutes = 0, to_syslog = 0;
  wg_status st = store->setting_get(store, &s->arena, "timezone", &zone, err);
  if (!st) st = store->setting_get(store, &s->arena, "demo", &demo, err);
  if (!st) st = store->setting_get(store, &s->arena, "demo_accounts", &s->demo_accounts, err);
  if (!st) st = store->setting_get(store, &s->arena, "languages", &s->languages, err);
  if (!st) st = wg_profile_load(store, &s->arena, &s->profile, err);
  if (!st) st = get_number(store, s, "tolerance_m", &s->tolerance_m, err);
  if (!st) st = get_number(store, s, "exclusive_admins", &exclusive, err);
  if (!st) st = get_number(store, s, "access_log_syslog", &to_syslog, err);
  if (!st) st = get_number(store, s, "session_hours", &hours, err);
  if (!st) st = get_number(store, s, "online_minutes", &minutes, err);
  if (!st) st = load_life(store, s, err);
  if (!st) st = wg_zone_open(zone ? zone : wg_setting_find("timezone")->fallback, &s->zone, err);
  if (!st) st = wg_calendars_load(store, s, err);
  if (st) {
    settings_drop(s);
    return st;
  }
  if (!s->languages) s->languages = wg_setting_find("languages")->fallback;
  s->demo = demo && strcmp(demo, "1") == 0;
  s->exclusive_admins = exclusive > 0;
  s->session_hours = (int)hours;
  s->online_minutes = (int)minutes;
  s->access_log_syslog = to_syslog > 0;
  *out = s;
  return WG_OK;
}

static const char *grid_name(const void *grids, uint32_t i) { return ((const wg_grid *)grids)[i].names; }
static const char *area_name(const void *areas, uint32_t i) { return ((const wg_area *)areas)[i].names; }
static const char *staff_name(const void *staff, uint32_t i) { return ((const wg_staff *)staff)[i].name; }

static wg_status load_network(wg_store *store, const char *code, bool search, wg_network **out, wg_err *err) {
  wg_network *n = calloc(1, sizeof *n);
  if (!n) return WG_NO_MEMORY;
  atomic_init(&n->refs, 1);
  wg_status st = store->plan_load(store, &n->arena, code, 0, &n->plan, err);
  if (!st) st = wg_resolver_new(&n->plan.shapes, &n->resolver);
  if (!st && search) st = wg_names_make(&n->arena, grid_name, n->plan.grid, n->plan.n, &n->names);
  if (st) {
    network_drop(n);
    return st;
  }
  *out = n;
  return WG_OK;
}

/* The network of the old land when its version is still in force, else a fresh one. */
static wg_status take_network(wg_store *store, const wg_land *old, const char *code, bool search,
                              wg_network **out, wg_err *err) {
  int64_t version = 0;
  wg_status st = store->plan_version(store, code, &version, err);
  if (st) return st;
  for (uint32_t i = 0; old && i < old->n_networks; i++) {
    wg_network *n = old->network[i];
    if (strcmp(n->plan.network, code) != 0 || n->plan.version != version) continue;
    atomic_fetch_add(&n->refs, 1);
    *out = n;
    return WG_OK;
  }
  return load_network(store, code, search, out, err);
}

static void free_shapes(void *shapes) { wg_shapes_deinit(shapes); }

/* What the base network's grids cover, by area: of each level the areas one below it and the grids that stand
 * right under it, so that every edge is looked at once. Everything of `level` is the caller's to free. */
static wg_status unite_levels(const wg_land *land, uint32_t base, uint32_t deepest, wg_shapes *level) {
  const wg_areas *areas = &land->areas;
  const wg_plan *plan = &land->network[base]->plan;
  const uint32_t *area_of = land->grid_area[base];
  uint32_t *group = malloc(((size_t)areas->n + plan->n + 1) * sizeof *group);
  wg_status st = group ? WG_OK : WG_NO_MEMORY;
  for (uint32_t d = deepest + 1; !st && d--;) {
    wg_shapes below;
    wg_shapes_init(&below);
    for (uint32_t a = 0; !st && d < deepest && a < areas->n; a++) {
      if (areas->depth[a] != d + 1 || level[d + 1].part[a] == level[d + 1].part[a + 1]) continue;
      group[below.n] = areas->parent[a];
      st = wg_shapes_copy(&below, &level[d + 1], a);
    }
    for (uint32_t g = 0; !st && g < plan->n; g++) {
      if (area_of[g] == WG_NO_INDEX || areas->depth[area_of[g]] != d) continue;
      group[below.n] = area_of[g];
      st = wg_shapes_copy(&below, &plan->shapes, g);
    }
    if (!st) st = wg_dissolve(&below, group, areas->n, &level[d]);
    wg_shapes_deinit(&below);
  }
  free(group);
  return st;
}

/* Areas without a polygon get the union of the base network's grids below them. */
static wg_status fill_outlines(wg_land *land) {
  wg_areas *areas = &land->areas;
  uint32_t base = 0;
  while (base < land->n_networks && strcmp(land->network[base]->plan.network, "base") != 0) base++;
  bool all = true;
  uint32_t deepest = 0;
  for (uint32_t a = 0; a < areas->n; a++) {
    if (areas->shapes.part[a] == areas->shapes.part[a + 1]) all = false;
    if (areas->depth[a] > deepest) deepest = areas->depth[a];
  }
  if (all || base == land->n_networks) return WG_OK;
  wg_shapes *level = calloc(deepest + 1, sizeof *level), filled;
  wg_shapes_init(&filled);
  wg_status st = level ? unite_levels(land, base, deepest, level) : WG_NO_MEMORY;
  for (uint32_t a = 0; !st && a < areas->n; a++) {
    bool own = areas->shapes.part[a] != areas->shapes.part[a + 1];
    st = wg_shapes_copy(&filled, own ? &areas->shapes : &level[areas->depth[a]], a);
  }
  for (uint32_t d = 0; level && d <= deepest; d++) wg_shapes_deinit(&level[d]);
  free(level);
  if (st) {
    wg_shapes_deinit(&filled);
    return st;
  }
  /* The polygons as stored belong to the arena; so do these from here on. */
  wg_shapes *owned = wg_arena_alloc(&land->arena, sizeof *owned);
  if (!owned) {
    wg_shapes_deinit(&filled);
    return WG_NO_MEMORY;
  }
  *owned = areas->shapes = filled;
  return wg_arena_defer(&land->arena, free_shapes, owned) ? WG_NO_MEMORY : WG_OK;
}

static wg_status link_grids(wg_land *land) {
  land->grid_area = wg_arena_alloc(&land->arena, (land->n_networks + 1) * sizeof *land->grid_area);
  if (!land->grid_area) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < land->n_networks; i++) {
    const wg_plan *plan = &land->network[i]->plan;
    land->grid_area[i] = wg_arena_alloc(&land->arena, (plan->n + 1) * sizeof **land->grid_area);
    if (!land->grid_area[i]) return WG_NO_MEMORY;
    for (uint32_t g = 0; g < plan->n; g++)
      land->grid_area[i][g] =
          plan->grid[g].area[0] ? wg_areas_find(&land->areas, plan->grid[g].area) : WG_NO_INDEX;
  }
  return WG_OK;
}

static wg_status count_grids(wg_land *land) {
  land->grids_below = wg_arena_alloc(&land->arena, (land->areas.n + 1) * sizeof *land->grids_below);
  if (!land->grids_below) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < land->n_networks; i++) {
    const wg_plan *plan = &land->network[i]->plan;
    if (strcmp(plan->network, "base") != 0) continue;
    for (uint32_t g = 0; g < plan->n; g++)
      for (uint32_t a = land->grid_area[i][g]; a != WG_NO_INDEX; a = land->areas.parent[a])
        land->grids_below[a]++;
  }
  return WG_OK;
}

static void find_extent(wg_land *land) {
  wg_box all = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  for (uint32_t i = 0; i <= land->n_networks; i++) {
    const wg_shapes *s = i ? &land->network[i - 1]->plan.shapes : &land->areas.shapes;
    for (uint32_t v = 0; v < s->n_pts; v++) {
      wg_pt p = s->pts[v];
      if (p.x < all.x0) all.x0 = p.x;
      if (p.y < all.y0) all.y0 = p.y;
      if (p.x > all.x1) all.x1 = p.x;
      if (p.y > all.y1) all.y1 = p.y;
    }
  }
  land->extent = all;
}

static wg_status find_root(wg_store *store, wg_land *land, wg_err *err) {
  const char *root = NULL;
  wg_status st = store->setting_get(store, &land->arena, "root_area", &root, err);
  if (st) return st;
  land->root = root ? wg_areas_find(&land->areas, root) : WG_NO_INDEX;
  for (uint32_t a = 0; a < land->areas.n && land->root == WG_NO_INDEX; a++)
    if (land->areas.parent[a] == WG_NO_INDEX) land->root = a;
  return WG_OK;
}

static wg_status load_land(wg_store *store, const wg_land *old, const wg_picture_hooks *hooks, wg_land **out,
                           wg_err *err) {
  wg_land *l = calloc(1, sizeof *l);
  if (!l) return WG_NO_MEMORY;
  atomic_init(&l->refs, 1);
  l->generation = old ? old->generation + 1 : 1;
  const char *const *codes = NULL;
  wg_status st = store->areas_load(store, &l->arena, &l->areas, err);
  if (!st) st = wg_areas_index(&l->arena, &l->areas, err);
  if (!st) st = store->networks(store, &l->arena, &codes, err);
  uint32_t n = 0;
  while (!st && codes[n]) n++;
  if (!st && !(l->network = wg_arena_alloc(&l->arena, (n + 1) * sizeof *l->network))) st = WG_NO_MEMORY;
  for (uint32_t i = 0; !st && i < n; i++) {
    st = take_network(store, old, codes[i], hooks != NULL, &l->network[i], err);
    if (!st) l->n_networks++;
  }
  if (!st && hooks) st = wg_names_make(&l->arena, area_name, l->areas.item, l->areas.n, &l->names);
  if (!st) st = link_grids(l);
  if (!st) st = count_grids(l);
  if (!st) st = find_root(store, l, err);
  if (!st) st = fill_outlines(l);
  if (!st) find_extent(l);
  if (!st && hooks && hooks->land_ready) st = hooks->land_ready(hooks->ctx, l, err);
  if (st) {
    land_drop(l);
    return st;
  }
  *out = l;
  return WG_OK;
}

static int by_staff(const void *a, const void *b, void *roster) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  const wg_post *post = ((const wg_roster *)roster)->post;
  if (post[x].staff != post[y].staff) return post[x].staff < post[y].staff ? -1 : 1;
  return x < y ? -1 : x > y;
}

static wg_status sort_posts(wg_people *x) {
  wg_roster *r = &x->roster;
  x->post_of = wg_arena_alloc(&x->arena, (r->n_posts + 1) * sizeof *x->post_of);
  if (!x->post_of) return WG_NO_MEMORY;
  for (uint32_t k = 0; k < r->n_posts; k++) x->post_of[k] = k;
  qsort_r(x->post_of, r->n_posts, sizeof *x->post_of, by_staff, r);
  return WG_OK;
}

static wg_status load_people(wg_store *store, const wg_settings *settings, bool search, wg_people **out,
                             wg_err *err) {
  wg_people *x = calloc(1, sizeof *x);
  if (!x) return WG_NO_MEMORY;
  atomic_init(&x->refs, 1);
  wg_status st = store->roster_load(store, &x->arena, &x->roster, err);
  x->roster.zone = settings->zone;
  if (!st) st = wg_roster_index(&x->roster, err);
  if (!st) st = store->orgs_load(store, &x->arena, &x->org, &x->n_orgs, err);
  if (!st) st = sort_posts(x);
  if (!st && search) st = wg_names_make(&x->arena, staff_name, x->roster.staff, x->roster.n_staff, &x->names);
  if (st)
    people_drop(x);
  else
    *out = x;
  return st;
}

static wg_status load_catalogue(wg_store *store, wg_catalogue **out, wg_err *err) {
  wg_catalogue *x = calloc(1, sizeof *x);
  if (!x) return WG_NO_MEMORY;
  atomic_init(&x->refs, 1);
  wg_status st = store->categories_load(store, &x->arena, &x->item, &x->n, err);
  if (st)
    catalogue_drop(x);
  else
    *out = x;
  return st;
}

static wg_status load_accounts(wg_store *store, wg_accounts **out, wg_err *err) {
  wg_accounts *x = calloc(1, sizeof *x);
  if (!x) return WG_NO_MEMORY;
  atomic_init(&x->refs, 1);
  wg_status st = store->accounts_load(store, &x->arena, &x->item, &x->n, &x->grant, &x->n_grants, err);
  if (st)
    accounts_drop(x);
  else
    *out = x;
  return st;
}

static wg_status make_viewers(wg_picture *p) {
  const wg_accounts *acc = p->accounts;
  p->viewer = wg_arena_alloc(&p->arena, (acc->n + 1) * sizeof *p->viewer);
  if (!p->viewer) return WG_NO_MEMORY;
  uint32_t g = 0;
  for (uint32_t i = 0; i < acc->n; i++) {
    wg_viewer *v = &p->viewer[i];
    const wg_account *a = &acc->item[i];
    v->account = a->id;
    v->staff = a->staff;
    v->demo = a->demo;
    v->exclusive = p->settings->exclusive_admins;
    memcpy(v->name, a->name, sizeof v->name);
    while (g < acc->n_grants && acc->grant[g].account < a->id) g++;
    for (; g < acc->n_grants && acc->grant[g].account == a->id; g++) {
      if (v->n_grants == WG_VIEWER_GRANTS || a->disabled) continue;
      const wg_grant *from = &acc->grant[g];
      v->grant[v->n_grants].role = from->role;
      v->grant[v->n_grants].area = from->area[0] ? wg_areas_find(&p->land->areas, from->area) : WG_NO_INDEX;
      memcpy(v->grant[v->n_grants].org, from->org, sizeof from->org);
      v->grant[v->n_grants].from = from->from;
      v->grant[v->n_grants++].until = from->until;
    }
  }
  return WG_OK;
}

wg_status wg_picture_load(wg_store *store, const wg_picture *old, unsigned parts,
                          const wg_picture_hooks *hooks, wg_picture **out, wg_err *err) {
  wg_picture *p = calloc(1, sizeof *p);
  if (!p) return WG_NO_MEMORY;
  atomic_init(&p->refs, 1);
  if (!old) parts = WG_PART_ALL;
  if (parts & WG_PART_SETTINGS) parts |= WG_PART_PEOPLE; /* the roster points at the zone */
#define SHARE(part) (p->part = old->part, atomic_fetch_add(&p->part->refs, 1))
  wg_status st = WG_OK;
  if (!(parts & WG_PART_SETTINGS))
    SHARE(settings);
  else
    st = load_settings(store, &p->settings, err);
  if (!st && !(parts & WG_PART_LAND))
    SHARE(land);
  else if (!st)
    st = load_land(store, old ? old->land : NULL, hooks, &p->land, err);
  if (!st && !(parts & WG_PART_PEOPLE))
    SHARE(people);
  else if (!st)
    st = load_people(store, p->settings, hooks != NULL, &p->people, err);
  if (!st && !(parts & WG_PART_CATALOGUE))
    SHARE(catalogue);
  else if (!st)
    st = load_catalogue(store, &p->catalogue, err);
  if (!st && !(parts & WG_PART_ACCOUNTS))
    SHARE(accounts);
  else if (!st)
    st = load_accounts(store, &p->accounts, err);
#undef SHARE
  if (!st) st = make_viewers(p);
  if (st) {
    wg_picture_drop(p);
    return st;
  }
  *out = p;
  return WG_OK;
}

/* --- looking up ------------------------------------------------------------------------------------------
 */

const wg_network *wg_picture_network(const wg_picture *p, const char *code, uint32_t *index) {
  for (uint32_t i = 0; i < p->land->n_networks; i++)
    if (strcmp(p->land->network[i]->plan.network, code) == 0) {
      if (index) *index = i;
      return p->land->network[i];
    }
  return NULL;
}

static int by_category(const void *key, const void *item) {
  return strcmp(key, ((const wg_category *)item)->code);
}

const wg_category *wg_picture_category(const wg_picture *p, const char *code) {
  if (!p->catalogue->n) return NULL;
  return bsearch(code, p->catalogue->item, p->catalogue->n, sizeof(wg_category), by_category);
}

static int by_account(const void *key, const void *item) {
  int64_t id = *(const int64_t *)key, there = ((const wg_account *)item)->id;
  return id < there ? -1 : id > there;
}

const wg_account *wg_picture_account(const wg_picture *p, int64_t id) {
  if (!p->accounts->n) return NULL;
  return bsearch(&id, p->accounts->item, p->accounts->n, sizeof(wg_account), by_account);
}

const wg_account *wg_picture_account_named(const wg_picture *p, const char *name) {
  for (uint32_t i = 0; i < p->accounts->n; i++)
    if (strcmp(p->accounts->item[i].name, name) == 0) return &p->accounts->item[i];
  return NULL;
}

const wg_viewer *wg_picture_viewer(const wg_picture *p, int64_t account) {
  const wg_account *a = wg_picture_account(p, account);
  return a && !a->disabled ? &p->viewer[a - p->accounts->item] : NULL;
}
