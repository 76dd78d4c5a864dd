package io.penstock.registry.registered;

import io.penstock.kit.failure.FailureException;
import io.penstock.registry.ArtifactUri;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.loggedmodel.LoggedModel;
import io.penstock.registry.loggedmodel.LoggedModels;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// Finds out what the source of a version comes to: other versions, logged models and runs are
/// named by their files from here on, so that whoever loads the version need not ask again.
@Singleton
final class VersionSources {

  private static final Pattern LOGGED = Pattern.compile("models:/+(m-[0-9a-f]{32})/?");
  private static final Pattern VERSION = Pattern.compile("models:/+([^/@]+)/(\\d+)/?");
  private static final Pattern ALIAS = Pattern.compile("models:/+([^/@]+)@([^/]+)/?");
  private static final Pattern RUN = Pattern.compile("runs:/+([^/]+)(/.*)?");

  private static final Pattern FILE = Pattern.compile("^file:(//[^/]*)?/");
  private static final Pattern DRIVE = Pattern.compile("[a-zA-Z]:");

  private final Jdbi jdbi;
  private final LoggedModels loggedModels;

  VersionSources(Jdbi jdbi, LoggedModels loggedModels) {
    this.jdbi = jdbi;
    this.loggedModels = loggedModels;
  }

  /// What a source comes to.
  ///
  /// @param run that made the version; empty where this registry knows none of that id
  record Resolved(
      String location, String runId, Optional<RunName> run, Optional<String> loggedModel) {}

  Resolved resolve(NewRegistration wanted) {
    if (!wanted.isPrompt()) {
      check(wanted.source(), !wanted.runId().isEmpty());
    }
    var logged = loggedModel(wanted);
    var location = location(wanted.source(), logged);
    var runId =
        wanted.runId().isEmpty()
            ? logged.flatMap(LoggedModel::sourceRun).orElse("")
            : wanted.runId();
    return new Resolved(location, runId, run(runId), logged.map(LoggedModel::id));
  }

  private static void check(String source, boolean ofRun) {
    if (ArtifactUri.isLocal(source) && !DRIVE.matcher(source).lookingAt()) {
      throw invalid(
          ofRun ? FILE.matcher(source).replaceFirst("/") : source,
          "To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id.");
    }
    if (ArtifactUri.problem(source).isPresent()) {
      throw invalid(
          source,
          ArtifactUri.scheme(source).equals("models")
              ? "The model_id request parameter must identify the resource that contains the source."
              : "If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.");
    }
  }

  private static FailureException invalid(String source, String detail) {
    return MlflowFailure.invalid(
        "Invalid model version source: '%s'. %s".formatted(source, detail));
  }

  private Optional<LoggedModel> loggedModel(NewRegistration wanted) {
    var match = LOGGED.matcher(wanted.source());
    if (match.matches()) {
      return Optional.of(fetched(wanted.source(), match.group(1)));
    }
    return wanted.loggedModel().map(loggedModels::get);
  }

  private LoggedModel fetched(String source, String id) {
    try {
      return loggedModels.get(id);
    } catch (FailureException missing) {
      throw unfetched(source, "Logged model with ID '%s' not found.".formatted(id));
    }
  }

  private String location(String source, Optional<LoggedModel> logged) {
    if (LOGGED.matcher(source).matches()) {
      return logged.orElseThrow().artifactUri();
    }
    return ArtifactUri.scheme(source).equals("models")
        ? jdbi.withHandle(handle -> locationOfVersion(handle, source))
        : locationInRun(source).orElse(source);
  }

  private static String locationOfVersion(Handle handle, String source) {
    return namedVersion(handle, source)
        .map(RegisteredVersion::location)
        .orElseThrow(() -> unfetched(source, "There is no such model version."));
  }

  private static Optional<RegisteredVersion> namedVersion(Handle handle, String source) {
    var version = VERSION.matcher(source);
    if (version.matches()) {
      return ModelTexts.number(version.group(2))
          .flatMap(number -> RegisteredVersionRepository.find(handle, version.group(1), number));
    }
    var alias = ALIAS.matcher(source);
    return alias.matches()
        ? RegisteredVersionRepository.findByAlias(handle, alias.group(1), alias.group(2))
        : Optional.empty();
  }

  private static FailureException unfetched(String source, String detail) {
    return MlflowFailure.invalid(
        "Unable to fetch model from model URI source artifact location '%s'.Error: %s"
            .formatted(source, detail));
  }

  // A run of another server stays a name.
  private Optional<String> locationInRun(String source) {
    var match = RUN.matcher(source);
    return match.matches()
        ? column("artifact_uri", match.group(1)).map(uri -> uri + below(match.group(2)))
        : Optional.empty();
  }

  private static String below(@Nullable String path) {
    return path == null ? "" : path.replaceFirst("/+$", "");
  }

  private Optional<RunName> run(String runId) {
    return column("experiment", runId).map(experiment -> new RunName(experiment, runId));
  }

  private Optional<String> column(String column, String runId) {
    if (runId.isEmpty()) {
      return Optional.empty();
    }
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select %s from run where run_id = :run".formatted(column))
                .bind("run", runId)
                .mapTo(String.class)
                .findOne());
  }
}
