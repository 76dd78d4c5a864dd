package io.penstock.monitoring.canary;

import io.penstock.kit.page.PageLimits;
import io.penstock.proto.monitoring.v1.ListCanaryVerdictsRequest;
import io.penstock.proto.monitoring.v1.ListCanaryVerdictsResponse;
import jakarta.inject.Singleton;

/// The canaries' part of `MonitoringService`.
@Singleton
public final class CanaryGrpcAdapter {

  private static final PageLimits PAGES = new PageLimits(50, 500);

  private final VerdictRepository verdicts;

  CanaryGrpcAdapter(VerdictRepository verdicts) {
    this.verdicts = verdicts;
  }

  public ListCanaryVerdictsResponse list(ListCanaryVerdictsRequest request) {
    var page =
        verdicts.list(
            request.getModel(),
            PAGES.request(
                "canaryVerdicts of " + request.getModel(),
                request.getPageSize(),
                request.getPageToken()));
    var response = ListCanaryVerdictsResponse.newBuilder().setNextPageToken(page.nextToken());
    page.rows().forEach(row -> response.addVerdicts(CanaryProtos.verdict(row.event())));
    return response.build();
  }
}
