/* Readings are asked of ICU once per character and kept: a district has some thousand different ones, and
 * asking for all of the block at once would cost half a second. */
#include "base/initials.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucasemap.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>
#include <unicode/utrans.h>

enum { HAN_FIRST = 0x3400, HAN_END = 0xa000, NOT_ASKED = 0, NONE = 1, OTHERS_MOST = 3 };

static _Atomic unsigned char known[HAN_END - HAN_FIRST];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static UTransliterator *latin; /* under the lock; lives as long as the program */
static bool tried;

/* Under the lock. */
static unsigned char ask(UChar c) {
  UErrorCode e = U_ZERO_ERROR;
  if (!tried) {
    UChar id[32];
    u_uastrcpy(id, "Han-Latin; Latin-ASCII");
    latin = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &e);
    if (U_FAILURE(e)) latin = NULL; /* an ICU without these rules: names are found by their text only */
    tried = true;
  }
  UChar text[32] = {c};
  int32_t len = 1, limit = 1;
  if (!latin) return NONE;
  utrans_transUChars(latin, text, &len, 32, 0, &limit, &e);
  if (U_FAILURE(e) || len < 1) return NONE;
  UChar first = text[0] >= 'A' && text[0] <= 'Z' ? text[0] + 32 : text[0];
  return first >= 'a' && first <= 'z' ? (unsigned char)first : NONE;
}

static char letter_of(UChar32 c) {
  _Atomic unsigned char *there = &known[c - HAN_FIRST];
  unsigned char letter = atomic_load_explicit(there, memory_order_relaxed);
  if (letter == NOT_ASKED) {
    pthread_mutex_lock(&lock);
    letter = ask((UChar)c);
    pthread_mutex_unlock(&lock);
    atomic_store_explicit(there, letter, memory_order_relaxed);
  }
  return letter == NONE ? 0 : (char)letter;
}

/* Characters that names of places and people read in a second way, with both letters. */
static char other_letter(UChar32 c, char first) {
  static const struct {
    UChar32 c;
    char a, b;
  } two[] = {
      {0x957f, 'c', 'z'}, {0x91cd, 'c', 'z'}, {0x884c, 'h', 'x'}, {0x4e50, 'l', 'y'}, {0x66fe, 'c', 'z'},
      {0x5355, 'd', 's'}, {0x53a6, 's', 'x'}, {0x671d, 'c', 'z'}, {0x8f66, 'c', 'j'}, {0x85cf, 'c', 'z'},
      {0x8c03, 'd', 't'}, {0x4f20, 'c', 'z'}, {0x76db, 'c', 's'}, {0x6821, 'j', 'x'}, {0x5f04, 'l', 'n'},
      {0x5708, 'j', 'q'}, {0x4ec7, 'c', 'q'}, {0x533a, 'o', 'q'}, {0x67e5, 'c', 'z'}, {0x5c09, 'w', 'y'},
      {0x756a, 'f', 'p'}, {0x89e3, 'j', 'x'}, {0x4f1a, 'h', 'k'}, {0x77f3, 'd', 's'}, {0x6c88, 'c', 's'},
      {0x964d, 'j', 'x'}, {0x6c64, 's', 't'}, {0x5b93, 'f', 'm'}, {0x8398, 's', 'x'}, {0x53c2, 'c', 's'}};
  for (size_t i = 0; i < sizeof two / sizeof *two; i++)
    if (two[i].c == c) return first == two[i].a ? two[i].b : two[i].a;
  return 0;
}

/* One spelling; with the other letter of the `turned`th character that has one (-1: of none). Returns how
 * many have one. */
static int spell(const char *text, int turned, wg_buf *out) {
  int32_t n = (int32_t)strlen(text);
  int twos = 0;
  bool in_word = false;
  for (int32_t i = 0; i < n;) {
    UChar32 c;
    U8_NEXT((const uint8_t *)text, i, n, c);
    bool han = c >= HAN_FIRST && c < HAN_END, word = !han && c > 0 && u_isalpha(c);
    char letter = 0;
    if (han) {
      char first = letter_of(c), second = first ? other_letter(c, first) : 0;
      letter = second && twos == turned ? second : first;
      twos += second != 0;
    } else if (c >= '0' && c <= '9') {
      letter = (char)c;
    } else if (word && !in_word && c < 0x80) {
      letter = (char)u_tolower(c);
    }
    if (letter) wg_buf_add_char(out, letter);
    in_word = word || (in_word && c == '\'');
  }
  return twos;
}

void wg_initials(const char *text, char sep, wg_buf *out) {
  int twos = spell(text, -1, out);
  for (int k = 0; k < twos && k < OTHERS_MOST; k++) {
    wg_buf_add_char(out, sep);
    spell(text, k, out);
  }
}

static UCaseMap *folds;
static void open_folds(void) {
  UErrorCode e = U_ZERO_ERROR;
  folds = ucasemap_open("", 0, &e);
  if (U_FAILURE(e)) folds = NULL;
}

void wg_fold(const char *text, wg_buf *out) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, open_folds);
  size_t n = strlen(text), room = n * 3 + 1; /* no letter folds to more than three times its bytes */
  char *to = n < INT32_MAX / 4 ? wg_buf_reserve(out, room) : NULL;
  if (!to) return;
  UErrorCode e = U_ZERO_ERROR;
  int32_t len = folds ? ucasemap_utf8FoldCase(folds, to, (int32_t)room, text, (int32_t)n, &e) : -1;
  if (U_FAILURE(e) || len < 0 || (size_t)len > room) {
    memcpy(to, text, n + 1);
    len = (int32_t)n;
  }
  out->len += (size_t)len;
}
