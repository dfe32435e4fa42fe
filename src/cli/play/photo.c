/* A picture of what was done, sent as a phone would: in pieces, then put on the incident. */
#include <inttypes.h>
#include <stdio.h>

#include "base/crypto.h"
#include "base/jw.h"
#include "cli/play/play.h"
#include "media/photo.h"

enum { PIECE = 512 * 1024, PICTURE_MAX = 2 << 20 };

static int begin(play *p, const char *token, const char *id, const wg_buf *picture) {
  unsigned char hash[WG_HASH_LEN];
  char hex[2 * WG_HASH_LEN + 1];
  wg_buf body;
  wg_jw w;
  wg_sha256(picture->data, picture->len, hash);
  wg_hex(hash, WG_HASH_LEN, hex);
  wg_buf_init(&body, PLAY_BODY_MAX);
  wg_jw_init(&w, &body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "id", id);
  wg_jw_member_int(&w, "size", (int64_t)picture->len);
  wg_jw_member_str(&w, "hash", hex);
  wg_jw_member_str(&w, "name", "现场照片.jpg");
  wg_jw_member_str(&w, "type", "image/jpeg");
  wg_jw_end_object(&w);
  int code = play_call(p->link, token, "/api/v1/uploads", wg_buf_str(&body));
  wg_buf_deinit(&body);
  return code;
}

static int send(play *p, const char *token, const char *id, const wg_buf *picture) {
  char path[160];
  int code = 200;
  for (size_t at = 0; code == 200 && at < picture->len; at += PIECE) {
    size_t n = picture->len - at < PIECE ? picture->len - at : PIECE;
    snprintf(path, sizeof path, "/api/v1/uploads/%s?offset=%zu", id, at);
    code = play_put(p->link, token, path, picture->data + at, n);
  }
  return code;
}

static int put_on(play *p, const char *token, const char *id, const char *incident) {
  char path[80];
  wg_buf body;
  wg_jw w;
  snprintf(path, sizeof path, "/api/v1/incidents/%s/attachments", incident);
  wg_buf_init(&body, PLAY_BODY_MAX);
  wg_jw_init(&w, &body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "upload", id);
  wg_jw_member_str(&w, "kind", "after");
  wg_jw_member_str(&w, "client_id", id);
  wg_jw_end_object(&w);
  int code = play_call(p->link, token, path, wg_buf_str(&body));
  wg_buf_deinit(&body);
  return code;
}

int play_photo(play *p, const char *token, const char *incident) {
  char id[64];
  wg_buf picture;
  wg_buf_init(&picture, PICTURE_MAX);
  snprintf(id, sizeof id, "play-%" PRIx64 "-p%" PRIu64, p->session, ++p->serial);
  int code = wg_photo_drawn(p->session + p->serial, &picture) ? 200 : begin(p, token, id, &picture);
  if (code == 201) code = send(p, token, id, &picture);
  if (code == 200 && picture.len) code = put_on(p, token, id, incident);
  wg_buf_deinit(&picture);
  return play_later(code) || code == 401 ? code : 200; /* what is refused is left to people */
}
