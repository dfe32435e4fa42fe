#include "domain/life.h"

#include <string.h>

#define S(state)    (1u << WG_S_##state)
#define SAY(what)   (1u << WG_SAY_##what)
#define PREPARED    (S(ACCEPTED) | S(FILED) | S(RETURNED))
#define IN_HAND     (S(DISPATCHED) | S(CLAIMED) | S(HANDLING))
#define AT_CENTRE   (S(REPORTED) | S(ACCEPTED) | S(VERIFYING) | S(FILED) | S(RETURNED))
#define OPEN        (AT_CENTRE | IN_HAND | S(REVIEW) | S(DONE) | S(CHECKED))
#define SUSPENDABLE (OPEN & ~S(REVIEW))

/* clang-format off */
static const wg_step steps[WG_ACTIONS] = {
  [WG_A_ACCEPT] = {"accept", "Accept", "受理", "incident.accepted", S(REPORTED) | S(RETURNED), WG_S_ACCEPTED, WG_V_DIRECT, 0, 0, 0,
    "ends accepting, starts dispatching", "受理计时结束，交办计时开始"},
  [WG_A_REFUSE] = {"refuse", "Refuse", "不予受理", "incident.refused", S(REPORTED), WG_S_REFUSED, WG_V_DIRECT, SAY(REASON), 0, 0,
    "ends all", "全部计时结束"},
  [WG_A_VERIFY] = {"verify", "Have it verified", "核实", "incident.verifying", S(ACCEPTED), WG_S_VERIFYING, WG_V_DIRECT, 0, SAY(REASON) | SAY(TO_STAFF), 0,
    "starts verifying", "核实计时开始"},
  [WG_A_FILE] = {"file", "File", "立案", "incident.filed", S(ACCEPTED) | S(VERIFYING), WG_S_FILED, WG_V_DIRECT, 0, SAY(REASON), WG_B_VERIFY_PHOTOS,
    "ends verifying; dispatching goes on", "核实计时结束，交办计时继续"},
  [WG_A_VOID] = {"void", "Void", "作废", "incident.void", S(ACCEPTED) | S(VERIFYING) | S(FILED), WG_S_VOID, WG_V_DIRECT, SAY(REASON), 0, 0,
    "ends all", "全部计时结束"},
  [WG_A_AT_ONCE] = {"at-once", "Done at once", "即报即结", "incident.closed", S(REPORTED) | S(ACCEPTED) | S(FILED), WG_S_CLOSED, WG_V_WORK, 0, SAY(REASON), WG_B_AT_ONCE | WG_B_DONE_PHOTOS,
    "ends all", "全部计时结束"},
  [WG_A_SEND_REVIEW] = {"send-review", "Send for review", "送审", "incident.review", PREPARED | S(CHECKED), WG_S_REVIEW, WG_V_DIRECT, SAY(REASON), 0, 0,
    "starts reviewing; the whole goes on", "审核计时开始，总时限继续"},
  [WG_A_APPROVE] = {"approve", "Approve", "审核同意", "incident.approved", OPEN, WG_STAYS, WG_V_REVIEW, SAY(REASON), 0, WG_B_BACK,
    "ends reviewing; the step before begins again", "审核计时结束，回到送审前的环节"},
  [WG_A_SEND_BACK] = {"send-back", "Send back", "审核退回", "incident.sent-back", S(REVIEW), WG_S_ACCEPTED, WG_V_REVIEW, SAY(REASON), 0, 0,
    "ends reviewing, starts dispatching", "审核计时结束，交办计时开始"},
  [WG_A_DISPATCH] = {"dispatch", "Dispatch", "交办", "incident.dispatched", PREPARED, WG_S_DISPATCHED, WG_V_DIRECT, 0, SAY(REASON) | SAY(TO_ORG) | SAY(TO_STAFF) | SAY(ORGS), 0,
    "ends dispatching, starts claiming and handling", "交办计时结束，认领与处置计时开始"},
  [WG_A_TRANSFER] = {"transfer", "Transfer", "转办", "incident.transferred", IN_HAND, WG_S_DISPATCHED, WG_V_DIRECT, SAY(REASON), SAY(TO_ORG) | SAY(TO_STAFF) | SAY(ORGS), 0,
    "ends the holder's time, starts claiming and handling; the whole goes on", "原承办人计时结束，新承办人认领与处置计时开始，总时限继续"},
  [WG_A_HAND_DOWN] = {"hand-down", "Hand down", "下派", "incident.handed-down", PREPARED, WG_S_ACCEPTED, WG_V_DIRECT, SAY(TO_AREA), SAY(REASON), 0,
    "starts dispatching of the lower centre", "下级中心交办计时开始"},
  [WG_A_ESCALATE] = {"escalate", "Escalate", "上报上级", "incident.escalated", PREPARED, WG_S_ACCEPTED, WG_V_DIRECT, SAY(REASON), 0, 0,
    "starts dispatching of the upper centre", "上级中心交办计时开始"},
  [WG_A_COPY] = {"copy", "Copy to", "抄告", "incident.copied", OPEN, WG_STAYS, WG_V_DIRECT, SAY(ORGS), SAY(REASON), WG_B_WHILE_SUSPENDED, "", ""},
  [WG_A_CLAIM] = {"claim", "Claim", "认领", "incident.claimed", S(DISPATCHED), WG_S_CLAIMED, WG_V_WORK, 0, SAY(REASON), 0,
    "ends claiming; handling goes on", "认领计时结束，处置计时继续"},
  [WG_A_RETURN] = {"return", "Return", "退回", "incident.returned", IN_HAND, WG_S_RETURNED, WG_V_WORK, SAY(REASON), SAY(BASIS), 0,
    "ends the holder's time, starts dispatching; the whole goes on", "承办人计时结束，交办计时开始，总时限继续"},
  [WG_A_HANDLE] = {"handle", "Handle", "办理", "incident.handling", S(CLAIMED) | S(HANDLING), WG_S_HANDLING, WG_V_WORK, 0, SAY(REASON), 0, "", ""},
  [WG_A_CO_HANDLE] = {"co-handle", "Co-handle", "协同办理", "incident.co-handled", IN_HAND, WG_STAYS, WG_V_DIRECT, SAY(ORGS), SAY(REASON), 0, "", ""},
  [WG_A_NOTE] = {"note", "Note", "备注", "incident.noted", OPEN | S(CLOSED) | S(EVALUATED), WG_STAYS, WG_V_WORK, SAY(REASON), 0, WG_B_WHILE_SUSPENDED, "", ""},
  [WG_A_INSTRUCT] = {"instruct", "Instruct", "批示", "incident.instructed", OPEN, WG_STAYS, WG_V_REVIEW, SAY(REASON), 0, WG_B_WHILE_SUSPENDED, "", ""},
  [WG_A_DONE] = {"done", "Done", "处置完成", "incident.done", S(CLAIMED) | S(HANDLING), WG_S_DONE, WG_V_WORK, 0, SAY(REASON), WG_B_DONE_PHOTOS,
    "ends handling, starts checking", "处置计时结束，核查计时开始"},
  [WG_A_CHECK] = {"check", "Check", "核查", "incident.checked", S(DONE), WG_S_CHECKED, WG_V_DIRECT, 0, SAY(REASON), WG_B_OTHER_HAND, "", ""},
  [WG_A_REWORK] = {"rework", "Rework", "返工", "incident.rework", S(DONE) | S(CHECKED), WG_S_HANDLING, WG_V_DIRECT, SAY(REASON), 0, 0,
    "starts handling again; the whole goes on", "处置计时重新开始，总时限继续"},
  [WG_A_CLOSE] = {"close", "Close", "结案", "incident.closed", S(CHECKED), WG_S_CLOSED, WG_V_DIRECT, 0, SAY(REASON), 0,
    "ends all", "全部计时结束"},
  [WG_A_EVALUATE] = {"evaluate", "Evaluate", "评价", "incident.evaluated", S(CLOSED), WG_S_EVALUATED, WG_V_DIRECT, SAY(SCORE), SAY(REASON), 0, "", ""},
  [WG_A_REOPEN] = {"reopen", "Reopen", "重新办理", "incident.reopened", S(CLOSED) | S(EVALUATED), WG_S_ACCEPTED, WG_V_DIRECT, SAY(REASON), 0, 0,
    "starts dispatching; the whole was never set anew", "交办计时开始，总时限不重置"},
  [WG_A_SUSPEND] = {"suspend", "Suspend", "缓办", "incident.suspended", SUSPENDABLE, WG_STAYS, WG_V_DIRECT, SAY(REASON), SAY(UNTIL), 0,
    "stops all", "全部计时暂停"},
  [WG_A_RESUME] = {"resume", "Resume", "恢复办理", "incident.resumed", SUSPENDABLE, WG_STAYS, WG_V_DIRECT, 0, SAY(REASON), WG_B_WHILE_SUSPENDED,
    "all go on with what was left", "全部计时按剩余时间继续"},
  [WG_A_ASK_EXTENSION] = {"ask-extension", "Ask for an extension", "申请延期", "incident.extension-asked", IN_HAND, WG_STAYS, WG_V_WORK, SAY(REASON) | SAY(DAYS), 0, 0, "", ""},
  [WG_A_GRANT_EXTENSION] = {"grant-extension", "Grant the extension", "同意延期", "incident.extension-granted", IN_HAND, WG_STAYS, WG_V_DIRECT, SAY(DAYS), SAY(REASON), 0,
    "adds working days to the step and to the whole", "本环节与总时限各增加相应工作日"},
  [WG_A_REFUSE_EXTENSION] = {"refuse-extension", "Refuse the extension", "不同意延期", "incident.extension-refused", IN_HAND, WG_STAYS, WG_V_DIRECT, SAY(REASON), 0, 0, "", ""},
  [WG_A_URGENT] = {"urgent", "Make urgent", "加急", "incident.urgent", OPEN, WG_STAYS, WG_V_DIRECT, SAY(REASON), 0, WG_B_WHILE_SUSPENDED,
    "the limits of the highest severity hold from the next step on", "自下一环节起按最高等级时限计时"},
  [WG_A_SUPERVISE] = {"supervise", "Supervise", "督办", "incident.supervised", OPEN, WG_STAYS, WG_V_DIRECT, SAY(REASON) | SAY(LEVEL), 0, WG_B_WHILE_SUSPENDED, "", ""},
  [WG_A_UNSUPERVISE] = {"unsupervise", "End supervision", "取消督办", "incident.unsupervised", OPEN | S(CLOSED) | S(EVALUATED), WG_STAYS, WG_V_DIRECT, SAY(REASON), 0, WG_B_WHILE_SUSPENDED, "", ""},
  [WG_A_MERGE] = {"merge", "Merge into", "并案", "incident.merged", OPEN & ~(S(REVIEW) | S(DONE) | S(CHECKED)), WG_S_MERGED, WG_V_DIRECT, SAY(INTO), SAY(REASON), WG_B_WHILE_SUSPENDED,
    "ends all: the other one's clocks hold", "全部计时结束，以所并入事件为准"},
  [WG_A_SPLIT] = {"split", "Split", "拆分", "incident.split", AT_CENTRE, WG_STAYS, WG_V_DIRECT, SAY(PARTS), SAY(REASON), 0,
    "the new ones start their own", "新事件各自开始计时"},
  [WG_A_LINK] = {"link", "Link", "关联", "incident.linked", OPEN | S(CLOSED) | S(EVALUATED), WG_STAYS, WG_V_DIRECT, SAY(INTO), SAY(REASON), WG_B_WHILE_SUSPENDED, "", ""},
};
/* clang-format on */

const wg_step *wg_step_of(wg_action action) { return (unsigned)action < WG_ACTIONS ? &steps[action] : NULL; }

bool wg_action_parse(const char *text, wg_action *out) {
  for (int a = 0; a < WG_ACTIONS; a++)
    if (strcmp(text, steps[a].name) == 0) {
      *out = (wg_action)a;
      return true;
    }
  return false;
}

const char *wg_say_name(wg_say say) {
  static const char *const name[WG_SAYS] = {"reason", "to_org", "to_staff", "to_area", "orgs",  "days",
                                            "level",  "basis",  "into",     "parts",   "score", "until"};
  return (unsigned)say < WG_SAYS ? name[say] : "";
}

/* What a state alone does not say. */
static bool fits(const wg_step *step, const wg_incident *i) {
  switch ((wg_action)(step - steps)) {
  case WG_A_APPROVE:
    return i->state == WG_S_REVIEW || i->review_owed;
  case WG_A_RESUME:
    return i->suspended_at != 0;
  case WG_A_GRANT_EXTENSION:
  case WG_A_REFUSE_EXTENSION:
    return i->days_asked > 0;
  case WG_A_ASK_EXTENSION:
    return i->days_asked == 0;
  case WG_A_URGENT:
    return !i->urgent;
  case WG_A_SUPERVISE:
    return i->supervised < WG_SUP_LISTED;
  case WG_A_UNSUPERVISE:
    return i->supervised > WG_SUP_NONE;
  case WG_A_RETURN:
    return !i->ruled;
  default:
    return true;
  }
}

bool wg_step_now(const wg_step *step, const wg_incident *i) {
  if (!(step->from >> i->state & 1) || !fits(step, i)) return false;
  return !i->suspended_at || step->but & WG_B_WHILE_SUSPENDED;
}

const char *wg_actions_in(wg_arena *arena, const wg_incident *i) {
  const char *all = "";
  for (int a = 0; all && a < WG_ACTIONS; a++)
    if (wg_step_now(&steps[a], i))
      all = wg_arena_printf(arena, "%s%s%s", all, *all ? ", " : "", steps[a].name);
  return all ? all : "";
}

bool wg_supervision_follows(wg_supervision now, wg_supervision next) { return next > now; }
