/* failure.c -- messages and exit statuses. All user text passes say(), which escapes what a terminal
 * would obey. */
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum {
    MESSAGE_BYTES = 4096,
    QUERY_WINDOW_COLUMNS = 72, /* of a long query so much is shown, around the place */
};

/* Bytes that a terminal obeys: C0 controls and DEL. (C1 controls are two bytes in UTF-8: below.) */
static bool is_control(unsigned char byte)
{
    return byte < 0x20 || byte == 0x7f;
}

static void put_escaped(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const unsigned char byte = (unsigned char)text[i];
        const bool is_c1 =
            byte == 0xc2 && i + 1 < length && ((unsigned char)text[i + 1] & 0xe0) == 0x80;
        if (is_control(byte) || is_c1) {
            fprintf(stderr, "\\x%02x", is_c1 ? (unsigned char)text[++i] : byte);
        } else {
            putc_unlocked(byte, stderr);
        }
    }
}

__attribute__((format(printf, 1, 0))) static void show(const char *format, va_list arguments)
{
    char message[MESSAGE_BYTES];
    if (vsnprintf(message, sizeof(message), format, arguments) > 0) {
        put_escaped(message, strlen(message));
    }
    putc_unlocked('\n', stderr);
}

void failure_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("lede: ", stderr);
    show(format, arguments);
    va_end(arguments);
}

void failure_show(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    show(format, arguments);
    va_end(arguments);
}

int failure_no_memory(void)
{
    failure_say("not enough memory");
    return EXIT_SYSTEM;
}

enum exit_status failure_status(const lede_error *error, enum failure_context context)
{
    switch (error->status) {
    case LEDE_OK: return EXIT_DONE;
    case LEDE_ERR_CORRUPT:
    case LEDE_ERR_TOO_OLD:
    case LEDE_ERR_TOO_NEW: return EXIT_DAMAGED;
    case LEDE_ERR_NOT_FOUND:
        if (context == FAILURE_DOCUMENT) {
            return EXIT_NOTHING;
        }
        return context == FAILURE_SOURCE || context == FAILURE_QUERY ? EXIT_USAGE : EXIT_DAMAGED;
    case LEDE_ERR_IO:
        /* An index that may not be read is unreadable; one that may not be written is the system's. */
        return context == FAILURE_READING && error->system_error == EACCES ? EXIT_DAMAGED
                                                                           : EXIT_SYSTEM;
    case LEDE_ERR_NOMEM:
    case LEDE_ERR_BUSY: return EXIT_SYSTEM;
    case LEDE_ERR_INVALID:
    case LEDE_ERR_LIMIT:
    case LEDE_ERR_EXISTS:
    case LEDE_ERR_SYNTAX:
    case LEDE_ERR_MISMATCH:
    case LEDE_ERR_CANCELLED:
    case LEDE_ERR_UNSUPPORTED: return EXIT_USAGE;
    }
    return EXIT_SYSTEM;
}

int failure_report(const lede_error *error, enum failure_context context)
{
    failure_say("%s", error->message[0] != '\0' ? error->message : lede_status_text(error->status));
    return (int)failure_status(error, context);
}

/* Where the next character begins. */
static size_t next_character(const char *text, size_t length, size_t at)
{
    at++;
    while (at < length && ((unsigned char)text[at] & 0xc0) == 0x80) {
        at++;
    }
    return at;
}

/* Whether error->position says where in the query. Limits of options have none: their messages begin
 * with "search: ". */
static bool is_about_place(const lede_error *error)
{
    static const char of_options[] = "search: ";
    return error->status == LEDE_ERR_SYNTAX || error->status == LEDE_ERR_UNSUPPORTED ||
           (error->status == LEDE_ERR_LIMIT &&
               strncmp(error->message, of_options, sizeof(of_options) - 1) != 0);
}

int failure_report_query(const lede_error *error, const char *query, size_t query_length)
{
    static const char prefix[] = "query: ";
    if (!is_about_place(error)) {
        return failure_report(error, FAILURE_QUERY);
    }
    const char *message = error->message;
    if (strncmp(message, prefix, sizeof(prefix) - 1) == 0) {
        message += sizeof(prefix) - 1;
    }
    failure_say("query: %s", message);
    if (query_length == 0) {
        return EXIT_USAGE;
    }

    const size_t place = error->position < query_length ? error->position : query_length;
    size_t begin = 0, column = 0;
    for (size_t at = 0; at < place; at = next_character(query, query_length, at)) {
        column++;
    }
    for (; column > QUERY_WINDOW_COLUMNS / 2; column--) {
        begin = next_character(query, query_length, begin);
    }
    fputs("  ", stderr);
    size_t shown = 0;
    for (size_t at = begin; at < query_length && shown < QUERY_WINDOW_COLUMNS; shown++) {
        const size_t next = next_character(query, query_length, at);
        /* A control character is shown as a blank: the caret stays under its place. */
        const unsigned char byte = (unsigned char)query[at];
        const bool is_c1 = byte == 0xc2 && (unsigned char)query[next - 1] < 0xa0;
        if (is_control(byte) || is_c1) {
            putc_unlocked(' ', stderr);
        } else {
            fwrite(query + at, 1, next - at, stderr);
        }
        at = next;
    }
    fprintf(stderr, "\n  %*s^\n", (int)column, "");
    return EXIT_USAGE;
}
