/* Evidence on incidents: files put on them, counted, and taken away on a legal basis. */
#ifndef WG_ENGINE_EVIDENCE_H
#define WG_ENGINE_EVIDENCE_H

#include "engine/engine.h"
#include "engine/upload.h"

enum { WG_ATTACHED_MOST = 200 };           /* files of one incident */
bool wg_attachment_kind(const char *kind); /* "before", "after", "scene", "audio", "file" */

/* Photos put on it since a time (ms) that are not erased, but for those that show how it was before. */
wg_status wg_evidence_photos(wg_store *s, wg_arena *a, int64_t incident, int64_t since, int *n, wg_err *err);

typedef struct wg_attach {
  wg_command command; /* first */
  int64_t actor, incident;
  const char *root, *kind;
  const char *note, *client_id;    /* note NULL: none */
  const wg_upload *upload;         /* complete */
  const char *camera;              /* what the camera wrote, as JSON; NULL: nothing */
  unsigned char hash[WG_HASH_LEN]; /* of the canonical request */
  wg_arena *arena;
  wg_attachment result; /* out, in the arena */
  wg_incident about;    /* out: the incident after it */
  bool repeated;        /* out */
} wg_attach;
/* {"at":ms,"zone":bool,"x":lattice,"y":lattice} of a photo's EXIF, in the arena; NULL: it says nothing. zone:
 * of the organisation, for cameras that know none. */
const char *wg_camera_read(wg_arena *arena, const wg_zone *zone, const char *root, const wg_upload *x);
/* WG_NOT_FOUND, WG_FORBIDDEN, WG_UNPROCESSABLE "client-id-reused", "too-many-attachments". */
wg_status wg_attach_do(wg_engine *e, wg_attach *x, wg_err *err);

/* --- erasure ----------------------------------------------------------------------------------------------
 */
enum { WG_ERASE_FIELDS = 16, WG_ERASE_FILES = WG_ATTACHED_MOST };
typedef struct wg_erase {
  int64_t incident; /* all its events, or 0 and */
  int64_t seq;      /* … this one */
  const char *field[WG_ERASE_FIELDS];
  int n_fields;
  const char *basis;            /* the legal basis: stands in the log */
  int64_t file[WG_ERASE_FILES]; /* attachments whose file, name, note and camera data go */
  int n_files;
  bool all_files;
  /* out */
  int erased, erased_files;
  unsigned char gone[WG_ERASE_FILES][WG_HASH_LEN]; /* files to take from the disk once it is committed */
  int n_gone;
} wg_erase;
/* In a transaction; one event for each event that loses something, told by emit. WG_NOT_FOUND: there is
 * nothing such (any more). WG_INVALID names the field. */
typedef wg_status (*wg_emit_fn)(void *ctx, const char *subject, const char *body, int64_t *seq, wg_err *err);
wg_status wg_erase_run(wg_store *s, wg_arena *a, wg_erase *x, wg_emit_fn emit, void *ctx, wg_err *err);
/* After the commit. */
void wg_erase_finish(const wg_erase *x, const char *root);

typedef struct wg_erase_command {
  wg_command command; /* first */
  int64_t actor;
  wg_erase *erase;
  wg_arena *arena;
} wg_erase_command;
/* Takes WG_V_ADMIN. */
wg_status wg_erase_do(wg_engine *e, wg_erase_command *x, wg_err *err);

#endif
