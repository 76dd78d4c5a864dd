package io.penstock.feature.entity;

import io.penstock.feature.TimeProtos;
import io.penstock.kit.page.Page;
import io.penstock.proto.feature.v1.ListEntitiesResponse;

/// Entities on the wire.
public final class EntityProtos {

  private EntityProtos() {}

  public static io.penstock.proto.feature.v1.Entity toProto(Entity entity) {
    return io.penstock.proto.feature.v1.Entity.newBuilder()
        .setName(entity.name())
        .setDescription(entity.description())
        .setCreateTime(TimeProtos.toProto(entity.createTime()))
        .setCreatedBy(entity.createdBy())
        .build();
  }

  public static ListEntitiesResponse toProto(Page<Entity> page) {
    var response = ListEntitiesResponse.newBuilder().setNextPageToken(page.nextToken());
    page.rows().forEach(entity -> response.addEntities(toProto(entity)));
    return response.build();
  }
}
