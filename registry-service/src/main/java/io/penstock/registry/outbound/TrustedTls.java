package io.penstock.registry.outbound;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// TLS to servers whose certificate somebody vouches for, and who are who the URL says.
public final class TrustedTls {

  /// Believes whom the JVM believes.
  public static final TrustedTls OF_JVM =
      new TrustedTls((SSLSocketFactory) SSLSocketFactory.getDefault());

  private final SSLSocketFactory factory;

  private TrustedTls(SSLSocketFactory factory) {
    this.factory = factory;
  }

  /// Believes the authorities of a file of PEM certificates too.
  static TrustedTls with(Path file) {
    try {
      return new TrustedTls(trusting(certificates(file)).getSocketFactory());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "penstock.outbound.ca-file was '%s', expected a file of PEM certificates: %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static List<Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (var pem = Files.newInputStream(file)) {
      var certificates =
          new ArrayList<Certificate>(
              CertificateFactory.getInstance("X.509").generateCertificates(pem));
      if (certificates.isEmpty()) {
        throw new CertificateException("it holds none");
      }
      certificates.addAll(authoritiesOfJvm());
      return certificates;
    }
  }

  private static List<Certificate> authoritiesOfJvm() throws GeneralSecurityException {
    return Arrays.stream(managers(null).getTrustManagers())
        .flatMap(
            manager ->
                manager instanceof X509TrustManager known
                    ? Stream.of(known.getAcceptedIssuers())
                    : Stream.empty())
        .map(Certificate.class::cast)
        .toList();
  }

  private static SSLContext trusting(List<Certificate> certificates)
      throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < certificates.size(); i++) {
      store.setCertificateEntry("authority-" + i, certificates.get(i));
    }
    var context = SSLContext.getInstance("TLS");
    context.init(null, managers(store).getTrustManagers(), null);
    return context;
  }

  private static TrustManagerFactory managers(@Nullable KeyStore store)
      throws GeneralSecurityException {
    var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    return managers;
  }

  /// Speaks TLS on a socket that is connected already, wherever to. The name of the URL is what is
  /// told to the other side and what its certificate has to be for.
  Socket over(Socket socket, String host, int port) throws IOException {
    var secured = (SSLSocket) factory.createSocket(socket, host, port, true);
    var parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    try {
      secured.startHandshake();
      return secured;
    } catch (SSLException e) {
      throw new IOException(problem(host, e), e);
    }
  }

  // The JDK says it in the innermost of several causes, and of an expired one only the date.
  private static String problem(String host, SSLException failure) {
    var causes = causes(failure);
    var innermost = causes.getLast();
    if (innermost instanceof CertificateExpiredException) {
      return "the certificate of %s has expired: %s".formatted(host, innermost.getMessage());
    }
    boolean ofCertificate = causes.stream().anyMatch(CertificateException.class::isInstance);
    return (ofCertificate ? "the certificate of %s is not accepted: %s" : "no TLS with %s: %s")
        .formatted(host, innermost.getMessage());
  }

  private static List<Throwable> causes(Throwable failure) {
    var causes = new ArrayList<Throwable>();
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }
}
