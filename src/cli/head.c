/* wangge head: the head of the log as a signed line, to be kept elsewhere. wangge receipt: a receipt or a
 * case file proved without the database. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "cli/cli.h"
#include "engine/proof.h"
#include "store/sqlite.h"

/* Covers what has happened since the last daily head. */
static wg_status make(const char *db, wg_buf *line, wg_head *h, wg_err *err) {
  wg_store *s = NULL;
  wg_store_head now = {0};
  wg_head last = {0};
  unsigned char secret[WG_SIGN_SECRET];
  wg_status st = wg_sqlite_open(db, false, false, &s, err);
  if (!st) st = s->read_begin(s, err);
  if (!st) st = s->head(s, &now, err);
  if (!st && now.seq < 1) st = wg_fail(err, WG_UNPROCESSABLE, "db", WG_T("the log is empty", "日志为空"));
  if (!st && wg_heads_find(db, 0, &last, NULL)) last.seq = 0;
  if (last.seq >= now.seq) last.seq = now.seq - 1;
  if (!st) st = wg_head_make(s, last.seq + 1, now.seq, h, err);
  if (s) s->read_end(s);
  if (s) s->close(s);
  if (!st) st = wg_key_load(db, secret, err);
  if (!st) st = wg_head_write(h, secret, line);
  return st;
}

int wg_cmd_head(int argc, char **argv) {
  const char *db = NULL, *out = NULL, *none[1];
  const wg_flag flags[] = {
      {"--db", &db, NULL, true}, {"--out", &out, NULL, false}, {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, none, 0, &n, 0);
  if (bad) return bad;
  wg_err err = {0};
  wg_buf line;
  wg_head h;
  wg_buf_init(&line, 4096);
  wg_status st = make(db, &line, &h, &err);
  if (!st && out) st = wg_write_whole(out, line.data, line.len, 0644, &err);
  if (!st && !out) fwrite(line.data, 1, line.len, stdout);
  wg_buf_deinit(&line);
  if (st) return wg_cli_fail(&err, st);
  if (out)
    wg_cli_say("event %" PRId64 " is the last; its hash is in %s",
               "末条日志为第 %" PRId64 " 条，哈希已写入 %s", h.seq, out);
  return WG_EXIT_OK;
}

/* --- receipts ---------------------------------------------------------------------------------------------
 */

enum { HEADS = 400 };

static void tell(const wg_receipt *r) {
  char at[WG_TIME_LEN], hex[2 * WG_HASH_LEN + 1];
  wg_time_format(r->at, at);
  wg_hex(r->hash, WG_HASH_LEN, hex);
  wg_cli_say("incident %s was filed at %s as event %" PRId64 " with hash %s",
             "事件 %s 于 %s 登记为第 %" PRId64 " 条日志，哈希 %s", r->number, at, r->seq, hex);
}

/* Signed by whose heads these are, and in the one that it names. */
static int prove(const wg_receipt *r, const wg_head *head, int n) {
  const wg_head *by = NULL, *in = NULL, *named = NULL;
  char name[WG_KEY_NAME];
  for (int i = 0; i < n; i++) {
    if (wg_receipt_signed_by(r, head[i].key)) by = &head[i];
    if (r->date[0] && strcmp(r->date, head[i].date) == 0) named = &head[i];
    if (wg_receipt_in(r, &head[i])) in = &head[i];
  }
  if (!by) {
    wg_cli_say("NOT PROVED: no key of these heads has signed it", "不成立：所给链头的密钥均未签署此回执");
    return WG_EXIT_FAILED;
  }
  wg_key_name(by->key, name);
  wg_cli_say("signed by the key %s", "由密钥 %s 签署", name);
  if (in)
    wg_cli_say("PROVED: it is in the log as the head of %s has it", "成立：%s 的链头证明其在日志中",
               in->date);
  else if (named)
    wg_cli_say("NOT PROVED: the head of %s does not hold it", "不成立：%s 的链头不包含它", named->date);
  else if (r->date[0])
    wg_cli_say("signed only: give the head of %s to prove that the log holds it",
               "仅验证签名：请提供 %s 的链头以证明其在日志中", r->date);
  else
    wg_cli_say("signed only: made before the head of its day; take the receipt again tomorrow",
               "仅验证签名：签发时当日链头尚未生成，次日可重新获取回执");
  return !in && named ? WG_EXIT_FAILED : WG_EXIT_OK;
}

static const char begin_mark[] = "<!--wangge:begin-->", end_mark[] = "<!--wangge:end-->",
                  signature_mark[] = "data-signature=\"";

/* A case file: signed is what stands between the marks. */
static int prove_paper(const char *path, const wg_head *head, int n, wg_err *err) {
  wg_mapped m;
  wg_status st = wg_map_file(path, &m, err);
  if (st) return wg_cli_fail(err, st);
  const char *text = m.bytes ? (const char *)m.bytes : "";
  const char *from = memmem(text, m.n, begin_mark, sizeof begin_mark - 1);
  const char *to = from ? memmem(from, m.n - (size_t)(from - text), end_mark, sizeof end_mark - 1) : NULL;
  const char *sig =
      to ? memmem(to, m.n - (size_t)(to - text), signature_mark, sizeof signature_mark - 1) : NULL;
  unsigned char signature[WG_SIGN_LEN];
  size_t got = 0;
  bool holds = false;
  if (sig && (size_t)(sig - text) + sizeof signature_mark - 1 + 86 < m.n &&
      wg_unbase64(sig + sizeof signature_mark - 1, 86, signature, sizeof signature, &got) &&
      got == WG_SIGN_LEN)
    for (int i = 0; i < n && !holds; i++)
      holds = wg_sign_verify(head[i].key, from, (size_t)(to - from), signature);
  wg_unmap_file(&m);
  if (holds)
    wg_cli_say("PROVED: this document is as it was signed", "成立：该文件与签署时一致");
  else
    wg_cli_say("NOT PROVED: the document was changed, or another key signed it",
               "不成立：文件已被改动，或由其他密钥签署");
  return holds ? WG_EXIT_OK : WG_EXIT_FAILED;
}

int wg_cmd_receipt(int argc, char **argv) {
  const char *text = NULL, *paper = NULL, *file[HEADS];
  const wg_flag flags[] = {
      {"--check", &text, NULL, false}, {"--file", &paper, NULL, false}, {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, file, HEADS, &n, 1);
  if (bad) return bad;
  if (!text == !paper)
    return wg_cli_usage_error("say --check TEXT of a receipt or --file of a case file, and then head files",
                              "请给出 --check 回执文本或 --file 案卷文件，其后为链头文件");
  wg_err err = {0};
  wg_receipt r;
  wg_head *head = calloc((size_t)n, sizeof *head);
  wg_status st = head ? WG_OK : WG_NO_MEMORY;
  for (int i = 0; !st && i < n; i++) st = wg_head_read(file[i], &head[i], &err);
  if (!st && text) st = wg_receipt_read(text, &r, &err);
  int code = st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
  if (!st && text) tell(&r);
  if (!st) code = text ? prove(&r, head, n) : prove_paper(paper, head, n, &err);
  free(head);
  return code;
}
