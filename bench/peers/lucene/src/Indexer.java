import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.SlowCodecReaderWrapper;
import org.apache.lucene.misc.index.BPIndexReorderer;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * A corpus file becomes an index of one segment.
 *
 * <p>Words have frequencies, positions and norms (BM25 1.2, 0.75); nothing is stored. The number is a doc value, so that it
 * survives any order of documents. The month is a numeric doc value (months since year 0) with a skip index, which lets the histogram
 * collector count a whole run of documents of one month at once. No compound file. The merge policy only merges neighbours, so
 * plain documents stay in the order of the corpus. Of texts EnglishAnalyzer makes the words, with no word left out.
 */
final class Indexer {
    static final String WORDS = "words";
    static final String NUMBER = "number";
    static final String MONTH = "month";
    static final int MONTHS_A_YEAR = 12;
    /** Values of the month field between one month and the next: the histogram collector takes no bucket narrower than this. */
    static final int MONTH_WIDTH = 2;

    private static final double BUFFER_MB = 1024;
    private static final double REORDER_MB = 1024;

    private Indexer() {}

    static BM25Similarity similarity() {
        return new BM25Similarity(1.2f, 0.75f);
    }

    /** Documents in the order of the corpus, which has tokens, or texts for the analyzer. */
    static void build(Path corpus, Path index, boolean isText) throws IOException {
        IOUtils.rm(index);
        try (Directory directory = new MMapDirectory(index);
                IndexWriter writer = new IndexWriter(directory, config());
                BufferedReader lines = Files.newBufferedReader(corpus, StandardCharsets.UTF_8)) {
            addAll(lines, writer, isText);
            writer.forceMerge(1);
            writer.commit();
        }
    }

    /** Documents in the order that recursive graph bisection gives them, by way of a plain index beside the final one. */
    static void buildReordered(Path corpus, Path index) throws IOException {
        Path plain = index.resolveSibling(index.getFileName() + ".plain");
        build(corpus, plain, false);
        IOUtils.rm(index);
        try (Directory from = new MMapDirectory(plain);
                DirectoryReader reader = DirectoryReader.open(from);
                Directory to = new MMapDirectory(index);
                IndexWriter writer = new IndexWriter(to, config())) {
            CodecReader whole = SlowCodecReaderWrapper.wrap(reader.leaves().get(0).reader());
            BPIndexReorderer reorderer = new BPIndexReorderer();
            reorderer.setFields(Set.of(WORDS));
            reorderer.setRAMBudgetMB(REORDER_MB);
            writer.addIndexes(reorderer.reorder(whole, to, null));
            writer.forceMerge(1);
            writer.commit();
        }
        IOUtils.rm(plain);
    }

    private static IndexWriterConfig config() {
        IndexWriterConfig config = new IndexWriterConfig(new EnglishAnalyzer(CharArraySet.EMPTY_SET));
        config.setSimilarity(similarity());
        config.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
        config.setRAMBufferSizeMB(BUFFER_MB);
        config.setUseCompoundFile(false);
        LogDocMergePolicy neighbours = new LogDocMergePolicy();
        neighbours.setNoCFSRatio(0);
        config.setMergePolicy(neighbours);
        return config;
    }

    private static void addAll(BufferedReader lines, IndexWriter writer, boolean isText) throws IOException {
        FieldType type = new FieldType();
        type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
        type.setTokenized(true);
        type.freeze();
        SpaceTokens tokens = new SpaceTokens();
        Field words = isText ? new Field(WORDS, "", type) : new Field(WORDS, tokens, type);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split("\t", 3);
            if (parts.length != 3) {
                throw new IOException("not NUMBER<TAB>YYYY-MM<TAB>TOKENS: " + line);
            }
            if (isText) {
                words.setStringValue(parts[2]);
            } else {
                tokens.setText(parts[2]);
            }
            Document document = new Document();
            document.add(words);
            document.add(new NumericDocValuesField(NUMBER, Long.parseLong(parts[0])));
            if (!parts[1].isEmpty()) {
                document.add(NumericDocValuesField.indexedField(MONTH, monthOf(parts[1]) * MONTH_WIDTH));
            }
            writer.addDocument(document);
        }
    }

    /** YYYY-MM as months since year 0. */
    private static long monthOf(String text) throws IOException {
        if (!text.matches("[0-9]{4}-(0[1-9]|1[0-2])")) {
            throw new IOException("not a month: " + text);
        }
        return Long.parseLong(text.substring(0, 4)) * MONTHS_A_YEAR + Long.parseLong(text.substring(5)) - 1;
    }
}
