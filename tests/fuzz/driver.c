/* Runs a fuzz target without libFuzzer: every file of its corpus, then mutations of them, the same on every
 * machine. Usage: fuzz_NAME CORPUS [ROUNDS]. What it ran is told in cmocka's words, for
 * tests/run/summary.mjs. On a crash the input stands in fuzz-crash-NAME in the working folder. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

enum { SEEDS_MAX = 256, SEED_BYTES = 1 << 16, INPUT_BYTES = 1 << 17 };

typedef struct seed {
  uint8_t *bytes;
  size_t n;
} seed;

static seed seeds[SEEDS_MAX];
static int n_seeds;
static uint8_t input[INPUT_BYTES]; /* what runs now, for the crash's file */
static size_t input_n;
static char crash_file[256];

static void on_crash(int sig) {
  int fd = open(crash_file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd >= 0) {
    if (write(fd, input, input_n) < 0) _exit(99);
    close(fd);
  }
  signal(sig, SIG_DFL);
  raise(sig);
}

/* ASan and UBSan end the process by themselves; this is how they say so first. */
void __asan_on_error(void);
void __asan_on_error(void) {
  int fd = open(crash_file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0) return;
  if (write(fd, input, input_n) < 0) _exit(99);
  close(fd);
}

static uint64_t state;
static uint64_t draw(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}
static size_t below(size_t n) { return n ? draw() % n : 0; }

static void load(const char *folder) {
  DIR *dir = opendir(folder);
  if (!dir) {
    fprintf(stderr, "%s: no corpus\n", folder);
    exit(1);
  }
  for (struct dirent *e; (e = readdir(dir)) && n_seeds < SEEDS_MAX;) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
    FILE *f = e->d_name[0] == '.' ? NULL : fopen(path, "rb");
    if (!f) continue;
    seed s = {malloc(SEED_BYTES), 0};
    if (!s.bytes) exit(1);
    s.n = fread(s.bytes, 1, SEED_BYTES, f);
    fclose(f);
    seeds[n_seeds++] = s;
  }
  closedir(dir);
}

/* Order of a folder's entries is the file system's: sorted by content, it is the same everywhere. */
static int by_content(const void *a, const void *b) {
  const seed *x = a, *y = b;
  int c = memcmp(x->bytes, y->bytes, x->n < y->n ? x->n : y->n);
  return c ? c : (x->n > y->n) - (x->n < y->n);
}

/* Moves the tail so that `add` bytes at `at` replace `cut`. False when it does not fit. */
static int make_room(size_t at, size_t cut, size_t add) {
  if (at + cut > input_n || input_n - cut + add > INPUT_BYTES) return 0;
  memmove(input + at + add, input + at + cut, input_n - at - cut);
  input_n = input_n - cut + add;
  return 1;
}

static void mutate(void) {
  static const uint8_t telling[] = {0,   1,   9,   '\n', '\r', ' ',  '"',  '\'', ',',  '-', '.', '/',
                                    '0', '9', ':', ';',  '<',  'E',  '[',  '\\', ']',  '{', '}', '%',
                                    '+', 'e', 127, 0x80, 0xC0, 0xE4, 0xED, 0xEF, 0xF4, 0xFF};
  static const char *const words[] = {"null",    "1e400",    "-0",           "NaN",     "9223372036854775808",
                                      "\\u0000", "\\ud800",  "\xEF\xBB\xBF", "..",      "%2e%2e",
                                      "%00",     "\r\n\r\n", "2147483648",   "0.1e-320"};
  size_t at = below(input_n + 1), k;
  switch (below(8)) {
  case 0: /* one bit */
    if (input_n) input[below(input_n)] ^= (uint8_t)(1u << below(8));
    break;
  case 1: /* one byte, a telling one */
    if (at < input_n) input[at] = telling[below(sizeof telling)];
    break;
  case 2: /* one byte more */
    if (make_room(at, 0, 1)) input[at] = telling[below(sizeof telling)];
    break;
  case 3: /* a piece less */
    if (at < input_n) make_room(at, 1 + below((input_n - at < 16 ? input_n - at : 16)), 0);
    break;
  case 4: { /* a piece twice */
    k = 1 + below(32);
    uint8_t piece[32];
    if (at + k > input_n) break;
    memcpy(piece, input + at, k);
    if (make_room(at, 0, k)) memcpy(input + at, piece, k);
    break;
  }
  case 5: { /* a word */
    const char *word = words[below(sizeof words / sizeof *words)];
    if (make_room(at, 0, strlen(word))) memcpy(input + at, word, strlen(word));
    break;
  }
  case 6: { /* the tail of another seed */
    const seed *other = &seeds[below((size_t)n_seeds)];
    size_t from = below(other->n + 1);
    k = other->n - from;
    if (at + k > INPUT_BYTES) break;
    memcpy(input + at, other->bytes + from, k);
    input_n = at + k;
    break;
  }
  default: /* cut off */
    if (below(4) == 0) input_n = at;
  }
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
  long rounds = argc > 2 ? strtol(argv[2], NULL, 10) : 20000;
  snprintf(crash_file, sizeof crash_file, "fuzz-crash-%s", name);
  signal(SIGABRT, on_crash);
  signal(SIGSEGV, on_crash);
  load(argv[1]);
  if (!n_seeds) {
    fprintf(stderr, "%s: empty corpus\n", argv[1]);
    return 1;
  }
  qsort(seeds, (size_t)n_seeds, sizeof *seeds, by_content);
  printf("[ RUN      ] %s corpus\n", name);
  for (int i = 0; i < n_seeds; i++) {
    memcpy(input, seeds[i].bytes, input_n = seeds[i].n);
    LLVMFuzzerTestOneInput(input, input_n);
  }
  printf("[       OK ] %s corpus\n[ RUN      ] %s %ld mutations\n", name, name, rounds);
  state = 0x9E3779B97F4A7C15u;
  for (long i = 0; i < rounds; i++) {
    const seed *s = &seeds[i % n_seeds];
    memcpy(input, s->bytes, input_n = s->n);
    for (size_t k = 1 + below(6); k; k--) mutate();
    LLVMFuzzerTestOneInput(input, input_n);
  }
  printf("[       OK ] %s %ld mutations\n", name, rounds);
  for (int i = 0; i < n_seeds; i++) free(seeds[i].bytes);
  return 0;
}
