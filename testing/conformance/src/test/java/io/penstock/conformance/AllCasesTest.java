package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.conformance.cases.AllCases;
import io.penstock.conformance.model.Model;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Extension;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AllCasesTest {

  @Test
  void ids_areUniqueAndSpeakable() {
    assertThat(AllCases.all()).extracting(Case::id).doesNotHaveDuplicates();
    assertThat(AllCases.all()).allSatisfy(one -> assertThat(one.id()).matches("[a-z0-9_.-]+"));
  }

  @Test
  void thereAreManyAndSomeOfEachExtension() {
    assertThat(AllCases.all()).hasSizeGreaterThan(300);
    var covered = AllCases.all().stream().map(Case::extension).collect(Collectors.toSet());
    assertThat(covered).containsExactlyInAnyOrder(Extension.values());
  }

  @Test
  void modelsThatCasesAskFor_areWritten() {
    Set<String> written = Models.all().stream().map(Model::name).collect(Collectors.toSet());
    assertThat(AllCases.all()).allSatisfy(one -> assertThat(written).containsAll(one.models()));
  }
}
