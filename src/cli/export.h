/* A shift in the words that `import staff` reads again. */
#ifndef WG_CLI_EXPORT_H
#define WG_CLI_EXPORT_H

#include "domain/staff.h"

enum { WG_SHIFT_TEXT = 64 };
void wg_shift_text(const wg_shift *s, char out[WG_SHIFT_TEXT]); /* "Mon-Fri,Sun 08:00-18:00" */

#endif
