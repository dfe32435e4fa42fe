/* Edits of the catalogue: one category, or a whole table of them. */
#ifndef WG_ENGINE_CATALOGUE_H
#define WG_ENGINE_CATALOGUE_H

#include "engine/edit.h"

/* The members that answers show, in an object that the caller has begun. */
void wg_category_write(wg_jw *w, const wg_category *c);
void wg_category_version(const wg_category *c, char out[WG_VERSION_LEN]);
void wg_catalogue_version(const wg_category *item, uint32_t n, char out[WG_VERSION_LEN]);

/* What an edit makes of a category: the members that change, as bits in the order of wg_category_members. */
typedef struct wg_category_change {
  bool fresh; /* it is not there yet */
  uint32_t members;
} wg_category_change;
void wg_category_diff(const wg_category *was, const wg_category *now, wg_category_change *out);
/* The members that change, [{member, was, now}]; of rules each part: "rules.limits.accept". [] for a fresh
 * one (was: NULL). */
void wg_category_write_changes(wg_jw *w, const wg_category *was, const wg_category *now);
/* Each is checked; a group's name that is not given is that of the group there is. all: those there are, by
 * code. Faults name the member, in an import with its row ("rows.1.fields"). */
wg_status wg_categories_check(wg_arena *arena, const wg_category *all, uint32_t n_all, wg_category *item,
                              uint32_t n, bool import, wg_err *err);

typedef struct wg_category_edit {
  wg_edit edit; /* first */
  wg_category *item;
  uint32_t n;
  bool import;             /* all or nothing; else it is one category */
  uint32_t fresh, changed; /* out */
} wg_category_edit;
/* WG_NOT_FOUND "unknown-org": a usual organisation that comes new and is not there. */
wg_status wg_category_orgs_check(const wg_category_edit *x, wg_store *s, wg_arena *arena,
                                 const wg_category *all, uint32_t n_all, wg_err *err);
/* The above, and WG_CONFLICT "stale-version". An import takes all or nothing; its version, where one was
 * sent, is the whole catalogue's. The other categories of a group are renamed with it. */
wg_status wg_category_put(wg_engine *e, wg_category_edit *x, wg_err *err);

#endif
