package io.penstock.registry;

import io.grpc.Status.Code;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureMapping;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.registry.RegistryFailure.AlreadyExists;
import io.penstock.registry.RegistryFailure.ArtifactCorrupt;
import io.penstock.registry.RegistryFailure.ArtifactStoreFull;
import io.penstock.registry.RegistryFailure.ArtifactStoreUnavailable;
import io.penstock.registry.RegistryFailure.ArtifactTooLarge;
import io.penstock.registry.RegistryFailure.BenchmarkClaimLost;
import io.penstock.registry.RegistryFailure.BenchmarkDataUnfit;
import io.penstock.registry.RegistryFailure.BenchmarkRunEnded;
import io.penstock.registry.RegistryFailure.BenchmarkVersionUnfit;
import io.penstock.registry.RegistryFailure.DigestMismatch;
import io.penstock.registry.RegistryFailure.ExternalData;
import io.penstock.registry.RegistryFailure.FileFrozen;
import io.penstock.registry.RegistryFailure.FilesElsewhere;
import io.penstock.registry.RegistryFailure.FolderReserved;
import io.penstock.registry.RegistryFailure.GateRefused;
import io.penstock.registry.RegistryFailure.GateUnusable;
import io.penstock.registry.RegistryFailure.InvalidPath;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.ModelServed;
import io.penstock.registry.RegistryFailure.NoCanary;
import io.penstock.registry.RegistryFailure.NoFallback;
import io.penstock.registry.RegistryFailure.NoFiles;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.RegistryFailure.NotOnnx;
import io.penstock.registry.RegistryFailure.NotRetired;
import io.penstock.registry.RegistryFailure.NotTokenizer;
import io.penstock.registry.RegistryFailure.NothingToQuantize;
import io.penstock.registry.RegistryFailure.OnnxUnsupported;
import io.penstock.registry.RegistryFailure.ParamConflict;
import io.penstock.registry.RegistryFailure.PartsInvalid;
import io.penstock.registry.RegistryFailure.PathTaken;
import io.penstock.registry.RegistryFailure.ReleaseConflict;
import io.penstock.registry.RegistryFailure.RetirementEnforced;
import io.penstock.registry.RegistryFailure.RevisionMismatch;
import io.penstock.registry.RegistryFailure.RunEnded;
import io.penstock.registry.RegistryFailure.SignatureMismatch;
import io.penstock.registry.RegistryFailure.SignatureRefused;
import io.penstock.registry.RegistryFailure.StageConflict;
import io.penstock.registry.RegistryFailure.TooManyUploads;
import io.penstock.registry.RegistryFailure.VersionInUse;
import io.penstock.registry.RegistryFailure.VersionNotInProduction;
import io.penstock.registry.RegistryFailure.VersionNotServable;
import io.penstock.registry.RegistryFailure.VersionRetired;
import io.penstock.registry.RegistryFailure.VersionServed;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The answers to the registry's failures.
@Singleton
final class RegistryFailures implements FailureMapping {

  @Override
  public Optional<FailureStatus> statusOf(Failure failure) {
    return failure instanceof RegistryFailure known
        ? Optional.of(toStatus(known))
        : Optional.empty();
  }

  static FailureStatus toStatus(RegistryFailure failure) {
    return switch (failure) {
      case NotFound(var kind, var name) ->
          about(name, Code.NOT_FOUND, kind + "_NOT_FOUND", "there is no " + words(kind));
      case AlreadyExists(var kind, var name) ->
          about(name, Code.ALREADY_EXISTS, kind + "_EXISTS", "this " + words(kind) + " exists");
      case RunEnded(var run, var status) ->
          about(run, Code.FAILED_PRECONDITION, "RUN_ENDED", "the run is " + status);
      case ParamConflict conflict -> conflict(conflict);
      case DigestMismatch(var declared, var actual) ->
          FailureStatus.of(
                  Code.INVALID_ARGUMENT,
                  "ARTIFACT_DIGEST_MISMATCH",
                  "the bytes have SHA-256 %s, declared was %s".formatted(actual, declared))
              .withViolation("sha256", "declared %s, got %s".formatted(declared, actual));
      case ArtifactTooLarge(var most) ->
          FailureStatus.of(
              Code.INVALID_ARGUMENT,
              "ARTIFACT_TOO_LARGE",
              "the artifact is longer than %d bytes, the most this registry takes".formatted(most));
      case ArtifactCorrupt(var artifact, var detail) ->
          about(artifact, Code.DATA_LOSS, "ARTIFACT_CORRUPT", detail);
      case ArtifactStoreUnavailable(var detail) ->
          FailureStatus.of(Code.UNAVAILABLE, "ARTIFACT_STORE_UNAVAILABLE", detail)
              .withRetryAfter(Duration.ofSeconds(5));
      case ArtifactStoreFull(var detail) ->
          FailureStatus.of(Code.RESOURCE_EXHAUSTED, "ARTIFACT_STORE_FULL", detail)
              .withRetryAfter(Duration.ofMinutes(1));
      case InvalidPath(var field, var detail) ->
          // MLflow's words, whole: its clients compare them.
          FailureStatus.of(Code.INVALID_ARGUMENT, "INVALID_PATH", "Invalid path")
              .withViolation(field, detail);
      case PathTaken(var path, var file) ->
          about(
              path,
              Code.FAILED_PRECONDITION,
              "PATH_TAKEN",
              "'%s' is a file already, expected no file in the way of another".formatted(file));
      case FileFrozen(var path, var version) ->
          about(
              path,
              Code.FAILED_PRECONDITION,
              "FILE_FROZEN",
              version + " was made of this file, so it can neither be overwritten nor deleted");
      case FolderReserved(var path, var folder) ->
          about(
              path,
              Code.FAILED_PRECONDITION,
              "FOLDER_RESERVED",
              "nobody can write below '%s', where versions show their files".formatted(folder));
      case FilesElsewhere(var resource, var location) ->
          about(
              resource,
              Code.FAILED_PRECONDITION,
              "FILES_ELSEWHERE",
              "its files lie at '%s', which this server does not proxy".formatted(location));
      case PartsInvalid(var upload, var detail) ->
          about(upload, Code.INVALID_ARGUMENT, "PARTS_INVALID", detail);
      case TooManyUploads(var most) ->
          FailureStatus.of(
                  Code.RESOURCE_EXHAUSTED,
                  "TOO_MANY_UPLOADS",
                  "%d multipart uploads are open, the most this registry keeps".formatted(most))
              .withRetryAfter(Duration.ofSeconds(30));
      case NotOnnx(var artifact, var detail) -> unfit(artifact, "NOT_ONNX", detail);
      case NotTokenizer(var artifact, var detail) -> unfit(artifact, "NOT_TOKENIZER", detail);
      case OnnxUnsupported(var artifact, var detail) -> unfit(artifact, "ONNX_UNSUPPORTED", detail);
      case ExternalData external -> external(external);
      case NothingToQuantize(var version) ->
          about(
              version,
              Code.FAILED_PRECONDITION,
              "NOTHING_TO_QUANTIZE",
              "the model has no product with a large constant matrix, or an operator set before 11");
      case SignatureMismatch(var differences) -> mismatch(differences);
      case StageConflict(var version, var from, var to) ->
          about(
              version,
              Code.FAILED_PRECONDITION,
              "STAGE_CONFLICT",
              "no way leads from stage %s to %s".formatted(from, to));
      case GateRefused refused -> refused(refused);
      case GateUnusable(var policy, var detail) ->
          about(policy, Code.FAILED_PRECONDITION, "GATE_UNUSABLE", detail);
      case VersionServed(var version, var release) ->
          about(
              version,
              Code.FAILED_PRECONDITION,
              "VERSION_SERVED",
              release + " still names it as a target");
      case ModelServed(var model, var release) ->
          about(
              model,
              Code.FAILED_PRECONDITION,
              "MODEL_SERVED",
              release + " serves versions of it, expected a model without a release");
      case VersionInUse(var version, var dependents) ->
          withAll(
              about(
                  version,
                  Code.FAILED_PRECONDITION,
                  "VERSION_IN_USE",
                  "others depend on it: " + joined(dependents)),
              dependents);
      case VersionNotServable(var version) ->
          about(
              version,
              Code.FAILED_PRECONDITION,
              "VERSION_NOT_SERVABLE",
              "its files hold no ONNX model that the registry has, so nothing can serve it");
      case VersionRetired(var version, var time, var reason) ->
          about(
              version,
              Code.FAILED_PRECONDITION,
              "VERSION_RETIRED",
              "it is retired since %s: %s".formatted(time, reason));
      case NotRetired(var version) ->
          about(version, Code.FAILED_PRECONDITION, "NOT_RETIRED", "nobody has retired it");
      case RetirementEnforced(var version, var time) ->
          about(
              version,
              Code.FAILED_PRECONDITION,
              "RETIREMENT_ENFORCED",
              "it was retired at %s and is archived".formatted(time));
      case VersionNotInProduction(var version, var stage) ->
          about(
              version,
              Code.FAILED_PRECONDITION,
              "VERSION_NOT_IN_PRODUCTION",
              "its stage is %s, expected production".formatted(stage));
      case ReleaseConflict(var release, var detail) ->
          about(release, Code.FAILED_PRECONDITION, "RELEASE_CONFLICT", detail);
      case NoFiles(var version) ->
          about(
              version,
              Code.FAILED_PRECONDITION,
              "NO_FILES",
              "the registry holds no file of this version");
      case SignatureRefused(var version, var problem) ->
          about(version, Code.INVALID_ARGUMENT, "SIGNATURE_REFUSED", problem);
      case NoCanary(var release) ->
          about(release, Code.FAILED_PRECONDITION, "NO_CANARY", "no canary is running");
      case NoFallback(var release) ->
          about(
              release,
              Code.FAILED_PRECONDITION,
              "NO_FALLBACK",
              "there is neither a canary nor a former primary to go back to");
      case BenchmarkDataUnfit(var data, var detail) ->
          about(data, Code.INVALID_ARGUMENT, "BENCHMARK_DATA_UNFIT", detail)
              .withViolation("suite.data", detail);
      case BenchmarkVersionUnfit(var version, var detail) ->
          about(version, Code.FAILED_PRECONDITION, "BENCHMARK_VERSION_UNFIT", detail);
      case BenchmarkRunEnded(var run, var state) ->
          about(run, Code.FAILED_PRECONDITION, "BENCHMARK_RUN_ENDED", "the run is " + state);
      case BenchmarkClaimLost(var run) ->
          about(
              run,
              Code.ABORTED,
              "BENCHMARK_CLAIM_LOST",
              "the run is another evaluator's now, or the claim was given back");
      case RevisionMismatch(var release, var expected, var actual) ->
          about(
              release,
              Code.ABORTED,
              "REVISION_MISMATCH",
              "expected revision %d, it is at %d".formatted(expected, actual));
    };
  }

  private static FailureStatus about(String resource, Code code, String reason, String detail) {
    return FailureStatus.of(code, reason, "%s: %s".formatted(resource, detail))
        .withMetadata("resource", resource);
  }

  private static FailureStatus unfit(String artifact, String reason, String detail) {
    return about(artifact, Code.INVALID_ARGUMENT, reason, detail)
        .withViolation("version.artifact", detail);
  }

  private static FailureStatus external(ExternalData failure) {
    var detail =
        "tensor '%s' lies in the file '%s', expected every weight inside the model itself"
            .formatted(failure.tensor(), failure.path());
    return unfit(failure.artifact(), "EXTERNAL_DATA", detail).withMetadata("path", failure.path());
  }

  private static FailureStatus conflict(ParamConflict conflict) {
    return about(
            conflict.run(),
            Code.FAILED_PRECONDITION,
            "PARAM_CONFLICT",
            "parameter '%s' is '%s' already, given was '%s'"
                .formatted(conflict.key(), conflict.stored(), conflict.given()))
        .withMetadata("param", conflict.key());
  }

  private static FailureStatus mismatch(List<FieldViolation> differences) {
    return withAll(
        FailureStatus.of(
            Code.INVALID_ARGUMENT,
            "SIGNATURE_MISMATCH",
            "the declared signature is not the model's: " + joined(differences)),
        differences);
  }

  private static FailureStatus refused(GateRefused refused) {
    var message =
        "the %s gate refused %s: %s"
            .formatted(refused.stage(), refused.version(), joined(refused.unmetCriteria()));
    return withAll(
        FailureStatus.of(Code.FAILED_PRECONDITION, "GATE_REFUSED", message)
            .withMetadata("resource", refused.version())
            .withMetadata("promotion", refused.promotion())
            .withMetadata("gate_decision", refused.decision()),
        refused.unmetCriteria());
  }

  private static FailureStatus withAll(FailureStatus status, List<FieldViolation> violations) {
    var result = status;
    for (var violation : violations) {
      result = result.withViolation(violation.field(), violation.description());
    }
    return result;
  }

  private static String joined(List<FieldViolation> violations) {
    return violations.stream()
        .map(violation -> violation.field() + ": " + violation.description())
        .collect(Collectors.joining("; "));
  }

  private static String words(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
