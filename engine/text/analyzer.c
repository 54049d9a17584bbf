/* The idea: a word that is ASCII comes from the tokenizer in lower case already; numbers are terms as
 * they are; everything else is looked up in the cache by its bytes, and only a form that is not there
 * is folded and stemmed. */
#include "text/analyzer.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/span.h"
#include "text/fold.h"
#include "text/language.h"
#include "text/stemmer.h"
#include "text/term_cache.h"
#include "text/tokenizer.h"
#include "text/utf8.h"
#include "text/word_key.h"

#include <utf8proc.h>

enum {
    /* Raise it with every change of the tokenizer's or the folder's rules. */
    ANALYZER_RULES_VERSION = 1,
};

static_assert((int)TOKENIZER_PADDING >= (int)WORD_KEY_BYTES, "words are looked up in place");

struct analyzer {
    struct tokenizer tokenizer;
    struct stemmer stemmer;
    struct term_cache cache;
    const struct term_heads *heads; /* NULL: every word is wanted */
    uint32_t position;
    lede_status status;
    uint64_t fingerprint;
    struct folder folder;
    uint8_t folded[LEDE_TERM_BYTES_MAX];
    uint8_t plain[LEDE_TERM_BYTES_MAX];
    uint8_t term[LEDE_TERM_BYTES_MAX];
};

/* Words on which a changed stemmer would show, some for each family of languages. */
static const char fingerprint_text[] =
    "running flies happily nationalization generously skiing presumably news dying "
    "économies continuellement nationalité majestueux aufeinander häuser schönste "
    "nacionalización rápidamente chicos informação eleições abbandonata nazionale "
    "utbildningarna jämförelse forhandlingerne opplysninger lichamelijk taloissa megalkotni "
    "информация государственный новостями kitaplarımız naționalității εφημερίδες "
    "الأخبار والكتاب समाचारों செய்திகள் նորություններ albisteak notícies nuachta naujienos "
    "berita membaca समाचारहरू вестима נייַעס";

static uint64_t compute_fingerprint(struct analyzer *analyzer)
{
    const char *const unicode = utf8proc_unicode_version();
    const char *const language = analyzer->stemmer.language;
    uint64_t sum[4] = {
        ANALYZER_RULES_VERSION,
        hash_bytes(unicode, strlen(unicode)),
        hash_bytes(language, strlen(language)),
        0,
    };
    struct token token;
    analyzer_begin(analyzer, fingerprint_text, sizeof fingerprint_text - 1);
    while (analyzer_next(analyzer, &token)) {
        sum[3] = sum[3] * 31 + hash_bytes(token.term, token.term_length);
    }
    return hash_bytes(sum, sizeof sum);
}

lede_status analyzer_new(const char *language, struct analyzer **analyzer_out, lede_error *error)
{
    struct analyzer *analyzer = mem_zalloc(1, sizeof *analyzer);
    if (analyzer == NULL) {
        return lede_fail_nomem(error);
    }
    lede_status status = stemmer_init(&analyzer->stemmer, language, error);
    if (status != LEDE_OK) {
        mem_free(analyzer);
        return status;
    }
    term_cache_init(&analyzer->cache, ANALYZER_CACHE_BYTES);
    tokenizer_init(&analyzer->tokenizer, language_find(language));
    analyzer->fingerprint = compute_fingerprint(analyzer);
    if (analyzer->status != LEDE_OK) {
        analyzer_free(analyzer);
        return lede_fail_nomem(error);
    }
    *analyzer_out = analyzer;
    return LEDE_OK;
}

void analyzer_free(struct analyzer *analyzer)
{
    if (analyzer != NULL) {
        stemmer_release(&analyzer->stemmer);
        term_cache_release(&analyzer->cache);
        mem_free(analyzer);
    }
}

uint64_t analyzer_fingerprint(const struct analyzer *analyzer)
{
    return analyzer->fingerprint;
}

const char *analyzer_language(const struct analyzer *analyzer)
{
    return analyzer->stemmer.language;
}

const char *analyzer_language_name(size_t i)
{
    return stemmer_language(i);
}

void analyzer_set_shortcuts(struct analyzer *analyzer, bool use_cache, bool use_ascii_path)
{
    term_cache_release(&analyzer->cache);
    term_cache_init(&analyzer->cache, use_cache ? ANALYZER_CACHE_BYTES : 0);
    analyzer->tokenizer.is_always_slow = !use_ascii_path;
}

void analyzer_begin(struct analyzer *analyzer, const char *text, size_t length)
{
    tokenizer_begin(&analyzer->tokenizer, (const uint8_t *)text, length);
    analyzer->heads = NULL;
    analyzer->position = 0;
    analyzer->status = LEDE_OK;
}

void analyzer_begin_for(
    struct analyzer *analyzer, const char *text, size_t length, const struct term_heads *heads)
{
    analyzer_begin(analyzer, text, length);
    analyzer->heads = analyzer->tokenizer.language->keeps_head ? heads : NULL;
}

void term_heads_init(struct term_heads *heads)
{
    memset(heads, 0xff, sizeof *heads);
}

void term_heads_add(struct term_heads *heads, const uint8_t *term, uint32_t term_length)
{
    uint16_t *least = &heads->least[term[0]];
    *least = term_length < *least ? (uint16_t)term_length : *least;
}

/* Whether the word is none of those looked for, whatever its stem. It has one in any case. */
static bool is_left_out(const struct analyzer *analyzer, const struct word *word)
{
    return analyzer->heads != NULL && word->is_ascii &&
           word->size < analyzer->heads->least[word->bytes[0]];
}

static bool is_ascii(struct span span)
{
    uint8_t all = 0;
    for (size_t i = 0; i < span.size; i++) {
        all |= span.bytes[i];
    }
    return all < 0x80;
}

static struct span without_marks(
    struct analyzer *analyzer, struct span span, uint8_t out[LEDE_TERM_BYTES_MAX])
{
    if (is_ascii(span)) {
        return span;
    }
    const size_t size = fold_marks(&analyzer->folder, span.bytes, span.size, out);
    return size == 0 ? span : span_of(out, size);
}

/* What the stemmer is given: in analyzer->folded or the tokenizer's own bytes; maybe empty. */
static struct span fold_word(struct analyzer *analyzer, const struct word *word)
{
    const struct language *const language = analyzer->tokenizer.language;
    struct span folded = span_of(word->bytes, word->size);
    if (word->is_ascii) {
        folded.size = utf8_cut(word->bytes, word->size, LEDE_TERM_BYTES_MAX);
    } else {
        folded = span_of(analyzer->folded, fold_case(&analyzer->folder, word->bytes, word->size,
                                               language->fold_flags, analyzer->folded));
        if (language->is_stemmed_plain) {
            folded = without_marks(analyzer, folded, analyzer->plain);
        }
    }
    if (language->endings != NULL) {
        if (folded.bytes != analyzer->folded) {
            memcpy(analyzer->folded, folded.bytes, folded.size);
        }
        folded = span_of(analyzer->folded, language_restore_ending(language, analyzer->folded,
                                               folded.size, sizeof analyzer->folded));
    }
    return folded;
}

/* Fold and stem `word`. The term is borrowed until the next call; of size 0 where the word holds
 * nothing but ignorable characters. Where stemming or taking off diacritics leaves nothing, the form
 * before that is the term. */
static lede_status make_term(
    struct analyzer *analyzer, const struct word *word, struct span *term_out)
{
    const struct span folded = fold_word(analyzer, word);
    struct span stem = folded;
    if (folded.size > 0) {
        const lede_status status = stemmer_stem(&analyzer->stemmer, folded, &stem);
        if (status != LEDE_OK) {
            return status;
        }
        stem.size = utf8_cut(stem.bytes, stem.size, LEDE_TERM_BYTES_MAX);
        if (stem.size == 0 || !utf8_is_valid(stem.bytes, stem.size)) {
            stem = folded;
        }
    }
    *term_out = without_marks(analyzer, stem, analyzer->term);
    return LEDE_OK;
}

/* Whether the word itself, cut where it is too long, is its term. */
static bool is_term(const struct analyzer *analyzer, const struct word *word)
{
    return word->is_ascii && (word->is_number || analyzer->stemmer.snowball == NULL);
}

static struct span cut_word(const struct word *word)
{
    return span_of(word->bytes, utf8_cut(word->bytes, word->size, LEDE_TERM_BYTES_MAX));
}

lede_status analyzer_term(struct analyzer *analyzer, const struct word *word, struct span *term_out)
{
    if (is_term(analyzer, word)) {
        *term_out = cut_word(word);
        return LEDE_OK;
    }
    return make_term(analyzer, word, term_out);
}

bool analyzer_next_word(struct analyzer *analyzer, struct word *word_out)
{
    return tokenizer_next(&analyzer->tokenizer, word_out);
}

/* The term of `word` from the cache, or made and put there. */
static lede_status find_term(
    struct analyzer *analyzer, const struct word *word, struct span *term_out)
{
    const struct span bytes = span_of(word->bytes, word->size);
    if (is_term(analyzer, word)) {
        *term_out = cut_word(word);
        return LEDE_OK;
    }
    if (term_cache_find(&analyzer->cache, bytes, term_out)) {
        return LEDE_OK;
    }
    struct span term;
    const lede_status status = make_term(analyzer, word, &term);
    if (status != LEDE_OK) {
        return status;
    }
    if (term.size > 0) {
        term_cache_add(&analyzer->cache, bytes, term);
    }
    *term_out = term;
    return LEDE_OK;
}

bool analyzer_next(struct analyzer *analyzer, struct token *token_out)
{
    if (analyzer->status != LEDE_OK) {
        return false;
    }
    struct word word;
    struct span term = {.size = 0};
    do {
        if (!tokenizer_next(&analyzer->tokenizer, &word)) {
            return false;
        }
        if (is_left_out(analyzer, &word)) {
            analyzer->position++;
            continue;
        }
        analyzer->status = find_term(analyzer, &word, &term);
        if (analyzer->status != LEDE_OK) {
            return false;
        }
    } while (term.size == 0);
    *token_out = (struct token){
        .term = term.bytes,
        .term_length = (uint32_t)term.size,
        .position = analyzer->position,
        .start = word.start,
        .end = word.end,
        .joined = word.joined && analyzer->position > 0,
    };
    analyzer->position++;
    return true;
}

lede_status analyzer_status(const struct analyzer *analyzer)
{
    return analyzer->status;
}

bool analyzer_saw_invalid(const struct analyzer *analyzer)
{
    return analyzer->tokenizer.has_invalid;
}
