/* The bivariate normal over triangles at its centre, by Owen's T function.
 *
 * D. B. Owen, Tables for computing bivariate normal probabilities, Ann. Math. Stat. 27 (1956) 1075–1090:
 *   T(h, a) = 1/2π ∫₀^a exp(−h²(1+x²)/2) / (1+x²) dx,
 * and for a > 1 by T(h, a) = (Q(h) + Q(ah))/2 − Q(h)Q(ah) − T(ah, 1/a), Q being the upper tail. What is left
 * is a smooth integral over at most [0, 1]: Gauss-Legendre with 20 points is exact to better than 1e-12. */
#include "geo/owens_t.h"

#include <math.h>

enum { HALF = 10 };
#define FAR   7.5 /* the mass beyond is below 1e-12 */
#define SHORT 0.1 /* of an edge */

static const double node[HALF] = {
    0.9931285991850949, 0.9639719272779138, 0.912234428251326,   0.8391169718222189,  0.7463319064601508,
    0.636053680726515,  0.5108670019508271, 0.37370608871541955, 0.22778585114164507, 0.07652652113349734};
static const double weight[HALF] = {
    0.017614007139152264, 0.04060142980038705, 0.06267204833410904, 0.08327674157670474, 0.10193011981724048,
    0.11819453196151831,  0.1316886384491765,  0.14209610931838215, 0.14917298647260377, 0.15275338713072598};

static double t_small(double h, double a) {
  double sum = 0, half = a / 2, hh = -h * h / 2;
  if (h > FAR) return 0;
  for (int i = 0; i < HALF; i++) {
    double x = half * (1 - node[i]), y = half * (1 + node[i]), u = 1 + x * x, v = 1 + y * y;
    sum += weight[i] * (exp(hh * u) / u + exp(hh * v) / v);
  }
  return sum * half / (2 * M_PI);
}

double wg_owens_t(double h, double a) {
  if (a <= 1) return t_small(h, a);
  double q = erfc(h * M_SQRT1_2) / 2, qa = erfc(a * h * M_SQRT1_2) / 2;
  return (q + qa) / 2 - q * qa - t_small(a * h, 1 / a);
}

static double t_signed(double h, double a) { return a < 0 ? -wg_owens_t(h, -a) : wg_owens_t(h, a); }

/* The same for a short edge, as the flow through it of (1 − exp(−r²/2)) / 2πr² · (x, y), whose divergence is
 * the normal's density: three points of Gauss-Legendre, off by the sixth power of the length. */
static double short_edge(double ax, double ay, double dx, double dy, double cross) {
  static const double at[3] = {0.5 - 0.3872983346207417, 0.5, 0.5 + 0.3872983346207417};
  static const double share[3] = {5 / 18.0, 8 / 18.0, 5 / 18.0};
  double sum = 0;
  for (int i = 0; i < 3; i++) {
    double x = ax + at[i] * dx, y = ay + at[i] * dy, r2 = x * x + y * y;
    sum += share[i] * (r2 < 1e-8 ? 0.5 - r2 / 8 : -expm1(-r2 / 2) / r2);
  }
  return cross * sum / (2 * M_PI);
}

double wg_normal_triangle(double ax, double ay, double bx, double by) {
  double cross = ax * by - ay * bx, dx = bx - ax, dy = by - ay, length = hypot(dx, dy);
  if (cross == 0 || length == 0) return 0;
  if (length < SHORT) return short_edge(ax, ay, dx, dy, cross);
  double whole = atan2(cross, ax * bx + ay * by) / (2 * M_PI); /* all of the wedge */
  double h = fabs(cross) / length, from = (ax * dx + ay * dy) / length, to = from + length;
  if (h > FAR || from > FAR || to < -FAR) return whole; /* nothing beyond the segment */
  double beyond = t_signed(h, to / h) - t_signed(h, from / h);
  return whole - (cross > 0 ? beyond : -beyond);
}
