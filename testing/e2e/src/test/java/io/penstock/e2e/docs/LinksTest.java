package io.penstock.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LinksTest {

  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern ELSEWHERE = Pattern.compile("^(https?|mailto):.*");

  private record Link(Path page, String target) {

    boolean resolves() {
      var parts = target.split("#", 2);
      var file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
      return Files.exists(file) && (parts.length == 1 || anchors(file).anyMatch(parts[1]::equals));
    }

    private static Stream<String> anchors(Path page) {
      return Documents.read(page).lines().filter(line -> line.startsWith("#")).map(Link::anchor);
    }

    /// The way forges name headings.
    private static String anchor(String heading) {
      return heading
          .replaceFirst("^#+ *", "")
          .toLowerCase(Locale.ROOT)
          .replaceAll("[^\\p{L}\\p{N} _-]", "")
          .replace(' ', '-');
    }
  }

  @Test
  void everyLinkInTheRepository_leadsSomewhere() {
    var links = Documents.pages().stream().flatMap(LinksTest::linksOf).toList();
    assertThat(links).isNotEmpty();
    assertThat(links.stream().filter(link -> !link.resolves())).isEmpty();
  }

  private static Stream<Link> linksOf(Path page) {
    var text = FENCED.matcher(Documents.read(page)).replaceAll("");
    return LINK.matcher(text)
        .results()
        .map(link -> link.group(1))
        .filter(target -> !ELSEWHERE.matcher(target).matches())
        .map(target -> new Link(page, target));
  }
}
