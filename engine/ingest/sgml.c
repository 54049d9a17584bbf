/* sgml.c -- memchr to each "<" and a look at the name behind it. */
#include "ingest/sgml.h"

#include <string.h>
#include <strings.h>
#include <utf8proc.h>

enum { ENTITY_BYTES_MAX = 12 };

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_byte(uint8_t c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* ---- tags ---- */

/* Whether the bytes at `at`, which is a "<", begin the tag `name` ("/NAME" for an end tag). */
static bool tag_is(struct span text, size_t at, const char *name)
{
    const size_t length = strlen(name);
    const size_t left = text.size - at - 1;
    return left > length && strncasecmp((const char *)text.bytes + at + 1, name, length) == 0 &&
           !is_name_byte(text.bytes[at + 1 + length]);
}

/* Where, at or after `from`, tag `name` or (where not NULL) `other` begins; text.size where nowhere. */
static size_t find_tag(struct span text, size_t from, const char *name, const char *other)
{
    while (from < text.size) {
        const uint8_t *open = memchr(text.bytes + from, '<', text.size - from);
        if (open == NULL) {
            break;
        }
        const size_t at = (size_t)(open - text.bytes);
        if (tag_is(text, at, name) || (other != NULL && tag_is(text, at, other))) {
            return at;
        }
        from = at + 1;
    }
    return text.size;
}

/* The place behind the ">" of the tag at `at`; text.size where it has none. */
static size_t tag_end(struct span text, size_t at)
{
    const uint8_t *close = memchr(text.bytes + at, '>', text.size - at);
    return close == NULL ? text.size : (size_t)(close - text.bytes) + 1;
}

static void end_name(char *end_out, size_t size, const char *name)
{
    const size_t length = strnlen(name, size - 2);
    end_out[0] = '/';
    memcpy(end_out + 1, name, length);
    end_out[1 + length] = '\0';
}

static struct span span_between(struct span text, size_t begin, size_t end)
{
    return span_of(text.bytes + begin, end > begin ? end - begin : 0);
}

/* The element whose first tag is at `at` and whose content ends at `inner_end`. */
static struct sgml_element element_at(struct span text, size_t at, size_t inner_end)
{
    size_t open_end = tag_end(text, at);
    if (open_end > inner_end) {
        open_end = inner_end;
    }
    return (struct sgml_element){
        .tag = span_between(text, at + 1, open_end == 0 ? 0 : open_end - 1),
        .inner = span_between(text, open_end, inner_end)};
}

bool sgml_find(struct span text, const char *name, size_t *at, struct sgml_element *element_out)
{
    char end[64];
    end_name(end, sizeof end, name);
    const size_t open = find_tag(text, *at, name, NULL);
    if (open == text.size) {
        return false;
    }
    const size_t close = find_tag(text, open + 1, end, NULL);
    if (close == text.size) {
        return false;
    }
    *element_out = element_at(text, open, close);
    *at = tag_end(text, close);
    return true;
}

bool sgml_attribute(struct span tag, const char *name, struct span *value_out)
{
    const size_t length = strlen(name);
    for (size_t at = 0; at + length < tag.size; at++) {
        if (tag.bytes[at + length] != '=' ||
            strncasecmp((const char *)tag.bytes + at, name, length) != 0 ||
            (at > 0 && is_name_byte(tag.bytes[at - 1]))) {
            continue;
        }
        const size_t begin = at + length + 1;
        const bool is_quoted =
            begin < tag.size && (tag.bytes[begin] == '"' || tag.bytes[begin] == '\'');
        size_t end = begin + is_quoted;
        while (end < tag.size &&
               (is_quoted ? tag.bytes[end] != tag.bytes[begin] : tag.bytes[end] > ' ')) {
            end++;
        }
        *value_out = span_between(tag, begin + is_quoted, end);
        return true;
    }
    return false;
}

bool sgml_next_tag(struct span text, size_t *at, struct sgml_tag *tag_out)
{
    size_t from = *at;
    while (from < text.size) {
        const uint8_t *open = memchr(text.bytes + from, '<', text.size - from);
        if (open == NULL) {
            break;
        }
        const size_t begin = (size_t)(open - text.bytes);
        size_t name = begin + 1;
        const bool is_end = name < text.size && text.bytes[name] == '/';
        name += is_end;
        size_t name_end = name;
        while (name_end < text.size && is_name_byte(text.bytes[name_end])) {
            name_end++;
        }
        if (name_end > name && is_letter(text.bytes[name])) {
            const size_t end = tag_end(text, begin);
            *tag_out = (struct sgml_tag){.whole = span_between(text, begin, end),
                .name = span_between(text, name, name_end),
                .is_end = is_end};
            *at = end;
            return true;
        }
        from = begin + 1;
    }
    return false;
}

/* ---- elements of an input ---- */

/* Find a tag of either name in the input at or behind `from` bytes of its window, reading on. *at_out is
 * the window's size where the input ends without it. */
static lede_status seek_tag(struct input *input, size_t from, const char *first, const char *second,
    size_t *at_out, lede_error *error)
{
    const size_t tag_bytes = strlen(first) + 3;
    for (;;) {
        const struct span window = input_window(input);
        const size_t at = find_tag(window, from, first, second);
        if (at < window.size || input->at_end) {
            *at_out = at;
            return LEDE_OK;
        }
        /* A tag may be cut by the window's end: begin again a tag's length before it. */
        from = window.size > from + tag_bytes ? window.size - tag_bytes : from;
        const lede_status status = input_more(input, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
}

/* Like seek_tag, but what is passed is not kept. */
static lede_status skip_to_tag(
    struct input *input, const char *name, size_t *at_out, lede_error *error)
{
    const size_t tag_bytes = strlen(name) + 3;
    for (;;) {
        const struct span window = input_window(input);
        const size_t at = find_tag(window, 0, name, NULL);
        if (at < window.size || input->at_end) {
            *at_out = at;
            return LEDE_OK;
        }
        if (window.size > tag_bytes) {
            input_consume(input, window.size - tag_bytes);
        }
        const lede_status status = input_more(input, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
}

lede_status sgml_next(struct input *input, const char *name, struct sgml_element *element_out,
    bool *has_out, lede_error *error)
{
    char closing[64];
    size_t open;
    size_t close;
    end_name(closing, sizeof closing, name);
    lede_status status = skip_to_tag(input, name, &open, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (open == input_window(input).size) {
        *has_out = false;
        return LEDE_OK;
    }
    input_consume(input, open);
    const uint64_t line = input->line;
    status = seek_tag(input, 1, closing, name, &close, error);
    if (status == LEDE_ERR_LIMIT) {
        input_consume(input, input_window(input).size);
        *element_out = (struct sgml_element){.line = line, .is_too_long = true};
        *has_out = true;
        return LEDE_OK;
    }
    if (status != LEDE_OK) {
        return status;
    }
    const struct span window = input_window(input);
    const bool is_open = close == window.size;
    if (is_open && input->damage.status != LEDE_OK) {
        *has_out = false;
        return LEDE_OK;
    }
    *element_out = element_at(window, 0, close);
    element_out->line = line;
    *has_out = true;
    const bool is_closed = !is_open && window.bytes[close + 1] == '/';
    input_consume(input, is_closed ? tag_end(window, close) : close);
    return LEDE_OK;
}

/* ---- text ---- */

/* Of code points 160 to 255. */
static const char *const latin1_names[96] = {"nbsp", "iexcl", "cent", "pound", "curren", "yen",
    "brvbar", "sect", "uml", "copy", "ordf", "laquo", "not", "shy", "reg", "macr", "deg", "plusmn",
    "sup2", "sup3", "acute", "micro", "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14",
    "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig",
    "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH",
    "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute",
    "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml",
    "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc",
    "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash",
    "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml"};

static const struct {
    const char *name;
    int32_t code;
} other_names[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''},
    {"hyph", '-'}, {"blank", ' '}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"lsquo", 0x2018},
    {"rsquo", 0x2019}, {"ldquo", 0x201c}, {"rdquo", 0x201d}, {"hellip", 0x2026}, {"bull", 0x2022},
    {"euro", 0x20ac}, {"trade", 0x2122}, {"ensp", ' '}, {"emsp", ' '}, {"thinsp", ' '}};

/* The code point of an entity's name without "&" and ";"; -1 where it is not known. */
static int32_t entity_code(const uint8_t *name, size_t length)
{
    if (length >= 2 && name[0] == '#') {
        const bool is_hex = name[1] == 'x' || name[1] == 'X';
        int32_t code = 0;
        for (size_t i = is_hex ? 2 : 1; i < length; i++) {
            const uint8_t c = name[i];
            int32_t digit = c >= '0' && c <= '9' ? c - '0' : -1;
            if (is_hex && digit < 0 && (c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
                digit = (c | 0x20) - 'a' + 10;
            }
            if (digit < 0 || code > 0x10ffff) {
                return -1;
            }
            code = code * (is_hex ? 16 : 10) + digit;
        }
        return utf8proc_codepoint_valid(code) ? code : 0xfffd;
    }
    for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++) {
        if (strlen(other_names[i].name) == length &&
            memcmp(other_names[i].name, name, length) == 0) {
            return other_names[i].code;
        }
    }
    for (size_t i = 0; i < 96; i++) {
        if (strlen(latin1_names[i]) == length && memcmp(latin1_names[i], name, length) == 0) {
            return (int32_t)(160 + i);
        }
    }
    return -1;
}

/* Control characters and no-break spaces as blanks: in the collections they stand between words. */
static int32_t plain(int32_t code)
{
    const bool is_control = (code < 0x20 && code != '\n' && code != '\t') || code == 0x7f;
    return is_control || code == 0xa0 ? ' ' : code;
}

/* Write what stands at `at`, which is a "&", and return how many bytes of `text` that was. No more bytes
 * are written than read: the shortest entity for a code point is longer than its UTF-8. */
static size_t put_entity(struct span text, size_t at, char *to, size_t *length)
{
    size_t end = at + 1;
    while (end < text.size && end - at <= ENTITY_BYTES_MAX &&
           (is_name_byte(text.bytes[end]) || (text.bytes[end] == '#' && end == at + 1))) {
        end++;
    }
    const bool is_closed = end < text.size && text.bytes[end] == ';';
    const int32_t code = is_closed ? entity_code(text.bytes + at + 1, end - at - 1) : -1;
    if (code < 0) {
        to[(*length)++] = '&';
        return 1;
    }
    uint8_t encoded[4];
    const utf8proc_ssize_t bytes = utf8proc_encode_char(plain(code), encoded);
    memcpy(to + *length, encoded, (size_t)bytes);
    *length += (size_t)bytes;
    return end + 1 - at;
}

lede_text sgml_text(struct span text, struct arena *arena)
{
    char *to = arena_alloc(arena, text.size);
    size_t length = 0;
    size_t at = 0;
    while (to != NULL && at < text.size) {
        const uint8_t c = text.bytes[at];
        const uint8_t next = at + 1 < text.size ? text.bytes[at + 1] : ' ';
        if (c == '&') {
            at += put_entity(text, at, to, &length);
        } else if (c == '<' && (is_letter(next) || next == '/' || next == '!')) {
            to[length++] = '\n';
            at = tag_end(text, at);
        } else {
            to[length++] = (char)(c < 0x80 ? plain(c) : c);
            at++;
        }
    }
    return (lede_text){.data = to, .length = length};
}

size_t sgml_collapse(char *text, size_t length)
{
    size_t kept = 0;
    for (size_t i = 0; i < length; i++) {
        const bool is_blank = text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r');
        if (!is_blank) {
            text[kept++] = text[i];
        } else if (kept > 0 && text[kept - 1] != ' ') {
            text[kept++] = ' ';
        }
    }
    return kept > 0 && text[kept - 1] == ' ' ? kept - 1 : kept;
}
