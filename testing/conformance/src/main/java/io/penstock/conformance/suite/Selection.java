package io.penstock.conformance.suite;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Which cases are run, and what counts as missing.
///
/// @param extensions only cases of these; all where empty
/// @param only part of a case's id, as a regular expression
/// @param required extensions whose cases fail instead of being skipped
/// @param local whether the server is on this machine
public record Selection(
    Set<Extension> extensions, Pattern only, Set<Extension> required, boolean local) {

  public static final Selection EVERYTHING =
      new Selection(Set.of(), Pattern.compile(""), Set.of(), false);

  public Selection {
    extensions = Set.copyOf(extensions);
    required = Set.copyOf(required);
  }

  public List<Case> of(List<Case> cases) {
    return cases.stream().filter(this::selects).toList();
  }

  private boolean selects(Case one) {
    return (extensions.isEmpty() || extensions.contains(one.extension()))
        && only.matcher(one.id()).find();
  }
}
