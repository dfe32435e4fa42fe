/* "-" as a whole file: what must be a file while it is made or read goes through a temporary one. */
#ifndef WG_CLI_PIPE_H
#define WG_CLI_PIPE_H

#include "base/status.h"

enum { WG_PIPE_NAME = 4096 };
/* An empty folder of its own in TMPDIR, else beside `near`; wg_pipe_drop takes it away with all in it. */
wg_status wg_pipe_folder(const char *near, char out[WG_PIPE_NAME], wg_err *err);
void wg_pipe_drop(const char *folder);
wg_status wg_pipe_out(const char *path, wg_err *err); /* the file to standard output */
wg_status wg_pipe_in(const char *path, wg_err *err);  /* standard input into a new file */

#endif
