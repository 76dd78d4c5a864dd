package io.penstock.demo.replay;

import com.google.protobuf.ByteString;
import io.penstock.demo.flights.Flight;
import io.penstock.demo.flights.FlightFeatures;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferInputTensor;
import io.penstock.proto.oip.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Flights as tensors of the Open Inference Protocol: the two entities by name and what a caller
/// knows; the rest is looked up behind the gateway. Values travel as raw bytes.
final class Tensors {

  private static final String OUTPUT = "probability";

  private Tensors() {}

  static ModelInferRequest request(String model, Ask ask) {
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder()
            .setModelName(model)
            .setId(ask.id())
            .putParameters("occurred_at", text(ask.occurredAt().toString()))
            .putParameters("routing_key", text(ask.id()));
    List<Flight> flights = ask.flights();
    names(request, "origin", flights, Flight::origin);
    names(request, "route", flights, Flight::route);
    numbers(request, "departure_hour", flights, FlightFeatures::departureHour);
    numbers(request, "day_of_week", flights, FlightFeatures::dayOfWeek);
    numbers(request, "distance", flights, Flight::distance);
    return request.build();
  }

  static float[] probabilities(ModelInferResponse response) {
    int output =
        IntStream.range(0, response.getOutputsCount())
            .filter(index -> response.getOutputs(index).getName().equals(OUTPUT))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("answer: no tensor " + OUTPUT));
    if (response.getRawOutputContentsCount() == 0) {
      return floats(response.getOutputs(output).getContents().getFp32ContentsList());
    }
    ByteBuffer raw = response.getRawOutputContents(output).asReadOnlyByteBuffer();
    float[] values = new float[raw.remaining() / Float.BYTES];
    raw.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static void names(
      ModelInferRequest.Builder request,
      String name,
      List<Flight> flights,
      Function<Flight, String> value) {
    List<byte[]> texts =
        flights.stream().map(value).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    int size = texts.stream().mapToInt(text -> Integer.BYTES + text.length).sum();
    ByteBuffer raw = littleEndian(size);
    texts.forEach(text -> raw.putInt(text.length).put(text));
    add(request, name, "BYTES", flights.size(), raw);
  }

  private static void numbers(
      ModelInferRequest.Builder request,
      String name,
      List<Flight> flights,
      ToDoubleFunction<Flight> value) {
    ByteBuffer raw = littleEndian(flights.size() * Float.BYTES);
    flights.forEach(flight -> raw.putFloat((float) value.applyAsDouble(flight)));
    add(request, name, "FP32", flights.size(), raw);
  }

  private static void add(
      ModelInferRequest.Builder request, String name, String datatype, int rows, ByteBuffer raw) {
    request
        .addInputs(InferInputTensor.newBuilder().setName(name).setDatatype(datatype).addShape(rows))
        .addRawInputContents(ByteString.copyFrom(raw.flip()));
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static float[] floats(List<Float> values) {
    float[] result = new float[values.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = values.get(i);
    }
    return result;
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }
}
