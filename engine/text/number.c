#include "text/number.h"

static size_t digits_end(const struct tokenizer *tokenizer, size_t at)
{
    while (text_has_digit(tokenizer, at)) {
        at++;
    }
    return at;
}

/* The groups of a chain of digits, as in 1,000,000 or 24.04.2024. */
struct digit_chain {
    size_t end;
    uint32_t separator_count;
    bool is_thousands; /* all groups but the first have three digits, and the first at most that */
};

static struct digit_chain read_chain(
    const struct tokenizer *tokenizer, size_t at, uint8_t separator)
{
    struct digit_chain chain = {.end = digits_end(tokenizer, at)};
    chain.is_thousands = chain.end - at <= 3;
    while (chain.end < tokenizer->length && tokenizer->text[chain.end] == separator &&
           text_has_digit(tokenizer, chain.end + 1)) {
        const size_t end = digits_end(tokenizer, chain.end + 1);
        chain.is_thousands = chain.is_thousands && end - chain.end == 4;
        chain.separator_count += chain.separator_count < 2;
        chain.end = end;
    }
    return chain;
}

/* Take everything up to `end` but the separators. */
static void take_digits(
    struct tokenizer *tokenizer, struct word_scan *scan, size_t end, uint8_t separator)
{
    while (scan->at < end) {
        if (tokenizer->text[scan->at] == separator) {
            scan->at++;
        } else {
            const size_t group_end = digits_end(tokenizer, scan->at);
            for (; scan->at < group_end; scan->at++) {
                word_scan_take(tokenizer, scan, scan->at, 1);
            }
        }
    }
    scan->end = end;
}

void number_scan(struct tokenizer *tokenizer, struct word_scan *scan)
{
    const uint8_t *const text = tokenizer->text;
    const size_t at = scan->at;
    const bool continues_chain =
        at >= 2 && (text[at - 1] == ',' || text[at - 1] == '.') && ascii_is_digit(text[at - 2]);
    size_t end = digits_end(tokenizer, at);
    uint8_t separator = 0;
    if (!continues_chain && end + 1 < tokenizer->length && text_has_digit(tokenizer, end + 1)) {
        if (text[end] == ',') {
            const struct digit_chain commas = read_chain(tokenizer, at, ',');
            if (commas.is_thousands) {
                separator = ',';
                end = commas.end;
            }
        } else if (text[end] == '.') {
            const struct digit_chain dots = read_chain(tokenizer, at, '.');
            if (dots.separator_count == 1) {
                end = dots.end; /* a decimal point: separator stays 0 and the dot is taken */
                for (; scan->at < end; scan->at++) {
                    word_scan_take(tokenizer, scan, scan->at, 1);
                }
            } else if (dots.is_thousands) {
                separator = '.';
                end = dots.end;
            }
        }
    }
    take_digits(tokenizer, scan, end, separator);
    if (separator == ',' && end < tokenizer->length && text[end] == '.' &&
        text_has_digit(tokenizer, end + 1)) {
        const struct digit_chain decimals = read_chain(tokenizer, end + 1, '.');
        if (decimals.separator_count == 0) {
            for (; scan->at < decimals.end; scan->at++) {
                word_scan_take(tokenizer, scan, scan->at, 1);
            }
            scan->end = scan->at;
        }
    }
}
