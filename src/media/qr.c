#include "media/qr.h"

#include <qrencode.h>

enum { QUIET = 4 }; /* modules of white around it, as ISO 18004 asks */

wg_status wg_qr_svg(const char *text, wg_buf *out) {
  QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
  if (!code) return WG_TOO_LARGE;
  int side = code->width + 2 * QUIET;
  wg_buf_printf(out,
                "<svg class=\"qr\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                "shape-rendering=\"crispEdges\" role=\"img\"><path d=\"M0 0h%dv%dH0z\" fill=\"#fff\"/><path "
                "fill=\"#000\" d=\"",
                side, side, side, side);
  for (int y = 0; y < code->width; y++)
    for (int x = 0, n; x < code->width; x += n) {
      const unsigned char *row = code->data + (size_t)y * (size_t)code->width;
      for (n = 1; x + n < code->width && (row[x] & 1) == (row[x + n] & 1); n++) {}
      if (row[x] & 1) wg_buf_printf(out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n);
    }
  wg_buf_add_str(out, "\"/></svg>");
  QRcode_free(code);
  return wg_buf_status(out);
}
