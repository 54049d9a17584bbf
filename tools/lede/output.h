/* output.h -- standard output: buffered, checked, and quoted for whoever reads it.
 *
 * The first write that fails is remembered and everything after it is dropped; output_finish turns
 * it into the exit status. A reader that closed the pipe (head) has had what it wanted: that is
 * no failure, and nothing is said about it.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lede.h"

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct output {
    FILE *file;
    int error;        /* errno of the first write that failed; 0: none yet */
    bool is_terminal; /* control characters of texts are shown, not sent */
    bool has_color;
};

/* Make `output` write to `file`. COLOR_AUTO: on a terminal, unless NO_COLOR is set or TERM is dumb. */
void output_init(struct output *output, FILE *file, enum color_choice color);

/* True once writing is pointless: long work for this output may stop. */
bool output_has_failed(const struct output *output);

/* Flush and close. `status` where all was written or the reader went away; else EXIT_SYSTEM, said. */
int output_finish(struct output *output, int status);

void output_bytes(struct output *output, const char *bytes, size_t length);
void output_string(struct output *output, const char *string);
void output_format(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The text as it is; on a terminal control characters other than newline and tab are escaped. */
void output_text(struct output *output, lede_text text);
/* On one line, control characters escaped everywhere, runs of white space one blank each. \x01 and \x02 around words (the
 * library's plain markup) switch bold on and off, or vanish where there is no colour. */
void output_line(struct output *output, lede_text text);
/* A JSON string with its quotes; what is not UTF-8 becomes U+FFFD. */
void output_json(struct output *output, lede_text text);
/* A field of RFC 4180: quoted where it must be; control characters other than line ends and tabs
 * become blanks, and the plain markup vanishes. */
void output_csv(struct output *output, lede_text text);
/* Plain decimal notation with seven significant digits at least, whatever the size. */
void output_score(struct output *output, double score);
/* 1234567 as 1,234,567. */
void output_count(struct output *output, uint64_t count);

void output_bold(struct output *output, bool is_on);

/* Characters of a text: what it takes on a terminal, wide and combining ones aside. */
size_t output_width(lede_text text);

/* "1,234,567" into the buffer; "12.3 MB" likewise (units of 1000). Answers the buffer. */
enum { OUTPUT_NUMBER_BYTES = 32 };
const char *output_count_text(uint64_t count, char buffer[OUTPUT_NUMBER_BYTES]);
const char *output_bytes_text(uint64_t bytes, char buffer[OUTPUT_NUMBER_BYTES]);

static inline lede_text text_of(const char *string)
{
    return (lede_text){string, __builtin_strlen(string)};
}

#endif
