/* What the files about working on incidents share. */
#ifndef WG_API_WORK_H
#define WG_API_WORK_H

#include "api/app.h"

/* incidents.c: the incident that the path names, when the asker may see it; else "not found". */
wg_status wg_find_incident(wg_request *q, wg_store **mine, wg_incident *out);
/* work.c: does the asker direct it: is it the centre that has the matter, or one above? */
bool wg_directs(const wg_asker *a, const wg_incident *i);
/* {code, name} of the list, or null for "". */
void wg_write_org(wg_jw *w, const wg_org *org, uint32_t n, const char *code);

#endif
