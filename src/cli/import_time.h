/* Times as tables have them. */
#ifndef WG_CLI_IMPORT_TIME_H
#define WG_CLI_IMPORT_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

/* RFC 3339; or a local time of the zone: 2019-03-07 21:45[:10], 2019/03/07, 2019-03, 03/07/2019 09:45:10 PM
 * (month first, as it is written where AM and PM are), 20190307. */
bool wg_import_time(const wg_zone *zone, const char *text, int64_t *ms);

#endif
