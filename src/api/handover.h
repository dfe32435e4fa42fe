/* What the files about handing a shift over share. */
#ifndef WG_API_HANDOVER_H
#define WG_API_HANDOVER_H

#include "api/app.h"
#include "engine/handover.h"

enum {
  WG_HANDOVER_ROWS = 200,        /* of each list */
  WG_HANDOVER_SOON_MS = 43200000 /* promised: due within 12 h */
};
/* How the area stands now, of what the asker sees: the JSON text that becomes content. In the arena. */
wg_status wg_handover_snapshot(wg_request *q, const char *area, char **out);
/* handovers.c: one, with the lists of its content as far as the asker may see each incident (full), or
 * without. */
wg_status wg_write_handover(wg_request *q, wg_jw *w, const wg_handover *x, bool full);

#endif
