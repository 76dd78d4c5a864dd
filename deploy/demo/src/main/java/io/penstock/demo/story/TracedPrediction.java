package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.APP;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.penstock.demo.flights.Flight;
import io.penstock.demo.flights.FlightFeatures;
import io.penstock.demo.suite.StepFailed;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// One prediction by REST and JSON, under a trace that the caller began.
///
/// @param json what the gateway answered
public record TracedPrediction(String traceId, Flight flight, double probability, String json) {

  /// @param version `models/flight-delay/versions/2`
  static TracedPrediction ask(Story story, String version, Flight flight) {
    String traceId = hex(16);
    String json =
        story
            .suite()
            .rest()
            .post(
                APP,
                "/v2/" + version + "/infer",
                body(flight),
                Map.of("traceparent", "00-%s-%s-01".formatted(traceId, hex(8))));
    return new TracedPrediction(traceId, flight, probability(json), json);
  }

  private static String body(Flight flight) {
    return """
        {"parameters": {"occurred_at": "%s"},
         "inputs": [
          {"name": "origin", "datatype": "BYTES", "shape": [1], "data": ["%s"]},
          {"name": "route", "datatype": "BYTES", "shape": [1], "data": ["%s"]},
          {"name": "departure_hour", "datatype": "FP32", "shape": [1], "data": [%d]},
          {"name": "day_of_week", "datatype": "FP32", "shape": [1], "data": [%d]},
          {"name": "distance", "datatype": "FP32", "shape": [1], "data": [%d]}]}
        """
        .formatted(
            flight.departedAt(),
            flight.origin(),
            flight.route(),
            FlightFeatures.departureHour(flight),
            FlightFeatures.dayOfWeek(flight),
            flight.distance());
  }

  private static double probability(String json) {
    try {
      Struct.Builder answer = Struct.newBuilder();
      JsonFormat.parser().merge(json, answer);
      Value output = answer.getFieldsOrThrow("outputs").getListValue().getValues(0);
      return output
          .getStructValue()
          .getFieldsOrThrow("data")
          .getListValue()
          .getValues(0)
          .getNumberValue();
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      throw new StepFailed("a prediction by REST was answered by " + json, e);
    }
  }

  private static String hex(int bytes) {
    byte[] random = new byte[bytes];
    ThreadLocalRandom.current().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
