package io.penstock.kit.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTokenTest {

  @TempDir Path directory;

  @Test
  void current_fixed() {
    assertThat(new ServiceToken(config("one", null)).current()).contains("one");
    assertThat(new ServiceToken(config(null, null)).current()).isEmpty();
  }

  @Test
  void current_followsTheFile() throws IOException {
    var file = directory.resolve("token");
    var token = new ServiceToken(config("fixed", file));
    assertThat(token.current()).isEmpty();

    write(file, "one\n", 1);
    assertThat(token.current()).contains("one");
    write(file, "two\n", 2);
    assertThat(token.current()).contains("two");
    Files.delete(file);
    assertThat(token.current()).contains("two");
  }

  private static void write(Path file, String token, long second) throws IOException {
    Files.writeString(file, token);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(second)));
  }

  private static IdentityConfig config(@Nullable String token, @Nullable Path file) {
    return new IdentityConfig(
        "penstock", null, "penstock", Duration.ZERO, Duration.ofMinutes(5), token, file);
  }
}
