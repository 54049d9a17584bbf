import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** The tokens of a text, which single spaces separate; each is one position. No other character separates. */
final class SpaceTokens extends TokenStream {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private String text = "";
    private int next;

    /** Makes the stream one of {@code text}; the consumer resets it before use. */
    void setText(String text) {
        this.text = text;
    }

    @Override
    public void reset() {
        next = 0;
    }

    @Override
    public boolean incrementToken() {
        clearAttributes();
        while (next < text.length() && text.charAt(next) == ' ') {
            next++;
        }
        if (next == text.length()) {
            return false;
        }
        int end = text.indexOf(' ', next);
        if (end < 0) {
            end = text.length();
        }
        term.append(text, next, end);
        next = end;
        return true;
    }
}
