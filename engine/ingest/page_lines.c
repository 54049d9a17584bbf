/* page_lines.c -- each line is judged by itself; page.c looks at their order. */
#include "ingest/page_lines.h"

#include <string.h>
#include <strings.h>

enum {
    /* A longer line is no line of a date or a menu. */
    SHORT_LINE_BYTES = 120,
    MENU_WORDS_MAX = 6,
    PARAGRAPH_WORDS_MIN = 18,
    OPENING_BYTES_MAX = 48,
    COUNTED_LINES_MAX = 1 << 14,
};

static size_t blank_at(lede_text text, size_t at)
{
    const unsigned char c = (unsigned char)text.data[at];
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
        return 1;
    }
    const bool is_no_break =
        c == 0xc2 && at + 1 < text.length && (unsigned char)text.data[at + 1] == 0xa0;
    return is_no_break ? 2 : 0;
}

lede_text page_trim(lede_text text)
{
    size_t size;
    while (text.length > 0 && (size = blank_at(text, 0)) > 0) {
        text.data += size;
        text.length -= size;
    }
    while (text.length > 0) {
        if (blank_at(text, text.length - 1) == 1) {
            text.length--;
        } else if (text.length >= 2 && blank_at(text, text.length - 2) == 2) {
            text.length -= 2;
        } else {
            break;
        }
    }
    return text;
}

bool page_same(lede_text a, lede_text b, lede_text *rest_out)
{
    size_t i = 0;
    size_t k = 0;
    while (i < a.length && k < b.length) {
        const size_t blank_a = blank_at(a, i);
        const size_t blank_b = blank_at(b, k);
        if ((blank_a > 0) != (blank_b > 0) || (blank_a == 0 && a.data[i] != b.data[k])) {
            break;
        }
        if (blank_a == 0) {
            i++;
            k++;
            continue;
        }
        while (i < a.length && blank_at(a, i) > 0) {
            i += blank_at(a, i);
        }
        while (k < b.length && blank_at(b, k) > 0) {
            k += blank_at(b, k);
        }
    }
    *rest_out = i == a.length ? page_trim((lede_text){.data = b.data + k, .length = b.length - k})
                              : (lede_text){.data = b.data, .length = 0};
    return i == a.length && k == b.length;
}

static size_t count_words(lede_text text)
{
    size_t words = 0;
    bool inside = false;
    for (size_t at = 0; at < text.length;) {
        const size_t blank = blank_at(text, at);
        words += blank == 0 && !inside;
        inside = blank == 0;
        at += blank == 0 ? 1 : blank;
    }
    return words;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool begins_with(lede_text text, const char *word)
{
    const size_t length = strlen(word);
    return text.length >= length && strncasecmp(text.data, word, length) == 0 &&
           (text.length == length || !is_letter(text.data[length]));
}

/* ---- ends of sentences ---- */

/* The text without closing quotes and brackets. */
static lede_text without_closers(lede_text text)
{
    static const char *const closers[] = {
        "\"", "'", ")", "]", "\xe2\x80\x9d", "\xe2\x80\x99", "\xc2\xbb", "\xe2\x80\x9c"};
    bool found = true;
    while (found) {
        found = false;
        for (size_t i = 0; i < sizeof closers / sizeof *closers && !found; i++) {
            const size_t size = strlen(closers[i]);
            found =
                text.length > size && memcmp(text.data + text.length - size, closers[i], size) == 0;
            text.length -= found ? size : 0;
        }
    }
    return text;
}

/* A full stop, unless of an abbreviation like "U.S." or "Co."; an ideographic one. */
static bool ends_with_stop(lede_text text)
{
    text = without_closers(text);
    if (text.length >= 3 && memcmp(text.data + text.length - 3, "\xe3\x80\x82", 3) == 0) {
        return true;
    }
    if (text.length == 0 || text.data[text.length - 1] != '.') {
        return false;
    }
    size_t begin = text.length - 1;
    while (begin > 0 && text.data[begin - 1] != ' ') {
        begin--;
    }
    const size_t length = text.length - 1 - begin;
    const bool has_inner_stop = memchr(text.data + begin, '.', length) != NULL;
    return !(has_inner_stop && length <= 5);
}

static bool ends_otherwise(lede_text text)
{
    text = without_closers(text);
    return text.length > 0 && strchr("!?:;", text.data[text.length - 1]) != NULL;
}

/* ---- lines of the site ---- */

/* Entries of menus and footers of news sites; the whole line, or its beginning where it ends in '*'. */
static const char *const menu_lines[] = {"go back", "back", "back to the section",
    "back to the all news", "back to*", "return to*", "home", "homepage", "main page", "news",
    "latest news", "all news", "more news", "related news", "related articles", "related stories",
    "read also", "read more", "read more*", "see also", "see more", "share", "share this*",
    "share on*", "tweet", "print", "print version", "printable version", "e-mail", "subscribe",
    "subscribe to*", "sign in", "sign up*", "log in", "register", "contact us", "contacts",
    "about us", "privacy policy", "terms of use", "terms and conditions", "cookie policy",
    "advertisement", "advertising", "comments", "no comments", "leave a comment", "leave a reply",
    "skip to content", "skip to main content", "menu", "search", "site map", "sitemap", "top",
    "to the top", "next", "previous", "previous article", "next article", "all rights reserved*",
    "copyright*", "follow us*", "load more", "most read", "most popular", "trending", "tags",
    "zurück", "zur startseite", "startseite", "mehr lesen", "retour", "accueil", "lire aussi",
    "volver", "inicio", "назад", "на главную", "к списку новостей", "все новости", "поделиться",
    "версия для печати"};

static bool is_menu_line(lede_text text)
{
    while (text.length > 0 && strchr("<>|-*[]().:", text.data[0]) != NULL) {
        text.data++;
        text.length--;
    }
    while (text.length > 0 && strchr("<>|-*[]().:", text.data[text.length - 1]) != NULL) {
        text.length--;
    }
    text = page_trim(text);
    for (size_t i = 0; i < sizeof menu_lines / sizeof *menu_lines; i++) {
        const char *entry = menu_lines[i];
        const size_t length = strlen(entry);
        const bool is_prefix = entry[length - 1] == '*';
        const size_t compared = length - is_prefix;
        if ((is_prefix ? text.length > compared && text.data[compared] == ' '
                       : text.length == compared) &&
            strncasecmp(text.data, entry, compared) == 0) {
            return true;
        }
    }
    return false;
}

/* Nine digits or more with two signs between them. */
static bool has_phone(lede_text text)
{
    size_t digits = 0;
    size_t signs = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char c = text.data[i];
        if (is_digit(c)) {
            digits++;
            if (digits >= 9 && signs >= 2) {
                return true;
            }
        } else if (c == '-' || c == '+' || c == '(' || c == ')') {
            signs++;
        } else if (c != ' ') {
            digits = 0;
            signs = 0;
        }
    }
    return false;
}

static bool has_address(lede_text text)
{
    const char *at = memchr(text.data, '@', text.length);
    if (at == NULL || at == text.data || at + 1 == text.data + text.length) {
        return false;
    }
    return is_letter(at[1]) && (is_letter(at[-1]) || is_digit(at[-1]));
}

static bool is_rule(lede_text text)
{
    size_t marks = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (strchr("_-=*~# .", text.data[i]) == NULL) {
            return false;
        }
        marks += text.data[i] != ' ';
    }
    return marks >= 3;
}

static bool is_image_name(lede_text text)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t size = strlen(endings[i]);
        if (text.length > size &&
            strncasecmp(text.data + text.length - size, endings[i], size) == 0) {
            return count_words(text) <= 2;
        }
    }
    return false;
}

static bool is_link(lede_text text)
{
    return (begins_with(text, "http://") || begins_with(text, "https://") ||
               strncasecmp(text.data, "http", text.length < 4 ? text.length : 4) == 0) &&
           count_words(text) == 1 && text.length > 8;
}

/* ---- dates of lines ---- */

static lede_text part_of(lede_text text, size_t begin, size_t end)
{
    return page_trim((lede_text){.data = text.data + begin, .length = end - begin});
}

/* Without the signs that stand between a date and other words. */
static lede_text without_signs(lede_text text)
{
    while (text.length > 0 && strchr("|,-:;./()[]", text.data[0]) != NULL) {
        text = part_of(text, 1, text.length);
    }
    while (text.length > 0 && strchr("|,-:;./()[]", text.data[text.length - 1]) != NULL) {
        text = part_of(text, 0, text.length - 1);
    }
    return text;
}

static bool is_label(lede_text prefix, bool *updated_out)
{
    static const char *const labels[] = {"published", "posted", "date", "publication date",
        "issued", "created", "released", "first published", "filed", "veröffentlicht", "stand",
        "datum", "publié", "publicado", "fecha", "data", "pubblicato", "опубликовано", "дата"};
    static const char *const updates[] = {
        "updated", "last updated", "last modified", "modified", "aktualisiert", "mis à jour"};
    for (size_t i = 0; i < sizeof updates / sizeof *updates; i++) {
        if (begins_with(prefix, updates[i])) {
            *updated_out = true;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        if (begins_with(prefix, labels[i])) {
            return count_words(prefix) <= 3;
        }
    }
    return false;
}

/* "Berlin,": a place before a date, and nothing else. */
static bool is_place(lede_text prefix)
{
    return prefix.length > 1 && prefix.data[prefix.length - 1] == ',' && count_words(prefix) <= 3 &&
           ((prefix.data[0] >= 'A' && prefix.data[0] <= 'Z') ||
               (unsigned char)prefix.data[0] >= 0x80);
}

/* "By A. Writer | May 26", "May 26 | By ...", "May 26 |": what stands around a date beside an author. */
static bool is_byline(lede_text prefix, lede_text suffix, lede_text behind)
{
    if (count_words(suffix) > 8) {
        return false;
    }
    if (prefix.length == 0) {
        return begins_with(suffix, "by") || (behind.length > 0 && behind.data[0] == '|');
    }
    return (begins_with(prefix, "by") && count_words(prefix) <= 8) ||
           prefix.data[prefix.length - 1] == '|';
}

static void judge_date(struct page_line *line, struct date_style style)
{
    struct date_match match;
    const lede_text text = line->text;
    if (text.length > SHORT_LINE_BYTES || !date_find(text.data, text.length, 0, style, &match) ||
        !match.has_year || match.day == 0) {
        return;
    }
    const lede_text prefix = part_of(text, 0, match.begin);
    const lede_text behind = part_of(text, match.end, text.length);
    const lede_text suffix = without_signs(behind);
    const bool is_bare = suffix.length == 0 || is_image_name(suffix);
    bool is_update = false;
    if (without_signs(prefix).length == 0 && is_bare) {
        line->date_kind = LINE_DATE_ALONE;
    } else if (is_label(prefix, &is_update)) {
        line->date_kind = is_update ? LINE_DATE_UPDATED : LINE_DATE_LABELLED;
    } else if ((is_bare && is_place(prefix)) ||
               (!line->ends_sentence && is_byline(prefix, suffix, behind))) {
        line->date_kind = LINE_DATE_LABELLED;
    }
    if (line->date_kind != LINE_DATE_NONE) {
        line->date = match.key;
    }
}

/* A date in figures at the end of a line: the headline's second time. */
static void judge_end(struct page_line *line, struct date_style style)
{
    const lede_text text = line->text;
    size_t begin = text.length;
    while (begin > 0 && text.length - begin < 12 &&
           (is_digit(text.data[begin - 1]) || strchr("./-", text.data[begin - 1]) != NULL)) {
        begin--;
    }
    date_key key;
    if (begin > 0 && text.length - begin >= 8 && blank_at(text, begin - 1) == 1 &&
        date_parse(text.data + begin, text.length - begin, style, &key) == DATE_FOUND &&
        date_precision_of(key) == DATE_DAY) {
        line->date_begin = begin;
        line->end_date = key;
    }
}

/* "On May 26", "MINSK, 26 May", "26 May 2020 -- ": a date with at most a place or a small word before. */
static void judge_opening(struct page_line *line, struct date_style style)
{
    struct date_match match;
    const size_t near_max = (size_t)2 * OPENING_BYTES_MAX;
    const size_t near = line->text.length < near_max ? line->text.length : near_max;
    if (!date_find(line->text.data, near, 0, style, &match) || match.day == 0 ||
        match.begin > OPENING_BYTES_MAX) {
        return;
    }
    const lede_text prefix = part_of(line->text, 0, match.begin);
    const size_t words = count_words(prefix);
    const bool is_small =
        words == 0 || (words == 1 && prefix.length <= 6) || (words == 2 && prefix.length <= 8);
    const bool is_dateline =
        words <= 5 && prefix.length > 0 && strchr(",-(/", prefix.data[prefix.length - 1]) != NULL;
    if (is_small || is_dateline) {
        line->opens_with_date = true;
        line->opening = match;
    }
}

static void judge(struct page_line *line, struct date_style style, const struct line_table *table)
{
    const lede_text text = line->text;
    line->words = count_words(text);
    line->ends_sentence = ends_with_stop(text);
    line->is_paragraph = (line->ends_sentence && line->words >= 5) ||
                         (ends_otherwise(text) && line->words >= 8) ||
                         (line->words >= PARAGRAPH_WORDS_MIN && text.length >= SHORT_LINE_BYTES) ||
                         text.length > (size_t)4 * SHORT_LINE_BYTES;
    line->date = DATE_NONE;
    line->end_date = DATE_NONE;
    judge_date(line, style);
    judge_end(line, style);
    judge_opening(line, style);
    line->is_furniture = line->date_kind == LINE_DATE_NONE &&
                         (line_table_recurs(table, line_hash(text.data, text.length)) ||
                             (line->words <= MENU_WORDS_MAX && is_menu_line(text)));
    line->is_contact = line->date_kind == LINE_DATE_NONE &&
                       (is_rule(text) || is_link(text) || is_image_name(text) ||
                           (text.length <= (size_t)2 * SHORT_LINE_BYTES && line->words <= 20 &&
                               (has_phone(text) || has_address(text))));
}

/* The next line of *left that is not blank; false at the end. */
static bool next_line(lede_text *left, lede_text *line_out, bool *after_blank_out)
{
    *after_blank_out = false;
    while (left->length > 0) {
        const char *feed = memchr(left->data, '\n', left->length);
        const size_t size = feed == NULL ? left->length : (size_t)(feed - left->data);
        *line_out = page_trim((lede_text){.data = left->data, .length = size});
        left->data += size + (feed != NULL);
        left->length -= size + (feed != NULL);
        if (line_out->length > 0) {
            return true;
        }
        *after_blank_out = true;
    }
    return false;
}

lede_status page_lines_read(struct buf *lines, lede_text text, struct date_style style,
    const struct line_table *table, lede_text *rest_out, lede_error *error)
{
    struct page_line line = {0};
    size_t count = 0;
    while (count < PAGE_LINES_MAX && next_line(&text, &line.text, &line.after_blank)) {
        struct page_line judged = line;
        judge(&judged, style, table);
        if (buf_append(lines, &judged, sizeof judged) != LEDE_OK) {
            return lede_fail_nomem(error);
        }
        count++;
    }
    *rest_out = page_trim(text);
    return LEDE_OK;
}

lede_status page_lines_count(struct line_table *table, lede_text text, lede_error *error)
{
    lede_text line;
    bool after_blank;
    line_table_page(table);
    for (size_t i = 0; i < COUNTED_LINES_MAX && next_line(&text, &line, &after_blank); i++) {
        const lede_status status =
            line_table_count(table, line_hash(line.data, line.length), error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    return LEDE_OK;
}
