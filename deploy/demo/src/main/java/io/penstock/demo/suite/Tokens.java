package io.penstock.demo.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/// The token of each person.
final class Tokens {

  private final Map<Person, String> byPerson;

  private Tokens(Map<Person, String> byPerson) {
    this.byPerson = byPerson;
  }

  /// @param folder one file a person: `ada.jwt`
  static Tokens in(Path folder) {
    Map<Person, String> tokens = new EnumMap<>(Person.class);
    for (Person person : Person.values()) {
      tokens.put(person, read(folder.resolve(person.tokenFile())));
    }
    return new Tokens(tokens);
  }

  /// Value of the `authorization` header.
  String bearer(Person person) {
    return "Bearer " + byPerson.get(person);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new StepFailed("token: " + file + " cannot be read (expected: a JWT)", e);
    }
  }
}
