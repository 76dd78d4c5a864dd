package io.penstock.registry.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kit.failure.FailureException;
import io.penstock.registry.RegistryFailure.InvalidPath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactFilePathTest {

  /// What the published traversal reports against MLflow sent (CVE-2023-6909, CVE-2024-1483,
  /// CVE-2024-1558, CVE-2024-1560, CVE-2024-1594, CVE-2024-3848, CVE-2024-4263,
  /// GHSA-5cvj-7rg6-jggj), and the encodings of the same that scanners try.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../etc/passwd",
        "../../../../etc/passwd",
        "model/../../../etc/passwd",
        "model/..",
        "./model",
        "model/./weights",
        "/etc/passwd",
        "//etc/passwd",
        "model//weights",
        "model/weights/",
        "file:///etc/passwd",
        "file:/etc/passwd",
        "FILE:etc/passwd",
        "C:/Windows/win.ini",
        "c:Windows",
        "C:\\Windows\\win.ini",
        "..\\..\\Windows\\win.ini",
        "model\\..\\..\\secret",
        "\\\\server\\share",
        "model#/../../../etc/passwd",
        "#/../../../etc/passwd",
        "model%23/../..",
        "%2e%2e/%2e%2e/etc/passwd",
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "..%2f..%2fetc%2fpasswd",
        "..%5c..%5cwin.ini",
        "%252e%252e%252fetc%252fpasswd",
        "%25252e%25252e%25252fetc",
        "model/%2e%2e/%2e%2e/etc",
        "model/%2E./x",
        "%2fetc/passwd",
        "model%2f%2fweights",
        "%c0%ae%c0%ae/etc/passwd",
        "%C0%AF..%C0%AFetc",
        "%e0%80%ae%e0%80%ae/etc",
        "%u002e%u002e/etc/passwd",
        "model%00.txt",
        "model\0.txt",
        "model\n.txt",
        "model\r\nSet-Cookie: x",
        "model%0d%0ax",
        "model\u0085x",
        "model\u007f",
        "%63:/Windows",
        "%66ile:/etc/passwd",
        " /../x",
      })
  void file_thatCouldLeadElsewhere_isRefusedInMlflowsWords(String path) {
    assertRefused(path);
  }

  @Test
  void file_withoutAName_isRefused() {
    assertRefused("");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model",
        "0/4f0c/artifacts/model/MLmodel",
        "..model",
        "model..",
        "...",
        "a..b/c",
        ".hidden/.git",
        "100%",
        "100%25",
        "50% off/ü.txt",
        "плот/猫/🐈.png",
        "a b/c+d&e=f?g",
        "~/x",
        "run:metrics.csv",
        "cafe\u0301",
        "a*b|c<d>\"e\"",
        "CON/NUL",
      })
  void file_ofAnyOtherName_isTaken(String path) {
    assertThat(ArtifactFilePath.file("path", path).value()).isEqualTo(path);
  }

  @Test
  void file_inTwoFormsOfOneLetter_isTwoFiles() {
    assertThat(ArtifactFilePath.file("path", "caf\u00e9"))
        .isNotEqualTo(ArtifactFilePath.file("path", "cafe\u0301"));
  }

  @Test
  void file_ofAnOverlongName_isRefused() {
    assertThat(ArtifactFilePath.file("path", "a".repeat(255)).value()).hasSize(255);
    assertRefused("a".repeat(256));
    assertRefused("ü".repeat(128));
    assertRefused("abcdefghi/".repeat(201) + "a");
  }

  @Test
  void folder_mayBeTheRootAndEndWithASlash() {
    assertThat(ArtifactFilePath.folder("path", "").isRoot()).isTrue();
    assertThat(ArtifactFilePath.folder("path", "model/").value()).isEqualTo("model");
    assertThatThrownBy(() -> ArtifactFilePath.folder("path", "/"))
        .isInstanceOf(FailureException.class);
    assertThatThrownBy(() -> ArtifactFilePath.fileOrFolder("path", ""))
        .isInstanceOf(FailureException.class);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "mlflow-artifacts:/0/run/artifacts, 0/run/artifacts",
        "mlflow-artifacts://host:5000/0/run/artifacts, 0/run/artifacts",
        "mlflow-artifacts:///0/run, 0/run",
        "mlflow-artifacts:/../../etc, -",
        "mlflow-artifacts:/0/%2e%2e/etc, -",
        "mlflow-artifacts:0/run, -",
        "s3://bucket/0, -",
        "file:///etc, -",
      })
  void ofUri_isTheProxiedPath(String uri, String path) {
    assertThat(ArtifactFilePath.ofUri(uri).map(ArtifactFilePath::value).orElse(null))
        .isEqualTo(path);
  }

  @Test
  void resolve_joins_andRelativeTo_takesApart() {
    var run = ArtifactFilePath.folder("path", "0/run");
    var file = run.resolve(ArtifactFilePath.file("path", "model/MLmodel"));
    assertThat(file.value()).isEqualTo("0/run/model/MLmodel");
    assertThat(file.relativeTo(run)).isEqualTo("model/MLmodel");
    assertThat(file.relativeTo(ArtifactFilePath.ROOT)).isEqualTo(file.value());
    assertThat(file.relativeTo(file)).isEqualTo("MLmodel");
    assertThat(file.name()).isEqualTo("MLmodel");
    assertThat(file.parents()).containsExactly("0", "0/run", "0/run/model");
    assertThat(run.resolve(ArtifactFilePath.ROOT)).isEqualTo(run);
  }

  /// Whatever is taken stays below where it belongs, however often it is decoded.
  @Test
  void file_ofRandomPieces_neverLeadsOut() {
    long seed = System.getProperty("seed") == null ? 20_261_122 : Long.getLong("seed");
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var pieces =
        List.of(
            "a", "..", ".", "/", "\\", "%", "%2e", "%2f", "%5c", "%25", "25", "2e", "2f", "5c", "#",
            "%23", "c:", "%00", "\0", "ü", "%c0%ae", "%u002e", "u00", "e0", "80", " ", "\u202e");
    int taken = 0;
    for (int i = 0; i < 200_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(8); n >= 0; n--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      taken += staysInside(text.toString()) ? 1 : 0;
    }
    assertThat(taken).isPositive();
  }

  private static boolean staysInside(String text) {
    try {
      var path = ArtifactFilePath.file("path", text);
      var decoded = path.value();
      for (int times = 0; times < 6; times++) {
        var root = Path.of("/root/of/all");
        assertThat(root.resolve(decoded).normalize())
            .as(text)
            .startsWithRaw(root)
            .isNotEqualTo(root);
        assertThat(decoded).as(text).doesNotContain("\\", "\0", "#");
        decoded = decode(decoded);
      }
      return true;
    } catch (FailureException refused) {
      return false;
    }
  }

  // Written apart from the code under test: as bytes.
  private static String decode(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var decoded = new ByteArrayOutputStream();
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (bytes[i] == '%' && high >= 0 && low >= 0) {
        decoded.write(high * 16 + low);
        i += 2;
      } else {
        decoded.write(bytes[i]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }

  private static void assertRefused(String path) {
    assertThatThrownBy(() -> ArtifactFilePath.file("path", path))
        .as(path)
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure()).isInstanceOf(InvalidPath.class));
  }
}
