/* The interface that a store fills. One wg_store is one connection, used by one thread at a time; the server
 * opens one for the writer and one per reader thread. Results are in the arena given, until it is cleared.
 *
 * Errors: WG_NO_SPACE (disk full), WG_BUSY (another process holds the lock longer than 10 s), WG_IO,
 * WG_CORRUPT; err says what to do. After a failed write the caller asks in_transaction(): a full disk rolls
 * back the whole transaction, not only the savepoint.
 *
 * A row function may call other callbacks of the same store, but not the one that is calling it. */
#ifndef WG_DOMAIN_STORE_H
#define WG_DOMAIN_STORE_H

#include "base/arena.h"
#include "domain/account.h"
#include "domain/area.h"
#include "domain/category.h"
#include "domain/event.h"
#include "domain/incident.h"
#include "domain/notice.h"
#include "domain/plan.h"
#include "domain/staff.h"

typedef struct wg_store wg_store;

/* An action somebody took on an incident, under an id of its own. */
typedef struct wg_deed {
  int64_t incident, seq;           /* seq: of its event */
  unsigned char hash[WG_HASH_LEN]; /* of the canonical request */
} wg_deed;

/* A file on an incident. The bytes lie outside the database, by their SHA-256 (base/files.h). */
typedef struct wg_attachment {
  int64_t id, incident, seq, at, account; /* seq: of the event "incident.attached" that brought it */
  char kind[16];                          /* "before", "after", "scene", "audio", "file" */
  unsigned char sha[WG_HASH_LEN];
  int64_t size;
  char media[32]; /* "image/jpeg" */
  int64_t width, height;
  int64_t erased_by; /* the event that took the file away; 0: it is there */
  /* side rows of the event: read, not written, here; NULL: none, or erased */
  const char *name, *note, *camera;
} wg_attachment;

enum { WG_PARTIES_MAX = 64, WG_RELATIVES_MAX = 200 };
/* An incident that has to do with another. */
typedef enum wg_relation { WG_REL_LINKED, WG_REL_MERGED, WG_REL_PART } wg_relation;
typedef struct wg_relative {
  int64_t id;
  wg_relation kind; /* linked with it; merged into it; split off from it */
  char number[WG_NUMBER_LEN];
  wg_state state;
} wg_relative;
typedef struct wg_precedent {
  char org[WG_CODE_LEN];
  int64_t sent, returned, ruled;
} wg_precedent;

/* A grid that nobody answers for, since when. */
typedef struct wg_unmanned {
  char network[WG_CODE_LEN], grid[WG_CODE_LEN];
  int64_t since;
} wg_unmanned;

/* Filter and page of incidents, newest first (by id). */
typedef struct wg_incident_query {
  const char *const *areas;           /* NULL-terminated codes (already spread to all below), or NULL: any. */
  bool or_no_area;                    /* also those that belong to no area */
  wg_class top_class;                 /* classes above are left out … */
  int64_t party_account, party_staff; /* … unless reporter or responsible is this one (0: none); these also
                                         pass the area filter */
  const char *const *party_orgs;      /* … or handed or copied to one of these */
  bool mine;                          /* only party matters */
  const char *grid, *category, *network; /* NULL: any */
  const char *area;                      /* user filter: areas below it are in `area_codes` */
  const char *const *area_codes;         /* user filter, NULL: any */
  uint32_t states;                       /* bit set of wg_state; 0: any */
  int64_t since, until;                  /* received_at, 0: open */
  int64_t before_id;                     /* page key: ids below it; 0: from the newest */
  int limit;
} wg_incident_query;

/* What counting asks of an incident that was received in a span of time. */
typedef struct wg_received {
  int64_t id, received_at, reporter, responsible;
  wg_class class_;
  char area[WG_CODE_LEN];
} wg_received;

typedef struct wg_place {
  int64_t id;
  const char *name, *address, *kind; /* kind: "address", "poi", … */
  const char *alias;                 /* other names, separated by ; or 、 — "" or NULL: none */
  bool has_position;
  wg_pt at;
  char area[WG_CODE_LEN];
} wg_place;

typedef struct wg_basemap_feature {
  char kind[24];              /* "road", "water", "building", "landuse", "rail", "place", "boundary" */
  char class_[24];            /* "primary", "river", … */
  const char *names;          /* name map or "" */
  int geometry;               /* 1 point, 2 line, 3 polygon */
  const unsigned char *bytes; /* wg_shapes_encode of one feature; lines: each ring is a line */
  size_t n_bytes;
} wg_basemap_feature;

typedef struct wg_session {
  unsigned char token_hash[WG_HASH_LEN];
  int64_t account, created_at, expires_at; /* 0: never */
  const char *kind;                        /* "session", "token", "wall" */
} wg_session;

/* A screen in the registry of wall devices. Its account has no password; its one grant is a wall's. */
typedef struct wg_device {
  int64_t account;
  char name[65]; /* the account's; not written by device_put */
  char area[WG_CODE_LEN];
  int64_t created_at, created_by; /* account, 0: the command line */
  unsigned char code_hash[WG_HASH_LEN];
  int64_t code_expires_at; /* 0: no code waits */
  int64_t signed_on_at, last_seen_at, revoked_at;
} wg_device;

typedef struct wg_store_head {
  int64_t seq;
  unsigned char hash[WG_HASH_LEN];
} wg_store_head;

/* A line of the access log. */
typedef struct wg_access {
  int64_t id, at, account; /* account 0: nobody, or nobody known */
  const char *name, *address, *what, *detail;
  bool ok;
} wg_access;
typedef struct wg_access_query {
  int64_t since, until; /* 0: open */
  int64_t account;      /* 0: any */
  const char *what, *q; /* NULL: any; q is sought in name, address and detail, whatever its case */
  int ok;               /* 0, 1; -1: any */
  int64_t before_id;    /* page key; 0: from the newest */
  int limit;
} wg_access_query;
/* Lines younger than this are kept whatever the setting says. */
enum { WG_ACCESS_DAYS = 400, WG_ACCESS_DAYS_MIN = 183 };
/* Days that positions are kept, unless "position_days" says otherwise. */
enum { WG_POSITION_DAYS = 30, WG_POSITION_DAYS_MAX = 3650 };

/* What check found. */
typedef struct wg_check_report {
  int64_t events, first_bad_seq; /* 0: the chain is whole */
  int64_t erased;                /* side rows erased by events */
  int64_t files, files_erased;   /* attachments whose file was looked through; those erased by events */
  int problems;                  /* faults found, said or only counted */
} wg_check_report;

typedef void (*wg_say_fn)(void *ctx, const char *en, const char *zh);
typedef struct wg_setting_row {
  const char *key, *value;
} wg_setting_row;

typedef wg_status (*wg_row_fn)(void *ctx, const void *row); /* a status that is not WG_OK stops the walk */

struct wg_store {
  /* --- transactions ------------------------------------------------------------------------------- */
  wg_status (*begin)(wg_store *s, wg_err *err);  /* BEGIN IMMEDIATE */
  wg_status (*commit)(wg_store *s, wg_err *err); /* durable when it returns WG_OK */
  void (*rollback)(wg_store *s);
  bool (*in_transaction)(wg_store *s);
  int64_t (*writes)(wg_store *s);                   /* rises with everything that a rollback would undo */
  wg_status (*savepoint)(wg_store *s, wg_err *err); /* one level */
  wg_status (*release)(wg_store *s, wg_err *err);
  void (*rollback_to)(wg_store *s);
  /* A stable view over several reads. May be nested; inside a write transaction both do nothing. read_end
   * only after a read_begin that gave WG_OK. */
  wg_status (*read_begin)(wg_store *s, wg_err *err);
  void (*read_end)(wg_store *s);
  /* True when another connection or process has committed since the last call on this store. */
  wg_status (*changed)(wg_store *s, bool *out, wg_err *err);

  /* --- the log -------------------------------------------------------------------------------------- */
  wg_status (*head)(wg_store *s, wg_store_head *out, wg_err *err);
  /* Fills e->seq, prev_hash, hash. Inside a transaction. e->at must not run backwards: it is raised to the
   * head's. The body names the hash of each of priv under its field; a string of 64 lower-case hex digits in
   * a body stands for nothing else but those and content that is stored already (else WG_INTERNAL). */
  wg_status (*event_append)(wg_store *s, wg_event *e, const wg_private *priv, int n_priv, wg_err *err);
  /* Destroys text and salt of one side row of event seq; `by` is the seq of the event in this transaction
   * that names the legal basis: kind "personal.erased", subject "event/SEQ", body with "basis" and "fields":
   * [field, …]. WG_NOT_FOUND when there is no such text (any more). */
  wg_status (*erase)(wg_store *s, int64_t seq, const char *field, int64_t by, wg_err *err);
  /* Rows are wg_event. Up to limit events after seq. */
  wg_status (*events_since)(wg_store *s, wg_arena *a, int64_t seq, int limit, wg_row_fn fn, void *ctx,
                            wg_err *err);
  wg_status (*events_of)(wg_store *s, wg_arena *a, const char *subject, int64_t seq, int limit, wg_row_fn fn,
                         void *ctx, wg_err *err);
  /* The personal texts of one event (rows wg_private; text NULL: erased). */
  wg_status (*privates_of)(wg_store *s, wg_arena *a, int64_t seq, wg_row_fn fn, void *ctx, wg_err *err);
  /* Large content by its hash. put: does nothing when it is there. get: WG_NOT_FOUND. */
  wg_status (*content_put)(wg_store *s, const void *bytes, size_t n, unsigned char hash[WG_HASH_LEN],
                           wg_err *err);
  wg_status (*content_get)(wg_store *s, wg_arena *a, const unsigned char hash[WG_HASH_LEN],
                           const void **bytes, size_t *n, wg_err *err);

  /* --- settings: "timezone", "root_area", "tolerance_m", "demo", "languages" … -------------------------- */
  wg_status (*setting_get)(wg_store *s, wg_arena *a, const char *key, const char **out,
                           wg_err *err); /* NULL: none */
  wg_status (*setting_put)(wg_store *s, const char *key, const char *value, wg_err *err);
  /* Rows are wg_setting_row, by key: all whose keys begin so. They are in the arena. */
  wg_status (*settings_of)(wg_store *s, wg_arena *a, const char *prefix, wg_row_fn fn, void *ctx,
                           wg_err *err);

  /* --- areas, plans --------------------------------------------------------------------------------- */
  wg_status (*areas_load)(wg_store *s, wg_arena *a, wg_areas *out,
                          wg_err *err); /* not yet indexed; shapes filled */
  wg_status (*area_put)(wg_store *s, const wg_area *area, const wg_shapes *shapes, uint32_t f, wg_err *err);
  /* (insert or replace; shapes NULL keeps the polygon there is) */
  wg_status (*networks)(wg_store *s, wg_arena *a, const char *const **codes,
                        wg_err *err); /* NULL-terminated, sorted */
  /* Stores a version (numbered here) with its grids and geometry, and its canonical bytes as content;
   * fills id, version. */
  wg_status (*plan_put)(wg_store *s, wg_plan *plan, unsigned char content[WG_HASH_LEN], wg_err *err);
  /* The version in force at `at` (0: now's newest). WG_NOT_FOUND when the network has none. */
  wg_status (*plan_load)(wg_store *s, wg_arena *a, const char *network, int64_t at, wg_plan *out,
                         wg_err *err);
  wg_status (*plan_version)(wg_store *s, const char *network, int64_t *out,
                            wg_err *err); /* newest, 0: none */

  /* --- staff, catalogue ------------------------------------------------------------------------------ */
  wg_status (*roster_load)(wg_store *s, wg_arena *a, wg_roster *out,
                           wg_err *err); /* not yet indexed, zone unset */
  wg_status (*staff_put)(wg_store *s, wg_staff *staff,
                         wg_err *err); /* by code: insert or replace; fills id */
  wg_status (*posts_replace)(wg_store *s, int64_t staff, const wg_post *posts, int n, const wg_shift *shifts,
                             int n_shifts, wg_err *err); /* shifts[i].post = index into posts */
  wg_status (*stand_in_put)(wg_store *s, const wg_stand_in *x, wg_err *err); /* by both and from */
  wg_status (*stand_in_delete)(wg_store *s, int64_t id, wg_err *err);
  wg_status (*leave_add)(wg_store *s, wg_leave *x, wg_err *err); /* fills id */
  wg_status (*leave_delete)(wg_store *s, int64_t id, wg_err *err);
  wg_status (*cover_add)(wg_store *s, wg_temp_post *x, wg_err *err); /* fills id */
  wg_status (*cover_delete)(wg_store *s, int64_t id, wg_err *err);
  /* Grids that the log last said to have nobody: rows wg_unmanned, by network and grid. */
  wg_status (*unmanned_load)(wg_store *s, wg_arena *a, wg_row_fn fn, void *ctx, wg_err *err);
  wg_status (*unmanned_put)(wg_store *s, const wg_unmanned *x, wg_err *err); /* since 0: manned again */
  /* By code, each with all versions of its rules (one at least). */
  wg_status (*categories_load)(wg_store *s, wg_arena *a, wg_category **out, uint32_t *n, wg_err *err);
  /* Rules that differ from the newest become the next version, from 1; fills c->rules->version. NULL: as they
   * are, in a new one none. WG_UNPROCESSABLE "rules" past WG_RULE_VERSIONS_MAX. */
  wg_status (*category_put)(wg_store *s, wg_category *c, wg_err *err);
  wg_status (*orgs_load)(wg_store *s, wg_arena *a, wg_org **out, uint32_t *n, wg_err *err); /* by code */
  wg_status (*org_put)(wg_store *s, const wg_org *org, wg_err *err);
  wg_status (*org_delete)(wg_store *s, const char *code, wg_err *err);

  /* --- accounts -------------------------------------------------------------------------------------- */
  wg_status (*accounts_load)(wg_store *s, wg_arena *a, wg_account **acc, uint32_t *n, wg_grant **grants,
                             uint32_t *n_grants, wg_err *err); /* by id; grants by account */
  wg_status (*account_put)(wg_store *s, wg_account *a,
                           wg_err *err); /* by name: insert or replace; fills id */
  /* By id, the name too; it must be free. */
  wg_status (*account_update)(wg_store *s, const wg_account *a, wg_err *err);
  wg_status (*grant_put)(wg_store *s, const wg_grant *g, wg_err *err);
  /* These are then all that the account has. No two of one role, organisation and area. */
  wg_status (*grants_replace)(wg_store *s, int64_t account, const wg_grant *grants, int n, wg_err *err);
  /* When the account last signed in; 0: never. */
  wg_status (*last_sign_in)(wg_store *s, int64_t account, int64_t *out, wg_err *err);
  wg_status (*session_put)(wg_store *s, const wg_session *x, wg_err *err);
  wg_status (*session_delete)(wg_store *s, const unsigned char token_hash[WG_HASH_LEN], wg_err *err);
  wg_status (*sessions_load)(wg_store *s, wg_arena *a, int64_t now, wg_session **out, uint32_t *n,
                             wg_err *err);
  wg_status (*devices_load)(wg_store *s, wg_arena *a, wg_device **out, uint32_t *n, wg_err *err); /* by id */
  wg_status (*device_put)(wg_store *s, const wg_device *d, wg_err *err); /* insert or replace */
  wg_status (*device_seen)(wg_store *s, int64_t account, int64_t at, wg_err *err);
  /* Sign-ins, exports, reads of personal data; `what` is a short kind. Not part of the chain. */
  wg_status (*access_log)(wg_store *s, int64_t at, int64_t account, const char *name, const char *address,
                          const char *what, const char *detail, bool ok, wg_err *err);
  /* Newest first; rows are wg_access. Looks through a bounded number of lines, so that a page may hold fewer
   * than limit; *next: the before_id of the next page, 0: that was all. Lines older than the setting
   * "access_log_days" are deleted by tend. */
  wg_status (*access_list)(wg_store *s, wg_arena *a, const wg_access_query *q, wg_row_fn fn, void *ctx,
                           int64_t *next, wg_err *err);

  /* --- incidents ------------------------------------------------------------------------------------- */
  /* The next serial of this area and local day (yyyymmdd), from 1: above those of all numbers of the form
   * AREA-YYYYMMDD-SERIAL that are stored, and above those given out in this transaction. */
  wg_status (*incident_serial)(wg_store *s, const char *area, int day, int64_t *out, wg_err *err);
  /* Fills id, and seq with that of the next event, which must be the incident's first (subject "incident/ID",
   * personal texts as its side rows "description", "attributes", "place"); anything else is WG_INTERNAL.
   * WG_CONFLICT when the reporter has used this client_id. */
  wg_status (*incident_insert)(wg_store *s, wg_incident *i, wg_err *err);
  /* All but number, reporter, client_id, source and texts. i->seq is that of the event just
   * appended, i->version has risen. WG_CONFLICT when the stored version is not below i->version. */
  wg_status (*incident_update)(wg_store *s, const wg_incident *i, wg_err *err);
  wg_status (*incident_get)(wg_store *s, wg_arena *a, int64_t id, wg_incident *out, wg_err *err);
  wg_status (*incident_by_client)(wg_store *s, wg_arena *a, int64_t reporter, const char *client_id,
                                  wg_incident *out, wg_err *err);
  /* Rows are wg_incident. */
  wg_status (*incidents)(wg_store *s, wg_arena *a, const wg_incident_query *q, wg_row_fn fn, void *ctx,
                         wg_err *err);
  /* Rows are wg_incident, newest first: those whose number this is, or whose number ends in the day and
   * serial that it says ("20261124-7"). */
  wg_status (*incidents_numbered)(wg_store *s, wg_arena *a, const char *number, wg_row_fn fn, void *ctx,
                                  wg_err *err);
  /* Rows are wg_received, in no order: since <= received_at < until. */
  wg_status (*incidents_received)(wg_store *s, int64_t since, int64_t until, wg_row_fn fn, void *ctx,
                                  wg_err *err);
  /* When the log began, and the earliest time that an incident was received (INT64_MAX: none). */
  wg_status (*incidents_began)(wg_store *s, int64_t *log, int64_t *received, wg_err *err);
  /* All that the live picture keeps: open ones, and those closed after `since`. Without personal texts. */
  wg_status (*incidents_live)(wg_store *s, wg_arena *a, int64_t since, wg_row_fn fn, void *ctx, wg_err *err);
  /* By the actor's own client_id. get: WG_NOT_FOUND. */
  wg_status (*deed_get)(wg_store *s, int64_t actor, const char *client_id, wg_deed *out, wg_err *err);
  wg_status (*deed_put)(wg_store *s, int64_t actor, const char *client_id, const wg_deed *d, wg_err *err);
  wg_status (*incident_party)(wg_store *s, int64_t incident, const char *org, const char *how, wg_err *err);
  wg_status (*incident_parties)(wg_store *s, int64_t incident, wg_party *out, int max, int *n,
                                wg_err *err); /* by organisation */
  wg_status (*incident_orgs)(wg_store *s, wg_arena *a, int64_t incident, const char *const **out,
                             wg_err *err);
  wg_status (*incident_link)(wg_store *s, int64_t a, int64_t b, wg_err *err);
  wg_status (*incident_relatives)(wg_store *s, int64_t incident, wg_relative *out, int max, int *n,
                                  wg_err *err);
  /* The ids of what was merged into it and has not ended yet, above `after`; up to max of them, in order. */
  wg_status (*incident_merged)(wg_store *s, int64_t incident, int64_t after, int64_t *out, int max, int *n,
                               wg_err *err);
  /* How often matters of a category were handed to an organisation; adds to what there is. */
  wg_status (*precedent_add)(wg_store *s, const char *category, const char *org, int sent, int returned,
                             int ruled, wg_err *err);
  wg_status (*precedents)(wg_store *s, const char *category, wg_precedent *out, int max, int *n,
                          wg_err *err); /* the most trusted first */

  /* --- evidence -------------------------------------------------------------------------------------- */
  /* Fills id. x->seq is that of the event just appended. */
  wg_status (*attachment_put)(wg_store *s, wg_attachment *x, wg_err *err);
  /* Rows are wg_attachment, oldest first. */
  wg_status (*attachments)(wg_store *s, wg_arena *a, int64_t incident, wg_row_fn fn, void *ctx, wg_err *err);
  wg_status (*attachment_get)(wg_store *s, wg_arena *a, int64_t id, wg_attachment *out, wg_err *err);
  wg_status (*attachment_of_event)(wg_store *s, wg_arena *a, int64_t seq, wg_attachment *out, wg_err *err);
  /* The file is gone by event `by`, "personal.erased" as erase() wants it. WG_NOT_FOUND: it is gone already.
   */
  wg_status (*attachment_erase)(wg_store *s, int64_t id, int64_t by, wg_err *err);
  /* How many that are there have this file. */
  wg_status (*attachment_uses)(wg_store *s, const unsigned char sha[WG_HASH_LEN], int64_t *n, wg_err *err);
  /* The hashes of all events first … last, in their order (rows unsigned char[WG_HASH_LEN]). */
  wg_status (*event_hashes)(wg_store *s, int64_t first, int64_t last, wg_row_fn fn, void *ctx, wg_err *err);

  /* --- positions, places, base map --------------------------------------------------------------------- */
  /* Own durable batch. Those received longer ago than the setting "position_days" are deleted by tend, but
   * for the newest of each device. */
  wg_status (*positions_put)(wg_store *s, const wg_position *p, int n, wg_err *err);
  wg_status (*positions_last)(wg_store *s, wg_arena *a, wg_row_fn fn, void *ctx,
                              wg_err *err); /* newest per staff */
  wg_status (*place_put)(wg_store *s, wg_place *p, wg_err *err);
  wg_status (*place_get)(wg_store *s, wg_arena *a, int64_t id, wg_place *out, wg_err *err);
  /* By words of name, alias and address, and by initials of names (base/initials.h) from their beginning. */
  wg_status (*places_find)(wg_store *s, wg_arena *a, const char *text, int limit, wg_row_fn fn, void *ctx,
                           wg_err *err);
  wg_status (*basemap_clear)(wg_store *s, wg_err *err);
  wg_status (*basemap_put)(wg_store *s, const wg_basemap_feature *f, wg_err *err);
  wg_status (*basemap_load)(wg_store *s, wg_arena *a, wg_row_fn fn, void *ctx, wg_err *err);

  /* --- notices: who was told of which event. Made from the log, so no events of their own ------------- */
  /* How far a follower of the log has come; -1: it never did. */
  wg_status (*follow_get)(wg_store *s, const char *name, int64_t *seq, wg_err *err);
  wg_status (*follow_put)(wg_store *s, const char *name, int64_t seq, wg_err *err);
  /* *added is false where this account was told of this event before: nothing is changed then. */
  wg_status (*notice_put)(wg_store *s, const wg_notice *n, bool *added, wg_err *err);
  /* Adds n->n to what the account has of that kind. */
  wg_status (*notice_count_add)(wg_store *s, const wg_notice_count *n, wg_err *err);
  /* Rows are wg_notice, newest first, with ids below before_id (0: any). */
  wg_status (*notices)(wg_store *s, wg_arena *a, int64_t account, bool unread, int64_t before_id, int limit,
                       wg_row_fn fn, void *ctx, wg_err *err);
  wg_status (*notice_counts)(wg_store *s, wg_arena *a, int64_t account, wg_row_fn fn, void *ctx, wg_err *err);
  /* Those of events up to this seq, counts too; or the one of this id where id is not 0. */
  wg_status (*notices_read)(wg_store *s, int64_t account, int64_t id, int64_t up_to, int64_t at, wg_err *err);
  /* Rows are wg_notice_count (account, n): of one account (0: all). */
  wg_status (*notices_unread)(wg_store *s, int64_t account, wg_row_fn fn, void *ctx, wg_err *err);
  /* Those of the account about the events after `after`, up to seq. */
  wg_status (*notices_reached)(wg_store *s, int64_t account, int64_t after, int64_t seq, int64_t at,
                               wg_err *err);
  /* Rows are wg_notice, oldest first: made before `before`, neither read nor brought by any channel. */
  wg_status (*notices_unreached)(wg_store *s, wg_arena *a, int64_t before, int limit, wg_row_fn fn, void *ctx,
                                 wg_err *err);
  wg_status (*notices_trim)(wg_store *s, int64_t before, int limit, wg_err *err);

  /* --- webhooks, and what is to be brought ----------------------------------------------------------------
   */
  wg_status (*webhooks_load)(wg_store *s, wg_arena *a, wg_webhook **out, int *n, wg_err *err); /* by id */
  wg_status (*webhook_put)(wg_store *s, wg_webhook *h, wg_err *err); /* id 0: a new one, fills it */
  wg_status (*webhook_drop)(wg_store *s, int64_t id, wg_err *err);   /* with its letters */
  /* Does nothing where the channel has one of this event for this account. */
  wg_status (*letter_put)(wg_store *s, const wg_letter *l, wg_err *err);
  /* Rows are wg_letter of a channel that may go now: due, and the first of their incident and account. */
  wg_status (*letters_due)(wg_store *s, wg_arena *a, int64_t channel, int64_t now, int limit, wg_row_fn fn,
                           void *ctx, wg_err *err);
  /* When the next one is due; INT64_MAX: none waits. */
  wg_status (*letters_next)(wg_store *s, int64_t *at, wg_err *err);
  wg_status (*letter_drop)(wg_store *s, int64_t id, wg_err *err);
  /* It failed: tries, next_at, dead and error as in l. Those behind it wait as long. */
  wg_status (*letter_failed)(wg_store *s, const wg_letter *l, wg_err *err);
  /* Rows are wg_letter, newest first; channel -1: any. */
  wg_status (*letters_dead)(wg_store *s, wg_arena *a, int64_t channel, int64_t before_id, int limit,
                            wg_row_fn fn, void *ctx, wg_err *err);
  /* One dead letter of a channel, or all of it (id 0), may go again; channel -1: of any. */
  wg_status (*letters_replay)(wg_store *s, int64_t id, int64_t channel, int64_t now, int64_t *n, wg_err *err);
  /* An account's own phrases, JSON; NULL: none saved. */
  wg_status (*phrases_get)(wg_store *s, wg_arena *a, int64_t account, const char **out, wg_err *err);
  wg_status (*phrases_put)(wg_store *s, int64_t account, const char *items, wg_err *err);

  /* --- the whole --------------------------------------------------------------------------------------- */
  wg_status (*backup)(wg_store *s, const char *path, void (*progress)(void *, double), void *ctx,
                      wg_err *err);
  /* Looks through everything; each fault is a line in English and Chinese (of a kind at most 20, then their
   * number). WG_OK also when faults were found: see out->problems. */
  wg_status (*check)(wg_store *s, wg_check_report *out, wg_say_fn say, void *ctx, wg_err *err);
  /* Brings what lags behind (keys of lists, spatial indexes) up to date; checkpoints. Called off the commit
   * path: every few seconds on a connection of its own, or after each 10 000 rows of a bulk import. */
  wg_status (*tend)(wg_store *s, wg_err *err);
  void (*close)(wg_store *s);
};

#endif
