/* A folder of its own for each test, and plain SQL on the file beside the store. */
#ifndef WG_TESTS_STORE_SUPPORT_H
#define WG_TESTS_STORE_SUPPORT_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct room {
  char dir[64], path[80];
};

static inline struct room *room_new(void) {
  struct room *r = calloc(1, sizeof *r);
  snprintf(r->dir, sizeof r->dir, "/tmp/wg-store-XXXXXX");
  if (!mkdtemp(r->dir)) abort();
  snprintf(r->path, sizeof r->path, "%s/wg.db", r->dir);
  return r;
}

static inline void room_free(struct room *r) {
  DIR *d = opendir(r->dir);
  for (struct dirent *e; d && (e = readdir(d));) {
    char name[340];
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
    snprintf(name, sizeof name, "%s/%s", r->dir, e->d_name);
    unlink(name);
  }
  if (d) closedir(d);
  rmdir(r->dir);
  free(r);
}

#endif
