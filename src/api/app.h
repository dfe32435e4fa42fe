/* What the files of this room share. */
#ifndef WG_API_APP_H
#define WG_API_APP_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/api.h"
#include "base/files.h"
#include "base/json.h"
#include "base/jw.h"
#include "base/pool.h"
#include "engine/intake.h"
#include "tile/cache.h"
#include "tile/tilejson.h"

enum { WG_L_AREAS, WG_L_GRIDS, WG_L_INCIDENTS, WG_L_WORKERS, WG_L_BASEMAP, WG_L_COUNT };

enum { WG_ROUTES_MAX = 256 };
struct wg_app {
  wg_app_config config;
  _Atomic(wg_engine *) engine;
  _Atomic(wg_http *) http;
  atomic_bool closing;
  wg_tile_cache *tiles;
  wg_pool *slow; /* tiles that are not cached, past plans, PROJ: off the epoll threads; `mine` as below */
  wg_pool *bulk; /* whole files: one at a time, so that they hold up nobody else */
  struct wg_sent_positions *positions;
  struct wg_throttle *throttle;
  struct wg_crs_box *crs;
  struct wg_kept_hours *hours;
  int64_t started_at;
  atomic_llong swept_at; /* when uploads were last looked through */
  wg_route route[WG_ROUTES_MAX];
};

/* What a pool thread has for itself (q->pool_mine, and the second argument of a job): a connection for
 * reading, opened when first asked for, and again when that failed. */
wg_status wg_mine_store(void *mine, wg_store **out, wg_err *err);

/* Who asks: the picture of that moment and the viewer in it (NULL on public routes). In q->user. */
typedef struct wg_asker {
  wg_app *app;
  wg_picture *picture;
  const wg_viewer *viewer;
  bool nameless; /* wg_nameless of the viewer, now */
  bool lasting;  /* by a wall's session, which never expires */
  int64_t now;
  char token[64];
} wg_asker;
static inline wg_asker *wg_asker_of(wg_request *q) { return q->user; }

/* One row of the table in routes.c. Its texts say what goes in and comes out, in words "name!:type": "!"
 * where it is required, no type: a string. Types: string(max) int(min,max) num(min,max) bool time object any,
 * a|b (one of these words), [T] a list, {T} a map, Name a schema of wg_api_schemas, T? may be null. "+Name"
 * stands for that schema's members, "=T" is the type T itself. All of it feeds the OpenAPI document; the
 * names of query are also enforced. */
typedef struct wg_api_route {
  wg_route route;
  const char *query; /* the parameters; "*": not looked at */
  const char *body;  /* the members of a JSON body, or "=media/type" */
  const char
      *answer; /* "200:Schema", "200=media/type", "204"; errors beyond those that follow from the rest */
} wg_api_route;
extern const wg_api_route wg_api_routes[];
extern const size_t wg_api_n_routes;
typedef struct wg_api_schema {
  const char *name, *members;
} wg_api_schema;
extern const wg_api_schema wg_api_schemas[];
extern const size_t wg_api_n_schemas;
const wg_api_route *wg_api_route_of(const wg_request *q);

/* auth.c */
wg_status wg_auth(wg_request *q, const wg_route *route);
void wg_asker_release(void *user);
/* From this very machine, asked for by a name of this machine, and not through a proxy: where demo accounts
 * work. (A name of somebody else that leads here is how a foreign page would reach us.) */
bool wg_is_local(wg_request *q);
/* WG_FORBIDDEN: the account is the demo's, and the request is not local. */
wg_status wg_refuse_demo(wg_request *q, bool demo);

/* session.c: answers with the account, a token and its cookie; expires_at 0: never. */
wg_status wg_answer_session(wg_request *q, wg_response *r, const char *token, int64_t expires_at);

/* devices.c: writes down, behind the answer, that a wall was seen. */
void wg_note_seen(wg_app *app, int64_t account);

/* access.c: a line that is in the log goes to syslog too where the setting says so. Any thread. */
void wg_tell_access(wg_app *app, const wg_access *x);
/* Notes an export or a read of personal data; without the note there is no answer. */
wg_status wg_note_access(wg_request *q, const char *what);
/* A bulk file: takes the right to export, and is noted. */
wg_status wg_note_export(wg_request *q);

/* throttle.c: log-in tries per account and per address. */
wg_status wg_throttle_new(struct wg_throttle **out);
void wg_throttle_free(struct wg_throttle *t);
/* WG_THROTTLED with the seconds to wait when the account or the address has failed too often. */
wg_status wg_throttle_check(struct wg_throttle *t, const char *account, const char *address, int64_t now,
                            int *retry_after, wg_err *err);
void wg_throttle_note(struct wg_throttle *t, const char *account, const char *address, int64_t now, bool ok);

/* crs.c: any reference system → WGS 84, on any thread. */
wg_status wg_crs_box_new(struct wg_crs_box **out);
void wg_crs_box_free(struct wg_crs_box *box);
/* x, y in degrees lie far outside the district, and y, x in it. */
bool wg_looks_swapped(const wg_picture *p, const char *crs, double x, double y);
wg_status wg_crs_known(const char *crs, wg_err *err); /* a name that a request may give */
bool wg_crs_by_proj(const char *crs); /* converting may open PROJ's data: not on an epoll thread */
wg_status wg_crs_convert(struct wg_crs_box *box, const char *crs, double x, double y, wg_pt *out,
                         wg_err *err);

/* write.c */
void wg_write_id(wg_jw *w, const char *name,
                 int64_t id); /* ids are strings: a browser's numbers end at 2^53 */
void wg_write_time(wg_jw *w, const char *name, int64_t ms);          /* 0: null */
void wg_write_area(wg_jw *w, const wg_picture *p, const char *code); /* {code, name} or null */
void wg_write_area_item(wg_jw *w, const wg_asker *a, uint32_t i);    /* as the list has it */
void wg_write_grid(wg_jw *w, const wg_picture *p, const char *network, const char *code, int64_t version);
/* How much of a person is shown. Nameless: that there is somebody, and on which post. */
typedef enum wg_shown { WG_SHOW_POST, WG_SHOW_NAME, WG_SHOW_PHONE } wg_shown;
void wg_write_staff(wg_jw *w, const wg_picture *p, int64_t staff, const char *post, wg_shown shown);
enum { WG_WRITE_SUMMARY = 0, WG_WRITE_FULL = 1, WG_WRITE_NAMELESS = 2 }; /* bits */
static inline int wg_write_for(const wg_asker *a, int how_much) {
  return how_much | (a->nameless ? WG_WRITE_NAMELESS : 0);
}
/* "shifts": the weekly duty of a post; none: always. Days are 1 (Monday) to 7; a "to" that is not after
 * "from" is on the next day. */
void wg_write_shifts(wg_jw *w, const wg_roster *roster, int64_t post);
/* people.c: a person as the list has them, with posts and version; nothing where there is no such. */
void wg_write_person(wg_request *q, wg_jw *w, int64_t staff);
bool wg_sees_person(const wg_asker *a, int64_t staff);
/* The posts of one person: a run of people->post_of. */
const uint32_t *wg_posts_of(const wg_people *people, int64_t staff, uint32_t *n);
void wg_write_incident(wg_jw *w, const wg_picture *p, const wg_incident *i, int how_much, const char *lang);
void wg_write_account(wg_jw *w, const wg_asker *a);
/* The sentence that says why, in the arena. placeless: there is no position. */
const char *wg_write_why(wg_arena *arena, const wg_picture *p, const char *lang, int how, const char *network,
                         const char *grid, int64_t version, double metres, bool placeless,
                         const wg_assignment *assigned, bool nameless);
wg_status wg_answer(wg_response *r, int code); /* the body's own status */
/* 200 with an ETag of the body's bytes, or 304 when the client has it. */
wg_status wg_answer_tagged(wg_request *q, wg_response *r);

/* edit.c: what every edit sends, and how it is answered. */
struct wg_edit;
/* The body: an object of the members `names` (NULL-terminated) and of "reason", "version" (or the header
 * If-Match) and "confirm", which go into the edit. */
enum {
  WG_EDIT_NEW = 0,
  WG_EDIT_SEEN = 1, /* the version is required */
  WG_EDIT_TRIED = 2 /* nothing will be written: the reason is not required */
};
wg_status wg_edit_read(wg_request *q, const char *const *names, int how, wg_json **body, struct wg_edit *x);
/* An id as it is written in answers: WG_INVALID names the field. */
wg_status wg_id_read(wg_request *q, const char *field, const char *text, int64_t *out);
/* The answer to an edit that was refused: a problem that tells what it would have touched. */
wg_status wg_edit_refused(wg_request *q, wg_response *r, wg_status st, const struct wg_edit *x);
/* The picture after the edit. */
void wg_asker_renew(wg_asker *a);

/* uploads.c: WG_FORBIDDEN for a wall. */
wg_status wg_not_nameless(wg_request *q);
/* attachments.c: what a camera wrote beside a photo, from the side row; text NULL: nothing. */
typedef struct wg_camera {
  bool has_time, has_place;
  int64_t at;
  wg_pt where;
} wg_camera;
wg_status wg_camera_parse(wg_arena *arena, const char *text, wg_camera *out, wg_err *err);
/* The path of a smaller copy ("thumb", "public"), made when it is not there. */
wg_status wg_photo_of(const char *root, const wg_attachment *x, const char *size, char out[WG_FILES_PATH],
                      wg_err *err);

bool wg_may_on(const wg_picture *p, const wg_viewer *v, wg_verb verb, const wg_incident *i,
               const char *const *orgs, int64_t now);
/* May the asker see this incident? */
bool wg_may_see(const wg_picture *p, const wg_viewer *v, const wg_incident *i, const char *const *orgs,
                int64_t now);
uint32_t wg_incident_area(const wg_picture *p, const wg_incident *i);

/* hours.c: how many reports came in each hour of past days, kept for a while. */
wg_status wg_kept_hours_new(struct wg_kept_hours **out);
void wg_kept_hours_free(struct wg_kept_hours *k);

/* sight.c: what a viewer sees by area and class, each pair asked once: for walks over many rows. */
typedef struct wg_sight {
  const wg_areas *areas;
  const wg_viewer *viewer;
  wg_verb verb;
  int64_t now;
  uint8_t *memo; /* owned */
} wg_sight;
wg_status wg_sight_init(wg_sight *s, const wg_picture *p, const wg_viewer *v, wg_verb verb, int64_t now);
void wg_sight_deinit(wg_sight *s);
bool wg_sight_area(wg_sight *s, uint32_t area, wg_class class_); /* area: index in the picture's land */
/* By area and class, or as a party to it. Under the live table's lock. */
bool wg_sight_brief(wg_sight *s, const wg_live_brief *b);
/* It may not be seen, and is counted all the same: it would be seen by its area, were it ordinary. */
bool wg_sight_counts(wg_sight *s, uint32_t area, wg_class class_);
/* The grants in force for the verb, and whether they see names, as a number: equal ones see the same (but for
 * what they are a party to). */
uint64_t wg_sight_hash(const wg_picture *p, const wg_viewer *v, wg_verb verb, int64_t now);

/* raster.c */
void wg_raster_write(wg_jw *w, const wg_raster *raster); /* member "raster" */
/* The content policy of the pages, in the arena. NULL: no memory. */
char *wg_page_policy(wg_arena *arena, const wg_raster *raster);

/* query.c: what a query string says. Untouched when absent; WG_INVALID names the field. */
wg_status wg_query_num(wg_request *q, const char *name, bool required, double min, double max, double *out);
wg_status wg_query_int(wg_request *q, const char *name, int64_t min, int64_t max, int64_t *out);
wg_status wg_query_time(wg_request *q, const char *name, int64_t *out);
wg_status wg_query_code(wg_request *q, const char *name, const char **out);
/* What a list is searched for; NULL: nothing. */
enum { WG_QUERY_TEXT_MAX = 200 };
wg_status wg_query_text(wg_request *q, const char *name, const char **out);
/* json (or nothing) or the other one that there is: *is. */
wg_status wg_query_format(wg_request *q, const char *other, bool *is);
/* The code in the path, of a thing that may be new: as codes are. */
wg_status wg_path_code(wg_request *q);
/* The index of the area whose code is given; WG_NO_INDEX: none is. WG_NOT_FOUND when there is no such area.
 */
wg_status wg_query_area(wg_request *q, const char *name, uint32_t *out);
/* limit (1–1000, default 100). */
wg_status wg_query_limit(wg_request *q, int *out);
/* Is the grid in a plan in force, of any network; and what to say if not. */
bool wg_grid_known(const wg_picture *p, const char *code);
wg_status wg_no_such_grid(wg_request *q, const char *code);
/* "next" of a list: this request's path and query with `after` set. In the arena. */
char *wg_next_link(wg_request *q, const char *after);

/* sent_positions.c: the newest `positions` messages as they are sent, kept by what their readers may see: a
 * thousand viewers of one district read one text. */
typedef struct wg_sent_key {
  uint64_t batch, generation, rights; /* of wg_workers_batch, of the land, of wg_sight_hash */
  int64_t staff;                      /* everyone sees themselves */
} wg_sent_key;
wg_status wg_sent_positions_new(struct wg_sent_positions **out);
void wg_sent_positions_free(struct wg_sent_positions *s);
/* Appends the JSON to out; false: it is not there. An empty one says that there is nothing to send. */
bool wg_sent_positions_get(struct wg_sent_positions *s, const wg_sent_key *key, wg_buf *out);
void wg_sent_positions_put(struct wg_sent_positions *s, const wg_sent_key *key, const char *json, size_t n);

/* land_tiles.c: what is drawn of a land. */
wg_status wg_land_tiles_make(void *app, wg_land *land, wg_err *err);
/* marks.c: what an event changes on the map. */
void wg_mark_change(void *app, const wg_picture *p, const wg_change *c, wg_feed_item *item);
/* The item's messages, written now if nobody has read it before; NULL: no memory. */
const wg_feed_text *wg_mark_text(const wg_picture *p, wg_feed_item *item, bool nameless);
void wg_mark_renewed(void *app, const wg_picture *p); /* nothing drawn before may be shown again */
void wg_mark_moved(void *app, wg_pt was, bool had, wg_pt now);

/* handlers, one file a resource */
wg_status wg_h_login(wg_request *q, wg_response *r);
wg_status wg_h_logout(wg_request *q, wg_response *r);
wg_status wg_h_password(wg_request *q, wg_response *r);
wg_status wg_h_me(wg_request *q, wg_response *r);
wg_status wg_h_devices(wg_request *q, wg_response *r);
wg_status wg_h_device_add(wg_request *q, wg_response *r);
wg_status wg_h_device_code(wg_request *q, wg_response *r);
wg_status wg_h_device_revoke(wg_request *q, wg_response *r);
wg_status wg_h_device_sign_on(wg_request *q, wg_response *r);
wg_status wg_h_notices(wg_request *q, wg_response *r);
wg_status wg_h_notices_read(wg_request *q, wg_response *r);
wg_status wg_h_unreached(wg_request *q, wg_response *r);
wg_status wg_h_phrases(wg_request *q, wg_response *r);
wg_status wg_h_phrases_put(wg_request *q, wg_response *r);
wg_status wg_h_webhooks(wg_request *q, wg_response *r);
wg_status wg_h_webhook_add(wg_request *q, wg_response *r);
wg_status wg_h_webhook_change(wg_request *q, wg_response *r);
wg_status wg_h_webhook_secret(wg_request *q, wg_response *r);
wg_status wg_h_webhook_drop(wg_request *q, wg_response *r);
wg_status wg_h_dead_letters(wg_request *q, wg_response *r);
wg_status wg_h_dead_letters_replay(wg_request *q, wg_response *r);
wg_status wg_h_access_log(wg_request *q, wg_response *r);
wg_status wg_h_resolve(wg_request *q, wg_response *r);
wg_status wg_h_resolve_csv(wg_request *q, wg_response *r);
wg_status wg_h_report(wg_request *q, wg_response *r);
wg_status wg_h_incidents(wg_request *q, wg_response *r);
wg_status wg_h_incident(wg_request *q, wg_response *r);
wg_status wg_h_action(wg_request *q, wg_response *r);
wg_status wg_h_actions(wg_request *q, wg_response *r);
wg_status wg_h_incident_work(wg_request *q, wg_response *r);
wg_status wg_h_desk(wg_request *q, wg_response *r);
wg_status wg_h_desk_box(wg_request *q, wg_response *r);
wg_status wg_h_handover_give(wg_request *q, wg_response *r);
wg_status wg_h_handover_sign(wg_request *q, wg_response *r);
wg_status wg_h_handovers(wg_request *q, wg_response *r);
wg_status wg_h_handover(wg_request *q, wg_response *r);
wg_status wg_h_replay(wg_request *q, wg_response *r);
wg_status wg_h_incident_events(wg_request *q, wg_response *r);
wg_status wg_h_search(wg_request *q, wg_response *r);
wg_status wg_h_intake(wg_request *q, wg_response *r);
wg_status wg_h_overview(wg_request *q, wg_response *r);
wg_status wg_h_queue(wg_request *q, wg_response *r);
wg_status wg_h_areas(wg_request *q, wg_response *r);
wg_status wg_h_grids(wg_request *q, wg_response *r);
wg_status wg_h_grid(wg_request *q, wg_response *r);
wg_status wg_h_staff(wg_request *q, wg_response *r);
wg_status wg_h_workers(wg_request *q, wg_response *r);
wg_status wg_h_accounts(wg_request *q, wg_response *r);
wg_status wg_h_account(wg_request *q, wg_response *r);
wg_status wg_h_account_create(wg_request *q, wg_response *r);
wg_status wg_h_account_change(wg_request *q, wg_response *r);
wg_status wg_h_account_grants(wg_request *q, wg_response *r);
wg_status wg_h_account_password(wg_request *q, wg_response *r);
wg_status wg_h_account_sign_out(wg_request *q, wg_response *r);
wg_status wg_h_staff_create(wg_request *q, wg_response *r);
wg_status wg_h_staff_change(wg_request *q, wg_response *r);
wg_status wg_h_staff_posts(wg_request *q, wg_response *r);
wg_status wg_h_stand_ins(wg_request *q, wg_response *r);
wg_status wg_h_stand_in_add(wg_request *q, wg_response *r);
wg_status wg_h_stand_in_end(wg_request *q, wg_response *r);
wg_status wg_h_duty(wg_request *q, wg_response *r);
wg_status wg_h_leaves(wg_request *q, wg_response *r);
wg_status wg_h_leave_add(wg_request *q, wg_response *r);
wg_status wg_h_leave_end(wg_request *q, wg_response *r);
wg_status wg_h_covers(wg_request *q, wg_response *r);
wg_status wg_h_cover_add(wg_request *q, wg_response *r);
wg_status wg_h_cover_end(wg_request *q, wg_response *r);
wg_status wg_h_calendars(wg_request *q, wg_response *r);
wg_status wg_h_calendar_put(wg_request *q, wg_response *r);
wg_status wg_h_calendar_year_put(wg_request *q, wg_response *r);
wg_status wg_h_calendar_import(wg_request *q, wg_response *r);
wg_status wg_h_settings(wg_request *q, wg_response *r);
wg_status wg_h_setting_put(wg_request *q, wg_response *r);
wg_status wg_h_orgs(wg_request *q, wg_response *r);
wg_status wg_h_org(wg_request *q, wg_response *r);
wg_status wg_h_org_put(wg_request *q, wg_response *r);
wg_status wg_h_org_drop(wg_request *q, wg_response *r);
wg_status wg_h_area_change(wg_request *q, wg_response *r);
wg_status wg_h_category_put(wg_request *q, wg_response *r);
wg_status wg_h_categories_import(wg_request *q, wg_response *r);
wg_status wg_h_categories(wg_request *q, wg_response *r);
wg_status wg_h_category_rules(wg_request *q, wg_response *r);
wg_status wg_h_admission(wg_request *q, wg_response *r);
wg_status wg_h_positions(wg_request *q, wg_response *r);
wg_status wg_h_upload_begin(wg_request *q, wg_response *r);
wg_status wg_h_upload(wg_request *q, wg_response *r);
wg_status wg_h_upload_piece(wg_request *q, wg_response *r);
wg_status wg_h_attach(wg_request *q, wg_response *r);
wg_status wg_h_attachments(wg_request *q, wg_response *r);
wg_status wg_h_attachment(wg_request *q, wg_response *r);
wg_status wg_h_receipt(wg_request *q, wg_response *r);
wg_status wg_h_case_file(wg_request *q, wg_response *r);
wg_status wg_h_erase(wg_request *q, wg_response *r);
wg_status wg_h_events(wg_request *q, wg_response *r);
wg_status wg_h_tile(wg_request *q, wg_response *r);
wg_status wg_h_tilejson(wg_request *q, wg_response *r);
wg_status wg_h_tiles(wg_request *q, wg_response *r);
wg_status wg_h_healthz(wg_request *q, wg_response *r);
wg_status wg_h_readyz(wg_request *q, wg_response *r);
wg_status wg_h_metrics(wg_request *q, wg_response *r);
wg_status wg_h_openapi(wg_request *q, wg_response *r);
wg_status wg_h_page(wg_request *q, wg_response *r);

#endif
