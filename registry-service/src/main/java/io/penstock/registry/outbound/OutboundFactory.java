package io.penstock.registry.outbound;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/// Makes what is configured of what knows no configuration.
@Factory
final class OutboundFactory {

  @Singleton
  TrustedTls tls(OutboundConfig config) {
    var file = config.caFile();
    return file == null ? TrustedTls.OF_JVM : TrustedTls.with(file);
  }
}
