/* xapian.cc -- Xapian behind the protocol of ../README.md.
 *
 * xapian index CORPUS DIR [text]    and    xapian serve DIR
 *
 * One glass database, compacted. The document id is the corpus number + 1; value 0 is the month. BM25Weight with k1 = 1.2
 * and b = 0.75, no lower bound of the length, no share of the query's length, and k3 so large that a word twice
 * in the query counts twice; its idf, which has a floor for words of more than a third of all documents, is Xapian's own. */
#include "../driver.h"

#include <xapian.h>

#include <exception>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace
{

const Xapian::valueno MONTH_SLOT = 0;
/* Written out when so many are held; Xapian itself would count documents. */
const uint64_t TOKENS_HELD = 20000000;

/* What stands between spaces; how many. */
Xapian::termpos add_tokens(const corpus_document &document, Xapian::Document &entry)
{
    Xapian::termpos position = 0;
    const char *at = document.tokens;
    const char *end = at + document.tokens_length;
    while (at < end) {
        const char *space =
            static_cast<const char *>(memchr(at, ' ', static_cast<size_t>(end - at)));
        const char *stop = space == nullptr ? end : space;
        entry.add_posting(std::string(at, stop), ++position);
        at = stop + 1;
    }
    return position;
}

int index_corpus(const std::string &path, const std::string &directory, bool is_text)
{
    const std::string loose = directory + "/loose";
    setenv("XAPIAN_FLUSH_THRESHOLD", "1000000000", 1);
    Xapian::WritableDatabase database(
        loose, Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_SYNC);
    corpus corpus;
    corpus_document document;
    corpus_open(&corpus, path.c_str());
    Xapian::TermGenerator generator;
    generator.set_stemmer(Xapian::Stem("english"));
    generator.set_stemming_strategy(Xapian::TermGenerator::STEM_ALL);
    uint64_t held = 0;
    while (corpus_next(&corpus, &document)) {
        Xapian::Document entry;
        Xapian::termpos position;
        if (is_text) {
            generator.set_document(entry);
            generator.set_termpos(0);
            generator.index_text(std::string(document.tokens, document.tokens_length));
            position = generator.get_termpos();
        } else {
            position = add_tokens(document, entry);
        }
        if (document.month[0] != '\0') {
            entry.add_value(MONTH_SLOT, document.month);
        }
        if (database.add_document(entry) != strtoul(document.number, nullptr, 10) + 1) {
            fail(document.number, "not the next number");
        }
        held += position;
        if (held > TOKENS_HELD) {
            database.commit();
            held = 0;
        }
    }
    database.commit();
    database.close();
    Xapian::Database(loose).compact(
        directory + "/glass", Xapian::DBCOMPACT_NO_RENUMBER | Xapian::Compactor::FULLER);
    return system(("rm -r '" + loose + "'").c_str()) == 0 ? 0 : 1;
}

class Server
{
  public:
    explicit Server(const std::string &directory) : database(directory + "/glass") {}

    void forget()
    {
        matches = Xapian::MSet();
        months.reset();
    }

    void search(const request &request)
    {
        query query;
        query_parse(request.query, request.query_length, &query);
        Xapian::Enquire enquire(database);
        enquire.set_query(make_query(query));
        if (request.k > 0) {
            enquire.set_weighting_scheme(Xapian::BM25Weight(1.2, 0, 1e9, 0.75, 0));
        } else {
            enquire.set_weighting_scheme(Xapian::BoolWeight());
        }
        if (request.facets) {
            months.reset(new Xapian::ValueCountMatchSpy(MONTH_SLOT));
            enquire.add_matchspy(months.get());
        }
        matches = enquire.get_mset(0, request.k, request.counts ? database.get_doccount() : 0);
    }

    void collect(const request &request, answer &answer) const
    {
        if (request.counts) {
            answer.total = matches.get_matches_estimated();
        }
        for (Xapian::MSetIterator hit = matches.begin(); hit != matches.end(); ++hit) {
            answer.number[answer.hits] = static_cast<int64_t>(*hit) - 1;
            answer.score[answer.hits++] = hit.get_weight();
        }
        if (request.facets) {
            for (Xapian::TermIterator month = months->values_begin();
                 month != months->values_end() && answer.months < MONTHS_MAX; ++month) {
                snprintf(answer.month[answer.months], MONTH_BYTES, "%s", (*month).c_str());
                answer.month_count[answer.months++] = month.get_termfreq();
            }
        }
    }

    std::string why;

  private:
    static Xapian::Query make_query(const query &query)
    {
        std::vector<Xapian::Query> words;
        words.reserve(query.words);
        for (uint32_t i = 0; i < query.words; i++) {
            words.emplace_back(std::string(query.word[i].text, query.word[i].length));
        }
        switch (query.kind) {
        case QUERY_ALL: return Xapian::Query(Xapian::Query::OP_AND, words.begin(), words.end());
        case QUERY_PHRASE:
            return Xapian::Query(Xapian::Query::OP_PHRASE, words.begin(), words.end(),
                static_cast<Xapian::termcount>(words.size()));
        default: return Xapian::Query(Xapian::Query::OP_OR, words.begin(), words.end());
        }
    }

    Xapian::Database database;
    Xapian::MSet matches;
    std::unique_ptr<Xapian::ValueCountMatchSpy> months;
};

void forget(void *self)
{
    static_cast<Server *>(self)->forget();
}

const char *search(void *self, const request *request, answer *)
{
    Server *server = static_cast<Server *>(self);
    try {
        server->search(*request);
        return nullptr;
    } catch (const Xapian::Error &error) {
        server->why = error.get_description();
        return server->why.c_str();
    }
}

const char *collect(void *self, const request *request, answer *answer)
{
    static_cast<Server *>(self)->collect(*request, *answer);
    return nullptr;
}

} // namespace

int main(int count, char **arguments)
{
    const std::string verb = count > 1 ? arguments[1] : "";
    try {
        if (count >= 4 && count <= 5 && verb == "index" &&
            (count == 4 || strcmp(arguments[4], VARIANT_TEXT) == 0)) {
            return index_corpus(arguments[2], arguments[3], count == 5);
        }
        if (count == 3 && verb == "serve") {
            Server server(arguments[2]);
            engine engine = {&server, forget, search, collect};
            return driver_serve(&engine);
        }
        if (count == 2 && verb == "version") {
            printf("Xapian %s\n", Xapian::version_string());
            return 0;
        }
    } catch (const Xapian::Error &error) {
        fail("xapian", error.get_description().c_str());
    }
    fputs("Usage: xapian index CORPUS DIR [text] | xapian serve DIR | xapian version\n", stderr);
    return 2;
}
