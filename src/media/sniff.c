/* Formats: JPEG (ITU T.81), PNG (ISO 15948), WebP and WAV (RIFF), Ogg (RFC 3533), ISO base media (ISO
 * 14496-12), Matroska's EBML (RFC 8794), MPEG audio (ISO 11172-3), ID3v2, PDF (ISO 32000). */
#include "media/sniff.h"

#include <string.h>

#include "base/text.h"

const char wg_media_list[] =
    "image/jpeg, image/png, image/webp, audio/mpeg, audio/mp4, audio/ogg, audio/webm, "
    "audio/wav, video/mp4, video/webm, application/pdf, text/plain";

bool wg_media_taken(const char *type) {
  size_t n = strlen(type);
  for (const char *p = wg_media_list; n && p; p = strchr(p, ','), p = p ? p + 2 : NULL)
    if (strncmp(p, type, n) == 0 && (p[n] == ',' || !p[n])) return true;
  return false;
}

bool wg_media_is_image(const char *type) { return strncmp(type, "image/", 6) == 0; }
bool wg_media_is_audio(const char *type) { return strncmp(type, "audio/", 6) == 0; }

static uint32_t be16(const unsigned char *p) { return (uint32_t)p[0] << 8 | p[1]; }
static uint32_t be32(const unsigned char *p) { return be16(p) << 16 | be16(p + 2); }
static uint32_t le24(const unsigned char *p) { return (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0]; }

/* The frame header, wherever it stands among the segments. */
static bool jpeg(const unsigned char *p, size_t n, wg_sniffed *out) {
  size_t i = 2;
  if (n < 4 || p[0] != 0xFF || p[1] != 0xD8) return false;
  while (i + 4 <= n) {
    if (p[i] != 0xFF) return false;
    unsigned mark = p[i + 1];
    if (mark == 0xFF) { /* a fill byte */
      i++;
      continue;
    }
    uint32_t length = be16(p + i + 2);
    if (length < 2) return false;
    bool frame = mark >= 0xC0 && mark <= 0xCF && mark != 0xC4 && mark != 0xC8 && mark != 0xCC;
    if (frame) {
      if (i + 9 > n) return false;
      out->height = be16(p + i + 5);
      out->width = be16(p + i + 7);
      out->type = "image/jpeg";
      return out->width && out->height;
    }
    if (mark == 0xDA || mark == 0xD9) return false;
    i += 2 + length;
  }
  return false;
}

static bool png(const unsigned char *p, size_t n, wg_sniffed *out) {
  if (n < 33 || memcmp(p, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) != 0) return false;
  out->width = be32(p + 16);
  out->height = be32(p + 20);
  out->type = "image/png";
  return out->width && out->height && !(out->width >> 31) && !(out->height >> 31);
}

static bool webp(const unsigned char *p, size_t n, wg_sniffed *out) {
  if (n < 30) return false;
  out->type = "image/webp";
  if (memcmp(p + 12, "VP8X", 4) == 0) {
    out->width = le24(p + 24) + 1;
    out->height = le24(p + 27) + 1;
  } else if (memcmp(p + 12, "VP8L", 4) == 0 && p[20] == 0x2F) {
    uint32_t bits = le24(p + 21) | (uint32_t)p[24] << 24;
    out->width = (bits & 0x3FFF) + 1;
    out->height = (bits >> 14 & 0x3FFF) + 1;
  } else if (memcmp(p + 12, "VP8 ", 4) == 0 && memcmp(p + 23, "\x9d\x01\x2a", 3) == 0) {
    out->width = ((uint32_t)p[27] << 8 | p[26]) & 0x3FFF;
    out->height = ((uint32_t)p[29] << 8 | p[28]) & 0x3FFF;
  } else {
    return false;
  }
  return out->width && out->height;
}

static bool riff(const unsigned char *p, size_t n, wg_sniffed *out) {
  if (n < 12 || memcmp(p, "RIFF", 4) != 0) return false;
  if (memcmp(p + 8, "WEBP", 4) == 0) return webp(p, n, out);
  out->type = "audio/wav";
  return memcmp(p + 8, "WAVE", 4) == 0;
}

/* Sound or moving pictures: a picture track is a handler "vide". */
static bool holds(const unsigned char *p, size_t n, const char *what) {
  return memmem(p, n, what, strlen(what)) != NULL;
}

static bool iso_media(const unsigned char *p, size_t n, wg_sniffed *out) {
  static const char *const brands[] = {"isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42",
                                       "avc1", "M4A ", "M4V ", "3gp4", "3gp5", "qt  ", "dash"};
  if (n < 16 || memcmp(p + 4, "ftyp", 4) != 0) return false;
  for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
    if (memcmp(p + 8, brands[i], 4) == 0) {
      out->type = holds(p, n, "vide") ? "video/mp4" : "audio/mp4";
      return true;
    }
  return false;
}

static bool matroska(const unsigned char *p, size_t n, wg_sniffed *out) {
  if (n < 40 || memcmp(p, "\x1a\x45\xdf\xa3", 4) != 0) return false;
  size_t start = n < 4096 ? n : 4096;
  if (!holds(p, start, "webm")) return false;
  out->type = holds(p, start, "V_VP") || holds(p, start, "V_AV1") ? "video/webm" : "audio/webm";
  return true;
}

/* Two frames of MPEG audio, or a tag and what follows it. */
static bool mpeg_audio(const unsigned char *p, size_t n, wg_sniffed *out) {
  out->type = "audio/mpeg";
  if (n > 10 && memcmp(p, "ID3", 3) == 0) return p[3] < 5;
  return n > 4 && p[0] == 0xFF && (p[1] & 0xE6) == 0xE2 && (p[2] & 0xF0) != 0xF0 && (p[2] & 0x0C) != 0x0C;
}

/* Text without control characters but for blanks. What a browser could run is no text here. */
static bool plain(const unsigned char *p, size_t n, wg_sniffed *out) {
  if (!n || !wg_text_utf8((const char *)p, n)) return false;
  for (size_t i = 0; i < n; i++)
    if ((p[i] < 32 && p[i] != '\n' && p[i] != '\r' && p[i] != '\t') || p[i] == 127) return false;
  size_t at = 0;
  while (at < n && (p[at] == ' ' || p[at] == '\n' || p[at] == '\r' || p[at] == '\t')) at++;
  out->type = "text/plain";
  return at == n || p[at] != '<';
}

bool wg_sniff(const void *bytes, size_t n, wg_sniffed *out) {
  static bool (*const kinds[])(const unsigned char *, size_t,
                               wg_sniffed *) = {jpeg, png, riff, iso_media, matroska, mpeg_audio};
  const unsigned char *p = bytes;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    *out = (wg_sniffed){NULL, 0, 0};
    if (kinds[i](p, n, out)) return true;
  }
  *out = (wg_sniffed){"audio/ogg", 0, 0};
  if (n > 27 && memcmp(p, "OggS\0", 5) == 0 && !holds(p, n < 4096 ? n : 4096, "theora")) return true;
  out->type = "application/pdf";
  if (n > 8 && memcmp(p, "%PDF-", 5) == 0) return true;
  return plain(p, n, out);
}
