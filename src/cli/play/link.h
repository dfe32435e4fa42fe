/* The player's one connection to the server: requests one after another, each with a limit of time and size.
 */
#ifndef WG_CLI_PLAY_LINK_H
#define WG_CLI_PLAY_LINK_H

#include "base/arena.h"
#include "base/json.h"
#include "base/status.h"

enum { PLAY_LOST = 0, PLAY_TOKEN_LEN = 128 }; /* PLAY_LOST: no answer came */

typedef struct play_link play_link;

wg_status play_link_new(const char *url, play_link **out, wg_err *err);
void play_link_free(play_link *l);

/* GET where body is NULL, else POST of the JSON body. token may be NULL. Returns the HTTP code or PLAY_LOST;
 * what came is kept until the next call. */
int play_call(play_link *l, const char *token, const char *path, const char *body);
/* PUT of bytes. */
int play_put(play_link *l, const char *token, const char *path, const void *bytes, size_t n);
/* The answer as JSON, in the arena; NULL where it is none. */
wg_json *play_answer(play_link *l, wg_arena *arena);
/* What the server says went wrong, or what the connection did; valid until the next call. */
const char *play_trouble(play_link *l, wg_arena *arena);
/* The server is away, starting, or has enough: the same may succeed later. */
bool play_later(int code);
int play_retry_after(const play_link *l); /* seconds the last answer asked for, 0: none */

/* POST /api/v1/login with the demo's password. Returns the HTTP code; 200 fills token. */
int play_sign_in(play_link *l, const char *name, char token[PLAY_TOKEN_LEN]);

#endif
