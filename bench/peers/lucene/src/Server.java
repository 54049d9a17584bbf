import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.internal.hppc.LongIntHashMap;
import org.apache.lucene.sandbox.facet.plain.histograms.HistogramCollectorManager;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MultiCollectorManager;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.store.MMapDirectory;

/**
 * Answers queries, one a line, with the time of each run.
 *
 * <p>One thread, one segment, no query cache; the files are mapped and read in once on opening. A run is timed from the text of the query
 * until the best documents and their scores are known; numbers are looked up after the clock has stopped.
 *
 * <p>The best documents together with a count or months are two passes, the first pruned and the second without scores: less than half
 * the time of one pass that scores every match. A lone phrase is one pass, so that its positions are read once.
 */
final class Server {
    private static final int MAX_CLAUSES = 65536;

    /** What one run found; total is -1 where it was not counted, months is null where it was not asked for. */
    private record Found(TopDocs best, long total, LongIntHashMap months) {}

    private final IndexSearcher searcher;
    private final LeafReader leaf;

    private Server(DirectoryReader reader) throws IOException {
        if (reader.leaves().size() != 1) {
            throw new IOException("an index of one segment is expected");
        }
        leaf = reader.leaves().get(0).reader();
        searcher = new IndexSearcher(reader);
        searcher.setQueryCache(null);
        searcher.setSimilarity(Indexer.similarity());
        IndexSearcher.setMaxClauseCount(MAX_CLAUSES);
    }

    static void serve(Path index, InputStream in, OutputStream out) throws IOException {
        MMapDirectory directory = new MMapDirectory(index);
        directory.setPreload(MMapDirectory.ALL_FILES);
        try (directory;
                DirectoryReader reader = DirectoryReader.open(directory);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
                Writer answers = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8))) {
            Server server = new Server(reader);
            for (String line = lines.readLine(); line != null && !line.equals("QUIT"); line = lines.readLine()) {
                answers.write(server.answer(line));
                answers.write('\n');
                answers.flush();
            }
        }
    }

    private String answer(String line) throws IOException {
        String[] parts = line.split("\t", 3);
        if (parts.length != 3) {
            return "error\tnot COMMAND<TAB>REPEATS<TAB>QUERY";
        }
        int repeats;
        try {
            repeats = Integer.parseInt(parts[1]);
        } catch (NumberFormatException unused) {
            repeats = 0;
        }
        if (repeats < 1) {
            return "error\tnot a number of repeats: " + parts[1];
        }
        StringBuilder text = new StringBuilder();
        Found found = null;
        for (int i = 0; i < repeats; i++) {
            long start = System.nanoTime();
            found = run(parts[0], parts[2]);
            long ns = System.nanoTime() - start;
            if (found == null) {
                return "error\tunknown command: " + parts[0];
            }
            text.append(i == 0 ? "" : ",").append(ns);
        }
        text.append('\t').append(found.total).append('\t');
        appendMonths(found.months, text);
        text.append('\t');
        appendHits(found.best, text);
        return text.toString();
    }

    private Found run(String command, String text) throws IOException {
        Query query = QueryText.parse(text);
        return switch (command) {
            case "TOP_10" -> new Found(best(query, 10), -1, null);
            case "TOP_100" -> new Found(best(query, 100), -1, null);
            case "TOP_1000" -> new Found(best(query, 1000), -1, null);
            case "COUNT" -> new Found(null, searcher.count(query), null);
            case "TOP_10_COUNT" -> bestAndTotal(query);
            case "TOP_10_FACET" -> bestAndMonths(query);
            default -> null;
        };
    }

    /** Nothing is counted: once there are {@code limit} documents, Lucene may pass over what cannot be among them. */
    private TopDocs best(Query query, int limit) throws IOException {
        return searcher.search(query, new TopScoreDocCollectorManager(limit, 1));
    }

    private Found bestAndTotal(Query query) throws IOException {
        if (query instanceof PhraseQuery) {
            TopDocs best = searcher.search(query, everyMatch());
            return new Found(best, best.totalHits.value(), null);
        }
        return new Found(best(query, 10), searcher.count(query), null);
    }

    private Found bestAndMonths(Query query) throws IOException {
        if (query instanceof PhraseQuery) {
            Object[] both = searcher.search(query, new MultiCollectorManager(everyMatch(), months()));
            return new Found((TopDocs) both[0], -1, (LongIntHashMap) both[1]);
        }
        return new Found(best(query, 10), -1, searcher.search(query, months()));
    }

    private static TopScoreDocCollectorManager everyMatch() {
        return new TopScoreDocCollectorManager(10, Integer.MAX_VALUE);
    }

    private static HistogramCollectorManager months() {
        return new HistogramCollectorManager(Indexer.MONTH, Indexer.MONTH_WIDTH, Integer.MAX_VALUE);
    }

    private static void appendMonths(LongIntHashMap months, StringBuilder text) {
        if (months == null || months.isEmpty()) {
            text.append('-');
            return;
        }
        long[] ascending = months.keys().toArray();
        Arrays.sort(ascending);
        String separator = "";
        for (long month : ascending) {
            text.append(separator)
                    .append(String.format("%04d-%02d=", month / Indexer.MONTHS_A_YEAR, month % Indexer.MONTHS_A_YEAR + 1))
                    .append(months.get(month));
            separator = ",";
        }
    }

    private void appendHits(TopDocs best, StringBuilder text) throws IOException {
        if (best == null || best.scoreDocs.length == 0) {
            text.append('-');
            return;
        }
        String separator = "";
        for (ScoreDoc hit : best.scoreDocs) {
            NumericDocValues numbers = leaf.getNumericDocValues(Indexer.NUMBER);
            if (!numbers.advanceExact(hit.doc)) {
                throw new IOException("a document without its number: " + hit.doc);
            }
            text.append(separator).append(numbers.longValue()).append(':').append(hit.score);
            separator = " ";
        }
    }
}
