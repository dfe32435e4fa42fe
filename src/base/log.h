/* One line per happening on standard error: time, level, room, text. */
#ifndef WG_BASE_LOG_H
#define WG_BASE_LOG_H

void wg_log(const char *level, const char *room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define wg_info(room, ...)  wg_log("info", room, __VA_ARGS__)
#define wg_warn(room, ...)  wg_log("warn", room, __VA_ARGS__)
#define wg_error(room, ...) wg_log("error", room, __VA_ARGS__)

#endif
