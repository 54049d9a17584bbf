#include "index/writer_options.h"

#include <string.h>

#include "base/limits.h"

static const char default_language[] = "english";

/* What the manifest's names are made of; they stand in queries before a colon. */
static bool is_field_name(const char *name)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    const size_t length = strnlen(name, LEDE_FIELD_NAME_BYTES_MAX + 1);
    return length > 0 && length <= LEDE_FIELD_NAME_BYTES_MAX && strspn(name, letters) == length;
}

static bool is_reserved(const char *name)
{
    static const char *const reserved[] = {"id", "title", "body", "date", "url"};
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        if (strcmp(name, reserved[i]) == 0) {
            return true;
        }
    }
    return false;
}

lede_status writer_options_check(const struct writer_options *options, lede_error *error)
{
    if (options->memory_bytes != 0 && options->memory_bytes < LEDE_MEMORY_BYTES_MIN) {
        return lede_fail(error, LEDE_ERR_INVALID, "memory of %llu bytes is below the least, %d",
            (unsigned long long)options->memory_bytes, LEDE_MEMORY_BYTES_MIN);
    }
    if (options->threads > LEDE_WRITER_THREADS_MAX) {
        return lede_fail(error, LEDE_ERR_LIMIT, "%u threads, at most %d are allowed",
            options->threads, LEDE_WRITER_THREADS_MAX);
    }
    if (options->keyword_count > LEDE_KEYWORD_FIELDS_MAX) {
        return lede_fail(error, LEDE_ERR_LIMIT, "%zu keyword fields, at most %d are allowed",
            options->keyword_count, LEDE_KEYWORD_FIELDS_MAX);
    }
    for (size_t i = 0; i < options->keyword_count; i++) {
        const char *name = options->keywords[i];
        if (name == NULL || !is_field_name(name)) {
            return lede_fail(error, LEDE_ERR_INVALID,
                "keyword field \"%.80s\": a name has 1 to %d letters, digits, '_', '.' or '-'",
                name == NULL ? "" : name, LEDE_FIELD_NAME_BYTES_MAX);
        }
        if (is_reserved(name)) {
            return lede_fail(error, LEDE_ERR_INVALID,
                "keyword field \"%s\": the name belongs to a part of every document", name);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(name, options->keywords[j]) == 0) {
                return lede_fail(error, LEDE_ERR_INVALID, "keyword field \"%s\" twice", name);
            }
        }
    }
    return LEDE_OK;
}

const char *writer_options_language(const struct writer_options *options)
{
    return options->language == NULL ? default_language : options->language;
}

static bool has_keyword(const struct manifest *manifest, const char *name)
{
    for (uint32_t i = 0; i < manifest->keyword_count; i++) {
        if (strcmp(manifest->keywords[i], name) == 0) {
            return true;
        }
    }
    return false;
}

lede_status writer_options_compare(const struct writer_options *options, const char *dir,
    const struct manifest *manifest, lede_error *error)
{
    if (options->language != NULL && strcmp(options->language, manifest->language) != 0) {
        return lede_fail(error, LEDE_ERR_MISMATCH,
            "index %s has language \"%s\", \"%.80s\" was asked for", dir, manifest->language,
            options->language);
    }
    for (size_t i = 0; i < options->keyword_count; i++) {
        if (!has_keyword(manifest, options->keywords[i])) {
            return lede_fail(error, LEDE_ERR_MISMATCH,
                "index %s has no keyword field \"%s\", which was asked for", dir,
                options->keywords[i]);
        }
    }
    if (options->no_positions && manifest->has_positions) {
        return lede_fail(
            error, LEDE_ERR_MISMATCH, "index %s has positions, none were asked for", dir);
    }
    if (options->no_store && manifest->has_stored) {
        return lede_fail(
            error, LEDE_ERR_MISMATCH, "index %s keeps texts, none were to be kept", dir);
    }
    return LEDE_OK;
}

void writer_options_manifest(const struct writer_options *options, const struct analyzer *analyzer,
    struct manifest *manifest_out)
{
    const char *language = analyzer_language(analyzer);
    *manifest_out = (struct manifest){
        .next_number = 1,
        .analyzer_fingerprint = analyzer_fingerprint(analyzer),
        .has_positions = !options->no_positions,
        .has_stored = !options->no_store,
        .keyword_count = (uint32_t)options->keyword_count,
    };
    memcpy(manifest_out->language, language, strnlen(language, sizeof manifest_out->language - 1));
    for (uint32_t i = 0; i < manifest_out->keyword_count; i++) {
        memcpy(manifest_out->keywords[i], options->keywords[i], strlen(options->keywords[i]));
    }
}
