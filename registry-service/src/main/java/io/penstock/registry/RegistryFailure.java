package io.penstock.registry;

import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.FieldViolation;
import java.time.Instant;
import java.util.List;

/// What can go wrong in the registry, with the facts of it.
public sealed interface RegistryFailure extends Failure {

  /// The collections of the registry.
  enum Kind {
    EXPERIMENT,
    RUN,
    DATASET,
    SPLIT,
    EXPERIMENT_DESIGN,
    ARTIFACT,
    FILE,
    MULTIPART_UPLOAD,
    MODEL,
    MODEL_VERSION,
    RELEASE,
    BENCHMARK_SUITE,
    BENCHMARK_RUN,
    IMPORT
  }

  /// Nothing of that name.
  record NotFound(Kind kind, String name) implements RegistryFailure {}

  /// The name is taken.
  record AlreadyExists(Kind kind, String name) implements RegistryFailure {}

  /// Data for a run that has ended.
  record RunEnded(String run, String status) implements RegistryFailure {}

  /// Another value for a parameter that was written already.
  record ParamConflict(String run, String key, String stored, String given)
      implements RegistryFailure {}

  /// Bytes that are not those that were announced.
  record DigestMismatch(String declared, String actual) implements RegistryFailure {}

  record ArtifactTooLarge(long mostBytes) implements RegistryFailure {}

  /// Stored bytes that are no longer what was stored.
  record ArtifactCorrupt(String artifact, String detail) implements RegistryFailure {

    /// Stored bytes that have another digest.
    public static ArtifactCorrupt altered(String artifact, String sha256) {
      return new ArtifactCorrupt(artifact, "the stored bytes have SHA-256 " + sha256);
    }
  }

  /// The disk or the bucket does not take or give bytes now.
  record ArtifactStoreUnavailable(String detail) implements RegistryFailure {}

  /// The disk has no room for what comes.
  record ArtifactStoreFull(String detail) implements RegistryFailure {}

  /// A path that could lead out of where it belongs, or that no file can have.
  record InvalidPath(String field, String detail) implements RegistryFailure {}

  /// A file where a directory is needed, or the other way round.
  record PathTaken(String path, String file) implements RegistryFailure {}

  /// A file that a registered version was made of.
  record FileFrozen(String path, String version) implements RegistryFailure {}

  /// A folder in which only the registry itself shows files.
  record FolderReserved(String path, String folder) implements RegistryFailure {}

  /// Files that lie where this registry neither keeps nor proxies anything.
  record FilesElsewhere(String resource, String location) implements RegistryFailure {}

  /// Parts that do not make up the file.
  record PartsInvalid(String upload, String detail) implements RegistryFailure {}

  record TooManyUploads(int most) implements RegistryFailure {}

  record NotOnnx(String artifact, String detail) implements RegistryFailure {}

  /// What should be a tokenizer.json and is none.
  record NotTokenizer(String artifact, String detail) implements RegistryFailure {}

  /// A model that keeps weights in other files, which the registry does not have.
  record ExternalData(String artifact, String tensor, String path) implements RegistryFailure {}

  /// Valid ONNX that cannot be served over the Open Inference Protocol.
  record OnnxUnsupported(String artifact, String detail) implements RegistryFailure {}

  /// A model without large constant matrices, or of an operator set without integer products.
  record NothingToQuantize(String version) implements RegistryFailure {}

  /// The declared signature is not the file's.
  record SignatureMismatch(List<FieldViolation> differences) implements RegistryFailure {
    public SignatureMismatch {
      differences = List.copyOf(differences);
    }
  }

  /// A version of which the registry holds no file: there is nothing to sign.
  record NoFiles(String version) implements RegistryFailure {}

  /// A signature that nobody trusted made, or that is over something else.
  record SignatureRefused(String version, String problem) implements RegistryFailure {}

  /// A step between stages that does not exist.
  record StageConflict(String version, String from, String to) implements RegistryFailure {}

  /// The gate said no; the attempt is on record as `promotion`.
  record GateRefused(
      String version,
      String stage,
      String promotion,
      String decision,
      List<FieldViolation> unmetCriteria)
      implements RegistryFailure {
    public GateRefused {
      unmetCriteria = List.copyOf(unmetCriteria);
    }
  }

  /// The gate could not be asked sensibly: no such policy, or the registry may not ask.
  record GateUnusable(String policy, String detail) implements RegistryFailure {}

  /// A version that cannot be archived because a release needs it.
  record VersionServed(String version, String release) implements RegistryFailure {}

  /// A model that cannot be deleted because its release serves versions of it.
  record ModelServed(String model, String release) implements RegistryFailure {}

  /// A version that others depend on, each of them a violation.
  record VersionInUse(String version, List<FieldViolation> dependents) implements RegistryFailure {
    public VersionInUse {
      dependents = List.copyOf(dependents);
    }
  }

  /// A version that is no ONNX model, tokenizer or ensemble.
  record VersionNotServable(String version) implements RegistryFailure {}

  /// A version whose time is over.
  record VersionRetired(String version, Instant time, String reason) implements RegistryFailure {}

  /// A version whose retirement cannot be taken back, for there is none.
  record NotRetired(String version) implements RegistryFailure {}

  /// A retirement that has done its work: the version is archived.
  record RetirementEnforced(String version, Instant time) implements RegistryFailure {}

  /// Only versions in production may be released.
  record VersionNotInProduction(String version, String stage) implements RegistryFailure {}

  /// The release is in a state in which the request makes no sense.
  record ReleaseConflict(String release, String detail) implements RegistryFailure {}

  record NoCanary(String release) implements RegistryFailure {}

  record NoFallback(String release) implements RegistryFailure {}

  /// A file that no suite can measure on.
  record BenchmarkDataUnfit(String data, String detail) implements RegistryFailure {}

  /// A version whose inputs or outputs are not those that the suite has in mind.
  record BenchmarkVersionUnfit(String version, String detail) implements RegistryFailure {}

  /// A run that has its results, or failed.
  record BenchmarkRunEnded(String run, String state) implements RegistryFailure {}

  /// A claim on a run that somebody else has now, or nobody.
  record BenchmarkClaimLost(String run) implements RegistryFailure {}

  /// The release has moved on since the caller read it.
  record RevisionMismatch(String release, long expected, long actual) implements RegistryFailure {}

  /// The exception that carries this failure to the caller.
  default FailureException exception() {
    return new FailureException(this);
  }
}
