#include "api/paper.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/life.h"

void wg_html_text(wg_buf *b, const char *text) {
  for (const char *p = text ? text : ""; *p; p++) switch (*p) {
    case '<':
      wg_buf_add_str(b, "&lt;");
      break;
    case '>':
      wg_buf_add_str(b, "&gt;");
      break;
    case '&':
      wg_buf_add_str(b, "&amp;");
      break;
    case '"':
      wg_buf_add_str(b, "&quot;");
      break;
    case '\n':
      wg_buf_add_str(b, "<br>");
      break;
    default:
      wg_buf_add_char(b, *p);
    }
}

void wg_html_time(wg_buf *b, const wg_picture *p, int64_t ms) {
  if (!ms) return;
  wg_local l = wg_zone_local(p->settings->zone, ms);
  wg_buf_printf(b, "%04d-%02d-%02d %02d:%02d:%02d", l.year, l.month, l.day, l.minute / 60, l.minute % 60,
                l.second);
}

static const char style[] =
    "@page{size:A4;margin:16mm 15mm 18mm}*{box-sizing:border-box}"
    "body{margin:0 auto;max-width:180mm;padding:8mm 0;color:#16202c;background:#fff;font:10.5pt/1.5 "
    "system-ui,"
    "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif}"
    "@media print{body{padding:0;max-width:none}}"
    "@media screen{html{background:#e8ecf1}body{padding:16mm 15mm;max-width:210mm;margin:8mm "
    "auto;box-shadow:0 1mm 5mm "
    "#0002}}"
    "header{display:flex;justify-content:space-between;align-items:flex-end;gap:8mm;border-bottom:.6mm solid "
    "#1c4e80;"
    "padding-bottom:3mm;margin-bottom:5mm}h1{font-size:19pt;line-height:1.2;margin:0;font-weight:650;letter-"
    "spacing:.02em}"
    "header p{margin:0;text-align:right;color:#526070;font-size:9pt}header b{color:#16202c;font-size:11pt}"
    "h2{font-size:11.5pt;margin:7mm 0 2mm;padding-left:2.5mm;border-left:1.2mm solid "
    "#1c4e80;break-after:avoid}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:1.4mm 2mm;"
    "border-bottom:.2mm solid #d5dce4}th{font-weight:400;color:#526070;white-space:nowrap;width:26mm}"
    ".facts{display:grid;grid-template-columns:1fr "
    "62mm;gap:6mm;align-items:start}.map{width:62mm;height:62mm;border:.2mm "
    "solid #c6d0da;display:block;background:#f4f7fa}"
    ".line{width:100%}.line "
    "td:first-child{white-space:nowrap;color:#526070;width:1%;font-variant-numeric:tabular-nums}"
    ".line tr{break-inside:avoid}.line b{font-weight:600}.hash{font:7pt/1.45 ui-monospace,'DejaVu Sans "
    "Mono',monospace;color:#687686;word-break:break-all}.said{margin:.6mm 0 "
    "0}.gone{color:#8a95a1;font-style:italic}"
    ".photos{display:grid;grid-template-columns:repeat(3,1fr);gap:4mm}figure{margin:0;break-inside:avoid}"
    "figure "
    "img,figure .file{width:100%;height:38mm;object-fit:cover;background:#eef2f6;display:block;border:.2mm "
    "solid #d5dce4}"
    "figure "
    ".file{display:flex;align-items:center;justify-content:center;color:#526070}figcaption{font-size:8.5pt;"
    "margin-top:1mm}"
    ".seal{margin-top:8mm;border:.3mm solid #1c4e80;padding:3mm 4mm;break-inside:avoid;font-size:9pt}.seal "
    "p{margin:0 0 "
    "1.5mm}.qr{width:62mm;height:62mm;display:block}"
    ".code{font:650 22pt/1.1 ui-monospace,'DejaVu Sans Mono',monospace;letter-spacing:.08em}"
    ".two{display:grid;grid-template-columns:1fr 62mm;gap:8mm;align-items:start}";

void wg_html_head(wg_buf *b, const char *lang, const char *title) {
  wg_buf_printf(b,
                "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                "content=\"width=device-width\"><title>",
                strcmp(lang, "zh") == 0 ? "zh-CN" : "en");
  wg_html_text(b, title);
  wg_buf_printf(b, "</title><style>%s</style></head><body>", style);
}

void wg_html_row(wg_buf *b, const char *name, const char *value) {
  if (!value || !*value) return;
  wg_buf_add_str(b, "<tr><th>");
  wg_html_text(b, name);
  wg_buf_add_str(b, "</th><td>");
  wg_html_text(b, value);
  wg_buf_add_str(b, "</td></tr>");
}

wg_status wg_html_answer(wg_request *q, wg_response *r) {
  r->type = "text/html; charset=utf-8";
  wg_response_header(q, r, "Content-Security-Policy",
                     "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-modals; "
                     "frame-ancestors 'none'");
  return wg_answer(r, 200);
}

/* --- the map ----------------------------------------------------------------------------------------------
 */

enum { SIDE = 620 };

struct frame {
  wg_box box;
  double scale, narrow, left, top; /* narrow: a degree of longitude against one of latitude */
};

static struct frame frame_of(const wg_box *box) {
  struct frame f = {.box = *box};
  f.narrow = cos(((double)box->y0 + box->y1) / 2 / WG_LATTICE * M_PI / 180);
  double w = ((double)box->x1 - box->x0) * f.narrow, h = (double)box->y1 - box->y0;
  f.scale = SIDE * 0.84 / fmax(fmax(w, h), 1);
  f.left = (SIDE - w * f.scale) / 2;
  f.top = (SIDE - h * f.scale) / 2;
  return f;
}

static double at_x(const struct frame *f, wg_pt p) {
  return f->left + ((double)p.x - f->box.x0) * f->narrow * f->scale;
}
static double at_y(const struct frame *f, wg_pt p) { return f->top + ((double)f->box.y1 - p.y) * f->scale; }

static void draw_shape(wg_buf *b, const struct frame *f, const wg_shapes *s, uint32_t g, const char *class_) {
  wg_buf_printf(b, "<path %s d=\"", class_);
  for (uint32_t p = s->part[g]; p < s->part[g + 1]; p++)
    for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++) {
      for (uint32_t v = s->vert[r]; v < s->vert[r + 1]; v++)
        wg_buf_printf(b, "%c%.1f %.1f", v == s->vert[r] ? 'M' : 'L', at_x(f, s->pts[v]), at_y(f, s->pts[v]));
      wg_buf_add_char(b, 'z');
    }
  wg_buf_add_str(b, "\"/>");
}

static bool meets(const wg_box *a, const wg_box *b) {
  return a->x0 <= b->x1 && b->x0 <= a->x1 && a->y0 <= b->y1 && b->y0 <= a->y1;
}

enum { NEIGHBOURS = 60 };

/* The grids next to it, lightly, so that the place is recognised. */
static void draw_neighbours(wg_buf *b, const struct frame *f, const wg_plan *plan, uint32_t own) {
  int drawn = 0;
  wg_box view = f->box;
  int32_t dx = (view.x1 - view.x0) / 6, dy = (view.y1 - view.y0) / 6;
  view = (wg_box){view.x0 - dx, view.y0 - dy, view.x1 + dx, view.y1 + dy};
  for (uint32_t g = 0; g < plan->n && drawn < NEIGHBOURS; g++) {
    wg_box box = wg_shapes_box(&plan->shapes, g);
    if (g == own || !meets(&box, &view)) continue;
    draw_shape(b, f, &plan->shapes, g, "fill=\"none\" stroke=\"#b9c4cf\" stroke-width=\"2\"");
    drawn++;
  }
}

void wg_html_map(wg_buf *b, const wg_picture *p, const wg_incident *i, const char *lang) {
  const wg_network *n = wg_picture_network(p, i->network, NULL);
  uint32_t g = n && i->grid[0] ? wg_plan_find(&n->plan, i->grid) : WG_NO_INDEX;
  bool same = g != WG_NO_INDEX && n->plan.version == i->plan_version;
  if (!i->has_position) return;
  wg_box box = {i->at.x - 20000, i->at.y - 20000, i->at.x + 20000, i->at.y + 20000};
  if (same) {
    box = wg_shapes_box(&n->plan.shapes, g);
    if (i->at.x < box.x0) box.x0 = i->at.x;
    if (i->at.x > box.x1) box.x1 = i->at.x;
    if (i->at.y < box.y0) box.y0 = i->at.y;
    if (i->at.y > box.y1) box.y1 = i->at.y;
  }
  struct frame f = frame_of(&box);
  wg_buf_printf(b, "<svg class=\"map\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", SIDE, SIDE,
                wg_in(lang, "位置图", "map of the place"));
  if (same) draw_neighbours(b, &f, &n->plan, g);
  if (same)
    draw_shape(b, &f, &n->plan.shapes, g,
               "fill=\"#1c4e8022\" stroke=\"#1c4e80\" stroke-width=\"5\" stroke-linejoin=\"round\"");
  wg_buf_printf(
      b,
      "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"15\" fill=\"#c2371f\" stroke=\"#fff\" stroke-width=\"5\"/>"
      "<g fill=\"#526070\" font-size=\"22\"><path d=\"M590 60l-9 26h18z\"/><text x=\"583\" y=\"50\">N</text>",
      at_x(&f, i->at), at_y(&f, i->at));
  double metre = WG_LATTICE / 110574 * f.scale, length = 1000;
  for (int m = 1; m <= 100000; m *= 10)
    for (int k = 0; k < 3; k++) {
      double is = m * (k == 0 ? 1 : k == 1 ? 2 : 5);
      if (is * metre <= SIDE * 0.3) length = is;
    }
  wg_buf_printf(b,
                "<path d=\"M20 590v10h%.1fv-10\" fill=\"none\" stroke=\"#526070\" stroke-width=\"3\"/><text "
                "x=\"20\" y=\"580\">%g m</text></g></svg>",
                length * metre, length);
}

const char *wg_event_title(const char *kind, const char *lang) {
  static const struct {
    const char *kind, *zh, *en;
  } others[] = {{"incident.reported", "上报", "reported"},
                {"incident.attached", "添加附件", "file added"},
                {"incident.overdue", "超过时限", "overdue"},
                {"incident.imported", "导入", "imported"},
                {"incident.assigned", "指派责任人", "assigned"}};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (strcmp(kind, others[i].kind) == 0) return wg_in(lang, others[i].zh, others[i].en);
  for (int a = 0; a < WG_ACTIONS; a++)
    if (strcmp(wg_step_of((wg_action)a)->event, kind) == 0)
      return wg_in(lang, wg_step_of((wg_action)a)->zh, wg_step_of((wg_action)a)->en);
  return kind;
}
