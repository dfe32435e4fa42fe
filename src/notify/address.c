#include "notify/address.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

/* Not reachable from the whole Internet: RFC 6890 and its registry. */
static const struct {
  uint32_t net;
  int bits;
} special4[] = {
    {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},  {0xA9FE0000, 16},
    {0xAC100000, 12}, {0xC0000000, 24}, {0xC0000200, 24}, {0xC0A80000, 16}, {0xC6120000, 15},
    {0xC6336400, 24}, {0xCB007100, 24}, {0xE0000000, 3}, /* multicast, reserved, broadcast */
};

static bool private4(uint32_t a) {
  for (size_t k = 0; k < sizeof special4 / sizeof *special4; k++)
    if ((a ^ special4[k].net) >> (32 - special4[k].bits) == 0) return true;
  return false;
}

static uint32_t be32(const unsigned char *b) {
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool private6(const unsigned char *b) {
  static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff}, nat64[12] = {0, 0x64, 0xff, 0x9b};
  if (memcmp(b, mapped, 12) == 0 || memcmp(b, nat64, 12) == 0) return private4(be32(b + 12));
  if (b[0] == 0x20 && b[1] == 0x02) return private4(be32(b + 2)); /* 6to4 */
  if ((b[0] & 0xe0) != 0x20) return true;                         /* all but 2000::/3 */
  return be32(b) == 0x20010db8 || be32(b) == 0x20010000;          /* documentation, Teredo */
}

bool wg_address_private(const struct sockaddr *address) {
  if (address->sa_family == AF_INET)
    return private4(ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr));
  if (address->sa_family == AF_INET6)
    return private6(((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr);
  return true;
}
