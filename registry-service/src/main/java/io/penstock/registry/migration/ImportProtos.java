package io.penstock.registry.migration;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.ImportCounts;
import io.penstock.proto.registry.v1.ImportState;
import io.penstock.proto.registry.v1.MlflowImport;
import io.penstock.proto.registry.v1.StartImportRequest;
import io.penstock.registry.NamePattern;
import io.penstock.registry.Times;
import io.penstock.registry.migration.ImportJob.Count;
import io.penstock.registry.migration.ImportJob.State;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/// Imports on the wire.
final class ImportProtos {

  private static final NamePattern NAMES = NamePattern.of("imports/{import}");
  private static final int LONGEST_URL = 500;

  private ImportProtos() {}

  static ImportJob job(StartImportRequest request, String startedBy, Instant now) {
    return new ImportJob(
        UUID.randomUUID(),
        address(request.getBaseUrl()),
        request.getAllowPrivate(),
        request.getSkipArtifacts(),
        State.RUNNING,
        Map.of(),
        List.of(),
        "",
        startedBy,
        now,
        now);
  }

  // Without what says nothing about the server, so that one server is known by one address.
  private static URI address(String text) {
    try {
      var url = URI.create(text.strip().replaceAll("/+$", ""));
      var scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https"))
          && url.getHost() != null
          && url.getRawQuery() == null
          && url.getRawFragment() == null
          && text.length() <= LONGEST_URL) {
        return url;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw InvalidArguments.of(
        "base_url",
        "was '%s', expected the address of a server: https://mlflow.example.com"
            .formatted(text.length() <= LONGEST_URL ? text : text.substring(0, LONGEST_URL)));
  }

  static SourceAccount account(StartImportRequest request) {
    return SourceAccount.of(request.getUsername(), request.getPassword(), request.getToken());
  }

  static UUID idOf(String name) {
    var id = NAMES.parse("name", name).getFirst();
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException _) {
      throw InvalidArguments.of("name", "was '%s', expected imports/ and a UUID".formatted(name));
    }
  }

  static MlflowImport toProto(ImportJob job) {
    return MlflowImport.newBuilder()
        .setName(job.name())
        .setBaseUrl(job.source().toString())
        .setState(ImportState.valueOf("IMPORT_STATE_" + job.state()))
        .setDone(counts(job))
        .setSkipped(job.count(Count.SKIPPED))
        .addAllProblems(job.problems())
        .setFailure(job.failure())
        .setStartedBy(job.startedBy())
        .setCreateTime(Times.toProto(job.createTime()))
        .setUpdateTime(Times.toProto(job.updateTime()))
        .build();
  }

  private static ImportCounts counts(ImportJob job) {
    return ImportCounts.newBuilder()
        .setExperiments(job.count(Count.EXPERIMENTS))
        .setRuns(job.count(Count.RUNS))
        .setMetricPoints(job.count(Count.METRIC_POINTS))
        .setModels(job.count(Count.MODELS))
        .setVersions(job.count(Count.VERSIONS))
        .setFiles(job.count(Count.FILES))
        .setBytes(job.count(Count.BYTES))
        .build();
  }
}
