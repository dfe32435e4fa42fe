/* Files on their way: a full disk, a kill between two steps, two senders at once: never half a file. And the
 * trees that receipts climb. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/proof.h"
#include "engine/upload.h"

enum { SIZE = 300000 };
static char root[200];
static unsigned char bytes[SIZE];
static wg_arena arena;

static int up(void **state) {
  (void)state;
  char folder[] = "/tmp/wg-evidence-XXXXXX";
  assert_non_null(mkdtemp(folder));
  snprintf(root, sizeof root, "%s/db.files", folder);
  for (int i = 0; i < SIZE; i++) bytes[i] = (unsigned char)("wangge\n"[i % 7]);
  wg_arena_init(&arena);
  return wg_crypto_init() ? -1 : 0;
}
static int down(void **state) {
  (void)state;
  wg_files_drop(root);
  *strrchr(root, '/') = 0;
  rmdir(root);
  wg_arena_clear(&arena);
  return 0;
}

static wg_upload wanted(const char *id) {
  wg_upload x = {.account = 7, .id = id, .name = "a.txt", .type = "text/plain", .size = SIZE};
  wg_sha256(bytes, SIZE, x.sha);
  return x;
}
static void begin(wg_upload *x) {
  wg_err err = {0};
  bool fresh = false;
  if (wg_upload_begin(root, &arena, x, 1000, &fresh, &err)) fail_msg("%s", err.en);
}

static wg_status count_file(void *ctx, const char *path, const unsigned char *sha) {
  (void)path, (void)sha;
  ++*(int *)ctx;
  return WG_OK;
}
static int files(void) {
  int n = 0;
  wg_files_each(root, count_file, &n);
  return n;
}

static void a_full_disk_leaves_no_half_piece(void **state) {
  (void)state;
  wg_upload x = wanted("full");
  wg_err err = {0};
  struct rlimit was, small;
  begin(&x);
  assert_int_equal(wg_upload_piece(root, &x, 0, bytes, 100000, &err), WG_OK);
  signal(SIGXFSZ, SIG_IGN);
  getrlimit(RLIMIT_FSIZE, &was);
  small = (struct rlimit){.rlim_cur = 150000, .rlim_max = was.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small); /* as a disk that has room for half of the next piece */
  wg_status st = wg_upload_piece(root, &x, 100000, bytes + 100000, 100000, &err);
  setrlimit(RLIMIT_FSIZE, &was);
  assert_int_equal(st, WG_NO_SPACE);
  assert_true(err.en[0] && err.zh[0]);
  wg_upload is;
  assert_int_equal(wg_upload_find(root, &arena, 7, "full", 2000, &is, &err), WG_OK);
  assert_int_equal(is.offset, 100000);
  assert_int_equal(files(), 0); /* nothing that is not whole has a place */
  assert_int_equal(wg_upload_piece(root, &is, 100000, bytes + 100000, SIZE - 100000, &err), WG_OK);
  assert_true(is.complete);
  assert_int_equal(files(), 1);
}

static void what_was_cut_off_after_the_last_piece_is_finished(void **state) {
  (void)state;
  wg_upload x = wanted("cut"), is;
  wg_err err = {0};
  begin(&x);
  assert_int_equal(wg_upload_piece(root, &x, 0, bytes, SIZE - 1, &err), WG_OK);
  char path[WG_FILES_PATH]; /* as after a kill between the bytes and the name */
  unsigned char hash[WG_HASH_LEN];
  char hex[33];
  wg_hash("cut", 3, hash);
  wg_hex(hash, 16, hex);
  snprintf(path, sizeof path, "%s/uploads/7-%s.part", root, hex);
  FILE *f = fopen(path, "ab");
  assert_non_null(f);
  fwrite(bytes + SIZE - 1, 1, 1, f);
  fclose(f);
  assert_int_equal(wg_upload_find(root, &arena, 7, "cut", 2000, &is, &err), WG_OK);
  assert_int_equal(is.offset, SIZE);
  assert_false(is.complete);
  assert_int_equal(wg_upload_piece(root, &is, SIZE, "", 0, &err), WG_OK);
  assert_true(is.complete);
}

static bool nobody_needs(void *ctx, const unsigned char *sha) {
  (void)ctx, (void)sha;
  return false;
}

static void what_nobody_attached_goes_after_a_day(void **state) {
  (void)state;
  wg_upload x = wanted("stale"), is;
  wg_err err = {0};
  begin(&x);
  assert_int_equal(wg_upload_piece(root, &x, 0, bytes, SIZE, &err), WG_OK);
  wg_upload_sweep(root, 1000 + WG_UPLOAD_KEPT_MS, nobody_needs, NULL);
  assert_int_equal(files(), 1); /* somebody may be attaching it at this moment */
  assert_int_equal(wg_upload_find(root, &arena, 7, "stale", 2000 + WG_UPLOAD_KEPT_MS, &is, &err),
                   WG_NOT_FOUND);
  wg_upload_sweep(root, 1000 + WG_UPLOAD_KEPT_MS + 3601 * 1000, nobody_needs, NULL);
  assert_int_equal(files(), 0);
}

static void every_leaf_climbs_to_the_root_and_no_other_does(void **state) {
  (void)state;
  enum { MOST = 70 };
  wg_leaf leaf[MOST], top, path[WG_PATH_MOST];
  for (int i = 0; i < MOST; i++) wg_hash(&i, sizeof i, leaf[i]);
  for (int n = 1; n <= MOST; n++) {
    wg_merkle_root((const wg_leaf *)leaf, n, top);
    for (int i = 0; i < n; i++) {
      int k = wg_merkle_path((const wg_leaf *)leaf, n, i, path);
      assert_true(wg_merkle_leads(leaf[i], n, i, (const wg_leaf *)path, k, top));
      assert_false(wg_merkle_leads(leaf[(i + 1) % MOST], n, i, (const wg_leaf *)path, k, top));
      assert_false(wg_merkle_leads(leaf[i], n, i, (const wg_leaf *)path, k + 1, top));
      if (n > 1) assert_false(wg_merkle_leads(leaf[i], n, i ? i - 1 : 1, (const wg_leaf *)path, k, top));
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_full_disk_leaves_no_half_piece, up, down),
      cmocka_unit_test_setup_teardown(what_was_cut_off_after_the_last_piece_is_finished, up, down),
      cmocka_unit_test_setup_teardown(what_nobody_attached_goes_after_a_day, up, down),
      cmocka_unit_test_setup_teardown(every_leaf_climbs_to_the_root_and_no_other_does, up, down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
