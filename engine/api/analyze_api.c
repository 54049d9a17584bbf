#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/status.h"
#include "text/analyzer.h"

struct lede_analyzer {
    struct analyzer *analyzer;
};

lede_status lede_analyzer_new(const char *language, lede_analyzer **analyzer_out, lede_error *error)
{
    if (language == NULL || analyzer_out == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "analyzer: an argument is NULL");
    }
    lede_analyzer *made = mem_zalloc(1, sizeof *made);
    if (made == NULL) {
        return lede_fail_nomem(error);
    }
    const lede_status status = analyzer_new(language, &made->analyzer, error);
    if (status != LEDE_OK) {
        mem_free(made);
        return status;
    }
    *analyzer_out = made;
    return LEDE_OK;
}

lede_status lede_analyze(lede_analyzer *analyzer, const char *text, size_t length,
    int (*each)(void *context, const lede_token *token), void *context, lede_error *error)
{
    if (analyzer == NULL || (text == NULL && length > 0) || each == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "analyze: an argument is NULL");
    }
    char term[LEDE_TERM_BYTES_MAX + 1];
    struct token token;
    analyzer_begin(analyzer->analyzer, text == NULL ? "" : text, length);
    while (analyzer_next(analyzer->analyzer, &token)) {
        memcpy(term, token.term, token.term_length);
        term[token.term_length] = '\0';
        const lede_token told = {
            .term = {.data = term, .length = token.term_length},
            .position = token.position,
            .start = token.start,
            .end = token.end,
        };
        if (each(context, &told) != 0) {
            return lede_fail(error, LEDE_ERR_CANCELLED, "analysis was stopped by its caller");
        }
    }
    const lede_status status = analyzer_status(analyzer->analyzer);
    return status == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}

void lede_analyzer_free(lede_analyzer *analyzer)
{
    if (analyzer != NULL) {
        analyzer_free(analyzer->analyzer);
        mem_free(analyzer);
    }
}

const char *lede_language(size_t i)
{
    return analyzer_language_name(i);
}
