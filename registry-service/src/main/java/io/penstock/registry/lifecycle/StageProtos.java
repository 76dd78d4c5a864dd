package io.penstock.registry.lifecycle;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.ListStagedVersionsRequest;
import io.penstock.proto.registry.v1.StageChangeCause;
import io.penstock.registry.NamePattern;
import io.penstock.registry.Times;
import io.penstock.registry.promotion.Promotion;
import io.penstock.registry.stage.Reason.Cause;
import io.penstock.registry.stage.StageChange;
import io.penstock.registry.stage.StagedVersion;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionProtos;

/// The history of stages on the wire.
final class StageProtos {

  private static final NamePattern MODELS = NamePattern.of("models/{model}");

  private StageProtos() {}

  static String modelOf(String field, String name) {
    return MODELS.parse(field, name).getFirst();
  }

  static Stage stage(ListStagedVersionsRequest request) {
    return switch (request.getStage()) {
      case STAGE_UNSPECIFIED, STAGE_PRODUCTION -> Stage.PRODUCTION;
      case STAGE_STAGING -> Stage.STAGING;
      case STAGE_ARCHIVED -> Stage.ARCHIVED;
      case STAGE_NONE, UNRECOGNIZED ->
          throw InvalidArguments.of(
              "stage",
              "was %s, expected STAGE_PRODUCTION, STAGE_STAGING or STAGE_ARCHIVED"
                  .formatted(request.getStage()));
    };
  }

  static io.penstock.proto.registry.v1.StageChange toProto(StageChange change) {
    var reason = change.reason();
    var proto =
        io.penstock.proto.registry.v1.StageChange.newBuilder()
            .setName(change.name())
            .setVersion(change.version().toString())
            .setFromStage(VersionProtos.stageOf(change.from()))
            .setToStage(VersionProtos.stageOf(change.to()))
            .setCause(causeOf(reason.cause()))
            .setGateDecision(reason.gateDecision())
            .setComment(reason.comment())
            .setChangedBy(reason.by())
            .setTime(Times.toProto(change.time()));
    reason
        .promotion()
        .ifPresent(id -> proto.setPromotion(Promotion.nameOf(change.version().model(), id)));
    change.until().ifPresent(until -> proto.setUntil(Times.toProto(until)));
    return proto.build();
  }

  static io.penstock.proto.registry.v1.StagedVersion toProto(StagedVersion staged) {
    return io.penstock.proto.registry.v1.StagedVersion.newBuilder()
        .setVersion(staged.change().version().toString())
        .setChange(toProto(staged.change()))
        .setVariant(staged.variant())
        .setPercent(staged.percent())
        .setReleaseRevision(staged.revision())
        .build();
  }

  static io.penstock.proto.registry.v1.RetirementChange toProto(RetirementChange change) {
    var proto =
        io.penstock.proto.registry.v1.RetirementChange.newBuilder()
            .setReason(change.reason())
            .setChangedBy(change.by())
            .setTime(Times.toProto(change.time()));
    change.retireTime().ifPresent(time -> proto.setRetireTime(Times.toProto(time)));
    return proto.build();
  }

  private static StageChangeCause causeOf(Cause cause) {
    return switch (cause) {
      case PROMOTION -> StageChangeCause.STAGE_CHANGE_CAUSE_PROMOTION;
      case TRANSITION -> StageChangeCause.STAGE_CHANGE_CAUSE_TRANSITION;
      case REPLACEMENT -> StageChangeCause.STAGE_CHANGE_CAUSE_REPLACEMENT;
      case ARCHIVAL -> StageChangeCause.STAGE_CHANGE_CAUSE_ARCHIVAL;
      case RETIREMENT -> StageChangeCause.STAGE_CHANGE_CAUSE_RETIREMENT;
      case DELETION -> StageChangeCause.STAGE_CHANGE_CAUSE_DELETION;
    };
  }
}
