/* Finding a block: a binary search over the prefixes finds the first whose first term is not below the wanted
 * one's first eight bytes. Where it begins with the same eight, another search bounds the blocks that do, and
 * among those whole first terms decide. Finding a term in its block: term_block.c.
 */
#include "storage/termdict.h"

#include <string.h>

#include "base/bytes.h"

enum { LINE_BYTES = 64, AHEAD_BYTES = 8 * LINE_BYTES };

lede_status termdict_open(
    struct termdict *dict, struct span section, const char *name, lede_error *error)
{
    struct cursor at = cursor_of(section);
    struct termdict opened = {.name = name};
    opened.term_count = cursor_u32(&at);
    opened.block_count = cursor_u32(&at);
    const uint64_t block_count = opened.block_count;
    const uint64_t expected = ((uint64_t)opened.term_count + LEDE_TERM_BLOCK - 1) / LEDE_TERM_BLOCK;
    opened.offsets.size = (size_t)(block_count + 1) * 8;
    opened.offsets.bytes = cursor_bytes(&at, opened.offsets.size);
    opened.prefixes.size = (size_t)block_count * 8;
    opened.prefixes.bytes = cursor_bytes(&at, opened.prefixes.size);
    opened.blocks = span_of(at.at, cursor_left(&at));
    if (at.failed || block_count != expected ||
        load_le64(opened.offsets.bytes + opened.prefixes.size) != opened.blocks.size) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "%s: %u terms in %u blocks do not fit %zu bytes",
            name, opened.term_count, opened.block_count, section.size);
    }
    *dict = opened;
    return LEDE_OK;
}

/* ---- blocks ---- */

static uint32_t terms_in_block(const struct termdict *dict, uint32_t block)
{
    const uint32_t left = dict->term_count - block * LEDE_TERM_BLOCK;
    return left < LEDE_TERM_BLOCK ? left : LEDE_TERM_BLOCK;
}

static bool open_block(const struct termdict *dict, uint32_t block, struct term_block *block_out)
{
    const uint64_t begin = load_le64(dict->offsets.bytes + (size_t)block * 8);
    const uint64_t end = load_le64(dict->offsets.bytes + (size_t)block * 8 + 8);
    struct span bytes;
    if (begin > end || !span_part(dict->blocks, begin, end - begin, &bytes)) {
        return false;
    }
    /* Some of its lines are needed one after the other; asked for together they come together. */
    for (size_t at = LINE_BYTES; at < bytes.size && at < AHEAD_BYTES; at += LINE_BYTES) {
        __builtin_prefetch(bytes.bytes + at);
    }
    return term_block_open(bytes, terms_in_block(dict, block), block_out);
}

static uint64_t prefix_of(const uint8_t *term, uint32_t term_length)
{
    uint8_t prefix[8] = {0};
    if (term_length > 0) {
        memcpy(prefix, term, term_length < sizeof prefix ? term_length : sizeof prefix);
    }
    return load_be64(prefix);
}

/* How many prefixes are below `prefix`, without a branch on them. */
static uint32_t prefixes_below(const struct termdict *dict, uint64_t prefix)
{
    const uint8_t *at = dict->prefixes.bytes;
    size_t count = dict->block_count;
    if (count == 0) {
        return 0;
    }
    while (count > 1) {
        const size_t half = count / 2;
        at += half * 8 & (0 - (size_t)(load_le64(at + (half - 1) * 8) < prefix));
        count -= half;
    }
    return (uint32_t)((size_t)(at - dict->prefixes.bytes) / 8) + (load_le64(at) < prefix);
}

static int compare(const uint8_t *a, uint32_t a_length, const uint8_t *b, uint32_t b_length)
{
    const uint32_t length = a_length < b_length ? a_length : b_length;
    const int order = length == 0 ? 0 : memcmp(a, b, length);
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

/* Compare the block's first term with `term`; false where it is damaged. */
static bool compare_first(
    const struct term_block *block, const uint8_t *term, uint32_t term_length, int *order_out)
{
    struct front_coded first;
    if (!term_block_at(block, 0, 0, &first) || first.shared != 0) {
        return false;
    }
    if (term_length == 0 || first.head != term[0]) {
        *order_out = term_length == 0 || first.head > term[0] ? 1 : -1;
    } else {
        *order_out = compare(first.rest, first.own - 1, term + 1, term_length - 1);
    }
    return true;
}

/* The last block whose first term is <= `term`; the first where none is. False where a block is damaged.
 * The dictionary has blocks. */
static bool find_block(
    const struct termdict *dict, const uint8_t *term, uint32_t term_length, uint32_t *block_out)
{
    const uint64_t prefix = prefix_of(term, term_length);
    uint32_t first = prefixes_below(dict, prefix);
    uint32_t end = first;
    if (first < dict->block_count &&
        load_le64(dict->prefixes.bytes + (size_t)first * 8) == prefix) {
        end = prefix == UINT64_MAX ? dict->block_count : prefixes_below(dict, prefix + 1);
    }
    while (first < end) { // blocks that begin with the same eight bytes
        const uint32_t middle = first + (end - first) / 2;
        struct term_block block;
        int order = 0;
        if (!open_block(dict, middle, &block) ||
            !compare_first(&block, term, term_length, &order)) {
            return false;
        }
        if (order <= 0) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    *block_out = first == 0 ? 0 : first - 1;
    return true;
}

/* ---- finding ---- */

static lede_status damaged(const struct termdict *dict, uint32_t block, lede_error *error)
{
    return lede_fail(
        error, LEDE_ERR_CORRUPT, "%s: block %u of terms is damaged", dict->name, block);
}

lede_status termdict_find(const struct termdict *dict, const uint8_t *term, uint32_t term_length,
    struct termdict_hit *hit_out, lede_error *error)
{
    uint32_t block = 0;
    if (dict->block_count == 0 || term_length == 0) {
        return LEDE_ERR_NOT_FOUND;
    }
    if (!find_block(dict, term, term_length, &block)) {
        return lede_fail(
            error, LEDE_ERR_CORRUPT, "%s: the first of a block's terms is damaged", dict->name);
    }
    struct term_block opened;
    uint32_t place = 0;
    if (!open_block(dict, block, &opened) || !term_block_find(&opened, term, term_length, &place)) {
        return damaged(dict, block, error);
    }
    if (place == opened.count) {
        return LEDE_ERR_NOT_FOUND;
    }
    struct termdict_hit hit = {.ordinal = block * LEDE_TERM_BLOCK + place};
    term_columns_entry(&opened.columns, place, &hit.entry, &hit.is_alias);
    *hit_out = hit;
    return LEDE_OK;
}

/* ---- walking ---- */

/* Enter walk->block, whose terms must be above walk->term. */
static bool enter_block(struct termdict_walk *walk)
{
    walk->in_block = 0;
    walk->rest_at = 0;
    return open_block(walk->dict, walk->block, &walk->at);
}

/* Read the next term of the block over the last one. */
static bool read_term(struct termdict_walk *walk)
{
    struct front_coded coded;
    if (!term_block_at(&walk->at, walk->in_block, walk->rest_at, &coded) ||
        coded.shared > walk->term_length || coded.own > LEDE_TERM_BYTES_MAX - coded.shared) {
        return false;
    }
    if (walk->in_block > 0) {
        if (coded.shared < walk->term_length && coded.head <= walk->term[coded.shared]) {
            return false;
        }
    } else {
        int order = 0;
        if (!compare_first(&walk->at, walk->term, walk->term_length, &order) || order <= 0) {
            return false;
        }
    }
    walk->term[coded.shared] = coded.head;
    memcpy(walk->term + coded.shared + 1, coded.rest, coded.own - 1);
    walk->term_length = coded.shared + coded.own;
    if (walk->in_block == 0 &&
        prefix_of(walk->term, walk->term_length) !=
            load_le64(walk->dict->prefixes.bytes + (size_t)walk->block * 8)) {
        return false;
    }
    walk->rest_at += coded.own - 1;
    term_columns_entry(&walk->at.columns, walk->in_block, &walk->hit.entry, &walk->hit.is_alias);
    return true;
}

/* Read the term in_block of block `block`, entering the next one where this is used up. */
static void read_current(struct termdict_walk *walk)
{
    if (walk->in_block == terms_in_block(walk->dict, walk->block)) {
        if (walk->rest_at != walk->at.rests.size) {
            walk->status = LEDE_ERR_CORRUPT;
            return;
        }
        if (++walk->block == walk->dict->block_count) {
            walk->status = LEDE_ERR_NOT_FOUND;
            return;
        }
        if (!enter_block(walk)) {
            walk->status = LEDE_ERR_CORRUPT;
            return;
        }
    }
    walk->ordinal = walk->block * LEDE_TERM_BLOCK + walk->in_block;
    walk->hit.ordinal = walk->ordinal;
    if (!read_term(walk)) {
        walk->status = LEDE_ERR_CORRUPT;
    }
}

void termdict_walk_begin(struct termdict_walk *walk, const struct termdict *dict,
    const uint8_t *from, uint32_t from_length)
{
    memset(walk, 0, sizeof *walk);
    walk->dict = dict;
    if (dict->block_count == 0) {
        walk->status = LEDE_ERR_NOT_FOUND;
        return;
    }
    if (!find_block(dict, from, from_length, &walk->block) || !enter_block(walk)) {
        walk->status = LEDE_ERR_CORRUPT;
        return;
    }
    read_current(walk);
    while (
        walk->status == LEDE_OK && compare(walk->term, walk->term_length, from, from_length) < 0) {
        termdict_walk_next(walk);
    }
}

void termdict_walk_next(struct termdict_walk *walk)
{
    walk->in_block++;
    read_current(walk);
}
