package io.penstock.registry.search.filter;

/// A word of a filter, and where it stands.
record Token(Type type, String text, int start) {

  enum Type {
    /// A name with its dots and quotes, a keyword, or a text in double quotes: which of these, its
    /// place decides.
    NAME,
    NUMBER,
    /// A text in single quotes, which it still has.
    TEXT,
    COMPARATOR,
    OPEN,
    CLOSE,
    COMMA,
    SEMICOLON,
    /// What no filter has.
    OTHER,
    END
  }

  boolean is(Type wanted) {
    return type == wanted;
  }

  boolean isWord(String keyword) {
    return type == Type.NAME && text.equalsIgnoreCase(keyword);
  }

  int end() {
    return start + text.length();
  }
}
