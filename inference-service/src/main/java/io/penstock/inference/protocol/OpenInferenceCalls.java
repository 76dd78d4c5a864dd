package io.penstock.inference.protocol;

import io.penstock.inference.lane.LaneConfig;
import io.penstock.inference.release.VersionStates;
import io.penstock.inference.settings.LogSettingCalls;
import io.penstock.inference.settings.TraceSettingCalls;
import io.penstock.inference.sharedmemory.SharedMemory;
import io.penstock.kit.service.Readiness;
import io.penstock.proto.oip.LogSettingsRequest;
import io.penstock.proto.oip.LogSettingsResponse;
import io.penstock.proto.oip.ModelConfigRequest;
import io.penstock.proto.oip.ModelConfigResponse;
import io.penstock.proto.oip.ModelMetadataRequest;
import io.penstock.proto.oip.ModelMetadataResponse;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.proto.oip.ModelReadyResponse;
import io.penstock.proto.oip.ModelStatisticsRequest;
import io.penstock.proto.oip.ModelStatisticsResponse;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.proto.oip.RepositoryIndexResponse;
import io.penstock.proto.oip.ServerLiveResponse;
import io.penstock.proto.oip.ServerMetadataResponse;
import io.penstock.proto.oip.ServerReadyResponse;
import io.penstock.proto.oip.TraceSettingRequest;
import io.penstock.proto.oip.TraceSettingResponse;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What the protocol lets a client ask of a server and its models, over whatever transport.
@Singleton
public final class OpenInferenceCalls {

  private static final List<String> EXTENSIONS =
      List.of(
          "classification",
          "sequence",
          "sequence(string_id)",
          "model_repository",
          "model_repository(unload_dependents)",
          "schedule_policy",
          "model_configuration",
          "binary_tensor_data",
          "parameters",
          "statistics",
          "trace",
          "logging");

  private final ModelCatalog catalog;
  private final VersionStates states;
  private final Readiness readiness;
  private final LaneConfig lanes;
  private final SharedMemory memory;
  private final TraceSettingCalls traces;
  private final LogSettingCalls logs;

  OpenInferenceCalls(
      ModelCatalog catalog,
      VersionStates states,
      Readiness readiness,
      LaneConfig lanes,
      SharedMemory memory,
      TraceSettingCalls traces,
      LogSettingCalls logs) {
    this.catalog = catalog;
    this.states = states;
    this.readiness = readiness;
    this.lanes = lanes;
    this.memory = memory;
    this.traces = traces;
    this.logs = logs;
  }

  public ServerLiveResponse serverLive() {
    return ServerLiveResponse.newBuilder().setLive(true).build();
  }

  public ServerReadyResponse serverReady() {
    return ServerReadyResponse.newBuilder().setReady(readiness.ready()).build();
  }

  public ServerMetadataResponse serverMetadata() {
    return ServerMetadataResponse.newBuilder()
        .setName("penstock")
        .setVersion(version())
        .addAllExtensions(extensions())
        .build();
  }

  private static String version() {
    return Optional.ofNullable(OpenInferenceCalls.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  private List<String> extensions() {
    return memory.isEnabled()
        ? Stream.concat(EXTENSIONS.stream(), Stream.of("system_shared_memory")).toList()
        : EXTENSIONS;
  }

  /// False for what is not known, as Triton's clients expect.
  public ModelReadyResponse modelReady(ModelReadyRequest request) {
    return ModelReadyResponse.newBuilder()
        .setReady(catalog.isReady(request.getName(), request.getVersion()))
        .build();
  }

  public ModelMetadataResponse modelMetadata(ModelMetadataRequest request) {
    return ModelProtos.metadata(
        catalog.get(request.getName(), request.getVersion()), catalog.versions(request.getName()));
  }

  public ModelConfigResponse modelConfig(ModelConfigRequest request) {
    var version = catalog.get(request.getName(), request.getVersion());
    int rows =
        version.model().batches()
            ? version.config().maxBatchRows().orElse(lanes.maxBatchRows())
            : 0;
    return ModelConfigResponse.newBuilder().setConfig(ModelProtos.config(version, rows)).build();
  }

  public ModelStatisticsResponse modelStatistics(ModelStatisticsRequest request) {
    return ModelStatisticsResponse.newBuilder()
        .addAllModelStats(
            catalog.list(request.getName(), request.getVersion()).stream()
                .map(StatisticsProtos::toProto)
                .toList())
        .build();
  }

  public RepositoryIndexResponse repositoryIndex(RepositoryIndexRequest request) {
    var index = RepositoryIndexResponse.newBuilder();
    catalog.list("", "").forEach(v -> index.addModels(RepositoryIndexProtos.toProto(v)));
    if (!request.getReady()) {
      states.all().forEach(s -> index.addModels(RepositoryIndexProtos.toProto(s)));
    }
    return index.build();
  }

  /// Of one model, it must be a model that is served.
  public TraceSettingResponse traceSetting(TraceSettingRequest request) {
    if (!request.getModelName().isEmpty()) {
      catalog.get(request.getModelName(), "");
    }
    return traces.apply(request);
  }

  public LogSettingsResponse logSettings(LogSettingsRequest request) {
    return logs.apply(request);
  }
}
