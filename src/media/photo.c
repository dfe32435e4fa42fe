/* gdk-pixbuf with the loader named: what the bytes are was found before, and no other decoder sees them. A
 * JPEG is scaled while it is decoded. */
#include "media/photo.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#include "media/sniff.h"

/* Points that are decoded: 200 million of a JPEG, which is never whole in memory, 40 million of others. */
enum { JPEG_MOST = 200000000, OTHERS_MOST = 40000000 };

static void say_size(GdkPixbufLoader *loader, int w, int h, void *side) {
  int most = *(int *)side, longer = w > h ? w : h;
  if (longer <= most || longer <= 0) return;
  int to_w = (int)((gint64)w * most / longer), to_h = (int)((gint64)h * most / longer);
  gdk_pixbuf_loader_set_size(loader, to_w ? to_w : 1, to_h ? to_h : 1);
}

static wg_status undrawable(wg_err *err, const char *why) {
  return wg_fail_code(err, WG_UNPROCESSABLE, "no-picture", "",
                      WG_T("this picture cannot be drawn: %.200s", "无法显示该图片：%.200s"), why);
}

static GdkPixbuf *decode(const void *bytes, size_t n, const char *type, int side, GError **error) {
  GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type(type, error);
  if (!loader) return NULL;
  g_signal_connect(loader, "size-prepared", G_CALLBACK(say_size), &side);
  gboolean ok = gdk_pixbuf_loader_write(loader, bytes, n, error);
  ok = gdk_pixbuf_loader_close(loader, ok ? error : NULL) && ok;
  GdkPixbuf *whole = ok ? gdk_pixbuf_loader_get_pixbuf(loader) : NULL;
  GdkPixbuf *upright = whole ? gdk_pixbuf_apply_embedded_orientation(whole) : NULL;
  g_object_unref(loader);
  return upright;
}

static gboolean take(const gchar *bytes, gsize n, GError **error, void *buf) {
  (void)error;
  wg_buf_add(buf, bytes, n);
  return wg_buf_status(buf) == WG_OK;
}

wg_status wg_photo_small(const void *bytes, size_t n, int side, wg_buf *out, wg_err *err) {
  wg_sniffed what;
  GError *error = NULL;
  if (!wg_sniff(bytes, n, &what) || !wg_media_is_image(what.type)) return undrawable(err, "not a picture");
  const char *type = what.type + strlen("image/");
  uint64_t points = (uint64_t)what.width * what.height;
  if (points > (strcmp(type, "jpeg") == 0 ? JPEG_MOST : OTHERS_MOST))
    return undrawable(err, "too many points");
  GdkPixbuf *small = decode(bytes, n, type, side, &error);
  gboolean ok = small && gdk_pixbuf_save_to_callback(small, take, out, "jpeg", &error, "quality", "82", NULL);
  wg_status st = ok ? wg_buf_status(out) : undrawable(err, error ? error->message : "damaged");
  g_clear_error(&error);
  if (small) g_object_unref(small);
  return st;
}

/* --- drawn ------------------------------------------------------------------------------------------------
 */

enum { DRAWN_W = 960, DRAWN_H = 720 };

static uint32_t stir(uint64_t *n) {
  *n = *n * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*n >> 33);
}

static void fill(guchar *at, int stride, int x0, int y0, int x1, int y1, const int top[3],
                 const int bottom[3], uint64_t *n) {
  for (int y = y0 < 0 ? 0 : y0; y < y1 && y < DRAWN_H; y++)
    for (int x = x0 < 0 ? 0 : x0; x < x1 && x < DRAWN_W; x++)
      for (int c = 0; c < 3; c++) {
        int v = top[c] + (bottom[c] - top[c]) * (y - y0) / (y1 - y0) + (int)(stir(n) % 9) - 4;
        at[y * stride + 3 * x + c] = (guchar)(v < 0 ? 0 : v > 255 ? 255 : v);
      }
}

static void draw(guchar *at, int stride, uint64_t n) {
  int warm = (int)(stir(&n) % 40), ground = 380 + (int)(stir(&n) % 60);
  const int sky[3] = {150 + warm, 185, 225 - warm}, haze[3] = {215, 222, 228}, road[3] = {120, 120, 118},
            near[3] = {78, 78, 76};
  fill(at, stride, 0, 0, DRAWN_W, ground, sky, haze, &n);
  for (int x = -40; x < DRAWN_W;) {
    int w = 90 + (int)(stir(&n) % 140), h = 90 + (int)(stir(&n) % 210), tone = 120 + (int)(stir(&n) % 90);
    const int wall[3] = {tone, tone - 8, tone - 18}, foot[3] = {tone - 20, tone - 26, tone - 34};
    const int glass[3] = {70, 84, 98};
    fill(at, stride, x, ground - h, x + w, ground, wall, foot, &n);
    for (int y = ground - h + 18; y < ground - 30; y += 34)
      for (int k = x + 14; k < x + w - 22; k += 30) fill(at, stride, k, y, k + 16, y + 20, glass, glass, &n);
    x += w + (int)(stir(&n) % 50);
  }
  fill(at, stride, 0, ground, DRAWN_W, DRAWN_H, road, near, &n);
  const int line[3] = {226, 226, 220};
  for (int k = 0; k < 5; k++) {
    int y = ground + 24 + k * k * 16, half = 4 + k * 4;
    fill(at, stride, DRAWN_W / 2 - half, y, DRAWN_W / 2 + half, y + 10 + k * 7, line, line, &n);
  }
}

wg_status wg_photo_drawn(uint64_t number, wg_buf *out) {
  GdkPixbuf *p = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, DRAWN_W, DRAWN_H);
  if (!p) return WG_NO_MEMORY;
  draw(gdk_pixbuf_get_pixels(p), gdk_pixbuf_get_rowstride(p), number);
  gboolean ok = gdk_pixbuf_save_to_callback(p, take, out, "jpeg", NULL, "quality", "78", NULL);
  g_object_unref(p);
  return ok ? wg_buf_status(out) : WG_IO;
}
