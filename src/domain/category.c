#include "domain/category.h"

const char *wg_class_name(wg_class c) {
  static const char *const name[WG_CLASSES] = {"ordinary", "restricted", "sealed"};
  return (unsigned)c < WG_CLASSES ? name[c] : "";
}
