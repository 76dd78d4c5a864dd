package io.penstock.inference.lane;

import java.util.Optional;

/// What a caller asks of the scheduling of its request.
///
/// @param deadline when it is too late to start, on the lane's ticker
/// @param priority 1 is the most urgent; 0 for the model's default
/// @param shadow whether it is a copy that nobody waits for
/// @param sequence its place in a sequence, for models that remember
/// @param occasion whose request it is, for an engine that asks other models on its behalf
public record Terms(
    long deadline,
    int priority,
    boolean shadow,
    Optional<SequenceStep> sequence,
    Occasion occasion) {

  /// What a request came with that no queue looks at.
  public interface Occasion {

    /// Of a request that nobody made.
    Occasion NONE = new Occasion() {};
  }

  public Terms(long deadline, int priority, boolean shadow, Optional<SequenceStep> sequence) {
    this(deadline, priority, shadow, sequence, Occasion.NONE);
  }

  /// One step of a sequence of requests that belong together.
  ///
  /// @param id as the caller gave it, in decimal where it is a number
  /// @param text whether the caller gave it as text: "7" is another sequence than 7
  /// @param start whether the sequence begins here, whatever it was before
  /// @param end whether it ends here
  public record SequenceStep(String id, boolean text, boolean start, boolean end) {

    /// A step of a sequence whose id is a number.
    public SequenceStep(String id, boolean start, boolean end) {
      this(id, false, start, end);
    }

    /// What the sequence is known by.
    public String key() {
      return text ? "'" + id : id;
    }
  }

  public static Terms until(long deadline) {
    return new Terms(deadline, 0, false, Optional.empty());
  }

  public Terms withDeadline(long other) {
    return new Terms(other, priority, shadow, sequence, occasion);
  }
}
