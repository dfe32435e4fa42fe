/* What a name is found by when only its beginnings are typed: the first letters of its syllables, by ICU's
 * readings of Han characters, and one spelling for what differs in case only. */
#ifndef WG_BASE_INITIALS_H
#define WG_BASE_INITIALS_H

#include "base/buf.h"

/* Appends the initials, in lower case: of a Han character the first letter of its reading, of a word in Latin
 * letters its first, of digits all ("红星路3号" hxl3h, "East Lake" el). A character with a second reading in
 * names adds one more spelling, after `sep` ("长安路" zal cal), at most three. Any thread. */
void wg_initials(const char *text, char sep, wg_buf *out);
/* Appends the text in folded case (Unicode's simple idea of equal letters). Any thread. */
void wg_fold(const char *text, wg_buf *out);

#endif
