/* Three passes: the container's checksums, each part by itself, and the dictionaries with their
 * lists, where counts are summed up and compared with what lengths, meta and deletions say.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "storage/pair_verify.h"
#include "storage/segment.h"

enum { MESSAGE_BYTES = 384, TERM_SHOWN_BYTES = 64 };

struct verification {
    const struct segment *segment;
    damage_fn *damage;
    void *context;
    uint64_t checks;
    uint64_t damages;
    bool is_short_of_memory;             /* something was not looked at */
    uint32_t *lengths;                   /* by document, as the section says */
    uint64_t *summed;                    /* by document: occurrences in the text lists */
    uint64_t posting_count, token_count; /* of the text lists */
    uint32_t range_terms;                /* that have codes, met so far */
    uint8_t *codes;                      /* of one term */
};

static void count_damage(void *context, const char *message)
{
    struct verification *verification = context;
    verification->damages++;
    if (verification->damage != NULL) {
        verification->damage(verification->context, message);
    }
}

static void tell(
    struct verification *verification, const char *file, const char *part, const char *what)
{
    char message[LEDE_FILE_NAME_BYTES_MAX + MESSAGE_BYTES + 64];
    (void)snprintf(message, sizeof message, "%s: %s: %s", file, part, what);
    count_damage(verification, message);
}

static void tell_section(struct verification *verification, uint32_t id, const char *what)
{
    tell(verification, verification->segment->container.name, section_name(id), what);
}

/* ---- parts ---- */

static void check_part(
    struct verification *verification, uint32_t id, bool is_sound, const char *message)
{
    verification->checks++;
    if (!is_sound) {
        tell_section(verification, id, message);
    }
}

static void verify_parts(struct verification *verification)
{
    const struct segment *segment = verification->segment;
    char message[MESSAGE_BYTES] = "";
    check_part(verification, SECTION_DATES, dates_verify(&segment->dates, message, sizeof message),
        message);
    check_part(
        verification, SECTION_IDS, ids_verify(&segment->ids, message, sizeof message), message);
    check_part(verification, SECTION_KEYWORDS,
        keywords_verify(&segment->keywords, message, sizeof message), message);
    if (segment->meta.has_stored) {
        const lede_status status = docstore_verify(&segment->docstore, message, sizeof message);
        verification->is_short_of_memory |= status == LEDE_ERR_NOMEM;
        check_part(verification, SECTION_DOCUMENTS, status != LEDE_ERR_CORRUPT, message);
    }
    uint64_t token_count = 0;
    uint64_t deleted_length = 0;
    for (uint32_t doc = 0; doc < segment->meta.doc_count; doc++) {
        const uint32_t length = lengths_at(&segment->lengths, doc);
        token_count += length;
        deleted_length += deletions_has(&segment->deletions, doc) ? length : 0;
        verification->lengths[doc] = length;
    }
    check_part(verification, SECTION_LENGTHS, token_count == segment->meta.token_count,
        "lengths do not sum up to the segment's tokens");
    check_part(verification, SECTION_LENGTHS, deleted_length == segment->deletions.deleted_length,
        "lengths of deleted documents do not sum up to what the deletions say");
}

/* ---- terms ---- */

/* A term as a message shows it: its front, with anything but visible ASCII as '?'. */
static void show_term(const struct termdict_walk *walk, char *shown)
{
    const uint32_t length =
        walk->term_length < TERM_SHOWN_BYTES ? walk->term_length : TERM_SHOWN_BYTES - 1;
    for (uint32_t i = 0; i < length; i++) {
        shown[i] = walk->term[i] > ' ' && walk->term[i] < 0x7f ? (char)walk->term[i] : '?';
    }
    shown[length] = '\0';
}

static void tell_term(struct verification *verification, uint32_t section,
    const struct termdict_walk *walk, const char *what)
{
    char shown[TERM_SHOWN_BYTES];
    char message[MESSAGE_BYTES];
    show_term(walk, shown);
    (void)snprintf(message, sizeof message, "term %u \"%s\": %s", walk->ordinal, shown, what);
    tell_section(verification, section, message);
}

/* Sum the list up; false where it is not what its entry and the deletions say. */
static bool count_list(struct verification *verification, unsigned field,
    const struct term_entry *entry, const struct deletion_term *deleted)
{
    const struct segment *segment = verification->segment;
    struct postings_cursor cursor;
    struct deletion_term found = {0};
    uint64_t occurrences = 0;
    uint32_t documents = 0;
    postings_cursor_init(&cursor, &segment->postings, entry);
    for (uint32_t doc = cursor.doc; doc != DOC_END; doc = postings_cursor_next(&cursor)) {
        const uint32_t frequency = postings_cursor_frequency(&cursor);
        documents++;
        occurrences += frequency;
        if (deletions_has(&segment->deletions, doc)) {
            found.df++;
            found.cf += frequency;
        }
        if (field == FIELD_TEXT) {
            verification->summed[doc] += frequency;
        }
    }
    return cursor.status == LEDE_OK && documents == entry->df && occurrences == entry->cf &&
           found.df == deleted->df && found.cf == deleted->cf;
}

/* Whether a text term has the codes that its list makes, and has them at all where it should. */
static bool ranges_are_right(
    struct verification *verification, uint32_t ordinal, const struct term_entry *entry)
{
    const struct range_bounds *bounds = &verification->segment->ranges;
    const uint8_t *codes = range_bounds_find(bounds, ordinal);
    struct postings_cursor cursor;
    if (!range_bounds_wanted(entry->df, verification->segment->meta.doc_count)) {
        return codes == NULL;
    }
    if (codes == NULL) {
        return false;
    }
    verification->range_terms++;
    memset(verification->codes, 0, bounds->stride);
    postings_cursor_init(&cursor, &verification->segment->postings, entry);
    for (uint32_t doc = cursor.doc; doc != DOC_END; doc = postings_cursor_next(&cursor)) {
        const uint32_t frequency = postings_cursor_frequency(&cursor);
        uint8_t *code = &verification->codes[doc / LEDE_RANGE_DOCS];
        if (frequency == 0) {
            return false;
        }
        *code = range_code_join(
            *code, range_code(&bounds->scale, frequency, verification->lengths[doc]));
    }
    return memcmp(codes, verification->codes, bounds->stride) == 0;
}

static void verify_term(
    struct verification *verification, unsigned field, uint32_t section, struct termdict_walk *walk)
{
    const struct segment *segment = verification->segment;
    char message[MESSAGE_BYTES] = "";
    struct deletion_term deleted;
    lede_error error;
    if (segment_resolve_term(segment, field, walk->term, walk->term_length, &walk->hit, &deleted,
            &error) != LEDE_OK) {
        tell_term(verification, section, walk, error.message);
        return;
    }
    const struct term_entry *entry = &walk->hit.entry;
    if (!postings_verify(&segment->postings, entry, &segment->ranges.scale, verification->lengths,
            message, sizeof message)) {
        tell_term(verification, section, walk, message);
        return;
    }
    if (!count_list(verification, field, entry, &deleted)) {
        tell_term(verification, section, walk,
            "its list does not count up to what its entry and the deletions say");
    }
    if (field == FIELD_TEXT) {
        verification->posting_count += entry->df;
        verification->token_count += entry->cf;
        if (!ranges_are_right(verification, walk->hit.ordinal, entry)) {
            tell_term(verification, SECTION_RANGES, walk, "its bounds by range are not its list's");
        }
    }
}

static void verify_dictionary(struct verification *verification, unsigned field, uint32_t section)
{
    const struct termdict *dict = &verification->segment->terms[field];
    struct termdict_walk walk;
    uint32_t count = 0;
    verification->checks++;
    /* The walk itself holds the terms to their order. */
    for (termdict_walk_begin(&walk, dict, (const uint8_t *)"", 0); walk.status == LEDE_OK;
         termdict_walk_next(&walk)) {
        struct termdict_hit hit;
        if (termdict_find(dict, walk.term, walk.term_length, &hit, NULL) != LEDE_OK ||
            hit.ordinal != walk.ordinal) {
            tell_term(verification, section, &walk, "is not found where it stands");
        }
        count++;
        verify_term(verification, field, section, &walk);
    }
    if (walk.status != LEDE_ERR_NOT_FOUND || count != dict->term_count) {
        tell_section(verification, section, "terms cannot be read to the end");
    }
}

static void verify_pairs(struct verification *verification)
{
    const struct segment *segment = verification->segment;
    char message[MESSAGE_BYTES] = "";
    if (segment->pairs.term_count == 0) {
        return;
    }
    const lede_status status = pair_lists_verify(&segment->pairs, &segment->terms[FIELD_TEXT],
        &segment->postings, &segment->ranges.scale, verification->lengths, message, sizeof message);
    verification->is_short_of_memory |= status == LEDE_ERR_NOMEM;
    check_part(verification, SECTION_PAIRS, status != LEDE_ERR_CORRUPT, message);
}

/* ---- sums ---- */

static void verify_sums(struct verification *verification)
{
    const struct segment *segment = verification->segment;
    const struct segment_meta *meta = &segment->meta;
    check_part(verification, SECTION_RANGES,
        verification->range_terms == segment->ranges.term_count,
        "it has codes of terms that should have none");
    check_part(verification, SECTION_META,
        verification->posting_count == meta->posting_count &&
            verification->token_count == meta->token_count,
        "numbers of postings and tokens are not those of the lists");
    check_part(verification, SECTION_META,
        meta->docs_bytes <= segment->postings.postings.size &&
            meta->frequencies_bytes <= segment->postings.postings.size - meta->docs_bytes,
        "lists have more bytes than there are");
    for (uint32_t doc = 0; doc < meta->doc_count; doc++) {
        if (verification->summed[doc] != lengths_at(&segment->lengths, doc)) {
            char message[MESSAGE_BYTES];
            (void)snprintf(message, sizeof message,
                "document %u has another length than its terms add up to", doc);
            tell_section(verification, SECTION_LENGTHS, message);
            return;
        }
    }
}

lede_status segment_verify(
    const struct segment *segment, damage_fn *damage, void *context, uint64_t *checks_out)
{
    const size_t doc_count = segment->meta.doc_count;
    struct verification verification = {
        .segment = segment,
        .damage = damage,
        .context = context,
        .checks = segment->container.row_count + (segment->deletions.file.size > 0),
        .lengths = mem_array(doc_count, sizeof(uint32_t)),
        .summed = mem_zalloc(doc_count, sizeof(uint64_t)),
        .codes = mem_array(segment->ranges.stride, 1),
    };
    if (verification.lengths == NULL || verification.summed == NULL || verification.codes == NULL) {
        verification.is_short_of_memory = true;
    } else {
        segment_expect(segment, true);
        (void)container_verify(&segment->container, count_damage, &verification);
        verify_parts(&verification);
        verify_dictionary(&verification, FIELD_TEXT, SECTION_TERMS);
        verify_dictionary(&verification, FIELD_TITLE, SECTION_TITLE_TERMS);
        verify_pairs(&verification);
        verify_sums(&verification);
        segment_expect(segment, false);
    }
    mem_free(verification.lengths);
    mem_free(verification.summed);
    mem_free(verification.codes);
    *checks_out = verification.checks;
    if (verification.is_short_of_memory) {
        return LEDE_ERR_NOMEM;
    }
    return verification.damages == 0 ? LEDE_OK : LEDE_ERR_CORRUPT;
}
