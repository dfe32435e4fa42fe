/* A QR code as inline SVG. */
#ifndef WG_MEDIA_QR_H
#define WG_MEDIA_QR_H

#include "base/buf.h"
#include "base/status.h"

/* Appends <svg>…</svg>. WG_TOO_LARGE: the text does not fit (about 2 300 bytes do). */
wg_status wg_qr_svg(const char *text, wg_buf *out);

#endif
