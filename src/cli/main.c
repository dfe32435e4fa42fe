/* The table of subcommands, and help made from it. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "cli/cli.h"
#include "cli/import_help.h"
#include "cli/serving.h"

static int cmd_help(int argc, char **argv);
static int cmd_version(int argc, char **argv);

static const wg_subcommand commands[] = {
    {"init", wg_cmd_init, "--db FILE [--profile cn|de|free]",
     "make an empty database: tables, catalogue, account admin", "新建空数据库：表、事项目录、admin 账号",
     NULL, NULL},
    {"demo", wg_cmd_demo, "--db FILE [--grids N] [--incidents N] [--seed N]", "make a whole made-up district",
     "生成完整的演示区", NULL, NULL},
    {"play", wg_cmd_play, "[--url URL] [--pace N] [--seed N] [--for SECONDS]",
     "play a demo district through its API: reports and workers on their rounds",
     "通过接口演示运行：持续上报，人员巡查", WG_HELP_PLAY_EN, WG_HELP_PLAY_ZH},
    {"serve", wg_cmd_serve,
     "--db FILE [--listen ADDR:PORT] [--web DIR] [--tls-cert F --tls-key F] [--behind-proxy ADDR[,ADDR]] "
     "[--config F]",
     "run the server", "启动服务", NULL, NULL},
    {"import grids", wg_cmd_import_grids,
     "FILE --db FILE [--layer L] [--crs C] [--encoding E] [--code FIELD] [--name FIELD] [--area CODE] "
     "[--network NAME] [--skip-bad] [--merge] [--dry-run] [--report F]",
     "a boundary file as a new plan version", "把边界文件导入为新的网格方案版本", WG_HELP_GRIDS_EN,
     WG_HELP_GRIDS_ZH},
    {"import areas", wg_cmd_import_areas,
     "FILE --db FILE [--layer L] [--crs C] [--encoding E] [--code FIELD] [--name FIELD] [--parent-field "
     "FIELD] "
     "[--level FIELD] [--parent CODE] [--skip-bad] [--merge] [--dry-run] [--report F]",
     "the tree of areas", "导入区划", WG_HELP_AREAS_EN, WG_HELP_AREAS_ZH},
    {"import staff", wg_cmd_import_staff,
     "FILE --db FILE [--encoding E] [--network NAME] [--skip-bad] [--dry-run] [--FIELD COLUMN …]",
     "workers, posts and shifts", "导入人员、岗位与班次", WG_HELP_STAFF_EN, WG_HELP_STAFF_ZH},
    {"import places", wg_cmd_import_places,
     "FILE --db FILE [--crs C] [--lon FIELD --lat FIELD] [--name FIELD] [--address FIELD] [--kind K] "
     "[--again] "
     "[--skip-bad] [--dry-run]",
     "addresses and names to search", "导入地址与地名", WG_HELP_PLACES_EN, WG_HELP_PLACES_ZH},
    {"import incidents", wg_cmd_import_incidents,
     "FILE --db FILE [--crs C] [--lon FIELD --lat FIELD] [--time FIELD] [--category FIELD] "
     "[--category-default "
     "CODE] [--make-categories] [--timezone Z] [--again] [--skip-bad] [--dry-run]",
     "past incidents", "导入历史事件", WG_HELP_INCIDENTS_EN, WG_HELP_INCIDENTS_ZH},
    {"import calendar", wg_cmd_import_calendar,
     "FILE --db FILE [--code C] [--year Y] [--provisional] [--dry-run]", "holidays and make-up working days",
     "导入节假日与调休上班日", WG_HELP_CALENDAR_EN, WG_HELP_CALENDAR_ZH},
    {"import basemap", wg_cmd_import_basemap,
     "FILE --db FILE [--layer L] [--crs C] [--kind K] [--class FIELD] [--name FIELD] [--add] [--dry-run]",
     "roads, water, buildings to draw", "导入底图", WG_HELP_BASEMAP_EN, WG_HELP_BASEMAP_ZH},
    {"export", wg_cmd_export,
     "grids|areas|incidents|staff FILE --db FILE [--crs C] [--network NAME] [--at TIME] [--format F]",
     "write a file, its format by its ending", "导出文件，格式由扩展名决定", WG_HELP_EXPORT_EN,
     WG_HELP_EXPORT_ZH},
    {"resolve", wg_cmd_resolve,
     "--db FILE [--crs C] [--at TIME] [--tolerance M] [--network NAME] [--lon FIELD --lat FIELD] [IN.csv "
     "[OUT.csv]]",
     "add grid and worker to each row of a CSV", "为 CSV 每行补上网格与责任人", WG_HELP_RESOLVE_EN,
     WG_HELP_RESOLVE_ZH},
    {"user add", wg_cmd_user_add,
     "NAME --db FILE --role ROLE --area CODE [--org CODE] [--from TIME] [--until TIME]",
     "an account, or one more grant for it; password on standard input", "新增账号或授权；密码从标准输入读取",
     NULL, NULL},
    {"user password", wg_cmd_user_password, "NAME --db FILE",
     "a new password, on standard input; ends the account's log-ins",
     "更改密码；新密码从标准输入读取，并结束其登录", NULL, NULL},
    {"user list", wg_cmd_user_list, "--db FILE",
     "accounts and their grants, one a line, in columns parted by tabs",
     "列出账号与授权，每行一项，制表符分隔", NULL, NULL},
    {"token list", wg_cmd_token_list, "NAME --db FILE",
     "the tokens of an account: id, when made, until when valid",
     "列出账号的访问令牌：标识、签发时间、有效期", NULL, NULL},
    {"token revoke", wg_cmd_token_revoke, "NAME ID|all --db FILE", "end one token of an account, or all",
     "吊销账号的一个或全部访问令牌", NULL, NULL},
    {"token", wg_cmd_token, "NAME --db FILE [--days N]",
     "print a bearer token for an account, valid for N days (365)",
     "为账号签发访问令牌，有效 N 天（默认 365）", WG_HELP_TOKEN_EN, WG_HELP_TOKEN_ZH},
    {"device add", wg_cmd_device_add, "NAME --db FILE --area CODE",
     "a map wall's screen: prints the code that it signs on with, once", "添加大屏设备，打印一次性登录代码",
     NULL, NULL},
    {"device code", wg_cmd_device_code, "NAME --db FILE", "another sign-on code for a device",
     "为设备重新生成登录代码", NULL, NULL},
    {"device list", wg_cmd_device_list, "--db FILE", "devices, one a line, in columns parted by tabs",
     "列出设备，每行一台，制表符分隔", NULL, NULL},
    {"device revoke", wg_cmd_device_revoke, "NAME --db FILE", "end a device's session, for good", "吊销设备",
     NULL, NULL},
    {"backup", wg_cmd_backup, "--db FILE OUT [--force]",
     "copy the database, also while serving; - is standard output", "备份（可在服务运行时）；- 为标准输出",
     NULL, NULL},
    {"restore", wg_cmd_restore, "OUT --db FILE",
     "put a backup in place, keeping what was there as FILE.before-restore-TIME; - is standard input",
     "恢复备份，原数据库保留为 FILE.before-restore-时间；- 为标准输入", NULL, NULL},
    {"erase", wg_cmd_erase, "--db FILE --incident NUMBER|--event SEQ [--fields F,F] [--files] --basis TEXT",
     "take personal texts and files away on a legal basis, which the log names",
     "依法删除个人信息与附件，并在日志中写明依据", NULL, NULL},
    {"check", wg_cmd_check, "--db FILE [--head F] [--rebuild]",
     "prove tables, geometry, files and event chain whole, and that the log still holds what a head says",
     "校验数据、附件与事件链，并可对照此前导出的链头", NULL, NULL},
    {"head", wg_cmd_head, "--db FILE [--out F]", "the head of the log as a signed line, to be kept elsewhere",
     "导出签名的日志链头，供异地留存", NULL, NULL},
    {"receipt", wg_cmd_receipt, "--check TEXT|--file CASE.html HEAD…",
     "prove a receipt or a case file against heads, without the database", "用链头离线验证回执或案卷", NULL,
     NULL},
    {"life-cycle", wg_cmd_life_cycle, "", "print the table of states and actions", "打印状态与操作一览", NULL,
     NULL},
    {"help", cmd_help, "[COMMAND]", "this list, or one command", "本列表，或某个命令的用法", NULL, NULL},
    {"version", cmd_version, "", "print the version", "打印版本", NULL, NULL},
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

/* The command that argv[1..] names, and how many words that took: "token list" stands before "token". */
static const wg_subcommand *find(int argc, char **argv, int *words) {
  for (int i = 0; i < N_COMMANDS; i++) {
    char copy[64], *save = NULL;
    snprintf(copy, sizeof copy, "%s", commands[i].words);
    int n = 0;
    for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save), n++)
      if (n + 1 >= argc || strcmp(argv[n + 1], w) != 0) {
        n = -1;
        break;
      }
    if (n > 0) {
      *words = n;
      return &commands[i];
    }
  }
  return NULL;
}

/* "import" alone, "user foo": the second words that there are. */
static int no_command(int argc, char **argv) {
  char kinds[200] = "";
  size_t first = strlen(argv[1]), n = 0;
  for (int i = 0; i < N_COMMANDS; i++)
    if (strncmp(commands[i].words, argv[1], first) == 0 && commands[i].words[first] == ' ')
      n +=
          (size_t)snprintf(kinds + n, sizeof kinds - n, "%s%s", n ? ", " : "", commands[i].words + first + 1);
  if (!n)
    return wg_cli_usage_error("there is no command \"%s\"; see: wangge help",
                              "没有命令“%s”；请看：wangge help", argv[1]);
  if (argc < 3 || argv[2][0] == '-')
    return wg_cli_usage_error("%s what? There are: %s; see: wangge help %s",
                              "%s 后缺少种类，可用：%s；请看：wangge help %s", argv[1], kinds, argv[1]);
  return wg_cli_usage_error("there is no \"%s %s\"; there are: %s; see: wangge help %s",
                            "没有“%s %s”，可用：%s；请看：wangge help %s", argv[1], argv[2], kinds, argv[1]);
}

static int cmd_version(int argc, char **argv) {
  (void)argc, (void)argv;
  puts("wangge " WG_VERSION);
  return WG_EXIT_OK;
}

static int cmd_help(int argc, char **argv) {
  int zh = wg_cli_lang()[0] == 'z', words = 0;
  const wg_subcommand *c = argc > 1 ? find(argc, argv, &words) : NULL;
  if (c) {
    printf("wangge %s %s\n    %s\n", c->words, c->usage, zh ? c->zh : c->en);
    const char *more = zh ? c->help_zh : c->help_en;
    if (more) printf("\n%s\n", more);
    return WG_EXIT_OK;
  }
  /* "help import" lists all of its kind */
  for (int i = 0; i < N_COMMANDS; i++)
    if (argc < 2 || strncmp(commands[i].words, argv[1], strlen(argv[1])) == 0) {
      printf("  wangge %s %s\n      %s\n", commands[i].words, commands[i].usage,
             zh ? commands[i].zh : commands[i].en);
      words++;
    }
  if (!words) return wg_cli_usage_error("there is no command \"%s\"", "没有命令“%s”", argv[1]);
  return WG_EXIT_OK;
}

static const char *database_of(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    if (strncmp(argv[i], "--db=", 5) == 0) return argv[i] + 5;
    if (strcmp(argv[i], "--db") == 0 && i + 1 < argc) return argv[i + 1];
  }
  return NULL;
}

/* Commands that change a database which may be served. */
static bool writes(const wg_subcommand *c) {
  return strncmp(c->words, "import ", 7) == 0 || strncmp(c->words, "user ", 5) == 0 ||
         strncmp(c->words, "token", 5) == 0 || strncmp(c->words, "device ", 7) == 0 ||
         strcmp(c->words, "erase") == 0;
}

int main(int argc, char **argv) {
  if (wg_crypto_init()) {
    fputs("wangge: libsodium does not start\n", stderr);
    return WG_EXIT_FAILED;
  }
  if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
    char *none[] = {argv[0], NULL};
    cmd_help(1, none);
    return argc < 2 ? WG_EXIT_USAGE : WG_EXIT_OK;
  }
  if (strcmp(argv[1], "--version") == 0) return cmd_version(0, NULL);
  int words = 0;
  const wg_subcommand *c = find(argc, argv, &words);
  if (!c) return no_command(argc, argv);
  int code = c->run(argc - words, argv + words);
  const char *db = database_of(argc, argv);
  if (code == WG_EXIT_OK && db && writes(c)) wg_serving_settle(db);
  return code;
}
