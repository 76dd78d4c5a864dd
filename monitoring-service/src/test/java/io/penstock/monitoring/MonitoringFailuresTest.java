package io.penstock.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.penstock.monitoring.MonitoringFailure.SpansOverloaded;
import org.junit.jupiter.api.Test;

class MonitoringFailuresTest {

  // OTLP: an exporter retries UNAVAILABLE, after the time of RetryInfo.
  @Test
  void toStatus_ofTooManySpans_asksTheExporterToComeBack() {
    var status = MonitoringFailures.toStatus(new SpansOverloaded(5, 4));

    assertThat(status.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(status.retryAfter()).isPositive();
  }
}
