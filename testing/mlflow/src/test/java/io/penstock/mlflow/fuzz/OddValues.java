package io.penstock.mlflow.fuzz;

import java.util.List;

/// Values at the edges of what texts, numbers and paths can be.
final class OddValues {

  private static final int MEGABYTE = 1 << 20;

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\0",
          "a\0b",
          "\uD800",
          "\uDC00\uD800",
          "\u202Egnp.exe",
          "😀",
          "👩‍👩‍👧‍👦/🏳️‍🌈",
          "e\u0301",
          "\uFEFFx",
          "\uFFFF",
          "\u2028",
          "\r\n",
          "\t",
          "\u0085",
          "%",
          "%zz",
          "%00",
          "%2e%2e%2f",
          "'",
          "\"",
          "`",
          "\\",
          "'; drop table run; --",
          "${jndi:ldap://localhost/x}",
          "{{7*7}}",
          "{}",
          "[]",
          "null",
          "true",
          "NaN",
          "-Infinity",
          "0",
          "-1",
          "01",
          "1.0",
          "1e400",
          "9223372036854775807",
          "9223372036854775808",
          "2147483648",
          "１２",
          "٣",
          "latest",
          "v1",
          "None",
          "Production",
          "1970-01-01T00:00:00Z",
          "9999-12-31T23:59:59Z",
          "+1000000000-12-31T00:00:00Z",
          "0000-00-00",
          "<script>alert(1)</script>",
          "a#b",
          "a?b",
          "a:b",
          "a/b/../c",
          "a//b",
          "a/./b",
          "x".repeat(36),
          "x".repeat(251),
          "x".repeat(256),
          "é".repeat(501),
          "x".repeat(2_001),
          "😀".repeat(3_000),
          "x".repeat(6_001),
          "d/".repeat(2_000) + "x");

  private static final List<String> PATHS =
      List.of(
          "..",
          "../..",
          "../../../../etc/passwd",
          "..\\..\\windows\\win.ini",
          "/etc/passwd",
          "//etc/passwd",
          "C:\\x",
          "file:///etc/passwd",
          "file:../x",
          "..%2f..%2fetc%2fpasswd",
          "%2e%2e/%2e%2e/etc/passwd",
          "%252e%252e%252fetc",
          "..;/x",
          "....//x",
          "a/%2e%2e/%2e%2e/b",
          "..%c0%afx",
          "..\uFF0Fx",
          "\u2025/x",
          "#/../../x",
          "?/../../x",
          "http://127.0.0.1:1/x",
          "http://[::1]:1/",
          "http://[::1",
          "https://hooks.invalid/x",
          "https://user:secret@hooks.invalid/",
          "http://0x7f000001/",
          "http://169.254.169.254/latest/meta-data",
          "gopher://127.0.0.1/",
          "s3://bucket/../../x",
          "s3:///",
          "dbfs:/../../etc",
          "hdfs://x/#/../../y",
          "mlflow-artifacts:/../x",
          "mlflow-artifacts://host:1/0/../../x",
          "mlflow-artifacts:/0/x?y=..#/../z",
          "models:/m-x/../..",
          "models:/../1",
          "models:/a/b/c/d",
          "runs:/../x",
          "runs:/x/../../../y",
          "runs:///",
          ":",
          "://",
          "x:");

  /// Numbers, and what is almost one, as they stand in JSON.
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "1",
          "-1",
          "2147483647",
          "2147483648",
          "-2147483649",
          "9007199254740993",
          "9223372036854775807",
          "-9223372036854775808",
          "9223372036854775808",
          "99999999999999999999999999999999999999",
          "1" + "0".repeat(5_000),
          "0." + "0".repeat(5_000) + "1",
          "1.5",
          "-1.5e0",
          "1E5",
          "1e308",
          "1e400",
          "-1e400",
          "1e-400",
          "1e999999999999",
          "253402300799999",
          "253402300800000",
          "8640000000000001",
          "-62135596800001",
          "NaN",
          "Infinity",
          "-Infinity",
          "nan",
          "00",
          "+1",
          ".5",
          "1.",
          "0x1f",
          "1_000",
          "--1",
          "1e",
          "-");

  private OddValues() {}

  static String text(Chance chance) {
    return switch (chance.below(40)) {
      case 0 -> "y".repeat(MEGABYTE);
      case 1 -> "é\uD83D\uDE00".repeat(MEGABYTE / 8);
      case 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 -> path(chance);
      case 12, 13 -> random(chance);
      default -> chance.of(TEXTS);
    };
  }

  static String path(Chance chance) {
    return chance.of(PATHS);
  }

  static String number(Chance chance) {
    return chance.of(NUMBERS);
  }

  // Any code units, halves of pairs among them.
  private static String random(Chance chance) {
    var text = new StringBuilder();
    for (int i = chance.below(20); i >= 0; i--) {
      text.append((char) chance.below(chance.oneIn(2) ? 0x100 : 0x10000));
    }
    return text.toString();
  }
}
