import java.nio.file.Path;

/**
 * The Lucene side of the comparison of engines: {@code index CORPUS INDEXDIR [plain|reordered|text]} builds an index, {@code serve
 * INDEXDIR} answers timed queries. What is indexed is in {@link Indexer}, how it is asked in {@link Server}.
 */
final class Peer {
    private Peer() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length >= 3 && arguments.length <= 4 && arguments[0].equals("index")) {
            String variant = arguments.length == 4 ? arguments[3] : "plain";
            if (variant.equals("plain")) {
                Indexer.build(Path.of(arguments[1]), Path.of(arguments[2]), false);
                return;
            }
            if (variant.equals("text")) {
                Indexer.build(Path.of(arguments[1]), Path.of(arguments[2]), true);
                return;
            }
            if (variant.equals("reordered")) {
                Indexer.buildReordered(Path.of(arguments[1]), Path.of(arguments[2]));
                return;
            }
        } else if (arguments.length == 2 && arguments[0].equals("serve")) {
            Server.serve(Path.of(arguments[1]), System.in, System.out);
            return;
        }
        System.err.println("usage: index CORPUS INDEXDIR [plain|reordered|text] | serve INDEXDIR");
        System.exit(2);
    }
}
