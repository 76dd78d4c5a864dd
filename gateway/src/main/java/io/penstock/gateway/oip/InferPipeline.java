package io.penstock.gateway.oip;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

/// Puts an [InferHandler] before Micronaut's own on every HTTP connection.
@Singleton
final class InferPipeline implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

  private final Provider<InferRoute> route;

  InferPipeline(Provider<InferRoute> route) {
    this.route = route;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new OfServer(route));
    return event.getBean();
  }

  /// Of the server first, then of one connection each.
  private record OfServer(Provider<InferRoute> route) implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return new OfConnection(channel, route);
    }
  }

  private record OfConnection(Channel channel, Provider<InferRoute> route)
      implements NettyServerCustomizer {

    @Override
    public NettyServerCustomizer specializeForChannel(Channel stream, ChannelRole role) {
      return new OfConnection(stream, route);
    }

    @Override
    public void onStreamPipelineBuilt() {
      channel
          .pipeline()
          .addBefore(
              ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND,
              "infer",
              new InferHandler(route.get()));
    }
  }
}
