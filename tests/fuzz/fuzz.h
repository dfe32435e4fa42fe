/* A fuzz target: one parser, fed any bytes. Under ASan and UBSan it must neither crash, leak nor break what
 * it says of itself; FUZZ_HOLDS states that.
 *
 * Two ways to run one: driver.c replays corpus/<name>/ and a fixed number of mutations of it (./run test, any
 * compiler); clang's libFuzzer searches for as long as one likes (tests/fuzz/run.sh). */
#ifndef WG_FUZZ_FUZZ_H
#define WG_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#define FUZZ_HOLDS(x)                                                                                        \
  do {                                                                                                       \
    if (!(x)) {                                                                                              \
      fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #x);                                 \
      abort();                                                                                               \
    }                                                                                                        \
  } while (0)

/* The bytes as a NUL-terminated copy; free it. */
static inline char *fuzz_text(const uint8_t *bytes, size_t n) {
  char *text = malloc(n + 1);
  if (!text) exit(0);
  for (size_t i = 0; i < n; i++) text[i] = (char)bytes[i];
  text[n] = 0;
  return text;
}

#endif
