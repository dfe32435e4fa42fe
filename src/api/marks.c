/* What an event changes on the map: stamps the tiles in the cache (called by the engine's writer after the
 * commit, before anyone is answered), and writes the messages that tell the viewers (those of incidents when
 * the first viewer reads them). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/land_tiles.h"
#include "api/tiles.h"

enum { TILES_TEXT_MAX = 32768, ITEM_MAX = 65536 };

static void margins_of(const wg_points_layer *layer, int out[WG_TILE_ZOOMS]) {
  for (int z = 0; z < WG_TILE_ZOOMS; z++) out[z] = wg_points_margin(layer, (uint8_t)z);
}

static void write_tiles(wg_buf *out, const char *layer, wg_box box, const int *margins) {
  wg_tile_id tile[WG_COVER_TILES];
  size_t n = wg_cover_changed(box, WG_TILE_MAX_ZOOM, margins, tile);
  wg_buf_printf(out, "event: tiles\ndata: {\"layer\":\"%s\",\"z\":%d,", layer, WG_TILE_MAX_ZOOM);
  if (n <= WG_COVER_TILES) {
    wg_buf_add_str(out, "\"tiles\":[");
    for (size_t k = 0; k < n; k++) wg_buf_printf(out, "%s[%u,%u]", k ? "," : "", tile[k].x, tile[k].y);
    wg_buf_add_str(out, "]}\n\n");
    return;
  }
  wg_cover c = wg_cover_box(box, WG_TILE_MAX_ZOOM, margins ? margins[WG_TILE_MAX_ZOOM] : WG_TILE_BUFFER);
  wg_buf_printf(out, "\"box\":[%u,%u,%u,%u]}\n\n", c.x0, c.y0, c.x0 + c.nx - 1, c.y0 + c.ny - 1);
}

/* A point came, went or moved: where it was and where it is now. */
static int points_of(bool was, wg_pt a, bool is, wg_pt b, wg_pt out[2]) {
  int n = 0;
  if (was) out[n++] = a;
  if (is && !(was && a.x == b.x && a.y == b.y)) out[n++] = b;
  return n;
}

static void mark_point(wg_app *app, int layer, const wg_points_layer *points, bool was, wg_pt a, bool is,
                       wg_pt b) {
  int margins[WG_TILE_ZOOMS];
  margins_of(points, margins);
  wg_pt at[2];
  int n = points_of(was, a, is, b, at);
  for (int k = 0; k < n; k++)
    wg_tile_cache_touch(app->tiles, (unsigned)layer, (wg_box){at[k].x, at[k].y, at[k].x, at[k].y}, margins);
}

void wg_mark_moved(void *ctx, wg_pt was, bool had, wg_pt now) {
  mark_point(ctx, WG_L_WORKERS, &wg_worker_points, had, was, true, now);
}

static wg_box box_of(const wg_land *land) {
  wg_box all = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  const wg_land_tiles *t = land->extra;
  for (uint32_t i = 0; t && i < t->n_networks; i++) {
    uint32_t n = t->n_areas + (i < land->n_networks ? land->network[i]->plan.n : 0);
    for (uint32_t f = 0; f < n; f++) {
      wg_box b = wg_pyramid_box(t->pyramid[i], f);
      if (b.x0 > b.x1) continue;
      if (b.x0 < all.x0) all.x0 = b.x0;
      if (b.y0 < all.y0) all.y0 = b.y0;
      if (b.x1 > all.x1) all.x1 = b.x1;
      if (b.y1 > all.y1) all.y1 = b.y1;
    }
  }
  return all;
}

/* Land or base map: all layers are drawn anew, within what the land was and is. The points too: where an area
 * has another parent, other viewers may see what lies in it. */
static void mark_land(wg_app *app, const wg_picture *p, const wg_change *c, wg_buf *messages) {
  static const int layers[] = {WG_L_AREAS, WG_L_GRIDS, WG_L_BASEMAP, WG_L_INCIDENTS, WG_L_WORKERS};
  wg_box now = box_of(p->land), was = c->old_land ? box_of(c->old_land) : now;
  wg_box box = {now.x0 < was.x0 ? now.x0 : was.x0, now.y0 < was.y0 ? now.y0 : was.y0,
                now.x1 > was.x1 ? now.x1 : was.x1, now.y1 > was.y1 ? now.y1 : was.y1};
  for (size_t k = 0; k < sizeof layers / sizeof *layers; k++) {
    wg_tile_cache_touch_all(app->tiles, (unsigned)layers[k]);
    if (layers[k] == WG_L_WORKERS) continue; /* their messages are `positions` */
    if (box.x0 <= box.x1) write_tiles(messages, wg_api_layers.items[layers[k]].id, box, NULL);
  }
}

void wg_mark_renewed(void *ctx, const wg_picture *p) {
  wg_app *app = ctx;
  (void)p;
  for (unsigned layer = 0; layer < WG_L_COUNT; layer++) wg_tile_cache_touch_all(app->tiles, layer);
}

static const char *message_of(const wg_change *c) {
  static const struct {
    const char *prefix, *name;
  } table[] = {{"plan.", "plan"},     {"grids.", "plan"},  {"areas.", "areas"},  {"area.", "areas"},
               {"basemap.", "areas"}, {"staff.", "staff"}, {"roster.", "staff"}, {"grid.", "duty"}};
  if (c->now) return "incident";
  for (size_t k = 0; k < sizeof table / sizeof *table; k++)
    if (strncmp(c->kind, table[k].prefix, strlen(table[k].prefix)) == 0) return table[k].name;
  return "settings";
}

static char *take(wg_buf *b, size_t *n) {
  if (wg_buf_status(b)) {
    wg_buf_deinit(b);
    *n = 0;
    return NULL;
  }
  return wg_buf_take(b, n);
}

/* Of an incident, the tiles that its point left and came to. */
static void write_moved(const wg_feed_item *item, wg_buf *tiles) {
  int margins[WG_TILE_ZOOMS];
  margins_of(&wg_incident_points, margins);
  wg_pt at[2];
  int n = points_of(item->was_on_map, item->was, item->is_on_map, item->incident->at, at);
  for (int k = 0; k < n; k++)
    write_tiles(tiles, wg_api_layers.items[WG_L_INCIDENTS].id, (wg_box){at[k].x, at[k].y, at[k].x, at[k].y},
                margins);
}

static wg_feed_text *write_text(const wg_picture *p, const wg_feed_item *item, const char *subject,
                                bool nameless, wg_buf *tiles) {
  wg_buf data;
  wg_buf_init(&data, ITEM_MAX);
  wg_jw w;
  wg_jw_init(&w, &data);
  wg_jw_begin_object(&w);
  wg_jw_member_int(&w, "seq", item->seq);
  wg_jw_member_time(&w, "at", item->at);
  wg_jw_member_str(&w, "kind", item->kind);
  if (item->incident) {
    wg_jw_key(&w, "incident");
    wg_write_incident(&w, p, item->incident, nameless ? WG_WRITE_NAMELESS : WG_WRITE_SUMMARY, "zh");
  } else {
    wg_jw_member_str(&w, "subject", subject);
  }
  wg_jw_end_object(&w);
  wg_feed_text *text = calloc(1, sizeof *text);
  if (text) {
    text->data = take(&data, &text->data_len);
    text->tiles = take(tiles, &text->tiles_len);
  } else {
    wg_buf_deinit(&data);
    wg_buf_deinit(tiles);
  }
  return text;
}

const wg_feed_text *wg_mark_text(const wg_picture *p, wg_feed_item *item, bool nameless) {
  _Atomic(wg_feed_text *) *slot = nameless && item->incident ? &item->nameless : &item->text;
  const wg_feed_text *text = atomic_load(slot);
  if (text || !item->incident) return text;
  wg_buf tiles;
  wg_buf_init(&tiles, TILES_TEXT_MAX);
  if (item->moved) write_moved(item, &tiles);
  return wg_feed_item_settle(slot, write_text(p, item, "", nameless, &tiles));
}

void wg_mark_change(void *ctx, const wg_picture *p, const wg_change *c, wg_feed_item *item) {
  wg_app *app = ctx;
  snprintf(item->event, sizeof item->event, "%s", message_of(c));
  if (c->now) {
    if (!c->replay)
      mark_point(app, WG_L_INCIDENTS, &wg_incident_points, c->was_on_map, c->was, c->is_on_map, c->now->at);
    return; /* wg_mark_text when somebody reads it */
  }
  wg_buf tiles;
  wg_buf_init(&tiles, TILES_TEXT_MAX);
  if (!c->replay && c->old_land)
    mark_land(app, p, c, &tiles);
  else if (!c->replay && strcmp(message_of(c), "staff") == 0)
    wg_tile_cache_touch_all(app->tiles, WG_L_WORKERS); /* their names */
  /* of people only that there was something: whoever sees the map reads this, also who sees no staff */
  const char *subject = strcmp(item->event, "staff") == 0 ? "staff" : c->subject;
  wg_feed_item_settle(&item->text, write_text(p, item, subject, false, &tiles));
}
