/* output.c -- stdio with a memory for failure, and four kinds of quoting. */
#include "output.h"

#include "failure.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MARK_ON = 1, MARK_OFF = 2 }; /* the library's plain snippet markup */

void output_init(struct output *output, FILE *file, enum color_choice color)
{
    *output = (struct output){.file = file, .is_terminal = isatty(fileno(file)) == 1};
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    const bool is_plain =
        (no_color != NULL && no_color[0] != '\0') || (term != NULL && strcmp(term, "dumb") == 0);
    output->has_color =
        color == COLOR_ALWAYS || (color == COLOR_AUTO && output->is_terminal && !is_plain);
}

bool output_has_failed(const struct output *output)
{
    return output->error != 0;
}

int output_finish(struct output *output, int status)
{
    if (output->error == 0 && fflush(output->file) != 0) {
        output->error = errno;
    }
    if (fclose(output->file) != 0 && output->error == 0) {
        output->error = errno;
    }
    output->file = NULL;
    if (output->error == 0 || output->error == EPIPE) {
        return status;
    }
    failure_say("standard output: %s", strerror(output->error));
    return EXIT_SYSTEM;
}

void output_bytes(struct output *output, const char *bytes, size_t length)
{
    if (output->error == 0 && fwrite_unlocked(bytes, 1, length, output->file) != length) {
        output->error = errno != 0 ? errno : EIO;
    }
}

static void output_byte(struct output *output, char byte)
{
    output_bytes(output, &byte, 1);
}

void output_string(struct output *output, const char *string)
{
    output_bytes(output, string, strlen(string));
}

void output_format(struct output *output, const char *format, ...)
{
    if (output->error != 0) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    if (vfprintf(output->file, format, arguments) < 0) {
        output->error = errno != 0 ? errno : EIO;
    }
    va_end(arguments);
}

/* Bytes of the UTF-8 character at `at`, 0 where there is none: overlong forms, surrogates and numbers
 * past U+10FFFF are none (Unicode 15, table 3-7). */
static size_t character_length(const unsigned char *at, size_t left)
{
    const unsigned char lead = at[0];
    if (lead < 0x80) {
        return 1;
    }
    const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || left < length) {
        return 0;
    }
    const unsigned char second_min = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char second_max = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < second_min || at[1] > second_max) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

/* A terminal obeys C0 and C1 controls, as one byte or as UTF-8. */
static bool is_control(const unsigned char *at, size_t length)
{
    return length == 0 || at[0] < 0x20 || at[0] == 0x7f ||
           (length == 2 && at[0] == 0xc2 && at[1] < 0xa0);
}

static void output_escaped(struct output *output, const unsigned char *at, size_t length)
{
    output_format(output, "\\x%02x", length == 2 ? at[1] : at[0]);
}

void output_text(struct output *output, lede_text text)
{
    if (!output->is_terminal) {
        output_bytes(output, text.data, text.length);
        return;
    }
    const unsigned char *bytes = (const unsigned char *)text.data;
    for (size_t i = 0; i < text.length;) {
        const size_t length = character_length(bytes + i, text.length - i);
        if (bytes[i] != '\n' && bytes[i] != '\t' && is_control(bytes + i, length)) {
            output_escaped(output, bytes + i, length);
        } else {
            output_bytes(output, text.data + i, length);
        }
        i += length == 0 ? 1 : length;
    }
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r' || byte == '\f' ||
           byte == '\v';
}

/* How many bytes from `at` on are ASCII that is seen. */
static size_t visible_run(const unsigned char *at, size_t left)
{
    size_t run = 0;
    while (run < left && at[run] > ' ' && at[run] < 0x7f) {
        run++;
    }
    return run;
}

void output_line(struct output *output, lede_text text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    bool is_behind_blank = true;
    for (size_t i = 0; i < text.length;) {
        const size_t run = visible_run(bytes + i, text.length - i);
        if (run > 0) {
            output_bytes(output, text.data + i, run);
            is_behind_blank = false;
            i += run;
            continue;
        }
        const size_t length = character_length(bytes + i, text.length - i);
        if (is_blank(text.data[i])) {
            if (!is_behind_blank) {
                output_byte(output, ' ');
            }
            is_behind_blank = true;
        } else if (bytes[i] == MARK_ON || bytes[i] == MARK_OFF) {
            output_bold(output, bytes[i] == MARK_ON);
        } else {
            if (is_control(bytes + i, length)) {
                output_escaped(output, bytes + i, length);
            } else {
                output_bytes(output, text.data + i, length);
            }
            is_behind_blank = false;
        }
        i += length == 0 ? 1 : length;
    }
}

void output_json(struct output *output, lede_text text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    output_byte(output, '"');
    size_t begin = 0; /* of what can be written as it is */
    for (size_t i = 0; i < text.length;) {
        const size_t length = character_length(bytes + i, text.length - i);
        const bool is_plain = length > 0 && bytes[i] >= 0x20 && bytes[i] != '"' &&
                              bytes[i] != '\\' && bytes[i] != 0x7f;
        if (!is_plain) {
            output_bytes(output, text.data + begin, i - begin);
            switch (bytes[i]) {
            case '"': output_string(output, "\\\""); break;
            case '\\': output_string(output, "\\\\"); break;
            case '\n': output_string(output, "\\n"); break;
            case '\r': output_string(output, "\\r"); break;
            case '\t': output_string(output, "\\t"); break;
            default: output_format(output, "\\u%04x", length == 0 ? 0xfffd : bytes[i]);
            }
            begin = i + 1;
        }
        i += length == 0 ? 1 : length;
    }
    output_bytes(output, text.data + begin, text.length - begin);
    output_byte(output, '"');
}

void output_csv(struct output *output, lede_text text)
{
    bool must_quote = text.length > 0 && (text.data[0] == ' ' || text.data[text.length - 1] == ' ');
    for (size_t i = 0; i < text.length && !must_quote; i++) {
        must_quote = strchr("\",\r\n", text.data[i]) != NULL && text.data[i] != '\0';
    }
    if (must_quote) {
        output_byte(output, '"');
    }
    for (size_t i = 0; i < text.length; i++) {
        const char byte = text.data[i];
        if (byte == MARK_ON || byte == MARK_OFF) {
            continue;
        }
        if (byte == '"') {
            output_byte(output, '"');
        }
        const bool is_dropped =
            ((unsigned char)byte < 0x20 && strchr("\r\n\t", byte) == NULL) || byte == 0x7f || !byte;
        output_byte(output, is_dropped ? ' ' : byte);
    }
    if (must_quote) {
        output_byte(output, '"');
    }
}

void output_score(struct output *output, double score)
{
    int decimals = 6;
    for (double rest = fabs(score); rest > 0 && rest < 1; rest *= 10) {
        decimals++;
    }
    output_format(output, "%.*f", decimals, score);
}

void output_count(struct output *output, uint64_t count)
{
    char buffer[OUTPUT_NUMBER_BYTES];
    output_string(output, output_count_text(count, buffer));
}

void output_bold(struct output *output, bool is_on)
{
    if (output->has_color) {
        output_string(output, is_on ? "\033[1m" : "\033[0m");
    }
}

size_t output_width(lede_text text)
{
    size_t width = 0;
    for (size_t i = 0; i < text.length; i++) {
        width += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    }
    return width;
}

const char *output_count_text(uint64_t count, char buffer[OUTPUT_NUMBER_BYTES])
{
    char digits[OUTPUT_NUMBER_BYTES];
    const size_t length =
        (size_t)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);
    size_t written = 0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            buffer[written++] = ',';
        }
        buffer[written++] = digits[i];
    }
    buffer[written] = '\0';
    return buffer;
}

const char *output_bytes_text(uint64_t bytes, char buffer[OUTPUT_NUMBER_BYTES])
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) {
        snprintf(buffer, OUTPUT_NUMBER_BYTES, "%llu bytes", (unsigned long long)bytes);
        return buffer;
    }
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 999.95 && unit + 1 < sizeof(units) / sizeof(units[0])) {
        value /= 1000;
        unit++;
    }
    snprintf(buffer, OUTPUT_NUMBER_BYTES, "%.1f %s", value, units[unit]);
    return buffer;
}
