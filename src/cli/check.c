/* wangge check: the whole database looked through; every fault is a line, and the first wrong event is named.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "engine/proof.h"
#include "engine/rebuild.h"
#include "store/sqlite.h"

static void print_fault(void *ctx, const char *en, const char *zh) {
  (void)ctx;
  wg_cli_say("%s", "%s", wg_cli_lang()[0] == 'z' ? zh : en);
}

static void print_result(const wg_check_report *r, const wg_store_head *head) {
  char hash[2 * WG_HASH_LEN + 1];
  wg_hex(head->hash, WG_HASH_LEN, hash);
  if (r->files || r->files_erased)
    wg_cli_say("%" PRId64 " files of incidents were looked through, %" PRId64 " were erased by events",
               "事件附件 %" PRId64 " 个已核对，%" PRId64 " 个已按日志删除", r->files, r->files_erased);
  if (r->erased)
    wg_cli_say("%" PRId64 " personal texts were erased by events", "有 %" PRId64 " 条个人信息已按日志删除",
               r->erased);
  if (r->first_bad_seq)
    wg_cli_say("NOT WHOLE: %d faults; the first wrong event is %" PRId64,
               "不完整：%d 处问题；首个有误的日志为 %" PRId64, r->problems, r->first_bad_seq);
  else if (r->problems)
    wg_cli_say("NOT WHOLE: %d faults", "不完整：%d 处问题", r->problems);
  else
    wg_cli_say("whole: %" PRId64 " events, the last is %" PRId64 " with hash %s",
               "完整：共 %" PRId64 " 条日志，末条为 %" PRId64 "，哈希 %s", r->events, head->seq, hash);
}

int wg_cmd_check(int argc, char **argv) {
  const char *db = NULL, *file = NULL, *none[1];
  bool rebuild = false;
  const wg_flag flags[] = {{"--db", &db, NULL, true},
                           {"--head", &file, NULL, false},
                           {"--rebuild", NULL, &rebuild, false},
                           {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, none, 0, &n, 0);
  if (bad) return bad;
  wg_err err = {0};
  wg_store *s = NULL;
  wg_check_report report = {0};
  wg_store_head head = {0};
  wg_head kept;
  wg_status st = file ? wg_head_read(file, &kept, &err) : WG_OK; /* told before minutes of work */
  /* Writable where it can be: indexes that lag are brought up first. */
  if (!st) st = wg_sqlite_open(db, access(db, W_OK) == 0, false, &s, &err);
  if (!st) st = s->check(s, &report, print_fault, NULL, &err);
  int64_t incidents = 0, older = 0, differ = 0;
  if (!st && rebuild) st = wg_rebuild_compare(s, print_fault, NULL, &incidents, &older, &differ, &err);
  report.problems += (int)differ;
  if (!st) st = s->head(s, &head, &err);
  wg_status held = !st && file ? wg_head_prove(s, &kept, &err) : WG_OK;
  if (s) s->close(s);
  if (st) return wg_cli_fail(&err, st);
  if (rebuild && !differ)
    wg_cli_say("%" PRId64 " incidents are what their events make", "%" PRId64 " 个事件与日志重建结果一致",
               incidents);
  if (older)
    wg_cli_say("%" PRId64 " incidents are older than such events, and were not rebuilt",
               "%" PRId64 " 个事件早于此类日志，未重建比对", older);
  print_result(&report, &head);
  if (held) return wg_cli_fail(&err, held);
  if (file) wg_cli_say("the head of event %" PRId64 " holds", "与第 %" PRId64 " 条日志的链头一致", kept.seq);
  return report.problems ? WG_EXIT_FAILED : WG_EXIT_OK;
}
