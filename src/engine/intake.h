/* Intake: a report becomes an incident — resolved, assigned, numbered, its first event in the chain. */
#ifndef WG_ENGINE_INTAKE_H
#define WG_ENGINE_INTAKE_H

#include "engine/engine.h"

/* A report, checked in form. Texts live as long as the command. */
typedef struct wg_report {
  int64_t account;
  bool has_position;
  wg_pt at;
  double raw_lon, raw_lat;
  const char *crs;
  double accuracy_m; /* < 0: not given */
  const char *category, *network;
  int64_t occurred_at; /* worked out: received − (sent − raw occurred) where sent_at was given; 0: now */
  int64_t raw_occurred_at, sent_at; /* as sent; 0: not given */
  const char *client_id;            /* "" */
  const char *source;
  int64_t place_id;                             /* a place of the list, or 0 */
  const char *description, *attributes, *place; /* NULL: none; the last two JSON text */
  const char *caller;                           /* who rang up, JSON text; NULL: nobody said */
  unsigned char hash[32];                       /* of the canonical request */
  const wg_network
      *past; /* the network at the time of occurrence, where the caller has loaded and holds it; or NULL */
} wg_report;
/* When it happened, by the server's clock. */
int64_t wg_report_occurred_at(const wg_report *r, int64_t now);

/* attributes, caller, description, place: the personal texts of a report. */
enum { WG_INCIDENT_TEXTS = 4 };

/* The event as far as it is known before the writer has it: all but id, serial and place in the chain. */
typedef struct wg_draft {
  char *body; /* in an arena; the serial goes in at serial_at */
  size_t len, serial_at;
  wg_private priv[WG_INCIDENT_TEXTS];
  int n_priv;
  char area[WG_CODE_LEN]; /* of the number */
  int day;
} wg_draft;

typedef struct wg_intake {
  wg_command command; /* first: what is submitted */
  wg_report report;
  const wg_picture
      *decided_by; /* what incident and draft were worked out from, held by the caller; or NULL */
  wg_draft draft;
  wg_incident incident; /* the result; texts live until done returns (report texts: as long as report) */
  bool repeated;        /* it was there already: nothing was written */
  void (*finished)(struct wg_intake *in, wg_status status); /* after the commit, writer thread */
  void *ctx;
} wg_intake;

/* Sets command.run and done. Submit &in->command. Errors: WG_INVALID unknown category; WG_UNPROCESSABLE the
 * client_id was used for another body. */
void wg_intake_init(wg_intake *in);
/* Before submitting, on the caller's thread: decides and writes down all that needs no order, so that the
 * writer does not have to. The incident is received now. `picture` must be held, and the arena live, until
 * the end; where the picture is another one by then, the writer decides again. What cannot be decided here (a
 * place to look up, a plan to load) is left to the writer. */
void wg_intake_prepare(wg_intake *in, const wg_picture *picture, wg_arena *arena, int64_t now);

/* The owner of a point (network may be unknown: WG_NOT_FOUND). The hands are those on duty at `when`. */
typedef struct wg_owner {
  wg_hit hit;
  const wg_network *network;
  const wg_grid *grid; /* or NULL */
  uint32_t area;       /* index, or WG_NO_INDEX */
  wg_assignment assigned;
} wg_owner;
/* `past`: the network as it was at the time of occurrence, or NULL: as it is. */
wg_status wg_find_owner(const wg_picture *p, const char *network, const wg_network *past, bool has_position,
                        wg_pt at, int64_t when, double tolerance, wg_owner *out, wg_err *err);

/* Inside a command: a part of another incident, reported anew under an event of `actor`. It is as secret as
 * the whole at least. */
wg_status wg_intake_part(wg_txn *txn, const wg_report *r, const wg_incident *whole, int64_t actor,
                         wg_incident *out, wg_err *err);

/* Stores a whole incident with its first event, in a transaction of a program that has no engine running
 * (imports of past incidents). Its reporter is the event's actor. Fills id and seq. */
wg_status wg_incident_record(wg_store *s, wg_incident *i, const char *kind, int64_t at, wg_err *err);

#endif
