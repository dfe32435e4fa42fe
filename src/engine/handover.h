/* A shift is handed over, and signed for. */
#ifndef WG_ENGINE_HANDOVER_H
#define WG_ENGINE_HANDOVER_H

#include "engine/edit.h"

enum { WG_HANDOVER_NOTE_MAX = 2000, WG_HANDOVER_CLIENT_MAX = 64 };

typedef struct wg_handover_edit {
  wg_edit edit;         /* first */
  wg_handover x;        /* give: area and client_id; take: id. Out: the row */
  const char *note;     /* NULL: none */
  const char *snapshot; /* give: JSON, how things stand; becomes content */
  bool repeated;        /* out: this client_id gave that one before */
} wg_handover_edit;
/* WG_FORBIDDEN "area": not who directs there; WG_UNPROCESSABLE: the client_id was for another area. */
wg_status wg_handover_give(wg_engine *e, wg_handover_edit *x, wg_err *err);
/* WG_NOT_FOUND; WG_FORBIDDEN "same-person": who gave it does not take it; WG_CONFLICT "already-taken". */
wg_status wg_handover_take(wg_engine *e, wg_handover_edit *x, wg_err *err);
/* Does the viewer direct the centre of this area? */
bool wg_handover_may(const wg_picture *p, const wg_viewer *v, const char *area, int64_t now);

#endif
