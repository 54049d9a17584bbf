/* failure.h -- what went wrong, for people (standard error) and for scripts (the exit status). */
#ifndef FAILURE_H
#define FAILURE_H

#include "lede.h"

enum exit_status {
    EXIT_DONE = 0,    /* for a search: at least one hit */
    EXIT_NOTHING = 1, /* nothing found */
    EXIT_USAGE = 2,   /* the command line or the input is wrong */
    EXIT_DAMAGED = 3, /* the index is damaged, unreadable or not there */
    EXIT_SYSTEM = 4,  /* the system failed: disk full, no memory, a lock that another holds */
};

/* What was being done: the same library status means different things to a script. */
enum failure_context {
    FAILURE_READING,  /* an index is opened or read */
    FAILURE_QUERY,    /* an open index is searched: what is not there is a field of the query */
    FAILURE_WRITING,  /* an index is written */
    FAILURE_SOURCE,   /* an input is read into an index */
    FAILURE_DOCUMENT, /* one document was asked for by its id */
};

/* The exit status for a library error in a context. */
enum exit_status failure_status(const lede_error *error, enum failure_context context);

/* Print "lede: MESSAGE" and answer the exit status. */
int failure_report(const lede_error *error, enum failure_context context);

/* Print the message of a query that could not be read, with the query and a caret under the place. */
int failure_report_query(const lede_error *error, const char *query, size_t query_length);

/* Print "lede: ..." and a newline; control characters of what is shown are escaped. */
void failure_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same without "lede: ": for a line that begins with a place, FILE:LINE. */
void failure_show(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "lede: not enough memory", EXIT_SYSTEM. */
int failure_no_memory(void);

#endif
