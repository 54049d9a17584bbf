// search_while_writing.cc -- the library from C++: two threads search one index while a third commits to it.
//
// Every commit adds an edition of three documents. A search sees one commit, whole: the number of
// documents it finds is a multiple of three, and never smaller than what the same thread has seen before.
// The directory must not hold an index yet. Prints what was seen; 0 on success.
#include <lede.h>

#include <atomic>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace
{

const int edition_count = 40;
const int edition_documents = 3;

struct Closer {
    void operator()(lede_writer *writer) const { lede_writer_close(writer); }
    void operator()(lede_index *index) const { lede_index_close(index); }
    void operator()(lede_results *results) const { lede_results_free(results); }
};
using Writer = std::unique_ptr<lede_writer, Closer>;
using Index = std::unique_ptr<lede_index, Closer>;
using Results = std::unique_ptr<lede_results, Closer>;

void check(lede_status status, const lede_error &error)
{
    if (status != LEDE_OK) {
        throw std::runtime_error(error.message);
    }
}

lede_text text(const std::string &string)
{
    return lede_text{string.data(), string.size()};
}

Writer open_writer(const char *path)
{
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    options.must_create = 1;
    lede_writer *writer = nullptr;
    lede_error error;
    check(lede_writer_open(path, &options, &writer, &error), error);
    return Writer(writer);
}

void commit_edition(lede_writer *writer, int edition)
{
    lede_error error;
    for (int page = 0; page < edition_documents; page++) {
        const std::string id = std::to_string(edition) + "/" + std::to_string(page);
        const std::string title = "Edition " + std::to_string(edition);
        const std::string body = "All the news of the day.";
        lede_document document = lede_document();
        document.id = text(id);
        document.title = text(title);
        document.body = text(body);
        check(lede_writer_add(writer, &document, nullptr, &error), error);
    }
    check(lede_writer_commit(writer, &error), error);
}

unsigned long long count_news(lede_index *index)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.no_hits = 1;
    options.total = 1;
    lede_results *found = nullptr;
    lede_error error;
    check(lede_search(index, "news", 4, &options, &found, &error), error);
    const Results results(found);
    return lede_results_total(results.get(), nullptr);
}

// What a searching thread reports: how many commits it saw, and what was wrong ("" where nothing was).
struct Watch {
    unsigned long long last = 0;
    unsigned commits_seen = 0;
    std::string wrong;
};

void watch_index(lede_index *index, const std::atomic<bool> &is_done, Watch &watch)
{
    try {
        bool is_last_round = false;
        while (!is_last_round) {
            is_last_round = is_done; // read before the refresh: the last commit is then seen below
            int changed = 0;
            lede_error error;
            check(lede_index_refresh(index, &changed, &error), error);
            const unsigned long long count = count_news(index);
            if (count % edition_documents != 0 || count < watch.last) {
                throw std::runtime_error("saw " + std::to_string(count) + " documents after " +
                                         std::to_string(watch.last));
            }
            watch.commits_seen += count > watch.last;
            watch.last = count;
        }
    } catch (const std::exception &exception) {
        watch.wrong = exception.what();
    }
}

int run(const char *path)
{
    const Writer writer = open_writer(path);
    commit_edition(writer.get(), 0);

    lede_index *opened = nullptr;
    lede_error error;
    check(lede_index_open(path, nullptr, &opened, &error), error);
    const Index index(opened);

    std::atomic<bool> is_done(false);
    Watch watches[2];
    std::thread first(watch_index, index.get(), std::cref(is_done), std::ref(watches[0]));
    std::thread second(watch_index, index.get(), std::cref(is_done), std::ref(watches[1]));
    std::string wrong;
    try {
        for (int edition = 1; edition < edition_count; edition++) {
            commit_edition(writer.get(), edition);
        }
    } catch (const std::exception &exception) {
        wrong = exception.what();
    }
    is_done = true;
    first.join();
    second.join();

    const unsigned long long expected = edition_count * edition_documents;
    for (const Watch &watch : watches) {
        wrong += watch.wrong;
        if (wrong.empty() && watch.last != expected) {
            wrong = "the last search found " + std::to_string(watch.last) + " documents";
        }
        std::printf("%llu documents in the end, %u commits seen\n", watch.last, watch.commits_seen);
    }
    if (!wrong.empty()) {
        std::fprintf(stderr, "search_while_writing: %s\n", wrong.c_str());
        return 1;
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: search_while_writing DIRECTORY\n");
        return 2;
    }
    try {
        return run(argv[1]);
    } catch (const std::exception &exception) {
        std::fprintf(stderr, "search_while_writing: %s\n", exception.what());
        return 1;
    }
}
