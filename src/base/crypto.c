#include "base/crypto.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(wg_hasher), "wg_hasher holds libsodium's state");
_Static_assert(WG_PASSWORD_LEN >= crypto_pwhash_STRBYTES, "room for the password string");

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(wg_sha), "wg_sha holds libsodium's state");

wg_status wg_crypto_init(void) { return sodium_init() < 0 ? WG_INTERNAL : WG_OK; }

static crypto_generichash_state *state(wg_hasher *h) { return (crypto_generichash_state *)(void *)h->state; }

static void put64(unsigned char b[8], uint64_t v) {
  for (int i = 0; i < 8; i++) b[i] = (unsigned char)(v >> (8 * i));
}

void wg_hasher_begin(wg_hasher *h) { crypto_generichash_init(state(h), NULL, 0, WG_HASH_LEN); }

void wg_hasher_field(wg_hasher *h, const void *bytes, size_t n) {
  unsigned char len[8];
  put64(len, n);
  crypto_generichash_update(state(h), len, sizeof len);
  if (n) crypto_generichash_update(state(h), bytes, n);
}

void wg_hasher_int(wg_hasher *h, int64_t value) {
  unsigned char b[8];
  put64(b, (uint64_t)value);
  wg_hasher_field(h, b, sizeof b);
}

void wg_hasher_end(wg_hasher *h, unsigned char out[WG_HASH_LEN]) {
  crypto_generichash_final(state(h), out, WG_HASH_LEN);
}

void wg_hash(const void *bytes, size_t n, unsigned char out[WG_HASH_LEN]) {
  crypto_generichash(out, WG_HASH_LEN, bytes, n, NULL, 0);
}

void wg_hash_salted(const unsigned char salt[WG_SALT_LEN], const void *bytes, size_t n,
                    unsigned char out[WG_HASH_LEN]) {
  crypto_generichash(out, WG_HASH_LEN, bytes, n, salt, WG_SALT_LEN);
}

void wg_hmac_sha256(const char *key, const char *a, const char *b, unsigned char out[WG_HASH_LEN]) {
  crypto_auth_hmacsha256_state h;
  crypto_auth_hmacsha256_init(&h, (const unsigned char *)key, strlen(key));
  crypto_auth_hmacsha256_update(&h, (const unsigned char *)a, strlen(a));
  crypto_auth_hmacsha256_update(&h, (const unsigned char *)b, strlen(b));
  crypto_auth_hmacsha256_final(&h, out);
}

void wg_random(void *out, size_t n) { randombytes_buf(out, n); }

void wg_hex(const unsigned char *bytes, size_t n, char *out) { sodium_bin2hex(out, 2 * n + 1, bytes, n); }

bool wg_unhex(const char *text, unsigned char *out, size_t n) {
  size_t got = 0;
  return strlen(text) == 2 * n && sodium_hex2bin(out, n, text, 2 * n, NULL, &got, NULL) == 0 && got == n;
}

void wg_token_new(char out[WG_TOKEN_LEN]) {
  unsigned char raw[32];
  randombytes_buf(raw, sizeof raw);
  sodium_bin2base64(out, WG_TOKEN_LEN, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  sodium_memzero(raw, sizeof raw);
}

bool wg_bytes_equal(const void *a, const void *b, size_t n) { return sodium_memcmp(a, b, n) == 0; }

wg_status wg_password_hash(const char *password, char out[WG_PASSWORD_LEN]) {
  return crypto_pwhash_str(out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                           crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0
             ? WG_OK
             : WG_NO_MEMORY;
}

void wg_password_draw(char out[WG_PASSWORD_DRAWN]) {
  static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789Q"; /* 32 */
  unsigned char raw[WG_PASSWORD_DRAWN - 1];
  wg_random(raw, sizeof raw);
  for (size_t i = 0; i < sizeof raw; i++) out[i] = letters[raw[i] & 31];
  out[sizeof raw] = 0;
}

bool wg_password_verify(const char *hash, const char *password) {
  return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

static crypto_hash_sha256_state *sha_of(wg_sha *h) { return (crypto_hash_sha256_state *)(void *)h->state; }
void wg_sha_begin(wg_sha *h) { crypto_hash_sha256_init(sha_of(h)); }
void wg_sha_add(wg_sha *h, const void *bytes, size_t n) { crypto_hash_sha256_update(sha_of(h), bytes, n); }
void wg_sha_end(wg_sha *h, unsigned char out[WG_HASH_LEN]) { crypto_hash_sha256_final(sha_of(h), out); }

void wg_sha256(const void *bytes, size_t n, unsigned char out[WG_HASH_LEN]) {
  crypto_hash_sha256(out, n ? bytes : (const void *)"", n);
}

void wg_sign_key_new(unsigned char secret[WG_SIGN_SECRET]) {
  unsigned char key[WG_SIGN_PUBLIC];
  crypto_sign_keypair(key, secret);
}

void wg_sign_public(const unsigned char secret[WG_SIGN_SECRET], unsigned char out[WG_SIGN_PUBLIC]) {
  crypto_sign_ed25519_sk_to_pk(out, secret);
}

void wg_sign(const unsigned char secret[WG_SIGN_SECRET], const void *bytes, size_t n,
             unsigned char out[WG_SIGN_LEN]) {
  crypto_sign_detached(out, NULL, bytes, n, secret);
}

bool wg_sign_verify(const unsigned char key[WG_SIGN_PUBLIC], const void *bytes, size_t n,
                    const unsigned char signature[WG_SIGN_LEN]) {
  return crypto_sign_verify_detached(signature, bytes, n, key) == 0;
}

void wg_base64(const unsigned char *bytes, size_t n, char *out, size_t max) {
  sodium_bin2base64(out, max, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void wg_base64_plain(const unsigned char *bytes, size_t n, char *out, size_t max) {
  sodium_bin2base64(out, max, bytes, n, sodium_base64_VARIANT_ORIGINAL);
}

bool wg_unbase64(const char *text, size_t n_text, unsigned char *out, size_t max, size_t *n) {
  const char *end = NULL;
  return sodium_base642bin(out, max, text, n_text, NULL, n, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) ==
             0 &&
         end == text + n_text;
}
