/* GET /api/v1/incidents/{id}/case-file: all of an incident as one document that prints, signed. Signed are
 * the bytes from the mark wangge:begin up to the mark wangge:end. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/paper.h"
#include "api/work.h"
#include "engine/proof.h"
#include "geo/lattice.h"
#include "media/sniff.h"

enum { BODY_MAX = 24 << 20, EVENTS_MOST = 1000, PHOTOS_MOST = 60 };

struct paper {
  wg_request *q;
  wg_store *store;
  wg_buf *b;
  const wg_picture *p;
  const char *lang;
  const wg_incident *i;
  wg_event *event;
  int n;
  int photos, files;
};

static const char *in(const struct paper *x, const char *zh, const char *en) {
  return wg_in(x->lang, zh, en);
}

/* --- facts ------------------------------------------------------------------------------------------------
 */

static void row_time(struct paper *x, const char *name, int64_t ms) {
  if (!ms) return;
  wg_buf_printf(x->b, "<tr><th>%s</th><td>", name);
  wg_html_time(x->b, x->p, ms);
  wg_buf_add_str(x->b, "</td></tr>");
}

static const char *grid_text(struct paper *x) {
  uint32_t index = 0;
  const wg_network *n = wg_picture_network(x->p, x->i->network, &index);
  uint32_t g = n && x->i->grid[0] ? wg_plan_find(&n->plan, x->i->grid) : WG_NO_INDEX;
  const char *name = g == WG_NO_INDEX ? "" : wg_name_pick(&x->q->arena, n->plan.grid[g].names, x->lang);
  if (!x->i->grid[0]) return NULL;
  return wg_arena_printf(&x->q->arena, "%s %s (%s %lld)", x->i->grid, name, in(x, "方案版本", "plan version"),
                         (long long)x->i->plan_version);
}

static void write_facts(struct paper *x) {
  const wg_incident *i = x->i;
  wg_arena *arena = &x->q->arena;
  const wg_category *c = wg_picture_category(x->p, i->category);
  const wg_staff *worker = i->responsible ? wg_roster_staff(&x->p->people->roster, i->responsible) : NULL;
  const wg_account *reporter = wg_picture_account(x->p, i->reporter);
  wg_buf_printf(x->b, "<h2>%s</h2><div class=\"facts\"><table>", in(x, "基本情况", "Facts"));
  wg_html_row(x->b, in(x, "状态", "State"), wg_state_title(i->state, x->lang));
  wg_html_row(x->b, in(x, "事项", "Category"), c ? wg_name_pick(arena, c->names, x->lang) : i->category);
  row_time(x, in(x, "发生时间", "Happened"), i->occurred_at);
  row_time(x, in(x, "收到时间", "Received"), i->received_at);
  row_time(x, in(x, "办结时间", "Closed"), i->closed_at);
  wg_html_row(x->b, in(x, "描述", "Description"),
              i->description ? i->description : in(x, "（已依法删除）", "(erased by law)"));
  wg_html_row(x->b, in(x, "上报人", "Reported by"), reporter ? reporter->name : NULL);
  wg_html_row(x->b, in(x, "网格", "Grid"), grid_text(x));
  wg_html_row(x->b, in(x, "责任人", "Responsible"), worker ? worker->name : NULL);
  if (i->has_position)
    wg_html_row(x->b, in(x, "坐标", "Position"),
                wg_arena_printf(arena, "%.7f, %.7f (WGS 84)", i->at.x / WG_LATTICE, i->at.y / WG_LATTICE));
  wg_buf_add_str(x->b, "</table><div>");
  wg_html_map(x->b, x->p, i, x->lang);
  wg_buf_add_str(x->b, "</div></div>");
}

/* --- the timeline -----------------------------------------------------------------------------------------
 */

static wg_status keep_event(void *ctx, const void *row) {
  struct paper *x = ctx;
  if (x->n < EVENTS_MOST) x->event[x->n++] = *(const wg_event *)row;
  return WG_OK;
}

static const char *field_title(const struct paper *x, const char *field) {
  static const struct {
    const char *field, *zh, *en;
  } all[] = {
      {"description", "描述", "Description"}, {"reason", "理由", "Reason"},    {"note", "说明", "Note"},
      {"opinion", "意见", "Opinion"},         {"name", "文件名", "File"},      {"place", "地点", "Place"},
      {"attributes", "要素", "Attributes"},   {"camera", "拍摄信息", "Camera"}};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    if (strcmp(all[k].field, field) == 0) return in(x, all[k].zh, all[k].en);
  return field;
}

static wg_status write_said(void *ctx, const void *row) {
  struct paper *x = ctx;
  const wg_private *p = row;
  if (strcmp(p->field, "description") == 0 || strcmp(p->field, "camera") == 0)
    return WG_OK; /* stand elsewhere */
  wg_buf_printf(x->b, "<p class=\"said%s\">%s: ", p->text ? "" : " gone", field_title(x, p->field));
  wg_html_text(x->b, p->text ? p->text : in(x, "（已依法删除）", "(erased by law)"));
  wg_buf_add_str(x->b, "</p>");
  return WG_OK;
}

static wg_status write_event(struct paper *x, const wg_event *e) {
  char hex[2 * WG_HASH_LEN + 1];
  const wg_account *actor = wg_picture_account(x->p, e->actor);
  wg_buf_add_str(x->b, "<tr><td>");
  wg_html_time(x->b, x->p, e->at);
  wg_buf_add_str(x->b, "</td><td><b>");
  wg_html_text(x->b, wg_event_title(e->kind, x->lang));
  wg_buf_add_str(x->b, "</b> ");
  wg_html_text(x->b, actor ? actor->name : in(x, "系统", "system"));
  wg_status st = x->store->privates_of(x->store, &x->q->arena, e->seq, write_said, x, &x->q->err);
  wg_hex(e->hash, WG_HASH_LEN, hex);
  wg_buf_printf(x->b, "<div class=\"hash\">#%" PRId64 " %s</div></td></tr>", e->seq, hex);
  return st;
}

static wg_status write_timeline(struct paper *x) {
  x->event = wg_arena_alloc(&x->q->arena, EVENTS_MOST * sizeof *x->event);
  if (!x->event) return WG_NO_MEMORY;
  wg_status st = x->store->events_of(x->store, &x->q->arena,
                                     wg_arena_printf(&x->q->arena, "incident/%" PRId64, x->i->id), 0,
                                     EVENTS_MOST, keep_event, x, &x->q->err);
  wg_buf_printf(x->b, "<h2>%s</h2><table class=\"line\">", in(x, "办理过程", "What was done"));
  for (int k = 0; !st && k < x->n; k++) st = write_event(x, &x->event[k]);
  wg_buf_add_str(x->b, "</table>");
  return st;
}

/* --- files ------------------------------------------------------------------------------------------------
 */

static void embed(struct paper *x, const wg_attachment *a) {
  char path[WG_FILES_PATH];
  wg_mapped m = {0};
  const wg_asker *asker = wg_asker_of(x->q);
  bool there = !a->erased_by && wg_media_is_image(a->media) && x->photos < PHOTOS_MOST &&
               !wg_photo_of(asker->app->config.files, a, "thumb", path, NULL) && !wg_map_file(path, &m, NULL);
  size_t size = m.n / 3 * 4 + 8;
  char *text = there ? wg_arena_alloc(&x->q->arena, size) : NULL;
  if (text) {
    x->photos++;
    wg_base64_plain(m.bytes, m.n, text, size);
    wg_buf_printf(x->b, "<img alt=\"\" src=\"data:image/jpeg;base64,");
    wg_buf_add_str(x->b, text);
    wg_buf_add_str(x->b, "\">");
  } else {
    wg_buf_printf(x->b, "<div class=\"file\">%s</div>",
                  a->erased_by ? in(x, "已依法删除", "erased by law") : a->media);
  }
  wg_unmap_file(&m);
}

/* How far from the report it was taken, in place and time. */
static void write_taken(struct paper *x, const wg_attachment *a) {
  wg_camera c;
  if (wg_camera_parse(&x->q->arena, a->camera, &c, NULL)) return;
  if (c.has_place && x->i->has_position)
    wg_buf_printf(x->b, "<br>%s %.0f m", in(x, "拍摄点距事发点", "taken from the spot"),
                  wg_geodesic_distance(c.where, x->i->at));
  if (!c.has_time) return;
  wg_buf_printf(x->b, "<br>%s ", in(x, "拍摄时间", "taken at"));
  wg_html_time(x->b, x->p, c.at);
}

static const char *kind_title(const struct paper *x, const char *kind) {
  static const struct {
    const char *kind, *zh, *en;
  } all[] = {{"before", "处置前", "before"},
             {"after", "处置后", "after"},
             {"scene", "现场", "scene"},
             {"audio", "录音", "audio"},
             {"file", "文件", "file"}};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    if (strcmp(all[k].kind, kind) == 0) return in(x, all[k].zh, all[k].en);
  return kind;
}

static wg_status write_file(void *ctx, const void *row) {
  struct paper *x = ctx;
  const wg_attachment *a = row;
  char hex[2 * WG_HASH_LEN + 1];
  if (x->files++ == 0) wg_buf_printf(x->b, "<h2>%s</h2><div class=\"photos\">", in(x, "附件", "Files"));
  wg_buf_add_str(x->b, "<figure>");
  embed(x, a);
  wg_buf_printf(x->b, "<figcaption><b>%s</b> ", kind_title(x, a->kind));
  wg_html_text(x->b, a->name);
  write_taken(x, a);
  wg_hex(a->sha, WG_HASH_LEN, hex);
  wg_buf_printf(x->b, "<div class=\"hash\">#%" PRId64 " " WG_SHA_NAME ":%s</div></figcaption></figure>",
                a->seq, hex);
  return wg_buf_status(x->b);
}

static wg_status write_files(struct paper *x) {
  wg_status st = x->store->attachments(x->store, &x->q->arena, x->i->id, write_file, x, &x->q->err);
  if (x->files) wg_buf_add_str(x->b, "</div>");
  return st;
}

/* --- the whole --------------------------------------------------------------------------------------------
 */

static const char begin_mark[] = "<!--wangge:begin-->", end_mark[] = "<!--wangge:end-->";

static void write_seal(struct paper *x, size_t from) {
  const unsigned char *secret = wg_asker_of(x->q)->app->config.secret;
  unsigned char signature[WG_SIGN_LEN], key[WG_SIGN_PUBLIC];
  char text[100], name[WG_KEY_NAME];
  if (wg_buf_status(x->b)) return;
  wg_sign(secret, x->b->data + from, x->b->len - from, signature);
  wg_sign_public(secret, key);
  wg_base64(signature, sizeof signature, text, sizeof text);
  wg_key_name(key, name);
  wg_buf_printf(
      x->b,
      "%s<div class=\"seal\" data-signature=\"%s\"><p><b>%s</b> Ed25519 · %s</p><p>%s</p><div "
      "class=\"hash\">%s</div></div></body></html>",
      end_mark, text, in(x, "电子签名", "Signature"), name,
      in(x,
         "对本文件两处标记之间的全部字节签名；保存此网页，用 wangge receipt --file 案卷.html 链头.json "
         "即可验证是否被改动。",
         "Over all bytes of this document between its two marks. Save the page, and prove that nothing was "
         "changed with: wangge receipt --file CASE.html HEAD.json"),
      text);
}

static wg_status write_all(struct paper *x) {
  wg_html_head(x->b, x->lang, x->i->number);
  size_t from = x->b->len;
  wg_buf_add_str(x->b, begin_mark);
  wg_buf_printf(x->b, "<header><h1>%s</h1><p>%s<br><b>", in(x, "事件案卷", "Case file"),
                in(x, "事件编号", "Number"));
  wg_html_text(x->b, x->i->number);
  wg_buf_printf(x->b, "</b><br>%s ", in(x, "生成时间", "as of"));
  wg_html_time(x->b, x->p, wg_asker_of(x->q)->now);
  wg_buf_add_str(x->b, "</p></header>");
  write_facts(x);
  wg_status st = write_timeline(x);
  if (!st) st = write_files(x);
  if (!st) write_seal(x, from);
  return st ? st : wg_buf_status(x->b);
}

wg_status wg_h_case_file(wg_request *q, wg_response *r) {
  struct paper x = {.q = q, .b = &r->body, .p = wg_asker_of(q)->picture, .lang = q->lang};
  wg_incident i;
  wg_status st = wg_not_nameless(q);
  if (!st) st = wg_find_incident(q, &x.store, &i);
  if (!st) st = wg_note_access(q, "case-file");
  if (st) return st;
  x.i = &i;
  r->body.max = BODY_MAX;
  st = write_all(&x);
  if (st) wg_buf_reset(&r->body);
  return st ? st : wg_html_answer(q, r);
}
