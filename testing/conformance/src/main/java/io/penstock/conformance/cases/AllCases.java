package io.penstock.conformance.cases;

import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Selection;
import java.util.List;
import java.util.stream.Stream;

/// Every case, in the order in which they are run.
public final class AllCases {

  private AllCases() {}

  public static List<Case> all() {
    return Stream.of(
            HealthCases.all(),
            MetadataCases.all(),
            TensorCases.all(),
            RequestCases.all(),
            ErrorCases.all(),
            GrpcFormCases.all(),
            JsonFormCases.all(),
            HttpCases.all(),
            BinaryCases.all(),
            StatisticsCases.all(),
            ConfigurationCases.all(),
            RepositoryCases.all(),
            StreamCases.all(),
            ClassificationCases.all(),
            SchedulingCases.all(),
            SequenceCases.all(),
            SharedMemoryCases.all(),
            SettingCases.all(),
            ConcurrencyCases.all(),
            EnsembleCases.all())
        .flatMap(List::stream)
        .toList();
  }

  public static List<Case> selected(Selection selection) {
    return selection.of(all());
  }
}
