/* When who is on duty changes, and which grids have nobody: the rule of wg_assign for very many grids at
 * once. */
#ifndef WG_DOMAIN_DUTY_H
#define WG_DOMAIN_DUTY_H

#include "domain/staff.h"

/* Moments in (after, until] at which somebody's duty may begin or end: rising, at most max; returns how many.
 * There may be more than needed, never fewer (but for max). */
uint32_t wg_duty_changes(const wg_roster *r, int64_t after, int64_t until, int64_t *out, uint32_t max);

/* One after another in the order of grids within one network: *cursor is 0 before the first and kept between.
 * The same as !wg_assign_waits(wg_assign(…).rule), without searching for each. now: the local time of `at`.
 */
bool wg_duty_manned(const wg_roster *r, const char *network, const char *grid, int64_t at,
                    const wg_local *now, uint32_t *cursor);

/* Is this person on duty anywhere: in a post of their own, for somebody, or as a cover? */
bool wg_duty_anywhere(const wg_roster *r, int64_t staff, int64_t at);

/* What happens to matters that are not claimed yet when their worker goes off duty: the setting "reassign".
 */
typedef enum wg_reassign { WG_REASSIGN_KEEP, WG_REASSIGN_NEXT, WG_REASSIGN_QUEUE } wg_reassign;
const char *wg_reassign_name(wg_reassign rule); /* "keep", "next", "queue" */

#endif
