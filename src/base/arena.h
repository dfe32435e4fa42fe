/* An arena: memory of one request, freed at once. Not thread-safe. */
#ifndef WG_BASE_ARENA_H
#define WG_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

typedef struct wg_arena {
  struct wg_arena_block *blocks;
  struct wg_arena_cleanup *cleanups;
} wg_arena;

void wg_arena_init(wg_arena *arena);
/* Runs the cleanups, last first, and frees everything; the arena is then empty and usable. */
void wg_arena_clear(wg_arena *arena);

/* Zeroed memory, aligned for any type, valid until the arena is cleared. NULL when memory is out. */
void *wg_arena_alloc(wg_arena *arena, size_t size);
char *wg_arena_strdup(wg_arena *arena, const char *text);
char *wg_arena_strndup(wg_arena *arena, const char *text, size_t length);
char *wg_arena_printf(wg_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* fn(what) runs when the arena is cleared: for what is not memory of the arena. Returns 0, or -1 (memory
 * out, and fn was called at once). */
int wg_arena_defer(wg_arena *arena, void (*fn)(void *), void *what);

#endif
