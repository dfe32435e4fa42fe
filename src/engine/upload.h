/* Files on their way: in pieces, under an id of the sender's own, and known as content only when they are
 * whole and what they claim to be. All of it is disk work: for pool threads. */
#ifndef WG_ENGINE_UPLOAD_H
#define WG_ENGINE_UPLOAD_H

#include "base/arena.h"
#include "base/files.h"

enum {
  WG_UPLOAD_ID = 64,
  WG_UPLOAD_NAME = 200,
  WG_UPLOAD_PIECE = 1 << 20,           /* bytes of one piece at most */
  WG_UPLOADS_OPEN = 20,                /* unfinished ones of one account */
  WG_UPLOADS_OPEN_MB = 200,            /* and their declared sizes together */
  WG_UPLOAD_KEPT_MS = 24 * 3600 * 1000 /* an upload is forgotten so long after it was begun */
};

typedef struct wg_upload {
  int64_t account;
  const char *id, *name, *type; /* of the sender; type: "image/jpeg" */
  int64_t size;
  unsigned char sha[WG_SHA_LEN];
  int64_t begun;
  int64_t offset;         /* bytes that are on the disk for good */
  bool complete;          /* hash and type were checked, and the file lies in its place */
  uint32_t width, height; /* once complete, of a picture */
} wg_upload;

/* Makes it, or finds what is there of it: x->offset, x->complete. Again with another size, hash, name or
 * type: WG_UNPROCESSABLE "upload-id-reused". WG_THROTTLED: too much is unfinished. */
wg_status wg_upload_begin(const char *root, wg_arena *arena, wg_upload *x, int64_t now, bool *fresh,
                          wg_err *err);
/* WG_NOT_FOUND: none of this account, or expired. */
wg_status wg_upload_find(const char *root, wg_arena *arena, int64_t account, const char *id, int64_t now,
                         wg_upload *out, wg_err *err);
/* Puts a piece where it belongs: offset must be where the last one ended (else WG_CONFLICT "wrong-offset"; a
 * piece that is there already is acknowledged). On the disk when it returns. The last one: hash and type are
 * checked (WG_UNPROCESSABLE "hash-mismatch", "type-mismatch": it is then gone), the file takes its place. */
wg_status wg_upload_piece(const char *root, wg_upload *x, int64_t offset, const void *bytes, size_t n,
                          wg_err *err);
/* Forgets what has expired; a file that came whole and that needed() does not know goes too. */
void wg_upload_sweep(const char *root, int64_t now,
                     bool (*needed)(void *ctx, const unsigned char sha[WG_SHA_LEN]), void *ctx);
/* Forgets all uploads of this very file: it is erased. */
void wg_upload_forget(const char *root, const unsigned char sha[WG_SHA_LEN]);

/* Smaller copies of a photo are kept as ROOT/small/HASH-SIZE.jpg: they can be made again. */
void wg_thumb_path(const char *root, const unsigned char sha[WG_SHA_LEN], const char *size,
                   char out[WG_FILES_PATH]);
void wg_thumbs_remove(const char *root, const unsigned char sha[WG_SHA_LEN]);

#endif
