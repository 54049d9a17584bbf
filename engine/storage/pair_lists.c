/* The section is a head of 32 bytes, the ordinals, and the three parts that other lists have as sections of
 * their own: dictionary, rows, postings. */
#include "storage/pair_lists.h"

#include "base/assert.h"
#include "base/bytes.h"

enum { NAME_BYTES = 2 };

/* ---- writing ---- */

void pair_lists_writer_init(struct pair_lists_writer *writer)
{
    postings_writer_init(&writer->postings);
    termdict_writer_init(&writer->dictionary);
}

void pair_lists_writer_release(struct pair_lists_writer *writer)
{
    postings_writer_release(&writer->postings);
    termdict_writer_release(&writer->dictionary);
}

lede_status pair_lists_writer_name(struct pair_lists_writer *writer, uint32_t first,
    uint32_t second, const struct term_entry *entry, lede_error *error)
{
    ASSERT(first < LEDE_PAIR_TERMS_MAX);
    ASSERT(second < LEDE_PAIR_TERMS_MAX);
    const uint8_t name[NAME_BYTES] = {(uint8_t)first, (uint8_t)second};
    return termdict_writer_add(&writer->dictionary, name, sizeof name, entry, false, error);
}

lede_status pair_lists_writer_head(struct pair_lists_writer *writer, const uint32_t *ordinals,
    uint32_t ordinal_count, struct buf *head, lede_error *error)
{
    ASSERT(ordinal_count >= 1);
    ASSERT(ordinal_count <= LEDE_PAIR_TERMS_MAX);
    const struct postings_writer *postings = &writer->postings;
    struct buf dictionary;
    const lede_status status = termdict_writer_finish(&writer->dictionary, &dictionary, error);
    if (status != LEDE_OK) {
        return status;
    }
    (void)buf_append_le32(head, ordinal_count);
    (void)buf_append_le32(head, 0);
    (void)buf_append_le64(head, dictionary.size);
    (void)buf_append_le64(head, postings->rows_base + postings->rows.size);
    (void)buf_append_le64(head, 0);
    for (uint32_t place = 0; place < ordinal_count; place++) {
        (void)buf_append_le32(head, ordinals[place]);
    }
    (void)buf_append(head, dictionary.data, dictionary.size);
    return head->status == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}

lede_status pair_lists_writer_finish(struct pair_lists_writer *writer, const uint32_t *ordinals,
    uint32_t ordinal_count, struct container_writer *container, lede_error *error)
{
    ASSERT(writer->postings.rows_base == 0);
    ASSERT(writer->postings.postings_base == 0);
    struct buf head;
    buf_init(&head, SIZE_MAX);
    lede_status status = pair_lists_writer_head(writer, ordinals, ordinal_count, &head, error);
    const struct span parts[] = {
        buf_span(&head),
        buf_span(&writer->postings.rows),
        buf_span(&writer->postings.postings),
    };
    if (status == LEDE_OK) {
        status = container_writer_begin(container, SECTION_PAIRS, error);
    }
    for (size_t i = 0; status == LEDE_OK && i < sizeof parts / sizeof parts[0]; i++) {
        status = container_writer_append(container, parts[i].bytes, parts[i].size, error);
    }
    buf_release(&head);
    return status == LEDE_OK ? container_writer_end(container, error) : status;
}

/* ---- reading ---- */

static lede_status damaged(lede_error *error, const char *what)
{
    return lede_fail(error, LEDE_ERR_CORRUPT, "%s: %s", section_name(SECTION_PAIRS), what);
}

static lede_status check_ordinals(
    const struct pair_lists *pairs, uint32_t text_terms, lede_error *error)
{
    for (uint32_t place = 0; place < pairs->term_count; place++) {
        const uint32_t ordinal = pair_lists_ordinal(pairs, place);
        if (ordinal >= text_terms ||
            (place > 0 && ordinal <= pair_lists_ordinal(pairs, place - 1))) {
            return damaged(error, "ordinals do not ascend, or the dictionary has no such term");
        }
    }
    return LEDE_OK;
}

lede_status pair_lists_open(struct pair_lists *pairs, struct span section, uint32_t text_terms,
    uint32_t doc_count, const struct bitpack_ops *bitpack, lede_error *error)
{
    struct cursor at = cursor_of(section);
    struct pair_lists opened = {.term_count = cursor_u32(&at)};
    uint64_t reserved = cursor_u32(&at);
    const uint64_t dictionary_size = cursor_u64(&at);
    const uint64_t rows_size = cursor_u64(&at);
    reserved |= cursor_u64(&at);
    if (at.failed || reserved != 0 || opened.term_count == 0 ||
        opened.term_count > LEDE_PAIR_TERMS_MAX) {
        return damaged(error, "its head is damaged");
    }
    const size_t ordinals_size = opened.term_count * sizeof(uint32_t);
    opened.ordinals = span_of(cursor_bytes(&at, ordinals_size), ordinals_size);
    const struct span rest = span_of(at.at, cursor_left(&at));
    struct span dictionary;
    if (at.failed || !span_part(rest, 0, dictionary_size, &dictionary) ||
        !span_part(rest, dictionary_size, rows_size, &opened.source.rows)) {
        return damaged(error, "its parts do not fit");
    }
    const size_t postings_at = (size_t)(dictionary_size + rows_size);
    opened.source.postings = span_of(rest.bytes + postings_at, rest.size - postings_at);
    /* Empty: the lists have none. */
    opened.source.positions = span_of(rest.bytes, 0);
    opened.source.doc_count = doc_count;
    opened.source.bitpack = bitpack;
    lede_status status = check_ordinals(&opened, text_terms, error);
    if (status == LEDE_OK) {
        status = termdict_open(&opened.dict, dictionary, section_name(SECTION_PAIRS), error);
    }
    if (status == LEDE_OK) {
        *pairs = opened;
    }
    return status;
}

/* The place of a term among the frequent ones, or term_count. */
static uint32_t place_of(const struct pair_lists *pairs, uint32_t ordinal)
{
    uint32_t first = 0;
    uint32_t end = pairs->term_count;
    while (first < end) {
        const uint32_t middle = first + (end - first) / 2;
        if (pair_lists_ordinal(pairs, middle) < ordinal) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first < pairs->term_count && pair_lists_ordinal(pairs, first) == ordinal
               ? first
               : pairs->term_count;
}

lede_status pair_lists_find(const struct pair_lists *pairs, uint32_t first, uint32_t second,
    enum pair_answer *answer_out, struct term_entry *entry_out, lede_error *error)
{
    const uint32_t first_place = place_of(pairs, first);
    const uint32_t second_place = place_of(pairs, second);
    if (first_place == pairs->term_count || second_place == pairs->term_count) {
        *answer_out = PAIR_UNKNOWN;
        return LEDE_OK;
    }
    const uint8_t name[NAME_BYTES] = {(uint8_t)first_place, (uint8_t)second_place};
    struct termdict_hit hit;
    const lede_status status = termdict_find(&pairs->dict, name, sizeof name, &hit, error);
    if (status == LEDE_ERR_NOT_FOUND) {
        *answer_out = PAIR_ABSENT;
        return LEDE_OK;
    }
    if (status != LEDE_OK) {
        return status;
    }
    if (hit.is_alias) {
        return damaged(error, "a list is an alias");
    }
    *answer_out = PAIR_FOUND;
    *entry_out = hit.entry;
    return LEDE_OK;
}
