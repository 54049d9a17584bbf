/* Finding a block: two binary searches over the prefixes bound the blocks whose first term begins as the
 * wanted one does (mostly none or one); among those, whole first terms decide.
 *
 * Finding a term in it copies nothing. `matched` is how many bytes of the wanted term the last term passed
 * shared with it, and that term was below it. Of the next term, which shares `shared` bytes with the last:
 *   shared > matched   it differs from the wanted one where the last did: below, pass it
 *   shared < matched   it went up where the wanted one did not: above, so the wanted one is not there
 *   shared = matched   its suffix is compared with the rest of the wanted term
 */
#include "storage/termdict.h"

#include <string.h>

#include "base/bytes.h"

enum { HEADER_BYTES = 8 };

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

/* A block being read. */
struct reading {
    struct cursor terms;
    struct term_columns columns;
};

static bool open_block(const struct termdict *dict, uint32_t block, struct reading *reading)
{
    const uint64_t begin = load_le64(dict->offsets.bytes + (size_t)block * 8);
    const uint64_t end = load_le64(dict->offsets.bytes + (size_t)block * 8 + 8);
    struct span bytes;
    return begin <= end && span_part(dict->blocks, begin, end - begin, &bytes) &&
           term_block_open(bytes, terms_in_block(dict, block), &reading->terms, &reading->columns);
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

/* The last block whose first term is <= `term`; the first where none is. False where a block is damaged.
 * The dictionary has blocks. */
static bool find_block(
    const struct termdict *dict, const uint8_t *term, uint32_t term_length, uint32_t *block_out)
{
    const uint64_t prefix = prefix_of(term, term_length);
    uint32_t first = prefixes_below(dict, prefix);
    uint32_t end = prefix == UINT64_MAX ? dict->block_count : prefixes_below(dict, prefix + 1);
    while (first < end) { // blocks that begin with the same eight bytes
        const uint32_t middle = first + (end - first) / 2;
        struct reading reading;
        struct front_coded head;
        if (!open_block(dict, middle, &reading) || !front_coded_read(&reading.terms, &head) ||
            head.shared != 0) {
            return false;
        }
        if (compare(head.suffix, head.suffix_bytes, term, term_length) <= 0) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    *block_out = first == 0 ? 0 : first - 1;
    return true;
}

/* ---- finding ---- */

/* Look for the term; its place in the block, or `count` where it is not there. False: damaged. */
static bool scan_terms(struct cursor terms, uint32_t count, const uint8_t *term,
    uint32_t term_length, uint32_t *place_out)
{
    uint32_t matched = 0;
    uint32_t last_length = 0;
    for (uint32_t place = 0; place < count; place++) {
        struct front_coded coded;
        if (!front_coded_read(&terms, &coded) || coded.shared > last_length) {
            return false;
        }
        last_length = coded.shared + coded.suffix_bytes;
        if (coded.shared > matched) {
            continue;
        }
        if (coded.shared < matched) {
            break;
        }
        const uint32_t left = term_length - matched;
        const uint32_t common = left < coded.suffix_bytes ? left : coded.suffix_bytes;
        uint32_t same = 0;
        while (same < common && coded.suffix[same] == term[matched + same]) {
            same++;
        }
        matched += same;
        if (same == common) {
            if (left == coded.suffix_bytes) {
                *place_out = place;
                return true;
            }
            if (left < coded.suffix_bytes) {
                break; // the wanted one begins this one
            }
        } else if (coded.suffix[same] > term[matched]) {
            break;
        }
    }
    *place_out = count;
    return true;
}

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
    struct reading reading;
    const uint32_t count = terms_in_block(dict, block);
    uint32_t place = 0;
    if (!open_block(dict, block, &reading) ||
        !scan_terms(reading.terms, count, term, term_length, &place)) {
        return damaged(dict, block, error);
    }
    if (place == count) {
        return LEDE_ERR_NOT_FOUND;
    }
    struct termdict_hit hit = {.ordinal = block * LEDE_TERM_BLOCK + place};
    term_columns_skip(&reading.columns, place);
    term_columns_next(&reading.columns, &hit.entry, &hit.is_alias);
    *hit_out = hit;
    return LEDE_OK;
}

/* ---- walking ---- */

/* Enter walk->block, whose terms must be above walk->term. */
static bool enter_block(struct termdict_walk *walk)
{
    struct reading reading;
    if (!open_block(walk->dict, walk->block, &reading)) {
        return false;
    }
    walk->in_block = 0;
    walk->terms_at = reading.terms;
    walk->columns = reading.columns;
    return true;
}

/* Read the next term of the block over the last one. */
static bool read_term(struct termdict_walk *walk)
{
    struct front_coded coded;
    if (!front_coded_read(&walk->terms_at, &coded) || coded.shared > walk->term_length ||
        coded.suffix_bytes > LEDE_TERM_BYTES_MAX - coded.shared) {
        return false;
    }
    if (walk->in_block > 0) {
        if (coded.shared < walk->term_length && coded.suffix[0] <= walk->term[coded.shared]) {
            return false;
        }
    } else if (coded.shared != 0 ||
               prefix_of(coded.suffix, coded.suffix_bytes) !=
                   load_le64(walk->dict->prefixes.bytes + (size_t)walk->block * 8) ||
               compare(coded.suffix, coded.suffix_bytes, walk->term, walk->term_length) <= 0) {
        return false;
    }
    memcpy(walk->term + coded.shared, coded.suffix, coded.suffix_bytes);
    walk->term_length = coded.shared + coded.suffix_bytes;
    term_columns_next(&walk->columns, &walk->hit.entry, &walk->hit.is_alias);
    return true;
}

/* Read the term in_block of block `block`, entering the next one where this is used up. */
static void read_current(struct termdict_walk *walk)
{
    if (walk->in_block == terms_in_block(walk->dict, walk->block)) {
        if (cursor_left(&walk->terms_at) != 0) {
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
