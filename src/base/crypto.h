/* Thin wrappers of libsodium: hashes, tokens, passwords. */
#ifndef WG_BASE_CRYPTO_H
#define WG_BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { WG_HASH_LEN = 32, WG_SALT_LEN = 16, WG_TOKEN_LEN = 44 };
#define WG_HASH_NAME "blake2b-256"

wg_status wg_crypto_init(void); /* once, before anything else here */

/* BLAKE2b-256 in pieces. Each field is put in with its length before it (8 bytes, little-endian), so that no
 * two lists of fields give the same bytes. */
typedef struct wg_hasher {
  _Alignas(64) unsigned char state[384]; /* crypto_generichash_state */
} wg_hasher;
void wg_hasher_begin(wg_hasher *h);
void wg_hasher_field(wg_hasher *h, const void *bytes, size_t n);
void wg_hasher_int(wg_hasher *h, int64_t value); /* 8 bytes, little-endian, as a field */
void wg_hasher_end(wg_hasher *h, unsigned char out[WG_HASH_LEN]);
void wg_hash(const void *bytes, size_t n, unsigned char out[WG_HASH_LEN]);
/* Keyed by the salt: what an event's body holds of a personal text. */
void wg_hash_salted(const unsigned char salt[WG_SALT_LEN], const void *bytes, size_t n,
                    unsigned char out[WG_HASH_LEN]);

/* HMAC-SHA-256 of two pieces, one behind the other. */
void wg_hmac_sha256(const char *key, const char *a, const char *b, unsigned char out[WG_HASH_LEN]);

/* SHA-256, what browsers compute: of files, not of events. */
typedef struct wg_sha {
  _Alignas(8) unsigned char state[128]; /* crypto_hash_sha256_state */
} wg_sha;
void wg_sha_begin(wg_sha *h);
void wg_sha_add(wg_sha *h, const void *bytes, size_t n);
void wg_sha_end(wg_sha *h, unsigned char out[WG_HASH_LEN]);
void wg_sha256(const void *bytes, size_t n, unsigned char out[WG_HASH_LEN]);

/* Ed25519 signatures. */
enum { WG_SIGN_PUBLIC = 32, WG_SIGN_SECRET = 64, WG_SIGN_LEN = 64 };
void wg_sign_key_new(unsigned char secret[WG_SIGN_SECRET]);
void wg_sign_public(const unsigned char secret[WG_SIGN_SECRET], unsigned char out[WG_SIGN_PUBLIC]);
void wg_sign(const unsigned char secret[WG_SIGN_SECRET], const void *bytes, size_t n,
             unsigned char out[WG_SIGN_LEN]);
bool wg_sign_verify(const unsigned char key[WG_SIGN_PUBLIC], const void *bytes, size_t n,
                    const unsigned char signature[WG_SIGN_LEN]);

/* URL-safe base64 without padding. out: 4 × (n / 3 + 1) + 1 bytes. */
void wg_base64(const unsigned char *bytes, size_t n, char *out, size_t max);
void wg_base64_plain(const unsigned char *bytes, size_t n, char *out, size_t max); /* the usual one, padded */
/* False: it is none, or longer than max. */
bool wg_unbase64(const char *text, size_t n_text, unsigned char *out, size_t max, size_t *n);

void wg_random(void *out, size_t n);
void wg_hex(const unsigned char *bytes, size_t n, char *out);  /* out: 2n + 1 */
bool wg_unhex(const char *text, unsigned char *out, size_t n); /* exactly 2n digits */
/* A fresh token of 256 bits in URL-safe base64, NUL-terminated. Only its hash is stored. */
void wg_token_new(char out[WG_TOKEN_LEN]);
bool wg_bytes_equal(const void *a, const void *b, size_t n); /* in constant time */

/* argon2id, interactive limits (about 0.1 s: call it from a worker thread). */
enum { WG_PASSWORD_LEN = 128 };
wg_status wg_password_hash(const char *password, char out[WG_PASSWORD_LEN]);
/* A one-time password of 16 characters that are not mistaken for one another: 80 bits. */
enum { WG_PASSWORD_DRAWN = 17 };
void wg_password_draw(char out[WG_PASSWORD_DRAWN]);
bool wg_password_verify(const char *hash, const char *password);

#endif
