package io.penstock.monitoring.alert;

import io.penstock.monitoring.PageToken;
import io.penstock.proto.monitoring.v1.ListAlertsRequest;
import io.penstock.proto.monitoring.v1.ListAlertsResponse;
import jakarta.inject.Singleton;

/// The alerts' part of `MonitoringService`.
@Singleton
public final class AlertGrpcAdapter {

  private final AlertRepository repository;

  AlertGrpcAdapter(AlertRepository repository) {
    this.repository = repository;
  }

  public ListAlertsResponse list(ListAlertsRequest request) {
    var page =
        repository.list(
            request.getModel(),
            PageToken.parse(request.getPageToken()),
            PageToken.size(request.getPageSize()));
    var response = ListAlertsResponse.newBuilder().setNextPageToken(page.nextToken());
    page.rows().forEach(row -> response.addAlerts(AlertProtos.fromBytes(row.event())));
    return response.build();
  }
}
