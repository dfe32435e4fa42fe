/* What a file is, by its own bytes: never by its name or by what the sender says. The few kinds that an
 * incident may carry, and nothing else. */
#ifndef WG_MEDIA_SNIFF_H
#define WG_MEDIA_SNIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wg_sniffed {
  const char *type;       /* "image/jpeg", …; static */
  uint32_t width, height; /* of pictures, as their header says; 0: none */
} wg_sniffed;

/* False: none of the kinds that are taken. */
bool wg_sniff(const void *bytes, size_t n, wg_sniffed *out);
bool wg_media_taken(const char *type); /* one of those kinds */
bool wg_media_is_image(const char *type);
bool wg_media_is_audio(const char *type);
/* The kinds, ", " between them. */
extern const char wg_media_list[];

#endif
