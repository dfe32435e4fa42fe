#include "geo/io/dbf_text.h"

#include <gdal.h>
#include <string.h>

#include "base/text.h"

void wg_dbf_decode(wg_charset *charset, const char *raw, size_t n, wg_buf *out) {
  size_t before = out->len;
  if (!charset) {
    for (size_t cut = 0; cut <= 3 && cut <= n; cut++)
      if (wg_text_utf8(raw, n - cut)) {
        wg_buf_add(out, raw, n - cut);
        return;
      }
    return;
  }
  for (size_t cut = 0; cut <= 3 && cut <= n; cut++) {
    if (wg_charset_feed(charset, raw, n - cut, true, out) == WG_OK) return;
    out->len = before;
  }
}

static void count_layer(OGRLayerH layer, wg_charset_tally *tally) {
  OGRFeatureDefnH defn = OGR_L_GetLayerDefn(layer);
  int n = OGR_FD_GetFieldCount(defn);
  for (int i = 0; i < n; i++) {
    const char *name = OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(defn, i));
    wg_charset_count(tally, name, strlen(name), false);
  }
  static const char *const no_geometry[] = {"OGR_GEOMETRY", NULL};
  OGR_L_SetIgnoredFields(layer, (const char **)(uintptr_t)no_geometry);
  OGR_L_ResetReading(layer);
  for (OGRFeatureH f; (f = OGR_L_GetNextFeature(layer)); OGR_F_Destroy(f))
    for (int i = 0; i < n; i++) {
      if (OGR_Fld_GetType(OGR_FD_GetFieldDefn(defn, i)) != OFTString || !OGR_F_IsFieldSetAndNotNull(f, i))
        continue;
      const char *text = OGR_F_GetFieldAsString(f, i);
      wg_charset_count(tally, text, strlen(text), false);
    }
  OGR_L_SetIgnoredFields(layer, NULL);
  OGR_L_ResetReading(layer);
}

static wg_status choose(const wg_charset_tally *tally, const char *declared, wg_table_about *about,
                        wg_err *err) {
  wg_charset_guess guess = wg_charset_decide(tally);
  /* a code page of single bytes reads anything, and writers put one in when they know nothing */
  bool weak = declared && wg_charset_single_byte(declared);
  bool borne_out = declared && (!strcmp(declared, "UTF-8")     ? !tally->not_utf8
                                : !strcmp(declared, "GB18030") ? !tally->not_gb
                                                               : !weak || guess == WG_CHARSET_UNKNOWN);
  if (borne_out) {
    about->encoding = declared;
    about->encoding_en = "as the file declares";
    about->encoding_zh = "按文件声明";
  } else if (guess == WG_CHARSET_ASCII) {
    about->encoding = "UTF-8";
    about->encoding_en = "nothing but ASCII";
    about->encoding_zh = "全部为 ASCII";
  } else if (guess == WG_CHARSET_UTF8 || guess == WG_CHARSET_GB) {
    about->encoding = guess == WG_CHARSET_GB ? "GB18030" : "UTF-8";
    about->encoding_en = declared ? "found by looking: the declared one does not fit" : "found by looking";
    about->encoding_zh = declared ? "自动识别（文件声明的编码不符）" : "自动识别";
  } else {
    return wg_fail_code(
        err, WG_INVALID, "encoding-unknown", "--encoding",
        WG_T("the text is neither UTF-8 nor GB18030 and the file does not say what it is; give --encoding",
             "文本既不是 UTF-8 也不是 GB18030，文件也没有声明编码；请用 --encoding 指明"));
  }
  return WG_OK;
}

wg_status wg_dbf_encoding(OGRLayerH layer, const char *told, wg_table_about *about, wg_charset **out,
                          wg_err *err) {
  *out = NULL;
  if (told) {
    about->encoding = wg_charset_name(told);
    about->encoding_en = "as told";
    about->encoding_zh = "按参数指定";
  } else {
    const char *says = GDALGetMetadataItem(layer, "ENCODING_FROM_CPG", "SHAPEFILE");
    if (!says || !wg_charset_name(says)) says = GDALGetMetadataItem(layer, "ENCODING_FROM_LDID", "SHAPEFILE");
    wg_charset_tally tally = {0};
    count_layer(layer, &tally);
    wg_status st = choose(&tally, says ? wg_charset_name(says) : NULL, about, err);
    if (st) return st;
  }
  if (about->encoding && !strcmp(about->encoding, "UTF-8")) return WG_OK;
  return wg_charset_open(told ? told : about->encoding, out, err);
}
