package io.penstock.demo.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.penstock.demo.flights.Flight;
import io.penstock.proto.oip.InferTensorContents;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferInputTensor;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorsTest {

  private static final Flight FIRST =
      new Flight(LocalDateTime.of(2001, 4, 1, 17, 5), 0, 731, "ATL", "DFW");
  private static final Flight SECOND =
      new Flight(LocalDateTime.of(2001, 4, 1, 18, 10), 0, 187, "BOS", "JFK");

  @Test
  void request_namesEntitiesAndWhatTheCallerKnows() {
    ModelInferRequest request =
        Tensors.request("flight-delay", new Ask("2001-04-01/7", List.of(FIRST, SECOND)));
    assertThat(request.getInputsList())
        .extracting(InferInputTensor::getName)
        .containsExactly("origin", "route", "departure_hour", "day_of_week", "distance");
    assertThat(request.getInputsList())
        .allSatisfy(t -> assertThat(t.getShapeList()).containsExactly(2L));
    assertThat(request.getRawInputContents(0))
        .isEqualTo(ByteString.copyFromUtf8("\3\0\0\0ATL\3\0\0\0BOS"));
    assertThat(request.getRawInputContents(1))
        .isEqualTo(ByteString.copyFromUtf8("\7\0\0\0ATL-DFW\7\0\0\0BOS-JFK"));
    ByteBuffer hours =
        request.getRawInputContents(2).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    assertThat(hours.getFloat()).isEqualTo(17);
    assertThat(hours.getFloat()).isEqualTo(18);
    assertThat(request.getParametersOrThrow("occurred_at").getStringParam())
        .isEqualTo("2001-04-01T18:10:00Z");
    assertThat(request.getParametersOrThrow("routing_key").getStringParam())
        .isEqualTo("2001-04-01/7");
  }

  @Test
  void probabilities_rawOrTyped() {
    ByteBuffer raw =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(.25f).putFloat(.5f);
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder()
            .addOutputs(InferOutputTensor.newBuilder().setName("probability"));
    assertThat(
            Tensors.probabilities(
                response.clone().addRawOutputContents(ByteString.copyFrom(raw.flip())).build()))
        .containsExactly(.25f, .5f);
    InferTensorContents typed = InferTensorContents.newBuilder().addFp32Contents(.75f).build();
    response.getOutputsBuilder(0).setContents(typed);
    assertThat(Tensors.probabilities(response.build())).containsExactly(.75f);
  }
}
