#include "cli/demo/names.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/demo/areas.h"
#include "cli/demo/random.h"

typedef struct syllable {
  const char *zh, *en;
} syllable;

/* Old names: of townships, villages, waters, hills. */
static const syllable nature[] = {
    {"云", "yun"},  {"青", "qing"}, {"白", "bai"},  {"清", "qing"}, {"凤", "feng"},   {"金", "jin"},
    {"银", "yin"},  {"玉", "yu"},   {"松", "song"}, {"竹", "zhu"},  {"梅", "mei"},    {"兰", "lan"},
    {"桂", "gui"},  {"柳", "liu"},  {"枫", "feng"}, {"莲", "lian"}, {"荷", "he"},     {"芦", "lu"},
    {"沙", "sha"},  {"石", "shi"},  {"桃", "tao"},  {"杏", "xing"}, {"樟", "zhang"},  {"茶", "cha"},
    {"稻", "dao"},  {"鹤", "he"},   {"鹭", "lu"},   {"燕", "yan"},  {"雁", "yan"},    {"霞", "xia"},
    {"岚", "lan"},  {"雪", "xue"},  {"朝", "chao"}, {"古", "gu"},   {"双", "shuang"}, {"长", "chang"},
    {"灵", "ling"}, {"秀", "xiu"},  {"碧", "bi"},   {"翠", "cui"}};
static const syllable ground[] = {
    {"溪", "xi"},   {"湖", "hu"},   {"桥", "qiao"}, {"岭", "ling"}, {"塘", "tang"}, {"坪", "ping"},
    {"田", "tian"}, {"岩", "yan"},  {"源", "yuan"}, {"浦", "pu"},   {"洲", "zhou"}, {"港", "gang"},
    {"湾", "wan"},  {"林", "lin"},  {"泉", "quan"}, {"潭", "tan"},  {"埠", "bu"},   {"渡", "du"},
    {"坞", "wu"},   {"峰", "feng"}, {"堰", "yan"},  {"汀", "ting"}, {"圩", "wei"},  {"坡", "po"},
    {"谷", "gu"},   {"墩", "dun"},  {"坑", "keng"}, {"畈", "fan"}};
/* New names: of neighbourhoods and streets. */
static const syllable virtue[] = {
    {"新", "xin"},  {"东", "dong"}, {"西", "xi"},  {"南", "nan"},  {"北", "bei"},  {"中", "zhong"},
    {"和", "he"},   {"平", "ping"}, {"安", "an"},  {"康", "kang"}, {"乐", "le"},   {"福", "fu"},
    {"永", "yong"}, {"兴", "xing"}, {"文", "wen"}, {"明", "ming"}, {"建", "jian"}, {"胜", "sheng"},
    {"荣", "rong"}, {"泰", "tai"},  {"嘉", "jia"}, {"瑞", "rui"},  {"景", "jing"}, {"春", "chun"},
    {"阳", "yang"}, {"晨", "chen"}, {"学", "xue"}, {"育", "yu"},   {"府", "fu"},   {"城", "cheng"},
    {"环", "huan"}, {"江", "jiang"}};
static const syllable lane[] = {
    {"园", "yuan"},  {"苑", "yuan"},   {"里", "li"},    {"巷", "xiang"}, {"桥", "qiao"}, {"湖", "hu"},
    {"门", "men"},   {"坊", "fang"},   {"井", "jing"},  {"台", "tai"},   {"庭", "ting"}, {"华", "hua"},
    {"宁", "ning"},  {"庄", "zhuang"}, {"昌", "chang"}, {"祥", "xiang"}, {"顺", "shun"}, {"丰", "feng"},
    {"盛", "sheng"}, {"达", "da"},     {"民", "min"},   {"德", "de"},    {"仁", "ren"},  {"义", "yi"},
    {"信", "xin"},   {"善", "shan"}};
static const syllable surname[] = {
    {"王", "wang"}, {"李", "li"},    {"张", "zhang"}, {"刘", "liu"},  {"陈", "chen"},  {"杨", "yang"},
    {"赵", "zhao"}, {"黄", "huang"}, {"周", "zhou"},  {"吴", "wu"},   {"徐", "xu"},    {"孙", "sun"},
    {"胡", "hu"},   {"朱", "zhu"},   {"高", "gao"},   {"林", "lin"},  {"何", "he"},    {"郭", "guo"},
    {"马", "ma"},   {"罗", "luo"},   {"梁", "liang"}, {"宋", "song"}, {"郑", "zheng"}, {"谢", "xie"},
    {"韩", "han"},  {"唐", "tang"},  {"冯", "feng"},  {"于", "yu"},   {"董", "dong"},  {"程", "cheng"},
    {"曹", "cao"},  {"袁", "yuan"},  {"邓", "deng"},  {"许", "xu"},   {"傅", "fu"},    {"沈", "shen"},
    {"曾", "zeng"}, {"彭", "peng"},  {"吕", "lv"},    {"苏", "su"}};
static const syllable hamlet[] = {{"家", "jia"},  {"宅", "zhai"}, {"店", "dian"},      {"庄", "zhuang"},
                                  {"墩", "dun"},  {"坞", "wu"},   {"塘", "tang"},      {"桥", "qiao"},
                                  {"岗", "gang"}, {"畈", "fan"},  {"山头", "shantou"}, {"湾", "wan"}};
static const char *const given[] = {"伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳",
                                    "杰", "娟", "涛", "明", "超", "霞", "平", "刚", "桂", "英", "华", "玉",
                                    "兰", "建", "国", "文", "斌", "辉", "玲", "志", "海", "燕", "飞", "鹏",
                                    "浩", "宇", "轩", "欣", "怡", "佳", "琪", "雪", "梅", "春", "秋", "晓",
                                    "东", "成", "云", "波", "庆", "红", "凤", "莲", "荣", "光", "世", "安",
                                    "良", "晨", "阳", "倩", "雅", "宁", "泽", "凯", "博", "思"};

#define COUNT(a) ((uint32_t)(sizeof(a) / sizeof *(a)))

/* The k-th of all pairs in an order that the seed shuffles: k × step + start modulo the number of pairs, the
 * step having no factor in common with it. */
static uint32_t shuffled(uint64_t seed, uint32_t k, uint32_t n) {
  uint64_t h = demo_mix(seed);
  uint32_t step = (uint32_t)(h % n) | 1, start = (uint32_t)((h >> 32) % n);
  for (;; step += 2) {
    uint32_t a = step, b = n;
    while (b) {
      uint32_t r = a % b;
      a = b, b = r;
    }
    if (a == 1) break;
  }
  return (uint32_t)(((uint64_t)k * step + start) % n);
}

/* Two syllables; pinyin runs together, an apostrophe before a bare vowel. */
static demo_name pair(const syllable *a, uint32_t na, const syllable *b, uint32_t nb, uint64_t seed,
                      uint32_t k) {
  uint32_t i = shuffled(seed, k, na * nb);
  const syllable *x = a + i / nb, *y = b + i % nb;
  demo_name n;
  snprintf(n.zh, sizeof n.zh, "%s%s", x->zh, y->zh);
  snprintf(n.en, sizeof n.en, "%s%s%s", x->en, strchr("aeo", y->en[0]) ? "'" : "", y->en);
  n.en[0] = (char)toupper((unsigned char)n.en[0]);
  return n;
}
#define PAIR(a, b, seed, k) pair(a, COUNT(a), b, COUNT(b), seed, k)

static demo_name with(demo_name n, const char *zh, const char *en) {
  size_t z = strlen(n.zh), e = strlen(n.en);
  snprintf(n.zh + z, sizeof n.zh - z, "%s", zh);
  snprintf(n.en + e, sizeof n.en - e, "%s", en);
  return n;
}

demo_name demo_district_name(uint64_t seed) {
  return with(PAIR(nature, ground, seed ^ 0x1001, 0), "演示区（虚构）", " Demo District (made up)");
}

demo_name demo_township_name(uint64_t seed, uint32_t k, int rank) {
  demo_name n = PAIR(nature, ground, seed ^ 0x1001, k + 1);
  return rank == DEMO_JIEDAO ? with(n, "街道", " Sub-district")
         : rank == DEMO_ZHEN ? with(n, "镇", " Town")
                             : with(n, "乡", " Township");
}

demo_name demo_community_name(uint64_t seed, uint32_t township, uint32_t k, int urban) {
  uint64_t s = demo_mix(seed ^ 0x1002) + township * 2 + (urban != 0);
  if (urban) return with(PAIR(virtue, lane, s, k), "社区", " Community");
  demo_name n = k % 3 == 2 ? PAIR(surname, hamlet, s, k / 3) : PAIR(nature, ground, s, k);
  return with(n, "村", " Village");
}

demo_name demo_grid_name(uint32_t k) {
  static const char *const digit[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  uint32_t n = k + 1, h = n / 100 % 10, t = n / 10 % 10, u = n % 10;
  demo_name out;
  snprintf(out.zh, sizeof out.zh, "第%s%s%s%s%s%s网格", digit[h], h ? "百" : "", h && !t && u ? "零" : "",
           t == 1 && !h ? "" : digit[t], t ? "十" : "", digit[u]);
  snprintf(out.en, sizeof out.en, "Grid %u", n);
  return out;
}

demo_name demo_road_name(uint64_t seed, uint32_t k, int kind) {
  switch (kind) {
  case DEMO_MOTORWAY:
    return with(PAIR(nature, ground, seed ^ 0x1003, k), "高速", " Expressway");
  case DEMO_PRIMARY:
    return with(PAIR(virtue, lane, seed ^ 0x1004, k), "大道", " Avenue");
  case DEMO_SECONDARY:
    return with(PAIR(nature, ground, seed ^ 0x1005, k), "公路", " Highway");
  case DEMO_TERTIARY:
    return with(PAIR(nature, ground, seed ^ 0x1006, k), "路", " Road");
  default:
    return k % 4 ? with(PAIR(virtue, lane, seed ^ 0x1007, k), "路", " Road")
                 : with(PAIR(virtue, lane, seed ^ 0x1007, k), "街", " Street");
  }
}

demo_name demo_water_name(uint64_t seed, uint32_t k, int kind) {
  demo_name n = PAIR(nature, ground, seed ^ (kind == DEMO_RIVER ? 0x1008 : kind < 0 ? 0x1009 : 0x100a), k);
  return kind == DEMO_RIVER ? with(n, "江", " River")
         : kind < 0         ? with(n, "水库", " Reservoir")
                            : with(n, "溪", " Brook");
}

demo_name demo_facility_name(uint64_t seed, uint32_t k, int what) {
  static const syllable tail[DEMO_FACILITIES] = {[DEMO_SCHOOL] = {"小学", " Primary School"},
                                                 [DEMO_HOSPITAL] = {"卫生院", " Health Centre"},
                                                 [DEMO_MARKET] = {"农贸市场", " Market"},
                                                 [DEMO_PARK] = {"公园", " Park"},
                                                 [DEMO_STATION] = {"站", " Station"},
                                                 [DEMO_POLICE] = {"派出所", " Police Station"},
                                                 [DEMO_CENTRE] = {"便民服务中心", " Service Centre"}};
  return with(PAIR(virtue, lane, seed ^ (uint64_t)(0x1010 + what), k), tail[what].zh, tail[what].en);
}

void demo_person_name(uint64_t seed, uint32_t k, char out[DEMO_NAME_LEN]) {
  demo_rng r = demo_stream(seed, 0x1020, k);
  const char *family = surname[demo_below(&r, COUNT(surname))].zh,
             *first = given[demo_below(&r, COUNT(given))];
  const char *second = demo_unit(&r) < 0.7 ? given[demo_below(&r, COUNT(given))] : "";
  snprintf(out, DEMO_NAME_LEN, "%s%s%s", family, first, second);
}

void demo_phone(uint64_t seed, uint32_t k, char out[16]) {
  snprintf(out, 16, "129%08u", shuffled(seed ^ 0x1030, k, 100000000));
}

char *demo_name_map(wg_arena *arena, const demo_name *name) {
  return wg_arena_printf(arena, "{\"en\":\"%s\",\"zh\":\"%s\"}", name->en, name->zh);
}
