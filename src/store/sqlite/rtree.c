/* SQLite keeps an R-tree in three plain tables: NAME_node(nodeno, data), NAME_parent(nodeno, parentnode) and
 * NAME_rowid(rowid, nodeno). A node is 2 bytes (the root: the height of the tree above the leaves), 2 bytes
 * number of cells, then cells of an 8-byte integer (row id or child node) and the box minx, maxx, miny, maxy
 * as 4-byte floats, all big-endian; node 1 is the root. Every node has the size of the one there is: 4 + 51
 * cells in two dimensions. Format: the comment at the head of SQLite's rtree.c. rtreecheck() must find the
 * result whole (tests, check()).
 *
 * The tree is packed by Sort-Tile-Recursive (Leutenegger, Lopez, Edgington 1997): rows are sorted by x, cut
 * into upright strips, each strip sorted by y and cut into leaves; the levels above take the nodes below in
 * that order. */
#include "rtree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "blob.h"

enum { NODE_CELLS = 51, NODE_FILL = 40, CELL_BYTES = 24, NODE_BYTES = 4 + NODE_CELLS * CELL_BYTES };

struct entry {
  int64_t id;   /* of the row, or of the child node */
  float box[4]; /* minx, maxx, miny, maxy */
};

struct texts {
  const char *count, *rows, *clear[3], *node, *parent, *rowid, *mark;
};

#define TEXTS(t)                                                                                             \
  {                                                                                                          \
    "SELECT count(*) FROM " t " WHERE geometry IS NOT NULL",                                                 \
        "SELECT id, geometry FROM " t " WHERE geometry IS NOT NULL",                                         \
        {"DELETE FROM idx_" t "_geometry_node", "DELETE FROM idx_" t "_geometry_parent",                     \
         "DELETE FROM idx_" t "_geometry_rowid"},                                                            \
        "INSERT INTO idx_" t "_geometry_node VALUES (?, ?)",                                                 \
        "INSERT INTO idx_" t "_geometry_parent VALUES (?, ?)",                                               \
        "INSERT INTO idx_" t "_geometry_rowid VALUES (?, ?)",                                                \
        "UPDATE watermark SET done = (SELECT coalesce(max(id), 0) FROM " t ") WHERE name = '" t "'"          \
  }
static const struct texts all_texts[] = {[RTREE_INCIDENT] = TEXTS("incident"), [RTREE_GRID] = TEXTS("grid")};

struct build {
  struct db *db;
  const struct texts *sql;
  struct entry *entry; /* of the level being packed */
  int64_t n, next_node;
  wg_err *err;
};

/* --- reading -------------------------------------------------------------------------------- */

/* The float next to d that is not above (below) it. */
static float down(double d) {
  float f = (float)d;
  return (double)f > d ? nextafterf(f, -INFINITY) : f;
}
static float up(double d) {
  float f = (float)d;
  return (double)f < d ? nextafterf(f, INFINITY) : f;
}

static wg_status read_rows(struct build *b) {
  sqlite3_stmt *st;
  int64_t rows = 0;
  wg_status status = db_int(b->db, b->sql->count, &rows, b->err);
  if (status) return status;
  b->entry = calloc((size_t)rows + 1, sizeof *b->entry);
  if (!b->entry) return db_no_memory(b->err);
  status = db_stmt(b->db, b->sql->rows, &st, b->err);
  while (!status) {
    bool row;
    wg_box box;
    status = db_step(b->db, st, &row, b->err);
    if (status || !row || b->n >= rows) break;
    struct entry *e = &b->entry[b->n++];
    e->id = col_int(st, 0);
    if (blob_box(sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1), &box)) {
      sqlite3_reset(st);
      return db_corrupt(b->err, "geometry");
    }
    e->box[0] = down(box.x0 / WG_LATTICE);
    e->box[1] = up(box.x1 / WG_LATTICE);
    e->box[2] = down(box.y0 / WG_LATTICE);
    e->box[3] = up(box.y1 / WG_LATTICE);
  }
  return status;
}

/* --- sorting -------------------------------------------------------------------------------- */

static int by_x(const void *a, const void *b) {
  const struct entry *p = a, *q = b;
  return (p->box[0] > q->box[0]) - (p->box[0] < q->box[0]);
}
static int by_y(const void *a, const void *b) {
  const struct entry *p = a, *q = b;
  return (p->box[2] > q->box[2]) - (p->box[2] < q->box[2]);
}

static void tile(struct build *b) {
  double leaves = ceil((double)b->n / NODE_FILL);
  int64_t strip = (int64_t)ceil(sqrt(leaves)) * NODE_FILL; /* rows of a strip */
  qsort(b->entry, (size_t)b->n, sizeof *b->entry, by_x);
  for (int64_t i = 0; strip && i < b->n; i += strip)
    qsort(b->entry + i, (size_t)(b->n - i < strip ? b->n - i : strip), sizeof *b->entry, by_y);
}

/* --- writing -------------------------------------------------------------------------------- */

static wg_status put_pair(struct build *b, const char *sql, int64_t key, int64_t value) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(b->db, sql, &st, b->err);
  if (status) return status;
  bind_int(st, 1, key);
  bind_int(st, 2, value);
  return db_run(b->db, st, b->err);
}

static void put_bits(unsigned char *p, uint64_t v, int bytes) {
  for (int i = 0; i < bytes; i++) p[i] = (unsigned char)(v >> (8 * (bytes - 1 - i)));
}

static wg_status put_node(struct build *b, int64_t node, int height, const struct entry *e, int n) {
  unsigned char data[NODE_BYTES] = {0};
  put_bits(data, (uint64_t)height, 2);
  put_bits(data + 2, (uint64_t)n, 2);
  for (int i = 0; i < n; i++) {
    unsigned char *p = data + 4 + i * CELL_BYTES;
    put_bits(p, (uint64_t)e[i].id, 8);
    for (int k = 0; k < 4; k++) {
      uint32_t bits;
      memcpy(&bits, &e[i].box[k], sizeof bits);
      put_bits(p + 8 + 4 * k, bits, 4);
    }
  }
  sqlite3_stmt *st;
  wg_status status = db_stmt(b->db, b->sql->node, &st, b->err);
  if (status) return status;
  bind_int(st, 1, node);
  bind_blob(st, 2, data, sizeof data);
  return db_run(b->db, st, b->err);
}

static struct entry around(const struct entry *e, int n, int64_t id) {
  struct entry all = e[0];
  all.id = id;
  for (int i = 1; i < n; i++)
    for (int k = 0; k < 4; k++)
      if (k % 2 ? e[i].box[k] > all.box[k] : e[i].box[k] < all.box[k]) all.box[k] = e[i].box[k];
  return all;
}

/* Packs the entries of one level into nodes; the nodes become the entries of the level above. */
static wg_status pack(struct build *b, bool leaves, int height) {
  const char *link = leaves ? b->sql->rowid : b->sql->parent;
  int64_t made = 0;
  bool root = b->n <= NODE_FILL;
  wg_status status = WG_OK;
  for (int64_t i = 0; !status && (i < b->n || !made); i += NODE_FILL) {
    int n = (int)(b->n - i < NODE_FILL ? b->n - i : NODE_FILL);
    int64_t node = root ? 1 : b->next_node++;
    status = put_node(b, node, root ? height : 0, b->entry + i, n);
    for (int k = 0; !status && k < n; k++) status = put_pair(b, link, b->entry[i + k].id, node);
    if (n) b->entry[made] = around(b->entry + i, n, node);
    made++;
  }
  b->n = made;
  return status;
}

static wg_status write_tree(struct build *b) {
  wg_status status = WG_OK;
  for (int i = 0; !status && i < 3; i++) {
    sqlite3_stmt *st;
    status = db_stmt(b->db, b->sql->clear[i], &st, b->err);
    if (!status) status = db_run(b->db, st, b->err);
  }
  b->next_node = 2;
  bool more = true;
  for (int height = 0; !status && more; height++) {
    more = b->n > NODE_FILL;
    status = pack(b, height == 0, height);
  }
  return status;
}

wg_status rtree_build(struct db *db, enum rtree_table table, wg_err *err) {
  struct build b = {.db = db, .sql = &all_texts[table], .err = err};
  sqlite3_stmt *st;
  wg_status status = read_rows(&b);
  if (!status) tile(&b);
  /* The tables behind a virtual one are closed to plain writes in the defensive mode. */
  sqlite3_db_config(db->h, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
  if (!status) status = write_tree(&b);
  sqlite3_db_config(db->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  if (!status) status = db_stmt(db, b.sql->mark, &st, err);
  if (!status) status = db_run(db, st, err);
  free(b.entry);
  return status;
}
