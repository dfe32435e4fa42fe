/* Which addresses a webhook may lead to: those of the whole Internet, however they are written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/crypto.h"
#include "notify/address.h"

static bool is_private(const char *text) {
  struct sockaddr_in four = {.sin_family = AF_INET};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6};
  if (inet_pton(AF_INET, text, &four.sin_addr) == 1) return wg_address_private((struct sockaddr *)&four);
  if (inet_pton(AF_INET6, text, &six.sin6_addr) != 1) fail_msg("%s", text);
  return wg_address_private((struct sockaddr *)&six);
}

static void addresses(void **state) {
  (void)state;
  static const char *const kept[] = {"0.0.0.0",
                                     "10.0.0.1",
                                     "10.255.255.255",
                                     "100.64.0.1",
                                     "127.0.0.1",
                                     "127.9.9.9",
                                     "169.254.169.254",
                                     "172.16.0.1",
                                     "172.31.255.255",
                                     "192.168.1.1",
                                     "192.0.0.170",
                                     "198.18.0.1",
                                     "198.19.255.255",
                                     "224.0.0.1",
                                     "240.0.0.1",
                                     "255.255.255.255",
                                     "::",
                                     "::1",
                                     "fc00::1",
                                     "fdff::1",
                                     "fe80::1",
                                     "ff02::1",
                                     "::ffff:10.0.0.1",
                                     "::ffff:127.0.0.1",
                                     "64:ff9b::a00:1",
                                     "2002:a00:1::1",
                                     "2002:7f00:1::",
                                     "2001:db8::1",
                                     "2001::1"};
  static const char *const open[] = {
      "1.1.1.1",    "9.255.255.255",   "11.0.0.0",     "100.63.255.255", "100.128.0.0",    "126.0.0.1",
      "128.0.0.1",  "172.15.0.1",      "172.32.0.1",   "192.167.0.1",    "192.169.0.1",    "198.17.0.1",
      "198.20.0.1", "223.255.255.255", "2400:3200::1", "2606:4700::1",   "::ffff:1.1.1.1", "2002:101:101::1"};
  for (size_t k = 0; k < sizeof kept / sizeof *kept; k++)
    if (!is_private(kept[k])) fail_msg("%s may be called", kept[k]);
  for (size_t k = 0; k < sizeof open / sizeof *open; k++)
    if (is_private(open[k])) fail_msg("%s may not be called", open[k]);
  struct sockaddr other = {.sa_family = AF_UNIX};
  assert_true(wg_address_private(&other));
}

/* RFC 4231, test case 2. */
static void signature(void **state) {
  (void)state;
  unsigned char mac[WG_HASH_LEN];
  char hex[2 * WG_HASH_LEN + 1];
  wg_hmac_sha256("Jefe", "what do ya want ", "for nothing?", mac);
  wg_hex(mac, sizeof mac, hex);
  assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(addresses), cmocka_unit_test(signature)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
