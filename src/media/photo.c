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
