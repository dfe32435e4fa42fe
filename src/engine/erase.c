/* Erasure: texts and files go, on a legal basis that the log names; the chain still holds. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/jw.h"
#include "engine/evidence.h"

/* An event that loses something. */
struct loss {
  int64_t seq;
  const char *field[WG_ERASE_FIELDS + 4];
  int n;
  int64_t attachment; /* whose file goes, or 0 */
  unsigned char sha[WG_HASH_LEN];
  struct loss *next;
};

struct plan {
  wg_erase *x;
  wg_store *store;
  wg_arena *arena;
  struct loss *first, **end;
  int64_t *seqs; /* of the incident's events */
  int n_seqs, cap;
};

static struct loss *loss_of(struct plan *p, int64_t seq) {
  for (struct loss *l = p->first; l; l = l->next)
    if (l->seq == seq) return l;
  struct loss *l = wg_arena_alloc(p->arena, sizeof *l);
  if (!l) return NULL;
  l->seq = seq;
  *p->end = l;
  p->end = &l->next;
  return l;
}

static void add_field(struct loss *l, const char *field) {
  for (int i = 0; i < l->n; i++)
    if (strcmp(l->field[i], field) == 0) return;
  if (l->n < WG_ERASE_FIELDS + 4) l->field[l->n++] = field;
}

struct sides {
  struct plan *p;
  int64_t seq;
  const char *const *want;
  int n;
  bool failed;
};

static wg_status note_side(void *ctx, const void *row) {
  struct sides *s = ctx;
  const wg_private *t = row;
  for (int i = 0; t->text && i < s->n; i++)
    if (strcmp(s->want[i], t->field) == 0) {
      struct loss *l = loss_of(s->p, s->seq);
      if (!l) return WG_NO_MEMORY;
      add_field(l, s->want[i]);
    }
  return WG_OK;
}

static wg_status look_at(struct plan *p, int64_t seq, const char *const *want, int n, wg_err *err) {
  struct sides s = {p, seq, want, n, false};
  return p->store->privates_of(p->store, p->arena, seq, note_side, &s, err);
}

static wg_status note_seq(void *ctx, const void *row) {
  struct plan *p = ctx;
  if (p->n_seqs < p->cap) p->seqs[p->n_seqs++] = ((const wg_event *)row)->seq;
  return WG_OK;
}

enum { EVENTS_MOST = 10000 };

static wg_status look_at_incident(struct plan *p, wg_err *err) {
  char subject[40];
  p->cap = EVENTS_MOST;
  p->seqs = wg_arena_alloc(p->arena, (size_t)p->cap * sizeof *p->seqs);
  if (!p->seqs) return WG_NO_MEMORY;
  snprintf(subject, sizeof subject, "incident/%" PRId64, p->x->incident);
  wg_status st = p->store->events_of(p->store, p->arena, subject, 0, EVENTS_MOST, note_seq, p, err);
  for (int i = 0; !st && i < p->n_seqs; i++) st = look_at(p, p->seqs[i], p->x->field, p->x->n_fields, err);
  return st;
}

static bool meant(const wg_erase *x, const wg_attachment *a) {
  for (int i = 0; i < x->n_files; i++)
    if (x->file[i] == a->id) return true;
  return x->all_files;
}

static wg_status note_file(void *ctx, const void *row) {
  static const char *const with[] = {"camera", "name", "note"};
  struct plan *p = ctx;
  const wg_attachment *a = row;
  if (a->erased_by || !meant(p->x, a)) return WG_OK;
  struct loss *l = loss_of(p, a->seq);
  if (!l) return WG_NO_MEMORY;
  l->attachment = a->id;
  memcpy(l->sha, a->sha, sizeof l->sha);
  return look_at(p, a->seq, with, 3, NULL);
}

static const char *body_of(struct plan *p, const struct loss *l) {
  wg_buf b;
  wg_jw w;
  wg_buf_init(&b, 8192);
  wg_jw_init(&w, &b);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "basis", p->x->basis);
  wg_jw_key(&w, "fields");
  wg_jw_begin_array(&w);
  for (int i = 0; i < l->n; i++) wg_jw_str(&w, l->field[i]);
  if (l->attachment) wg_jw_str(&w, "file");
  wg_jw_end_array(&w);
  if (p->x->incident) wg_jw_member_int(&w, "incident", p->x->incident);
  wg_jw_end_object(&w);
  const char *out = wg_buf_status(&b) ? NULL : wg_arena_strdup(p->arena, wg_buf_str(&b));
  wg_buf_deinit(&b);
  return out;
}

static wg_status take(struct plan *p, const struct loss *l, wg_emit_fn emit, void *ctx, wg_err *err) {
  char subject[40];
  int64_t by = 0, uses = 0;
  const char *body = body_of(p, l);
  if (!body) return WG_NO_MEMORY;
  snprintf(subject, sizeof subject, "event/%" PRId64, l->seq);
  wg_status st = emit(ctx, subject, body, &by, err);
  for (int i = 0; !st && i < l->n; i++) st = p->store->erase(p->store, l->seq, l->field[i], by, err);
  p->x->erased += l->n;
  if (st || !l->attachment) return st;
  st = p->store->attachment_erase(p->store, l->attachment, by, err);
  if (!st) st = p->store->attachment_uses(p->store, l->sha, &uses, err);
  p->x->erased_files++;
  if (!st && !uses && p->x->n_gone < WG_ERASE_FILES) memcpy(p->x->gone[p->x->n_gone++], l->sha, WG_HASH_LEN);
  return st;
}

static wg_status check(const wg_erase *x, wg_err *err) {
  size_t n = strlen(x->basis);
  bool bare_hash = n == 2 * WG_HASH_LEN && strspn(x->basis, "0123456789abcdef") == n;
  if (n < 2 || n > 500 || bare_hash)
    return wg_fail(err, WG_INVALID, "basis",
                   WG_T("basis names the law, decision or request that this rests on, in 2 to 500 bytes",
                        "basis 须写明删除所依据的法律、决定或申请（2 至 500 字节）"));
  if (x->n_fields || x->n_files || x->all_files) return WG_OK;
  return wg_fail(err, WG_INVALID, "fields",
                 WG_T("say what goes: fields, attachments, or both", "请写明要删除的字段或附件"));
}

wg_status wg_erase_run(wg_store *s, wg_arena *a, wg_erase *x, wg_emit_fn emit, void *ctx, wg_err *err) {
  struct plan p = {.x = x, .store = s, .arena = a};
  p.end = &p.first;
  x->erased = x->erased_files = x->n_gone = 0;
  wg_status st = check(x, err);
  if (!st && x->n_fields)
    st = x->incident ? look_at_incident(&p, err) : look_at(&p, x->seq, x->field, x->n_fields, err);
  if (!st && x->incident && (x->n_files || x->all_files))
    st = s->attachments(s, a, x->incident, note_file, &p, err);
  if (!st && !p.first)
    st = wg_fail_code(
        err, WG_NOT_FOUND, "nothing-to-erase", "fields",
        WG_T("there is nothing of that kind here (any more)", "没有可删除的此类内容（或已删除）"));
  for (struct loss *l = p.first; !st && l; l = l->next) st = take(&p, l, emit, ctx, err);
  return st;
}

void wg_erase_finish(const wg_erase *x, const char *root) {
  for (int i = 0; i < x->n_gone; i++) {
    wg_upload_forget(root, x->gone[i]);
    wg_files_remove(root, x->gone[i]);
    wg_thumbs_remove(root, x->gone[i]);
  }
}

/* --- by a person ------------------------------------------------------------------------------------------
 */

struct by_account {
  wg_txn *txn;
  int64_t actor;
};

static wg_status emit_event(void *ctx, const char *subject, const char *body, int64_t *seq, wg_err *err) {
  struct by_account *b = ctx;
  return wg_txn_emit(b->txn, "personal.erased", subject, b->actor, body, NULL, 0, seq, err);
}

static wg_status run(wg_command *c, wg_txn *txn) {
  wg_erase_command *x = (wg_erase_command *)c;
  struct by_account b = {txn, x->actor};
  const wg_viewer *v = wg_picture_viewer(txn->picture, x->actor);
  if (!v || !wg_may(&txn->picture->land->areas, v, WG_V_ADMIN, NULL, txn->now))
    return wg_fail(&c->err, WG_FORBIDDEN, "",
                   WG_T("this account has no right to this any more", "该账号已没有此项权限"));
  return wg_erase_run(txn->store, x->arena, x->erase, emit_event, &b, &c->err);
}

wg_status wg_erase_do(wg_engine *e, wg_erase_command *x, wg_err *err) {
  x->command.run = run;
  wg_status st = wg_engine_do(e, &x->command);
  if (st) *err = x->command.err;
  return st;
}
