#include "api/narrow.h"

#include <stdio.h>
#include <string.h>

static wg_status read_area(wg_request *q, wg_narrow *n) {
  wg_status st = wg_query_code(q, "area", &n->area);
  return st ? st : wg_query_area(q, "area", &n->within);
}

static wg_status read_network(wg_request *q, wg_narrow *n) {
  wg_status st = wg_query_code(q, "network", &n->network);
  if (st || !n->network || strcmp(n->network, "base") == 0 ||
      wg_picture_network(wg_asker_of(q)->picture, n->network, NULL))
    return st;
  return wg_fail_code(&q->err, WG_NOT_FOUND, "unknown-network", "network",
                      WG_T("there is no network \"%s\"", "没有名为“%s”的网格体系"), n->network);
}

static wg_status read_category(wg_request *q, wg_narrow *n) {
  wg_status st = wg_query_code(q, "category", &n->category);
  if (st || !n->category || wg_picture_category(wg_asker_of(q)->picture, n->category)) return st;
  return wg_fail_code(&q->err, WG_NOT_FOUND, "unknown-category", "category",
                      WG_T("there is no category %s", "没有编码为 %s 的事项"), n->category);
}

static wg_status read_states(wg_request *q, wg_narrow *n) {
  const char *text = wg_request_query(q, "state");
  if (!text) return WG_OK;
  for (const char *p = text; *p;) {
    size_t len = strcspn(p, ",");
    char one[24];
    wg_state s;
    snprintf(one, sizeof one, "%.*s", (int)(len < 23 ? len : 23), p);
    if (strcmp(one, "open") == 0) {
      for (int k = 0; k < WG_STATES; k++)
        if (wg_state_open((wg_state)k)) n->states |= 1u << k;
    } else if (wg_state_parse(one, &s)) {
      n->states |= 1u << s;
    } else {
      return wg_fail(&q->err, WG_INVALID, "state", WG_T("there is no state \"%s\"", "没有状态“%s”"), one);
    }
    p += len + (p[len] == ',');
  }
  return WG_OK;
}

wg_status wg_narrow_read(wg_request *q, unsigned which, wg_narrow *out) {
  *out = (wg_narrow){.within = WG_NO_INDEX};
  wg_status st = which & WG_BY_AREA ? read_area(q, out) : WG_OK;
  if (!st && which & WG_BY_NETWORK) st = read_network(q, out);
  if (!st && which & WG_BY_CATEGORY) st = read_category(q, out);
  if (!st && which & WG_BY_STATE) st = read_states(q, out);
  if (!st && which & WG_BY_SINCE) st = wg_query_time(q, "since", &out->since);
  return st;
}

void wg_narrow_in(wg_narrow *n, const wg_areas *areas) {
  n->within = n->area ? wg_areas_find(areas, n->area) : WG_NO_INDEX;
}

bool wg_narrow_area(const wg_narrow *n, const wg_areas *areas, uint32_t area) {
  return !n->area || wg_area_under(areas, area, n->within);
}

bool wg_narrow_passes(const wg_narrow *n, const wg_areas *areas, const wg_live_brief *b) {
  if (n->states && !(n->states >> b->state & 1)) return false;
  if (n->since && b->received_at < n->since) return false;
  if (!wg_narrow_area(n, areas, b->area)) return false;
  if (n->category && strcmp(n->category, b->row->i.category) != 0) return false;
  return !n->network || strcmp(n->network, b->row->i.network) == 0;
}

uint64_t wg_narrow_hash(const wg_narrow *n) {
  const char *const codes[] = {n->area, n->network, n->category};
  if (!n->area && !n->network && !n->category && !n->states && !n->since) return 0;
  wg_hasher h;
  unsigned char hash[WG_HASH_LEN];
  uint64_t out;
  wg_hasher_begin(&h);
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    wg_hasher_int(&h, codes[i] != NULL);
    wg_hasher_field(&h, codes[i] ? codes[i] : "", codes[i] ? strlen(codes[i]) : 0);
  }
  wg_hasher_int(&h, n->states);
  wg_hasher_int(&h, n->since);
  wg_hasher_end(&h, hash);
  memcpy(&out, hash, sizeof out);
  return out;
}
