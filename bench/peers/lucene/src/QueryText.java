import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * The text of a query: {@code a b} has any of the words, {@code +a +b} all of them, {@code "a b"} the phrase. A plus may stand before
 * a phrase, and words and phrases may be mixed.
 */
final class QueryText {
    private QueryText() {}

    static Query parse(String text) {
        List<Query> parts = new ArrayList<>();
        List<Occur> occurs = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) == ' ') {
                at++;
                continue;
            }
            boolean must = text.charAt(at) == '+';
            if (must) {
                at++;
            }
            boolean quoted = at < text.length() && text.charAt(at) == '"';
            int start = quoted ? at + 1 : at;
            int end = text.indexOf(quoted ? '"' : ' ', start);
            if (end < 0) {
                end = text.length();
            }
            if (end > start) {
                parts.add(quoted ? phrase(text.substring(start, end)) : new TermQuery(new Term(Indexer.WORDS, text.substring(start, end))));
                occurs.add(must ? Occur.MUST : Occur.SHOULD);
            }
            at = end + 1;
        }
        if (parts.isEmpty()) {
            return MatchNoDocsQuery.INSTANCE;
        }
        if (parts.size() == 1) {
            return parts.get(0);
        }
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        for (int i = 0; i < parts.size(); i++) {
            builder.add(parts.get(i), occurs.get(i));
        }
        return builder.build();
    }

    private static Query phrase(String words) {
        PhraseQuery.Builder builder = new PhraseQuery.Builder();
        for (String word : words.split(" ")) {
            if (!word.isEmpty()) {
                builder.add(new Term(Indexer.WORDS, word));
            }
        }
        return builder.build();
    }
}
