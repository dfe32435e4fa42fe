/* Words for the text index: every Han character (kana, hangul) is a word, so that any run of them can be
 * found without a dictionary; runs of other letters and digits are words. */
#ifndef WG_STORE_SQLITE_GRAMS_H
#define WG_STORE_SQLITE_GRAMS_H

#include <stdbool.h>

#include "base/buf.h"

void grams_words(const char *text, wg_buf *out); /* separated by spaces; NULL: none */
/* The text as an FTS5 query: all its runs, each a phrase, the last word by its beginning; no more than the
 * first 24 words. With `first`, of names that begin with the first phrase. False: no words in it; with
 * `first` also: too many for that to matter. */
bool grams_match(const char *text, bool first, wg_buf *out);

#endif
