package io.penstock.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArtifactUriTest {

  private enum Verdict {
    LOCAL,
    REFERENCE,
    MISLEADING,
    FINE
  }

  /// What the published reports against MLflow sent as `artifact_location` or `source`
  /// (CVE-2023-6909, CVE-2024-1483, CVE-2024-1558, CVE-2024-1560, CVE-2024-1594, CVE-2024-3848,
  /// CVE-2024-4263, GHSA-5cvj-7rg6-jggj), what is like it, and what has to stay possible.
  @ParameterizedTest
  @CsvSource(
      delimiterString = " is ",
      quoteCharacter = '~',
      value = {
        "/etc/passwd is LOCAL",
        "//etc/passwd is LOCAL",
        "./model is LOCAL",
        "../../etc is LOCAL",
        "model is LOCAL",
        "~ s3://bucket/a~ is LOCAL",
        "~\tfile:///etc~ is LOCAL",
        "file:///etc/passwd is LOCAL",
        "file:/etc is LOCAL",
        "file: is LOCAL",
        "FiLe:///etc is LOCAL",
        "file://localhost/etc is LOCAL",
        "file:///x/%2e%2e/%2e%2e/etc is LOCAL",
        "git+file:///etc is LOCAL",
        "file+http://host/etc is LOCAL",
        "jar:file:///a.jar!/x is LOCAL",
        "data:text/plain,x is LOCAL",
        "classpath:/application.yml is LOCAL",
        "C:\\Windows is LOCAL",
        "c:/Windows is LOCAL",
        "\\\\host\\share is LOCAL",
        "%66ile:///etc is LOCAL",
        "s3%3A//bucket/a is LOCAL",
        "runs:/0123456789abcdef/model is REFERENCE",
        "models:/m-0123456789abcdef0123456789abcdef is REFERENCE",
        "models:/flight delay/3 is REFERENCE",
        "models:/Größe@champion is REFERENCE",
        "runs:/0123456789abcdef/../../x is MISLEADING",
        "runs:/0123456789abcdef/%2e%2e/x is MISLEADING",
        "runs:../x is MISLEADING",
        "models:/m-x/../.. is MISLEADING",
        "models:/x/../../etc is MISLEADING",
        "models:m-x is MISLEADING",
        "mlflow-artifacts:/../../etc is MISLEADING",
        "mlflow-artifacts:/a/../../b is MISLEADING",
        "mlflow-artifacts:/a/.. is MISLEADING",
        "mlflow-artifacts://host/../x is MISLEADING",
        "mlflow-artifacts://host:9000/../../../ is MISLEADING",
        "mlflow-artifacts://../x is MISLEADING",
        "mlflow-artifacts:relative is MISLEADING",
        "mlflow-artifacts:////etc/passwd is MISLEADING",
        "mlflow-artifacts:/0//etc is MISLEADING",
        "mlflow-artifacts:/0/%2fetc is MISLEADING",
        "MLFLOW-ARTIFACTS:/0//etc is MISLEADING",
        "mlflow-artifacts:/%2e%2e/%2e%2e/etc is MISLEADING",
        "mlflow-artifacts:/a/%2E%2e%2fb is MISLEADING",
        "mlflow-artifacts:/0/..%252f..%252f..%252f is MISLEADING",
        "mlflow-artifacts:/0/%25252e%25252e/x is MISLEADING",
        "mlflow-artifacts:/0/%zz/%2e%2e/x is MISLEADING",
        "mlflow-artifacts:/0/%/%2e%2e/x is MISLEADING",
        "mlflow-artifacts:/0/%u002e%u002e/x is MISLEADING",
        "mlflow-artifacts:/0/%c0%ae%c0%ae/x is MISLEADING",
        "mlflow-artifacts:/0/%e0%80%ae./x is MISLEADING",
        "mlflow-artifacts:/0/#/../../../etc is MISLEADING",
        "mlflow-artifacts:/0/%23/x is MISLEADING",
        "mlflow-artifacts:/0/a%00b is MISLEADING",
        "mlflow-artifacts:/0/..%5c..%5cx is MISLEADING",
        "~s3://bucket/a\nb~ is MISLEADING",
        "~s3://bucket/\u0007~ is MISLEADING",
        "s3://bucket/%0d%0aHost:x is MISLEADING",
        "s3:/bucket/models/path/../../other/path is MISLEADING",
        "s3://b/a/../../c is MISLEADING",
        "s3://b/./c is MISLEADING",
        "s3://bucket\\..\\x is MISLEADING",
        "s3://bucket/a#../../b is MISLEADING",
        "s3://bucket/a#b is MISLEADING",
        "s3://bucket/a?x=../.. is MISLEADING",
        "s3://bucket/a?versionId=1 is MISLEADING",
        "http:///#/../../../etc/ is MISLEADING",
        "http://host/?/../../../etc is MISLEADING",
        "https://host/artifacts/%2e%2e/%2e%2e/ is MISLEADING",
        "https://host/x?y=/../../../etc is MISLEADING",
        "dbfs:/a/./b is MISLEADING",
        "mlflow-artifacts:/ is FINE",
        "mlflow-artifacts:/0/run/artifacts/model is FINE",
        "mlflow-artifacts:/0/run/artifacts/model/ is FINE",
        "mlflow-artifacts:///0/run is FINE",
        "mlflow-artifacts:/0/100%/größe 🤖.onnx is FINE",
        "mlflow-artifacts:/0/..model/model... is FINE",
        "mlflow-artifacts:/0/a+b is FINE",
        "s3://bucket/a b/c is FINE",
        "s3://bucket//key is FINE",
        "s3://bucket/a%20b is FINE",
        "gs://x is FINE",
        "hdfs://h:1/p is FINE",
        "dbfs:/models/x is FINE",
        "abfss://files@account.example/models is FINE",
      })
  void uri(String uri, Verdict verdict) {
    assertThat(judge(uri)).isEqualTo(verdict);
  }

  private static Verdict judge(String uri) {
    if (ArtifactUri.isLocal(uri)) {
      return Verdict.LOCAL;
    }
    if (ArtifactUri.problem(uri).isPresent()) {
      return Verdict.MISLEADING;
    }
    return ArtifactUri.isReference(uri) ? Verdict.REFERENCE : Verdict.FINE;
  }
}
