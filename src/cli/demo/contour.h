/* Areas where a field is above zero, as polygons. */
#ifndef WG_CLI_DEMO_CONTOUR_H
#define WG_CLI_DEMO_CONTOUR_H

#include "cli/demo/field.h"

typedef double (*demo_scalar)(const demo_field *f, demo_xy p);
/* Polygons with their holes, one feature per shell, in lattice coordinates; specks under least m² are left
 * out. Samples the square that holds the land. */
wg_status demo_contour(const demo_field *f, demo_scalar field, double least, wg_shapes *out);

#endif
