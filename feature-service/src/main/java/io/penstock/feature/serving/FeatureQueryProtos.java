package io.penstock.feature.serving;

import com.google.protobuf.Timestamp;
import io.penstock.feature.Micros;
import io.penstock.feature.TimeProtos;
import io.penstock.feature.query.FeatureQuery;
import io.penstock.feature.query.QueryBatch;
import io.penstock.feature.view.ViewRef;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.feature.v1.GetOnlineFeaturesRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Queries on the wire.
final class FeatureQueryProtos {

  private FeatureQueryProtos() {}

  static QueryBatch fromProto(List<io.penstock.proto.feature.v1.FeatureQuery> queries) {
    List<FeatureQuery> batch = new ArrayList<>(queries.size());
    for (int i = 0; i < queries.size(); i++) {
      batch.add(fromProto(i, queries.get(i)));
    }
    return new QueryBatch(batch);
  }

  private static FeatureQuery fromProto(
      int index, io.penstock.proto.feature.v1.FeatureQuery query) {
    return new FeatureQuery(
        ViewRef.parse(QueryBatch.field(index, "feature_view"), query.getFeatureView()),
        query.getFeaturesList(),
        query.getEntityKeysList());
  }

  static OptionalLong asOf(GetOnlineFeaturesRequest request) {
    if (!request.hasAsOf()) {
      return OptionalLong.empty();
    }
    long micros = TimeProtos.micros(request.getAsOf());
    if (micros == Micros.INVALID) {
      throw InvalidArguments.of("as_of", "is no timestamp, expected one of the years 1 to 9999");
    }
    return OptionalLong.of(micros);
  }

  static long[] times(List<Timestamp> times) {
    return times.stream().mapToLong(TimeProtos::micros).toArray();
  }
}
