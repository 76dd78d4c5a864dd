package io.penstock.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.naming.NameUtils;
import java.lang.reflect.Parameter;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  private static final String PAGE = "docs/configuration.md";

  /// Read by name rather than through a record: whatever follows `penstock.peers.` is a service.
  private static final Key PEERS = new Key("Every service", "penstock.peers.NAME", "none");

  private record Key(String heading, String name, String defaultValue) {}

  @Test
  void page_listsEveryKeyWithItsDefault() {
    var inCode =
        Code.classes()
            .filter(type -> type.isAnnotatedWith(ConfigurationProperties.class))
            .map(JavaClass::reflect)
            .flatMap(ConfigurationPageTest::keysOf);
    Agreement.check(PAGE, documented().toList(), Stream.concat(inCode, Stream.of(PEERS)).toList());
  }

  @Test
  void page_saysWhatEveryKeyIsFor() {
    var rows = tables().flatMap(table -> table.rows().stream());
    assertThat(rows).allSatisfy(row -> assertThat(row.get("what")).as("%s", row).isNotBlank());
  }

  private static Stream<Key> documented() {
    return tables()
        .flatMap(
            table ->
                table.rows().stream()
                    .map(
                        row ->
                            new Key(
                                table.heading(),
                                row.getOrDefault("key", ""),
                                row.getOrDefault("default", ""))));
  }

  private static Stream<MarkdownTable> tables() {
    return MarkdownTable.in(Documents.read(PAGE), "key", "default", "what").stream();
  }

  private static Stream<Key> keysOf(Class<?> record) {
    var prefix = record.getAnnotation(ConfigurationProperties.class).value();
    return Stream.of(canonicalParameters(record))
        .map(
            parameter ->
                new Key(
                    Code.headingOf(record),
                    prefix + "." + NameUtils.hyphenate(parameter.getName()),
                    defaultOf(parameter)));
  }

  private static Parameter[] canonicalParameters(Class<?> record) {
    assertThat(record.isRecord()).as("%s is a record", record).isTrue();
    var components = record.getRecordComponents().length;
    return Stream.of(record.getDeclaredConstructors())
        .filter(constructor -> constructor.getParameterCount() == components)
        .findFirst()
        .orElseThrow()
        .getParameters();
  }

  private static String defaultOf(Parameter parameter) {
    return Optional.ofNullable(parameter.getAnnotation(Bindable.class))
        .map(Bindable::defaultValue)
        .map(value -> value.isEmpty() ? "empty" : value)
        .orElse("none");
  }
}
