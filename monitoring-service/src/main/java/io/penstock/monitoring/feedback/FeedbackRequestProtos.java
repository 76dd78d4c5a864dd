package io.penstock.monitoring.feedback;

import com.google.protobuf.util.Timestamps;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.monitoring.v1.Feedback;
import io.penstock.proto.monitoring.v1.RecordFeedbackRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/// Labels from a request, every one of them checked.
final class FeedbackRequestProtos {

  static final int MAX_LABELS = 5000;

  // A caller with five thousand bad labels learns enough from the first of them.
  private static final int MAX_BAD_LABELS = 20;
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private FeedbackRequestProtos() {}

  static List<Label> fromProto(RecordFeedbackRequest request, Instant now) {
    int size = request.getFeedbackCount();
    if (size == 0 || size > MAX_LABELS) {
      throw InvalidArguments.of(
          "feedback", "had %d entries, expected 1 to %d".formatted(size, MAX_LABELS));
    }
    var invalid = new InvalidArguments();
    var labels = new ArrayList<Label>(size);
    int bad = 0;
    for (int i = 0; i < size && bad < MAX_BAD_LABELS; i++) {
      var feedback = request.getFeedback(i);
      if (isValid(feedback, "feedback[%d]".formatted(i), now, invalid)) {
        labels.add(
            FeedbackProtos.fromProto(feedback, UUID.fromString(feedback.getPredictionId()), now));
      } else {
        bad++;
      }
    }
    invalid.throwIfAny();
    return labels;
  }

  private static boolean isValid(
      Feedback feedback, String path, Instant now, InvalidArguments invalid) {
    boolean id = UUID_TEXT.matcher(feedback.getPredictionId()).matches();
    boolean row = feedback.getRow() >= 0;
    boolean label = Double.isFinite(feedback.getLabel());
    boolean time = !feedback.hasObservedAt() || isPast(feedback, now);
    invalid
        .addIf(
            !id,
            path + ".prediction_id",
            "was '%s', expected the UUID of a prediction".formatted(feedback.getPredictionId()))
        .addIf(
            !row,
            path + ".row",
            "was %d, expected the number of a row, from 0"
                .formatted(Integer.toUnsignedLong(feedback.getRow())))
        .addIf(!label, path + ".label", "was %s, expected a number".formatted(feedback.getLabel()))
        .addIf(
            !time, path + ".observed_at", "was not a time in the past, as an observation must be");
    return id && row && label && time;
  }

  private static boolean isPast(Feedback feedback, Instant now) {
    var observed = feedback.getObservedAt();
    return Timestamps.isValid(observed)
        && observed.getSeconds() <= now.plus(CLOCK_SKEW).getEpochSecond();
  }
}
