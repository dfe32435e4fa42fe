/* Files on incidents: put on, listed, given out, and taken away on a legal basis. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "api/app.h"
#include "api/work.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/evidence.h"
#include "geo/lattice.h"
#include "media/photo.h"
#include "media/sniff.h"

enum { NOTE_MAX = 2000 };

/* --- writing ----------------------------------------------------------------------------------------------
 */

/* What the camera wrote, and how far from the report that was, in place and time. */
static wg_status write_camera(wg_request *q, wg_jw *w, const wg_attachment *x, const wg_incident *i) {
  wg_camera c;
  wg_status st = wg_camera_parse(&q->arena, x->camera, &c, &q->err);
  wg_jw_key(w, "camera");
  if (st || !(c.has_time || c.has_place)) {
    wg_jw_null(w);
    return st;
  }
  wg_jw_begin_object(w);
  wg_write_time(w, "at", c.has_time ? c.at : 0);
  wg_jw_key(w, "before_report_s");
  if (c.has_time)
    wg_jw_int(w, (i->received_at - c.at) / 1000);
  else
    wg_jw_null(w);
  wg_jw_key(w, "lon");
  if (c.has_place)
    wg_jw_degrees(w, c.where.x);
  else
    wg_jw_null(w);
  wg_jw_key(w, "lat");
  if (c.has_place)
    wg_jw_degrees(w, c.where.y);
  else
    wg_jw_null(w);
  wg_jw_key(w, "distance_m");
  if (c.has_place && i->has_position)
    wg_jw_num(w, wg_geodesic_distance(c.where, i->at), 0);
  else
    wg_jw_null(w);
  wg_jw_end_object(w);
  return WG_OK;
}

wg_status wg_camera_parse(wg_arena *arena, const char *text, wg_camera *out, wg_err *err) {
  wg_json *o = NULL;
  int64_t x = 0, y = 0;
  *out = (wg_camera){0};
  if (!text) return WG_OK;
  wg_status st = wg_json_parse_object(arena, text, strlen(text), &o, err);
  if (st) return st;
  out->has_time = wg_json_has(o, "at");
  out->has_place = wg_json_has(o, "x") && wg_json_has(o, "y");
  st = wg_json_int(o, "at", WG_OPTIONAL, INT64_MIN, INT64_MAX, &out->at, err);
  if (!st) st = wg_json_int(o, "x", WG_OPTIONAL, INT32_MIN, INT32_MAX, &x, err);
  if (!st) st = wg_json_int(o, "y", WG_OPTIONAL, INT32_MIN, INT32_MAX, &y, err);
  out->where = (wg_pt){(int32_t)x, (int32_t)y};
  return st;
}

static wg_status write_attachment(wg_request *q, wg_jw *w, const wg_attachment *x, const wg_incident *i) {
  const wg_account *by = wg_picture_account(wg_asker_of(q)->picture, x->account);
  char hex[2 * WG_HASH_LEN + 1], hash[2 * WG_HASH_LEN + 20];
  wg_hex(x->sha, WG_HASH_LEN, hex);
  snprintf(hash, sizeof hash, WG_SHA_NAME ":%s", hex);
  wg_jw_begin_object(w);
  wg_write_id(w, "id", x->id);
  wg_write_id(w, "incident", x->incident);
  wg_jw_member_int(w, "seq", x->seq);
  wg_jw_member_time(w, "at", x->at);
  wg_jw_key(w, "by");
  if (by) {
    wg_jw_begin_object(w);
    wg_write_id(w, "id", by->id);
    wg_jw_member_str(w, "name", by->name);
    wg_jw_end_object(w);
  } else {
    wg_jw_null(w);
  }
  wg_jw_member_str(w, "kind", x->kind);
  wg_jw_member_str(w, "type", x->media);
  wg_jw_member_int(w, "size", x->size);
  wg_jw_member_int(w, "width", x->width);
  wg_jw_member_int(w, "height", x->height);
  wg_jw_member_str(w, "hash", hash);
  wg_jw_member_str(w, "name", x->name);
  wg_jw_member_str(w, "note", x->note);
  wg_jw_member_bool(w, "erased", x->erased_by != 0);
  wg_status st = write_camera(q, w, x, i);
  wg_jw_end_object(w);
  return st;
}

/* --- putting on -------------------------------------------------------------------------------------------
 */

static wg_status read_body(wg_request *q, wg_attach *x, const char **upload) {
  static const char *const names[] = {"upload", "kind", "note", "client_id", NULL};
  wg_json *body = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, names, &q->err);
  if (!st) st = wg_json_str(body, "upload", WG_REQUIRED, WG_UPLOAD_ID, upload, &q->err);
  if (!st) st = wg_json_str(body, "kind", WG_REQUIRED, 15, &x->kind, &q->err);
  if (!st) st = wg_json_str(body, "note", WG_OPTIONAL, NOTE_MAX, &x->note, &q->err);
  if (!st) st = wg_json_str(body, "client_id", WG_REQUIRED, 64, &x->client_id, &q->err);
  if (!st && !wg_attachment_kind(x->kind))
    st = wg_fail(
        &q->err, WG_INVALID, "kind",
        WG_T("kind is before, after, scene, audio or file", "kind 应为 before、after、scene、audio 或 file"));
  if (!st && !*x->client_id)
    st = wg_fail(&q->err, WG_INVALID, "client_id", WG_T("client_id is empty", "client_id 为空"));
  if (st) return st;
  if (x->note && !*x->note) x->note = NULL;
  const char *canonical = wg_json_dump(&q->arena, body);
  if (!canonical) return WG_NO_MEMORY;
  wg_hash(canonical, strlen(canonical), x->hash);
  return WG_OK;
}

static wg_status fits(wg_request *q, const wg_attach *x, const wg_upload *u) {
  bool photo = strcmp(x->kind, "audio") != 0 && strcmp(x->kind, "file") != 0;
  bool film = strncmp(u->type, "video/", 6) == 0;
  if (photo ? wg_media_is_image(u->type) || film
            : strcmp(x->kind, "audio") != 0 || wg_media_is_audio(u->type))
    return WG_OK;
  return wg_fail_code(&q->err, WG_UNPROCESSABLE, "kind-mismatch", "kind",
                      WG_T("a file of type %s cannot be of kind %s", "%s 类型的文件不能作为 %s"), u->type,
                      x->kind);
}

wg_status wg_h_attach(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_store *store = NULL;
  wg_incident i;
  wg_upload u = {0};
  const char *upload = NULL;
  wg_attach x = {.actor = a->viewer->account, .root = a->app->config.files, .arena = &q->arena};
  wg_status st = wg_not_nameless(q);
  if (!st) st = wg_find_incident(q, &store, &i);
  if (!st) st = read_body(q, &x, &upload);
  if (st) return st;
  x.incident = i.id;
  st = wg_upload_find(x.root, &q->arena, x.actor, upload, a->now, &u, &q->err);
  if (!st) st = fits(q, &x, &u);
  if (!st) x.camera = wg_camera_read(&q->arena, a->picture->settings->zone, x.root, &u);
  if (st && st != WG_NOT_FOUND) return st;
  x.upload = st ? NULL : &u; /* expired meanwhile: it may still be the repetition of one that was taken */
  wg_err gone = q->err;
  st = wg_attach_do(atomic_load(&a->app->engine), &x, &q->err);
  if (st == WG_UNPROCESSABLE && !x.upload) q->err = gone, st = WG_NOT_FOUND;
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  st = write_attachment(q, &w, &x.result, &i);
  return st ? st : wg_answer(r, x.repeated ? 200 : 201);
}

/* --- giving out -------------------------------------------------------------------------------------------
 */

struct listing {
  wg_request *q;
  wg_jw w;
  const wg_incident *about;
};

static wg_status list_one(void *ctx, const void *row) {
  struct listing *l = ctx;
  return write_attachment(l->q, &l->w, row, l->about);
}

wg_status wg_h_attachments(wg_request *q, wg_response *r) {
  struct listing l = {.q = q};
  wg_store *store = NULL;
  wg_incident i;
  wg_status st = wg_not_nameless(q);
  if (!st) st = wg_find_incident(q, &store, &i);
  if (st) return st;
  l.about = &i;
  r->body.max = 4u << 20;
  wg_jw_init(&l.w, &r->body);
  wg_jw_begin_object(&l.w);
  wg_jw_key(&l.w, "items");
  wg_jw_begin_array(&l.w);
  st = store->attachments(store, &q->arena, i.id, list_one, &l, &q->err);
  wg_jw_end_array(&l.w);
  wg_jw_member_str(&l.w, "next", NULL);
  wg_jw_end_object(&l.w);
  if (st) wg_buf_reset(&r->body);
  return st ? st : wg_answer(r, 200);
}

/* The attachment that the path names, of an incident that the asker may see. */
static wg_status find(wg_request *q, wg_attachment *x) {
  wg_asker *a = wg_asker_of(q);
  wg_store *store = NULL;
  wg_incident i;
  const char *const *orgs = NULL;
  int64_t id = 0;
  wg_status st = wg_not_nameless(q);
  if (!st) st = wg_mine_store(q->pool_mine, &store, &q->err);
  if (!st && !(wg_text_int(q->param[0], &id) && id > 0)) st = WG_NOT_FOUND;
  if (!st) st = store->attachment_get(store, &q->arena, id, x, &q->err);
  if (!st) st = store->incident_get(store, &q->arena, x->incident, &i, &q->err);
  if (!st) st = store->incident_orgs(store, &q->arena, i.id, &orgs, &q->err);
  if (!st && !wg_may_see(a->picture, a->viewer, &i, orgs, a->now)) st = WG_NOT_FOUND;
  if (st == WG_NOT_FOUND)
    return wg_fail(&q->err, WG_NOT_FOUND, "id",
                   WG_T("there is no file %.20s that you may see", "没有可查看的附件 %.20s"), q->param[0]);
  if (!st && x->erased_by)
    return wg_fail_code(&q->err, WG_NOT_FOUND, "erased", "id",
                        WG_T("this file was erased (event %lld)", "该附件已依法删除（日志 %lld）"),
                        (long long)x->erased_by);
  return st;
}

/* Letters and digits as they are, the rest in percent: what a header can hold. */
static char *header_name(wg_arena *arena, const char *name) {
  char *out = wg_arena_alloc(arena, 3 * strlen(name) + 1), *p = out;
  for (; out && *name; name++) {
    unsigned char c = (unsigned char)*name;
    if (c < 128 &&
        (strchr("._-", c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
      *p++ = (char)c;
    else
      p += sprintf(p, "%%%02X", c);
  }
  return out;
}

static wg_status give(wg_request *q, wg_response *r, const wg_attachment *x, const char *path,
                      const char *type, const char *size) {
  char hex[2 * WG_HASH_LEN + 1];
  const char *name = header_name(&q->arena, x->name ? x->name : "file");
  wg_hex(x->sha, 16, hex);
  char *etag = wg_arena_printf(&q->arena, "\"%.32s-%s\"", hex, size);
  char *how = name ? wg_arena_printf(
                         &q->arena, "%s; filename*=UTF-8''%s",
                         wg_media_is_image(type) || wg_media_is_audio(type) ? "inline" : "attachment", name)
                   : NULL;
  if (!etag || !how || !(r->file = wg_arena_strdup(&q->arena, path))) return WG_NO_MEMORY;
  wg_response_header(q, r, "ETag", etag);
  wg_response_header(q, r, "Cache-Control", "private, no-cache");
  wg_response_header(q, r, "Content-Disposition", how);
  wg_response_header(q, r, "Content-Security-Policy", "default-src 'none'; sandbox");
  r->type = type;
  r->no_compress = true;
  return WG_OK;
}

wg_status wg_photo_of(const char *root, const wg_attachment *x, const char *size, char out[WG_FILES_PATH],
                      wg_err *err) {
  char path[WG_FILES_PATH], folder[WG_FILES_PATH];
  struct stat there;
  wg_mapped m;
  wg_buf b;
  if (!wg_media_is_image(x->media))
    return wg_fail_code(err, WG_UNPROCESSABLE, "no-picture", "size",
                        WG_T("this file is no picture", "该附件不是图片"));
  wg_thumb_path(root, x->sha, size, out);
  if (stat(out, &there) == 0) return WG_OK;
  if (!wg_files_path(root, x->sha, path)) return WG_TOO_LARGE;
  wg_status st = wg_map_file(path, &m, err);
  if (st) return st;
  wg_buf_init(&b, 8u << 20);
  st = wg_photo_small(m.bytes, m.n, strcmp(size, "thumb") == 0 ? WG_PHOTO_THUMB : WG_PHOTO_PUBLIC, &b, err);
  wg_unmap_file(&m);
  snprintf(folder, sizeof folder, "%.4200s/small", root);
  mkdir(folder, 0700);
  if (!st) st = wg_write_whole(out, b.data, b.len, 0600, err);
  wg_buf_deinit(&b);
  return st;
}

wg_status wg_h_attachment(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_attachment x;
  char path[WG_FILES_PATH];
  const char *root = a->app->config.files, *size = wg_request_query(q, "size");
  if (size && strcmp(size, "thumb") != 0 && strcmp(size, "public") != 0)
    return wg_fail(&q->err, WG_INVALID, "size", WG_T("size is thumb or public", "size 应为 thumb 或 public"));
  wg_status st = find(q, &x);
  if (st) return st;
  if (size) {
    st = wg_photo_of(root, &x, size, path, &q->err);
    return st ? st : give(q, r, &x, path, "image/jpeg", size);
  }
  st = wg_note_access(q, "read-file");
  if (!st && !wg_files_path(root, x.sha, path)) st = WG_TOO_LARGE;
  return st ? st : give(q, r, &x, path, wg_arena_strdup(&q->arena, x.media), "whole");
}

/* --- taking away ------------------------------------------------------------------------------------------
 */

static wg_status read_ids(wg_request *q, const wg_json *body, wg_erase *x) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(body, "attachments", WG_OPTIONAL, WG_ERASE_FILES, &list, &q->err);
  for (size_t i = 0; !st && list && i < wg_json_len(list); i++) {
    const char *text = wg_json_text(wg_json_at(list, i));
    if (!text || !wg_text_int(text, &x->file[x->n_files++]))
      st = wg_fail(&q->err, WG_INVALID, "attachments",
                   WG_T("attachments lists ids of files, as texts", "attachments 应为附件标识的列表"));
  }
  return st;
}

static wg_status read_erase(wg_request *q, wg_erase *x) {
  static const char *const names[] = {"fields", "attachments", "basis", NULL};
  wg_json *body = NULL, *list = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, names, &q->err);
  if (!st) st = wg_json_str(body, "basis", WG_REQUIRED, 500, &x->basis, &q->err);
  if (!st) st = wg_json_arr(body, "fields", WG_OPTIONAL, WG_ERASE_FIELDS, &list, &q->err);
  for (size_t i = 0; !st && list && i < wg_json_len(list); i++) {
    const char *text = wg_json_text(wg_json_at(list, i));
    if (text && strlen(text) < 64)
      x->field[x->n_fields++] = text;
    else
      st = wg_fail(
          &q->err, WG_INVALID, "fields",
          WG_T("fields lists names like description, reason, note", "fields 应为字段名列表，如 description"));
  }
  return st ? st : read_ids(q, body, x);
}

wg_status wg_h_erase(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_erase *x = wg_arena_alloc(&q->arena, sizeof *x);
  if (!x) return WG_NO_MEMORY;
  wg_erase_command c = {.actor = a->viewer->account, .erase = x, .arena = &q->arena};
  wg_status st = read_erase(q, x);
  if (!st && !(wg_text_int(q->param[0], &x->incident) && x->incident > 0))
    st = wg_fail(&q->err, WG_NOT_FOUND, "id", WG_T("there is no incident %.20s", "没有事件 %.20s"),
                 q->param[0]);
  if (!st) st = wg_erase_do(atomic_load(&a->app->engine), &c, &q->err);
  if (st) return st;
  wg_erase_finish(x, a->app->config.files);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_int(&w, "texts", x->erased);
  wg_jw_member_int(&w, "files", x->erased_files);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}
