/* A temporary folder, for what must be a file while it is made or read. */
#ifndef WG_BASE_TEMP_H
#define WG_BASE_TEMP_H

#include "base/arena.h"
#include "base/status.h"

/* An empty folder of its own in TMPDIR, or in `otherwise` where that is not set; it goes with the arena, and
 * all files in it. The name lives in the arena. WG_IO says to set TMPDIR. */
wg_status wg_temp_folder(wg_arena *arena, const char *otherwise, const char **out, wg_err *err);

#endif
