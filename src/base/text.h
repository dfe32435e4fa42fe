/* Checks on text from outside. */
#ifndef WG_BASE_TEXT_H
#define WG_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool wg_text_utf8(const char *bytes, size_t n); /* valid UTF-8 without NUL */
bool wg_text_has_han(const char *text);         /* has a CJK ideograph */
size_t wg_text_chars(const char *text);         /* code points of valid UTF-8 */
/* A code of areas, grids, categories, …: 1–64 bytes of UTF-8 in any script, without control characters,
 * without spaces at its ends, and without / \ " < > , ; which would need quoting wherever codes are listed.
 */
enum { WG_TEXT_CODE_MAX = 64 };
bool wg_text_code(const char *text);
/* What looks like a code at first sight: 1–32 of A–Z a–z 0–9 . _ - */
bool wg_text_plain_code(const char *text);
/* The whole of text as a finite number. */
bool wg_text_double(const char *text, double *out);
bool wg_text_int(const char *text, int64_t *out);

#endif
