/* One main town on a winding river, smaller towns in the plain, hills around. All of it from noise. */
#include "cli/demo/field.h"

#include <math.h>

#include "cli/demo/random.h"

static const double HALF_WIDTH = 24000, HALF_HEIGHT = 18000; /* metres at size 1 */
static const double CORE_WEIGHT = 42, TOWN_WEIGHT = 22;
enum {
  SAMPLES = 90,
  USE_FIELD = 1,
  NOISE_OUTLINE = 100,
  NOISE_HEIGHT = 200,
  NOISE_RIVER = 300,
  NOISE_WARP = 400
};

double demo_distance(demo_xy a, demo_xy b) { return hypot(a.x - b.x, a.y - b.y); }

double demo_reach(const demo_field *f) { return 1.45 * HALF_WIDTH * f->size; }

double demo_inside(const demo_field *f, demo_xy p) {
  double x = p.x / (HALF_WIDTH * f->size), y = p.y / (HALF_HEIGHT * f->size), r = hypot(x, y);
  if (r < 1e-9) return 1;
  double rim = 1.08 + 0.55 * demo_fractal(f->seed + NOISE_OUTLINE, 1.1 * x / r + 9, 1.1 * y / r + 9, 5);
  return rim - r;
}

demo_xy demo_river(const demo_field *f, double t) {
  double u = t * 1.5; /* in half widths */
  double phase = (double)(f->seed % 628) / 100;
  double swing = 0.14 * (sin(2.3 * u + phase) - sin(2.3 * f->core.x / (HALF_WIDTH * f->size) + phase));
  double w0 = f->core.x / (HALF_WIDTH * f->size);
  double bend = 0.42 * (demo_fractal(f->seed + NOISE_RIVER, 3.4 * u, 3, 3) -
                        demo_fractal(f->seed + NOISE_RIVER, 3.4 * w0, 3, 3));
  double slip = 0.075 * demo_noise(f->seed + NOISE_RIVER + 9, 5 * u, 7);
  return (demo_xy){(u + slip) * HALF_WIDTH * f->size, f->core.y + (swing + bend) * HALF_HEIGHT * f->size};
}

double demo_segment_distance(demo_xy a, demo_xy b, demo_xy p) {
  double dx = b.x - a.x, dy = b.y - a.y, len2 = dx * dx + dy * dy;
  double t = len2 > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / len2 : 0;
  t = t < 0 ? 0 : t > 1 ? 1 : t;
  return demo_distance((demo_xy){a.x + t * dx, a.y + t * dy}, p);
}

double demo_river_distance(const demo_field *f, demo_xy p) {
  enum { COARSE = 8, AROUND = 12 };
  int mid = (int)((p.x / (HALF_WIDTH * f->size) / 1.5 + 1) / 2 * DEMO_COURSE), near = 0;
  double best = HUGE_VAL;
  for (int k = -AROUND; k <= AROUND; k++) {
    int i = mid + k * COARSE;
    i = i < 0 ? 0 : i > DEMO_COURSE ? DEMO_COURSE : i;
    double dx = f->course[i].x - p.x, dy = f->course[i].y - p.y, d = dx * dx + dy * dy;
    if (d < best) best = d, near = i;
  }
  best = HUGE_VAL;
  for (int i = near - COARSE < 0 ? 0 : near - COARSE; i < near + COARSE && i < DEMO_COURSE; i++) {
    double d = demo_segment_distance(f->course[i], f->course[i + 1], p);
    if (d < best) best = d;
  }
  return best;
}

double demo_height(const demo_field *f, demo_xy p) {
  double unit = 13000 * f->size;
  double rough = demo_fractal(f->seed + NOISE_HEIGHT, p.x / unit, p.y / unit, 5);
  double rise = demo_river_distance(f, p) / (13000 * f->size);
  double away = demo_distance(p, f->core) / (30000 * f->size);
  double h = 0.9 * rough + 0.62 * rise + 0.28 * away - 0.05;
  return h < 0 ? 0 : h > 1 ? 1 : h;
}

double demo_weight(const demo_field *f, demo_xy p) {
  double low = 1 - demo_height(f, p), bank = demo_river_distance(f, p) / (1500 * f->size);
  double warp =
      1 + 0.9 * demo_fractal(f->seed + NOISE_WARP, p.x / (5200 * f->size), p.y / (5200 * f->size), 3);
  /* The main town is longer along its river than across. */
  double along = (p.x - f->core.x) * cos(f->turn) + (p.y - f->core.y) * sin(f->turn);
  double across = (p.y - f->core.y) * cos(f->turn) - (p.x - f->core.x) * sin(f->turn);
  double d2 =
      (along * along / 1.7 + across * across * 1.35) * warp * warp / (f->core_radius * f->core_radius);
  double w = 0.5 + 1.6 * low * low + 2.2 / (1 + bank * bank * bank) + CORE_WEIGHT / (1 + d2 * d2 * d2) +
             4 / (1 + d2 * d2 / 20);
  for (uint32_t i = 0; i < f->n_towns; i++) {
    double dx = p.x - f->town[i].at.x, dy = p.y - f->town[i].at.y, r = f->town[i].radius,
           q = dx * dx + dy * dy;
    if (q > 25 * r * r) continue;
    q *= warp * warp / (r * r);
    w += TOWN_WEIGHT / (1 + q * q * q) + 2.5 / (1 + q);
  }
  return w;
}

double demo_spacing(const demo_field *f, demo_xy p) { return sqrt(f->per_grid / demo_weight(f, p)); }

/* Towns keep their distance, and like the plain better than the hills. */
static void place_towns(demo_field *f, uint32_t wanted, demo_rng *rng) {
  double reach = demo_reach(f), gap = 2.1 * sqrt(HALF_WIDTH * HALF_HEIGHT / (wanted + 1.0)) * f->size;
  for (int tries = 0; f->n_towns < wanted; tries++) {
    if (tries == 400) {
      gap *= 0.93;
      tries = 0;
    }
    demo_xy p = {demo_between(rng, -reach, reach), demo_between(rng, -reach, reach)};
    if (demo_inside(f, p) < 0.12 || demo_distance(p, f->core) < 2.1 * f->core_radius) continue;
    if (demo_unit(rng) < 0.8 * demo_height(f, p)) continue;
    bool near = false;
    for (uint32_t i = 0; i < f->n_towns && !near; i++) near = demo_distance(p, f->town[i].at) < gap;
    if (near) continue;
    double r = demo_between(rng, 0.55, 1.0) * 900 * f->size * (1.2 - 0.5 * demo_height(f, p));
    f->town[f->n_towns++] = (demo_town){p, r};
  }
}

void demo_field_make(demo_field *f, uint64_t seed, uint32_t grids, uint32_t townships) {
  *f = (demo_field){.seed = demo_mix(seed ^ 0x64656d6f) % 1000003};
  demo_rng rng = demo_stream(f->seed, USE_FIELD, 0);
  /* More grids want more land, though not as much more: a large district is a dense one. */
  f->size = grids > 1300 ? pow(grids / 1300.0, 0.35) : 1;
  f->core = (demo_xy){demo_between(&rng, -0.15, 0.15) * HALF_WIDTH * f->size,
                      demo_between(&rng, -0.12, 0.12) * HALF_HEIGHT * f->size};
  f->core_radius = 3100 * f->size;
  demo_xy a = demo_river(f, f->core.x / (HALF_WIDTH * f->size) / 1.5 - 0.03);
  demo_xy b = demo_river(f, f->core.x / (HALF_WIDTH * f->size) / 1.5 + 0.03);
  f->turn = atan2(b.y - a.y, b.x - a.x);
  for (int i = 0; i <= DEMO_COURSE; i++) f->course[i] = demo_river(f, 2.0 * i / DEMO_COURSE - 1);
  f->n_core = townships < 4 ? 0 : (townships * 9 + 13) / 27;
  if (townships > f->n_core) place_towns(f, townships - f->n_core, &rng);
  double sum = 0, reach = demo_reach(f), step = reach / SAMPLES;
  for (int row = -SAMPLES; row < SAMPLES; row++)
    for (int column = -SAMPLES; column < SAMPLES; column++) {
      demo_xy p = {column * step, row * step};
      if (demo_inside(f, p) > 0) sum += demo_weight(f, p) * step * step;
    }
  f->per_grid = sum / grids;
}

wg_pt demo_lattice(demo_xy p) {
  const double metres_per_degree = 111320, cos30 = 0.8660254037844386;
  double lon = 120 + p.x / (metres_per_degree * cos30), lat = 30 + p.y / metres_per_degree;
  return (wg_pt){(int32_t)llround(lon * WG_LATTICE), (int32_t)llround(lat * WG_LATTICE)};
}
