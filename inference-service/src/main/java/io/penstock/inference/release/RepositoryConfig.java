package io.penstock.inference.release;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A directory of models in Triton's layout, beside the registry or instead of it.
///
/// @param directory where the models lie; none: only the registry says what is served
/// @param poll how often it is looked at; 0 for once, at the start
@ConfigurationProperties("penstock.inference.repository")
public record RepositoryConfig(
    @Nullable Path directory, @Bindable(defaultValue = "2s") Duration poll) {

  public RepositoryConfig {
    if (poll.isNegative()) {
      throw new IllegalArgumentException(
          "penstock.inference.repository.poll was %s, expected 0s or more".formatted(poll));
    }
  }
}
