package io.penstock.inference.binding;

import com.google.protobuf.Timestamp;
import io.penstock.proto.feature.v1.FeatureColumnValues;
import io.penstock.proto.feature.v1.FeatureQuery;
import io.penstock.proto.feature.v1.GetOnlineFeaturesRequest;
import io.penstock.proto.feature.v1.GetOnlineFeaturesResponse;
import io.penstock.proto.feature.v1.ValueType;
import java.util.Arrays;
import java.util.List;

/// Questions to feature-service and its answers on the wire.
final class FeatureProtos {

  private FeatureProtos() {}

  static GetOnlineFeaturesRequest toProto(FeatureQuestion question) {
    var asOf = question.asOf();
    var request =
        GetOnlineFeaturesRequest.newBuilder()
            .setAsOf(
                Timestamp.newBuilder().setSeconds(asOf.getEpochSecond()).setNanos(asOf.getNano()));
    for (var part : question.parts()) {
      request.addQueries(
          FeatureQuery.newBuilder()
              .setFeatureView(part.view())
              .addAllFeatures(part.features())
              .addAllEntityKeys(part.keys()));
    }
    return request.build();
  }

  static List<FeatureValues> fromProto(GetOnlineFeaturesResponse response) {
    return response.getColumnsList().stream().map(FeatureProtos::fromProto).toList();
  }

  private static FeatureValues fromProto(FeatureColumnValues column) {
    var numbers = new double[column.getNumbersCount()];
    Arrays.setAll(numbers, column::getNumbers);
    return new FeatureValues(
        column.getName(), column.getType() != ValueType.VALUE_TYPE_STRING, numbers);
  }
}
