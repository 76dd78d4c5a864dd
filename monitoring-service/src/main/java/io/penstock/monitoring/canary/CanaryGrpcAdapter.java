package io.penstock.monitoring.canary;

import io.penstock.monitoring.PageToken;
import io.penstock.proto.monitoring.v1.ListCanaryVerdictsRequest;
import io.penstock.proto.monitoring.v1.ListCanaryVerdictsResponse;
import jakarta.inject.Singleton;

/// The canaries' part of `MonitoringService`.
@Singleton
public final class CanaryGrpcAdapter {

  private final VerdictRepository verdicts;

  CanaryGrpcAdapter(VerdictRepository verdicts) {
    this.verdicts = verdicts;
  }

  public ListCanaryVerdictsResponse list(ListCanaryVerdictsRequest request) {
    var page =
        verdicts.list(
            request.getModel(),
            PageToken.parse(request.getPageToken()),
            PageToken.size(request.getPageSize()));
    var response = ListCanaryVerdictsResponse.newBuilder().setNextPageToken(page.nextToken());
    page.rows().forEach(row -> response.addVerdicts(CanaryProtos.verdict(row.event())));
    return response.build();
  }
}
