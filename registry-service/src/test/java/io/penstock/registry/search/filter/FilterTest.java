package io.penstock.registry.search.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kit.failure.FailureException;
import io.penstock.registry.MlflowFailure.InvalidParameter;
import io.penstock.registry.search.filter.Filter.And;
import io.penstock.registry.search.filter.Filter.Comparison;
import io.penstock.registry.search.filter.Filter.Not;
import io.penstock.registry.search.filter.Filter.Or;
import io.penstock.registry.search.filter.Operand.Absence;
import io.penstock.registry.search.filter.Operand.Number;
import io.penstock.registry.search.filter.Operand.Text;
import io.penstock.registry.search.filter.Operand.Texts;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FilterTest {

  private static Comparison compare(Kind kind, String key, Operator operator, Operand operand) {
    return new Comparison(new Field(kind, key), operator, operand);
  }

  private static Filter runs(String filter) {
    return Filter.parse(filter, RunVocabulary.INSTANCE);
  }

  static Stream<Arguments> comparisons() {
    return Stream.of(
        Arguments.of(
            "metric.acc >= 0.94", compare(Kind.METRIC, "acc", Operator.AT_LEAST, number("0.94"))),
        Arguments.of(
            "metric.acc>=100", compare(Kind.METRIC, "acc", Operator.AT_LEAST, number("100"))),
        Arguments.of(
            "metrics.a > -1.5e-3", compare(Kind.METRIC, "a", Operator.GREATER, number("-1.5e-3"))),
        Arguments.of(
            "params.m!='tf'", compare(Kind.PARAMETER, "m", Operator.NOT_EQUAL, text("tf"))),
        Arguments.of(
            "params.\"m\"!=\"tf\"", compare(Kind.PARAMETER, "m", Operator.NOT_EQUAL, text("tf"))),
        Arguments.of(
            "metrics.\"X//Y#$$@&Z\" = 3",
            compare(Kind.METRIC, "X//Y#$$@&Z", Operator.EQUAL, number("3"))),
        Arguments.of(
            "`metric`.a >= 0.1", compare(Kind.METRIC, "a", Operator.AT_LEAST, number("0.1"))),
        Arguments.of(
            "metrics.`spacey name` > 5",
            compare(Kind.METRIC, "spacey name", Operator.GREATER, number("5"))),
        Arguments.of(
            "tags.mlflow.source.type = 'JOB'",
            compare(Kind.TAG, "mlflow.source.type", Operator.EQUAL, text("JOB"))),
        Arguments.of(
            "metrics.\"accuracy.2.0\" > 5",
            compare(Kind.METRIC, "accuracy.2.0", Operator.GREATER, number("5"))),
        Arguments.of(
            "params.m = \"L'Hosp\"", compare(Kind.PARAMETER, "m", Operator.EQUAL, text("L'Hosp"))),
        Arguments.of("tags.a = 'it''s'", compare(Kind.TAG, "a", Operator.EQUAL, text("it''s"))),
        Arguments.of("tags.a = 'C:\\'", compare(Kind.TAG, "a", Operator.EQUAL, text("C:\\"))),
        Arguments.of(
            "run.status = 'RUNNING'",
            compare(Kind.ATTRIBUTE, "status", Operator.EQUAL, text("RUNNING"))),
        Arguments.of(
            "attr.\"Run name\" ilike 'a%'",
            compare(Kind.ATTRIBUTE, "run_name", Operator.ILIKE, text("a%"))),
        Arguments.of(
            "created < 12", compare(Kind.ATTRIBUTE, "start_time", Operator.LESS, number("12"))),
        Arguments.of(
            "run_id IN ('a', 'b',)",
            compare(Kind.ATTRIBUTE, "run_id", Operator.IN, new Texts(List.of("a", "b")))),
        Arguments.of(
            "dataset.name not in ('a')",
            compare(Kind.DATASET, "name", Operator.NOT_IN, new Texts(List.of("a")))),
        Arguments.of("tags.v IS NULL", compare(Kind.TAG, "v", Operator.IS_NULL, new Absence())),
        Arguments.of(
            "params.lr is not null",
            compare(Kind.PARAMETER, "lr", Operator.IS_NOT_NULL, new Absence())));
  }

  private static Operand number(String literal) {
    return new Number(literal);
  }

  private static Operand text(String value) {
    return new Text(value);
  }

  @ParameterizedTest
  @MethodSource("comparisons")
  void parse_comparison_isReadAsMlflowReadsIt(String filter, Comparison meaning) {
    assertThat(runs(filter)).isEqualTo(meaning);
  }

  @Test
  void parse_connectives_bindAsInSql() {
    var a = compare(Kind.TAG, "a", Operator.EQUAL, text("1"));
    var b = compare(Kind.TAG, "b", Operator.EQUAL, text("2"));
    var c = compare(Kind.TAG, "c", Operator.EQUAL, text("3"));

    assertThat(runs("tags.a='1' or not tags.b='2' AND tags.c='3'"))
        .isEqualTo(new Or(List.of(a, new And(List.of(new Not(b), c)))));
    assertThat(runs("(tags.a='1' OR tags.b='2') AND NOT (tags.c='3')"))
        .isEqualTo(new And(List.of(new Or(List.of(a, b)), new Not(c))));
    assertThat(runs("tags.a='1' tags.b='2' AND tags.c='3'")).isEqualTo(new And(List.of(a, b, c)));
  }

  @Test
  void parse_nothing_isEverything() {
    assertThat(runs("")).isEqualTo(Filter.EVERYTHING);
    assertThat(runs(" \n")).isEqualTo(Filter.EVERYTHING);
  }

  static Stream<Arguments> mistakesOfRuns() {
    return mistakes(
        RunVocabulary.INSTANCE,
        "metric.acc >= 0.94; metrics.rmse < 1",
        "Search filter contained multiple expression",
        "metric.acc >= 0.94;",
        "Invalid clause(s) in filter string: ';'",
        "m.acc >= 0.94",
        "Invalid entity type 'm'. Valid values are ['metric', 'parameter', 'tag'",
        "acc >= 0.94",
        "Invalid attribute key 'acc' specified. Valid keys are '{'Created', '",
        "attribute.experiment_id != 1",
        "Invalid attribute key",
        "attribute.status = true",
        "Invalid clause(s) in filter string: 'attribute.status = true'",
        "dataset.profile = 'x'",
        "Invalid dataset key 'profile' specified. Valid keys are '{'context', 'digest', 'name'}'",
        "metrics.acc IS NULL",
        "IS NULL / IS NOT NULL is only supported for tags and params",
        "attribute.status IS NULL",
        "IS NULL / IS NOT NULL is only supported for tags and params",
        "metrics.A > 0.1 NAND params.B = 'LR'",
        "Invalid clause(s) in filter string",
        "`metrics.A > 0.1",
        "Invalid clause(s) in filter string",
        "param`.A > 0.1",
        "Invalid clause(s) in filter string",
        "dummy`.A > 0.1",
        "Invalid clause(s) in filter string",
        "metric.model = 'LR'",
        "Expected numeric value type for metric. Found 'LR'",
        "metrics.acc != metrics.acc",
        "Expected numeric value type for metric. Found metrics.acc",
        "params.acc = 5",
        "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 5",
        "tags.acc IN ('a')",
        "Expected a quoted string value for tag (e.g. 'my-value'). Got value ('a')",
        "attribute.status = 1",
        "Expected a quoted string value for attributes. Got value 1",
        "start_time > 'x'",
        "Expected numeric value type for numeric attribute: start_time. Found 'x'",
        "status IN ('a')",
        "Only ['run_id'] attributes support comparison with a list of quoted",
        "1.0 > metrics.acc",
        "Invalid comparison clause. Expected 'Identifier' found '1.0'",
        "1==2",
        "Expected 'Identifier' found '1'",
        "params.acc = LR",
        "value is either not quoted or unidentified quote types used for string value LR",
        "params.acc = `LR`",
        "value is either not quoted or unidentified quote types",
        "params.'acc = LR",
        "Invalid clause(s) in filter string",
        "params.acc = LR'",
        "Invalid clause(s) in filter string",
        "params.acc = \"LR'",
        "Invalid clause(s) in filter string",
        "tags.acc = = 'LR'",
        "Invalid clause(s) in filter string",
        "attribute.status IS 'RUNNING'",
        "Invalid clause(s) in filter string",
        "params.acc LR !=",
        "Invalid clause(s) in filter string",
        "metric.acc !=",
        "Invalid clause(s) in filter string: 'metric.acc !='",
        "foo is null",
        "Invalid attribute key 'foo'",
        "metrics.abc ~ 1.0",
        "Invalid comparator '~' not one of '{'!=', '<', '<=', '=', '>', '>='}'",
        "params.abc > 'x'",
        "Invalid comparator '>' not one of '{'!=', '=', 'ILIKE', 'LIKE'}'",
        "attributes.start_time LIKE 1234",
        "Invalid comparator 'LIKE'",
        "datasets.name > 'x'",
        "Invalid comparator '>'",
        "run_id = ('a')",
        "Invalid comparator '=' not one of '{'IN', 'NOT IN'}'",
        "run_id IN ()",
        "expected a non-empty list of string values, but got empty list",
        "run_id IN (1,2,3)",
        "expected string value, punctuation, or whitespace, but got different type in list: (1,2,3)",
        "run_id IN (,)",
        "expected a non-empty list of string values, but got ill-formed list",
        "run_id IN ('a',,'b')",
        "but got ill-formed list",
        "run_id IN (",
        "Invalid clause(s) in filter string: 'run_id IN ('",
        "run_id IN 'a'",
        "Invalid clause(s) in filter string",
        "(tags.a = 'x'",
        "Invalid clause(s) in filter string: '(tags.a = 'x''",
        "tags.a = 'x')",
        "Invalid clause(s) in filter string: ')'",
        "tags.a = 'x' AND",
        "Invalid clause(s) in filter string",
        "NOT",
        "Invalid clause(s) in filter string",
        "()",
        "Invalid clause(s) in filter string");
  }

  static Stream<Arguments> mistakesOfOthers() {
    return Stream.of(
            mistakes(
                TaggedVocabulary.EXPERIMENTS,
                "params.a = 'x'",
                "Invalid entity type 'params'. Valid entity types are ('attribute', 'tag', 'tags')",
                "name IS NULL",
                "IS NULL / IS NOT NULL is only supported for tags, not for attribute 'name'",
                "lifecycle_stage = 'active'",
                "Valid keys are '{'creation_time', 'experiment_id', 'last_update_time', 'name'}'",
                "name IN ('a')",
                "Only ['experiment_id'] attributes support comparison with a list of quoted",
                "name > 'x'",
                "Invalid comparator '>' not one of '{'!=', '=', 'ILIKE', 'LIKE'}'",
                "creation_time LIKE 5",
                "Invalid comparator 'LIKE' not one of '{'!=', '<', '<=', '=', '>', '>='}'",
                "tag.a > 'x'",
                "Invalid comparator for tag: >"),
            mistakes(
                TaggedVocabulary.MODELS,
                "evilhax = true",
                "Invalid clause(s) in filter string",
                "run_id = 'a'",
                "Invalid attribute key 'run_id' specified. Valid keys are '{'name'}'",
                "name = 5",
                "Expected a quoted string value or a list of quoted string values for attributes. Got value 5"),
            mistakes(
                TaggedVocabulary.VERSIONS,
                "name LIKE",
                "Invalid clause(s) in filter string",
                "version_number ILIKE 5",
                "Invalid comparator for attribute version_number: ILIKE"),
            mistakes(
                LoggedModelVocabulary.INSTANCE,
                "foo.bar = 1",
                "Invalid entity type: 'foo'. Expected one of ['attributes', 'metrics', 'params', 'tags'].",
                "name > 'x'",
                "Invalid comparison operator for attributes.name: '>'. Expected one of ('=', '!=', 'LIKE', 'ILIKE').",
                "metrics.loss",
                "Invalid filter string: 'metrics.loss'. Expected a list of comparisons separated by 'AND'"))
        .flatMap(each -> each);
  }

  private static Stream<Arguments> mistakes(Vocabulary vocabulary, String... filtersAndTexts) {
    var arguments = Stream.<Arguments>builder();
    for (int i = 0; i < filtersAndTexts.length; i += 2) {
      arguments.add(Arguments.of(vocabulary, filtersAndTexts[i], filtersAndTexts[i + 1]));
    }
    return arguments.build();
  }

  @ParameterizedTest
  @MethodSource({"mistakesOfRuns", "mistakesOfOthers"})
  void parse_mistake_isToldInMlflowsWords(Vocabulary vocabulary, String filter, String text) {
    assertInvalid(() -> Filter.parse(filter, vocabulary), text);
  }

  private static void assertInvalid(Runnable parsing, String text) {
    assertThatThrownBy(parsing::run)
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(((InvalidParameter) e.failure()).message()).contains(text));
  }

  @Test
  void parse_loggedModels_takesBareNumbersForTexts() {
    assertThat(Filter.parse("params.lr = 0.01", LoggedModelVocabulary.INSTANCE))
        .isEqualTo(compare(Kind.PARAMETER, "lr", Operator.EQUAL, text("0.01")));
  }

  @Test
  void parse_depthAndLength_areBounded() {
    assertInvalid(
        () -> runs("(".repeat(100_000) + "tags.a = 'x'" + ")".repeat(100_000)),
        "parentheses and NOT in each other, expected at most 100");
    assertInvalid(() -> runs("NOT ".repeat(100_000) + "tags.a = 'x'"), "expected at most 100");
    assertInvalid(
        () -> runs("tags.a = 'x' AND ".repeat(200) + "tags.a = 'x'"),
        "101 comparisons, expected at most 100");
    assertInvalid(() -> runs("x".repeat(2_000_000)), "2000000 characters");
    assertThat(runs("(".repeat(100) + "tags.a = 'x'" + ")".repeat(100)))
        .isInstanceOf(Comparison.class);
  }

  static Stream<Arguments> mistakenOrders() {
    return mistakes(
        RunVocabulary.INSTANCE,
        "m.acc",
        "Invalid entity type",
        "acc",
        "Invalid attribute key",
        "`metrics.A",
        "Invalid order_by clause '`metrics.A'. Could not be parsed.",
        "`metrics.A`",
        "Invalid entity type",
        "attribute.experiment_id",
        "Invalid attribute key",
        "metrics.A != 1",
        "Invalid order_by clause",
        "params.my_param ",
        "Invalid order_by clause",
        "attribute.run_id ACS",
        "Invalid ordering key in order_by clause 'attribute.run_id ACS'.",
        "",
        "Invalid order_by clause",
        "start_time DESC blah",
        "Invalid order_by clause");
  }

  @ParameterizedTest
  @MethodSource("mistakenOrders")
  void parseOrder_mistake_isToldInMlflowsWords(Vocabulary vocabulary, String order, String text) {
    assertInvalid(() -> Order.parse(List.of(order), vocabulary), text);
  }

  @Test
  void parseOrder_clauses_haveDirections() {
    assertThat(
            Order.parse(
                List.of("metrics.`Mean Square Error` DESC", "params.p aSc", "Created"),
                RunVocabulary.INSTANCE))
        .containsExactly(
            new Order(new Field(Kind.METRIC, "Mean Square Error"), false),
            new Order(new Field(Kind.PARAMETER, "p"), true),
            new Order(new Field(Kind.ATTRIBUTE, "start_time"), true));
  }

  @Test
  void parseOrder_sameFieldTwice_isRefused() {
    assertInvalid(
        () ->
            Order.parse(
                List.of("timestamp", "last_updated_timestamp DESC"), TaggedVocabulary.MODELS),
        "`order_by` contains duplicate fields: ['timestamp', 'last_updated_timestamp DESC']");
    assertInvalid(
        () -> Order.parse(List.of("timestamp ACS"), TaggedVocabulary.MODELS),
        "Invalid order_by clause");
    assertInvalid(
        () -> Order.parse(List.of("name aCs"), TaggedVocabulary.MODELS), "Invalid ordering key");
  }
}
