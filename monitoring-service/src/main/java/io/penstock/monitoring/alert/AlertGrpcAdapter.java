package io.penstock.monitoring.alert;

import io.penstock.kit.page.PageLimits;
import io.penstock.proto.monitoring.v1.ListAlertsRequest;
import io.penstock.proto.monitoring.v1.ListAlertsResponse;
import jakarta.inject.Singleton;

/// The alerts' part of `MonitoringService`.
@Singleton
public final class AlertGrpcAdapter {

  private static final PageLimits PAGES = new PageLimits(50, 500);

  private final AlertRepository repository;

  AlertGrpcAdapter(AlertRepository repository) {
    this.repository = repository;
  }

  public ListAlertsResponse list(ListAlertsRequest request) {
    var page =
        repository.list(
            request.getModel(),
            PAGES.request(
                "alerts of " + request.getModel(), request.getPageSize(), request.getPageToken()));
    var response = ListAlertsResponse.newBuilder().setNextPageToken(page.nextToken());
    page.rows().forEach(row -> response.addAlerts(AlertProtos.fromBytes(row.event())));
    return response.build();
  }
}
