/* What comes up, when, and how people put it: for the database that is made and for the player beside it. */
#ifndef WG_CLI_DEMO_WORDS_H
#define WG_CLI_DEMO_WORDS_H

#include "base/arena.h"
#include "domain/category.h"

enum { DEMO_PHRASES = 6, DEMO_DOMAINS = 3, DEMO_HOURS = 24 };

int demo_domain_of(const char *category); /* 0 components, 1 events in the streets, 2 safety and people */
/* How often a category comes up: emergencies and sealed matters seldom, a dozen of them again and again. */
double demo_how_often(const char *category, int severity, wg_class class_);
/* How much of a domain's day falls into an hour; demo_hours_sum: all of it. */
double demo_hour_share(int domain, int hour);
double demo_hours_sum(int domain);
/* Free words as people send them: of things seen, and of matters between people. In the arena; NULL: no
 * memory. phrase: 0 … DEMO_PHRASES − 1. */
char *demo_words(wg_arena *arena, const char *category, int phrase, const char *where, const char *what);

#endif
