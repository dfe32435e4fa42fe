/* "-" as a whole file: what must be a file while it is made or read goes through a temporary one. */
#ifndef WG_CLI_PIPE_H
#define WG_CLI_PIPE_H

#include "base/arena.h"
#include "base/status.h"

/* The path of a file to be, alone in a folder in TMPDIR, else beside `near`; gone with the arena. NULL: *err
 * says why, or memory is out. */
char *wg_pipe_file(wg_arena *arena, const char *near, const char *name, wg_err *err);
wg_status wg_pipe_out(const char *path, wg_err *err); /* the file to standard output */
wg_status wg_pipe_in(const char *path, wg_err *err);  /* standard input into a new file */

#endif
