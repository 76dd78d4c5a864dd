package io.penstock.registry.outbound;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// An authority, and servers that it vouches for, made with the JDK's keytool.
public final class TestCertificates {

  private static final String PASSWORD = "changeit";

  private final Path store;

  private TestCertificates(Path store) {
    this.store = store;
  }

  /// With the entries `ca`, `good`, `expired` (both for the name) and `stranger`, which nobody
  /// vouches for.
  public static TestCertificates make(Path directory, String name)
      throws IOException, InterruptedException {
    var made = new TestCertificates(Files.createDirectories(directory).resolve("all.p12"));
    var san = "san=dns:" + name;
    made.generate("ca", "-ext", "bc:c");
    made.generate("good", "-signer", "ca", "-ext", san);
    made.generate("expired", "-signer", "ca", "-ext", san, "-startdate", "-10d", "-validity", "5");
    made.generate("stranger", "-ext", san);
    made.keytool("-exportcert", "-rfc", "-alias", "ca", "-file", made.authority().toString());
    return made;
  }

  /// The authority's certificate.
  public Path authority() {
    return store.resolveSibling("ca.pem");
  }

  private void generate(String alias, String... more) throws IOException, InterruptedException {
    var arguments =
        new ArrayList<>(
            List.of("-genkeypair", "-alias", alias, "-keyalg", "EC", "-dname", "CN=" + alias));
    arguments.addAll(List.of(more));
    keytool(arguments.toArray(String[]::new));
  }

  private void keytool(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool failed: " + said);
    }
  }

  /// What a server needs to be the one of that entry.
  public SSLContext server(String alias) throws IOException, GeneralSecurityException {
    var all = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    var one = KeyStore.getInstance("PKCS12");
    one.load(null, null);
    one.setKeyEntry(
        alias,
        all.getKey(alias, PASSWORD.toCharArray()),
        PASSWORD.toCharArray(),
        all.getCertificateChain(alias));
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(one, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
