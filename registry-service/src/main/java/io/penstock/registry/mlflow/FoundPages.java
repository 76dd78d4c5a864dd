package io.penstock.registry.mlflow;

import io.penstock.kit.page.Page;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Pages of what a search finds: first found, then read whole.
@Singleton
final class FoundPages {

  private final Jdbi jdbi;

  FoundPages(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// @param nextToken is told nothing on the last page
  <K, T> void read(
      Function<Handle, Page<K>> search,
      BiFunction<Handle, List<K>, List<T>> reading,
      Consumer<T> rows,
      Consumer<String> nextToken) {
    jdbi.useHandle(
        handle -> {
          var page = search.apply(handle);
          reading.apply(handle, page.rows()).forEach(rows);
          if (!page.nextToken().isEmpty()) {
            nextToken.accept(page.nextToken());
          }
        });
  }
}
