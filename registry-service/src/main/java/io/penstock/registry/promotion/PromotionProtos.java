package io.penstock.registry.promotion;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.PromoteModelVersionRequest;
import io.penstock.proto.registry.v1.PromotionState;
import io.penstock.registry.Limits;
import io.penstock.registry.StoredProtos;
import io.penstock.registry.Times;
import io.penstock.registry.promotion.Promotion.UnmetCriterion;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionProtos;
import java.util.List;

/// Promotions on the wire.
public final class PromotionProtos {

  private PromotionProtos() {}

  public static PromotionRequest fromProto(PromoteModelVersionRequest request, String requester) {
    var version = VersionName.parse("name", request.getName());
    var problems = new InvalidArguments();
    Limits.text(problems, "comment", request.getComment(), Limits.COMMENT);
    problems.throwIfAny();
    return new PromotionRequest(
        version, target(request), request.getComment(), request.getEtag(), requester);
  }

  private static Stage target(PromoteModelVersionRequest request) {
    return switch (request.getTargetStage()) {
      case STAGE_STAGING -> Stage.STAGING;
      case STAGE_PRODUCTION -> Stage.PRODUCTION;
      case STAGE_UNSPECIFIED, STAGE_NONE, STAGE_ARCHIVED, UNRECOGNIZED ->
          throw InvalidArguments.of(
              "target_stage",
              "was %s, expected STAGE_STAGING or STAGE_PRODUCTION"
                  .formatted(request.getTargetStage()));
    };
  }

  public static io.penstock.proto.registry.v1.Promotion toProto(Promotion promotion) {
    return io.penstock.proto.registry.v1.Promotion.newBuilder()
        .setName(promotion.name())
        .setVersion(promotion.version().toString())
        .setFromStage(VersionProtos.stageOf(promotion.from()))
        .setToStage(VersionProtos.stageOf(promotion.to()))
        .setState(
            promotion.passed()
                ? PromotionState.PROMOTION_STATE_PASSED
                : PromotionState.PROMOTION_STATE_REFUSED)
        .setGateDecision(promotion.gateDecision())
        .addAllUnmet(promotion.unmet().stream().map(PromotionProtos::toProto).toList())
        .setComment(promotion.comment())
        .setRequestedBy(promotion.requestedBy())
        .setTime(Times.toProto(promotion.time()))
        .build();
  }

  /// Unmet criteria as they are stored.
  static byte[] unmetBytes(List<UnmetCriterion> unmet) {
    return io.penstock.proto.registry.v1.Promotion.newBuilder()
        .addAllUnmet(unmet.stream().map(PromotionProtos::toProto).toList())
        .build()
        .toByteArray();
  }

  static List<UnmetCriterion> unmet(byte[] stored) {
    var promotion = StoredProtos.parse(io.penstock.proto.registry.v1.Promotion.parser(), stored);
    return promotion.getUnmetList().stream()
        .map(
            criterion ->
                new UnmetCriterion(
                    criterion.getId(), criterion.getDescription(), criterion.getDetail()))
        .toList();
  }

  private static io.penstock.proto.registry.v1.UnmetCriterion toProto(UnmetCriterion criterion) {
    return io.penstock.proto.registry.v1.UnmetCriterion.newBuilder()
        .setId(criterion.id())
        .setDescription(criterion.description())
        .setDetail(criterion.detail())
        .build();
  }
}
