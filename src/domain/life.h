/* The life of an incident: which action leads from which states to which, who may take it, what it needs, and
 * what it does to the clocks. One table (life.c); the API, the desk's buttons, docs/life-cycle.md and the
 * tests are made from it. */
#ifndef WG_DOMAIN_LIFE_H
#define WG_DOMAIN_LIFE_H

#include "domain/incident.h"

typedef enum wg_action {
  WG_A_ACCEPT,
  WG_A_REFUSE,
  WG_A_VERIFY,
  WG_A_FILE,
  WG_A_VOID,
  WG_A_AT_ONCE,
  WG_A_SEND_REVIEW,
  WG_A_APPROVE,
  WG_A_SEND_BACK,
  WG_A_DISPATCH,
  WG_A_TRANSFER,
  WG_A_HAND_DOWN,
  WG_A_ESCALATE,
  WG_A_COPY,
  WG_A_CLAIM,
  WG_A_RETURN,
  WG_A_HANDLE,
  WG_A_CO_HANDLE,
  WG_A_NOTE,
  WG_A_INSTRUCT,
  WG_A_DONE,
  WG_A_CHECK,
  WG_A_REWORK,
  WG_A_CLOSE,
  WG_A_EVALUATE,
  WG_A_REOPEN,
  WG_A_SUSPEND,
  WG_A_RESUME,
  WG_A_ASK_EXTENSION,
  WG_A_GRANT_EXTENSION,
  WG_A_REFUSE_EXTENSION,
  WG_A_URGENT,
  WG_A_SUPERVISE,
  WG_A_UNSUPERVISE,
  WG_A_MERGE,
  WG_A_SPLIT,
  WG_A_LINK,
  WG_ACTIONS
} wg_action;

/* What an action says besides: members of its request. */
typedef enum wg_say {
  WG_SAY_REASON,   /* words: a reason, an opinion, a note; personal */
  WG_SAY_TO_ORG,   /* an organisation */
  WG_SAY_TO_STAFF, /* a person with a post */
  WG_SAY_TO_AREA,  /* the area whose centre gets it */
  WG_SAY_ORGS,     /* organisations: co-handlers, or who is told */
  WG_SAY_DAYS,     /* working days */
  WG_SAY_LEVEL,    /* of supervision */
  WG_SAY_BASIS,    /* "grid" or "law": on what a return rests */
  WG_SAY_INTO,     /* another incident */
  WG_SAY_PARTS,    /* matters to be made of it */
  WG_SAY_SCORE,    /* 1 to 5 */
  WG_SAY_UNTIL,    /* a time */
  WG_SAYS
} wg_say;
const char *wg_say_name(wg_say say); /* the member: "reason", "to_org", … */

enum { WG_STAYS = WG_STATES }; /* step.to: the state stays as it is */
enum {
  WG_B_OTHER_HAND = 1, /* not by who said that it was done */
  WG_B_WHILE_SUSPENDED = 2,
  WG_B_LEADER = 4,      /* by a leader: the right to review */
  WG_B_DONE_PHOTOS = 8, /* as many photos since the work began as the category's rules ask for */
  WG_B_VERIFY_PHOTOS = 16,
  WG_B_AT_ONCE = 32, /* where the category may be done at once */
  WG_B_BACK = 64     /* leads to the state that it was reviewed in */
};

typedef struct wg_step {
  const char *name, *en, *zh;
  const char *event; /* the kind of the event it leaves: "incident.accepted" */
  uint32_t from;     /* bit set of wg_state */
  int to;            /* wg_state or WG_STAYS */
  wg_verb verb; /* WG_V_DIRECT: the centre's; WG_V_WORK: of the hands it is with; WG_V_REVIEW: a leader's */
  uint32_t needs, takes;             /* bit sets of wg_say: required; possible besides */
  unsigned but;                      /* WG_B_… */
  const char *clocks_en, *clocks_zh; /* what it does to the clocks, in words; "" nothing */
} wg_step;

const wg_step *wg_step_of(wg_action action);
bool wg_action_parse(const char *text, wg_action *out);
/* Does the state of the incident (and its being suspended) allow it? Nothing is said about who. */
bool wg_step_now(const wg_step *step, const wg_incident *i);
/* The names of what may be done now, ", " between them; in the arena. */
const char *wg_actions_in(wg_arena *arena, const wg_incident *i);

/* --- overlays --------------------------------------------------------------------------------------------
 */
/* May this level follow that one: an ordinary one is not repeated, yellow does not come after red. */
bool wg_supervision_follows(wg_supervision now, wg_supervision next);

/* --- clocks ----------------------------------------------------------------------------------------------
 */
/* What counting needs of the surroundings. */
typedef struct wg_pace {
  const wg_rules *rules;
  /* The calendars of the district, of who has it in hand from now on, and of who had it until now. */
  const wg_worktime *centre, *hands, *had;
  int64_t now;
  struct {
    int accept_yellow, accept_red, handle_yellow, handle_red; /* working days; 0: never */
  } supervise;
} wg_pace;

/* The span of time that a holder has just had it, for the event that ends it. */
typedef struct wg_held {
  wg_clock clock;
  char org[WG_CODE_LEN];
  int64_t staff, from, until, work_ms; /* work_ms: working time, without what was suspended */
  bool late;
} wg_held;

/* Takes the step: state, clocks, who has it. The caller has filled in what the action says (org, responsible,
 * centre, days …) and has asked whether it may be. *held: the holding that ends, held->from 0 where none
 * does. */
void wg_step_take(wg_action action, wg_incident *i, const wg_pace *pace, wg_held *held);
/* Gives it to somebody else (0: to the centre's queue) where it stands: the clocks go on. */
void wg_life_pass(wg_incident *i, int64_t staff, const wg_pace *pace, wg_held *held);
/* Working days more, on every clock that runs. */
void wg_life_extend(wg_incident *i, const wg_pace *pace, int days);

/* What the passing of time does next. */
typedef enum wg_tick { WG_TICK_NONE, WG_TICK_OVERDUE, WG_TICK_SUPERVISE, WG_TICK_RESUME } wg_tick;
typedef struct wg_due_next {
  wg_tick what;
  int64_t at;
  wg_clock clock;       /* overdue, supervise */
  wg_supervision level; /* supervise */
} wg_due_next;
/* The first of what is still to come (or should have come already). */
wg_due_next wg_life_next(const wg_incident *i, const wg_pace *pace);
/* Puts it into the incident, once. */
void wg_life_tick(wg_incident *i, const wg_due_next *due, const wg_pace *pace);

#endif
