#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 16, FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

struct wg_arena_block {
  struct wg_arena_block *next;
  size_t used, size;
  _Alignas(16) unsigned char data[];
};

struct wg_arena_cleanup {
  struct wg_arena_cleanup *next;
  void (*fn)(void *);
  void *what;
};

void wg_arena_init(wg_arena *arena) { *arena = (wg_arena){0}; }

void wg_arena_clear(wg_arena *arena) {
  for (struct wg_arena_cleanup *c = arena->cleanups; c; c = c->next) c->fn(c->what);
  for (struct wg_arena_block *b = arena->blocks, *next; b; b = next) {
    next = b->next;
    free(b);
  }
  *arena = (wg_arena){0};
}

void *wg_arena_alloc(wg_arena *arena, size_t size) {
  if (size > SIZE_MAX / 2) return NULL;
  size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
  struct wg_arena_block *b = arena->blocks;
  if (!b || b->size - b->used < size) {
    size_t want = b ? b->size * 2 : FIRST_BLOCK;
    if (want > LARGEST_BLOCK) want = LARGEST_BLOCK;
    if (want < size) want = size;
    b = calloc(1, sizeof *b + want);
    if (!b) return NULL;
    b->size = want;
    b->next = arena->blocks;
    arena->blocks = b;
  }
  void *p = b->data + b->used;
  b->used += size;
  return p;
}

char *wg_arena_strndup(wg_arena *arena, const char *text, size_t length) {
  char *p = wg_arena_alloc(arena, length + 1);
  if (p) memcpy(p, text, length);
  return p;
}

char *wg_arena_strdup(wg_arena *arena, const char *text) {
  return wg_arena_strndup(arena, text, strlen(text));
}

char *wg_arena_printf(wg_arena *arena, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = NULL;
  int n = vasprintf(&text, format, args);
  va_end(args);
  if (n < 0) return NULL;
  char *p = wg_arena_strndup(arena, text, (size_t)n);
  free(text);
  return p;
}

int wg_arena_defer(wg_arena *arena, void (*fn)(void *), void *what) {
  struct wg_arena_cleanup *c = wg_arena_alloc(arena, sizeof *c);
  if (!c) {
    fn(what);
    return -1;
  }
  *c = (struct wg_arena_cleanup){arena->cleanups, fn, what};
  arena->cleanups = c;
  return 0;
}
