/* Documents that print: receipts and case files. One page of HTML that fetches nothing. */
#ifndef WG_API_PAPER_H
#define WG_API_PAPER_H

#include <string.h>

#include "api/app.h"

void wg_html_text(wg_buf *b, const char *text); /* escaped; NULL: nothing */
/* "2026-11-24 10:00:05" in the organisation's zone. */
void wg_html_time(wg_buf *b, const wg_picture *p, int64_t ms);
void wg_html_head(wg_buf *b, const char *lang, const char *title);
/* A row of a table: what it is called, and text. */
void wg_html_row(wg_buf *b, const char *name, const char *value);
/* The answer: text/html under a policy that runs and fetches nothing. */
wg_status wg_html_answer(wg_request *q, wg_response *r);
/* Grid boundary and the point in it, as inline SVG; nothing where there is no position. */
void wg_html_map(wg_buf *b, const wg_picture *p, const wg_incident *i, const char *lang);
/* What an event is called. */
const char *wg_event_title(const char *kind, const char *lang);
static inline const char *wg_in(const char *lang, const char *zh, const char *en) {
  return strcmp(lang, "zh") == 0 ? zh : en;
}

#endif
