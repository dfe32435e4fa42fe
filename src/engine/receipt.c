/* Receipts: WG1.NUMBER.SEQ.AT.HASH.SIGNATURE[.DATE.INDEX.N.PATH], what is not a number in URL-safe base64. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/proof.h"

/* What is signed: a name, then the fields, each with its length before it. */
static void receipt_hash(const wg_receipt *r, wg_leaf out) {
  wg_hasher h;
  wg_hasher_begin(&h);
  wg_hasher_field(&h, "wangge-receipt-1", 16);
  wg_hasher_field(&h, r->number, strlen(r->number));
  wg_hasher_int(&h, r->seq);
  wg_hasher_int(&h, r->at);
  wg_hasher_field(&h, r->hash, WG_HASH_LEN);
  wg_hasher_end(&h, out);
}

static wg_status find_path(wg_store *s, const char *db, wg_receipt *r, wg_err *err) {
  wg_head h;
  wg_leaves l;
  if (wg_heads_find(db, r->seq, &h, NULL)) return WG_OK;
  wg_status st = wg_leaves_read(s, h.first, h.seq, &l, err);
  if (!st) {
    r->index = r->seq - h.first;
    r->n = l.n;
    r->n_path = wg_merkle_path((const wg_leaf *)l.leaf, l.n, r->index, r->path);
    snprintf(r->date, sizeof r->date, "%s", h.date);
  }
  free(l.leaf);
  return st;
}

wg_status wg_receipt_make(wg_store *s, const char *db, const char *number, int64_t seq,
                          const unsigned char secret[WG_SIGN_SECRET], wg_receipt *r, wg_err *err) {
  wg_leaf hash;
  wg_leaves l;
  memset(r, 0, sizeof *r);
  snprintf(r->number, sizeof r->number, "%s", number);
  r->seq = seq;
  wg_status st = wg_leaves_read(s, seq, seq, &l, err);
  if (!st) memcpy(r->hash, l.leaf[0], WG_HASH_LEN);
  free(l.leaf);
  if (!st) st = wg_time_of_event(s, seq, &r->at, err);
  if (st) return st;
  receipt_hash(r, hash);
  wg_sign(secret, hash, sizeof hash, r->signature);
  return find_path(s, db, r, err);
}

void wg_receipt_text(const wg_receipt *r, char out[WG_RECEIPT_TEXT]) {
  char number[160], hash[64], signature[100], path[1800];
  wg_base64((const unsigned char *)r->number, strlen(r->number), number, sizeof number);
  wg_base64(r->hash, WG_HASH_LEN, hash, sizeof hash);
  wg_base64(r->signature, WG_SIGN_LEN, signature, sizeof signature);
  int n = snprintf(out, WG_RECEIPT_TEXT, "WG1.%s.%lld.%lld.%s.%s", number, (long long)r->seq,
                   (long long)r->at, hash, signature);
  if (!r->date[0]) return;
  wg_base64(r->path[0], (size_t)r->n_path * WG_HASH_LEN, path, sizeof path);
  snprintf(out + n, WG_RECEIPT_TEXT - (size_t)n, ".%s.%lld.%lld.%s", r->date, (long long)r->index,
           (long long)r->n, path);
}

static bool whole_number(const char *p, size_t n, int64_t *out) {
  char text[24], *end = NULL;
  if (!n || n >= sizeof text) return false;
  memcpy(text, p, n);
  text[n] = 0;
  *out = strtoll(text, &end, 10);
  return !*end;
}

struct part {
  const char *p;
  size_t n;
};

static bool read_parts(const struct part *x, int n, wg_receipt *r) {
  size_t got = 0;
  if (!wg_unbase64(x[1].p, x[1].n, (unsigned char *)r->number, sizeof r->number - 1, &got)) return false;
  r->number[got] = 0;
  if (!whole_number(x[2].p, x[2].n, &r->seq) || !whole_number(x[3].p, x[3].n, &r->at)) return false;
  if (!wg_unbase64(x[4].p, x[4].n, r->hash, WG_HASH_LEN, &got) || got != WG_HASH_LEN) return false;
  if (!wg_unbase64(x[5].p, x[5].n, r->signature, WG_SIGN_LEN, &got) || got != WG_SIGN_LEN) return false;
  if (n == 6) return true;
  if (n != 10 || x[6].n != 10 || !whole_number(x[7].p, x[7].n, &r->index) ||
      !whole_number(x[8].p, x[8].n, &r->n))
    return false;
  memcpy(r->date, x[6].p, 10);
  if (!wg_unbase64(x[9].p, x[9].n, r->path[0], sizeof r->path, &got) || got % WG_HASH_LEN) return false;
  r->n_path = (int)(got / WG_HASH_LEN);
  return true;
}

wg_status wg_receipt_read(const char *text, wg_receipt *r, wg_err *err) {
  struct part part[10];
  int n = 0;
  memset(r, 0, sizeof *r);
  for (const char *p = text; p && n < 10; n++) {
    part[n] = (struct part){p, strcspn(p, ".\r\n \t")};
    p = p[part[n].n] == '.' ? p + part[n].n + 1 : NULL;
  }
  if (n >= 6 && part[0].n == 3 && strncmp(text, "WG1", 3) == 0 && read_parts(part, n, r)) return WG_OK;
  return wg_fail(err, WG_INVALID, "check",
                 WG_T("this is no receipt: it begins with WG1.", "这不是回执：回执以 WG1. 开头"));
}

bool wg_receipt_signed_by(const wg_receipt *r, const unsigned char key[WG_SIGN_PUBLIC]) {
  wg_leaf hash;
  receipt_hash(r, hash);
  return wg_sign_verify(key, hash, sizeof hash, r->signature);
}

bool wg_receipt_in(const wg_receipt *r, const wg_head *h) {
  return r->date[0] && strcmp(r->date, h->date) == 0 && h->first + r->index == r->seq &&
         h->seq - h->first + 1 == r->n &&
         wg_merkle_leads(r->hash, r->n, r->index, (const wg_leaf *)r->path, r->n_path, h->root);
}
