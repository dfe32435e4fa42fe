#include "geo/io/osm_tags.h"

#include <stddef.h>
#include <string.h>

/* Format: osmconf.ini of GDAL's OSM driver. Boundaries are left out: the areas of the database are the
 * boundaries here. */
const char wg_osm_config[] =
    /* GDAL's own list: it looks in it by halves, and other lists lose keys */
    "closed_ways_are_polygons=aeroway,amenity,boundary,building,craft,geological,historic,landuse,leisure,"
    "military,"
    "natural,office,place,shop,sport,tourism,highway=platform,public_transport=platform\n"
    "attribute_name_laundering=no\n"
    "report_all_nodes=no\nreport_all_ways=no\n"
    "[points]\nosm_id=yes\n"
    "attributes=name,name:zh,name:en,place,amenity,shop,tourism,office,leisure,railway,public_transport\n"
    "other_tags=no\n"
    "[lines]\nosm_id=yes\n"
    "attributes=name,name:zh,name:en,highway,railway,waterway\nother_tags=no\n"
    "[multipolygons]\nosm_id=yes\n"
    "attributes=name,name:zh,name:en,building,landuse,leisure,natural,water,waterway,amenity,highway\n"
    "other_tags=no\n"
    "[multilinestrings]\nosm_id=yes\n"
    "attributes=name,name:zh,name:en,highway,railway,waterway\nother_tags=no\n"
    "[other_relations]\nosm_id=yes\nattributes=name\nother_tags=no\n";

static bool one_of(const char *value, const char *const *list) {
  for (; *list; list++)
    if (!strcmp(value, *list)) return true;
  return false;
}

static bool is(const char **kind, const char **class_, const char *k, const char *value) {
  *kind = k;
  *class_ = strcmp(value, "yes") ? value : "";
  return true;
}

static bool point_kind(const char *(*tag)(void *, const char *), void *ctx, const char **kind,
                       const char **class_) {
  static const char *const keys[] = {"amenity",          "shop", "tourism", "office", "leisure",
                                     "public_transport", NULL};
  static const char *const small[] = {
      "bench",     "waste_basket",   "vending_machine", "parking_space", "bicycle_parking",
      "telephone", "waste_disposal", "recycling",       "grit_bin",      NULL};
  if (!tag(ctx, "name") && !tag(ctx, "name:zh") && !tag(ctx, "name:en")) return false;
  const char *v = tag(ctx, "place");
  if (v) return is(kind, class_, "place", v);
  if ((v = tag(ctx, "railway")) && (!strcmp(v, "station") || !strcmp(v, "halt")))
    return is(kind, class_, "poi", "station");
  for (const char *const *k = keys; *k; k++)
    if ((v = tag(ctx, *k)) && !one_of(v, small)) return is(kind, class_, "poi", v);
  return false;
}

static bool line_kind(const char *(*tag)(void *, const char *), void *ctx, const char **kind,
                      const char **class_) {
  static const char *const not_there[] = {"proposed", "construction", "razed", "abandoned",
                                          "platform", "no",           NULL};
  static const char *const rails[] = {"rail",         "subway",   "light_rail", "tram",
                                      "narrow_gauge", "monorail", "funicular",  NULL};
  const char *v = tag(ctx, "highway");
  if (v) return !one_of(v, not_there) && is(kind, class_, "road", v);
  if ((v = tag(ctx, "railway"))) return one_of(v, rails) && is(kind, class_, "rail", v);
  return (v = tag(ctx, "waterway")) && strcmp(v, "dam") != 0 && is(kind, class_, "waterway", v);
}

static bool polygon_kind(const char *(*tag)(void *, const char *), void *ctx, const char **kind,
                         const char **class_) {
  static const char *const wet[] = {"reservoir", "basin", "salt_pond", NULL};
  static const char *const green[] = {"wood", "grassland", "scrub", "heath",   "wetland", "beach",
                                      "sand", "bare_rock", "scree", "glacier", NULL};
  static const char *const grounds[] = {"school", "university", "college", "hospital", "kindergarten", NULL};
  const char *v = tag(ctx, "building"), *water = tag(ctx, "water");
  if (v && strcmp(v, "no") != 0) return is(kind, class_, "building", v);
  if ((v = tag(ctx, "natural")) && !strcmp(v, "water")) return is(kind, class_, "water", water ? water : "");
  if (v && one_of(v, green)) return is(kind, class_, "landuse", v);
  if ((v = tag(ctx, "waterway")) && !strcmp(v, "riverbank")) return is(kind, class_, "water", "river");
  if (water) return is(kind, class_, "water", water);
  if ((v = tag(ctx, "landuse"))) return is(kind, class_, one_of(v, wet) ? "water" : "landuse", v);
  if ((v = tag(ctx, "leisure"))) return is(kind, class_, "landuse", v);
  return (v = tag(ctx, "amenity")) && one_of(v, grounds) && is(kind, class_, "landuse", v);
}

bool wg_osm_kind(int geometry, const char *(*tag)(void *, const char *), void *ctx, const char **kind,
                 const char **class_) {
  *class_ = "";
  if (geometry == 1) return point_kind(tag, ctx, kind, class_);
  return geometry == 2 ? line_kind(tag, ctx, kind, class_) : polygon_kind(tag, ctx, kind, class_);
}
