#include "engine/evidence.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/jw.h"
#include "base/time.h"
#include "media/exif.h"
#include "media/sniff.h"

bool wg_attachment_kind(const char *kind) {
  static const char *const kinds[] = {"before", "after", "scene", "audio", "file"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i], kind) == 0) return true;
  return false;
}

/* --- counting ---------------------------------------------------------------------------------------------
 */

struct count {
  int64_t since;
  int n;
};

static wg_status count_one(void *ctx, const void *row) {
  struct count *c = ctx;
  const wg_attachment *x = row;
  c->n += !x->erased_by && x->at >= c->since && wg_media_is_image(x->media) && strcmp(x->kind, "before") != 0;
  return WG_OK;
}

wg_status wg_evidence_photos(wg_store *s, wg_arena *a, int64_t incident, int64_t since, int *n, wg_err *err) {
  struct count c = {since, 0};
  wg_status st = s->attachments(s, a, incident, count_one, &c, err);
  *n = c.n;
  return st;
}

/* --- what the camera wrote --------------------------------------------------------------------------------
 */

/* A local time without its zone is in the organisation's. */
static bool moment(const wg_exif *e, const wg_zone *zone, int64_t *out) {
  char text[48];
  snprintf(text, sizeof text, "%s%s", e->time, e->has_zone ? "" : "Z");
  if (!e->has_time || !wg_time_parse(text, out)) return false;
  if (!e->has_zone) {
    int64_t utc = *out - wg_zone_local(zone, *out).offset * 1000ll;
    *out -= wg_zone_local(zone, utc).offset * 1000ll;
  }
  return true;
}

const char *wg_camera_read(wg_arena *arena, const wg_zone *zone, const char *root, const wg_upload *x) {
  char path[WG_FILES_PATH];
  wg_mapped m;
  wg_exif e;
  if (strcmp(x->type, "image/jpeg") != 0 || !wg_files_path(root, x->sha, path) || wg_map_file(path, &m, NULL))
    return NULL;
  bool some = wg_exif_read(m.bytes, m.n, &e);
  wg_unmap_file(&m);
  if (!some) return NULL;
  wg_buf b;
  wg_jw w;
  int64_t at = 0;
  wg_buf_init(&b, 400);
  wg_jw_init(&w, &b);
  wg_jw_begin_object(&w);
  if (moment(&e, zone, &at)) {
    wg_jw_member_int(&w, "at", at);
    wg_jw_member_bool(&w, "zone", e.has_zone);
  }
  if (e.has_place) {
    wg_jw_member_int(&w, "x", llround(e.lon * 1e7));
    wg_jw_member_int(&w, "y", llround(e.lat * 1e7));
  }
  wg_jw_end_object(&w);
  const char *out = wg_buf_status(&b) ? NULL : wg_arena_strdup(arena, wg_buf_str(&b));
  wg_buf_deinit(&b);
  return out;
}

/* --- attaching --------------------------------------------------------------------------------------------
 */

static wg_status unseen(const wg_attach *x, wg_err *err) {
  return wg_fail(err, WG_NOT_FOUND, "id",
                 WG_T("there is no incident %lld that you may see", "没有可查看的事件 %lld"),
                 (long long)x->incident);
}

/* Who sees it, and is its reporter, its centre, or of the hands that it is with. */
static wg_status may(const wg_attach *x, const wg_txn *txn, const char *const *orgs, wg_err *err) {
  const wg_picture *p = txn->picture;
  const wg_viewer *v = wg_picture_viewer(p, x->actor);
  const wg_areas *areas = &p->land->areas;
  const wg_incident *i = &x->about;
  wg_target t = {.area = i->area[0] ? wg_areas_find(areas, i->area) : WG_NO_INDEX,
                 .class_ = i->class_,
                 .reporter = i->reporter,
                 .responsible = i->responsible,
                 .orgs = orgs};
  if (!v || !wg_may(areas, v, WG_V_SEE_INCIDENT, &t, txn->now)) return unseen(x, err);
  bool mine = i->reporter && i->reporter == x->actor;
  if (!wg_nameless(v, txn->now) &&
      (mine || wg_may(areas, v, WG_V_DIRECT, &t, txn->now) || wg_may(areas, v, WG_V_WORK, &t, txn->now)))
    return WG_OK;
  return wg_fail(err, WG_FORBIDDEN, "",
                 WG_T("only who reported it, the centre and those it is with put files on an incident",
                      "只有上报人、指挥中心和承办人可以添加附件"));
}

static void seal(wg_jw *w, wg_private *p, int *n, const char *field, const char *text) {
  char hex[2 * WG_HASH_LEN + 1];
  if (!text) return;
  p[*n] = (wg_private){.field = field, .text = text};
  wg_private_seal(&p[*n]);
  wg_hex(p[*n].hash, WG_HASH_LEN, hex);
  wg_jw_member_str(w, field, hex);
  ++*n;
}

/* The hash of the file is not 64 bare digits: those would be content of the database (docs/event-log.md). */
static int write_body(const wg_attach *x, wg_jw *w, wg_private priv[3]) {
  char hex[2 * WG_HASH_LEN + 1], file[2 * WG_HASH_LEN + 20];
  int n = 0;
  wg_hex(x->upload->sha, WG_SHA_LEN, hex);
  snprintf(file, sizeof file, WG_SHA_NAME ":%s", hex);
  wg_jw_begin_object(w);
  seal(w, priv, &n, "camera", x->camera);
  wg_jw_member_str(w, "file", file);
  wg_jw_member_str(w, "kind", x->kind);
  wg_jw_member_str(w, "media", x->upload->type);
  seal(w, priv, &n, "name", x->upload->name);
  seal(w, priv, &n, "note", x->note);
  wg_jw_member_int(w, "size", x->upload->size);
  wg_jw_member_str(w, "state", wg_state_name(x->about.state));
  wg_jw_member_int(w, "version", x->about.version);
  wg_jw_end_object(w);
  return n;
}

static void fill(wg_attach *x, const wg_txn *txn) {
  const wg_upload *u = x->upload;
  x->result = (wg_attachment){.incident = x->incident,
                              .seq = x->about.seq,
                              .at = txn->now,
                              .account = x->actor,
                              .size = u->size,
                              .width = u->width,
                              .height = u->height,
                              .name = u->name,
                              .note = x->note,
                              .camera = x->camera};
  snprintf(x->result.kind, sizeof x->result.kind, "%s", x->kind);
  snprintf(x->result.media, sizeof x->result.media, "%s", u->type);
  memcpy(x->result.sha, u->sha, sizeof x->result.sha);
}

static wg_status write(wg_attach *x, wg_txn *txn, const char *const *orgs, wg_err *err) {
  wg_store *s = txn->store;
  wg_private priv[3];
  wg_buf body;
  wg_jw w;
  char subject[40];
  x->about.version++;
  wg_buf_init(&body, 4096);
  wg_jw_init(&w, &body);
  int n = write_body(x, &w, priv);
  snprintf(subject, sizeof subject, "incident/%" PRId64, x->incident);
  wg_status st = wg_buf_status(&body);
  if (!st)
    st = wg_txn_emit(txn, "incident.attached", subject, x->actor, wg_buf_str(&body), priv, n, &x->about.seq,
                     err);
  wg_buf_deinit(&body);
  if (!st) st = s->incident_update(s, &x->about, err);
  fill(x, txn);
  if (!st) st = s->attachment_put(s, &x->result, err);
  wg_deed deed = {.incident = x->incident, .seq = x->about.seq};
  memcpy(deed.hash, x->hash, sizeof deed.hash);
  if (!st) st = s->deed_put(s, x->actor, x->client_id, &deed, err);
  return st ? st : wg_txn_incident(txn, &x->about, orgs);
}

static wg_status tally(void *ctx, const void *row) {
  (void)row;
  ++*(int *)ctx;
  return WG_OK;
}

static wg_status has_room(const wg_attach *x, wg_txn *txn, wg_err *err) {
  int n = 0;
  wg_status st = txn->store->attachments(txn->store, txn->arena, x->incident, tally, &n, err);
  if (st || n < WG_ATTACHED_MOST) return st;
  return wg_fail_code(err, WG_UNPROCESSABLE, "too-many-attachments", "upload",
                      WG_T("this incident has %d files already", "该事件已有 %d 个附件"), n);
}

static wg_status repeat(wg_attach *x, wg_txn *txn, const wg_deed *before, wg_err *err) {
  x->repeated = true;
  if (before->incident == x->incident && memcmp(before->hash, x->hash, sizeof x->hash) == 0)
    return txn->store->attachment_of_event(txn->store, x->arena, before->seq, &x->result, err);
  return wg_fail_code(err, WG_UNPROCESSABLE, "client-id-reused", "client_id",
                      WG_T("client_id %.64s was used for another action; give this one its own",
                           "client_id %.64s 已用于另一操作，请换一个"),
                      x->client_id);
}

static wg_status run(wg_command *c, wg_txn *txn) {
  wg_attach *x = (wg_attach *)c;
  wg_store *s = txn->store;
  wg_deed before;
  const char *const *orgs = NULL;
  x->repeated = false;
  wg_status st = s->incident_get(s, x->arena, x->incident, &x->about, NULL);
  if (!st) st = s->incident_orgs(s, x->arena, x->incident, &orgs, &c->err);
  if (st == WG_NOT_FOUND) return unseen(x, &c->err);
  if (!st) st = may(x, txn, orgs, &c->err);
  if (st) return st;
  st = s->deed_get(s, x->actor, x->client_id, &before, NULL);
  if (!st) return repeat(x, txn, &before, &c->err);
  if (st != WG_NOT_FOUND) return st;
  st = has_room(x, txn, &c->err);
  if (!st && !(x->upload && x->upload->complete && wg_files_has(x->root, x->upload->sha, x->upload->size)))
    st = wg_fail_code(&c->err, WG_UNPROCESSABLE, "upload-incomplete", "upload",
                      WG_T("this upload is not whole yet", "该上传尚未完成"));
  return st ? st : write(x, txn, orgs, &c->err);
}

wg_status wg_attach_do(wg_engine *e, wg_attach *x, wg_err *err) {
  x->command.run = run;
  wg_status st = wg_engine_do(e, &x->command);
  if (st) *err = x->command.err;
  return st;
}
