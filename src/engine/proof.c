/* Keys and Merkle trees. */
#include "engine/proof.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Another process may make it at the same moment: the first name wins. */
static wg_status make_key(const char *path, wg_err *err) {
  unsigned char secret[WG_SIGN_SECRET];
  char tmp[WG_FILES_PATH];
  snprintf(tmp, sizeof tmp, "%.4200s.made-%d", path, (int)getpid());
  wg_sign_key_new(secret);
  wg_status st = wg_write_whole(tmp, secret, sizeof secret, 0600, err);
  if (!st && link(tmp, path) != 0 && errno != EEXIST) st = wg_files_fail(path, errno, err);
  unlink(tmp);
  memset(secret, 0, sizeof secret);
  return st;
}

wg_status wg_key_load(const char *db, unsigned char secret[WG_SIGN_SECRET], wg_err *err) {
  char path[WG_FILES_PATH];
  if (snprintf(path, sizeof path, "%s.key", db) >= (int)sizeof path - 40)
    return wg_files_fail(db, ENAMETOOLONG, err);
  wg_status st = access(path, F_OK) == 0 ? WG_OK : make_key(path, err);
  if (st) return st;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  ssize_t n = fd >= 0 ? read(fd, secret, WG_SIGN_SECRET) : -1;
  int code = fd < 0 ? errno : 0;
  if (fd >= 0) close(fd);
  if (code) return wg_files_fail(path, code, err);
  if (n == WG_SIGN_SECRET) return WG_OK;
  return wg_fail(
      err, WG_CORRUPT, "",
      WG_T("%s is no signing key; move it away, and another is made", "%s 不是签名密钥；移走后将重新生成"),
      path);
}

void wg_key_name(const unsigned char key[WG_SIGN_PUBLIC], char out[WG_KEY_NAME]) {
  wg_leaf hash;
  char hex[33];
  wg_hash(key, WG_SIGN_PUBLIC, hash);
  wg_hex(hash, 16, hex);
  for (int i = 0; i < 8; i++) snprintf(out + 5 * i, 6, "%.4s%s", hex + 4 * i, i < 7 ? " " : "");
}

/* --- Merkle -----------------------------------------------------------------------------------------------
 */

static void hash_leaf(const wg_leaf leaf, wg_leaf out) {
  unsigned char bytes[1 + WG_HASH_LEN] = {0};
  memcpy(bytes + 1, leaf, WG_HASH_LEN);
  wg_hash(bytes, sizeof bytes, out);
}

static void hash_node(const wg_leaf left, const wg_leaf right, wg_leaf out) {
  unsigned char bytes[1 + 2 * WG_HASH_LEN] = {1};
  memcpy(bytes + 1, left, WG_HASH_LEN);
  memcpy(bytes + 1 + WG_HASH_LEN, right, WG_HASH_LEN);
  wg_hash(bytes, sizeof bytes, out);
}

/* The largest power of two below n: where a tree is parted. n ≥ 2; its depth is the logarithm of n. */
static int64_t split(int64_t n) {
  int64_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

void wg_merkle_root(const wg_leaf *leaf, int64_t n, wg_leaf out) {
  wg_leaf left, right;
  if (n <= 0) {
    wg_hash("", 0, out);
  } else if (n == 1) {
    hash_leaf(leaf[0], out);
  } else {
    int64_t k = split(n);
    wg_merkle_root(leaf, k, left);
    wg_merkle_root(leaf + k, n - k, right);
    hash_node(left, right, out);
  }
}

int wg_merkle_path(const wg_leaf *leaf, int64_t n, int64_t index, wg_leaf path[WG_PATH_MOST]) {
  if (n < 2) return 0;
  int64_t k = split(n);
  bool left = index < k;
  int below = left ? wg_merkle_path(leaf, k, index, path) : wg_merkle_path(leaf + k, n - k, index - k, path);
  if (below >= WG_PATH_MOST) return below;
  if (left)
    wg_merkle_root(leaf + k, n - k, path[below]);
  else
    wg_merkle_root(leaf, k, path[below]);
  return below + 1;
}

static bool climb(const wg_leaf leaf, int64_t n, int64_t index, const wg_leaf *path, int n_path,
                  wg_leaf out) {
  if (n < 2) {
    hash_leaf(leaf, out);
    return n == 1 && n_path == 0;
  }
  if (n_path < 1) return false;
  int64_t k = split(n);
  wg_leaf below;
  bool left = index < k;
  if (!climb(leaf, left ? k : n - k, left ? index : index - k, path, n_path - 1, below)) return false;
  if (left)
    hash_node(below, path[n_path - 1], out);
  else
    hash_node(path[n_path - 1], below, out);
  return true;
}

bool wg_merkle_leads(const wg_leaf leaf, int64_t n, int64_t index, const wg_leaf *path, int n_path,
                     const wg_leaf root) {
  wg_leaf is;
  return index >= 0 && index < n && n < (int64_t)1 << 40 && climb(leaf, n, index, path, n_path, is) &&
         memcmp(is, root, WG_HASH_LEN) == 0;
}
