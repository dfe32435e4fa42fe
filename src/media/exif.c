#include "media/exif.h"

#include <libexif/exif-data.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static double rational(const ExifEntry *e, ExifByteOrder order, unsigned i) {
  if (e->format != EXIF_FORMAT_RATIONAL || e->components <= i || e->size < (i + 1) * 8) return NAN;
  ExifRational r = exif_get_rational(e->data + (size_t)i * 8, order);
  return r.denominator ? (double)r.numerator / r.denominator : r.numerator ? NAN : 0;
}

/* Degrees, minutes, seconds, and the letter that makes them negative. */
static double degrees(ExifContent *gps, ExifByteOrder order, int tag, int ref, unsigned char minus) {
  ExifEntry *e = exif_content_get_entry(gps, (ExifTag)tag), *r = exif_content_get_entry(gps, (ExifTag)ref);
  if (!e || !r || r->format != EXIF_FORMAT_ASCII || !r->size) return NAN;
  double d = rational(e, order, 0), m = rational(e, order, 1), s = rational(e, order, 2);
  double v = d + m / 60 + s / 3600;
  return r->data[0] == minus ? -v : v;
}

static void read_place(ExifData *data, wg_exif *out) {
  ExifContent *gps = data->ifd[EXIF_IFD_GPS];
  ExifByteOrder order = exif_data_get_byte_order(data);
  double lat = degrees(gps, order, 2, 1, 'S'), lon = degrees(gps, order, 4, 3, 'W');
  if (!isfinite(lat) || !isfinite(lon) || fabs(lat) > 90 || fabs(lon) > 180 || (lat == 0 && lon == 0)) return;
  out->has_place = true;
  out->lat = lat;
  out->lon = lon;
}

static void text_of(ExifContent *ifd, int tag, char *out, size_t max) {
  ExifEntry *e = exif_content_get_entry(ifd, (ExifTag)tag);
  out[0] = 0;
  if (!e || e->format != EXIF_FORMAT_ASCII || !e->data) return;
  size_t n = strnlen((const char *)e->data, e->size);
  if (n < max) memcpy(out, e->data, n), out[n] = 0;
}

/* "2026:11:24 10:00:00" and, where the camera knew it, "+08:00". */
static void read_time(ExifData *data, wg_exif *out) {
  char time[24], zone[8];
  int y, mo, d, h, mi, s, zh, zm;
  char sign;
  text_of(data->ifd[EXIF_IFD_EXIF], EXIF_TAG_DATE_TIME_ORIGINAL, time, sizeof time);
  text_of(data->ifd[EXIF_IFD_EXIF], 0x9011, zone, sizeof zone); /* OffsetTimeOriginal */
  if (sscanf(time, "%4d:%2d:%2d %2d:%2d:%2d", &y, &mo, &d, &h, &mi, &s) != 6) return;
  if (y < 1990 || y > 2200 || mo < 1 || mo > 12 || d < 1 || d > 31 || h < 0 || h > 23 || mi < 0 || mi > 59 ||
      s < 0 || s > 59)
    return;
  out->has_time = true;
  out->has_zone = sscanf(zone, "%c%2d:%2d", &sign, &zh, &zm) == 3 && (sign == '+' || sign == '-') &&
                  zh >= 0 && zh <= 14 && zm >= 0 && zm <= 59;
  int n = snprintf(out->time, sizeof out->time, "%04d-%02d-%02dT%02d:%02d:%02d", y, mo, d, h, mi, s);
  if (out->has_zone) snprintf(out->time + n, sizeof out->time - (size_t)n, "%c%02d:%02d", sign, zh, zm);
}

bool wg_exif_read(const void *bytes, size_t n, wg_exif *out) {
  memset(out, 0, sizeof *out);
  if (n < 12 || n > UINT_MAX) return false;
  ExifData *data = exif_data_new();
  if (!data) return false;
  exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION); /* nothing is added to what there is */
  exif_data_load_data(data, bytes, (unsigned)n);
  read_place(data, out);
  read_time(data, out);
  exif_data_unref(data);
  return out->has_place || out->has_time;
}
