package io.penstock.governance.approval;

import io.penstock.governance.WireTime;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.page.Page;
import io.penstock.proto.governance.v1.Approval;
import io.penstock.proto.governance.v1.ListApprovalsResponse;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// Approval messages and what they mean inside.
final class ApprovalProtos {

  private static final Pattern SUBJECT = Pattern.compile("[^\\s\\p{Cntrl}]{1,500}");
  private static final Pattern ACTION = Pattern.compile("[a-z][a-z0-9_.:-]{0,99}");
  private static final int LONGEST_COMMENT = 2000;

  private ApprovalProtos() {}

  static UUID id(String name) {
    try {
      if (name.startsWith("approvals/")) {
        return UUID.fromString(name.substring("approvals/".length()));
      }
    } catch (IllegalArgumentException noUuid) {
      // Said below, as for any other text.
    }
    throw InvalidArguments.of("name", "was '%s', expected approvals/<uuid>".formatted(name));
  }

  static Approvals.Wanted fromProto(Approval approval) {
    String comment = approval.getComment();
    new InvalidArguments()
        .addIf(
            !SUBJECT.matcher(approval.getSubject()).matches(),
            "approval.subject",
            "was '%s', expected a resource name of at most 500 characters"
                .formatted(approval.getSubject()))
        .addIf(
            !ACTION.matcher(approval.getAction()).matches(),
            "approval.action",
            "was '%s', expected an action such as promote:production"
                .formatted(approval.getAction()))
        .addIf(
            comment.length() > LONGEST_COMMENT,
            "approval.comment",
            "holds %d characters, expected at most %d".formatted(comment.length(), LONGEST_COMMENT))
        .addIf(comment.indexOf('\0') >= 0, "approval.comment", "holds a NUL character")
        .throwIfAny();
    return new Approvals.Wanted(
        approval.getSubject(),
        approval.getAction(),
        comment,
        approval.hasExpireTime()
            ? Optional.of(WireTime.fromProto("approval.expire_time", approval.getExpireTime()))
            : Optional.empty());
  }

  static Approval toProto(io.penstock.governance.approval.Approval approval) {
    var message =
        Approval.newBuilder()
            .setName(approval.name())
            .setSubject(approval.subject())
            .setAction(approval.action())
            .setApprover(approval.approver())
            .setComment(approval.comment())
            .setCreateTime(WireTime.toProto(approval.createTime()))
            .setExpireTime(WireTime.toProto(approval.expireTime()));
    approval.withdrawTime().ifPresent(time -> message.setWithdrawTime(WireTime.toProto(time)));
    return message.build();
  }

  static ListApprovalsResponse toProto(Page<io.penstock.governance.approval.Approval> page) {
    return ListApprovalsResponse.newBuilder()
        .addAllApprovals(page.rows().stream().map(ApprovalProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }
}
